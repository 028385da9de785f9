//! The public clients of the Runtime API, unchanged.

// clippy takes what is outside a test function for production code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use common::{config, invoke, provided, start};
use serde_json::json;
use stagegate_runtime::Runtime;

/// The example `lambda_handler`, which cargo builds along with the tests unless only one of them is asked for.
fn rust_handler() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let handler = profile.join("examples/lambda_handler");
    if !handler.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--example", "lambda_handler", "--target-dir"]).arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    }
    handler
}

#[tokio::test]
async fn rust_lambda_runtime() {
    let function = start(provided(&format!("#!/bin/sh\nexec '{}'\n", rust_handler().display()))).await;
    for event in 0..20 {
        let answer = invoke(&function, json!({ "number": event }).to_string()).await;
        let expected = json!({
            "echo": {"number": event},
            "id": answer.headers["X-Amzn-RequestId"].to_str().unwrap(),
            "arn": "arn:aws:lambda:eu-central-1:123456789012:function:hello",
            "function": "hello",
        });
        assert_eq!(answer.result(), expected);
    }
    let (kind, message) = invoke(&function, r#"{"fail": true}"#).await.error();
    assert!(kind.contains("Error"), "{kind}");
    assert_eq!(message, "asked to fail");
    let large = json!({"text": "x".repeat(7 << 20)});
    assert_eq!(invoke(&function, large.to_string()).await.result()["echo"], large);
    function.stop(Duration::from_secs(1)).await;
}

const PYTHON: &str = "
import os
def handler(event, context):
    print('printed')
    if 'fail' in event: raise KeyError('no such')
    if 'exit' in event: os._exit(5)
    return {'echo': event, 'id': context.aws_request_id, 'arn': context.invoked_function_arn,
            'left': context.get_remaining_time_in_millis() > 0, 'pid': os.getpid()}
";

#[tokio::test]
async fn python_awslambdaric() {
    let Some(python) = std::env::var_os("STAGEGATE_TEST_AWSLAMBDARIC") else {
        println!("skipped: STAGEGATE_TEST_AWSLAMBDARIC names no python with awslambdaric");
        return;
    };
    let python = python.into_string().unwrap();
    let import = Command::new(&python).args(["-c", "import awslambdaric, runtime_client"]).status();
    assert!(import.is_ok_and(|status| status.success()), "{python} has no whole awslambdaric");
    let serve = |text: &str| {
        let mut config = config(
            Runtime::Provided,
            "bootstrap",
            &format!("#!/bin/sh\nexec '{python}' -m awslambdaric \"$_HANDLER\"\n"),
        );
        config.files.insert("index.py".to_owned(), text.to_owned());
        start(config)
    };
    let function = serve(PYTHON).await;
    let mut pid = None;
    for event in 0..20 {
        let answer = invoke(&function, json!({ "number": event }).to_string()).await;
        let result = answer.result();
        assert_eq!(result["echo"], json!({"number": event}));
        assert_eq!(result["id"], answer.headers["X-Amzn-RequestId"].to_str().unwrap());
        assert_eq!(result["arn"], "arn:aws:lambda:eu-central-1:123456789012:function:hello");
        assert_eq!(result["left"], true);
        assert_eq!(*pid.get_or_insert(result["pid"].clone()), result["pid"]);
    }
    let answer = invoke(&function, r#"{"fail": 1}"#).await;
    assert_eq!(answer.error(), ("KeyError".to_owned(), "'no such'".to_owned()));
    assert!(answer.json()["stackTrace"][0].as_str().unwrap().contains("index.py"));
    assert_eq!(invoke(&function, "{}").await.result()["pid"], pid.unwrap());
    let large = json!({"text": "x".repeat(7 << 20)});
    assert_eq!(invoke(&function, large.to_string()).await.result()["echo"], large);
    assert_eq!(invoke(&function, r#"{"exit": 1}"#).await.error().0, "Runtime.ExitError");
    invoke(&function, "{}").await.result();
    function.stop(Duration::from_secs(1)).await;

    let function = serve("import nothing_of_the_kind").await;
    let (kind, message) = invoke(&function, "{}").await.error();
    assert_eq!(kind, "Runtime.ImportModuleError");
    assert_eq!(message, "Unable to import module 'index': No module named 'nothing_of_the_kind'");
    function.stop(Duration::from_secs(1)).await;

    // Beyond the limit the client is told so, gives up, and is replaced.
    let function = serve("def handler(event, context): return 'x' * (event << 20)").await;
    assert_eq!(invoke(&function, "17").await.error().0, "Function.ResponseSizeTooLarge");
    assert_eq!(invoke(&function, "1").await.result().as_str().unwrap().len(), 1 << 20);
    function.stop(Duration::from_secs(1)).await;
}
