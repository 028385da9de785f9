//! Requests, held against an API server that keeps objects as a real one does: versions, generations, conflicts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::{Method, Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use super::*;

/// What it answers to the next PATCH instead of doing it.
#[derive(Clone)]
enum Trouble {
    /// Somebody else writes first, with this merge patch.
    Other(Value),
    Status(u16, Value),
}

#[derive(Default)]
struct Kept {
    /// Path → object.
    objects: BTreeMap<String, Value>,
    /// Query and body of every PATCH.
    patches: Vec<(String, Value)>,
    troubles: Vec<Trouble>,
}

#[derive(Clone, Default)]
struct World(Arc<Mutex<Kept>>);

impl World {
    /// A stage `prod` of `houses` with a live canary, and its deployments.
    fn houses() -> Self {
        let world = Self::default();
        world.put(
            "restapis",
            "houses",
            &json!({"paths": {}}),
            &json!({"deployment": "houses-new", "observedGeneration": 1}),
        );
        for name in ["houses-v1", "houses-v2", "houses-new"] {
            world.put(
                "apideployments",
                name,
                &json!({"restApi": "houses", "api": {"paths": {}}}),
                &json!({}),
            );
        }
        world.put("apideployments", "shop-v1", &json!({"restApi": "shop", "api": {"paths": {}}}), &json!({}));
        let spec = json!({
            "restApi": "houses", "name": "prod", "deployment": "houses-v1", "variables": {"alias": "PROD"},
            "canary": {"percent": 10.0, "deployment": "houses-v2", "variables": {"alias": "NEXT"}},
        });
        let status = json!({
            "deployment": "houses-v1", "variables": {"alias": "PROD"},
            "canary": {"deployment": "houses-v2", "percent": 10, "variables": {"alias": "NEXT"}},
            "history": [
                {"deployment": "houses-v1", "variables": {"alias": "PROD"}, "since": "2026-11-24T06:45:25Z", "why": "x"},
                {"deployment": "houses-v0", "variables": {"alias": "PROD"}, "since": "2026-11-24T06:45:25Z", "why": "x"},
            ],
        });
        world.put("stages", "houses-prod", &spec, &status);
        world
    }

    fn put(&self, plural: &str, name: &str, spec: &Value, status: &Value) {
        let path = format!("{ROOT}/{plural}/{name}");
        let object = json!({
            "metadata": {"name": name, "namespace": "shop", "uid": format!("uid-{name}"), "resourceVersion": "7", "generation": 1},
            "spec": spec, "status": status,
        });
        self.0.lock().unwrap().objects.insert(path, object);
    }

    fn stage(&self) -> Value {
        self.0.lock().unwrap().objects[&format!("{ROOT}/stages/houses-prod")].clone()
    }

    fn trouble(&self, trouble: Trouble) {
        self.0.lock().unwrap().troubles.push(trouble);
    }

    fn patches(&self) -> Vec<(String, Value)> {
        self.0.lock().unwrap().patches.clone()
    }

    fn cluster(&self) -> Cluster {
        let world = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let world = world.clone();
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect_bytes().await.unwrap_or_default();
                let body: Value = serde_json::from_slice(&body).unwrap_or_default();
                let path = head.uri.path().to_owned();
                let query = head.uri.query().unwrap_or_default().to_owned();
                let (status, answer) = world.0.lock().unwrap().answer(&head.method, &path, &query, &body);
                let body = Body::from(answer.to_string().into_bytes());
                Ok::<_, std::convert::Infallible>(Response::builder().status(status).body(body).unwrap())
            }
        });
        Cluster::of(Client::new(service, "default"), "shop")
    }

    async fn change(&self, wish: Wish) -> Result<Done> {
        let target = Target::Stage { api: "houses".to_owned(), stage: "prod".to_owned() };
        on_cluster::change(&self.cluster(), false, &target, &wish).await
    }

    async fn refused(&self, wish: Wish) -> String {
        format!("{:#}", self.change(wish).await.unwrap_err())
    }
}

const ROOT: &str = "/apis/stagegate.dev/v1alpha1/namespaces/shop";

impl Kept {
    fn answer(&mut self, method: &Method, path: &str, query: &str, body: &Value) -> (u16, Value) {
        if method == Method::PATCH {
            self.patches.push((query.to_owned(), body.clone()));
            match self.troubles.pop() {
                Some(Trouble::Status(status, answer)) => return (status, answer),
                Some(Trouble::Other(changes)) => self.write(path, &changes),
                None => {}
            }
            let there = self.objects[path]["metadata"].clone();
            if ["uid", "resourceVersion"].iter().any(|field| body["metadata"][field] != there[field]) {
                return (409, failure(409, "Conflict", "the object has been modified"));
            }
            self.write(path, body);
            return (200, self.objects[path].clone());
        }
        match self.objects.get(path) {
            Some(object) => (200, object.clone()),
            None if path
                .rsplit('/')
                .next()
                .is_some_and(|last| last.ends_with('s') && !last.contains('-')) =>
            {
                // One object a page.
                let all: Vec<_> =
                    self.objects.iter().filter(|(at, _)| at.starts_with(&format!("{path}/"))).collect();
                let token = query.split('&').find_map(|pair| pair.strip_prefix("continue="));
                let at: usize = token.map_or(0, |token| token.parse().unwrap());
                let next = if at + 1 < all.len() { (at + 1).to_string() } else { String::new() };
                let items: Vec<_> = all.get(at).map(|(_, object)| (*object).clone()).into_iter().collect();
                (
                    200,
                    json!({"kind": "List", "apiVersion": "v1", "metadata": {"continue": next}, "items": items}),
                )
            }
            None => (404, failure(404, "NotFound", "not found")),
        }
    }

    fn write(&mut self, path: &str, changes: &Value) {
        let object = self.objects.get_mut(path).unwrap();
        let spec = object["spec"].clone();
        let version: u64 = object["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
        merge(object, changes);
        object["metadata"]["resourceVersion"] = json!((version + 1).to_string());
        if object["spec"] != spec {
            object["metadata"]["generation"] = json!(object["metadata"]["generation"].as_i64().unwrap() + 1);
        }
    }
}

fn merge(into: &mut Value, patch: &Value) {
    for (key, value) in patch.as_object().unwrap() {
        match value {
            Value::Null => drop(into.as_object_mut().unwrap().remove(key)),
            Value::Object(_) if into[key].is_object() => merge(&mut into[key], value),
            value => into[key] = value.clone(),
        }
    }
}

fn failure(code: u16, reason: &str, message: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": reason, "message": message, "code": code})
}

#[tokio::test]
async fn a_promotion_is_one_write_of_what_was_read() {
    let world = World::houses();
    let done = world.change(Wish::Promote(None)).await.unwrap();
    assert_eq!(
        done.text,
        "Stage/shop/houses-prod: spec.deployment: houses-v1 -> houses-v2\n\
         Stage/shop/houses-prod: spec.variables.alias: PROD -> NEXT\n\
         Stage/shop/houses-prod: spec.canary.percent: 10 -> 0\n"
    );
    assert!(done.notes[0].contains("Git should say the same"), "{done:?}");
    let patches = world.patches();
    let (query, body) = &patches[0];
    assert_eq!(patches.len(), 1);
    assert!(
        query.contains("fieldManager=stagegate-cli") && query.contains("fieldValidation=Strict"),
        "{query}"
    );
    let expected = json!({
        "metadata": {"uid": "uid-houses-prod", "resourceVersion": "7"},
        "spec": {"deployment": "houses-v2", "variables": {"alias": "NEXT"}, "canary": {"percent": 0}},
    });
    assert_eq!(*body, expected);
    // The canary's settings stay.
    assert_eq!(world.stage()["spec"]["canary"]["deployment"], "houses-v2");
}

#[tokio::test]
async fn the_newest_is_what_the_api_says_and_nothing_is_written_twice() {
    let world = World::houses();
    let done = world.change(Wish::Deploy(None)).await.unwrap();
    assert!(done.text.ends_with("spec.deployment: houses-v1 -> houses-new\n"), "{done:?}");
    let again = world.change(Wish::Deploy(Some("houses-new".to_owned()))).await.unwrap();
    assert_eq!(again.text, "Stage/shop/houses-prod: says so already\n");
    assert_eq!(world.patches().len(), 1);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let world = World::houses();
    let target = Target::Stage { api: "houses".to_owned(), stage: "prod".to_owned() };
    let done = on_cluster::change(&world.cluster(), true, &target, &Wish::Rollback(None)).await.unwrap();
    let expected = "--- Stage/shop/houses-prod\n+++ Stage/shop/houses-prod\n";
    assert!(done.text.starts_with(expected), "{}", done.text);
    let changed: Vec<_> = done.text.lines().skip(2).filter(|line| line.starts_with(['-', '+'])).collect();
    assert_eq!(changed, ["-    percent: 10", "+    percent: 0"], "{}", done.text);
    assert!(!done.text.contains("status") && !done.text.contains("resourceVersion"), "{}", done.text);
    assert!(world.patches().is_empty());
}

/// The operator writes statuses all the time; that is nobody's edit.
#[tokio::test]
async fn a_status_that_was_written_in_between_is_no_conflict() {
    let world = World::houses();
    world.trouble(Trouble::Other(json!({"status": {"url": "http://x/"}})));
    world.change(Wish::Deploy(Some("houses-v2".to_owned()))).await.unwrap();
    assert_eq!(world.stage()["spec"]["deployment"], "houses-v2");
    assert_eq!(world.patches().len(), 2);
}

#[tokio::test]
async fn an_edit_in_between_is_told_and_kept() {
    let world = World::houses();
    world.trouble(Trouble::Other(json!({"spec": {"deployment": "houses-v2"}})));
    let error = world.refused(Wish::Deploy(None)).await;
    assert!(error.contains("stage prod of RestApi/houses: was changed by somebody else"), "{error}");
    assert_eq!(world.stage()["spec"]["deployment"], "houses-v2");
    assert_eq!(world.patches().len(), 1);
}

#[tokio::test]
async fn a_refused_write_is_told_with_its_field() {
    let world = World::houses();
    let mut answer = failure(422, "Invalid", "Stage is invalid: and so on");
    answer["details"] = json!({"causes": [{"reason": "FieldValueInvalid", "message": "too big", "field": "spec.canary.percent"}]});
    world.trouble(Trouble::Status(422, answer));
    let error = world.refused(Wish::Promote(None)).await;
    assert!(error.contains("Stage/shop/houses-prod: the cluster refuses"), "{error}");
    assert!(error.ends_with("spec.canary.percent: too big"), "{error}");
    world.trouble(Trouble::Status(403, failure(403, "Forbidden", "user x cannot patch stages")));
    assert!(
        world.refused(Wish::Promote(None)).await.contains("you may not do this: user x cannot patch stages")
    );
}

#[tokio::test]
async fn what_would_be_refused_later_is_refused_before_it_is_written() {
    let world = World::houses();
    let of = |name: &str| Wish::Deploy(Some(name.to_owned()));
    assert!(
        world.refused(of("houses-v9")).await.contains("ApiDeployment/houses-v9 is not in namespace shop")
    );
    assert!(
        world.refused(of("shop-v1")).await.contains("spec.restApi: is a deployment of shop, not of houses")
    );
    let error = world.refused(Wish::Rollback(Some("houses-v0".to_owned()))).await;
    assert!(error.contains("ApiDeployment/houses-v0 is not in namespace shop"), "{error}");
    assert!(world.patches().is_empty());
    let target = Target::Stage { api: "houses".to_owned(), stage: "prd".to_owned() };
    let error = on_cluster::change(&world.cluster(), false, &target, &Wish::Promote(None)).await.unwrap_err();
    assert_eq!(error.to_string(), "stage prd of RestApi/houses is not in namespace shop; there: prod");
}

#[tokio::test]
async fn the_newest_of_an_api_whose_edit_is_refused_is_not_what_people_mean() {
    let world = World::houses();
    let refused = json!([{"type": "Accepted", "status": "False", "reason": "Invalid", "message": "spec.paths: no", "lastTransitionTime": "2026-11-24T06:45:25Z"}]);
    world.put(
        "restapis",
        "houses",
        &json!({"paths": {}}),
        &json!({"deployment": "houses-new", "observedGeneration": 1, "conditions": refused}),
    );
    let error = world.refused(Wish::Deploy(None)).await;
    assert!(error.contains("its last edit is refused") && error.contains("spec.paths: no"), "{error}");
    world.put(
        "restapis",
        "houses",
        &json!({"paths": {}}),
        &json!({"deployment": "houses-new", "observedGeneration": 0}),
    );
    assert!(world.refused(Wish::Deploy(None)).await.contains("its last edit is not taken yet"));
}

#[tokio::test]
async fn an_alias_takes_its_further_version_where_that_is_there() {
    let world = World::houses();
    let spec = json!({"functionName": "hello", "name": "PROD", "functionVersion": "1", "additionalVersionWeights": {"2": 0.05}});
    world.put("aliases", "hello-prod", &spec, &json!({}));
    let target = Target::parse("hello:PROD", None).unwrap();
    let cluster = world.cluster();
    let promote = || on_cluster::change(&cluster, false, &target, &Wish::Promote(None));
    let error = promote().await.unwrap_err().to_string();
    assert!(error.contains("hello:2 has no FunctionVersion in namespace shop"), "{error}");
    world.put("functionversions", "hello-2", &json!({"functionName": "hello", "version": "2"}), &json!({}));
    promote().await.unwrap();
    let (_, body) = world.patches().pop().unwrap();
    assert_eq!(body["spec"], json!({"functionVersion": "2", "additionalVersionWeights": null}));
}

#[tokio::test]
async fn a_cluster_without_the_definitions_is_told() {
    let service = tower::service_fn(|_: Request<Body>| async {
        let body = Body::from(failure(404, "NotFound", "page not found").to_string().into_bytes());
        Ok::<_, std::convert::Infallible>(Response::builder().status(404).body(body).unwrap())
    });
    let cluster = Cluster::of(Client::new(service, "default"), "shop");
    let error = cluster.list(api::Kind::Stage, false).await.unwrap_err();
    assert!(error.to_string().contains("Stage objects: the cluster does not know the kind"), "{error}");
}
