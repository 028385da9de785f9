//! Python handlers.

mod common;

use std::time::Duration;

use common::{config, invoke, python, request, send, start};
use serde_json::json;
use stagegate_runtime::Runtime;

const ECHO: &str = "
import os
def handler(event, context):
    return {
        'event': event, 'name': context.function_name, 'version': context.function_version,
        'arn': context.invoked_function_arn, 'memory': context.memory_limit_in_mb,
        'id': context.aws_request_id, 'group': context.log_group_name, 'identity': context.identity,
        'left': context.get_remaining_time_in_millis(), 'env': dict(os.environ), 'cwd': os.getcwd(),
        'client': context.client_context and context.client_context.custom,
    }
";

#[tokio::test]
async fn sees_event_context_and_environment() {
    let mut config = python(ECHO);
    config.environment.insert("TABLE".to_owned(), "häuser".to_owned());
    config.environment.insert("TZ".to_owned(), "CET".to_owned());
    let function = start(config).await;
    let mut request = request(r#"{"a": "ü"}"#);
    *request.uri_mut() = format!("{}?Qualifier=PROD", common::PATH).parse().unwrap();
    let headers = request.headers_mut();
    headers.insert("X-Amzn-RequestId", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".parse().unwrap());
    headers.insert("X-Amzn-Trace-Id", "Root=1-5e1b4151-5ac6c58e1c5d3e0f5f3e1d3c".parse().unwrap());
    headers.insert("X-Amz-Client-Context", "eyJjdXN0b20iOnsiYSI6MX19".parse().unwrap());
    let answer = send(function.address(), request).await;
    assert_eq!(answer.headers["X-Amz-Executed-Version"], "3");
    assert_eq!(answer.headers["X-Amzn-RequestId"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    assert!(String::from_utf8_lossy(&answer.body).contains("\"ü\""), "not escaped");
    let result = answer.result();
    assert_eq!(result["event"], json!({"a": "ü"}));
    assert_eq!((&result["name"], &result["version"]), (&json!("hello"), &json!("3")));
    assert_eq!(result["arn"], "arn:aws:lambda:eu-central-1:123456789012:function:hello:PROD");
    assert_eq!((&result["memory"], &result["identity"]), (&json!("128"), &json!(null)));
    assert_eq!(result["id"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    assert_eq!((&result["group"], &result["client"]), (&json!("/aws/lambda/hello"), &json!({"a": 1})));
    assert!((1..=20_000).contains(&result["left"].as_i64().unwrap()));
    let env = &result["env"];
    assert_eq!((&env["TABLE"], &env["TZ"]), (&json!("häuser"), &json!("CET")));
    assert_eq!(env["_X_AMZN_TRACE_ID"], "Root=1-5e1b4151-5ac6c58e1c5d3e0f5f3e1d3c");
    assert_eq!((&env["LAMBDA_TASK_ROOT"], &env["_HANDLER"]), (&result["cwd"], &json!("index.handler")));
    assert_eq!(env.get("CARGO"), None, "nothing of ours is inherited");

    let answer = invoke(&function, "").await.result();
    assert_eq!(answer["event"], json!({}));
    assert_eq!(answer["arn"], "arn:aws:lambda:eu-central-1:123456789012:function:hello");
    assert_eq!(answer["env"].get("_X_AMZN_TRACE_ID"), None);
    let root = answer["cwd"].as_str().unwrap().to_owned();
    function.stop(Duration::from_secs(1)).await;
    assert!(!std::path::Path::new(&root).exists());
}

const ERRORS: &str = "
import os, sys
def handler(event, context):
    if event == 'raise': raise ValueError('no good')
    if event == 'set': return {1}
    if event == 'exit': os._exit(3)
    if event == 'sys.exit': sys.exit(4)
    if event == 'end': os._exit(0)
    if event == 'kill': os.kill(os.getpid(), 9)
    return os.getpid()
";

#[tokio::test]
async fn errors_are_told_as_lambda_does() {
    let function = start(python(ERRORS)).await;
    let pid = invoke(&function, "0").await.result();
    let answer = invoke(&function, "\"raise\"").await;
    assert_eq!(answer.error(), ("ValueError".to_owned(), "no good".to_owned()));
    let error = answer.json();
    assert_eq!(error["requestId"], answer.headers["X-Amzn-RequestId"].to_str().unwrap());
    let trace = error["stackTrace"].as_array().unwrap();
    assert_eq!(trace.len(), 1);
    let line = trace[0].as_str().unwrap();
    assert!(line.contains("index.py\", line 4, in handler\n    if event == 'raise'"), "{line}");
    let (kind, message) = invoke(&function, "\"set\"").await.error();
    assert_eq!(kind, "Runtime.MarshalError");
    assert_eq!(message, "Unable to marshal response: Object of type set is not JSON serializable");
    let (kind, message) = invoke(&function, "{").await.error();
    assert_eq!(kind, "Runtime.UnmarshalError");
    assert!(message.starts_with("Unable to unmarshal input: Expecting property name"), "{message}");
    assert_eq!(invoke(&function, "0").await.result(), pid, "the same process all along");

    for (event, end) in [
        ("\"exit\"", "Runtime exited with error: exit status 3"),
        ("\"sys.exit\"", "Runtime exited with error: exit status 4"),
        ("\"end\"", "Runtime exited without providing a reason"),
        ("\"kill\"", "Runtime exited with error: signal: killed"),
    ] {
        let answer = invoke(&function, event).await;
        let id = answer.headers["X-Amzn-RequestId"].to_str().unwrap();
        let message = format!("RequestId: {id} Error: {end}");
        assert_eq!(answer.error(), ("Runtime.ExitError".to_owned(), message));
        assert_ne!(invoke(&function, "0").await.result(), pid);
    }
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn a_late_event_times_out_and_takes_its_whole_group_with_it() {
    let mut config = python(
        "
import os, subprocess, time
child = subprocess.Popen(['sleep', '1000'])
def handler(event, context):
    if event: time.sleep(1000)
    return [os.getpid(), child.pid]
",
    );
    config.timeout = Duration::from_secs(1);
    let function = start(config).await;
    let before = invoke(&function, "0").await.result();
    let answer = invoke(&function, "1").await;
    let id = answer.headers["X-Amzn-RequestId"].to_str().unwrap();
    let message = format!("RequestId: {id} Error: Task timed out after 1.00 seconds");
    assert_eq!(answer.error(), ("Sandbox.Timedout".to_owned(), message));
    for pid in before.as_array().unwrap() {
        let pid = pid.as_u64().unwrap();
        common::eventually("the group is gone", || !common::is_alive(pid)).await;
    }
    let after = invoke(&function, "0").await.result();
    assert_ne!(after, before);
    function.stop(Duration::ZERO).await;
    for pid in after.as_array().unwrap() {
        let pid = pid.as_u64().unwrap();
        common::eventually("the group is gone", || !common::is_alive(pid)).await;
    }
}

#[tokio::test]
async fn what_does_not_come_up_fails_its_events_with_the_reason() {
    let cases = [
        ("index.handler", "import nothing_of_the_kind", "Runtime.ImportModuleError"),
        ("index.handler", "def handler(:", "Runtime.UserCodeSyntaxError"),
        ("index.other", "def handler(event, context): pass", "Runtime.HandlerNotFound"),
        ("index", "", "Runtime.MalformedHandlerName"),
        ("index.handler", "1 / 0", "ZeroDivisionError"),
        ("index.handler", "import os; os._exit(7)", "Runtime.ExitError"),
    ];
    for (handler, text, kind) in cases {
        let mut config = python(text);
        handler.clone_into(&mut config.handler);
        let function = start(config).await;
        let (found, message) = invoke(&function, "{}").await.error();
        assert_eq!(found, kind, "{message}");
        if kind == "Runtime.ImportModuleError" {
            assert_eq!(message, "Unable to import module 'index': No module named 'nothing_of_the_kind'");
        }
        // At once, while no new start is made; after that with the next start.
        assert_eq!(invoke(&function, "{}").await.error().0, kind);
        function.stop(Duration::ZERO).await;
    }
}

#[tokio::test]
async fn broken_starts_are_not_repeated_without_end() {
    let directory = tempfile::tempdir().unwrap();
    let marks = directory.path().join("starts");
    let mut config = python(&format!(
        "open({marks:?}, 'a').write('x')\nraise SystemExit(1)",
        marks = marks.to_str().unwrap()
    ));
    config.max_concurrency = 4;
    let function = start(config).await;
    let starts = || std::fs::read(&marks).unwrap_or_default().len();
    for _ in 0..20 {
        assert_eq!(invoke(&function, "{}").await.error().0, "Runtime.ExitError");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!((1..=5).contains(&starts()), "{}", starts());
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn handlers_live_in_packages_too() {
    let mut config = config(
        Runtime::Python3,
        "pkg/module.py",
        "from pkg.other import value\ndef func(event, context): return value",
    );
    config.files.insert("pkg/other.py".to_owned(), "value = 5".to_owned());
    for handler in ["pkg/module.func", "pkg.module.func"] {
        handler.clone_into(&mut config.handler);
        let function = start(config.clone()).await;
        assert_eq!(invoke(&function, "{}").await.result(), 5);
        function.stop(Duration::ZERO).await;
    }
}
