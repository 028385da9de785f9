//! `stagegate runtime` as a pod runs it: the real binary, a real handler, real signals.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const HANDLER: &str = "
import os, time
import more

def handler(event, context):
    time.sleep(event.get('sleep', 0))
    return {'word': more.WORD, 'table': os.environ['TABLE'], 'version': context.function_version}
";

const BESIDE: &str = "
import http.client, json, os, time
base = '/2018-06-01/runtime/invocation/'
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
while True:
    connection.request('GET', base + 'next')
    response = connection.getresponse()
    event = json.loads(response.read())
    time.sleep(event.get('sleep', 0))
    id = response.headers['Lambda-Runtime-Aws-Request-Id']
    connection.request('POST', base + id + '/response', '\"done\"')
    connection.getresponse().read()
";

struct Pod {
    child: Child,
    port: u16,
    health: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Pod {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Pod {
    fn start(handler: &str) -> Self {
        Self::start_with(handler, &[("STAGEGATE_FUNCTION_PASSWORD", "")])
    }

    /// With such variables of its container.
    fn start_with(handler: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let spec = json!({
            "functionName": "hello", "version": "3",
            "lambda": {"runtime": "python3", "handler": "pkg/index.handler", "timeoutSeconds": 10,
                "code": {}, "environment": {"TABLE": "houses"},
                "environmentFrom": {"PASSWORD": {"secretKeyRef": {"name": "db", "key": "password"}}}},
        });
        fs::write(path("spec.json"), spec.to_string()).unwrap();
        fs::write(path("token"), format!("{TOKEN}\n")).unwrap();
        fs::create_dir_all(path("code/pkg")).unwrap();
        fs::write(path("code/pkg/index.py"), handler).unwrap();
        fs::write(path("code/more.py"), "WORD = 'hello'").unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (port, health) = (free(), free());
        let child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .arg("runtime")
            .args(["--listen", &format!("127.0.0.1:{port}"), "--health", &format!("127.0.0.1:{health}")])
            .arg("--spec")
            .arg(path("spec.json"))
            .arg("--code-dir")
            .arg(path("code"))
            .arg("--token-file")
            .arg(path("token"))
            .args(["--stop-accepting-after", "2"])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Self { child, port, health, _folder: folder }
    }

    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !holds() {
            assert!(Instant::now() < deadline, "{what} does not come to hold on port {}", self.port);
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    fn health(&self, path: &str) -> String {
        ask(self.health, &format!("GET {path} HTTP/1.1\r\n"), "")
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }
}

/// One request on a connection of its own; empty where nothing listens.
fn ask(port: u16, head: &str, body: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return String::new() };
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    let _ = write!(stream, "{head}Host: h\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn invoke(port: u16, token: Option<&str>, event: &Value) -> String {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head = format!("POST /2015-03-31/functions/hello/invocations HTTP/1.1\r\n{token}");
    ask(port, &head, &event.to_string())
}

#[test]
fn serves_gateways_only_and_stops_without_losing_an_event() {
    let mut pod = Pod::start(HANDLER);
    pod.until("ready", || pod.health("/readyz").starts_with("HTTP/1.1 200"));
    assert!(pod.health("/livez").starts_with("HTTP/1.1 200"));
    let answer = invoke(pod.port, Some(TOKEN), &json!({}));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(body, json!({"word": "hello", "table": "houses", "version": "3"}));
    for wrong in [None, Some("fedcba9876543210fedcba9876543210")] {
        assert!(invoke(pod.port, wrong, &json!({})).starts_with("HTTP/1.1 403"));
    }

    // Told to stop: unready at once, yet what still comes is answered, and what is in flight longer than that too.
    let port = pod.port;
    let slow = std::thread::spawn(move || invoke(port, Some(TOKEN), &json!({"sleep": 4})));
    std::thread::sleep(Duration::from_millis(500));
    pod.terminate();
    pod.until("unready", || pod.health("/readyz").contains("stopping"));
    assert!(invoke(pod.port, Some(TOKEN), &json!({})).starts_with("HTTP/1.1 200"));
    assert!(slow.join().unwrap().starts_with("HTTP/1.1 200"));
    assert!(pod.child.wait().unwrap().success());
    let log: Vec<String> =
        BufReader::new(pod.child.stdout.take().unwrap()).lines().map(Result::unwrap).collect();
    assert!(log.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log:?}");
    assert!(log.iter().any(|line| line.contains("serving hello:3")), "{log:?}");
    assert!(!log.concat().contains(TOKEN));
}

/// A handler of its own, which is not to hear of a signal before the runtime has drained.
#[test]
fn beside_an_image_events_end_before_the_handler_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let spec = json!({"functionName": "hello", "version": "3", "lambda": {"timeoutSeconds": 10, "code": {}}});
    fs::write(path("spec.json"), spec.to_string()).unwrap();
    fs::write(path("token"), TOKEN).unwrap();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (port, health, api, drain) = (free(), free(), free(), free());
    let local = |port: u16| format!("127.0.0.1:{port}");
    let child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .args(["runtime", "--listen", &local(port), "--health", &local(health)])
        .args(["--runtime-api", &local(api), "--drain", &local(drain), "--stop-accepting-after", "1"])
        .arg("--spec")
        .arg(path("spec.json"))
        .arg("--token-file")
        .arg(path("token"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut pod = Pod { child, port, health, _folder: folder };
    pod.until("live", || pod.health("/livez").starts_with("HTTP/1.1 200"));
    assert!(pod.health("/readyz").starts_with("HTTP/1.1 503"));
    let mut handler = Command::new("python3")
        .args(["-c", BESIDE])
        .env("AWS_LAMBDA_RUNTIME_API", local(api))
        .process_group(0)
        .spawn()
        .unwrap();
    pod.until("ready", || pod.health("/readyz").starts_with("HTTP/1.1 200"));
    let mut waiting = Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .args(["drain", "--runtime", &local(drain)])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();

    let slow = std::thread::spawn(move || invoke(port, Some(TOKEN), &json!({"sleep": 3})));
    std::thread::sleep(Duration::from_millis(500));
    assert!(waiting.try_wait().unwrap().is_none());
    assert!(Command::new("kill").args(["-TERM", &waiting.id().to_string()]).status().unwrap().success());
    pod.until("unready", || pod.health("/readyz").contains("stopping"));
    assert!(waiting.wait().unwrap().success());
    // The pod's main container is over: now the others are told.
    assert!(handler.try_wait().unwrap().is_none());
    let answer = slow.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\"done\""), "{answer}");
    assert_eq!(invoke(port, Some(TOKEN), &json!({})), "");
    pod.terminate();
    assert!(pod.child.wait().unwrap().success());
    handler.kill().unwrap();
    handler.wait().unwrap();
}

#[test]
fn kept_values_reach_the_handler_and_a_missing_one_is_named() {
    let handler = "
import os
def handler(event, context):
    return [os.environ['PASSWORD'], os.environ.get('STAGEGATE_FUNCTION_PASSWORD')]
";
    let pod = Pod::start_with(handler, &[("STAGEGATE_FUNCTION_PASSWORD", "s3cret")]);
    pod.until("ready", || pod.health("/readyz").starts_with("HTTP/1.1 200"));
    let answer = invoke(pod.port, Some(TOKEN), &json!({}));
    assert!(answer.ends_with("[\"s3cret\", null]"), "{answer}");
    let mut pod = Pod::start_with(handler, &[]);
    assert!(!pod.child.wait().unwrap().success());
}

#[test]
fn a_handler_that_does_not_start_is_never_ready() {
    let pod = Pod::start("raise ValueError('no')");
    pod.until("serving", || pod.health("/livez").starts_with("HTTP/1.1 200"));
    pod.until("its failure", || invoke(pod.port, Some(TOKEN), &json!({})).contains("ValueError"));
    assert!(pod.health("/readyz").starts_with("HTTP/1.1 503"));
}

#[test]
fn install_copies_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("bin");
    for _ in 0..2 {
        let run = Command::new(env!("CARGO_BIN_EXE_stagegate")).arg("install").arg(&target).status();
        assert!(run.unwrap().success());
    }
    let copy = target.join("stagegate");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o755);
    let version = Command::new(&copy).arg("--version").output().unwrap();
    assert!(String::from_utf8_lossy(&version.stdout).starts_with("stagegate "));
    assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
}
