//! What runs functions.

use std::collections::BTreeSet;

use compile::Outcome;
use serde::Serialize;
use serde_json::{Value, json};
use snapshot::NamespacedName;

use super::{Observed, Target, Write};
use crate::index::APPLIED;
use crate::scaling::{Kept, kept};
use crate::settings::{MANAGED_BY, MANAGER, TOKEN_COPY};
use crate::workloads::{Workload, workload, workload_name};

/// What is new or changed; a Deployment, which carries the digest of all of its workload, comes after the parts.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) parts: Vec<Write>,
    pub(super) deployments: Vec<Write>,
}

pub(super) fn applied(outcome: &Outcome, observed: &Observed<'_>) -> Applied {
    let mut applied = Applied::default();
    let mut namespaces = BTreeSet::new();
    for Kept { name, version, in_use, running } in kept(outcome, observed.index) {
        // What is in use has a pod, whatever is known of its load.
        let wanted = || observed.replicas.get(name).copied().unwrap_or(1).max(1);
        let replicas = if in_use { wanted() } else { 0 };
        if replicas == 0 && running.is_none() {
            continue;
        }
        if namespaces.insert(&*name.namespace) {
            applied.parts.extend(token(&name.namespace, observed));
        }
        let mut workload = workload(version, replicas, &observed.settings.workloads);
        let Some(digest) = digest(&workload) else { continue };
        let same = running.is_some_and(|running| running.applied.as_deref() == Some(&*digest));
        if same && running.is_some_and(|running| running.replicas == replicas) {
            continue;
        }
        workload.deployment.metadata.annotations.get_or_insert_default().insert(APPLIED.to_owned(), digest);
        if !same {
            applied.parts.extend(parts(&workload));
        }
        applied.deployments.extend(apply("apps/v1", "Deployment", "deployments", &workload.deployment));
    }
    applied
}

/// Deployments of versions that are no more. Whose object is gone, Kubernetes collects by itself.
pub(super) fn deleted(outcome: &Outcome, observed: &Observed<'_>) -> Vec<Write> {
    let wanted: BTreeSet<_> = outcome
        .functions
        .keys()
        .map(|(f, version)| NamespacedName::new(&*f.namespace, workload_name(&f.name, version)))
        .collect();
    let orphans = observed
        .index
        .workloads
        .iter()
        .filter(|(name, running)| running.owner.is_some() && !wanted.contains(*name));
    let delete = |(name, running): (&NamespacedName, &crate::index::Running)| Write::Delete {
        target: Target::new("apps/v1", "Deployment", "deployments", &name.namespace, &name.name),
        uid: running.uid.clone(),
        resource_version: running.resource_version.clone(),
    };
    orphans.map(delete).collect()
}

/// The copy of the function token that pods of the namespace mount.
fn token(namespace: &str, observed: &Observed<'_>) -> Option<Write> {
    let token = observed.token.filter(|_| !observed.token_in.contains(namespace))?;
    let target = Target::new("v1", "Secret", "secrets", namespace, TOKEN_COPY);
    let body = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": TOKEN_COPY, "namespace": namespace, "labels": { MANAGED_BY: MANAGER } },
        "stringData": { "token": token },
    });
    Some(Write::Apply { target, body })
}

/// Of everything but the number of pods.
fn digest(workload: &Workload) -> Option<String> {
    let mut deployment = serde_json::to_value(&workload.deployment).ok()?;
    deployment["spec"]["replicas"] = Value::Null;
    let whole = (&workload.config_map, &workload.service, &workload.network_policy, deployment);
    snapshot::digest(&whole).map(|digest| digest.to_string())
}

fn parts(workload: &Workload) -> impl Iterator<Item = Write> {
    let parts = [
        apply("v1", "ConfigMap", "configmaps", &workload.config_map),
        apply("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", &workload.network_policy),
        apply("v1", "Service", "services", &workload.service),
    ];
    parts.into_iter().flatten()
}

fn apply(
    api_version: &'static str,
    kind: &'static str,
    plural: &'static str,
    body: &impl Serialize,
) -> Option<Write> {
    let body = serde_json::to_value(body).ok().filter(Value::is_object)?;
    let text = |field: &str| body["metadata"][field].as_str().unwrap_or_default();
    let target = Target::new(api_version, kind, plural, text("namespace"), text("name"));
    Some(Write::Apply { target, body })
}
