//! What stages lead to.

use std::collections::{BTreeMap, BTreeSet};

use api::{AliasSpec, LATEST_VERSION};
use snapshot::{FunctionReference, NamespacedName, VariableText};

use crate::ready::Version;
use crate::{AcceptedStage, DeploymentRecord};

/// Every function reference of what a stage and its canary serve, variables put in.
pub fn functions(
    name: &NamespacedName,
    stage: &AcceptedStage,
    deployments: &BTreeMap<NamespacedName, DeploymentRecord>,
) -> Vec<FunctionReference> {
    let canary = stage.canary.as_ref().map(|canary| (&canary.deployment, &canary.variables));
    let mut found = Vec::new();
    for (deployment, variables) in [(&stage.deployment, &stage.variables)].into_iter().chain(canary) {
        let key = NamespacedName::new(&*name.namespace, &**deployment);
        let Some(record) = deployments.get(&key) else { continue };
        for method in record.content.paths.values().flat_map(BTreeMap::values) {
            let Some(lambda) = &method.lambda else { continue };
            let text = VariableText::parse(&lambda.function).ok().and_then(|t| t.resolve(variables).ok());
            found.extend(text.and_then(|text| FunctionReference::parse(&text).ok()));
        }
    }
    found
}

/// The versions that a stage leads to, through effective aliases or directly.
pub(crate) fn versions(
    name: &NamespacedName,
    stage: &AcceptedStage,
    deployments: &BTreeMap<NamespacedName, DeploymentRecord>,
    aliases: &BTreeMap<NamespacedName, AliasSpec>,
) -> BTreeSet<Version> {
    let mut found = BTreeSet::new();
    for reference in functions(name, stage, deployments) {
        let function = NamespacedName::new(&*name.namespace, &*reference.name);
        match as_version(&reference) {
            Some(version) => drop(found.insert((function, version.to_owned()))),
            None => {
                for (_, alias) in aliases.iter().filter(|(n, a)| leads_to(&reference, name, n, a)) {
                    found.extend(targets(alias).map(|version| (function.clone(), version.clone())));
                }
            }
        }
    }
    found
}

/// The version that a reference names itself.
pub(crate) fn as_version(reference: &FunctionReference) -> Option<&str> {
    let qualifier = reference.qualifier.as_deref().unwrap_or(LATEST_VERSION);
    let is_version = qualifier == LATEST_VERSION || qualifier.bytes().all(|b| b.is_ascii_digit());
    is_version.then_some(qualifier)
}

/// Whether a reference in the stage `from` names that alias.
pub(crate) fn leads_to(
    reference: &FunctionReference,
    from: &NamespacedName,
    name: &NamespacedName,
    alias: &AliasSpec,
) -> bool {
    name.namespace == from.namespace
        && alias.function_name == reference.name
        && Some(&*alias.name) == reference.qualifier.as_deref()
}

/// The versions that an alias names.
pub(crate) fn targets(alias: &AliasSpec) -> impl Iterator<Item = &String> {
    alias.additional_version_weights.keys().chain([&alias.function_version])
}
