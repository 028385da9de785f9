//! What the tests of running functions share.

// Not every test file uses all of it; and clippy takes what is outside a test function for production code.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use stagegate_runtime::{Function, FunctionConfig, Runtime, Token};
use tokio::net::TcpStream;

pub const SECRET: &str = "a-secret-for-tests";

/// A function of one file, to be changed before it is started.
pub fn config(runtime: Runtime, file: &str, text: &str) -> FunctionConfig {
    FunctionConfig {
        name: "hello".to_owned(),
        version: "3".to_owned(),
        runtime,
        handler: "index.handler".to_owned(),
        files: BTreeMap::from([(file.to_owned(), text.to_owned())]),
        environment: BTreeMap::new(),
        timeout: Duration::from_secs(20),
        memory_mib: 128,
        max_concurrency: 1,
        queue: 4,
        retries: FunctionConfig::RETRIES.to_vec(),
        account_id: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

pub fn python(text: &str) -> FunctionConfig {
    config(Runtime::Python3, "index.py", text)
}

pub fn node(file: &str, text: &str) -> FunctionConfig {
    config(Runtime::Nodejs, file, text)
}

pub fn provided(text: &str) -> FunctionConfig {
    config(Runtime::Provided, "bootstrap", text)
}

pub async fn start(config: FunctionConfig) -> Function {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Function::start(config, listen, Token::new(SECRET).unwrap()).await.unwrap()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The payload of a successful invocation.
    pub fn result(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.headers.get("X-Amz-Function-Error"), None, "{self:?}");
        self.json()
    }

    /// Type and message of a failed invocation.
    pub fn error(&self) -> (String, String) {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.headers["X-Amz-Function-Error"], "Unhandled");
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        (text("errorType"), text("errorMessage"))
    }
}

pub const PATH: &str = "/2015-03-31/functions/hello/invocations";

pub fn request(event: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post(PATH)
        .header("Host", "runtime")
        .header("Authorization", format!("Bearer {SECRET}"))
        .body(Full::new(event.into()))
        .unwrap()
}

/// Sends a request on a connection of its own.
pub async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> Answer {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    connection.abort();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub async fn invoke(function: &Function, event: impl Into<Bytes>) -> Answer {
    send(function.address(), request(event)).await
}

/// Sends an event in the background.
pub fn invoke_later(function: &Function, event: impl Into<Bytes>) -> tokio::task::JoinHandle<Answer> {
    tokio::spawn(send(function.address(), request(event)))
}

/// Waits for something that comes soon or is broken.
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(15), "not within 15 s: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether a process is there (and not just waited for).
pub fn is_alive(pid: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}
