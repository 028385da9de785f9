//! Doing what is planned, one write after the other, for as long as the lease is held.

use std::collections::BTreeSet;

use crate::lease::Leadership;
use crate::plan::{Target, Write};

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
pub(crate) async fn execute(writes: &[Write], leadership: &Leadership, cluster: &impl Cluster) -> Report {
    let mut report = Report::default();
    for write in writes {
        if !leadership.held() {
            report.lost = true;
            return report;
        }
        let target = write.target();
        if is_of_a_failed_workload(target, &report.failed) {
            continue;
        }
        match cluster.write(write).await {
            Ok(()) => report.done += 1,
            Err(WriteError::Stale) => {
                tracing::debug!(
                    kind = target.kind,
                    namespace = target.namespace,
                    name = target.name,
                    "stale"
                );
            }
            Err(error) => {
                report.failed.insert(target.clone());
                let (kind, namespace, name) = (target.kind, &target.namespace, &target.name);
                tracing::warn!(kind, namespace, name, %error, "a write failed and is tried again");
            }
        }
    }
    report
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
