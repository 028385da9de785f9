//! From what is effective to the snapshot: nothing is decided here.

use std::collections::BTreeMap;

use api::{AliasSpec, FunctionVersionSpec};
use snapshot::{
    Alias, Api, Canary, Function, HttpVersion, LoggingLevel, MethodSettings, NamespacedName, Snapshot, Stage,
    Variant,
};

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
                    .or_insert_with(|| assemble_deployment::of_record(record));
            }
        }
        let live = Variant { deployment: stage.deployment.clone(), variables: stage.variables.clone() };
        let canary = canary.map(|canary| Canary {
            basis_points: canary.basis_points,
            variant: Variant { deployment: canary.deployment.clone(), variables: canary.variables.clone() },
        });
        let settings = stage.method_settings.iter().map(|(key, of)| (key.clone(), method_settings(*of)));
        let method_settings = settings.collect();
        api.stages.insert(stage.name.clone(), Stage { live, canary, method_settings });
    }
    Snapshot { apis, functions: function_table(&effective.versions, &effective.aliases) }
}

fn method_settings(of: api::MethodSettings) -> MethodSettings {
    MethodSettings {
        logging_level: match of.logging_level.unwrap_or_default() {
            api::LoggingLevel::Off => LoggingLevel::Off,
            api::LoggingLevel::Error => LoggingLevel::Error,
            api::LoggingLevel::Info => LoggingLevel::Info,
        },
        data_trace_enabled: of.data_trace_enabled.unwrap_or_default(),
    }
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
