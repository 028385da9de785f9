//! The objects that compile takes, by kind and key.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    Alias, ApiDeployment, DecodeError, FunctionVersion, Kind, Object, ObjectKey, Reason, RestApi, Stage,
};
use snapshot::NamespacedName;

use crate::diagnostic::Diagnostics;

/// All objects there are.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    pub(crate) rest_apis: BTreeMap<NamespacedName, RestApi>,
    pub(crate) deployments: BTreeMap<NamespacedName, ApiDeployment>,
    pub(crate) stages: BTreeMap<NamespacedName, Stage>,
    pub(crate) versions: BTreeMap<NamespacedName, FunctionVersion>,
    pub(crate) aliases: BTreeMap<NamespacedName, Alias>,
    unreadable: BTreeMap<ObjectKey, Refused>,
    pub(crate) in_history: BTreeSet<NamespacedName>,
}

/// Why an object can't even be looked at.
#[derive(Clone, Debug)]
pub enum Refused {
    /// It does not decode.
    Decode(DecodeError),
    /// It is there more than once.
    Duplicate,
}

impl Objects {
    /// Adds an object. A second one of the same kind, namespace and name makes both unreadable.
    pub fn add(&mut self, key: ObjectKey, object: Result<Object, DecodeError>) {
        if self.contains(&key) {
            self.remove(&key);
            self.unreadable.insert(key, Refused::Duplicate);
            return;
        }
        let name = NamespacedName::new(&*key.namespace, &*key.name);
        match object {
            Ok(Object::RestApi(object)) => drop(self.rest_apis.insert(name, object)),
            Ok(Object::ApiDeployment(object)) => drop(self.deployments.insert(name, object)),
            Ok(Object::Stage(object)) => drop(self.stages.insert(name, object)),
            Ok(Object::FunctionVersion(object)) => drop(self.versions.insert(name, object)),
            Ok(Object::Alias(object)) => drop(self.aliases.insert(name, object)),
            Err(error) => drop(self.unreadable.insert(key, Refused::Decode(error))),
        }
    }

    /// Names a deployment that was live on a stage not long ago: it is kept, so that the stage can point back.
    pub fn keep_deployment(&mut self, name: NamespacedName) {
        self.in_history.insert(name);
    }

    /// Keys of all objects, the unreadable ones too, in order.
    pub fn keys(&self) -> BTreeSet<ObjectKey> {
        fn of<T>(kind: Kind, map: &BTreeMap<NamespacedName, T>) -> impl Iterator<Item = ObjectKey> {
            map.keys().map(move |name| key(kind, name))
        }
        of(Kind::RestApi, &self.rest_apis)
            .chain(of(Kind::ApiDeployment, &self.deployments))
            .chain(of(Kind::Stage, &self.stages))
            .chain(of(Kind::FunctionVersion, &self.versions))
            .chain(of(Kind::Alias, &self.aliases))
            .chain(self.unreadable.keys().cloned())
            .collect()
    }

    fn contains(&self, key: &ObjectKey) -> bool {
        let name = NamespacedName::new(&*key.namespace, &*key.name);
        self.unreadable.contains_key(key)
            || match key.kind {
                Kind::RestApi => self.rest_apis.contains_key(&name),
                Kind::ApiDeployment => self.deployments.contains_key(&name),
                Kind::Stage => self.stages.contains_key(&name),
                Kind::FunctionVersion => self.versions.contains_key(&name),
                Kind::Alias => self.aliases.contains_key(&name),
            }
    }

    fn remove(&mut self, key: &ObjectKey) {
        let name = NamespacedName::new(&*key.namespace, &*key.name);
        match key.kind {
            Kind::RestApi => drop(self.rest_apis.remove(&name)),
            Kind::ApiDeployment => drop(self.deployments.remove(&name)),
            Kind::Stage => drop(self.stages.remove(&name)),
            Kind::FunctionVersion => drop(self.versions.remove(&name)),
            Kind::Alias => drop(self.aliases.remove(&name)),
        }
    }

    /// Whether an object of that name is there but can't be looked at.
    pub(crate) fn is_unreadable(&self, kind: Kind, name: &NamespacedName) -> bool {
        self.unreadable.contains_key(&key(kind, name))
    }

    pub(crate) fn report_unreadable(&self, diagnostics: &mut Diagnostics) {
        for (key, refused) in &self.unreadable {
            match refused {
                Refused::Duplicate => diagnostics.error(
                    key,
                    "metadata.name",
                    Reason::Conflict,
                    "is there more than once; all of them are refused until one is left",
                ),
                Refused::Decode(DecodeError::Envelope { field, what }) => {
                    diagnostics.error(key, *field, Reason::Invalid, what);
                }
                Refused::Decode(DecodeError::Field { path, what }) => {
                    diagnostics.error(key, path, Reason::Invalid, what);
                }
            }
        }
        for key in self.keys() {
            check_name(&key, diagnostics);
        }
    }
}

pub(crate) fn key(kind: Kind, name: &NamespacedName) -> ObjectKey {
    ObjectKey { kind, namespace: name.namespace.clone(), name: name.name.clone() }
}

fn check_name(key: &ObjectKey, diagnostics: &mut Diagnostics) {
    let is_label = |text: &str| {
        (1..=63).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !is_label(&key.namespace) {
        diagnostics.error(
            key,
            "metadata.namespace",
            Reason::Invalid,
            "must be a DNS label: 1 to 63 of a-z, 0-9 and -",
        );
    }
    let label = matches!(key.kind, Kind::Stage | Kind::RestApi);
    if label && !is_label(&key.name) {
        diagnostics.error(
            key,
            "metadata.name",
            Reason::Invalid,
            "must be a DNS label: 1 to 63 of a-z, 0-9 and -",
        );
    }
    if !label && (key.name.len() > 253 || !key.name.split('.').all(is_label)) {
        diagnostics.error(
            key,
            "metadata.name",
            Reason::Invalid,
            "must be DNS labels joined by dots: a-z, 0-9 and -",
        );
    }
}
