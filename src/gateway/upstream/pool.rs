//! Upstream connections of one worker, kept alive by target.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::{Request, Response};
use tokio::time::Instant;

use crate::body::OnwardBody;
use crate::connect::{ConnectError, Connector, TargetAddress};

/// Idle connections kept for one target.
const IDLE_PER_TARGET: usize = 128;
/// Servers commonly close idle connections after 60 s or more: ours go first.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// Targets with idle connections; beyond it those of the least use are let go.
const TARGETS: usize = 1024;

/// The pool of one worker.
pub(crate) struct Pool {
    connector: Connector,
    idle: RefCell<HashMap<TargetAddress, Vec<Idle>>>,
}

struct Idle {
    sender: SendRequest<OnwardBody>,
    since: Instant,
}

/// A connection that a request has for itself; given back once its answer is read.
pub(crate) struct Lease {
    pool: Rc<Pool>,
    target: TargetAddress,
    sender: SendRequest<OnwardBody>,
}

/// Why an onward request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the connection broke off: {0}")]
    Broken(#[source] hyper::Error),
}

impl Pool {
    pub(crate) fn new(connector: Connector) -> Rc<Self> {
        Rc::new(Self { connector, idle: RefCell::new(HashMap::new()) })
    }

    /// Sends a request on an idle connection or a new one. One that was idle may turn out to be closed: as long as
    /// nothing of the request was written, it goes to the next.
    pub(crate) async fn send(
        self: &Rc<Self>,
        target: &TargetAddress,
        mut request: Request<OnwardBody>,
    ) -> Result<(Response<Incoming>, Lease), SendError> {
        loop {
            let (mut sender, fresh) = match self.take(target) {
                Some(sender) => (sender, false),
                None => (self.connector.connect(target).await?, true),
            };
            match sender.try_send_request(request).await {
                Ok(response) => {
                    let lease = Lease { pool: self.clone(), target: target.clone(), sender };
                    return Ok((response, lease));
                }
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !fresh => request = unsent,
                    _ => return Err(SendError::Broken(error.into_error())),
                },
            }
        }
    }

    fn take(&self, target: &TargetAddress) -> Option<SendRequest<OnwardBody>> {
        let mut idle = self.idle.borrow_mut();
        let of_target = idle.get_mut(target)?;
        // The newest that is ready; one that was given back a moment ago may not be yet, and is left for the next.
        let ready = of_target.iter().rposition(|connection| connection.sender.is_ready())?;
        let connection = of_target.remove(ready);
        if connection.since.elapsed() < IDLE_FOR {
            return Some(connection.sender);
        }
        of_target.retain(|connection| connection.since.elapsed() < IDLE_FOR);
        None
    }

    fn put(&self, target: TargetAddress, sender: SendRequest<OnwardBody>) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() >= TARGETS && !idle.contains_key(&target) {
            idle.retain(|_, connections| connections.last().is_some_and(|c| c.since.elapsed() < IDLE_FOR));
            if idle.len() >= TARGETS {
                return;
            }
        }
        let of_target = idle.entry(target).or_default();
        if of_target.len() >= IDLE_PER_TARGET {
            of_target.retain(|connection| !connection.sender.is_closed());
        }
        if of_target.len() < IDLE_PER_TARGET {
            of_target.push(Idle { sender, since: Instant::now() });
        }
    }
}

impl Lease {
    /// The answer is read to its end: the connection can serve another request.
    pub(crate) fn give_back(self) {
        let Self { pool, target, sender } = self;
        // It is not ready before hyper's task has run once more, which it has by the time anybody takes it.
        if !sender.is_closed() {
            pool.put(target, sender);
        }
    }
}
