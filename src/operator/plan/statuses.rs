//! Statuses that differ from what is written.

use std::collections::BTreeMap;

use api::{
    AliasStatus, ApiDeploymentStatus, FunctionVersionSpec, FunctionVersionStatus, Kind, ObjectKey, Reason,
    RestApiStatus, StageStatus,
};
use compile::{Outcome, Status, Waiting};
use serde::Serialize;
use serde_json::{Value, json};
use snapshot::NamespacedName;

use super::live::{self, Facts};
use super::{Observed, Target, Write, stages};
use crate::index::{Running, Seen};
use crate::last_good::status;
use crate::workloads::workload_name;

/// Statuses to write, and Events that tell of them: those come first, so that none is lost.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) events: Vec<Write>,
    pub(super) statuses: Vec<Write>,
}

pub(super) fn changed(outcome: &Outcome, observed: &Observed<'_>) -> Changed {
    let context = Context {
        outcome,
        observed,
        compiled: outcome.statuses.iter().map(|status| (&status.object, status)).collect(),
        waiting: live::waiting(outcome),
        versions: versions_by_user(outcome),
    };
    let mut changed = Changed::default();
    for (key, seen) in &observed.index.objects {
        if let Some((event, status)) = context.of(key, seen) {
            changed.events.extend(event);
            changed.statuses.push(status);
        }
    }
    changed
}

/// What each object leads to, be it by an alias.
fn versions_by_user(outcome: &Outcome) -> BTreeMap<&ObjectKey, Vec<&FunctionVersionSpec>> {
    let mut by_user: BTreeMap<&ObjectKey, Vec<&FunctionVersionSpec>> = BTreeMap::new();
    for (name, spec) in &outcome.last_good.versions {
        let version = ObjectKey {
            kind: Kind::FunctionVersion,
            namespace: name.namespace.clone(),
            name: name.name.clone(),
        };
        for user in outcome.in_use.get(&version).into_iter().flatten() {
            let by_alias = outcome.in_use.get(user).filter(|_| user.kind == Kind::Alias);
            for user in by_alias.into_iter().flatten().chain([user]) {
                by_user.entry(user).or_default().push(spec);
            }
        }
    }
    by_user
}

struct Context<'a> {
    outcome: &'a Outcome,
    observed: &'a Observed<'a>,
    compiled: BTreeMap<&'a ObjectKey, &'a Status>,
    waiting: BTreeMap<&'a ObjectKey, &'a Waiting>,
    versions: BTreeMap<&'a ObjectKey, Vec<&'a FunctionVersionSpec>>,
}

impl Context<'_> {
    fn of(&self, key: &ObjectKey, seen: &Seen) -> Option<(Option<Write>, Write)> {
        let name = NamespacedName::new(&*key.namespace, &*key.name);
        let (body, note) = match key.kind {
            Kind::RestApi => (self.rest_api(key, seen, &name), None),
            Kind::ApiDeployment => (self.deployment(key, seen, &name), None),
            Kind::FunctionVersion => (self.version(key, seen, &name), None),
            Kind::Stage => self.stage(key, seen, &name),
            Kind::Alias => self.alias(key, seen, &name),
        };
        let body = body.filter(|body| Some(body) != written(key.kind, seen).as_ref())?;
        let since = seen.status["conditions"].to_string();
        let event = note.and_then(|note| live::event(key, seen, &since, &note, self.observed));
        let target = Target::ours(key);
        let body = json!({
            "apiVersion": target.api_version,
            "kind": target.kind,
            // With the uid: another object of the same name must not get it.
            "metadata": { "name": key.name, "namespace": key.namespace, "uid": seen.uid },
            "status": body,
        });
        Some((event, Write::Status { target, body }))
    }

    fn facts(&self, key: &ObjectKey, seen: &Seen, pods: Result<Reason, String>) -> Facts<'_> {
        let accepted = match self.compiled.get(key) {
            Some(status) => (status.accepted, status.reason, status.message.clone()),
            None if seen.deleting => {
                let users = live::users(self.outcome, key).join(", ");
                (true, Reason::Accepted, format!("is deleted, and stays until nothing uses it: {users} does"))
            }
            None => (true, Reason::Accepted, String::new()),
        };
        Facts { accepted, waiting: self.waiting.get(key).copied(), pods }
    }

    fn rest_api(&self, key: &ObjectKey, seen: &Seen, name: &NamespacedName) -> Option<Value> {
        let old: RestApiStatus = status(seen);
        let facts = self.facts(key, seen, Ok(Reason::Ready));
        let last = &self.outcome.last_good;
        let deployment = last.current.get(name).cloned();
        let record = deployment.as_ref().and_then(|deployment| {
            last.deployments.get(&NamespacedName::new(&*name.namespace, &**deployment))
        });
        value(&RestApiStatus {
            observed_generation: seen.generation,
            digest: record.map(|record| record.digest.clone()),
            deployment,
            conditions: live::conditions(key, seen, &facts, &old.conditions, self.observed),
        })
    }

    fn deployment(&self, key: &ObjectKey, seen: &Seen, name: &NamespacedName) -> Option<Value> {
        let old: ApiDeploymentStatus = status(seen);
        let facts = self.facts(key, seen, Ok(Reason::Ready));
        value(&ApiDeploymentStatus {
            observed_generation: seen.generation,
            digest: self.outcome.last_good.deployments.get(name).map(|record| record.digest.clone()),
            in_use_by: live::users(self.outcome, key),
            conditions: live::conditions(key, seen, &facts, &old.conditions, self.observed),
        })
    }

    fn version(&self, key: &ObjectKey, seen: &Seen, name: &NamespacedName) -> Option<Value> {
        let old: FunctionVersionStatus = status(seen);
        let spec = self.outcome.last_good.versions.get(name);
        let running = spec.and_then(|spec| self.running(&name.namespace, &spec.function_name, &spec.version));
        let pods = match running {
            _ if !self.outcome.in_use.contains_key(key) => Ok(Reason::Unused),
            Some(running) if running.ready > 0 => Ok(Reason::Ready),
            _ => Err("no pod is ready yet".to_owned()),
        };
        let facts = self.facts(key, seen, pods);
        value(&FunctionVersionStatus {
            observed_generation: seen.generation,
            digest: spec.and_then(snapshot::digest).map(|digest| digest.to_string()),
            replicas: running.map_or(0, |running| running.pods),
            ready_replicas: running.map_or(0, |running| running.ready),
            in_use_by: live::users(self.outcome, key),
            conditions: live::conditions(key, seen, &facts, &old.conditions, self.observed),
        })
    }

    fn stage(&self, key: &ObjectKey, seen: &Seen, name: &NamespacedName) -> (Option<Value>, Option<String>) {
        let old: StageStatus = status(seen);
        let facts = self.facts(key, seen, self.pods_for(key));
        let (settings, now) = (self.observed.settings, self.observed.now);
        let live = self.outcome.last_good.stages.get(name);
        let (mut new, note) = stages::status(key, seen, live, &old, &settings.base_domain, now);
        new.observed_generation = seen.generation;
        new.conditions = live::conditions(key, seen, &facts, &old.conditions, self.observed);
        (value(&new), note)
    }

    fn alias(&self, key: &ObjectKey, seen: &Seen, name: &NamespacedName) -> (Option<Value>, Option<String>) {
        let old: AliasStatus = status(seen);
        let facts = self.facts(key, seen, self.pods_for(key));
        let mut new = AliasStatus {
            observed_generation: seen.generation,
            in_use_by: live::users(self.outcome, key),
            conditions: live::conditions(key, seen, &facts, &old.conditions, self.observed),
            ..AliasStatus::default()
        };
        if let Some(live) = self.outcome.last_good.aliases.get(name) {
            new.function_version = Some(live.function_version.clone());
            new.additional_version_weights.clone_from(&live.additional_version_weights);
            new.weights = Some(weights(live));
        }
        let note = (new.weights != old.weights).then(|| new.weights.clone()).flatten();
        (value(&new), note.map(|weights| format!("live now: {weights}")))
    }

    /// Whether every version that the object leads to, be it by an alias, has a pod.
    fn pods_for(&self, user: &ObjectKey) -> Result<Reason, String> {
        for spec in self.versions.get(user).into_iter().flatten() {
            let running = self.running(&user.namespace, &spec.function_name, &spec.version);
            if running.is_none_or(|running| running.ready == 0) {
                return Err(format!("{}:{} has no ready pod", spec.function_name, spec.version));
            }
        }
        Ok(Reason::Ready)
    }

    fn running(&self, namespace: &str, function: &str, version: &str) -> Option<&Running> {
        let name = NamespacedName::new(namespace, workload_name(function, version));
        self.observed.index.running(&name)
    }
}

fn weights(alias: &api::AliasSpec) -> String {
    let percent = |share: f64| (share * 10_000.0).round() / 100.0;
    let further: f64 = alias.additional_version_weights.values().sum();
    let all = alias.additional_version_weights.iter().map(|(version, share)| (version, *share));
    let all = [(&alias.function_version, 1.0 - further)].into_iter().chain(all);
    all.map(|(version, share)| format!("{version}: {}%", percent(share))).collect::<Vec<_>>().join(", ")
}

/// What is written, in the form that it would be written in now: an API server gives `10` back for `10.0`.
fn written(kind: Kind, seen: &Seen) -> Option<Value> {
    match kind {
        Kind::RestApi => value(&status::<RestApiStatus>(seen)),
        Kind::ApiDeployment => value(&status::<ApiDeploymentStatus>(seen)),
        Kind::Stage => value(&status::<StageStatus>(seen)),
        Kind::FunctionVersion => value(&status::<FunctionVersionStatus>(seen)),
        Kind::Alias => value(&status::<AliasStatus>(seen)),
    }
}

fn value(status: &impl Serialize) -> Option<Value> {
    serde_json::to_value(status).ok()
}
