//! What runs functions.

use std::collections::BTreeSet;

use compile::Outcome;
use serde::Serialize;
use serde_json::{Value, json};
use snapshot::NamespacedName;

use super::{Observed, Target, Write};
use crate::index::APPLIED;
use crate::parts::{Part, Present};
use crate::scaling::{Kept, kept};
use crate::settings::{MANAGED_BY, MANAGER, TOKEN_COPY};
use crate::workloads::{Workload, workload, workload_name};

/// What is to be done.
#[derive(Default)]
pub(super) struct Workloads {
    /// What of workloads is new, changed or missing, but for the Deployments.
    pub(super) parts: Vec<Write>,
    /// A Deployment carries the digest of all of its workload: it comes after the parts.
    pub(super) deployments: Vec<Write>,
    /// `ConfigMaps` with code that no pod is started with any more.
    pub(super) stale: Vec<Write>,
}

/// What runs the versions that are there.
pub(super) fn planned(outcome: &Outcome, observed: &Observed<'_>) -> Workloads {
    let mut planned = Workloads::default();
    let mut namespaces = BTreeSet::new();
    for Kept { name, version, in_use, running } in kept(outcome, observed.index) {
        // What is in use has a pod, whatever is known of its load.
        let wanted = || observed.replicas.get(name).copied().unwrap_or(1).max(1);
        let replicas = if in_use { wanted() } else { 0 };
        if replicas == 0 && running.is_none() {
            continue;
        }
        if namespaces.insert(&*name.namespace) {
            planned.parts.extend(token(&name.namespace, observed));
        }
        let mut workload = workload(version, replicas, &observed.settings.workloads);
        let Some(digest) = digest(&workload) else { continue };
        let running = running.filter(|running| running.applied.as_deref() == Some(&*digest));
        let is_same = running.is_some_and(|running| running.replicas == replicas);
        workload.deployment.metadata.annotations.get_or_insert_default().insert(APPLIED.to_owned(), digest);
        let is_there =
            |part, write: &Write| running.is_some() && observed.index.parts.has(part, &at(write.target()));
        planned
            .parts
            .extend(parts(&workload).filter(|(part, write)| !is_there(*part, write)).map(|(_, write)| write));
        if !is_same {
            planned.deployments.extend(apply("apps/v1", "Deployment", "deployments", &workload.deployment));
        }
        // Pods that end have their files already.
        if running.is_some_and(|running| running.rolled_out) {
            let uid = version.metadata.uid.as_deref().unwrap_or_default();
            planned.stale.extend(stale(&workload, &name.namespace, uid, observed));
        }
    }
    planned
}

fn stale(workload: &Workload, namespace: &str, uid: &str, observed: &Observed<'_>) -> Vec<Write> {
    let current = workload.config_map.as_ref().and_then(|config_map| config_map.metadata.name.as_deref());
    let of_version = observed.index.parts.config_maps_of(namespace, uid);
    let delete = |(name, present): (&NamespacedName, &Present)| Write::Delete {
        target: Target::new("v1", "ConfigMap", "configmaps", &name.namespace, &name.name),
        uid: present.uid.clone(),
        resource_version: present.resource_version.clone(),
    };
    of_version.filter(|(name, _)| Some(&*name.name) != current).map(delete).collect()
}

fn at(target: &Target) -> NamespacedName {
    NamespacedName::new(&*target.namespace, &*target.name)
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
    let is_there = observed.token_in.contains(namespace)
        && observed.index.parts.namespaces_with_token().contains(namespace);
    let token = observed.token.filter(|_| !is_there)?;
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

fn parts(workload: &Workload) -> impl Iterator<Item = (Part, Write)> {
    let policy = &workload.network_policy;
    let parts = [
        (Part::ConfigMap, apply("v1", "ConfigMap", "configmaps", &workload.config_map)),
        (Part::NetworkPolicy, apply("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", policy)),
        (Part::Service, apply("v1", "Service", "services", &workload.service)),
    ];
    parts.into_iter().filter_map(|(part, write)| Some((part, write?)))
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
