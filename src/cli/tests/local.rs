//! `stagegate local` as people run it: the real binary, real handlers, real edits.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

mod serving;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serving::{Local, Options, get, raw};

/// Serves a copy of `examples/houses`.
fn houses(arguments: &[&str]) -> Local {
    Local::start(copy_houses, &Options { arguments, ..Options::default() })
}

fn copy_houses(to: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/houses");
    for entry in fs::read_dir(example).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

fn edit(local: &Local, file: &str, from: &str, to: &str) {
    let path = local.manifest(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(&path, text.replace(from, to)).unwrap();
}

/// One request; `head` lacks only Host, Connection and the empty line.
fn request(port: u16, head: &str) -> String {
    let head = format!("{head}Host: localhost\r\nConnection: close\r\n\r\n");
    String::from_utf8_lossy(&raw(port, head.as_bytes())).into_owned()
}

#[test]
fn stages_and_edits() {
    let local = houses(&[]);
    assert!(get(local.port, "/dev/houses").contains("Hello from $LATEST"));
    assert!(get(local.port, "/test/houses").contains("Hello from version 2"));
    assert!(get(local.port, "/test/stagevariables").contains(r#"{"lambdaAlias": "TEST"}"#));
    assert!(get(local.port, "/nope/houses").contains("ForbiddenException"));
    assert!(get(local.port, "/dev/nope").contains("MissingAuthenticationTokenException"));

    // A weight is live without anything else changing.
    edit(&local, "aliases.yaml", "functionVersion: \"2\"}", "functionVersion: \"1\"}");
    local.until("the alias' edit", || get(local.port, "/test/houses").contains("Hello from version 1"));

    // The pinned stage does not follow the API; the others do.
    edit(&local, "api.yaml", "/houses:", "/homes:");
    local.until("the API's edit", || get(local.port, "/dev/homes").starts_with("HTTP/1.1 200"));
    assert!(get(local.port, "/dev/houses").starts_with("HTTP/1.1 403"));
    assert!(get(local.port, "/prod/houses").starts_with("HTTP/1.1 200"));

    // A broken edit changes nothing, is said, and keeps it ready; so does a file that is no YAML.
    edit(&local, "stages.yaml", "lambdaAlias: DEV", "lambda-alias: DEV");
    local.until("the refusal", || get(local.admin, "/readyz").contains("lambda-alias"));
    assert!(get(local.port, "/dev/homes").starts_with("HTTP/1.1 200"));
    edit(&local, "api.yaml", "spec:", "spec: [");
    local.until("the refusal", || get(local.admin, "/readyz").contains("api.yaml"));
    assert!(get(local.port, "/dev/homes").starts_with("HTTP/1.1 200"));

    assert!(get(local.admin, "/metrics").contains("stagegate_requests_total{"));
    assert!(get(local.admin, "/snapshot").contains("\"format\":1"));
    assert!(get(local.admin, "/_apis/default/houses/dev/homes").contains("Hello from $LATEST"));
}

#[test]
fn malformed_requests_get_a_status_and_hurt_nobody() {
    let local = houses(&[]);
    let both = b"POST /dev/houses HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert!(raw(local.port, both).starts_with(b"HTTP/1.1 400"));
    assert!(raw(local.port, b"rubbish\r\n\r\n").starts_with(b"HTTP/1.1 400"));
    let long = format!("GET /dev/houses HTTP/1.1\r\nx: {}\r\n", "a".repeat(11_000));
    assert!(request(local.port, &long).starts_with("HTTP/1.1 431"));
    let huge = "POST /dev/houses HTTP/1.1\r\nContent-Length: 99999999\r\n";
    let answer = request(local.port, huge);
    assert!(answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(get(local.port, "/dev/houses").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_signal_lets_new_connections_in_for_a_while_and_then_ends_it() {
    let mut local = houses(&["--stop-accepting-after", "3", "--drain", "5"]);
    let mut kept = TcpStream::connect(("127.0.0.1", local.port)).unwrap();
    kept.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = b"GET /dev/houses HTTP/1.1\r\nHost: h\r\n\r\n";
    kept.write_all(head).unwrap();
    let mut buffer = [0; 2048];
    let length = kept.read(&mut buffer).unwrap();
    assert!(buffer[..length].starts_with(b"HTTP/1.1 200"));
    let pid = local.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    // The idle connection is closed; a new one is served once and told that it ends.
    assert_eq!(kept.read(&mut buffer).unwrap(), 0);
    let answer = String::from_utf8(raw(local.port, head)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    let deadline = Instant::now() + Duration::from_secs(10);
    while local.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "it does not end");
        std::thread::sleep(Duration::from_millis(25));
    }
    assert!(TcpStream::connect(("127.0.0.1", local.port)).is_err());
}

#[test]
fn deploy_freezes_and_points() {
    let folder = tempfile::tempdir().unwrap();
    copy_houses(folder.path());
    let run =
        |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_stagegate")).args(arguments).output().unwrap();
    let write = folder.path().to_str().unwrap();
    let output = run(&["deploy", "houses", "--name", "houses-v2", "--stage", "prod", "--write", write]);
    assert!(output.status.success(), "{output:?}");
    let stages = fs::read_to_string(folder.path().join("stages.yaml")).unwrap();
    assert!(stages.contains("  # Pinned: an edit") && stages.contains("  deployment: houses-v2\n"));
    let output = run(&["plan", write]);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("houses-v2"));
    fs::write(
        folder.path().join("bad.yaml"),
        "kind: Stage\napiVersion: stagegate.dev/v1alpha1\nmetadata: {name: x}\n",
    )
    .unwrap();
    let output = run(&["plan", write]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Stage/x: spec: is missing"));
    assert_eq!(run(&["plan", "/nowhere"]).status.code(), Some(2));
}

#[test]
fn behind_a_trusted_proxy_the_last_untrusted_address_is_the_caller() {
    let local = houses(&["--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "10.0.0.0/8"]);
    let stage = r#""stage": event["requestContext"]["stage"]"#;
    let shown = stage.replace("stage", "identity");
    edit(
        &local,
        "functions.yaml",
        &format!("$LATEST\", {stage}"),
        &format!("$LATEST\", {shown}[\"sourceIp\"]"),
    );
    let ask = |forwarded: &str| {
        request(local.port, &format!("GET /dev/houses HTTP/1.1\r\nX-Forwarded-For: {forwarded}\r\n"))
    };
    local.until("the new code", || ask("192.0.2.7").contains("identity"));
    assert!(ask("198.51.100.1, 192.0.2.7, 10.1.1.1").contains(r#""identity": "192.0.2.7""#));
    // Nobody else is believed.
    let local = houses(&[]);
    edit(
        &local,
        "functions.yaml",
        &format!("$LATEST\", {stage}"),
        &format!("$LATEST\", {shown}[\"sourceIp\"]"),
    );
    local.until("the new code", || get(local.port, "/dev/houses").contains("identity"));
    let forged = request(local.port, "GET /dev/houses HTTP/1.1\r\nX-Forwarded-For: 192.0.2.7\r\n");
    assert!(forged.contains(r#""identity": "127.0.0.1""#), "{forged}");
}

#[tokio::test]
async fn http2_with_prior_knowledge_ends_with_a_goaway() {
    use http_body_util::{BodyExt as _, Empty};
    let mut local = houses(&["--stop-accepting-after", "1", "--drain", "5"]);
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", local.port)).await.unwrap();
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(executor, hyper_util::rt::TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = |path: &str| {
        let uri = format!("http://localhost{path}");
        http::Request::get(uri).body(Empty::<axum::body::Bytes>::new()).unwrap()
    };
    // Two streams of one connection.
    let (one, other) =
        (sender.send_request(request("/dev/houses")), sender.send_request(request("/test/houses")));
    for (answer, text) in [(one, "Hello from $LATEST"), (other, "Hello from version 2")] {
        let answer = answer.await.unwrap();
        assert_eq!((answer.status(), answer.version()), (http::StatusCode::OK, http::Version::HTTP_2));
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains(text), "{body:?}");
    }
    let pid = local.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    // A connection that breaks off would be an error here.
    tokio::time::timeout(Duration::from_secs(5), connection).await.unwrap().unwrap().unwrap();
    assert!(sender.ready().await.is_err());
    let ended = tokio::task::spawn_blocking(move || local.child.wait().map(|_| local)).await.unwrap();
    drop(ended);
}
