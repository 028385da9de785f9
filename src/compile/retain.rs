//! Versions and aliases that were deleted while something still serves them: they stay until nothing does.

use std::collections::BTreeMap;

use api::{AliasSpec, FunctionVersionSpec, LATEST_VERSION};
use snapshot::NamespacedName;

use crate::deployments::Deployments;
use crate::{AcceptedStage, LastGood, references};

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
    for (name, stage) in stages {
        for reference in references::functions(name, stage, &deployments.known) {
            let qualifier = reference.qualifier.as_deref().unwrap_or(LATEST_VERSION);
            retained.need(&name.namespace, &reference.name, qualifier, last);
        }
    }
    let targets: Vec<_> = retained
        .aliases
        .iter()
        .flat_map(|(name, alias)| {
            references::targets(alias)
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
        if qualifier == LATEST_VERSION || qualifier.bytes().all(|b| b.is_ascii_digit()) {
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
