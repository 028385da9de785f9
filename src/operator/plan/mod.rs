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
use snapshot::publication::Secrets;

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
    /// What is known of the Secrets that integrations name.
    pub(crate) secrets: &'a Secrets,
    pub(crate) now: Timestamp,
}

/// Writes that do not need one another: they may be done at once.
pub(crate) type Step = Vec<Write>;

/// All that is to be written, one step after the other; none of them is empty.
pub(crate) fn plan(outcome: &Outcome, observed: &Observed<'_>) -> Vec<Step> {
    let workloads = workloads::planned(outcome, observed);
    let statuses = statuses::changed(outcome, observed);
    let mut steps = vec![
        deployments::made(outcome, observed),
        finalizers::added(outcome, observed.index),
        workloads.parts,
        workloads.deployments,
        statuses.events,
        statuses.statuses,
        finalizers::removed(outcome, observed.index),
        deployments::trimmed(outcome, observed.index),
        workloads::deleted(outcome, observed),
        workloads.stale,
    ];
    steps.retain(|step| !step.is_empty());
    steps
}
