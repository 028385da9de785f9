//! From what is effective to the snapshot: nothing is decided here.

use std::collections::BTreeMap;

use api::{AliasSpec, FunctionVersionSpec};
use snapshot::{Alias, Api, Canary, Function, HttpVersion, NamespacedName, Snapshot, Stage, Variant};

use crate::LastGood;
use crate::assemble_deployment;

pub(crate) fn snapshot(effective: &LastGood) -> Snapshot {
    let mut apis: BTreeMap<NamespacedName, Api> = BTreeMap::new();
    for (name, stage) in &effective.stages {
        let api = apis.entry(NamespacedName::new(&*name.namespace, &*stage.rest_api)).or_default();
        let canary = stage.canary.as_ref();
        for deployment in [Some(&stage.deployment), canary.map(|c| &c.deployment)].into_iter().flatten() {
            if let Some(record) =
                effective.deployments.get(&NamespacedName::new(&*name.namespace, &**deployment))
            {
                api.deployments
                    .entry(deployment.clone())
                    .or_insert_with(|| assemble_deployment::deployment(record));
            }
        }
        let live = Variant { deployment: stage.deployment.clone(), variables: stage.variables.clone() };
        let canary = canary.map(|canary| Canary {
            basis_points: canary.basis_points,
            variant: Variant { deployment: canary.deployment.clone(), variables: canary.variables.clone() },
        });
        api.stages.insert(stage.name.clone(), Stage { live, canary });
    }
    Snapshot { apis, functions: function_table(&effective.versions, &effective.aliases) }
}

pub(crate) fn functions(effective: &LastGood) -> BTreeMap<(NamespacedName, String), FunctionVersionSpec> {
    let of = |(name, spec): (&NamespacedName, &FunctionVersionSpec)| {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        ((function, spec.version.clone()), spec.clone())
    };
    effective.versions.iter().map(of).collect()
}

/// Functions with their versions and aliases.
pub(crate) fn function_table(
    versions: &BTreeMap<NamespacedName, FunctionVersionSpec>,
    aliases: &BTreeMap<NamespacedName, AliasSpec>,
) -> BTreeMap<NamespacedName, Function> {
    let mut functions: BTreeMap<NamespacedName, Function> = BTreeMap::new();
    for (name, spec) in versions {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        let function = functions.entry(function).or_default();
        function.versions.insert(spec.version.clone());
        if let Some(http) = &spec.http {
            function.http.insert(spec.version.clone(), HttpVersion { path: http.path.clone() });
        }
        if !spec.permissions.is_empty() {
            function.permissions.insert(spec.version.clone(), spec.permissions.clone());
        }
    }
    for (name, spec) in aliases {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        let alias = Alias {
            function_version: spec.function_version.clone(),
            additional_version_weights: spec.additional_version_weights.clone(),
            permissions: spec.permissions.clone(),
        };
        functions.entry(function).or_default().aliases.insert(spec.name.clone(), alias);
    }
    functions
}
