//! Node.js handlers.

mod common;

use std::time::Duration;

use common::{invoke, node, start};
use serde_json::{Value, json};

async fn run(file: &str, text: &str, events: &[Value]) -> Vec<common::Answer> {
    let function = start(node(file, text)).await;
    let mut answers = Vec::new();
    for event in events {
        answers.push(invoke(&function, event.to_string()).await);
    }
    function.stop(Duration::ZERO).await;
    answers
}

#[tokio::test]
async fn commonjs_and_modules_promises_and_callbacks() {
    let cases = [
        ("index.js", "exports.handler = async (event) => ({ event, pid: 1 });"),
        ("index.cjs", "module.exports = { handler: async (event) => ({ event, pid: 1 }) };"),
        ("index.mjs", "export const handler = async (event) => ({ event, pid: 1 });"),
        ("index.mjs", "export default { handler: (event) => Promise.resolve({ event, pid: 1 }) };"),
        (
            "index.js",
            "exports.handler = (event, context, callback) => setTimeout(() => callback(null, { event, pid: 1 }), 5);",
        ),
        ("index.js", "exports.handler = (event, context) => context.succeed({ event, pid: 1 });"),
    ];
    for (file, text) in cases {
        let answers = run(file, text, &[json!(1), json!({"ü": []})]).await;
        assert_eq!(answers[0].result(), json!({"event": 1, "pid": 1}), "{text}");
        assert_eq!(answers[1].result(), json!({"event": {"ü": []}, "pid": 1}), "{text}");
    }
}

#[tokio::test]
async fn sees_context() {
    let text = "exports.handler = async (event, context) => [context.functionName, context.functionVersion,
        context.memoryLimitInMB, context.invokedFunctionArn, context.getRemainingTimeInMillis() > 0,
        context.awsRequestId.length, process.cwd() === process.env.LAMBDA_TASK_ROOT];";
    let answers = run("index.js", text, &[json!(1)]).await;
    let arn = "arn:aws:lambda:eu-central-1:123456789012:function:hello";
    assert_eq!(answers[0].result(), json!(["hello", "3", "128", arn, true, 36, true]));
}

#[tokio::test]
async fn errors_are_told_as_lambda_does() {
    let text = "
exports.handler = (event, context, callback) => {
  if (event === 'throw') throw new TypeError('thrown');
  if (event === 'callback') callback(new RangeError('called'));
  if (event === 'reject') return Promise.reject('plain');
  if (event === 'circular') { const a = {}; a.a = a; return callback(null, a); }
  if (event === 'exit') process.exit(3);
  if (event === 'uncaught') { setTimeout(() => { throw new Error('nobody caught it'); }, 1); return new Promise(() => setTimeout(() => {}, 5000)); }
  if (event === 'rejection') { Promise.reject(new Error('not handled')); return; }
  if (event === 'never') return new Promise(() => {});
  if (event === 'nothing') return;
  callback(null, process.pid);
};";
    let function = start(node("index.js", text)).await;
    let ask = async |event: &str| invoke(&function, json!(event).to_string()).await;
    let pid = ask("").await.result();
    let cases = [
        ("throw", "TypeError", "thrown"),
        ("callback", "RangeError", "called"),
        ("reject", "string", "plain"),
        ("never", "Runtime.NodeJsExit", "The handler waits for something that can't happen"),
    ];
    for (event, kind, message) in cases {
        assert_eq!(ask(event).await.error(), (kind.to_owned(), message.to_owned()));
    }
    let trace = ask("throw").await.json()["trace"].clone();
    assert_eq!(trace[0], "TypeError: thrown");
    assert!(trace[1].as_str().unwrap().contains("index.js:3"), "{trace}");
    assert_eq!(ask("circular").await.error().0, "Runtime.MarshalError");
    assert_eq!(ask("nothing").await.result(), Value::Null);
    assert_eq!(ask("").await.result(), pid, "the same process all along");
    let cases = [
        ("exit", "Runtime.ExitError", "exit status 3"),
        ("uncaught", "Error", "nobody caught it"),
        ("rejection", "Runtime.UnhandledPromiseRejection", "not handled"),
    ];
    for (event, kind, message) in cases {
        let (found, told) = ask(event).await.error();
        assert_eq!(found, kind);
        assert!(told.ends_with(message), "{told}");
        assert_ne!(ask("").await.result(), pid);
    }
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn what_does_not_come_up_fails_its_events_with_the_reason() {
    let cases = [
        ("other.js", "", "Runtime.ImportModuleError"),
        ("index.js", "require('nothing-of-the-kind');", "Runtime.ImportModuleError"),
        ("index.mjs", "import 'nothing-of-the-kind';", "Runtime.ImportModuleError"),
        ("index.js", "function (", "Runtime.UserCodeSyntaxError"),
        ("index.js", "exports.other = 1;", "Runtime.HandlerNotFound"),
        ("index.js", "throw new RangeError('at once');", "RangeError"),
    ];
    for (file, text, kind) in cases {
        let answers = run(file, text, &[json!(1)]).await;
        assert_eq!(answers[0].error().0, kind, "{text}");
    }
}
