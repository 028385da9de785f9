//! Services of AWS by `stagegate local`, against moto's server with botocore's check of signatures before it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What the services know, and nobody else is to.
const SECRETS: &str = "AKIDONE:hush/one+SECRET AKIDTEMP:hush/tempSECRET:token/SECRET AKIDLATER:hush/laterSECRET AKIDTWO:hush/twoSECRET";

/// A process that ends with this.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct World {
    _services: Process,
    _local: Process,
    folder: tempfile::TempDir,
    services: u16,
    port: u16,
    admin: u16,
}

/// The services, where a Python with moto is given.
fn services() -> Option<(Process, u16)> {
    let Some(python) = std::env::var_os("STAGEGATE_TEST_MOTO") else {
        println!("skipped: STAGEGATE_TEST_MOTO names no Python with moto");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/services.py");
    let mut child =
        Command::new(python).arg(script).env("SECRETS", SECRETS).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let services = Process(child);
    Some((services, line.trim().parse().unwrap()))
}

impl World {
    fn start() -> Option<Self> {
        let (services, at) = services()?;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("manifests")).unwrap();
        let manifest = include_str!("aws/api.yaml").replace("ENDPOINT", &format!("http://127.0.0.1:{at}"));
        fs::write(folder.path().join("manifests/api.yaml"), manifest).unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (port, admin) = (free(), free());
        let log = |name: &str| fs::File::create(folder.path().join(name)).unwrap();
        let local = Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .args(["local", "manifests", "--workers", "1"])
            .args(["--listen", &format!("127.0.0.1:{port}"), "--admin", &format!("127.0.0.1:{admin}")])
            .args(["--access-log", "access.log"])
            .current_dir(folder.path())
            .env("RUST_LOG", "trace")
            .stdout(log("stdout"))
            .stderr(log("stderr"))
            .spawn()
            .unwrap();
        let world = Self { _services: services, _local: Process(local), folder, services: at, port, admin };
        world.until("ready", || send(admin, "GET /readyz", "", "").0.contains(" 200 "));
        Some(world)
    }

    /// Status and body.
    fn request(&self, line: &str, headers: &str, body: &str) -> (String, String) {
        let (head, body) = send(self.port, line, headers, body);
        (head.get(9..12).unwrap_or("none").to_owned(), body)
    }

    fn seen(&self) -> Value {
        serde_json::from_str(&send(self.services, "GET /_seen", "", "").1).unwrap()
    }

    fn written(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }

    fn add(&self, file: &str, key: &str, secret: &str) {
        let manifest = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "later"},
            "stringData": {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}});
        fs::write(self.folder.path().join("manifests").join(file), manifest.to_string()).unwrap();
    }

    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !holds() {
            assert!(Instant::now() < deadline, "{what} does not come to hold: {}", self.written("stderr"));
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

/// One request on a connection of its own: head and body; nothing where nothing listens.
fn send(port: u16, line: &str, headers: &str, body: &str) -> (String, String) {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return Default::default() };
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}{length}\r\n");
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
    let mut all = String::new();
    let _ = stream.read_to_string(&mut all);
    let (head, body) = all.split_once("\r\n\r\n").unwrap_or_default();
    (head.to_owned(), body.to_owned())
}

#[test]
fn services_of_aws() {
    let Some(world) = World::start() else { return };
    objects(&world);
    queues_and_topics(&world);
    services_that_read_json(&world);
    what_is_not_signed(&world);
    nobody_else_learns_the_secrets(&world);
}

fn ok(status: &str, answer: (String, String)) -> String {
    assert_eq!(answer.0, status, "{}", answer.1);
    answer.1
}

fn objects(world: &World) {
    // Each of these is one key, and one path that both ends must spell alike.
    let keys = [
        ("plain.txt", "plain.txt"),
        ("a%20b/c+d", "a b/c+d"),
        ("%C3%A9&=@:,$~", "é&=@:,$~"),
        ("x%2Fy", "x/y"),
    ];
    for (path, _) in keys {
        let content = format!("content of {path}");
        ok("200", world.request(&format!("PUT /dev/files/{path}"), "Content-Type: text/plain\r\n", &content));
        assert_eq!(ok("200", world.request(&format!("GET /dev/files/{path}"), "", "")), content);
    }
    let seen = world.seen();
    for (path, key) in keys {
        assert_eq!(seen["files"][key], format!("content of {path}"), "{seen}");
        assert_eq!(seen["types"][key], "text/plain");
    }
    let (head, _) = send(world.port, "PUT /dev/files/empty", "Content-Type: text/plain\r\n", "");
    assert!(head.to_lowercase().contains("\r\netag: \"d41d8cd98f00b204e9800998ecf8427e\""), "{head}");
    assert_eq!(ok("404", world.request("GET /dev/files/none", "", "")), r#"{"no": "such file"}"#);
    for path in ["..", "a/%2e%2e/b", "..%2fother"] {
        ok("400", world.request(&format!("GET /dev/files/{path}"), "", ""));
    }
    let listing = ok("200", world.request("GET /dev/listing?prefix=a%20b", "", ""));
    assert!(listing.contains("<Key>a b/c+d</Key>") && !listing.contains("plain"), "{listing}");
}

fn queues_and_topics(world: &World) {
    // Longer than any query may be, and full of what has a meaning in forms.
    let long = format!("&Action=Purge;+%41 é{}", "x".repeat(60_000));
    for text in ["one", &long] {
        let id = ok("202", world.request("POST /dev/orders", "Content-Type: text/plain\r\n", text));
        assert!(id.contains("<MessageId>"), "{id}");
    }
    let topics = ok("200", world.request("GET /dev/news", "", ""));
    assert!(topics.contains("arn:aws:sns:eu-west-1:123456789012:news"), "{topics}");
    ok("202", world.request("POST /dev/orders/by-path", "", r#"{"text": "two & three"}"#));
    ok("200", world.request("POST /dev/news", "", r#"{"text": "it is = & so"}"#));
    let seen = world.seen();
    assert_eq!(seen["orders"], json!(["one", long, "two & three"]));
    assert_eq!(seen["heard"], json!(["it is = & so"]));
}

fn services_that_read_json(world: &World) {
    ok("201", world.request("PUT /dev/pets/7", "", r#"{"name": "Rex \"é\""}"#));
    assert_eq!(ok("200", world.request("GET /dev/pets/7", "", "")), r#"{"name": "Rex "é""}"#);
    let at = format!("http://127.0.0.1:{}", world.services);
    assert!(world.written("manifests/api.yaml").contains(&at));
    ok("202", world.request("POST /dev/flow", "", r#"{"n": [1, 2]}"#));
    ok("200", world.request("POST /dev/clicks", "", r#"{"clicked": true}"#));
    let seen = world.seen();
    assert_eq!(seen["pets"], json!([{"id": {"S": "7"}, "name": {"S": "Rex \"é\""}}]));
    let input: Value = serde_json::from_str(seen["inputs"][0].as_str().unwrap()).unwrap();
    assert_eq!(input, json!({"n": [1, 2]}));
    let record: Value = serde_json::from_str(seen["clicks"][0].as_str().unwrap()).unwrap();
    assert_eq!(record, json!({"clicked": true}));
}

/// A Secret that is not there, one that is wrong, one that is right, and one that takes over from it.
fn what_is_not_signed(world: &World) {
    let ask = || world.request("GET /dev/unsigned", "", "").0;
    assert_eq!(ask(), "500");
    let missing = "Secret default/later: is not among the manifests";
    assert!(world.written("stderr").contains(missing), "{}", world.written("stderr"));
    world.until("the access log says which", || world.written("access.log").contains(missing));
    world.add("later.json", "AKIDLATER", "wrong");
    world.until("a wrong secret is refused", || ask() == "502");
    world.add("later.json", "AKIDLATER", "hush/laterSECRET");
    world.until("a right one is not", || ask() == "404");
    world.add("later.json", "AKIDTWO", "hush/twoSECRET");
    let signers = || world.seen()["signers"].to_string();
    world.until("another takes over", || ask() == "404" && signers().contains("AKIDTWO"));
    // Link-local addresses are denied here as for any endpoint, though private ones are not.
    assert_eq!(world.request("GET /dev/denied", "", "").0, "500");
}

fn nobody_else_learns_the_secrets(world: &World) {
    // What does not parse is shown with the lines around it, but for Secrets.
    let broken = "kind: Secret\nstringData:\n  AWS_SECRET_ACCESS_KEY: hush/brokenSECRET\n   wrong: [\n";
    fs::write(world.folder.path().join("manifests/broken.yaml"), broken).unwrap();
    world.until("the broken file is told", || world.written("stderr").contains("is not YAML"));
    let snapshot = send(world.admin, "GET /snapshot", "", "").1;
    assert!(snapshot.contains(r#""credentialsSecret":"temporary""#), "{snapshot}");
    let metrics = send(world.admin, "GET /metrics", "", "").1;
    let mut told = vec![("snapshot".to_owned(), snapshot), ("metrics".to_owned(), metrics)];
    let mut folders = vec![world.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.starts_with(world.folder.path().join("manifests")) {
                told.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(told.iter().any(|(place, _)| place.contains(".stagegate/")), "the state is not where it was");
    for (place, text) in told {
        for secret in ["hush/", "SECRET\"", "AKID", "dG9rZW4vU0VDUkVU", "token/SECRET", "Signature="] {
            assert!(!text.contains(secret), "{place} has {secret}");
        }
    }
}
