//! Schemas and requests that mean harm, by the real binary: it answers, others are served, memory stays bounded.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

mod serving;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use serving::{Local, Options};

fn to(name: usize) -> Value {
    json!({"$ref": format!("#/models/M{name}")})
}

fn manifests(models: &[(String, Value)], more: &Value) -> String {
    let model = |(name, schema): &(String, Value)| {
        (name.clone(), json!({"contentType": "application/json", "schema": schema}))
    };
    let models: serde_json::Map<String, Value> = models.iter().map(model).collect();
    let mut paths = json!({"/checked": {"POST": {"mock": {"body": "checked"}, "requestValidator": "all",
        "requestModels": {"application/json": "M0"}}}});
    paths.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let api = json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": "RestApi", "metadata": {"name": "hostile"},
        "spec": {"paths": paths, "models": models, "requestValidators": {"all": {"validateRequestBody": true}}}});
    let stage = json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": "Stage", "metadata": {"name": "hostile"},
        "spec": {"restApi": "hostile", "name": "dev", "deployment": "latest"}});
    format!("{api}\n---\n{stage}\n")
}

/// What is served, and what it took at rest.
struct Served {
    local: Local,
    /// Bytes.
    at_rest: usize,
}

impl Served {
    /// With one worker: what it is stuck in, everybody is stuck in.
    fn start(models: &[(String, Value)], more: &Value) -> Self {
        let options = Options {
            arguments: &["--workers", "1"],
            // Free pages go back at once: what is measured is what is held, and not what earlier requests left.
            environment: &[("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")],
            ..Options::default()
        };
        let write = |folder: &Path| fs::write(folder.join("api.yaml"), manifests(models, more)).unwrap();
        let mut served = Self { local: Local::start(write, &options), at_rest: 0 };
        served.at_rest = served.highest_memory();
        served
    }

    /// The status of the answer; memory has never been more than at rest and ten times what was sent, or a few megabytes.
    fn post(&self, path: &str, body: &str) -> String {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        let answer = send(self.local.port, &format!("{head}{body}"));
        let grown = self.highest_memory().saturating_sub(self.at_rest);
        assert!(grown < (10 * length).max(8 << 20), "{path}: {grown} bytes more for {length} of {body:.20}");
        answer.get(9..12).unwrap_or("none").to_owned()
    }

    fn highest_memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.local.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }
}

fn send(port: u16, request: &str) -> String {
    String::from_utf8_lossy(&serving::raw(port, request.as_bytes())).into_owned()
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

fn chain(length: usize, link: impl Fn(usize) -> Value, last: Value) -> Vec<(String, Value)> {
    let links = (0..length).map(|i| (format!("M{i}"), link(i)));
    links.chain([(format!("M{length}"), last)]).collect()
}

#[test]
fn schemas_that_never_end_are_refused_by_name() {
    let deep = |i| (0..25).fold(to(i + 1), |inner, _| json!({"allOf": [inner]}));
    let bombs = [
        vec![("M0".to_owned(), json!({"allOf": [to(0)]}))],
        chain(30, |i| json!({"allOf": [to(i + 1), to(i + 1)]}), json!({"type": "object"})),
        chain(250, deep, json!({"type": "object"})),
    ];
    for bomb in bombs {
        let mut plan = Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .args(["plan", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        plan.stdin.take().unwrap().write_all(manifests(&bomb, &json!({})).as_bytes()).unwrap();
        let output = plan.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("RestApi/hostile: spec.models.M0.schema: is no JSON Schema"), "{said}");
    }
}

/// One after the other: each looks at the memory of its own process, and for free ports.
#[test]
fn requests_that_mean_harm() {
    bodies_that_make_much_of_a_schema();
    large_and_deep_requests();
}

/// Values as small as they can be: they may be too much to do, and are never too much to hold.
fn tiny_values(models: &[(String, Value)], paths: &Value) {
    let tiny = |open: &str, tiny: &str, close: &str, size: usize| {
        format!("{open}{}{close}", tiny.repeat(size / tiny.len()))
    };
    let names = |size: usize| (0..size / 11).map(|i| format!("\"{i:06}\":1,")).collect::<Vec<_>>().concat();
    for size in [300_000, 1_000_000] {
        let local = Served::start(models, paths);
        let bodies = [
            tiny("[", "[],", "[]]", size),
            tiny("[", "[1],", "[]]", size),
            tiny("[", "{\"k\":1},", "{}]", size),
            tiny("[", "{\"a\":{}},", "{}]", size),
            tiny("[", "1,", "1]", size),
            tiny("{\"a\":[", "\"\",", "1]}", size),
            tiny("{", "\"a\":1,", "\"b\":1}", size),
            tiny("[\"", "\u{7f}", "\"]", size),
            format!("{{{}\"a\":1}}", names(size)),
        ];
        for body in &bodies {
            for path in ["checked", "unique", "path", "json", "wild", "parsed", "mapped", "changed", "split"]
            {
                local.post(&format!("/dev/{path}"), body);
            }
        }
    }
    let local = Served::start(models, paths);
    let size = 9_500_000;
    local.post("/dev/checked", &tiny("[", "1,", "1]", size));
    assert_eq!(local.post("/dev/json", &tiny("[", "[],", "[]]", size)), "200");
    assert_eq!(local.post("/dev/path", &format!("{{{}\"a\":1}}", names(size))), "200");
}

fn bodies_that_make_much_of_a_schema() {
    let deep = |levels| nested("{\"a\":", "{}", "}", levels);
    // Twice as much with each level, and a chain that takes stack with each level.
    let twice = vec![("M0".to_owned(), json!({"properties": {"a": {"anyOf": [to(0), to(0)]}}}))];
    let long = chain(298, |i| json!({"allOf": [to(i + 1)]}), json!({"properties": {"a": to(0)}}));
    for models in [twice, long] {
        let local = Served::start(&models, &json!({}));
        assert_eq!(local.post("/dev/checked", "{}"), "200");
        for levels in [30, 60, 120, 100_000] {
            assert_eq!(local.post("/dev/checked", &deep(levels)), "400", "{levels}");
        }
        assert_eq!(local.post("/dev/checked", "{}"), "200");
    }
}

fn large_and_deep_requests() {
    let mock = |template: &str| {
        let template = format!("#set($x = {template}){{\"statusCode\": 200}}");
        json!({"POST": {"mock": {"mapping": {"requestTemplates": {"application/json": template},
            "responses": {"default": {"statusCode": 200}}}}}})
    };
    let mapped = json!({"POST": {"http": {"url": "http://127.0.0.1:1/", "method": "POST",
        "requestParameters": {"integration.request.header.X-A": "method.request.body.a.b"},
        "mapping": {"responses": {"default": {"statusCode": 200}}}}}});
    let paths = json!({"/path": mock("$input.path('$..a')"), "/json": mock("$input.json('$')"),
        "/wild": mock("$input.path('$..*..*..*')"), "/parsed": mock("$util.parseJson($input.body)"), "/mapped": mapped,
        "/changed": mock("$input.path('$').put('x', $input.path('$').entrySet())"), "/split": mock("$input.body.split(',')"),
        "/unique": {"POST": {"mock": {"body": "checked"}, "requestValidator": "all", "requestModels": {"application/json": "Unique"}}}});
    let tree = json!({"type": ["array", "object"], "items": to(0), "properties": {"a": to(0)}});
    let unique = json!({"uniqueItems": true, "enum": [[], {}], "maxProperties": 1});
    let models = [("M0".to_owned(), tree), ("Unique".to_owned(), unique)];
    let local = Served::start(&models, &paths);
    for deep in [nested("[", "", "]", 100_000), nested("{\"a\":", "1", "}", 100_000)] {
        for (path, status) in [
            ("checked", "400"),
            ("path", "500"),
            ("json", "500"),
            ("wild", "500"),
            ("parsed", "500"),
            ("mapped", "400"),
        ] {
            assert_eq!(local.post(&format!("/dev/{path}"), &deep), status, "{path}: {deep:.20}");
        }
    }
    tiny_values(&models, &paths);
    assert_eq!(local.post("/dev/checked", "[[], {\"a\": []}]"), "200");
    assert_eq!(local.post("/dev/path", "{\"a\": 1}"), "200");

    let before = local.highest_memory();
    let headers = "X-Much: of it\r\n".repeat(10_000);
    let request = format!("POST /dev/checked HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
    // Who is refused before all was sent may see a broken connection instead of the answer.
    let answer = send(local.local.port, &request);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert!(local.highest_memory().saturating_sub(before) < 10 * request.len() + (1 << 20));
    assert_eq!(local.post("/dev/checked", "{}"), "200");
}
