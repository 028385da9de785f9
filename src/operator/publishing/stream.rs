//! One gateway's stream: what it gets next, when it has room for it.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::publisher::{SecretLine, State};

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
    credentials: Option<SecretLine>,
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
        let (endpoints, credentials) = (None, None);
        Self { state, has, endpoints, credentials, stop, ends: Instant::now() + LIFE, _permit: permit }
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

    /// The line to send now. Endpoints and credentials go first: what a publication leads to is to be there before it.
    fn due(&mut self) -> Option<Bytes> {
        let state = self.state.borrow_and_update().clone();
        if state.endpoints != self.endpoints {
            self.endpoints.clone_from(&state.endpoints);
            return state.endpoints;
        }
        if state.credentials != self.credentials {
            self.credentials.clone_from(&state.credentials);
            return state.credentials.map(|line| line.0);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use snapshot::publication::{Addresses, Frame, Secrets, digest_of, read};
    use snapshot::{Api, NamespacedName, Snapshot};
    use tokio::sync::Semaphore;

    use super::super::publisher::{FunctionEndpoints, Publication, Publisher};
    use super::*;

    fn publication(number: u64, names: &[&str]) -> Publication {
        let apis = names.iter().map(|name| (NamespacedName::new("n", *name), Api::default())).collect();
        let snapshot = Snapshot { apis, ..Snapshot::default() };
        Publication { number, digest: digest_of(&snapshot).unwrap(), snapshot: Arc::new(snapshot) }
    }

    fn cursor(publisher: &Publisher, has: Option<(u64, String)>) -> Cursor {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        Cursor::new(publisher.state(), has, CancellationToken::new(), permit)
    }

    async fn next(cursor: &mut Cursor) -> Frame {
        read(&cursor.next().await.unwrap()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn full_then_one_delta_to_the_newest_and_pings() {
        let publisher = Publisher::new();
        let mut stream = cursor(&publisher, None);
        assert_eq!(next(&mut stream).await, Frame::Ping);
        publisher.publish(publication(1, &["a"]));
        publisher.endpoints(FunctionEndpoints {
            revision: 4,
            functions: BTreeMap::from([("n/f:1".into(), Addresses::default())]),
        });
        publisher.credentials(&Secrets::new());
        assert!(matches!(next(&mut stream).await, Frame::Endpoints(endpoints) if endpoints.revision == 4));
        assert_eq!(next(&mut stream).await, Frame::Credentials(Secrets::new()));
        assert!(matches!(next(&mut stream).await, Frame::Full(full) if full.number == 1));
        // Read slowly: what was in between is not sent.
        publisher.publish(publication(2, &["a", "b"]));
        publisher.publish(publication(3, &["a", "c"]));
        publisher.publish(publication(2, &[]));
        let Frame::Delta(delta) = next(&mut stream).await else { panic!("no delta") };
        assert_eq!((delta.number, delta.base), (3, 1));
        assert_eq!(next(&mut stream).await, Frame::Ping);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_gateway_comes_with_counts() {
        let publisher = Publisher::new();
        for number in 1..=40 {
            publisher.publish(publication(number, &["a", &format!("b{number}")]));
        }
        let has = |number, names: &[&str]| Some((number, publication(number, names).digest));
        let mut current = cursor(&publisher, has(40, &["a", "b40"]));
        assert_eq!(next(&mut current).await, Frame::Ping);
        let mut known = cursor(&publisher, has(38, &["a", "b38"]));
        assert!(matches!(next(&mut known).await, Frame::Delta(delta) if delta.base == 38));
        for unknown in [has(2, &["a", "b2"]), has(38, &["other"]), has(41, &["a"])] {
            let mut stream = cursor(&publisher, unknown);
            assert!(matches!(next(&mut stream).await, Frame::Full(full) if full.number == 40));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_told_and_after_its_life() {
        let publisher = Publisher::new();
        let mut stream = cursor(&publisher, None);
        let start = Instant::now();
        while stream.next().await.is_some() {}
        assert_eq!(start.elapsed().as_secs(), LIFE.as_secs());
        let mut stream = cursor(&publisher, None);
        stream.stop.cancel();
        assert!(stream.next().await.is_none());
    }

    #[test]
    fn a_publication_with_a_wrong_digest_is_none() {
        let publisher = Publisher::new();
        publisher.publish(Publication { digest: "0".into(), ..publication(1, &["a"]) });
        assert!(publisher.state().borrow().newest().is_none());
    }
}
