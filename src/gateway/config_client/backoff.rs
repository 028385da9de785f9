//! How long to wait before the next attempt.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Doubles from attempt to attempt, half of it by chance: gateways that lost the same replica don't return as one.
#[derive(Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }

    pub(super) fn next(&mut self) -> Duration {
        let whole = SHORTEST.saturating_mul(1 << self.attempts.min(10)).min(LONGEST);
        self.attempts = self.attempts.saturating_add(1);
        whole.mul_f64(0.5 + fastrand::f64() / 2.0).max(SHORTEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_its_bounds() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..40).map(|_| backoff.next()).collect();
        assert!(waits.iter().all(|wait| (SHORTEST..=LONGEST).contains(wait)), "{waits:?}");
        assert!(waits[39] >= LONGEST / 2);
        backoff.reset();
        assert_eq!(backoff.next(), SHORTEST);
    }
}
