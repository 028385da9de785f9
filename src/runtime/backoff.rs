//! How long to wait after processes that did not come up.

use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// Failed starts in a row, for a whole function: were it per process, a broken function with many slots would
/// start as many processes at once.
#[derive(Debug)]
pub(crate) struct Backoff<F> {
    failures: u32,
    last: Option<(Instant, F)>,
}

impl<F: Clone> Backoff<F> {
    pub(crate) fn new() -> Self {
        Self { failures: 0, last: None }
    }

    /// A process did not come up.
    pub(crate) fn failed(&mut self, why: F, now: Instant) {
        let delay = FIRST.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        self.last = Some((now + delay, why));
    }

    /// A process has handled an event and come back for the next.
    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }

    /// Whether the last starts failed.
    pub(crate) fn is_suspicious(&self) -> bool {
        self.failures > 0
    }

    /// What the last start failed with, as long as no other may be made.
    pub(crate) fn holds(&self, now: Instant) -> Option<F> {
        self.last.as_ref().filter(|(until, _)| now < *until).map(|(_, why)| why.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_ten_seconds() {
        let mut backoff = Backoff::new();
        let now = Instant::now();
        for millis in [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000] {
            backoff.failed("why", now);
            assert_eq!(backoff.holds(now + Duration::from_millis(millis - 1)), Some("why"));
            assert_eq!(backoff.holds(now + Duration::from_millis(millis)), None);
        }
        for _ in 0..100 {
            backoff.failed("why", now);
        }
        assert_eq!(backoff.holds(now + Duration::from_millis(9_999)), Some("why"));
        backoff.reset();
        assert_eq!(backoff.holds(now), None);
        assert!(!backoff.is_suspicious());
    }
}
