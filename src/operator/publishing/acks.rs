//! What gateways have said.

use std::collections::BTreeMap;
use std::time::Duration;

use snapshot::publication::{Acknowledgement, Verdict};
use tokio::time::Instant;

/// A gateway says something every 2 s; one not heard of for this long is gone.
const GONE_AFTER: Duration = Duration::from_secs(10);

/// What each gateway said last, by the name of its pod.
pub type Acks = BTreeMap<String, Ack>;

/// What a gateway said last.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// The publication it is about.
    pub number: u64,
    /// Why it does not serve that one; it does if none.
    pub nack: Option<String>,
    /// When it was heard of.
    pub seen: Instant,
    /// Average concurrency of each version, `namespace/function:version`; none is zero.
    pub in_flight: BTreeMap<String, f64>,
}

/// Takes down what a gateway says.
pub(super) fn note(acks: &mut Acks, said: Acknowledgement) {
    let nack = (said.result == Verdict::Nack).then(|| said.reason.unwrap_or_default());
    let ack = Ack { number: said.number, nack, seen: Instant::now(), in_flight: said.in_flight };
    acks.insert(said.gateway, ack);
}

/// Drops gateways that are gone; whether there were any.
pub(super) fn expire(acks: &mut Acks) -> bool {
    let before = acks.len();
    acks.retain(|_, ack| ack.seen.elapsed() < GONE_AFTER);
    acks.len() != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_gateway_is_dropped() {
        let mut acks = Acks::new();
        let said = |gateway: &str, result| Acknowledgement {
            gateway: gateway.into(),
            number: 3,
            result,
            reason: None,
            in_flight: BTreeMap::new(),
        };
        note(&mut acks, said("a", Verdict::Ack));
        tokio::time::advance(Duration::from_secs(6)).await;
        note(&mut acks, said("b", Verdict::Nack));
        assert!(!expire(&mut acks));
        tokio::time::advance(Duration::from_secs(6)).await;
        assert!(expire(&mut acks));
        assert_eq!(acks.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(acks["b"].nack.as_deref(), Some(""));
    }
}
