//! The operator's publishing and the gateway's end of it, over TLS on this machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway::config_client::{self, ConfigClientSettings};
use gateway::{Live, Readiness};
use operator::publishing::{
    Ack, Authenticate, AuthenticateError, CaPem, FunctionEndpoints, Publication, Publisher, issue, make_ca,
    serve,
};
use snapshot::publication::{Addresses, Secret, SecretContent, Secrets, digest_of};
use snapshot::{ACCESS_KEY_ID, Api, AwsCredentials, NamespacedName, SECRET_ACCESS_KEY, Snapshot};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A token says which pod it is bound to.
#[derive(Clone)]
struct Fixed;

impl Authenticate for Fixed {
    async fn authenticate(&self, token: &str) -> Result<Option<Arc<str>>, AuthenticateError> {
        Ok(token.strip_prefix("of ").map(Into::into))
    }
}

/// A replica of the operator; it ends with this.
struct Replica {
    publisher: Publisher,
    address: SocketAddr,
    stop: CancellationToken,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Replica {
    async fn start(ca: &CaPem) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = issue(ca, &["localhost".into(), "127.0.0.1".into()]).unwrap();
        let (publisher, stop) = (Publisher::new(), CancellationToken::new());
        tokio::spawn(serve(listener, tls, Fixed, publisher.clone(), stop.clone()));
        Self { publisher, address, stop }
    }

    fn publish(&self, number: u64, names: &[&str]) {
        let apis = names.iter().map(|name| (NamespacedName::new("n", *name), Api::default())).collect();
        let snapshot = Snapshot { apis, ..Snapshot::default() };
        let digest = digest_of(&snapshot).unwrap();
        self.publisher.publish(Publication { number, digest, snapshot: Arc::new(snapshot) });
    }

    fn ack(&self, gateway: &str) -> Option<Ack> {
        self.publisher.acks().borrow().get(gateway).cloned()
    }
}

/// A gateway's receiving end; it ends with this.
struct Receiving {
    live: Live,
    readiness: Readiness,
    addresses: watch::Sender<BTreeSet<SocketAddr>>,
    stop: CancellationToken,
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The files that a gateway's pod has.
struct Pod(tempfile::TempDir);

impl Pod {
    fn new(ca: &CaPem) -> Self {
        let pod = Self(tempfile::tempdir().unwrap());
        fs::write(pod.file("ca.crt"), &ca.cert).unwrap();
        fs::write(pod.file("token"), "of gateway-0\n").unwrap();
        fs::write(pod.file("function-token"), "0123456789abcdef0123456789abcdef").unwrap();
        pod
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new(self.0.path()).join(name)
    }

    fn start(&self, replicas: &[&Replica]) -> Receiving {
        let settings = ConfigClientSettings {
            operator: "localhost:8443".into(),
            ca_file: self.file("ca.crt"),
            token_file: self.file("token"),
            function_token_file: self.file("function-token"),
            state_dir: self.file("state"),
            gateway_name: "gateway-0".into(),
        };
        let (live, readiness, stop) = (Live::default(), Readiness::default(), CancellationToken::new());
        let (addresses, known) =
            watch::channel(replicas.iter().map(|replica| replica.address).collect::<BTreeSet<_>>());
        tokio::spawn(config_client::run_at(settings, known, live.clone(), readiness.clone(), stop.clone()));
        Receiving { live, readiness, addresses, stop }
    }
}

impl Receiving {
    fn names(&self) -> Vec<String> {
        self.live.now().snapshot.apis.keys().map(|name| name.name.clone()).collect()
    }

    async fn serves(&self, names: &[&str]) {
        until(&format!("{names:?}"), || self.names() == names).await;
    }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} does not come to hold");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn a_while() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publications_endpoints_acks_and_a_restart_without_an_operator() {
    let ca = make_ca().unwrap();
    let (replica, pod) = (Replica::start(&ca).await, Pod::new(&ca));
    let receiving = pod.start(&[&replica]);
    a_while().await;
    assert!(!receiving.readiness.is_ready() && replica.ack("gateway-0").is_none());
    let addresses = Addresses { addresses: vec!["10.0.0.1:8080".parse().unwrap()], capacity: 10 };
    let functions = [("n/f:1".to_owned(), addresses)].into();
    replica.publisher.endpoints(FunctionEndpoints { revision: 1, functions });
    replica.publish(1, &["a"]);
    receiving.serves(&["a"]).await;
    assert!(receiving.readiness.is_ready());
    let start = Instant::now();
    replica.publish(2, &["a", "b"]);
    receiving.serves(&["a", "b"]).await;
    assert!(start.elapsed() < Duration::from_secs(1));
    until("the acknowledgement", || replica.ack("gateway-0").is_some_and(|ack| ack.number == 2)).await;
    assert_eq!(replica.ack("gateway-0").unwrap().nack, None);

    let moment = receiving.live.now();
    let picked = moment.endpoints.version("n/f:1").unwrap().pick(7).unwrap();
    assert_eq!(picked.address(), "10.0.0.1:8080".parse().unwrap());
    assert_eq!(picked.authorization(), "Bearer 0123456789abcdef0123456789abcdef");
    let in_flight = || replica.ack("gateway-0").and_then(|ack| ack.in_flight.get("n/f:1").copied());
    until("the load", || in_flight().is_some_and(|load| load > 0.0 && load <= 1.0)).await;

    let kept = || fs::read_to_string(pod.file("state/publication.json")).unwrap_or_default();
    until("the kept state", || kept().contains("\"number\":2")).await;
    drop((receiving, replica));
    let again = pod.start(&[]);
    again.serves(&["a", "b"]).await;
    assert!(again.readiness.is_ready() && again.live.now().endpoints.version("n/f:1").is_some());
    let secrets = fs::read_dir(pod.file("state")).unwrap().any(|entry| {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        text.contains("of gateway-0") || text.contains("0123456789abcdef")
    });
    assert!(!secrets);
    // An operator that comes back goes on from there.
    let replica = Replica::start(&ca).await;
    replica.publish(1, &["old"]);
    again.addresses.send_replace([replica.address].into());
    until("the acknowledgement", || replica.ack("gateway-0").is_some_and(|ack| ack.number == 2)).await;
    replica.publish(3, &["new"]);
    again.serves(&["new"]).await;
}

fn secret(revision: u64, text: &str) -> Secrets {
    let data = [(ACCESS_KEY_ID, "AKIDHUSH"), (SECRET_ACCESS_KEY, text)];
    let data = data.map(|(key, value)| (key.to_owned(), value.as_bytes().to_vec())).into();
    let content = SecretContent::Aws(AwsCredentials::of(&data).unwrap());
    Secrets::from([(NamespacedName::new("n", "s"), Secret { revision, content })])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_in_memory_only() {
    let ca = make_ca().unwrap();
    let (replica, other, pod) = (Replica::start(&ca).await, Replica::start(&ca).await, Pod::new(&ca));
    replica.publisher.credentials(&secret(5, "hush-five"));
    replica.publish(1, &["a"]);
    let receiving = pod.start(&[&replica, &other]);
    receiving.serves(&["a"]).await;
    let has = |receiving: &Receiving, secrets: &Secrets| *receiving.live.now().secrets == *secrets;
    assert!(has(&receiving, &secret(5, "hush-five")), "they come before what needs them");
    // A new value needs no publication, and a replica that has not seen it yet changes nothing.
    replica.publisher.credentials(&secret(7, "hush-seven"));
    until("the new value", || has(&receiving, &secret(7, "hush-seven"))).await;
    other.publisher.credentials(&secret(5, "hush-five"));
    a_while().await;
    assert!(has(&receiving, &secret(7, "hush-seven")));
    replica.publish(2, &["a", "b"]);
    receiving.serves(&["a", "b"]).await;
    assert!(has(&receiving, &secret(7, "hush-seven")), "a publication leaves them");
    let kept = || fs::read_to_string(pod.file("state/publication.json")).unwrap_or_default();
    until("the kept state", || kept().contains("\"number\":2")).await;
    for entry in fs::read_dir(pod.file("state")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.to_lowercase().contains("hush"), "{text}");
    }
    assert!(!format!("{:?}", receiving.live.now()).to_lowercase().contains("hush"));
    drop((receiving, replica, other));
    let again = pod.start(&[]);
    again.serves(&["a", "b"]).await;
    assert!(has(&again, &Secrets::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_and_a_wrong_authority_are_refused_until_they_are_right() {
    let ca = make_ca().unwrap();
    let (replica, pod) = (Replica::start(&ca).await, Pod::new(&ca));
    replica.publish(1, &["a"]);
    // That of another pod is no better: no gateway speaks for another.
    for token in ["bad", "of gateway-1"] {
        fs::write(pod.file("token"), token).unwrap();
        let receiving = pod.start(&[&replica]);
        a_while().await;
        assert!(receiving.names().is_empty() && !receiving.readiness.is_ready());
    }
    fs::write(pod.file("ca.crt"), make_ca().unwrap().cert).unwrap();
    fs::write(pod.file("token"), "of gateway-0").unwrap();
    let receiving = pod.start(&[&replica]);
    a_while().await;
    assert!(receiving.names().is_empty() && replica.ack("gateway-0").is_none());
    fs::write(pod.file("ca.crt"), &ca.cert).unwrap();
    receiving.serves(&["a"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lagging_replica_takes_no_gateway_back() {
    let ca = make_ca().unwrap();
    let (ahead, behind, pod) = (Replica::start(&ca).await, Replica::start(&ca).await, Pod::new(&ca));
    behind.publish(3, &["three"]);
    let receiving = pod.start(&[&ahead, &behind]);
    receiving.serves(&["three"]).await;
    ahead.publish(5, &["five"]);
    receiving.serves(&["five"]).await;
    behind.publish(4, &["four"]);
    a_while().await;
    receiving.serves(&["five"]).await;
    behind.publish(5, &["five"]);
    behind.publish(6, &["six"]);
    receiving.serves(&["six"]).await;
    // A delta against what only the other one sent: it fits, or a whole one is asked for.
    ahead.publish(7, &["seven"]);
    receiving.serves(&["seven"]).await;
    for replica in [&ahead, &behind] {
        until("the acknowledgement", || replica.ack("gateway-0").is_some_and(|ack| ack.number == 7)).await;
    }
    // With one of them gone the other goes on.
    ahead.stop.cancel();
    behind.publish(8, &["eight"]);
    receiving.serves(&["eight"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_binary_is_ready_once_it_serves_and_ends_when_told() {
    let ca = make_ca().unwrap();
    let (replica, pod) = (Replica::start(&ca).await, Pod::new(&ca));
    fs::write(pod.file("token"), "of gateway-7").unwrap();
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (listen, admin) = (free(), free());
    let mut child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .args(["gateway", "--base-domain", "example.test", "--access-log", "off", "--workers", "1"])
        .args(["--stop-accepting-after", "0", "--operator", &replica.address.to_string()])
        .args(["--listen", &listen.to_string(), "--admin", &admin.to_string()])
        .args(
            ["ca.crt", "token", "function-token", "state"]
                .iter()
                .zip(["--ca-file", "--token-file", "--function-token-file", "--state-dir"])
                .flat_map(|(file, flag)| [PathBuf::from(flag), pod.file(file)]),
        )
        .env("POD_NAME", "gateway-7")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let get = |path: &str| {
        let Ok(mut stream) = std::net::TcpStream::connect(admin) else { return String::new() };
        let _ = write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    until("waiting", || get("/readyz").starts_with("HTTP/1.1 503")).await;
    replica.publish(1, &["a"]);
    until("ready", || get("/readyz").starts_with("HTTP/1.1 200")).await;
    assert!(get("/snapshot").contains("n/a"));
    until("the acknowledgement", || replica.ack("gateway-7").is_some_and(|ack| ack.number == 1)).await;
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let ended = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    assert!(ended.success());
}
