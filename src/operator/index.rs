//! What was seen of the cluster: the newest of each object, decoded once as it comes.

use std::collections::{BTreeMap, BTreeSet};

use api::{DecodeError, Kind, Object, ObjectKey, RawObject};
use jiff::Timestamp;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::ResourceExt as _;
use kube::core::{DynamicObject, TypeMeta};
use serde_json::Value;
use snapshot::NamespacedName;

use crate::numbering::Numbered;
use crate::parts::{self, Part, Parts};

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Kind(Kind),
    /// `EndpointSlices` of functions.
    Functions,
    /// `EndpointSlices` of the gateways.
    Gateways,
    /// Deployments of functions.
    Workloads,
    /// What else runs functions.
    Parts(Part),
    /// The `ConfigMap` that numbers publications.
    Publication,
}

/// All that must be listed before anything is computed.
pub(crate) const SOURCES: [Source; 13] = [
    Source::Kind(Kind::RestApi),
    Source::Kind(Kind::ApiDeployment),
    Source::Kind(Kind::Stage),
    Source::Kind(Kind::FunctionVersion),
    Source::Kind(Kind::Alias),
    Source::Functions,
    Source::Gateways,
    Source::Workloads,
    Source::Parts(Part::ConfigMap),
    Source::Parts(Part::NetworkPolicy),
    Source::Parts(Part::Service),
    Source::Parts(Part::Token),
    Source::Publication,
];

/// What a watch says.
#[derive(Debug)]
pub(crate) enum Change {
    /// All there are now.
    Listed(Source, Vec<DynamicObject>),
    /// One is new or changed.
    Set(Source, Box<DynamicObject>),
    /// One is gone.
    Gone(Source, Box<DynamicObject>),
}

/// What a change means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    Nothing,
    /// What is written may differ; what is compiled does not.
    Plan,
    /// What is compiled may differ.
    Compile,
}

/// One of our objects.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) uid: String,
    pub(crate) resource_version: String,
    pub(crate) generation: Option<i64>,
    pub(crate) deleting: bool,
    pub(crate) finalizers: Vec<String>,
    /// An `ApiDeployment` that was made of a `RestApi`.
    pub(crate) made: bool,
    pub(crate) created: Option<Timestamp>,
    pub(crate) object: Result<Object, DecodeError>,
    pub(crate) status: Value,
    /// Of one that does not decode: what a Stage claims can't change, so it is good still.
    pub(crate) claims: Option<(String, String)>,
}

/// A Deployment of a function.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Running {
    pub(crate) uid: String,
    pub(crate) resource_version: String,
    /// The `FunctionVersion` that owns it: labels alone may be anybody's.
    pub(crate) owner: Option<Owner>,
    /// Its deletion has begun.
    pub(crate) deleting: bool,
    pub(crate) replicas: i32,
    pub(crate) pods: i32,
    pub(crate) ready: i32,
    /// No pod is of an earlier template, but for those that end.
    pub(crate) rolled_out: bool,
    /// Digest of what was applied last.
    pub(crate) applied: Option<String>,
}

/// The version that a Deployment belongs to; one that was deleted and made again is another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Owner {
    pub(crate) name: String,
    pub(crate) uid: String,
}

/// Annotation with the digest of what was applied.
pub(crate) const APPLIED: &str = "stagegate.dev/applied";

/// Everything that was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) objects: BTreeMap<ObjectKey, Seen>,
    pub(crate) functions: BTreeMap<NamespacedName, EndpointSlice>,
    pub(crate) gateways: BTreeMap<NamespacedName, EndpointSlice>,
    pub(crate) workloads: BTreeMap<NamespacedName, Running>,
    pub(crate) parts: Parts,
    pub(crate) publication: Option<Numbered>,
    /// Highest resourceVersion of function `EndpointSlices`, those that are gone counted.
    pub(crate) revision: u64,
    listed: BTreeSet<Source>,
}

impl Index {
    /// What is not listed yet.
    pub(crate) fn missing(&self) -> Vec<Source> {
        SOURCES.into_iter().filter(|source| !self.listed.contains(source)).collect()
    }

    /// Takes a change in.
    pub(crate) fn take(&mut self, change: Change) -> Effect {
        match change {
            Change::Listed(source, objects) => {
                self.listed.insert(source);
                match source {
                    Source::Kind(kind) => self.objects.retain(|key, _| key.kind != kind),
                    Source::Functions => self.functions.clear(),
                    Source::Gateways => self.gateways.clear(),
                    Source::Workloads => self.workloads.clear(),
                    Source::Parts(part) => self.parts.clear(part),
                    Source::Publication => self.publication = None,
                }
                for object in objects {
                    self.set(source, object);
                }
                Effect::Compile
            }
            Change::Set(source, object) => self.set(source, *object),
            Change::Gone(source, object) => self.gone(source, &object),
        }
    }

    /// The objects that compile is to see: deleted ones are not among them, nor deployments made here, which are
    /// known as last good.
    pub(crate) fn objects(&self) -> compile::Objects {
        let mut objects = compile::Objects::default();
        for (key, seen) in self.objects.iter().filter(|(_, seen)| !seen.deleting && !seen.made) {
            objects.add(key.clone(), seen.object.clone());
        }
        for (key, seen) in self.objects.iter().filter(|(key, _)| key.kind == Kind::Stage) {
            for name in crate::last_good::in_history(&seen.status) {
                objects.keep_deployment(NamespacedName::new(&*key.namespace, name));
            }
        }
        objects
    }

    fn set(&mut self, source: Source, object: DynamicObject) -> Effect {
        let name = name_of(&object);
        match source {
            Source::Kind(kind) => {
                let key = ObjectKey { kind, namespace: name.namespace, name: name.name };
                let seen = seen(kind, object);
                let effect = match self.objects.get(&key) {
                    Some(old) if old.resource_version == seen.resource_version => Effect::Nothing,
                    Some(old)
                        if (&old.uid, old.generation, old.deleting, old.made)
                            == (&seen.uid, seen.generation, seen.deleting, seen.made) =>
                    {
                        Effect::Plan
                    }
                    _ => Effect::Compile,
                };
                self.objects.insert(key, seen);
                effect
            }
            Source::Functions => {
                self.note_revision(&object);
                put(&mut self.functions, name, object);
                Effect::Compile
            }
            Source::Gateways => {
                put(&mut self.gateways, name, object);
                Effect::Plan
            }
            Source::Workloads => {
                let now = running(&object);
                let whose = |running: &Running| (running.owner.clone(), running.deleting);
                let (new, before) = (whose(&now), self.workloads.insert(name, now));
                // Whose pods they are is a matter of what may go live.
                if before.is_some_and(|before| whose(&before) == new) {
                    Effect::Plan
                } else {
                    Effect::Compile
                }
            }
            Source::Parts(part) => {
                self.parts.set(part, name, &object);
                // What is missing is made; that it is there now is no reason for anything.
                Effect::Nothing
            }
            Source::Publication => {
                self.publication = Numbered::read(&object);
                Effect::Compile
            }
        }
    }

    fn gone(&mut self, source: Source, object: &DynamicObject) -> Effect {
        let name = name_of(object);
        match source {
            Source::Kind(kind) => {
                let key = ObjectKey { kind, namespace: name.namespace, name: name.name };
                self.objects.remove(&key);
            }
            Source::Functions => {
                self.note_revision(object);
                self.functions.remove(&name);
            }
            Source::Gateways => drop(self.gateways.remove(&name)),
            Source::Workloads => drop(self.workloads.remove(&name)),
            Source::Parts(part) => {
                self.parts.gone(part, &name);
                return Effect::Plan;
            }
            Source::Publication => self.publication = None,
        }
        Effect::Compile
    }

    fn note_revision(&mut self, object: &DynamicObject) {
        let revision = object.resource_version().and_then(|version| version.parse().ok()).unwrap_or(0);
        self.revision = self.revision.max(revision);
    }
}

fn name_of(object: &DynamicObject) -> NamespacedName {
    NamespacedName::new(object.namespace().unwrap_or_default(), object.name_any())
}

fn put(map: &mut BTreeMap<NamespacedName, EndpointSlice>, name: NamespacedName, object: DynamicObject) {
    match serde_json::to_value(object).and_then(serde_json::from_value) {
        Ok(slice) => drop(map.insert(name, slice)),
        // Of another version of Kubernetes; the others go on.
        Err(error) => tracing::warn!(%name, %error, "an EndpointSlice does not decode"),
    }
}

fn seen(kind: Kind, mut object: DynamicObject) -> Seen {
    // Items of a list do not carry it everywhere.
    object.types =
        Some(TypeMeta { api_version: api::API_VERSION.to_owned(), kind: kind.as_str().to_owned() });
    let metadata = &object.metadata;
    let made = metadata.owner_references.iter().flatten().any(|owner| {
        owner.controller == Some(true) && owner.kind == "RestApi" && owner.api_version == api::API_VERSION
    });
    let status = object.data.get_mut("status").map_or(Value::Null, Value::take);
    if let Some(data) = object.data.as_object_mut() {
        data.remove("status");
    }
    let mut seen = Seen {
        uid: metadata.uid.clone().unwrap_or_default(),
        resource_version: metadata.resource_version.clone().unwrap_or_default(),
        generation: metadata.generation,
        deleting: metadata.deletion_timestamp.is_some(),
        finalizers: metadata.finalizers.clone().unwrap_or_default(),
        made: made && kind == Kind::ApiDeployment,
        created: metadata.creation_timestamp.as_ref().map(|time| time.0),
        object: Err(DecodeError::Envelope { field: "document", what: "is not an object".to_owned() }),
        status,
        claims: None,
    };
    // Annotations may hold a whole former manifest.
    object.metadata.managed_fields = None;
    object.metadata.annotations = None;
    let spec = &object.data["spec"];
    if let (Some(api), Some(name)) = (spec["restApi"].as_str(), spec["name"].as_str()) {
        seen.claims = Some((api.to_owned(), name.to_owned()));
    }
    match serde_json::to_value(object).map(api::decode) {
        Ok(Ok(RawObject::Ours(_, object))) => seen.object = *object,
        Ok(Err(error)) => seen.object = Err(error),
        Ok(Ok(RawObject::Foreign(..))) | Err(_) => {}
    }
    seen
}

impl Index {
    /// The Deployment of that name, if it is that of a version which is there: one of a version that was deleted and
    /// made again goes before long, and its pods with it.
    pub(crate) fn running(&self, name: &NamespacedName) -> Option<&Running> {
        let running = self.workloads.get(name).filter(|running| !running.deleting)?;
        let owner = running.owner.as_ref()?;
        let (namespace, name) = (name.namespace.clone(), owner.name.clone());
        let version = self.objects.get(&ObjectKey { kind: Kind::FunctionVersion, namespace, name });
        version.filter(|version| version.uid == owner.uid).map(|_| running)
    }
}

fn running(object: &DynamicObject) -> Running {
    let number = |value: &Value| value.as_i64().and_then(|n| i32::try_from(n).ok());
    let status = &object.data["status"];
    // Left out where it is none.
    let count = |field: &str| number(&status[field]).unwrap_or(0);
    Running {
        uid: object.uid().unwrap_or_default(),
        resource_version: object.resource_version().unwrap_or_default(),
        owner: parts::owner(object.owner_references())
            .map(|owner| Owner { name: owner.name.clone(), uid: owner.uid.clone() }),
        deleting: object.metadata.deletion_timestamp.is_some(),
        replicas: number(&object.data["spec"]["replicas"]).unwrap_or(1),
        pods: count("replicas"),
        ready: count("readyReplicas"),
        rolled_out: object.metadata.generation == status["observedGeneration"].as_i64()
            && count("updatedReplicas") == count("replicas"),
        applied: object.annotations().get(APPLIED).cloned(),
    }
}
