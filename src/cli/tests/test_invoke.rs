//! `stagegate invoke` and execution logs, by the real binary.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

#[path = "test_invoke/on_cluster.rs"]
mod on_cluster;
#[path = "test_invoke/support.rs"]
mod support;

mod serving;

use std::fs;
use std::net::UdpSocket;

use serde_json::{Value, json};

use support::{Served, api, assert_in_order, messages, send};

#[test]
fn a_function_by_any_stage_variable() {
    let local = Served::start();
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
    let local = Served::start();
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
    let local = Served::start();
    let snapshot = send(("127.0.0.1", local.admin), "GET /snapshot HTTP/1.1\r\n", "");
    let first = snapshot.split_once("\"deployment\":\"").unwrap().1.split('"').next().unwrap().to_owned();
    let mapped = ["--method", "POST", "--path", "/mapped/5"];
    let word =
        |more: &[&str]| local.invoke(&[&mapped[..], more].concat())["body"].as_str().unwrap().to_owned();
    fs::write(local.manifest("api.yaml"), api("second", 1)).unwrap();
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
    let local = Served::start();
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
    let local = Served::start();
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
