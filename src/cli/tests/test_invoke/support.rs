//! `stagegate local` with an API that has a method of each kind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::{Value, json};

use crate::serving::{Local, Options};

const CODE: &str = "\
import json
def handler(event, context):
    if 'proxy' not in event.get('path', 'proxy'): return {'plain': event}
    return {'statusCode': 201, 'headers': {'Set-Cookie': 'session=made-here-123', 'X-Y': 'z'},
        'body': json.dumps({'version': context.function_version, 'as': event['stageVariables'], 'names': sorted(event['headers'])})}
";

/// An API served, and its endpoint.
pub(crate) struct Served(pub(crate) Local);

impl std::ops::Deref for Served {
    type Target = Local;

    fn deref(&self) -> &Local {
        &self.0
    }
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
pub(crate) fn api(word: &str, http: u16) -> String {
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

impl Served {
    pub(crate) fn start() -> Self {
        let http = endpoint();
        let canary = json!({"canary": {"percent": 0, "variables": {"as": "2"}}});
        let logs = |settings: &Value| json!({"methodSettings": settings});
        let stages = stage("dev", &canary)
            + &stage(
                "info",
                &logs(&json!({"*/*": {"loggingLevel": "INFO"}, "/proxy/ANY": {"loggingLevel": "OFF"}})),
            )
            + &stage("data", &logs(&json!({"*/*": {"loggingLevel": "INFO", "dataTraceEnabled": true}})))
            + &stage("error", &logs(&json!({"*/*": {"loggingLevel": "ERROR"}})));
        let write = |folder: &Path| {
            fs::write(folder.join("functions.yaml"), ["1", "2", "$LATEST"].map(version).concat()).unwrap();
            fs::write(folder.join("stages.yaml"), stages).unwrap();
            fs::write(folder.join("api.yaml"), api("first", http)).unwrap();
        };
        Self(Local::start(write, &Options { admin_host: Some("0.0.0.0"), ..Options::default() }))
    }

    /// `stagegate invoke a …`
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .args(["invoke", "a", "--admin", &format!("127.0.0.1:{}", self.admin)])
            .args(arguments)
            .output()
            .unwrap()
    }

    pub(crate) fn invoke(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["-o", "json"]].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// The execution log of a stage for a resource; each worker writes its own in batches, so that their order says nothing.
    pub(crate) fn log(&self, stage: &str, resource: &str) -> String {
        let line = format!("Resource Path: {resource}\n");
        self.logs(stage).into_iter().find(|log| log.contains(&line)).unwrap()
    }

    /// Execution logs of a stage that have been written, each as the text of its lines.
    pub(crate) fn logs(&self, stage: &str) -> Vec<String> {
        let stderr = self.stderr();
        let lines = stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["stage"] == stage && line["apiId"] == "a")
            .map(|line| messages(&line["executionLog"]))
            .collect()
    }
}

pub(crate) fn messages(log: &Value) -> String {
    let lines = log.as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

pub(crate) fn send(to: (&str, u16), head: &str, body: &str) -> String {
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
pub(crate) fn assert_in_order(log: &str, beginnings: &[&str]) {
    let mut lines = log.lines();
    for beginning in beginnings {
        assert!(lines.any(|line| line.starts_with(beginning)), "no {beginning:?} in its place:\n{log}");
    }
}
