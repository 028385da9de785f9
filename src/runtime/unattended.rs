//! Events that nobody waits for: one that fails is tried again after a while, as the service does.
//!
//! Lambda developer guide, invocation-async-error-handling: twice more, after one and two minutes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::dispatch::{Admission, Dispatcher};
use crate::event::{Event, Input, Outcome};
use crate::failure::Failure;
use crate::pool::Refusal;

/// Events that may wait to be tried again: each is kept whole.
const MOST_WAITING: usize = 32;
/// How long until an event is offered once more that found no place.
const NO_PLACE: Duration = Duration::from_secs(1);

/// Places for events that wait to be tried again.
#[derive(Debug)]
pub(crate) struct Waiting(tokio::sync::Semaphore);

impl Default for Waiting {
    fn default() -> Self {
        Self(tokio::sync::Semaphore::new(MOST_WAITING))
    }
}

/// Why an event that failed is not tried again.
#[derive(Debug, thiserror::Error)]
enum GivenUp {
    #[error("it has been tried as often as it may be")]
    TriedOften,
    #[error("{MOST_WAITING} others wait to be tried again")]
    TooMany,
    #[error("the function is stopped")]
    Stopped,
}

/// Has an event handled, and again where that fails. It keeps its place while it is handled, so that a stop waits for it
/// as for any other, and none while it waits to be tried again.
pub(crate) async fn see_through(dispatcher: Arc<Dispatcher>, mut admission: Admission, input: Input) {
    let mut waits = dispatcher.config.retries.iter();
    loop {
        let Some(failure) = failure(&admission, input.clone()).await else { return };
        tracing::warn!(request_id = input.id, ?failure, "an asynchronous event failed");
        drop(admission);
        admission = match place(&dispatcher, waits.next()).await {
            Ok(again) => again,
            Err(why) => {
                let why = why.to_string();
                tracing::error!(request_id = input.id, why, "an asynchronous event is not tried again");
                return;
            }
        };
    }
}

async fn failure(admission: &Admission, input: Input) -> Option<Failure> {
    let (reply, outcome) = oneshot::channel::<Outcome>();
    admission.submit(Event { input, reply, tail: None });
    outcome.await.unwrap_or(Err(Failure::Stopped)).err()
}

/// A place for another try, once its time has come.
async fn place(dispatcher: &Arc<Dispatcher>, wait: Option<&Duration>) -> Result<Admission, GivenUp> {
    let mut wait = *wait.ok_or(GivenUp::TriedOften)?;
    let _waiting = dispatcher.waiting.0.try_acquire().map_err(|_| GivenUp::TooMany)?;
    loop {
        tokio::select! {
            () = dispatcher.ending.cancelled() => return Err(GivenUp::Stopped),
            () = tokio::time::sleep(wait) => {}
        }
        match dispatcher.admit() {
            Ok(admission) => return Ok(admission),
            Err(Refusal::Closed) => return Err(GivenUp::Stopped),
            Err(Refusal::Full) => wait = NO_PLACE,
        }
    }
}
