//! `ApiDeployment`s made of each new content of a `RestApi`, and dropped by the history limit.

use api::{Kind, ObjectKey};
use compile::Outcome;
use serde_json::json;
use snapshot::NamespacedName;

use super::{Observed, Target, Write};
use crate::index::Index;
use crate::settings::{MANAGED_BY, MANAGER};

/// Those that are not there yet.
pub(super) fn made(outcome: &Outcome, observed: &Observed<'_>) -> Vec<Write> {
    let index = observed.index;
    let missing = outcome.last_good.deployments.iter().filter(|(name, record)| {
        !record.committed && !index.objects.contains_key(&key(Kind::ApiDeployment, name))
    });
    let apply = |(name, record): (&NamespacedName, &compile::DeploymentRecord)| {
        let rest_api = NamespacedName::new(&*name.namespace, &*record.rest_api);
        let owner = index.objects.get(&key(Kind::RestApi, &rest_api)).filter(|owner| !owner.deleting)?;
        let target = Target::ours(&key(Kind::ApiDeployment, name));
        let body = json!({
            "apiVersion": target.api_version,
            "kind": target.kind,
            "metadata": {
                "name": name.name,
                "namespace": name.namespace,
                "labels": { MANAGED_BY: MANAGER },
                "ownerReferences": [{
                    "apiVersion": api::API_VERSION,
                    "kind": "RestApi",
                    "name": record.rest_api,
                    "uid": owner.uid,
                    "controller": true,
                }],
            },
            "spec": { "restApi": record.rest_api, "api": record.content },
        });
        Some(Write::Apply { target, body })
    };
    missing.filter_map(apply).collect()
}

/// Those that compile does not keep. Committed ones are never touched.
pub(super) fn trimmed(outcome: &Outcome, index: &Index) -> Vec<Write> {
    let made = index.objects.iter().filter(|(key, seen)| {
        let name = NamespacedName::new(&*key.namespace, &*key.name);
        seen.made && !seen.deleting && !outcome.last_good.deployments.contains_key(&name)
    });
    let delete = |(key, seen): (&ObjectKey, &crate::index::Seen)| Write::Delete {
        target: Target::ours(key),
        uid: seen.uid.clone(),
        resource_version: seen.resource_version.clone(),
    };
    made.map(delete).collect()
}

fn key(kind: Kind, name: &NamespacedName) -> ObjectKey {
    ObjectKey { kind, namespace: name.namespace.clone(), name: name.name.clone() }
}
