//! Mappings, validators, gateway responses, policies and compression, by the real binary with an endpoint and a function.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

#[path = "mapped/backend.rs"]
mod backend;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Local {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start() -> Local {
    let folder = tempfile::tempdir().unwrap();
    let manifests = include_str!("mapped/api.yaml").replace("BACKEND", &backend::start());
    fs::write(folder.path().join("api.yaml"), manifests).unwrap();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (port, admin) = (free(), free());
    let child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .arg("local")
        .arg(folder.path())
        .args(["--listen", &format!("127.0.0.1:{port}"), "--admin", &format!("127.0.0.1:{admin}")])
        .args(["--access-log", "off"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let local = Local { child, port, _folder: folder };
    let deadline = Instant::now() + Duration::from_secs(20);
    while !send(admin, "GET /readyz", "", b"").head.starts_with("HTTP/1.1 200") {
        assert!(Instant::now() < deadline, "it does not become ready");
        std::thread::sleep(Duration::from_millis(25));
    }
    local
}

#[derive(Default)]
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn status(&self) -> &str {
        self.head.get(9..12).unwrap_or("none")
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// One request on a connection of its own; nothing where nothing listens.
fn send(port: u16, line: &str, headers: &str, body: &[u8]) -> Answer {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return Answer::default() };
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let host = if line.contains("/things/") { "typed.default.localhost" } else { "mapped.default.localhost" };
    let head = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}{length}\r\n");
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") else { return Answer::default() };
    Answer { head: String::from_utf8_lossy(&all[..end]).into_owned(), body: all[end + 4..].to_vec() }
}

#[test]
fn mapped_apis() {
    let local = start();
    onward_requests(&local);
    several_values(&local);
    default_templates(&local);
    answers(&local);
    what_no_integration_answers(&local);
    validators(&local);
    functions(&local);
    other_origins(&local);
    compression(&local);
}

fn request(local: &Local, line: &str, headers: &str, body: &str) -> Answer {
    send(local.port, line, headers, body.as_bytes())
}

fn onward_requests(local: &Local) {
    let body = r#"{"kind": "a b&c", "pets": [{"name": "Rex"}, {"name": "Tom"}]}"#;
    let got = request(local, "POST /dev/onward/7?x=1", "X-Mine: no\r\nUser-Agent: me\r\n", body).text();
    assert!(got.starts_with("PUT /items/7?kind=a%20b%26c HTTP/1.1\r\n"), "{got}");
    for line in [
        "X-Color: blue",
        "X-Stage: dev",
        "X-Set: by template",
        "accept: application/json",
        "user-agent: AmazonAPIGateway_mapped",
    ] {
        assert!(got.contains(line), "{line} is missing in {got}");
    }
    assert!(!got.contains("X-Mine") && !got.contains("x-mine") && !got.contains("x-forwarded-for"), "{got}");
    assert!(got.ends_with("{\"names\": [\"Rex\",\"Tom\"]}\n"), "{got}");
    // Without a template for its type the body passes; where the path would climb, nothing does.
    let got = request(local, "POST /dev/onward/7", "Content-Type: text/plain\r\n", "as it is").text();
    assert!(got.ends_with("as it is"), "{got}");
    for path in ["..", "%2e%2e", "a%2f..%2fb"] {
        assert_eq!(request(local, &format!("POST /dev/onward/{path}"), "", "{}").status(), "400", "{path}");
    }
    // A typed path needs no mapping for its own parameters.
    assert!(request(local, "GET /dev/things/a%2Fb", "", "").text().starts_with("GET /things/a%2Fb HTTP/1.1"));
    let got = request(local, "POST /dev/strict", "Content-Type: text/plain\r\n", "x");
    assert_eq!((got.status(), got.text().as_str()), ("415", r#"{"message": "Unsupported Media Type"}"#));
    assert_eq!(
        request(local, "POST /dev/onward/7", "", "{wrong").text(),
        r#"{"message": "Invalid JSON in request body"}"#
    );
}

fn several_values(local: &Local) {
    let got = request(local, "GET /dev/several?a=1&a=2%26", "", "").text();
    assert!(
        got.starts_with("GET /several?all=1&all=2%26 HTTP/1.1\r\n") && got.contains("X-All: 1,2&"),
        "{got}"
    );
    let got = request(local, "GET /dev/several-proxied?a=1&a=2&p=x", "", "").text();
    assert!(got.starts_with("GET /proxied/x?a=1&a=2&p=x&all=1&all=2 HTTP/1.1\r\n"), "{got}");
    // What has no value makes no URL.
    let got = request(local, "GET /dev/several-proxied?a=1", "", "");
    assert_eq!((got.status(), got.text().as_str()), ("500", r#"{"message": "Internal server error"}"#));
}

fn default_templates(local: &Local) {
    let of = |media: &str, body: &str| {
        request(local, "POST /dev/default-template", &format!("Content-Type: {media}\r\n"), body).text()
    };
    assert!(of("application/json", r#"{"a": 1}"#).ends_with("json"));
    let got = of("text/plain", r#"{"a": 1}"#);
    assert!(got.ends_with("default") && got.contains("X-Body: {\"a\": 1}\r\n"), "{got}");
    for body in ["{", "[1", "\"text", "'text"] {
        assert_eq!(of("text/plain", body), r#"{"message": "Invalid JSON in request body"}"#, "{body}");
    }
}

fn answers(local: &Local) {
    // An empty template leaves the body as it is; a status that is none is no override.
    let got = request(local, "GET /dev/answered/200", "", "");
    assert_eq!((got.status(), got.text().as_str()), ("203", r#"{"why": "because"}"#));
    for media in ["text/plain", "text/html"] {
        let got = request(local, "GET /dev/answered/200", &format!("Accept: {media}\r\n"), "");
        assert_eq!((got.status(), got.text().as_str()), ("203", "none"), "{media}");
    }
    assert_eq!(request(local, "GET /dev/answered/201", "", "").status(), "500");
    assert_eq!(request(local, "GET /dev/picked/202", "", "").text(), "fine");
    assert_eq!(request(local, "GET /dev/picked/201", "Accept: text/plain\r\n", "").text(), "plain");
    let got = request(local, "GET /dev/picked/404", "", "");
    assert_eq!(
        (got.status(), got.header("x-why"), got.header("x-served")),
        ("404", Some("because"), Some("yes"))
    );
    // Nothing is set up for it; a template that does not parse fails the request alone.
    assert_eq!(request(local, "GET /dev/picked/500", "", "").status(), "500");
    assert_eq!(request(local, "GET /dev/broken", "", "").text(), r#"{"message": "Internal server error"}"#);
}

fn what_no_integration_answers(local: &Local) {
    let got = request(local, "GET /dev/nowhere?q=cats", "", "");
    assert_eq!(got.status(), "404");
    assert_eq!((got.header("x-asked"), got.header("access-control-allow-origin")), (Some("cats"), Some("*")));
    assert_eq!(got.text(), r#"{"told": "Missing Authentication Token", "color": "blue", "asked": "cats"}"#);
    let got = request(local, "GET /dev/denied", "", "");
    assert_eq!((got.status(), got.header("x-amzn-errortype")), ("403", Some("AccessDeniedException")));
    assert!(got.text().ends_with("mapped/dev/GET/denied with an explicit deny\"}"), "{}", got.text());
}

fn validators(local: &Local) {
    let checked = |query: &str, headers: &str, body: &str| {
        let got = request(local, &format!("POST /dev/checked{query}"), headers, body);
        (got.status().to_owned(), got.text())
    };
    let told = |status: &str, text: &str| (status.to_owned(), text.to_owned());
    let named = "X-Id: 1\r\n";
    assert_eq!(checked("?q=1", named, r#"{"name": "Rex"}"#), told("200", "checked"));
    assert_eq!(
        checked("?q=", "", "{}"),
        told("400", r#"{"message":"Missing required request parameters: [X-Id, q]"}"#)
    );
    for (body, why) in [
        ("", r#"[object has missing required properties (["name"])]"#),
        ("{", "[Unknown error parsing request body]"),
        ("{}", r#"[object has missing required properties (["name"])]"#),
        (r#"{"name": "rex"}"#, r#"[ECMA 262 regex "^[A-Z]" does not match input string "rex"]"#),
        (r#"{"name": "Rex", "friend": {}}"#, r#"[object has missing required properties (["name"])]"#),
    ] {
        let expected = told("400", &format!("Invalid request body: {why}"));
        assert_eq!(checked("?q=1", named, body), expected, "{body}");
    }
    let any = |body: &str| request(local, "POST /dev/any", "", body).status().to_owned();
    assert_eq!((any(""), any(" "), any("[]")), ("200".to_owned(), "200".to_owned(), "400".to_owned()));
}

fn other_origins(local: &Local) {
    let ask = |line: &str, origin: &str| request(local, line, &format!("Origin: {origin}\r\n"), "");
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").map(str::to_owned);
    let preflight = ask("OPTIONS /dev/things/1", "https://app.test");
    assert_eq!(preflight.status(), "200");
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,OPTIONS"));
    assert_eq!(preflight.header("access-control-max-age"), Some("60"));
    for line in ["OPTIONS /dev/things/1", "GET /dev/things/1", "GET /dev/things/1/nothing"] {
        assert_eq!(allowed(&ask(line, "https://app.test")).as_deref(), Some("https://app.test"), "{line}");
        assert_eq!(allowed(&ask(line, "https://other.test")), None, "{line}");
    }
}

fn functions(local: &Local) {
    let ask = |what: &str| request(local, "POST /dev/function", "", &format!(r#"{{"ask": "{what}"}}"#));
    let got = ask("this");
    assert_eq!((got.status(), got.text().as_str()), ("200", r#"{"said": "this"}"#));
    assert_eq!(got.header("x-amz-executed-version"), Some("$LATEST"));
    let got = ask("bad");
    assert_eq!((got.status(), got.text().as_str()), ("400", r#"{"why": "Bad question"}"#));
    // It is the body that tells, whether the function failed or returned it.
    let got = ask("told");
    assert_eq!((got.status(), got.text().as_str()), ("400", r#"{"why": "Bad answer"}"#));
    let trace = got.header("x-amzn-trace-id").unwrap();
    assert!(
        trace.starts_with("Root=1-") && trace.contains(";Parent=") && trace.ends_with(";Sampled=0"),
        "{trace}"
    );
}

fn compression(local: &Local) {
    let got = request(local, "GET /dev/long", "Accept-Encoding: gzip\r\n", "");
    assert_eq!((got.header("content-encoding"), got.body.get(..2)), (Some("gzip"), Some(&[0x1f, 0x8b][..])));
    assert!(got.body.len() < 200);
    assert_eq!(request(local, "GET /dev/long", "", "").body.len(), 1200);
    assert_eq!(request(local, "GET /dev/picked/200", "Accept-Encoding: gzip\r\n", "").text(), "fine");
    // A body that is packed is unpacked before anything reads it, and a bomb is cut off.
    let zeros = vec![0; 11 << 20];
    for (body, status) in [(packed(br#"{"ask": "this"}"#), "200"), (packed(&zeros), "413")] {
        let got = send(local.port, "POST /dev/function", "Content-Encoding: gzip\r\n", &body);
        assert_eq!(got.status(), status, "{}", got.text());
    }
    assert_eq!(send(local.port, "POST /dev/function", "Content-Encoding: br\r\n", b"x").status(), "415");
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
