//! What is known of one endpoint.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// For how long an endpoint is left alone after its first failure; twice as long after each further one.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

/// Times are counted from here, so that they fit into an atomic.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Load and failures of one endpoint. Nothing orders these counts: they guide a choice and protect nothing.
#[derive(Debug, Default)]
pub(super) struct Health {
    in_flight: AtomicUsize,
    /// Milliseconds; 0 while it is in.
    out_until: AtomicU64,
    /// How long it was left alone the last time, in milliseconds; 0 once it has answered.
    last_pause: AtomicU64,
}

/// Milliseconds since the gateway first asked.
pub(super) fn now() -> u64 {
    // Not 0, which stands for never.
    u64::try_from(BEGINNING.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

impl Health {
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Relaxed)
    }

    pub(super) fn begin(&self) {
        self.in_flight.fetch_add(1, Relaxed);
    }

    pub(super) fn end(&self) {
        self.in_flight.fetch_sub(1, Relaxed);
    }

    /// Whether it is left alone at the moment. The clock is asked only where that matters.
    pub(super) fn is_out(&self, now: impl FnOnce() -> u64) -> bool {
        match self.out_until.load(Relaxed) {
            0 => false,
            until => until > now(),
        }
    }

    pub(super) fn failed(&self, now: u64) {
        let until = self.out_until.load(Relaxed);
        // The many requests that were in flight when it failed are one failure.
        if until > now {
            return;
        }
        let pause = match self.last_pause.load(Relaxed) {
            0 => SHORTEST,
            last => Duration::from_millis(last.saturating_mul(2)).min(LONGEST),
        };
        let pause = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        if self.out_until.compare_exchange(until, now.saturating_add(pause), Relaxed, Relaxed).is_ok() {
            self.last_pause.store(pause, Relaxed);
        }
    }

    pub(super) fn answered(&self) {
        // Read first: a write would take the cache line from other workers with each answer.
        if self.last_pause.load(Relaxed) != 0 {
            self.last_pause.store(0, Relaxed);
            self.out_until.store(0, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_an_answer_ends_them() {
        let health = Health::default();
        let mut now = 1;
        for pause in [1000, 2000, 4000, 8000, 10_000, 10_000] {
            health.failed(now);
            health.failed(now + 1); // one failure with the one before
            assert!(health.is_out(|| now + pause - 1), "{pause}");
            assert!(!health.is_out(|| now + pause), "{pause}");
            now += pause;
        }
        health.failed(now);
        health.answered();
        assert!(!health.is_out(|| now));
        health.failed(now);
        assert!(health.is_out(|| now + 999) && !health.is_out(|| now + 1000));
    }
}
