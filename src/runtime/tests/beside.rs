//! A handler that somebody else runs, as kubelet runs a container: started again whenever it ends.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing loudly")]

mod common;

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{config, invoke, invoke_later, start};
use serde_json::json;
use stagegate_runtime::{Function, FunctionConfig, Runtime};

const HANDLER: &str = "
import http.client, json, os, sys, time
base = '/2018-06-01/runtime/'
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
def call(method, path, body=None):
    connection.request(method, base + path, body)
    response = connection.getresponse()
    return response.headers, response.read()
if os.path.exists(sys.argv[1]):
    os.remove(sys.argv[1])
    call('POST', 'init/error', json.dumps({'errorType': 'No', 'errorMessage': 'not yet'}))
    sys.exit(1)
while True:
    headers, body = call('GET', 'invocation/next')
    event = json.loads(body)
    if event == 'die': os._exit(3)
    if event == 'hang': time.sleep(600)
    if event == 'slow': time.sleep(1)
    call('POST', f\"invocation/{headers['Lambda-Runtime-Aws-Request-Id']}/response\", json.dumps([event, os.getpid()]))
";

/// Runs it, and runs it again after `pause`.
struct Kubelet {
    stop: Arc<AtomicBool>,
    child: Arc<Mutex<Option<Child>>>,
    starts: Arc<AtomicUsize>,
    thread: Option<std::thread::JoinHandle<()>>,
    /// The handler that finds this file says that it can't come up.
    fails: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Kubelet {
    fn run(api: SocketAddr, pause: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fails = folder.path().join("fails");
        let file = fails.clone();
        Self::run_command(folder, fails, pause, move || {
            let mut command = Command::new("python3");
            command.args(["-c", HANDLER]).arg(&file).env("AWS_LAMBDA_RUNTIME_API", api.to_string());
            command
        })
    }

    /// Anything else, with `index.py` in its folder.
    fn run_image(api: SocketAddr, entry_point: &str, index: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.py"), index).unwrap();
        let (path, entry_point) = (folder.path().to_owned(), entry_point.to_owned());
        Self::run_command(folder, "".into(), Duration::from_millis(300), move || {
            let mut command = Command::new("sh");
            command.args(["-c", &entry_point]).current_dir(&path).env("LAMBDA_TASK_ROOT", &path);
            // What the pod's container has beside what its image sets.
            command
                .env("AWS_LAMBDA_RUNTIME_API", api.to_string())
                .env("AWS_LAMBDA_FUNCTION_NAME", "hello")
                .env("AWS_LAMBDA_FUNCTION_VERSION", "3")
                .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
            command
        })
    }

    fn run_command(
        folder: tempfile::TempDir,
        fails: std::path::PathBuf,
        pause: Duration,
        make: impl Fn() -> Command + Send + 'static,
    ) -> Self {
        let (stop, child, starts) = (Arc::<AtomicBool>::default(), Arc::default(), Arc::default());
        let mut kubelet = Self { stop, child, starts, thread: None, fails, _folder: folder };
        let (stop, child, starts) = (kubelet.stop.clone(), kubelet.child.clone(), kubelet.starts.clone());
        kubelet.thread = Some(std::thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                *child.lock().unwrap() = Some(make().process_group(0).spawn().unwrap());
                starts.fetch_add(1, Ordering::SeqCst);
                while child.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_none() {
                    std::thread::sleep(Duration::from_millis(20));
                }
                std::thread::sleep(pause);
            }
        }));
        kubelet
    }

    fn starts(&self) -> usize {
        self.starts.load(Ordering::SeqCst)
    }
}

impl Drop for Kubelet {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(child) = self.child.lock().unwrap().as_mut() {
            let _ = child.kill();
        }
        let _ = self.thread.take().unwrap().join();
    }
}

fn beside() -> (FunctionConfig, SocketAddr) {
    let api = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut config = config(Runtime::Beside(api), "", "");
    config.files.clear();
    config.timeout = Duration::from_secs(2);
    (config, api)
}

async fn pid(function: &Function) -> u64 {
    invoke(function, r#""pid""#).await.result()[1].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_one_at_a_time_and_what_is_crashed_or_hangs_is_told_and_replaced() {
    let (config, api) = beside();
    let function = start(config).await;
    // Events that come before it wait for it.
    let early = invoke_later(&function, r#""early""#);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let kubelet = Kubelet::run(api, Duration::from_millis(600));
    assert_eq!(early.await.unwrap().result()[0], json!("early"));
    function.warm().await;
    let first = pid(&function).await;

    let began = Instant::now();
    let (kind, message) = invoke(&function, r#""die""#).await.error();
    assert_eq!(kind, "Runtime.ExitError");
    assert!(message.ends_with("Runtime exited without providing a reason"), "{message}");
    // Long before its timeout.
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    let second = pid(&function).await;
    assert_ne!(first, second);

    let (kind, message) = invoke(&function, r#""hang""#).await.error();
    assert_eq!(kind, "Sandbox.Timedout", "{message}");
    common::eventually("the hung one is ended", || !common::is_alive(second)).await;
    assert_ne!(pid(&function).await, second);
    assert_eq!(kubelet.starts(), 3);
    function.stop(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_started_again_at_once_is_told_from_the_one_before() {
    let (config, api) = beside();
    let function = start(config).await;
    let kubelet = Kubelet::run(api, Duration::ZERO);
    for _ in 0..5 {
        assert_eq!(invoke(&function, r#""die""#).await.error().0, "Runtime.ExitError");
        pid(&function).await;
    }
    assert_eq!(kubelet.starts(), 6);
    function.stop(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_can_not_come_up_says_why_to_who_waits() {
    let (config, api) = beside();
    let function = start(config).await;
    let waiting = invoke_later(&function, r#""x""#);
    let kubelet = Kubelet::run(api, Duration::from_millis(100));
    assert_eq!(waiting.await.unwrap().result()[0], json!("x"));
    let running = pid(&function).await;
    std::fs::write(&kubelet.fails, "").unwrap();
    invoke(&function, r#""die""#).await.error();
    let (kind, message) = invoke(&function, r#""x""#).await.error();
    assert_eq!((kind.as_str(), message.as_str()), ("No", "not yet"));
    assert_ne!(pid(&function).await, running);
    function.stop(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_waits_for_what_was_taken_and_leaves_the_handler() {
    let (config, api) = beside();
    let function = start(config).await;
    let _kubelet = Kubelet::run(api, Duration::from_millis(100));
    let running = pid(&function).await;
    let slow = invoke_later(&function, r#""slow""#);
    tokio::time::sleep(Duration::from_millis(200)).await;
    function.drain(Duration::from_secs(10)).await;
    assert_eq!(slow.await.unwrap().result()[0], json!("slow"));
    assert!(common::is_alive(running));
    function.stop(Duration::ZERO).await;
    assert!(common::is_alive(running));
}

const INDEX: &str = "
import os, time
def handler(event, context):
    if event == 'exit': os._exit(5)
    if event == 'hang': time.sleep(600)
    return [event, context.function_name, context.aws_request_id, os.getpid()]
";

/// Behind a shell that stays, so that the process that asks is not the container's first.
#[tokio::test(flavor = "multi_thread")]
async fn the_public_client_for_python() {
    let Some(python) = std::env::var_os("STAGEGATE_TEST_AWSLAMBDARIC") else {
        println!("skipped: STAGEGATE_TEST_AWSLAMBDARIC names no python with awslambdaric");
        return;
    };
    let python = python.into_string().unwrap();
    let (config, api) = beside();
    let function = start(config).await;
    let kubelet = Kubelet::run_image(api, &format!("'{python}' -m awslambdaric index.handler; true"), INDEX);
    let mut pids = Vec::new();
    for event in [r#""exit""#, r#""hang""#, "1"] {
        let answer = invoke(&function, r#""x""#).await;
        let result = answer.result();
        assert_eq!((&result[0], &result[1]), (&json!("x"), &json!("hello")));
        assert_eq!(result[2], answer.headers["X-Amzn-RequestId"].to_str().unwrap());
        pids.push(result[3].as_u64().unwrap());
        if event != "1" {
            invoke(&function, event).await.error();
        }
    }
    assert_eq!(kubelet.starts(), 3);
    common::eventually("those before are gone", || !pids[..2].iter().any(|pid| common::is_alive(*pid))).await;
    function.stop(Duration::ZERO).await;
}

/// Its processes that ask are gone by the time it handles an event.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_by_other_programs() {
    let loop_ = r#"
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  event=$(curl -sS -D head "$api/next") || exit 1
  id=$(sed -n 's/^lambda-runtime-aws-request-id: *//Ip' head | tr -d '\r')
  case $event in '"hang"') sleep 600;; '"exit"') exit 3;; esac
  curl -sS -o /dev/null -d "[$event, $$]" "$api/$id/response"
done
"#;
    let (config, api) = beside();
    let function = start(config).await;
    let kubelet = Kubelet::run_image(api, loop_, "");
    let mut pids = Vec::new();
    for event in [r#""exit""#, r#""hang""#, "1"] {
        for number in 0..5 {
            let result = invoke(&function, number.to_string()).await.result();
            assert_eq!(result[0], json!(number));
            pids.push(result[1].as_u64().unwrap());
        }
        if event != "1" {
            invoke(&function, event).await.error();
        }
    }
    pids.dedup();
    assert_eq!((pids.len(), kubelet.starts()), (3, 3));
    common::eventually("those before are gone", || !pids[..2].iter().any(|pid| common::is_alive(*pid))).await;
    function.stop(Duration::ZERO).await;
}
