//! Handlers made with the public Lambda clients, behind the gateway.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

fn object(kind: &str, name: &str, spec: &Value) -> String {
    format!(
        "---\n{}\n",
        json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
    )
}

/// Serves one function at `/dev/x` and gives the answer to a GET.
fn answer_of(files: &Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let manifests = folder.path().join("manifests.yaml");
    let lambda = json!({"runtime": "provided", "handler": "index.handler", "timeoutSeconds": 20, "code": {"inline": files}});
    let text = object("RestApi", "a", &json!({"paths": {"/x": {"GET": {"lambda": {"function": "f"}}}}}))
        + &object("Stage", "a-dev", &json!({"restApi": "a", "name": "dev", "deployment": "latest"}))
        + &object(
            "FunctionVersion",
            "f",
            &json!({"functionName": "f", "version": "$LATEST", "lambda": lambda}),
        );
    std::fs::write(&manifests, text).unwrap();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (port, admin) = (free(), free());
    let mut child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .arg("local")
        .arg(&manifests)
        .args([
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--admin",
            &format!("127.0.0.1:{admin}"),
            "--access-log",
            "off",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut answer = String::new();
    while !answer.contains(" 200 ") && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
        answer = get(port).unwrap_or_default();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    answer
}

fn get(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(b"GET /dev/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn a_rust_handler_made_with_lambda_runtime() {
    let profile = Path::new(env!("CARGO_BIN_EXE_stagegate")).parent().unwrap();
    let handler = profile.join("examples/lambda_handler");
    let mut build = Command::new(env!("CARGO"));
    build.args([
        "build",
        "--locked",
        "--package",
        "stagegate-runtime",
        "--example",
        "lambda_handler",
        "--target-dir",
    ]);
    assert!(build.arg(profile.parent().unwrap()).status().unwrap().success());
    let bootstrap = format!("#!/bin/sh\nexec '{}'\n", handler.display());
    let answer = answer_of(&json!({"bootstrap": bootstrap}));
    assert!(answer.ends_with("rust saw /x"), "{answer}");
}

#[test]
fn a_python_handler_under_awslambdaric() {
    let Some(python) = std::env::var_os("STAGEGATE_TEST_AWSLAMBDARIC") else {
        println!("skipped: STAGEGATE_TEST_AWSLAMBDARIC names no Python with awslambdaric");
        return;
    };
    let bootstrap = format!("#!/bin/sh\nexec '{}' -m awslambdaric \"$_HANDLER\"\n", python.display());
    let code = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'python saw ' + event['path']}\n";
    let answer = answer_of(&json!({"bootstrap": bootstrap, "index.py": code}));
    assert!(answer.ends_with("python saw /x"), "{answer}");
}
