//! What function workloads are made of beside their Deployments: known by metadata only, which tells whether it is there.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::ResourceExt as _;
use kube::core::DynamicObject;
use snapshot::NamespacedName;

use crate::settings::TOKEN_COPY;

/// A kind of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    ConfigMap,
    NetworkPolicy,
    Service,
    /// The copy of the function token in a namespace.
    Token,
}

/// One that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Present {
    pub(crate) uid: String,
    pub(crate) resource_version: String,
    /// Uid of the `FunctionVersion` that owns it.
    pub(crate) owner: Option<String>,
}

/// All that are there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts(BTreeMap<Part, BTreeMap<NamespacedName, Present>>);

impl Parts {
    pub(crate) fn has(&self, part: Part, name: &NamespacedName) -> bool {
        self.0.get(&part).is_some_and(|of| of.contains_key(name))
    }

    /// Namespaces with a copy of the function token.
    pub(crate) fn namespaces_with_token(&self) -> BTreeSet<&str> {
        self.0.get(&Part::Token).into_iter().flatten().map(|(name, _)| &*name.namespace).collect()
    }

    /// The `ConfigMaps` of a version, by the version's uid.
    pub(crate) fn config_maps_of<'a>(
        &'a self,
        namespace: &'a str,
        owner: &'a str,
    ) -> impl Iterator<Item = (&'a NamespacedName, &'a Present)> {
        let all = self.0.get(&Part::ConfigMap).into_iter().flatten();
        all.filter(move |(name, of)| name.namespace == namespace && of.owner.as_deref() == Some(owner))
    }

    pub(crate) fn clear(&mut self, part: Part) {
        self.0.remove(&part);
    }

    pub(crate) fn set(&mut self, part: Part, name: NamespacedName, object: &DynamicObject) {
        if part == Part::Token && name.name != TOKEN_COPY {
            return;
        }
        let present = Present {
            uid: object.uid().unwrap_or_default(),
            resource_version: object.resource_version().unwrap_or_default(),
            owner: owner(object.owner_references()).map(|owner| owner.uid.clone()),
        };
        self.0.entry(part).or_default().insert(name, present);
    }

    pub(crate) fn gone(&mut self, part: Part, name: &NamespacedName) {
        self.0.entry(part).or_default().remove(name);
    }
}

/// The `FunctionVersion` among owners.
pub(crate) fn owner(owners: &[OwnerReference]) -> Option<&OwnerReference> {
    let ours = |owner: &&OwnerReference| {
        owner.kind == api::Kind::FunctionVersion.as_str() && owner.api_version == api::API_VERSION
    };
    owners.iter().find(ours)
}
