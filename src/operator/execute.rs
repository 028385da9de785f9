//! Doing what is planned, one step after the other, for as long as the lease is held.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::lease::Leadership;
use crate::plan::{Step, Target, Write};

/// Writes of a step that are on their way at once: an API server takes hundreds, and is not ours alone.
const AT_ONCE: usize = 16;

/// What takes writes.
pub(crate) trait Cluster {
    /// Does one write.
    fn write(&self, write: &Write) -> impl Future<Output = Result<(), WriteError>> + Send;
}

/// Why a write was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// What it was meant for is gone or changed: the next plan knows better.
    #[error("what it was meant for has changed")]
    Stale,
    /// Anything else.
    #[error(transparent)]
    Kube(#[from] kube::Error),
    /// No answer; it may have been done.
    #[error("no answer in time")]
    Timeout,
}

/// How it went.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) done: usize,
    pub(crate) failed: BTreeSet<Target>,
    /// The lease was not held any more: nothing was written after that.
    pub(crate) lost: bool,
}

/// A Deployment carries the digest of its whole workload: written after a part that failed, it would say that all of it
/// is there. The names of the parts begin with its own.
fn is_of_a_failed_workload(target: &Target, failed: &BTreeSet<Target>) -> bool {
    let part = |other: &Target| other.namespace == target.namespace && other.name.starts_with(&target.name);
    target.kind == "Deployment" && failed.iter().any(part)
}

/// Writes. One that fails does not keep the others, but for the Deployment of the same workload.
pub(crate) async fn execute(steps: &[Step], leadership: &Leadership, cluster: &impl Cluster) -> Report {
    let mut report = Report::default();
    for step in steps {
        let mut under_way = FuturesUnordered::new();
        for write in step {
            if is_of_a_failed_workload(write.target(), &report.failed) {
                continue;
            }
            if under_way.len() == AT_ONCE
                && let Some((target, result)) = under_way.next().await
            {
                report.note(target, result);
            }
            if !leadership.held() {
                report.lost = true;
                break;
            }
            under_way.push(async move { (write.target(), cluster.write(write).await) });
        }
        while let Some((target, result)) = under_way.next().await {
            report.note(target, result);
        }
        if report.lost {
            break;
        }
    }
    report
}

impl Report {
    fn note(&mut self, target: &Target, result: Result<(), WriteError>) {
        let (kind, namespace, name) = (target.kind, &target.namespace, &target.name);
        match result {
            Ok(()) => self.done += 1,
            Err(WriteError::Stale) => tracing::debug!(kind, namespace, name, "stale"),
            Err(error) => {
                self.failed.insert(target.clone());
                tracing::warn!(kind, namespace, name, %error, "a write failed and is tried again");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_waits_for_its_parts() {
        let target = |kind, name: &str| Target::new("v1", kind, "x", "shop", name);
        let failed = BTreeSet::from([target("ConfigMap", "fn-hello-1-c06ef-0123456789")]);
        assert!(is_of_a_failed_workload(&target("Deployment", "fn-hello-1-c06ef"), &failed));
        assert!(!is_of_a_failed_workload(&target("Deployment", "fn-hello-2-953cd"), &failed));
        assert!(!is_of_a_failed_workload(&target("Service", "fn-hello-1-c06ef"), &failed));
    }
}
