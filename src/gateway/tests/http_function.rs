//! Versions of functions that serve HTTP themselves: a gateway, and servers that say what they got.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use http::HeaderValue;
use serde_json::{Value, json};
use stagegate_gateway::{DefaultApi, Endpoint, Endpoints, Gateway, Live, LogSink, PrivateTargets, Settings};

const TOKEN: &str = "Bearer 0123456789abcdef0123456789abcdef";

/// Answers each request with its head and body; where the path ends with `slow`, the end of the body comes later.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || while serve(stream.as_ref().unwrap()).is_some() {});
        }
    });
    address
}

fn serve(mut stream: &TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let said = format!("{head}\n{}", String::from_utf8_lossy(&body));
    let length = said.len() + 3;
    write!(stream, "HTTP/1.1 201 Created\r\nX-Own: yes\r\nContent-Length: {length}\r\n\r\n{said}").ok()?;
    if head.lines().next().unwrap().contains("slow ") {
        thread::sleep(Duration::from_secs(1));
    }
    stream.write_all(b"end").ok()
}

/// `f:1` takes events, `f:2` requests, below `/base`; `web:1` requests.
fn snapshot() -> snapshot::Snapshot {
    let method =
        |function: &str| json!({"ANY": {"type": "lambda", "function": function, "timeoutMillis": 2000}});
    let document: Value = json!({
        "apis": {"shop/api": {
            "stages": {"prod": {"live": {"deployment": "d", "variables": {}}}},
            "deployments": {"d": {"digest": "", "resources": {
                "/web/{p+}": method("web:1"), "/base": method("f:2"), "/mixed": method("f:MIX")}}},
        }},
        "functions": {
            "shop/f": {"versions": ["1", "2"], "http": {"2": {"path": "/base"}},
                "aliases": {"MIX": {"functionVersion": "1", "additionalVersionWeights": {"2": 0.5}}}},
            "shop/web": {"versions": ["1"], "http": {"1": {}}},
        },
    });
    serde_json::from_value(document).unwrap()
}

struct World {
    gateway: Gateway,
    live: Live,
}

impl World {
    fn with(endpoints: &[(&str, &[SocketAddr])]) -> Self {
        let live = Live::default();
        let mut all = Endpoints::default();
        for (key, addresses) in endpoints {
            let at = |address: &SocketAddr| Endpoint {
                address: *address,
                authorization: HeaderValue::from_static(TOKEN),
            };
            all.insert_all(key, addresses.iter().map(at));
        }
        live.publish(snapshot(), all);
        let settings = Settings {
            invoke_api: None,
            listen: ([127, 0, 0, 1], 0).into(),
            workers: 1,
            base_domain: "localhost".into(),
            default_api: DefaultApi::Sole,
            trusted_proxies: Vec::new(),
            private_targets: PrivateTargets::Deny,
            endpoint_authorities: Vec::new(),
            own_listeners: Vec::new(),
            account_id: "000000000000".into(),
            stop_accepting_after: Duration::ZERO,
            drain: Duration::from_secs(1),
        };
        Self { gateway: Gateway::start(settings, &live, LogSink::Off).unwrap(), live }
    }

    fn ask(&self, method: &str, path: &str, head: &str, body: &str) -> String {
        ask(self.gateway.address(), method, path, head, body)
    }

    fn in_flight(&self, key: &str) -> usize {
        self.live.now().endpoints.version(key).unwrap().in_flight()
    }
}

fn ask(to: SocketAddr, method: &str, path: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: api.shop.localhost\r\nConnection: close\r\n{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn dead() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn the_request_goes_on_as_it_is_and_the_token_does_not() {
    let world = World::with(&[("shop/web:1", &[server()]), ("shop/f:2", &[server()])]);
    let head = "X-Case: a\r\nAuthorization: Bearer mine\r\nX-Forwarded-For: 9.9.9.9\r\n";
    let answer = world.ask("PUT", "/prod/web/a%20b/c?x=1&x=2", head, "the body");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    for said in [
        "PUT /web/a%20b/c?x=1&x=2 HTTP/1.1",
        "host: web.shop",
        "x-case: a",
        "authorization: Bearer mine",
        "x-forwarded-for: 9.9.9.9, 127.0.0.1",
        "x-amzn-trace-id: Root=",
        "\nthe bodyend",
        "x-own: yes",
        "x-amz-executed-version: 1",
    ] {
        assert!(answer.to_lowercase().contains(&said.to_lowercase()), "{said}: {answer}");
    }
    assert!(!answer.contains(TOKEN), "{answer}");
    // Below the version's own path, which another version need not have.
    assert!(world.ask("GET", "/prod/base", "", "").contains("GET /base/base HTTP/1.1"));
    assert!(world.ask("GET", "/prod/web/../x", "", "").starts_with("HTTP/1.1 400"));
    assert!(world.ask("GET", "/prod/web/%2e%2e/x", "", "").starts_with("HTTP/1.1 400"));
}

#[test]
fn an_endpoint_that_is_gone_costs_no_request_and_is_left_alone() {
    let world = World::with(&[("shop/web:1", &[dead(), server()])]);
    for number in 0..20 {
        let answer = world.ask("POST", "/prod/web/x", "", &number.to_string());
        assert!(answer.starts_with("HTTP/1.1 201"), "{number}: {answer}");
    }
    let world = World::with(&[("shop/web:1", &[dead()])]);
    let answer = world.ask("GET", "/prod/web/x", "", "");
    assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("Internal server error"), "{answer}");
    let nowhere = World::with(&[]);
    assert!(nowhere.ask("GET", "/prod/web/x", "", "").starts_with("HTTP/1.1 500"));
}

#[test]
fn it_is_in_flight_until_the_answer_is_over() {
    let world = World::with(&[("shop/web:1", &[server()])]);
    let to = world.gateway.address();
    let asking = thread::spawn(move || ask(to, "GET", "/prod/web/slow", "", ""));
    let start = Instant::now();
    let mut most = 0;
    while start.elapsed() < Duration::from_millis(700) {
        most = most.max(world.in_flight("shop/web:1"));
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((most, world.in_flight("shop/web:1")), (1, 1));
    assert!(asking.join().unwrap().ends_with("end"));
    thread::sleep(Duration::from_millis(100));
    assert_eq!(world.in_flight("shop/web:1"), 0);
}

#[test]
fn an_alias_may_lead_to_both_kinds() {
    // What answers events too, near enough: a Lambda proxy answer is what this server's never is.
    let world = World::with(&[("shop/f:1", &[server()]), ("shop/f:2", &[server()])]);
    let answers: Vec<_> = (0..60).map(|_| world.ask("GET", "/prod/mixed", "", "")).collect();
    let requests = answers.iter().filter(|a| a.contains("GET /base/mixed HTTP/1.1")).count();
    let events = answers.iter().filter(|a| a.starts_with("HTTP/1.1 502")).count();
    assert_eq!(requests + events, 60);
    assert!(requests > 10 && events > 10, "{requests} {events}");
}
