//! References to functions, with the versions that answer.

use std::collections::{BTreeMap, BTreeSet};

use api::{Alias, FunctionVersion, LATEST_VERSION};
use serde::Serialize;
use snapshot::{FunctionReference, NamespacedName};

use super::objects::Objects;
use super::state::State;

/// A function as it is called: by an alias, or a version itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunctionNode {
    pub(super) namespace: String,
    /// Such as `hello:PROD`.
    pub(super) reference: String,
    /// Name of the Alias object, where it is one.
    pub(super) alias: Option<String>,
    #[serde(flatten)]
    pub(super) state: State,
    pub(super) versions: Vec<VersionNode>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionNode {
    pub(super) version: String,
    /// Share of the alias' invocations.
    pub(super) percent: f64,
    pub(super) ready_pods: i32,
    pub(super) pods: i32,
    #[serde(flatten)]
    pub(super) state: State,
}

/// Aliases and versions by the names that references use.
pub(super) struct Functions<'a> {
    aliases: BTreeMap<(&'a str, &'a str, &'a str), (&'a NamespacedName, &'a Alias)>,
    versions: BTreeMap<(&'a str, &'a str, &'a str), &'a FunctionVersion>,
}

impl<'a> Functions<'a> {
    pub(super) fn of(objects: &'a Objects) -> Self {
        let alias = |(name, alias): (&'a NamespacedName, &'a Alias)| {
            ((&*name.namespace, &*alias.spec.function_name, &*alias.spec.name), (name, alias))
        };
        let version = |(name, version): (&'a NamespacedName, &'a FunctionVersion)| {
            ((&*name.namespace, &*version.spec.function_name, &*version.spec.version), version)
        };
        Self {
            aliases: objects.aliases.iter().map(alias).collect(),
            versions: objects.versions.iter().map(version).collect(),
        }
    }

    /// What a reference leads to; an alias is noted in `reached`.
    pub(super) fn node(
        &self,
        namespace: &str,
        reference: &FunctionReference,
        reached: &mut BTreeSet<NamespacedName>,
    ) -> FunctionNode {
        let qualifier = reference.qualifier.as_deref().unwrap_or(LATEST_VERSION);
        if let Some((name, alias)) = self.aliases.get(&(namespace, &*reference.name, qualifier)) {
            reached.insert((*name).clone());
            return self.alias(name, alias);
        }
        let is_version = qualifier == LATEST_VERSION || qualifier.bytes().all(|byte| byte.is_ascii_digit());
        FunctionNode {
            namespace: namespace.to_owned(),
            reference: format!("{}:{qualifier}", reference.name),
            alias: None,
            state: if is_version { State::Live } else { State::missing("there is no such Alias") },
            versions: if is_version {
                vec![self.version(namespace, &reference.name, qualifier, 100.0)]
            } else {
                Vec::new()
            },
        }
    }

    /// Aliases that are not among `reached`.
    pub(super) fn others(&self, reached: &BTreeSet<NamespacedName>) -> Vec<FunctionNode> {
        let others = self.aliases.values().filter(|(name, _)| !reached.contains(name));
        others.map(|(name, alias)| self.alias(name, alias)).collect()
    }

    fn alias(&self, name: &NamespacedName, alias: &Alias) -> FunctionNode {
        let status = alias.status.clone().unwrap_or_default();
        let further: f64 = status.additional_version_weights.values().sum();
        let main = status.function_version.iter().map(|version| (version, 1.0 - further));
        let shares =
            main.chain(status.additional_version_weights.iter().map(|(version, share)| (version, *share)));
        let function = &alias.spec.function_name;
        FunctionNode {
            namespace: name.namespace.clone(),
            reference: format!("{function}:{}", alias.spec.name),
            alias: Some(name.name.clone()),
            state: State::of(&alias.metadata, status.observed_generation, &status.conditions),
            versions: shares
                .map(|(version, share)| self.version(&name.namespace, function, version, share * 100.0))
                .collect(),
        }
    }

    fn version(&self, namespace: &str, function: &str, version: &str, percent: f64) -> VersionNode {
        let object = self.versions.get(&(namespace, function, version));
        let status = object.and_then(|object| object.status.clone()).unwrap_or_default();
        VersionNode {
            version: version.to_owned(),
            percent: (percent * 100.0).round() / 100.0,
            ready_pods: status.ready_replicas,
            pods: status.replicas,
            state: object.map_or_else(
                || State::missing("there is no such FunctionVersion"),
                |object| State::of(&object.metadata, status.observed_generation, &status.conditions),
            ),
        }
    }
}
