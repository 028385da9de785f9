//! What was last good, from what the statuses say: after a start, and for replicas that do not hold the lease.

use std::collections::BTreeSet;

use api::{
    AliasSpec, AliasStatus, ApiDeploymentStatus, FunctionVersionStatus, Kind, Object, ObjectKey,
    RestApiStatus, StageStatus,
};
use compile::{
    AcceptedCanary, AcceptedStage, DeploymentRecord, LastGood, Objects, content_digest, normalise,
};
use kube::core::DynamicObject;
use serde::de::DeserializeOwned;
use serde_json::Value;
use snapshot::NamespacedName;

use crate::index::{Change, Index, Seen, Source};

/// Of a cluster that is looked at once: what compile is to see, and what was last good. Each kind's objects stand in a list.
pub fn live(lists: impl IntoIterator<Item = (Kind, Vec<DynamicObject>)>) -> (Objects, LastGood) {
    let mut index = Index::default();
    for (kind, objects) in lists {
        index.take(Change::Listed(Source::Kind(kind), objects));
    }
    (index.objects(), from_statuses(&index))
}

/// All of it.
pub(crate) fn from_statuses(index: &Index) -> LastGood {
    let mut last = LastGood::default();
    let mut deployments = Vec::new();
    for (key, seen) in &index.objects {
        let name = NamespacedName::new(&*key.namespace, &*key.name);
        match (key.kind, &seen.object) {
            (Kind::RestApi, _) => {
                let status: RestApiStatus = status(seen);
                last.current.extend(status.deployment.map(|deployment| (name, deployment)));
            }
            (Kind::ApiDeployment, Ok(Object::ApiDeployment(object))) => {
                let content = normalise(object.spec.api.clone());
                let Some(digest) = content_digest(&content).map(|digest| digest.to_string()) else {
                    continue;
                };
                let recorded = status::<ApiDeploymentStatus>(seen).digest;
                // A committed one that never was taken is looked at anew.
                if recorded.as_ref().is_some_and(|recorded| *recorded == digest) || seen.made {
                    let rest_api = object.spec.rest_api.clone();
                    let committed = !seen.made;
                    let record = DeploymentRecord { rest_api, digest, content, committed, sequence: 0 };
                    deployments.push((seen.created, name, record));
                }
            }
            (Kind::Stage, _) => {
                last.stages.extend(stage(seen).map(|stage| (name, stage)));
            }
            (Kind::Alias, Ok(Object::Alias(object))) => {
                let status: AliasStatus = status(seen);
                let live = status.function_version.map(|function_version| AliasSpec {
                    function_version,
                    additional_version_weights: status.additional_version_weights,
                    ..object.spec.clone()
                });
                last.aliases.extend(live.map(|live| (name, live)));
            }
            (Kind::FunctionVersion, Ok(Object::FunctionVersion(object)))
                if status::<FunctionVersionStatus>(seen).digest.is_some() =>
            {
                last.versions.insert(name, object.spec.clone());
            }
            _ => {}
        }
    }
    deployments.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    for (sequence, (_, name, record)) in (0..).zip(deployments) {
        last.deployments.insert(name, DeploymentRecord { sequence, ..record });
    }
    last
}

/// Deployments that were live on a stage.
pub(crate) fn in_history(status: &Value) -> Vec<String> {
    let status: StageStatus = serde_json::from_value(status.clone()).unwrap_or_default();
    let of = |entry: api::StageHistory| [Some(entry.deployment), entry.canary_deployment];
    status.history.into_iter().flat_map(of).flatten().collect()
}

fn stage(seen: &Seen) -> Option<AcceptedStage> {
    let (rest_api, name) = seen.claims.clone()?;
    let status: StageStatus = status(seen);
    let canary = status.canary.map(|canary| AcceptedCanary {
        basis_points: basis_points(canary.percent),
        deployment: canary.deployment,
        variables: canary.variables,
    });
    Some(AcceptedStage {
        name,
        rest_api,
        deployment: status.deployment?,
        variables: status.variables,
        canary,
        method_settings: status.method_settings,
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn basis_points(percent: f64) -> u16 {
    (percent * 100.0).round().clamp(0.0, 10_000.0) as u16
}

/// One that does not decode says nothing.
pub(crate) fn status<T: DeserializeOwned + Default>(seen: &Seen) -> T {
    serde_json::from_value(seen.status.clone()).unwrap_or_default()
}

/// Forgets made deployments that are gone from the cluster, or whose `RestApi` is, unless something serves them.
pub(crate) fn forget(last: &mut LastGood, index: &Index, seen_made: &mut BTreeSet<NamespacedName>) {
    let key = |kind, name: &NamespacedName| ObjectKey {
        kind,
        namespace: name.namespace.clone(),
        name: name.name.clone(),
    };
    let mut served = BTreeSet::new();
    for (name, stage) in &last.stages {
        let canary = stage.canary.as_ref().map(|canary| &canary.deployment);
        let both = [Some(&stage.deployment), canary].into_iter().flatten();
        served.extend(both.map(|deployment| NamespacedName::new(&*name.namespace, &**deployment)));
    }
    last.deployments.retain(|name, record| {
        if record.committed || served.contains(name) {
            return true;
        }
        if index.objects.get(&key(Kind::ApiDeployment, name)).is_some_and(|seen| !seen.deleting) {
            seen_made.insert(name.clone());
            return true;
        }
        let rest_api = NamespacedName::new(&*name.namespace, &*record.rest_api);
        !seen_made.contains(name) && index.objects.contains_key(&key(Kind::RestApi, &rest_api))
    });
    seen_made.retain(|name| {
        last.deployments.contains_key(name) || index.objects.contains_key(&key(Kind::ApiDeployment, name))
    });
}
