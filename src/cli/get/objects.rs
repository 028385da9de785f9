//! What was read, by kind and name.

use std::collections::BTreeMap;

use api::{Alias, ApiDeployment, FunctionVersion, Object, ObjectMeta, RestApi, Stage};
use serde_json::Value;
use snapshot::NamespacedName;

use crate::cluster::object_of;

/// All objects that were read.
#[derive(Debug, Default)]
pub(super) struct Objects {
    pub(super) rest_apis: BTreeMap<NamespacedName, RestApi>,
    pub(super) deployments: BTreeMap<NamespacedName, ApiDeployment>,
    pub(super) stages: BTreeMap<NamespacedName, Stage>,
    pub(super) versions: BTreeMap<NamespacedName, FunctionVersion>,
    pub(super) aliases: BTreeMap<NamespacedName, Alias>,
    /// What this program does not understand, and why: perhaps a newer one does.
    pub(super) unreadable: Vec<String>,
}

impl Objects {
    /// Adds one as the cluster has it.
    pub(super) fn add(&mut self, value: &Value) {
        match object_of(value) {
            Ok(Object::RestApi(o)) => drop(self.rest_apis.insert(name(&o.metadata), o)),
            Ok(Object::ApiDeployment(o)) => drop(self.deployments.insert(name(&o.metadata), o)),
            Ok(Object::Stage(o)) => drop(self.stages.insert(name(&o.metadata), o)),
            Ok(Object::FunctionVersion(o)) => drop(self.versions.insert(name(&o.metadata), o)),
            Ok(Object::Alias(o)) => drop(self.aliases.insert(name(&o.metadata), o)),
            Err(failure) => self.unreadable.push(failure.to_string()),
        }
    }
}

fn name(metadata: &ObjectMeta) -> NamespacedName {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    NamespacedName { namespace: text(&metadata.namespace), name: text(&metadata.name) }
}
