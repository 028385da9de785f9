//! The Lambda Invoke API of the real binary, by boto3 and by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const CODE: &str = "\
import os, time
def handler(event, context):
    if 'print' in event: print(event['print'])
    if 'raise' in event: raise ValueError(event['raise'])
    if 'sleep' in event: time.sleep(event['sleep'])
    if 'touch' in event: open(event['touch'], 'w').write('x')
    custom = context.client_context.custom if context.client_context else None
    event.pop('drop', None)
    return {'event': event, 'version': context.function_version, 'arn': context.invoked_function_arn, 'client': custom}
";

struct Local {
    child: Child,
    invoke: u16,
    folder: tempfile::TempDir,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn object(kind: &str, namespace: &str, name: &str, spec: &Value) -> String {
    let metadata = json!({"name": name, "namespace": namespace});
    let object =
        json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec});
    format!("---\n{object}\n")
}

fn version(namespace: &str, function: &str, version: &str) -> String {
    let lambda = json!({"runtime": "python3", "handler": "index.handler", "timeoutSeconds": 20,
        "code": {"inline": {"index.py": CODE}}});
    let name = format!("{function}-{}", version.trim_start_matches('$').to_lowercase());
    let spec = json!({"functionName": function, "version": version, "lambda": lambda});
    object("FunctionVersion", namespace, &name, &spec)
}

fn alias(name: &str, spec: &Value) -> String {
    let mut all = json!({"functionName": "f", "name": name});
    all.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    object("Alias", "shop", &format!("f-{}", name.to_lowercase()), &all)
}

impl Local {
    /// Serves functions and no API.
    fn start(arguments: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manifests = folder.path().join("functions.yaml");
        let text = ["1", "2", "$LATEST"].map(|number| version("shop", "f", number)).concat()
            + &version("else", "elsewhere", "$LATEST")
            + &alias("ONE", &json!({"functionVersion": "1", "permissions": ["some-api/*"]}))
            + &alias("SPLIT", &json!({"functionVersion": "1", "additionalVersionWeights": {"2": 0.3}}));
        std::fs::write(&manifests, text).unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = |port: u16| format!("127.0.0.1:{port}");
        let arguments = arguments(folder.path());
        // A port that was free may be another's by the time it is used.
        for _ in 0..10 {
            let (listen, admin, invoke) = (free(), free(), free());
            let mut child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
                .arg("local")
                .arg(&manifests)
                .args(["--listen", &at(listen), "--admin", &at(admin), "--invoke", &at(invoke)])
                .args(["--access-log", "off"])
                .args(&arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let deadline = Instant::now() + Duration::from_mins(1);
            while child.try_wait().unwrap().is_none() {
                assert!(Instant::now() < deadline, "it does not become ready");
                if ask(admin, "GET", "/readyz", "").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
                    return Self { child, invoke, folder };
                }
                std::thread::sleep(Duration::from_millis(25));
            }
        }
        panic!("it does not start");
    }

    /// Anyone may call, for the functions of `shop`.
    fn for_anyone() -> Self {
        Self::start(|_| vec!["--invoke-namespace".to_owned(), "shop".to_owned()])
    }

    fn boto3(&self, who: &str) {
        let Some(python) = std::env::var_os("STAGEGATE_TEST_BOTO3") else {
            println!("skipped: STAGEGATE_TEST_BOTO3 names no Python with boto3");
            return;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invoke_api.py");
        let mut child = Command::new(python)
            .arg(script)
            .args([&format!("http://127.0.0.1:{}", self.invoke), who])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let marker = self.folder.path().join("marker");
        writeln!(child.stdin.take().unwrap(), "{}", marker.display()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stdout.ends_with(b"all as it should be\n"));
    }
}

/// One request on a connection of its own; none where nothing listens.
fn ask(port: u16, method: &str, target: &str, headers: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn boto3_where_anyone_may_call() {
    Local::for_anyone().boto3("anyone");
}

#[test]
fn boto3_where_known_callers_sign() {
    let credentials = json!([
        {"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "0123456789abcdef", "namespace": "shop"},
        {"accessKeyId": "AKIDELSE", "secretAccessKey": "fedcba9876543210", "namespace": "else"},
    ]);
    let local = Local::start(|folder| {
        let file = folder.join("credentials.json");
        std::fs::write(&file, credentials.to_string()).unwrap();
        vec!["--invoke-credentials-file".to_owned(), file.display().to_string()]
    });
    local.boto3("known");
    let path = "/2015-03-31/functions/f/invocations";
    let answer = ask(local.invoke, "POST", path, "Content-Length: 0\r\n").unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(answer.contains("x-amzn-errortype: MissingAuthenticationTokenException\r\n"), "{answer}");
}

/// Whatever client there is: the same without one.
#[test]
fn by_hand() {
    let local = Local::for_anyone();
    let ask = |method, target: &str, headers: &str| ask(local.invoke, method, target, headers).unwrap();
    let path = "/2015-03-31/functions/f%3AONE/invocations";
    let answer = ask("POST", path, "X-Amz-Log-Type: Tail\r\nContent-Length: 0\r\n");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("x-amz-executed-version: 1\r\n"), "{answer}");
    assert!(answer.contains("x-amz-log-result: ") && answer.contains(r#""event": {}"#), "{answer}");
    let answer = ask("POST", "/2015-03-31/functions/nope/invocations", "Content-Length: 0\r\n");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("x-amzn-errortype: ResourceNotFoundException\r\n"), "{answer}");
    let message = r#"{"Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope","Type":"User"}"#;
    assert!(answer.ends_with(message), "{answer}");
    assert!(ask("GET", path, "").starts_with("HTTP/1.1 403"));
    assert!(ask("POST", "/prod/houses", "Content-Length: 0\r\n").starts_with("HTTP/1.1 403"));
}

/// In a cluster nobody calls who is not known.
#[test]
fn a_gateway_asks_who_may_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials.json");
    let run = |more: &[&str]| {
        let arguments = "gateway --listen 127.0.0.1:0 --admin 127.0.0.1:0 --operator localhost:1 --ca-file x --function-token-file x \
            --pod-name p --base-domain d --workers 1 --access-log off --invoke 127.0.0.1:0";
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagegate"));
        command.args(arguments.split_whitespace()).arg("--state-dir").arg(folder.path()).args(more);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run(&[]).contains("--invoke-credentials-file"));
    std::fs::write(&file, r#"[{"accessKeyId": "A", "secretAccessKey": "hunter2", "namespace": "shop"}]"#)
        .unwrap();
    let said = run(&["--invoke-credentials-file", file.to_str().unwrap()]);
    assert!(said.contains("credentials.json: [0].secretAccessKey: must be at least 16"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
