//! One gateway's stream: what it gets next, when it has room for it.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::publisher::State;

/// A gateway that hears nothing for 15 s takes the connection for dead.
const PING_EVERY: Duration = Duration::from_secs(3);
/// A stream ends after this time, so that the token is checked again. The gateway comes back with what it has.
const LIFE: Duration = Duration::from_hours(1);

/// What a stream goes by.
pub(super) struct Cursor {
    state: watch::Receiver<State>,
    /// Number and digest of what the gateway has.
    has: Option<(u64, String)>,
    endpoints: Option<Bytes>,
    stop: CancellationToken,
    ends: Instant,
    _permit: OwnedSemaphorePermit,
}

impl Cursor {
    pub(super) fn new(
        state: watch::Receiver<State>,
        has: Option<(u64, String)>,
        stop: CancellationToken,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self { state, has, endpoints: None, stop, ends: Instant::now() + LIFE, _permit: permit }
    }

    /// The lines, as long as the stream lives.
    pub(super) fn lines(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        futures_util::stream::unfold(self, |mut cursor| async move {
            let line = cursor.next().await?;
            Some((Ok(line), cursor))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(line) = self.due() {
                return Some(line);
            }
            tokio::select! {
                changed = self.state.changed() => changed.ok()?,
                () = tokio::time::sleep(PING_EVERY) => {
                    return Some(Bytes::from_static(snapshot::publication::PING));
                }
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep_until(self.ends) => return None,
            }
        }
    }

    /// The line to send now. Endpoints go first: what a publication leads to is to be there before it.
    fn due(&mut self) -> Option<Bytes> {
        let state = self.state.borrow_and_update().clone();
        if state.endpoints != self.endpoints {
            self.endpoints.clone_from(&state.endpoints);
            return state.endpoints;
        }
        let newest = state.newest()?;
        let base = self.has.as_ref().and_then(|(number, digest)| state.find(*number, digest));
        if base.is_some_and(|base| base.number == newest.number) {
            return None;
        }
        let line = newest.line(base.map(|base| &**base));
        // Also where there is no line: it won't be there the next time either.
        self.has = Some((newest.number, newest.digest.clone()));
        line.inspect_err(|error| tracing::error!(%error, "a publication can't be encoded")).ok()
    }
}
