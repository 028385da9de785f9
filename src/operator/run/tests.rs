//! The loop with an API server that answers everything alike.

use std::sync::Mutex;
use std::sync::atomic::AtomicU16;

use http::{Request, Response};
use kube::client::Body;
use kube::core::DynamicObject;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::*;
use crate::index::{Change, Source};
use crate::parts::Part;
use crate::publishing::Ack;
use crate::workloads::{WorkloadSettings, workload_name};

/// What an operator does, and what it is told.
struct World {
    requests: Arc<Mutex<Vec<(Instant, String, Value)>>>,
    /// With which Deployments are answered.
    status: Arc<AtomicU16>,
    changes: mpsc::Sender<Change>,
    publisher: Publisher,
}

impl World {
    /// An operator that holds the lease, with one version that an alias refers to.
    async fn start() -> Self {
        let (changes, received) = mpsc::channel(100);
        let (requests, status) = (Arc::default(), Arc::new(AtomicU16::new(200)));
        let world = Self { requests, status, changes, publisher: Publisher::new() };
        let leadership = Leadership::new();
        leadership.set(Some(Instant::now() + Duration::from_hours(10)));
        let settings = Settings {
            namespace: "stagegate".into(),
            identity: "a".into(),
            config_listen: ([0, 0, 0, 0], 0).into(),
            admin: ([0, 0, 0, 0], 0).into(),
            base_domain: "example.com".into(),
            workloads: WorkloadSettings::default(),
        };
        let (wanted, to_read) = watch::channel(BTreeSet::new());
        let (read, secrets) = watch::channel(Secrets::new());
        tokio::spawn(credentials::keep(world.client(), to_read, read, CancellationToken::new()));
        let operator = Operator {
            settings: Arc::new(settings),
            client: world.client(),
            leadership,
            publisher: world.publisher.clone(),
            health: Health::new(std::iter::empty()),
            shared: watch::channel(None).1,
            wanted,
            secrets,
            secrets_awaited: None,
            changes: received,
            index: Index::default(),
            programming: Programming::default(),
            last_good: None,
            outcome: None,
            snapshot: None,
            numbered: None,
            highest: 0,
            seen_made: BTreeSet::new(),
            token_in: BTreeSet::new(),
            failing: Failing::default(),
            numbering: Backoff::default(),
            scaling: Scaling::default(),
            began: Instant::now(),
        };
        tokio::spawn(operator.run(CancellationToken::new()));
        for source in SOURCES {
            world.changes.send(Change::Listed(source, listed(source))).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        world
    }

    fn client(&self) -> Client {
        let (requests, status, changes) = (self.requests.clone(), self.status.clone(), self.changes.clone());
        let service = tower::service_fn(move |request: Request<Body>| {
            let (requests, changes) = (requests.clone(), changes.clone());
            let status = status.load(Ordering::Relaxed);
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect_bytes().await.unwrap_or_default();
                let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
                requests.lock().unwrap().push((Instant::now(), head.uri.path().to_owned(), body.clone()));
                let status = if body["kind"] == "Deployment" { status } else { 200 };
                body["metadata"]["resourceVersion"] = json!("2");
                if status != 200 {
                    body = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                        "message": "", "reason": "Forbidden", "code": status});
                } else if let Some(source) = source(&body) {
                    let seen = Change::Set(source, Box::new(object(body.clone())));
                    changes.send(seen).await.unwrap();
                }
                let body = Body::from(body.to_string().into_bytes());
                Ok::<_, std::convert::Infallible>(Response::builder().status(status).body(body).unwrap())
            }
        });
        Client::new(service, "default")
    }

    fn load(&self, in_flight: f64) {
        let in_flight = BTreeMap::from([("default/hello:1".to_owned(), in_flight)]);
        let ack = Ack { number: 1, nack: None, seen: Instant::now(), in_flight };
        self.publisher.acks_sender().send_modify(|acks| drop(acks.insert("g".to_owned(), ack)));
    }

    /// Replicas that Deployments were applied with since the last call, and when.
    fn applied(&self) -> Vec<(Instant, i64)> {
        let deployments = |(at, _, body): (_, _, Value)| Some((at, body["spec"]["replicas"].as_i64()?));
        self.requests.lock().unwrap().drain(..).filter_map(deployments).collect()
    }

    fn replicas(&self) -> Vec<i64> {
        self.applied().into_iter().map(|(_, replicas)| replicas).collect()
    }
}

/// Which watch hears of it.
fn source(body: &Value) -> Option<Source> {
    Some(match body["kind"].as_str()? {
        "Deployment" => Source::Workloads,
        "ConfigMap" if body["metadata"]["namespace"] == "default" => Source::Parts(Part::ConfigMap),
        "NetworkPolicy" => Source::Parts(Part::NetworkPolicy),
        "Service" => Source::Parts(Part::Service),
        "Secret" => Source::Parts(Part::Token),
        _ => return None,
    })
}

fn object(value: Value) -> DynamicObject {
    serde_json::from_value(value).unwrap()
}

fn listed(source: Source) -> Vec<DynamicObject> {
    let ours = |name: &str, spec: Value| {
        object(json!({"apiVersion": api::API_VERSION, "kind": match source {
            Source::Kind(kind) => kind.as_str(),
            _ => "",
        }, "metadata": {"name": name, "namespace": "default", "uid": name, "generation": 1, "resourceVersion": "1"},
            "spec": spec}))
    };
    match source {
        Source::Kind(api::Kind::FunctionVersion) => vec![ours(
            "hello-1",
            json!({"functionName": "hello", "version": "1", "lambda": {"runtime": "python3", "handler": "i.h",
                "maxConcurrency": 10, "code": {"inline": {"i.py": "x"}}}}),
        )],
        Source::Kind(api::Kind::Alias) => {
            vec![ours("live", json!({"functionName": "hello", "name": "LIVE", "functionVersion": "1"}))]
        }
        Source::Functions => {
            let name = workload_name("hello", "1");
            vec![object(json!({
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {"name": name, "namespace": "default", "resourceVersion": "1",
                    "labels": {"kubernetes.io/service-name": name}},
                "ports": [{"name": "invoke", "port": 8080}],
                "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": true}}],
            }))]
        }
        _ => Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn load_that_matters_is_acted_on_and_no_other() {
    let world = World::start().await;
    assert_eq!(world.replicas(), [1]);
    world.load(20.0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.replicas(), [3]);
    for load in [15.0, 18.5, 21.0, 14.5, 18.0] {
        world.load(load);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(world.requests.lock().unwrap().len(), 0, "steady load is no work");
    // The load goes, and nothing more is heard: time alone takes the pods away.
    world.load(0.0);
    tokio::time::sleep(Duration::from_secs(299)).await;
    assert_eq!(world.requests.lock().unwrap().len(), 0);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(world.replicas(), [2]);
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(world.replicas(), [1]);
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(world.requests.lock().unwrap().len(), 0, "an idle cluster is no work");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_keeps_failing_waits_longer_and_a_change_does_not() {
    let world = World::start().await;
    world.applied();
    world.status.store(403, Ordering::Relaxed);
    world.load(20.0);
    tokio::time::sleep(Duration::from_secs(100)).await;
    let at: Vec<_> = world.applied().into_iter().map(|(at, _)| at).collect();
    let waits: Vec<_> = at.windows(2).map(|two| (two[1] - two[0]).as_secs()).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
    // In the middle of a wait.
    world.load(60.0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.replicas(), [9]);
    world.status.store(200, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(world.replicas(), [9]);
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(world.requests.lock().unwrap().len(), 0, "done is done");
}

#[tokio::test(start_paused = true)]
async fn a_stage_whose_requests_can_not_be_signed_says_which_secret_it_needs() {
    let world = World::start().await;
    let aws = json!({"uri": "arn:aws:apigateway:r:s3:path/b", "endpoint": "http://m", "credentialsSecret": "keys",
        "mapping": {"responses": {"default": {"statusCode": 200}}}});
    let specs = [
        (api::Kind::RestApi, json!({"paths": {"/": {"GET": {"aws": aws}}}})),
        (api::Kind::Stage, json!({"restApi": "files", "name": "dev", "deployment": "latest"})),
    ];
    for (kind, spec) in specs {
        let new =
            object(json!({"apiVersion": api::API_VERSION, "kind": kind.as_str(), "spec": spec, "metadata":
            {"name": "files", "namespace": "default", "uid": "u", "generation": 1, "resourceVersion": "1"}}));
        world.changes.send(Change::Set(Source::Kind(kind), Box::new(new))).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let requests = world.requests.lock().unwrap();
    let read = "/api/v1/namespaces/default/secrets/keys";
    assert_eq!(requests.iter().filter(|(_, path, _)| path == read).count(), 1, "once, and again in a while");
    let status = requests.iter().rfind(|(_, path, _)| path.ends_with("/stages/files/status"));
    let conditions = &status.unwrap().2["status"]["conditions"];
    let ready = conditions.as_array().unwrap().iter().find(|c| c["type"] == "Ready").unwrap();
    assert_eq!(
        (&ready["status"], &ready["reason"]),
        (&json!("False"), &json!("NoCredentials")),
        "{conditions}"
    );
    let message = ready["message"].as_str().unwrap();
    assert!(message.starts_with("Secret default/keys has no key AWS_ACCESS_KEY_ID"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_by_hand_comes_back_at_once() {
    let world = World::start().await;
    let made: Vec<Value> = world
        .requests
        .lock()
        .unwrap()
        .drain(..)
        .map(|(_, _, body)| body)
        .filter(|body| source(body).is_some())
        .collect();
    let kinds: Vec<_> = made.iter().map(|body| body["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ConfigMap", "NetworkPolicy", "Service", "Deployment"]);
    for body in made {
        let gone = Change::Gone(source(&body).unwrap(), Box::new(object(body.clone())));
        world.changes.send(gone).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let again: Vec<Value> = world.requests.lock().unwrap().drain(..).map(|(_, _, body)| body).collect();
        assert!(
            again
                .iter()
                .any(|now| (&now["kind"], &now["metadata"]["name"])
                    == (&body["kind"], &body["metadata"]["name"])),
            "{again:?}"
        );
    }
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(world.requests.lock().unwrap().len(), 0, "done is done");
}
