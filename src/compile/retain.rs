//! Versions and aliases that were deleted while something still serves them: they stay until nothing does.

use std::collections::BTreeMap;

use api::{AliasSpec, FunctionVersionSpec};
use snapshot::{FunctionReference, NamespacedName, VariableText};

use crate::deployments::Deployments;
use crate::{AcceptedStage, LastGood};

pub(crate) struct Retained {
    pub(crate) versions: BTreeMap<NamespacedName, FunctionVersionSpec>,
    pub(crate) aliases: BTreeMap<NamespacedName, AliasSpec>,
}

/// Adds to `versions` and `aliases` what effective stages and aliases need and only `last` has.
pub(crate) fn deleted_but_needed(
    versions: BTreeMap<NamespacedName, FunctionVersionSpec>,
    aliases: BTreeMap<NamespacedName, AliasSpec>,
    stages: &BTreeMap<NamespacedName, AcceptedStage>,
    deployments: &Deployments,
    last: &LastGood,
) -> Retained {
    let mut retained = Retained { versions, aliases };
    for (namespace, reference) in references(stages, deployments) {
        retained.need(&namespace, &reference.name, reference.qualifier.as_deref().unwrap_or("$LATEST"), last);
    }
    let targets: Vec<_> = retained
        .aliases
        .iter()
        .flat_map(|(name, alias)| {
            let versions = alias.additional_version_weights.keys().chain([&alias.function_version]);
            versions
                .map(|v| (name.namespace.clone(), alias.function_name.clone(), v.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    for (namespace, function, version) in targets {
        retained.need_version(&namespace, &function, &version, last);
    }
    retained
}

impl Retained {
    fn need(&mut self, namespace: &str, function: &str, qualifier: &str, last: &LastGood) {
        if qualifier == "$LATEST" || qualifier.bytes().all(|b| b.is_ascii_digit()) {
            return self.need_version(namespace, function, qualifier, last);
        }
        let same = |name: &NamespacedName, alias: &AliasSpec| {
            name.namespace == namespace && alias.function_name == function && alias.name == qualifier
        };
        if !self.aliases.iter().any(|(name, alias)| same(name, alias))
            && let Some((name, alias)) = last.aliases.iter().find(|(name, alias)| same(name, alias))
        {
            self.aliases.entry(name.clone()).or_insert_with(|| alias.clone());
        }
    }

    fn need_version(&mut self, namespace: &str, function: &str, version: &str, last: &LastGood) {
        let same = |name: &NamespacedName, spec: &FunctionVersionSpec| {
            name.namespace == namespace && spec.function_name == function && spec.version == version
        };
        if !self.versions.iter().any(|(name, spec)| same(name, spec))
            && let Some((name, spec)) = last.versions.iter().find(|(name, spec)| same(name, spec))
        {
            self.versions.entry(name.clone()).or_insert_with(|| spec.clone());
        }
    }
}

/// Every function reference of what stages serve, variables put in.
fn references(
    stages: &BTreeMap<NamespacedName, AcceptedStage>,
    deployments: &Deployments,
) -> Vec<(String, FunctionReference)> {
    let mut found = Vec::new();
    for (name, stage) in stages {
        let canary = stage.canary.as_ref().map(|canary| (&canary.deployment, &canary.variables));
        for (deployment, variables) in [(&stage.deployment, &stage.variables)].into_iter().chain(canary) {
            let key = NamespacedName::new(&*name.namespace, &**deployment);
            let Some(record) = deployments.known.get(&key) else { continue };
            for method in record.content.paths.values().flat_map(BTreeMap::values) {
                let Some(lambda) = &method.lambda else { continue };
                let text = VariableText::parse(&lambda.function).ok().and_then(|t| t.resolve(variables).ok());
                let reference = text.and_then(|text| FunctionReference::parse(&text).ok());
                found.extend(reference.map(|reference| (name.namespace.clone(), reference)));
            }
        }
    }
    found
}
