//! APIs, their deployments, the stages that serve them, the aliases that those call, and the versions behind:
//! a pure function of the objects. Shares are those of the statuses: what is live, not what is asked for.

use std::collections::{BTreeMap, BTreeSet};

use api::{LATEST_DEPLOYMENT, Stage, StageStatus};
use compile::{AcceptedStage, DeploymentRecord, function_references};
use serde::Serialize;
use snapshot::NamespacedName;

use super::functions::{FunctionNode, Functions};
use super::objects::Objects;
use super::state::State;

/// All that is to be shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tree {
    pub(super) rest_apis: Vec<ApiNode>,
    /// Aliases that no stage shown leads to.
    pub(super) other_aliases: Vec<FunctionNode>,
    pub(super) unreadable: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiNode {
    pub(super) namespace: String,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) state: State,
    /// What the RestApi says now is this deployment.
    pub(super) newest: Option<String>,
    /// Those that a stage serves.
    pub(super) deployments: Vec<DeploymentNode>,
    /// Names of those that no stage serves.
    pub(super) unused_deployments: Vec<String>,
    /// Stages of which nothing is live.
    pub(super) stages_without: Vec<StageNode>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeploymentNode {
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) state: State,
    pub(super) newest: bool,
    pub(super) stages: Vec<StageNode>,
}

/// What a stage, or its canary, serves.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StageNode {
    /// As in the URL.
    pub(super) name: String,
    /// Name of the object.
    pub(super) object: String,
    pub(super) canary: bool,
    /// Share of the stage's requests.
    pub(super) percent: f64,
    pub(super) url: Option<String>,
    /// Of the canary: those that differ from the stage's.
    pub(super) variables: BTreeMap<String, String>,
    pub(super) follows_latest: bool,
    /// Of the object; a canary has none of its own.
    #[serde(flatten)]
    pub(super) state: Option<State>,
    pub(super) functions: Vec<FunctionNode>,
}

impl Tree {
    pub(super) fn is_empty(&self) -> bool {
        self.rest_apis.is_empty() && self.other_aliases.is_empty() && self.unreadable.is_empty()
    }
}

/// Of all APIs, or of those that are named.
pub(super) fn of(objects: &Objects, named: &[String]) -> Tree {
    let is_meant = |name: &str| named.is_empty() || named.iter().any(|meant| meant == name);
    let claimed =
        objects.stages.iter().map(|(name, stage)| name.namespace.clone() + "/" + &stage.spec.rest_api);
    let known = objects.rest_apis.keys().map(|name| name.namespace.clone() + "/" + &name.name);
    let apis: BTreeSet<NamespacedName> = known
        .chain(claimed)
        .filter_map(|name| name.split_once('/').map(|(namespace, name)| NamespacedName::new(namespace, name)))
        .filter(|name| is_meant(&name.name))
        .collect();
    let functions = Functions::of(objects);
    let mut reached = BTreeSet::new();
    let rest_apis =
        apis.iter().map(|api| Context { objects, functions: &functions, api }.node(&mut reached)).collect();
    Tree {
        rest_apis,
        other_aliases: if named.is_empty() { functions.others(&reached) } else { Vec::new() },
        unreadable: objects.unreadable.clone(),
    }
}

struct Context<'a> {
    objects: &'a Objects,
    functions: &'a Functions<'a>,
    api: &'a NamespacedName,
}

impl Context<'_> {
    fn node(&self, reached: &mut BTreeSet<NamespacedName>) -> ApiNode {
        let rest_api = self.objects.rest_apis.get(self.api);
        let status = rest_api.and_then(|api| api.status.clone()).unwrap_or_default();
        let mut by_deployment: BTreeMap<String, Vec<StageNode>> = BTreeMap::new();
        let mut stages_without = Vec::new();
        for (name, stage) in &self.objects.stages {
            if name.namespace != self.api.namespace || stage.spec.rest_api != self.api.name {
                continue;
            }
            let status = stage.status.clone().unwrap_or_default();
            let Some(live) = &status.deployment else {
                stages_without.push(self.stage(name, stage, &status, reached));
                continue;
            };
            by_deployment.entry(live.clone()).or_default().push(self.stage(name, stage, &status, reached));
            if let Some(canary) = &status.canary {
                let node = self.canary(name, stage, &status, canary, reached);
                by_deployment.entry(canary.deployment.clone()).or_default().push(node);
            }
        }
        let unused = self.objects.deployments.iter().filter(|(name, deployment)| {
            name.namespace == self.api.namespace
                && deployment.spec.rest_api == self.api.name
                && !by_deployment.contains_key(&name.name)
        });
        ApiNode {
            namespace: self.api.namespace.clone(),
            name: self.api.name.clone(),
            state: match rest_api {
                Some(api) => State::of(&api.metadata, status.observed_generation, &status.conditions),
                None => State::missing("the RestApi is not there; its stages are"),
            },
            unused_deployments: unused.map(|(name, _)| name.name.clone()).collect(),
            deployments: by_deployment
                .into_iter()
                .map(|(name, stages)| self.deployment(name, stages, status.deployment.as_deref()))
                .collect(),
            newest: status.deployment.clone(),
            stages_without,
        }
    }

    fn deployment(&self, name: String, stages: Vec<StageNode>, newest: Option<&str>) -> DeploymentNode {
        let object = self.objects.deployments.get(&NamespacedName::new(&*self.api.namespace, &*name));
        let state = object.map_or_else(
            || State::missing("the object is not there; gateways have it still"),
            |object| {
                let status = object.status.clone().unwrap_or_default();
                State::of(&object.metadata, status.observed_generation, &status.conditions)
            },
        );
        DeploymentNode { newest: newest == Some(&*name), name, state, stages }
    }

    fn stage(
        &self,
        name: &NamespacedName,
        stage: &Stage,
        status: &StageStatus,
        reached: &mut BTreeSet<NamespacedName>,
    ) -> StageNode {
        let canary = status.canary.as_ref().map_or(0.0, |canary| canary.percent);
        StageNode {
            name: stage.spec.name.clone(),
            object: name.name.clone(),
            canary: false,
            percent: if status.deployment.is_some() { 100.0 - canary } else { 0.0 },
            url: status.url.clone(),
            variables: BTreeMap::new(),
            follows_latest: stage.spec.deployment == LATEST_DEPLOYMENT,
            state: Some(State::of(&stage.metadata, status.observed_generation, &status.conditions)),
            functions: self.functions(status.deployment.as_deref(), &status.variables, reached),
        }
    }

    fn canary(
        &self,
        name: &NamespacedName,
        stage: &Stage,
        status: &StageStatus,
        canary: &api::CanaryStatus,
        reached: &mut BTreeSet<NamespacedName>,
    ) -> StageNode {
        let differs = |(key, value): &(&String, &String)| status.variables.get(*key) != Some(*value);
        let differing = canary.variables.iter().filter(differs);
        let own = stage.spec.canary.as_ref().and_then(|canary| canary.deployment.as_deref());
        StageNode {
            name: stage.spec.name.clone(),
            object: name.name.clone(),
            canary: true,
            percent: canary.percent,
            url: None,
            variables: differing.map(|(key, value)| (key.clone(), value.clone())).collect(),
            follows_latest: own == Some(LATEST_DEPLOYMENT),
            state: None,
            functions: self.functions(Some(&canary.deployment), &canary.variables, reached),
        }
    }

    /// What the methods of a deployment call with these variables.
    fn functions(
        &self,
        deployment: Option<&str>,
        variables: &BTreeMap<String, String>,
        reached: &mut BTreeSet<NamespacedName>,
    ) -> Vec<FunctionNode> {
        let name = NamespacedName::new(&*self.api.namespace, deployment.unwrap_or_default());
        let Some(object) = self.objects.deployments.get(&name) else { return Vec::new() };
        let record = DeploymentRecord {
            rest_api: object.spec.rest_api.clone(),
            digest: String::new(),
            content: object.spec.api.clone(),
            committed: true,
            sequence: 0,
        };
        let stage = AcceptedStage {
            name: String::new(),
            rest_api: self.api.name.clone(),
            deployment: name.name.clone(),
            variables: variables.clone(),
            canary: None,
            method_settings: BTreeMap::new(),
        };
        let mut references = function_references(&name, &stage, &BTreeMap::from([(name.clone(), record)]));
        references.sort_by(|a, b| (&a.name, &a.qualifier).cmp(&(&b.name, &b.qualifier)));
        references.dedup();
        references
            .iter()
            .map(|reference| self.functions.node(&self.api.namespace, reference, reached))
            .collect()
    }
}
