//! Handler processes that talk the Runtime API themselves, well and badly.

mod common;

use std::time::Duration;

use common::{invoke, invoke_later, provided, start};
use serde_json::json;

/// Functions for a `bootstrap` in Python.
const PRELUDE: &str = "#!/usr/bin/env python3
import http.client, json, os, socket, sys, time
api = os.environ['AWS_LAMBDA_RUNTIME_API']
base = '/2018-06-01/runtime/'
connection = http.client.HTTPConnection(api)
def call(method, path, body=None, headers={}, **more):
    connection.request(method, base + path, body, headers, **more)
    response = connection.getresponse()
    return response.status, response.headers, response.read()
def next():
    _, headers, body = call('GET', 'invocation/next')
    return headers['Lambda-Runtime-Aws-Request-Id'], json.loads(body)
def answer(id, value):
    return call('POST', f'invocation/{id}/response', json.dumps(value))
";

fn bootstrap(text: &str) -> stagegate_runtime::FunctionConfig {
    provided(&format!("{PRELUDE}{text}"))
}

#[tokio::test]
async fn a_shell_script_will_do() {
    let function = start(provided(
        r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
while :; do
  event=$(curl -sS -D "/tmp/stagegate-head-$$" "$api/invocation/next")
  id=$(sed -n 's/^lambda-runtime-aws-request-id: *//Ip' "/tmp/stagegate-head-$$" | tr -d '\r')
  rm "/tmp/stagegate-head-$$"
  curl -sS -o /dev/null -d "[$event, \"$_HANDLER\"]" "$api/invocation/$id/response"
done
"#,
    ))
    .await;
    for event in 0..3 {
        let result = invoke(&function, event.to_string()).await.result();
        assert_eq!(result, json!([event, "index.handler"]));
    }
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn a_second_answer_costs_the_process_and_not_the_caller() {
    let function = start(bootstrap(
        "
while True:
    id, event = next()
    answer(id, os.getpid())
    if event == 'twice': answer(id, 'second')
    if event == 'late':
        late = id
        id, event = next()
        answer(late, 'late')
        answer(id, os.getpid())
",
    ))
    .await;
    let first = invoke(&function, "0").await.result();
    assert_eq!(invoke(&function, "\"twice\"").await.result(), first);
    let second = invoke(&function, "0").await.result();
    assert_ne!(second, first);
    assert!(!common::is_alive(first.as_u64().unwrap()));

    // An event that comes in between is not hurt, but it is the last one of its process.
    assert_eq!(invoke(&function, "\"late\"").await.result(), second);
    assert_eq!(invoke(&function, "0").await.result(), second);
    let third = invoke(&function, "0").await.result();
    assert_ne!(third, second);
    assert_eq!(invoke(&function, "0").await.result(), third);
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn answers_to_unknown_events_are_refused() {
    let function = start(bootstrap(
        "
early = answer('8476a536-e9f4-11e8-9739-2dfe598c3fcd', 1)
while True:
    id, event = next()
    unknown = [early, answer('nonsense', 1), call('POST', f'invocation/nonsense/error', '{}')]
    other = call('GET', '../../2020-01-01/extension/register')
    init = call('POST', 'init/error', '{}')
    answer(id, [[status, json.loads(body)['errorType']] for status, _, body in unknown + [other, init]])
",
    ))
    .await;
    let unknown = json!([400, "InvalidRequestID"]);
    let expected = json!([unknown, unknown, unknown, [404, "UnknownPath"], [403, "InvalidStateTransition"]]);
    assert_eq!(invoke(&function, "0").await.result(), expected);
    assert_eq!(invoke(&function, "0").await.result(), expected);
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn garbage_costs_its_own_event_only() {
    let mut config = bootstrap(
        "
def raw(text):
    host, port = api.split(':')
    other = socket.create_connection((host, int(port)))
    other.sendall(text)
    time.sleep(1000)
while True:
    id, event = next()
    if event == 'garbage': raw(b'\\x00\\x01 what\\r\\n\\r\\n')
    if event == 'length': raw(b'POST / HTTP/1.1\\r\\nContent-Length: x\\r\\n\\r\\n')
    if event == 'chunk':
        raw(b'POST %sinvocation/%s/response HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxx\\r\\n'
            % (base.encode(), id.encode()))
    if event == 'next': next()
    if event == 'wait': time.sleep(1)
    answer(id, event)
",
    );
    config.max_concurrency = 2;
    let function = start(config).await;
    let other = invoke_later(&function, "\"wait\"");
    for event in ["garbage", "length", "chunk", "next"] {
        let (kind, message) = invoke(&function, format!("\"{event}\"")).await.error();
        assert_eq!(kind, "Runtime.ProtocolError", "{event}: {message}");
        assert_eq!(invoke(&function, "1").await.result(), 1);
    }
    assert_eq!(other.await.unwrap().result(), "wait");
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn responses_may_be_chunked_and_streamed_and_large_but_not_too_large() {
    let function = start(bootstrap(
        "
mebibyte = b'x' * (1 << 20)
def chunks(count):
    yield b'\"'
    for _ in range(count): yield mebibyte
    yield b'\"'
while True:
    id, event = next()
    path = f'invocation/{id}/response'
    if isinstance(event, int):
        mode = {'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked'}
        said = call('POST', path, chunks(event), mode, encode_chunked=True)
    elif event == 'trailer':
        host, port = api.split(':')
        other = socket.create_connection((host, int(port)))
        other.sendall((f'POST {base}{path} HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n'
            'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\\r\\n\\r\\n'
            '3\\r\\nabc\\r\\n0\\r\\nLambda-Runtime-Function-Error-Type: Midway\\r\\n'
            'Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJNaWR3YXkifQ==\\r\\n\\r\\n').encode())
        other.recv(1000)
    else:
        answer(id, said[0])
",
    ))
    .await;
    for (mebibytes, status) in [(0, 202), (10, 202), (15, 202)] {
        let answer = invoke(&function, mebibytes.to_string()).await;
        assert_eq!(answer.result().as_str().unwrap().len(), mebibytes << 20);
        assert_eq!(invoke(&function, "\"status\"").await.result(), status);
    }
    for mebibytes in ["16", "20"] {
        let (kind, _) = invoke(&function, mebibytes).await.error();
        assert_eq!(kind, "Function.ResponseSizeTooLarge");
        assert_eq!(invoke(&function, "\"status\"").await.result(), 413);
    }
    assert_eq!(invoke(&function, "\"trailer\"").await.error().0, "Midway");
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn an_answer_counts_although_the_process_ends_at_once() {
    let function = start(bootstrap(
        "
id, event = next()
body = json.dumps(event)
connection.sock.sendall(f'POST {base}invocation/{id}/response HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}'.encode())
os._exit(9)
",
    ))
    .await;
    for event in 0..10 {
        assert_eq!(invoke(&function, event.to_string()).await.result(), event);
    }
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn an_error_that_is_not_json_is_told_in_json() {
    let function = start(bootstrap(
        "
while True:
    id, event = next()
    call('POST', f'invocation/{id}/error', event, {'Lambda-Runtime-Function-Error-Type': 'Own.Kind'})
",
    ))
    .await;
    let answer = invoke(&function, r#""plain text""#).await;
    assert_eq!(answer.json(), json!({"errorType": "Own.Kind", "errorMessage": "plain text"}));
    let answer = invoke(&function, r#""{\"errorMessage\": \"m\", \"more\": 1}""#).await;
    assert_eq!(answer.json(), json!({"errorMessage": "m", "more": 1}));
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn a_bootstrap_that_is_no_program_fails_its_events() {
    let function = start(provided("#!/nowhere/to/be/found\n")).await;
    let (kind, message) = invoke(&function, "1").await.error();
    assert_eq!(kind, "Runtime.InvalidEntrypoint");
    assert!(message.contains("Couldn't start bootstrap: No such file or directory"), "{message}");
    function.stop(Duration::ZERO).await;
}
