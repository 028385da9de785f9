//! What is to be written: a pure function of what was compiled and what was seen.
//!
//! Deployments come first, then what functions need, statuses last, and what goes after everything else: whoever
//! stops in between leaves nothing that leads nowhere.

mod deployments;
mod finalizers;
mod live;
mod stages;
mod statuses;
#[cfg(test)]
mod tests;
mod workloads;
mod write;

use std::collections::BTreeSet;

use compile::Outcome;
use jiff::Timestamp;

use crate::index::Index;
use crate::programming::{Acknowledged, Programming};
use crate::scaling::Replicas;
use crate::settings::Settings;

pub(crate) use write::{Target, Write};

/// What was seen.
pub(crate) struct Observed<'a> {
    pub(crate) index: &'a Index,
    pub(crate) programming: &'a Programming,
    /// Gateway pods that are ready.
    pub(crate) gateways: &'a BTreeSet<String>,
    /// What gateways said.
    pub(crate) acknowledged: &'a Acknowledged,
    pub(crate) settings: &'a Settings,
    /// The function token, where there is one yet.
    pub(crate) token: Option<&'a str>,
    /// Namespaces that were given it.
    pub(crate) token_in: &'a BTreeSet<String>,
    pub(crate) replicas: &'a Replicas,
    pub(crate) now: Timestamp,
}

/// All that is to be written.
pub(crate) fn plan(outcome: &Outcome, observed: &Observed<'_>) -> Vec<Write> {
    let mut writes = deployments::made(outcome, observed);
    writes.extend(finalizers::added(outcome, observed.index));
    let workloads = workloads::planned(outcome, observed);
    writes.extend(workloads.applied);
    writes.extend(statuses::changed(outcome, observed));
    writes.extend(finalizers::removed(outcome, observed.index));
    writes.extend(deployments::trimmed(outcome, observed.index));
    writes.extend(workloads::deleted(outcome, observed));
    writes.extend(workloads.stale);
    writes
}
