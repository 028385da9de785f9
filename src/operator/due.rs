//! When the loop acts on what it has heard.

use std::time::Duration;

use tokio::time::Instant;

use crate::index::Effect;

/// Changes that come within this time are one.
const HOLD_OFF: Duration = Duration::from_millis(50);
/// And none waits longer, however many come.
const LONGEST_HOLD_OFF: Duration = Duration::from_millis(500);
/// What is to be done, from when on and at the latest when.
#[derive(Default)]
pub(crate) struct Due {
    pub(crate) effect: Option<Effect>,
    first: Option<Instant>,
    pub(crate) at: Option<Instant>,
}

impl Due {
    /// A change that is held off for a moment, since more tend to come with it.
    pub(crate) fn mark(&mut self, effect: Effect) {
        if effect == Effect::Nothing {
            return;
        }
        let now = Instant::now();
        let first = *self.first.get_or_insert(now);
        self.effect = self.effect.max(Some(effect));
        self.at = Some((now + HOLD_OFF).min(first + LONGEST_HOLD_OFF));
    }

    /// Something to be tried again after `wait`.
    pub(crate) fn later(&mut self, effect: Effect, wait: Duration) {
        let at = Instant::now() + wait;
        self.effect = self.effect.max(Some(effect));
        self.at = Some(self.at.map_or(at, |sooner| sooner.min(at)));
    }
}
