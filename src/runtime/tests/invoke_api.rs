//! What callers of the Invoke API may and may not do.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use common::{PATH, SECRET, invoke, invoke_later, python, request, send, start};
use serde_json::json;
use stagegate_runtime::{Function, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ECHO: &str = "def handler(event, context): return event";

#[tokio::test]
async fn requests_that_are_no_invocations_are_refused_by_name() {
    let function = start(python(ECHO)).await;
    let cases: &[(&str, &str, &str, u16, &str)] = &[
        (PATH, "Authorization", "", 403, "AccessDeniedException"),
        (PATH, "Authorization", "Bearer wrong", 403, "AccessDeniedException"),
        ("/nothing", "Authorization", "Bearer wrong", 403, "AccessDeniedException"),
        ("/2015-03-31/functions/other/invocations", "", "", 404, "ResourceNotFoundException"),
        ("/2015-03-31/functions/hello/invoke-async", "", "", 404, "UnknownOperationException"),
        (PATH, "X-Amz-Invocation-Type", "DryRun", 400, "InvalidParameterValueException"),
        (PATH, "X-Amz-Log-Type", "All", 400, "InvalidParameterValueException"),
        (PATH, "X-Amz-Client-Context", "{}", 400, "InvalidRequestContentException"),
    ];
    for (path, name, value, status, kind) in cases {
        let mut request = request("{}");
        *request.uri_mut() = path.parse().unwrap();
        if value.is_empty() {
            request.headers_mut().remove(*name);
        } else {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let answer = send(function.address(), request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.headers["x-amzn-ErrorType"].to_str().unwrap()),
            (*status, *kind)
        );
        assert!(!String::from_utf8_lossy(&answer.body).contains(SECRET));
    }
    let mut get = request("");
    *get.method_mut() = http::Method::GET;
    assert_eq!(send(function.address(), get).await.status, 404);
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn the_end_of_the_log_is_given_to_who_asks() {
    let code = "import sys\ndef handler(event, context):\n    print('x' * 5000 if event['long'] else 'printed')\n    print('to stderr', file=sys.stderr)\n    return event['answer']";
    let function = start(python(code)).await;
    let ask = async |event: &str, kind: &'static str| {
        let mut request = request(event.to_owned());
        request.headers_mut().insert("X-Amz-Log-Type", http::HeaderValue::from_static(kind));
        let answer = send(function.address(), request).await;
        let tail = answer.headers.get("X-Amz-Log-Result").map(|tail| BASE64_STANDARD.decode(tail).unwrap());
        (answer, tail.map(|tail| String::from_utf8(tail).unwrap()))
    };
    let (answer, tail) = ask(r#"{"long": false, "answer": 1}"#, "Tail").await;
    let id = answer.headers["X-Amzn-RequestId"].to_str().unwrap();
    let tail = tail.unwrap();
    assert!(tail.starts_with(&format!("START RequestId: {id} Version: ")), "{tail}");
    assert!(tail.contains("\nprinted\n") && tail.contains("\nto stderr\n"), "{tail}");
    assert!(tail.contains(&format!("END RequestId: {id}\nREPORT RequestId: {id}\tDuration: ")), "{tail}");
    // The next event's has nothing of the one before; a failing one's is there too.
    let (answer, tail) = ask(r#"{"long": true}"#, "Tail").await;
    assert_eq!(answer.error().0, "KeyError");
    let tail = tail.unwrap();
    assert!(tail.len() == 4096 && tail.starts_with("xxx") && !tail.contains("printed"), "{tail}");
    assert_eq!(ask(r#"{"long": false, "answer": 1}"#, "None").await.1, None);
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn bodies_of_16_mebibytes_pass_and_no_more() {
    let function = start(python("def handler(event, context): return len(event)")).await;
    let event = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    let limit = 16 << 20;
    assert_eq!(invoke(&function, event(limit)).await.result(), limit - 2);
    // Both with a length that tells and, as here, in chunks that do not.
    let mut stream = TcpStream::connect(function.address()).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {SECRET}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let body = event(limit + 1);
    let (mut read, mut write) = stream.split();
    let sent = async {
        let _ = write.write_all(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes()).await;
    };
    let mut answer = [0; 12];
    let ((), got) = tokio::join!(sent, read.read_exact(&mut answer));
    got.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");

    let mut stream = TcpStream::connect(function.address()).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {SECRET}\r\nContent-Length: {}\r\n\r\n",
        limit + 1
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert_eq!(invoke(&function, "\"\"").await.result(), 0);
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn configurations_that_cannot_be_run_are_refused_by_field() {
    let refused = |change: fn(&mut stagegate_runtime::FunctionConfig)| async move {
        let mut config = python(ECHO);
        change(&mut config);
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Function::start(config, listen, Token::random().unwrap()).await.unwrap_err().to_string()
    };
    assert_eq!(refused(|c| c.name.clear()).await, "name: must be 1 to 64 letters, digits, - or _");
    assert!(refused(|c| c.version = "0".to_owned()).await.starts_with("version: "));
    let path = refused(|c| drop(c.files.insert("../x".to_owned(), String::new()))).await;
    assert!(path.starts_with("files[\"../x\"]: "), "{path}");
    let name = refused(|c| drop(c.environment.insert("_HANDLER".to_owned(), String::new()))).await;
    assert_eq!(name, "environment[\"_HANDLER\"]: is reserved for Lambda's own variables");
    let bootstrap = refused(|c| c.runtime = stagegate_runtime::Runtime::Provided).await;
    assert!(bootstrap.starts_with("files: must have a `bootstrap`"), "{bootstrap}");
}

const SLOW: &str = "
import os, time
def handler(event, context):
    if isinstance(event, str): open(f'{event}.{os.getpid()}', 'w').close()
    while isinstance(event, str) and not os.path.exists(event): time.sleep(0.01)
    return os.getpid()
";

#[tokio::test]
async fn events_run_side_by_side_then_wait_then_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gate");
    let mut config = python(SLOW);
    (config.max_concurrency, config.queue) = (2, 2);
    let function = start(config).await;
    let event = json!(gate).to_string();
    let mut events = tokio::task::JoinSet::new();
    for _ in 0..6 {
        events.spawn(send(function.address(), request(event.clone())));
    }
    // Two of the six are one too many; no other comes back before the gate is open.
    let refused = events.join_next().await.unwrap().unwrap();
    assert_eq!(refused.status, 429);
    assert_eq!(events.join_next().await.unwrap().unwrap().status, 429);
    assert_eq!(refused.headers["x-amzn-ErrorType"], "TooManyRequestsException");
    let expected =
        json!({"Reason": "ConcurrentInvocationLimitExceeded", "Type": "User", "message": "Rate Exceeded."});
    assert_eq!(refused.json(), expected);
    let marks = || std::fs::read_dir(directory.path()).unwrap().count();
    common::eventually("two of them run", || marks() == 2).await;
    std::fs::write(&gate, "").unwrap();
    let mut pids = Vec::new();
    while let Some(answer) = events.join_next().await {
        pids.push(answer.unwrap().result().as_u64().unwrap());
    }
    assert_eq!(pids.len(), 4);
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 2);
    assert_eq!(invoke(&function, "0").await.status, 200);
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn a_caller_that_leaves_gives_its_waiting_event_up_but_not_a_running_one() {
    let directory = tempfile::tempdir().unwrap();
    let (gate, ran, waited) =
        (directory.path().join("gate"), directory.path().join("ran"), directory.path().join("waited"));
    let mut config = python(
        "
import os, time
def handler(event, context):
    if event.get('gate'): open(event['gate'] + '.here', 'w').close()
    while event.get('gate') and not os.path.exists(event['gate']): time.sleep(0.01)
    if event.get('mark'): open(event['mark'], 'w').close()
    return 1
",
    );
    config.queue = 1;
    let function = start(config).await;
    assert_eq!(invoke(&function, "{}").await.result(), 1);
    let running = invoke_later(&function, json!({"gate": gate, "mark": ran}).to_string());
    let here = directory.path().join("gate.here");
    common::eventually("the first one runs", || here.exists()).await;
    let waiting = invoke_later(&function, json!({"mark": waited}).to_string());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(invoke(&function, "{}").await.status, 429);
    waiting.abort();
    running.abort();
    // The place is free again, soon.
    let last = loop {
        let last = invoke_later(&function, "{}");
        tokio::time::sleep(Duration::from_millis(200)).await;
        if !last.is_finished() {
            break last;
        }
        assert_eq!(last.await.unwrap().status, 429);
    };
    std::fs::write(&gate, "").unwrap();
    assert_eq!(last.await.unwrap().result(), 1);
    assert!(ran.exists());
    assert!(!waited.exists());
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn a_killed_handler_hurts_nobody_else() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gate");
    let mut config = python(SLOW);
    (config.max_concurrency, config.queue) = (2, 4);
    let function = start(config).await;
    let slow = invoke_later(&function, json!(gate).to_string());
    let marks = || std::fs::read_dir(directory.path()).unwrap().count();
    common::eventually("the slow one runs", || marks() == 1).await;
    // The one beside the slow one; killed while it is idle.
    for _ in 0..5 {
        let pid = invoke(&function, "0").await.result().as_u64().unwrap();
        let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        assert!(killed.success());
        // A signal takes a moment; from then on nothing is given to the process, noticed or not.
        common::eventually("it is dead", || !common::is_alive(pid)).await;
    }
    invoke(&function, "0").await.result();
    std::fs::write(&gate, "").unwrap();
    slow.await.unwrap().result();
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn stopping_waits_for_events_and_ends_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let gate = directory.path().join("gate");
    let function = start(python(SLOW)).await;
    let pid = invoke(&function, "0").await.result().as_u64().unwrap();
    let (first, second) = (invoke_later(&function, json!(gate).to_string()), invoke_later(&function, "0"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let address = function.address();
    let stop = tokio::spawn(function.stop(Duration::from_secs(10)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    std::fs::write(&gate, "").unwrap();
    assert_eq!(first.await.unwrap().result(), pid);
    assert_eq!(second.await.unwrap().result(), pid);
    stop.await.unwrap();
    assert!(!common::is_alive(pid));
    assert!(TcpStream::connect(address).await.is_err());

    std::fs::remove_file(&gate).unwrap();
    let function = start(python(SLOW)).await;
    let pid = invoke(&function, "0").await.result().as_u64().unwrap();
    let (first, second) = (invoke_later(&function, json!(gate).to_string()), invoke_later(&function, "0"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    function.stop(Duration::from_millis(100)).await;
    assert_eq!(first.await.unwrap().status, 503);
    assert_eq!(second.await.unwrap().status, 503);
    assert!(!common::is_alive(pid));
}

#[tokio::test]
async fn a_dropped_function_leaves_nothing_behind() {
    let function = start(python("import os\ndef handler(e, c): return [os.getpid(), os.getcwd()]")).await;
    let result = invoke(&function, "0").await.result();
    drop(function);
    let pid = result[0].as_u64().unwrap();
    common::eventually("the process is gone", || !common::is_alive(pid)).await;
    let root = std::path::PathBuf::from(result[1].as_str().unwrap());
    common::eventually("the code is gone", || !root.exists()).await;
}

#[test]
fn a_dropped_tokio_runtime_leaves_no_process_behind() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (function, pid) = runtime.block_on(async {
        let function = start(python(SLOW)).await;
        let pid = invoke(&function, "0").await.result().as_u64().unwrap();
        (function, pid)
    });
    drop(runtime);
    drop(function);
    let start = std::time::Instant::now();
    while common::is_alive(pid) {
        assert!(start.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(10));
    }
}
