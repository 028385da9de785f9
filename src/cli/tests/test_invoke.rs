//! `stagegate invoke` and execution logs, by the real binary.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const CODE: &str = "\
import json
def handler(event, context):
    if 'proxy' not in event.get('path', 'proxy'): return {'plain': event}
    return {'statusCode': 201, 'headers': {'Set-Cookie': 'session=made-here-123', 'X-Y': 'z'},
        'body': json.dumps({'version': context.function_version, 'as': event['stageVariables'], 'names': sorted(event['headers'])})}
";

struct Local {
    child: Child,
    port: u16,
    admin: u16,
    folder: tempfile::TempDir,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn object(kind: &str, name: &str, spec: &Value) -> String {
    let object = json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec});
    format!("---\n{object}\n")
}

fn version(number: &str) -> String {
    let lambda = json!({"runtime": "python3", "handler": "index.handler", "timeoutSeconds": 20, "code": {"inline": {"index.py": CODE}}});
    let name = format!("f-{}", number.trim_start_matches('$').to_lowercase());
    object("FunctionVersion", &name, &json!({"functionName": "f", "version": number, "lambda": lambda}))
}

/// An API with one method of each kind; `word` is in the mock's answer.
fn api(word: &str, http: u16) -> String {
    let mapping = json!({
        "requestTemplates": {"application/json": format!("{{\"statusCode\": 200, \"said\": \"$input.path('$.say')\", \"word\": \"{word}\"}}")},
        "responses": {"default": {"statusCode": 200, "responseTemplates": {"application/json": format!("{{\"word\": \"{word}\"}}")}}},
    });
    let paths = json!({
        "/proxy": {"ANY": {"lambda": {"function": "f:${stageVariables.as}"}}},
        "/mapped/{id}": {"POST": {"mock": {"mapping": mapping}}},
        "/http": {"ANY": {"http": {"url": format!("http://127.0.0.1:{http}/there")}}},
        "/gone": {"GET": {"http": {"url": "http://127.0.0.1:9/", "timeoutMillis": 500}}},
    });
    object("RestApi", "a", &json!({"paths": paths}))
}

fn stage(name: &str, more: &Value) -> String {
    let mut spec = json!({"restApi": "a", "name": name, "deployment": "latest", "variables": {"as": "1"}});
    spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object("Stage", &format!("a-{name}"), &spec)
}

/// An HTTP endpoint that answers everything.
fn endpoint() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 202 Accepted\r\nX-From: endpoint\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhttp!");
        }
    });
    port
}

impl Local {
    fn start() -> Self {
        let http = endpoint();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("m")).unwrap();
        let canary = json!({"canary": {"percent": 0, "variables": {"as": "2"}}});
        let logs = |settings: &Value| json!({"methodSettings": settings});
        let stages = stage("dev", &canary)
            + &stage(
                "info",
                &logs(&json!({"*/*": {"loggingLevel": "INFO"}, "/proxy/ANY": {"loggingLevel": "OFF"}})),
            )
            + &stage("data", &logs(&json!({"*/*": {"loggingLevel": "INFO", "dataTraceEnabled": true}})))
            + &stage("error", &logs(&json!({"*/*": {"loggingLevel": "ERROR"}})));
        fs::write(folder.path().join("m/functions.yaml"), ["1", "2", "$LATEST"].map(version).concat())
            .unwrap();
        fs::write(folder.path().join("m/stages.yaml"), stages).unwrap();
        fs::write(folder.path().join("m/api.yaml"), api("first", http)).unwrap();
        Self::serve(folder)
    }

    /// A port that was free may be another's by the time it is used.
    fn serve(folder: tempfile::TempDir) -> Self {
        for _ in 0..10 {
            let (port, admin) = (free(), free());
            let mut child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
                .arg("local")
                .arg(folder.path().join("m"))
                .args(["--listen", &format!("127.0.0.1:{port}"), "--admin", &format!("0.0.0.0:{admin}")])
                .args(["--access-log", "off"])
                .stdout(Stdio::null())
                .stderr(fs::File::create(folder.path().join("stderr")).unwrap())
                .spawn()
                .unwrap();
            let deadline = Instant::now() + Duration::from_mins(1);
            while child.try_wait().unwrap().is_none() {
                assert!(Instant::now() < deadline, "it does not become ready");
                if send(("127.0.0.1", admin), "GET /readyz HTTP/1.1\r\n", "").starts_with("HTTP/1.1 200") {
                    return Self { child, port, admin, folder };
                }
                std::thread::sleep(Duration::from_millis(25));
            }
        }
        panic!("it does not start: {}", fs::read_to_string(folder.path().join("stderr")).unwrap());
    }

    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !holds() {
            assert!(Instant::now() < deadline, "{what} does not come to hold; {}", self.stderr());
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// `stagegate invoke a …`
    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .args(["invoke", "a", "--admin", &format!("127.0.0.1:{}", self.admin)])
            .args(arguments)
            .output()
            .unwrap()
    }

    fn invoke(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["-o", "json"]].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// The execution log of a stage for a resource; each worker writes its own in batches, so that their order says nothing.
    fn log(&self, stage: &str, resource: &str) -> String {
        let line = format!("Resource Path: {resource}\n");
        self.logs(stage).into_iter().find(|log| log.contains(&line)).unwrap()
    }

    /// Execution logs of a stage that have been written, each as the text of its lines.
    fn logs(&self, stage: &str) -> Vec<String> {
        let stderr = self.stderr();
        let lines = stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["stage"] == stage && line["apiId"] == "a")
            .map(|line| messages(&line["executionLog"]))
            .collect()
    }
}

fn messages(log: &Value) -> String {
    let lines = log.as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn send(to: (&str, u16), head: &str, body: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(to) else { return String::new() };
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    let _ = stream.write_all(
        format!("{head}Host: localhost\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .as_bytes(),
    );
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The order in which lines begin.
fn assert_in_order(log: &str, beginnings: &[&str]) {
    let mut lines = log.lines();
    for beginning in beginnings {
        assert!(lines.any(|line| line.starts_with(beginning)), "no {beginning:?} in its place:\n{log}");
    }
}

#[test]
fn a_function_by_any_stage_variable() {
    let local = Local::start();
    let secret =
        ["--header", "Authorization: Bearer t0k3n-of-mine", "--header", "Cookie: sid=c00kie-of-mine"];
    let named = ["--stage", "dev", "--path", "/proxy?q=1", "--header", "X-Case: kept"];
    let answer = local.invoke(&[&named[..], &secret[..]].concat());
    assert_eq!((&answer["status"], &answer["headers"]["x-y"]), (&json!(201), &json!("z")));
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["version"], &body["as"]["as"]), (&json!("1"), &json!("1")));
    // It goes through what a request goes through: names of headers keep their case.
    assert!(body["names"].as_array().unwrap().contains(&json!("X-Case")), "{body}");
    let log = messages(&answer["log"]);
    assert_in_order(
        &log,
        &[
            "Execution log for request ",
            "Starting execution for request: ",
            "HTTP Method: GET, Resource Path: /proxy",
            "Method request path: {}",
            "Method request query string: {q=1}",
            "Method request headers: {",
            "Method request body before transformations: ",
            "Endpoint request URI: /2015-03-31/functions/f/invocations?Qualifier=1",
            "Endpoint request headers: {",
            "Endpoint request body after transformations: {\"resource\":\"/proxy\"",
            "Sending request to default/f:1",
            "Received response. Status: 200, Integration latency: ",
            "Endpoint response headers: {",
            "Endpoint response body before transformations: {\"statusCode\": 201",
            "Method response body after transformations: {\"version\": \"1\"",
            "Method response headers: {",
            "Successfully completed execution",
            "Method completed with status: 201",
        ],
    );
    assert_eq!(log.lines().count(), 18, "{log}");
    for credential in ["t0k3n-of-mine", "c00kie-of-mine", "made-here-123"] {
        assert!(!log.contains(credential), "{credential} in {log}");
    }
    // Nobody's traffic: it is not counted.
    let metrics = send(("127.0.0.1", local.admin), "GET /metrics HTTP/1.1\r\n", "");
    assert!(!metrics.contains("stagegate_requests_total{"), "{metrics}");

    let version = |arguments: &[&str]| {
        let answer = local.invoke(&[arguments, &["--stage", "dev", "--path", "/proxy"]].concat());
        answer["headers"]["x-amz-executed-version"].as_str().unwrap().to_owned()
    };
    assert_eq!(version(&["--stage-variable", "as=2"]), "2");
    assert_eq!(version(&["--stage-variable", "as=$LATEST"]), "$LATEST");
    assert_eq!(version(&["--canary"]), "2");
    // The override was that request's alone.
    let head = "GET /dev/proxy HTTP/1.1\r\n";
    assert!(send(("127.0.0.1", local.port), head, "").contains("x-amz-executed-version: 1\r\n"));
}

#[test]
fn mappings_endpoints_and_failures() {
    let local = Local::start();
    let answer = local.invoke(&[
        "--stage",
        "dev",
        "--method",
        "POST",
        "--path",
        "/mapped/5",
        "--body",
        r#"{"say": "hi"}"#,
    ]);
    assert_eq!(answer["body"], r#"{"word": "first"}"#);
    assert_in_order(
        &messages(&answer["log"]),
        &[
            "Method request path: {id=5}",
            "Method request body before transformations: {\"say\": \"hi\"}",
            "Endpoint request body after transformations: {\"statusCode\": 200, \"said\": \"hi\", \"word\": \"first\"}",
            "Method response body after transformations: {\"word\": \"first\"}",
            "Method completed with status: 200",
        ],
    );
    let answer =
        local.invoke(&["--stage", "dev", "--method", "PUT", "--path", "/http", "--body", "put this"]);
    assert_eq!((&answer["status"], &answer["body"]), (&json!(202), &json!("http!")));
    assert_in_order(
        &messages(&answer["log"]),
        &[
            "Method request body before transformations: put this",
            "Endpoint request URI: /there",
            "Endpoint request body after transformations: put this",
            "Sending request to http://127.0.0.1:",
            "Received response. Status: 202",
            "Endpoint response headers: {X-From=endpoint",
            "Method response body after transformations: http!",
            "Successfully completed execution",
        ],
    );
    let answer = local.invoke(&["--stage", "dev", "--path", "/gone"]);
    assert_eq!(answer["status"], 504);
    let log = messages(&answer["log"]);
    assert_in_order(
        &log,
        &["Execution failed due to an error of the integration: ", "Method completed with status: 504"],
    );
    assert!(!log.contains("Successfully"), "{log}");
    let output = local.run(&["--stage", "dev", "--path", "/nowhere"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("Status: 403\nLatency: ") && text.contains("Missing Authentication Token"),
        "{text}"
    );
    assert!(text.contains(" UTC 2") && text.contains(" : Method completed with status: 403"), "{text}");
}

#[test]
fn a_deployment_that_is_not_live() {
    let local = Local::start();
    let snapshot = send(("127.0.0.1", local.admin), "GET /snapshot HTTP/1.1\r\n", "");
    let first = snapshot.split_once("\"deployment\":\"").unwrap().1.split('"').next().unwrap().to_owned();
    let mapped = ["--method", "POST", "--path", "/mapped/5"];
    let word =
        |more: &[&str]| local.invoke(&[&mapped[..], more].concat())["body"].as_str().unwrap().to_owned();
    fs::write(local.folder.path().join("m/api.yaml"), api("second", 1)).unwrap();
    local.until("the edit", || word(&["--stage", "dev"]).contains("second"));
    assert!(!send(("127.0.0.1", local.admin), "GET /snapshot HTTP/1.1\r\n", "").contains(&first));
    assert!(word(&["--stage", "dev", "--deployment", &first]).contains("first"));
    // Without a stage it has the variables that are named, and no more.
    let answer = local.invoke(&["--deployment", &first, "--stage-variable", "as=2", "--path", "/proxy"]);
    assert_eq!(answer["headers"]["x-amz-executed-version"], "2");
    let refused = local.refused(&["--deployment", "nope"]);
    assert!(refused.starts_with("deployment: nope of default/a is not here; live: a-"), "{refused}");
}

#[test]
fn who_may_ask_and_for_what() {
    let local = Local::start();
    let at = ("127.0.0.1", local.admin);
    assert!(local.refused(&["--stage", "nope"]).contains("has no stage nope; there: data, dev, error, info"));
    assert!(local.refused(&["--stage", "info", "--canary"]).contains("canary: the stage has none"));
    assert!(local.refused(&["--stage", "dev", "-n", "other"]).contains("there: default/a"));
    assert!(
        local.refused(&["--stage", "dev", "--path", "no-slash"]).contains("path: \"no-slash\" must begin")
    );
    assert!(local.refused(&["--stage", "dev", "--header", "a b: c"]).contains("headers: \"a b\""));
    let usage = |arguments: &[&str]| local.run(arguments).status.code();
    assert_eq!(usage(&[]), Some(2), "neither stage nor deployment");
    assert_eq!(usage(&["--stage", "dev", "--stage-variable", "x"]), Some(2));
    assert_eq!(usage(&["--stage", "dev", "--body", "@/does/not/exist"]), Some(2));

    let body = r#"{"namespace": "default", "api": "a", "stage": "dev", "method": "GET", "path": "/http"}"#;
    let post = |to, kind: &str, body: &str| {
        send(to, &format!("POST /test-invoke HTTP/1.1\r\nContent-Type: {kind}\r\n"), body)
    };
    assert!(post(at, "application/json", body).starts_with("HTTP/1.1 200"));
    // What a page in a browser can send unasked.
    assert!(post(at, "text/plain", body).starts_with("HTTP/1.1 415"));
    assert!(post(at, "application/json", r#"{"unknown": 1}"#).starts_with("HTTP/1.1 400"));
    // Never on the public listener.
    assert!(post(("127.0.0.1", local.port), "application/json", body).starts_with("HTTP/1.1 403"));
    // From elsewhere, as far as this machine has an address for it.
    let own = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        Ok(socket.local_addr()?.ip())
    });
    match own {
        Ok(own) if !own.is_loopback() => {
            let answer = post((&own.to_string(), local.admin), "application/json", body);
            assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("port-forward"), "{answer}");
        }
        _ => println!("skipped in part: this machine has no address but loopback"),
    }
}

#[test]
fn a_stage_logs_what_its_settings_say() {
    let local = Local::start();
    let ask = |path: &str| {
        send(
            ("127.0.0.1", local.port),
            &format!("PUT {path} HTTP/1.1\r\nAuthorization: Basic b3c0wned\r\n"),
            "the body",
        )
    };
    for stage in ["dev", "info", "data", "error"] {
        assert!(ask(&format!("/{stage}/http?page=2")).starts_with("HTTP/1.1 202"));
        assert!(ask(&format!("/{stage}/proxy")).starts_with("HTTP/1.1 201"));
        assert!(
            send(("127.0.0.1", local.port), &format!("GET /{stage}/gone HTTP/1.1\r\n"), "")
                .starts_with("HTTP/1.1 504")
        );
    }
    local.until("the logs", || {
        [("info", 2), ("data", 3), ("error", 1)]
            .iter()
            .all(|(stage, count)| local.logs(stage).len() == *count)
    });
    assert!(local.logs("dev").is_empty());
    let info = local.log("info", "/http");
    assert_in_order(
        &info,
        &[
            "Starting execution",
            "HTTP Method: PUT, Resource Path: /http",
            "Sending request to",
            "Received response",
            "Successfully completed",
            "Method completed with status: 202",
        ],
    );
    assert!(!info.contains("page") && !info.contains("headers") && !info.contains("body"), "{info}");
    assert_in_order(
        &local.log("data", "/http"),
        &[
            "Method request query string: {page=2}",
            "Method request headers: {",
            "Endpoint request headers: {",
            "Method response body after transformations: http!",
        ],
    );
    assert!(!local.stderr().contains("b3c0wned"));
    // An event is longer than 1 KB.
    let proxy = local.log("data", "/proxy");
    let event = proxy.lines().find(|line| line.starts_with("Endpoint request body after")).unwrap();
    assert!(event.ends_with(" [TRUNCATED]") && event.len() < 1100, "{event}");
    assert_in_order(
        &local.log("error", "/gone"),
        &["HTTP Method: GET", "Execution failed due to", "Method completed with status: 504"],
    );
}

/// Through a kubectl that leads to `local`; where it leads is written down for the test.
#[test]
fn by_kubectl_to_a_gateway_of_the_cluster() {
    use std::os::unix::fs::PermissionsExt as _;
    let local = Local::start();
    let (folder, admin) = (local.folder.path(), local.admin);
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/asked\necho $$ > {0}/pid\necho 'Forwarding from 127.0.0.1:{admin} -> 8081'\nexec sleep 60\n",
        folder.display()
    );
    let kubectl = folder.join("kubectl");
    fs::write(&kubectl, script).unwrap();
    fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .args(["invoke", "a", "--cluster", "-n", "default", "--stage", "dev", "--path", "/proxy"])
            .args(arguments)
            .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()))
            .output()
            .unwrap()
    };
    let output = run(&["--context", "there", "--gateway-namespace", "gateways"]);
    assert!(output.status.success() && output.stdout.starts_with(b"Status: 201\n"), "{output:?}");
    let asked = fs::read_to_string(folder.join("asked")).unwrap();
    assert_eq!(
        asked,
        "--context=there -n gateways port-forward --address=127.0.0.1 deployment/stagegate-gateway :8081\n"
    );
    let pid = fs::read_to_string(folder.join("pid")).unwrap();
    assert!(!PathBuf::from(format!("/proc/{}", pid.trim())).exists(), "kubectl is left behind");
    fs::write(&kubectl, "#!/bin/sh\necho 'no such deployment' >&2\nexit 1\n").unwrap();
    let output = run(&[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no such deployment") && said.contains("leads nowhere"), "{said}");
}

/// A kubeconfig for an API server that has one RestApi and an `ApiDeployment` of it, in the namespace `default`.
fn api_server(folder: &Path) -> PathBuf {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, axum::Router::new().fallback(answer)).await.unwrap();
        });
    });
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "default"}}],
    });
    let kubeconfig = folder.join("kubeconfig");
    fs::write(&kubeconfig, config.to_string()).unwrap();
    kubeconfig
}

async fn answer(
    request: axum::extract::Request,
) -> (axum::http::StatusCode, [(&'static str, &'static str); 1], String) {
    let paths = |body: &str| json!({"/old": {"GET": {"mock": {"statusCode": 203, "body": body}}}});
    let metadata = |name: &str| json!({"name": name, "namespace": "default"});
    let deployment = json!({"metadata": metadata("a-v0"), "spec": {"restApi": "a", "api": {"paths": paths("from the cluster")}}});
    let api = json!({"metadata": metadata("a"), "spec": {"paths": paths("now")}});
    let list =
        |items: Vec<Value>| json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items});
    let (status, body) = match request.uri().path().rsplit('/').next().unwrap() {
        "a-v0" => (200, deployment),
        "apideployments" => (200, list(vec![deployment])),
        "restapis" => (200, list(vec![api])),
        "stages" | "functionversions" | "aliases" => (200, list(Vec::new())),
        _ => (
            404,
            json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}),
        ),
    };
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/json")], body.to_string())
}

#[test]
fn what_a_cluster_has() {
    let local = Local::start();
    let kubeconfig = api_server(local.folder.path());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagegate"));
        command.args(arguments).env("KUBECONFIG", &kubeconfig).output().unwrap()
    };
    let admin = format!("127.0.0.1:{}", local.admin);
    let invoke = |more: &[&str]| {
        run(&[&["invoke", "a", "--admin", &admin, "--path", "/old", "--deployment"], more].concat())
    };
    let output = invoke(&["a-v0", "--from-cluster"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("Status: 203\n") && text.contains("\nfrom the cluster\n"), "{text}");
    assert_eq!(invoke(&["a-v0"]).status.code(), Some(1), "the gateway does not have it");
    let output = invoke(&["a-v9", "--from-cluster"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("ApiDeployment/a-v9 is not in namespace default")
    );
    let output = run(&["describe", "a", "GET", "/old"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("a GET /old\ndeployment a-") && text.contains("Answers 203"), "{text}");
    let output = run(&["describe", "a", "GET", "/old", "--deployment", "a-v0", "-o", "json"]);
    let method: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(method["mock"]["body"], "from the cluster");
}

fn describe(arguments: &[&str]) -> Output {
    let houses = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/houses");
    Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .arg("describe")
        .args(arguments)
        .arg(houses)
        .output()
        .unwrap()
}

#[test]
fn the_four_boxes() {
    let output = describe(&["houses", "get", "/houses", "--stage", "prod"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("houses GET /houses\nstage prod, deployment houses-v1\n"), "{text}");
    for part in [
        "Method Request",
        "Integration Request",
        "Integration Response",
        "Method Response",
        "Type: Lambda proxy",
        "= hello:PROD",
        "versions: 1 95 %, 2 5 %",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let wrong = |arguments: &[&str]| {
        let output = describe(arguments);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(
        wrong(&["homes", "GET", "/"]).contains("RestApi homes is not in namespace default; there: houses")
    );
    assert!(wrong(&["houses", "PUT", "/houses"]).contains("houses has no PUT of /houses; there: GET"));
    assert!(wrong(&["houses", "GET", "/homes"]).contains("there: /, /houses, /stagevariables"));
    assert!(wrong(&["houses", "GET", "/", "--stage", "nope"]).contains("there: dev, prod, test"));
}
