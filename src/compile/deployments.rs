//! Deployments: made of each new content of a `RestApi`, or committed as objects.

use std::collections::{BTreeMap, BTreeSet};

use api::{ApiContent, ApiDeployment, Kind, ObjectKey, Reason};
use snapshot::NamespacedName;

use crate::content;
use crate::diagnostic::Diagnostics;
use crate::normalise::content_digest;
use crate::objects::key;
use crate::{AcceptedStage, DeploymentRecord, LastGood, Objects};

/// Deployments of an API that are kept though nothing refers to them, unless the API says otherwise.
const HISTORY_LIMIT: u32 = 10;

/// What can be pointed to.
pub(crate) struct Deployments {
    /// Every deployment there is, and those that are only there since something serves them.
    pub(crate) known: BTreeMap<NamespacedName, DeploymentRecord>,
    /// Those of `known` that a Stage may point to: a committed one whose object is gone is not among them.
    pub(crate) present: BTreeSet<NamespacedName>,
    /// `RestApi` → name of the deployment of its newest good content.
    pub(crate) current: BTreeMap<NamespacedName, String>,
}

pub(crate) fn accept(objects: &Objects, last: &LastGood, diagnostics: &mut Diagnostics) -> Deployments {
    let mut deployments = Deployments {
        known: last.deployments.clone(),
        present: last
            .deployments
            .iter()
            .filter(|(_, d)| !d.committed)
            .map(|(name, _)| name.clone())
            .collect(),
        current: BTreeMap::new(),
    };
    for (name, deployment) in &objects.deployments {
        deployments.commit(name, deployment, diagnostics);
    }
    for name in last.deployments.keys().filter(|name| objects.is_unreadable(Kind::ApiDeployment, name)) {
        deployments.present.insert(name.clone());
    }
    for (name, api) in &objects.rest_apis {
        let object = key(Kind::RestApi, name);
        if let Some(content) = content::of_rest_api(&object, &api.spec, diagnostics) {
            deployments.make(&object, name, content, diagnostics);
        }
    }
    for (name, current) in &last.current {
        let present = objects.rest_apis.contains_key(name) || objects.is_unreadable(Kind::RestApi, name);
        if present {
            deployments.current.entry(name.clone()).or_insert_with(|| current.clone());
        }
    }
    deployments
}

impl Deployments {
    fn commit(&mut self, name: &NamespacedName, deployment: &ApiDeployment, diagnostics: &mut Diagnostics) {
        let object = key(Kind::ApiDeployment, name);
        let recorded = self.known.get(name).cloned();
        if recorded.is_some() {
            // Whatever is wrong with the object now, what was recorded under its name goes on serving.
            self.present.insert(name.clone());
        }
        let Some(content) = content::of_deployment(&object, &deployment.spec.api, diagnostics) else {
            return;
        };
        let Some(digest) = content_digest(&content) else { return };
        let digest = digest.to_string();
        if name.name == api::LATEST_DEPLOYMENT {
            diagnostics.error(
                &object,
                "metadata.name",
                Reason::Invalid,
                "latest is what follows the RestApi; take another name",
            );
        }
        if let Some(recorded) =
            recorded.filter(|r| r.digest != digest || r.rest_api != deployment.spec.rest_api)
        {
            let what = format!(
                "an ApiDeployment is immutable: {name} is recorded with digest {}, and this is {digest}; write it under another name",
                recorded.digest
            );
            diagnostics.error(&object, "spec", Reason::Immutable, what);
        }
        if !diagnostics.refused(&object) {
            let rest_api = NamespacedName::new(&*name.namespace, &*deployment.spec.rest_api);
            self.record(name.clone(), &rest_api, content, digest, true);
        }
    }

    fn make(
        &mut self,
        object: &ObjectKey,
        api: &NamespacedName,
        content: ApiContent,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(digest) = content_digest(&content) else { return };
        let name = NamespacedName::new(&*api.namespace, format!("{}-{}", api.name, digest.short()));
        let digest = digest.to_string();
        if let Some(taken) = self.known.get(&name).filter(|d| d.digest != digest || d.rest_api != api.name) {
            let what = format!(
                "its deployment would be {name}, which is taken by content with digest {}",
                taken.digest
            );
            diagnostics.error(object, "spec", Reason::Conflict, what);
            return;
        }
        self.current.insert(api.clone(), name.name.clone());
        if !self.known.contains_key(&name) {
            self.record(name.clone(), api, content, digest, false);
        }
    }

    fn record(
        &mut self,
        name: NamespacedName,
        api: &NamespacedName,
        content: ApiContent,
        digest: String,
        committed: bool,
    ) {
        let of_api =
            self.known.iter().filter(|(n, d)| n.namespace == api.namespace && d.rest_api == api.name);
        let next = of_api.map(|(_, d)| d.sequence + 1).max().unwrap_or(0);
        let sequence = self.known.get(&name).map_or(next, |known| known.sequence);
        self.present.insert(name.clone());
        self.known.insert(
            name,
            DeploymentRecord { rest_api: api.name.clone(), digest, content, committed, sequence },
        );
    }

    /// Those to keep: that a stage serves or has in its history, that are current, that are committed and there, and the newest others.
    pub(crate) fn keep(
        self,
        stages: &BTreeMap<NamespacedName, AcceptedStage>,
        objects: &Objects,
    ) -> BTreeMap<NamespacedName, DeploymentRecord> {
        let mut needed = objects.in_history.clone();
        for (name, stage) in stages {
            let of = |deployment: &String| NamespacedName::new(&*name.namespace, &**deployment);
            needed.insert(of(&stage.deployment));
            needed.extend(stage.canary.as_ref().map(|canary| of(&canary.deployment)));
        }
        needed.extend(self.current.iter().map(|(api, name)| NamespacedName::new(&*api.namespace, &**name)));
        let mut others: BTreeMap<(String, String), Vec<(u64, NamespacedName)>> = BTreeMap::new();
        for (name, record) in self.known.iter().filter(|(name, r)| !r.committed && !needed.contains(*name)) {
            let of_api = others.entry((name.namespace.clone(), record.rest_api.clone())).or_default();
            of_api.push((record.sequence, name.clone()));
        }
        for ((namespace, api), of_api) in &mut others {
            of_api.sort();
            let api = objects.rest_apis.get(&NamespacedName::new(&**namespace, &**api));
            let limit = api.and_then(|api| api.spec.deployment_history_limit).unwrap_or(HISTORY_LIMIT);
            needed.extend(of_api.iter().rev().take(limit as usize).map(|(_, name)| name.clone()));
        }
        let keeps = |name: &NamespacedName, record: &DeploymentRecord| {
            needed.contains(name) || (record.committed && self.present.contains(name))
        };
        self.known
            .iter()
            .filter(|(name, record)| keeps(name, record))
            .map(|(n, r)| (n.clone(), r.clone()))
            .collect()
    }
}
