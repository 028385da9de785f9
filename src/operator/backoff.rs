//! How long to wait before what failed is tried again.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::plan::Target;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// Twice as long after each failure, up to a bound.
#[derive(Debug, Default)]
pub(crate) struct Backoff(Option<Duration>);

impl Backoff {
    /// It failed; the time to wait.
    pub(crate) fn failed(&mut self) -> Duration {
        let wait = self.0.map_or(FIRST, |last| (last * 2).min(LONGEST));
        self.0 = Some(wait);
        wait
    }

    /// It did not fail.
    pub(crate) fn succeeded(&mut self) {
        self.0 = None;
    }
}

/// The same for rounds of writes. Writes that keep failing don't make one wait that never failed before, nor does
/// the wait go on growing where some of them succeed at last.
#[derive(Debug, Default)]
pub(crate) struct Failing {
    last: BTreeSet<Target>,
    backoff: Backoff,
}

impl Failing {
    /// After a round in which these failed: the time to wait, if there is anything to try again.
    pub(crate) fn after(&mut self, failed: BTreeSet<Target>) -> Option<Duration> {
        if failed != self.last {
            self.backoff.succeeded();
        }
        self.last = failed;
        (!self.last.is_empty()).then(|| self.backoff.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failing: &mut Failing, names: &[&str]) -> Option<u64> {
        let target = |name: &&str| Target::new("v1", "ConfigMap", "configmaps", "default", name);
        failing.after(names.iter().map(target).collect()).map(|wait| wait.as_secs())
    }

    #[test]
    fn doubles_up_to_a_bound_until_it_succeeds() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.failed().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.succeeded();
        assert_eq!(backoff.failed(), FIRST);
    }

    #[test]
    fn begins_anew_when_other_writes_fail() {
        let mut failing = Failing::default();
        assert_eq!(after(&mut failing, &[]), None);
        assert_eq!(after(&mut failing, &["a", "b"]), Some(1));
        assert_eq!(after(&mut failing, &["a", "b"]), Some(2));
        // One of them succeeded: the others may too.
        assert_eq!(after(&mut failing, &["a"]), Some(1));
        assert_eq!(after(&mut failing, &["a"]), Some(2));
        assert_eq!(after(&mut failing, &["a"]), Some(4));
        assert_eq!(after(&mut failing, &["a", "c"]), Some(1));
        assert_eq!(after(&mut failing, &[]), None);
        assert_eq!(after(&mut failing, &["a"]), Some(1));
    }
}
