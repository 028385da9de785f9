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
        let (stop, child, starts) = (Arc::<AtomicBool>::default(), Arc::default(), Arc::default());
        let mut kubelet = Self { stop, child, starts, thread: None, fails: fails.clone(), _folder: folder };
        let (stop, child, starts) = (kubelet.stop.clone(), kubelet.child.clone(), kubelet.starts.clone());
        kubelet.thread = Some(std::thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                let mut command = Command::new("python3");
                command.args(["-c", HANDLER]).arg(&fails).env("AWS_LAMBDA_RUNTIME_API", api.to_string());
                *child.lock().unwrap() = Some(command.process_group(0).spawn().unwrap());
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
