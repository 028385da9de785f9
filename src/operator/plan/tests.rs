//! The plan against a store in memory: it comes to rest, and in the same objects wherever it was stopped.

mod parts;
mod scaling;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use api::Kind;
use compile::{LastGood, Outcome, compile};
use jiff::Timestamp;
use kube::core::DynamicObject;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Observed, Step, Write, plan};
use crate::execute::{Cluster, WriteError, execute};
use crate::index::{Change, Index, SOURCES, Source};
use crate::lease::Leadership;
use crate::parts::Part;
use crate::programming::{Acknowledged, Programming};
use crate::scaling::{Load, Scaling};
use crate::settings::{FINALIZER, Settings};
use crate::workloads::WorkloadSettings;
use crate::{last_good, pods};

type Id = (String, String);

/// Objects by kind and name, as an API server keeps them, near enough.
#[derive(Default)]
struct Store {
    objects: BTreeMap<Id, Value>,
    version: u64,
    /// Writes that are done before the next one fails and the lease is lost.
    left: usize,
}

impl Store {
    fn put(&mut self, mut object: Value) {
        self.version += 1;
        let id = (text(&object["kind"]), text(&object["metadata"]["name"]));
        let old = self.objects.get(&id);
        let uid = old.map_or(json!(format!("uid-{}-{}", id.0, id.1)), |old| old["metadata"]["uid"].clone());
        let same = old.is_some_and(|old| old["spec"] == object["spec"]);
        let generation =
            old.map_or(1, |old| old["metadata"]["generation"].as_i64().unwrap() + i64::from(!same));
        for field in ["status", "finalizers"] {
            if let Some(old) = old.filter(|_| field == "status").and_then(|old| old.get(field)) {
                object[field] = old.clone();
            }
        }
        if let Some(finalizers) = old.and_then(|old| old["metadata"].get("finalizers")) {
            object["metadata"]["finalizers"] = finalizers.clone();
        }
        object["metadata"]["namespace"] = json!("default");
        object["metadata"]["uid"] = uid;
        object["metadata"]["generation"] = json!(generation);
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        if id.0 == "Deployment" {
            // The pods are there at once.
            let replicas = object["spec"]["replicas"].clone();
            object["status"] = json!({"replicas": replicas, "readyReplicas": replicas, "updatedReplicas": replicas,
                "observedGeneration": generation});
        }
        self.objects.insert(id, object);
    }

    /// As a user does: what has a finalizer stays until it has none.
    fn delete(&mut self, kind: &str, name: &str) {
        let id = (kind.to_owned(), name.to_owned());
        let object = self.objects.get_mut(&id).unwrap();
        if object["metadata"]["finalizers"].as_array().is_some_and(|all| !all.is_empty()) {
            self.version += 1;
            object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
            object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        } else {
            self.objects.remove(&id);
        }
    }

    fn list(&self, kind: &str) -> Vec<DynamicObject> {
        let of_kind = self.objects.iter().filter(|((k, _), _)| k == kind);
        of_kind.map(|(_, object)| serde_json::from_value(object.clone()).unwrap()).collect()
    }

    fn write(&mut self, write: &Write) {
        let target = write.target();
        let id = (target.kind.to_owned(), target.name.clone());
        match write {
            Write::Apply { body, .. } => self.put(body.clone()),
            Write::Create { body, .. } => {
                self.objects.entry(id).or_insert_with(|| body.clone());
            }
            Write::Status { body, .. } => {
                self.version += 1;
                if let Some(object) = self.objects.get_mut(&id) {
                    assert_eq!(object["metadata"]["uid"], body["metadata"]["uid"]);
                    object["status"] = body["status"].clone();
                    whole_numbers(&mut object["status"]);
                    object["metadata"]["resourceVersion"] = json!(self.version.to_string());
                }
            }
            Write::Finalizers { finalizers, resource_version, .. } => {
                self.version += 1;
                let object = self.objects.get_mut(&id).unwrap();
                if object["metadata"]["resourceVersion"] != json!(resource_version) {
                    return;
                }
                object["metadata"]["finalizers"] = json!(finalizers);
                object["metadata"]["resourceVersion"] = json!(self.version.to_string());
                if finalizers.is_empty() && object["metadata"].get("deletionTimestamp").is_some() {
                    self.objects.remove(&id);
                }
            }
            Write::Delete { .. } => {
                if self.objects.contains_key(&id) {
                    self.delete(target.kind, &target.name);
                }
            }
        }
    }
}

/// As an API server does it: `10.0` comes back as `10`.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        Value::Array(all) => all.iter_mut().for_each(whole_numbers),
        Value::Number(number) => {
            let whole = number.to_string().strip_suffix(".0").and_then(|whole| whole.parse::<i64>().ok());
            if let Some(whole) = whole {
                *value = json!(whole);
            }
        }
        _ => {}
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

struct Fake<'a>(&'a Mutex<Store>, &'a Leadership);

impl Cluster for Fake<'_> {
    async fn write(&self, write: &Write) -> Result<(), WriteError> {
        let mut store = self.0.lock().unwrap();
        // What was sent together with the last one is lost with it.
        if store.left == 0 {
            return Err(WriteError::Timeout);
        }
        store.write(write);
        store.left -= 1;
        if store.left == 0 {
            self.1.set(None);
        }
        Ok(())
    }
}

fn index(store: &Store) -> Index {
    let mut index = Index::default();
    for source in SOURCES {
        let objects = match source {
            Source::Kind(kind) => store.list(kind.as_str()),
            Source::Workloads => store.list("Deployment"),
            Source::Functions => slices(store),
            Source::Parts(Part::ConfigMap) => store.list("ConfigMap"),
            Source::Parts(Part::NetworkPolicy) => store.list("NetworkPolicy"),
            Source::Parts(Part::Service) => store.list("Service"),
            Source::Parts(Part::Token) => store.list("Secret"),
            Source::Gateways | Source::Publication => Vec::new(),
        };
        index.take(Change::Listed(source, objects));
    }
    index
}

/// A pod for each Deployment that has replicas.
fn slices(store: &Store) -> Vec<DynamicObject> {
    let running = store.list("Deployment").into_iter().filter(|d| d.data["spec"]["replicas"] != json!(0));
    let slice = |deployment: DynamicObject| {
        let name = deployment.metadata.name.unwrap();
        json!({
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": name, "namespace": "default", "resourceVersion": "1",
                "labels": {"kubernetes.io/service-name": name}},
            "ports": [{"name": "invoke", "port": 8080}],
            "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": true}}],
        })
    };
    running.map(|deployment| serde_json::from_value(slice(deployment)).unwrap()).collect()
}

fn settings() -> Settings {
    Settings {
        namespace: "stagegate".into(),
        identity: "a".into(),
        config_listen: ([0, 0, 0, 0], 0).into(),
        admin: ([0, 0, 0, 0], 0).into(),
        base_domain: "example.com".into(),
        workloads: WorkloadSettings::default(),
    }
}

/// One look of an operator that remembers `last`, or has just started.
fn look(store: &Store, last: Option<LastGood>) -> (Outcome, Vec<Step>) {
    let (outcome, writes, _) =
        look_at(store, last, &mut Scaling::default(), &Load::default(), Duration::ZERO);
    (outcome, writes)
}

/// The same with load; the last one says whether that alone would be a reason for a plan.
fn look_at(
    store: &Store,
    last: Option<LastGood>,
    scaling: &mut Scaling,
    load: &Load,
    now: Duration,
) -> (Outcome, Vec<Step>, bool) {
    let index = index(store);
    let mut last = last.unwrap_or_else(|| last_good::from_statuses(&index));
    last_good::forget(&mut last, &index, &mut BTreeSet::new());
    let versions = index.objects.iter().filter_map(|(key, seen)| match &seen.object {
        Ok(api::Object::FunctionVersion(v)) => {
            let function = snapshot::NamespacedName::new(&*key.namespace, &*v.spec.function_name);
            Some(((function, v.spec.version.clone()), &v.spec))
        }
        _ => None,
    });
    let (_, ready) = pods::of_functions(&index, versions);
    let outcome = compile(&index.objects(), &last, &ready);
    let mut programming = Programming::default();
    programming.published(&index, &outcome, 1);
    let differs = scaling.look(&outcome, &index, load, now);
    let writes = plan(
        &outcome,
        &Observed {
            index: &index,
            programming: &programming,
            gateways: &["g".to_owned()].into(),
            acknowledged: &Acknowledged::from([("g".to_owned(), (1, None))]),
            settings: &settings(),
            token: Some("secret"),
            token_in: &store
                .objects
                .keys()
                .filter(|(k, _)| k == "Secret")
                .map(|_| "default".into())
                .collect(),
            replicas: scaling.replicas(),
            secrets: &snapshot::publication::Secrets::new(),
            now: Timestamp::UNIX_EPOCH,
        },
    );
    (outcome, writes, differs)
}

/// Goes on until nothing is left to write, with a new operator after `stop_after` writes; how many there were.
async fn settle(store: &Mutex<Store>, stop_after: usize) -> usize {
    let mut done = 0;
    let mut last = None;
    let mut before_stop = stop_after;
    for _ in 0..50 {
        let (outcome, steps) = look(&store.lock().unwrap(), last.take());
        if steps.is_empty() {
            return done;
        }
        let leadership = Leadership::new();
        leadership.set(Some(Instant::now() + Duration::from_secs(10)));
        store.lock().unwrap().left = before_stop;
        let report = execute(&steps, &leadership, &Fake(store, &leadership)).await;
        done += report.done;
        before_stop = before_stop.saturating_sub(report.done);
        if before_stop == 0 {
            before_stop = usize::MAX;
        } else {
            last = Some(outcome.last_good);
        }
    }
    panic!("it does not come to rest");
}

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": api::API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec})
}

fn version(number: &str) -> Value {
    let lambda = json!({"runtime": "python3", "handler": "i.h", "code": {"inline": {"i.py": "x"}}});
    object(
        "FunctionVersion",
        &format!("hello-{number}"),
        &json!({"functionName": "hello", "version": number, "lambda": lambda}),
    )
}

fn first() -> Store {
    let mut store = Store::default();
    let paths = json!({"/": {"GET": {"lambda": {"function": "hello:LIVE"}}}});
    store.put(object("RestApi", "a", &json!({"paths": paths})));
    store.put(object(
        "Stage",
        "a-dev",
        &json!({"restApi": "a", "name": "dev", "deployment": "latest", "canary": {"percent": 10}}),
    ));
    store.put(version("1"));
    store.put(object(
        "Alias",
        "live",
        &json!({"functionName": "hello", "name": "LIVE", "functionVersion": "1"}),
    ));
    store
}

/// A weight for a new version, new content, and what is in use deleted.
fn second(store: &mut Store) {
    let paths = json!({"/": {"GET": {"lambda": {"function": "hello:LIVE"}}}, "/new": {"GET": {"mock": {}}}});
    store.put(object("RestApi", "a", &json!({"paths": paths})));
    store.put(version("2"));
    let weights = json!({"functionName": "hello", "name": "LIVE", "functionVersion": "1",
        "additionalVersionWeights": {"2": 0.05}});
    store.put(object("Alias", "live", &weights));
    store.delete("FunctionVersion", "hello-1");
}

fn condition<'a>(object: &'a Value, kind: &str) -> &'a Value {
    object["status"]["conditions"].as_array().unwrap().iter().find(|c| c["type"] == kind).unwrap()
}

#[tokio::test]
async fn the_whole_path_says_what_is_live() {
    let store = Mutex::new(first());
    settle(&store, usize::MAX).await;
    let store = store.into_inner().unwrap();
    let get = |kind: Kind, name: &str| &store.objects[&(kind.as_str().to_owned(), name.to_owned())];
    let stage = get(Kind::Stage, "a-dev");
    for kind in ["Accepted", "Programmed", "Ready"] {
        assert_eq!(condition(stage, kind)["status"], "True", "{stage:#}");
    }
    assert_eq!(stage["status"]["url"], "http://a.default.example.com/dev/");
    let deployment = text(&stage["status"]["deployment"]);
    let made = get(Kind::ApiDeployment, &deployment);
    assert_eq!(made["metadata"]["ownerReferences"][0]["kind"], "RestApi");
    assert_eq!(made["metadata"]["finalizers"], json!([FINALIZER]));
    assert_eq!(made["status"]["inUseBy"], json!(["Stage/a-dev"]));
    assert_eq!(get(Kind::Alias, "live")["status"]["weights"], "1: 100%");
    let version = get(Kind::FunctionVersion, "hello-1");
    assert_eq!(version["status"]["inUseBy"], json!(["Alias/live"]));
    assert_eq!(version["status"]["readyReplicas"], 1);
    assert_eq!(store.objects.keys().filter(|(kind, _)| kind == "Event").count(), 2);
}

#[tokio::test]
async fn it_ends_in_the_same_objects_wherever_it_stops() {
    let settled = Mutex::new(first());
    let writes = settle(&settled, usize::MAX).await;
    second(&mut settled.lock().unwrap());
    let more = settle(&settled, usize::MAX).await;
    let wanted = shape(&settled.lock().unwrap());
    assert!(writes > 5 && more > 5, "{writes} and {more}");
    for stop in 1..=writes {
        let store = Mutex::new(first());
        settle(&store, stop).await;
        second(&mut store.lock().unwrap());
        settle(&store, usize::MAX).await;
        assert_eq!(shape(&store.lock().unwrap()), wanted, "stopped after write {stop}");
    }
    for stop in 1..=more {
        let store = Mutex::new(first());
        settle(&store, usize::MAX).await;
        second(&mut store.lock().unwrap());
        settle(&store, stop).await;
        assert_eq!(shape(&store.lock().unwrap()), wanted, "stopped after write {stop} of the change");
    }
}

/// Without what counts writes. Why an entry of the history came may differ, and so do the Events that say it.
fn shape(store: &Store) -> BTreeMap<Id, Value> {
    let mut objects = store.objects.clone();
    objects.retain(|(kind, _), _| kind != "Event");
    for object in objects.values_mut() {
        object["metadata"]["resourceVersion"] = Value::Null;
        for entry in object["status"]["history"].as_array_mut().into_iter().flatten() {
            entry["why"] = Value::Null;
        }
    }
    objects
}

#[tokio::test]
async fn what_is_deleted_goes_once_nothing_leads_to_it() {
    let store = Mutex::new(first());
    settle(&store, usize::MAX).await;
    store.lock().unwrap().delete("FunctionVersion", "hello-1");
    settle(&store, usize::MAX).await;
    let id = ("FunctionVersion".to_owned(), "hello-1".to_owned());
    let kept = store.lock().unwrap().objects[&id].clone();
    assert!(text(&condition(&kept, "Accepted")["message"]).contains("Alias/live"), "{kept:#}");
    {
        let mut store = store.lock().unwrap();
        store.put(version("2"));
        store.put(object(
            "Alias",
            "live",
            &json!({"functionName": "hello", "name": "LIVE", "functionVersion": "2"}),
        ));
    }
    settle(&store, usize::MAX).await;
    assert!(!store.lock().unwrap().objects.contains_key(&id));
}
