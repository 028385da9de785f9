//! Events that nobody waits for.

mod common;

use std::time::{Duration, Instant};

use common::{invoke, python, request, send, start};
use stagegate_runtime::FunctionConfig;

#[tokio::test]
async fn an_event_is_accepted_before_it_is_done() {
    let marker = tempfile::tempdir().unwrap();
    let file = marker.path().join("done");
    let code = format!(
        "import time\ndef handler(event, context):\n    time.sleep(0.5)\n    open({file:?}, 'w').write(event['a'])"
    );
    let function = start(python(&code)).await;
    let mut event = request("{\"a\": \"b\"}");
    event.headers_mut().insert("X-Amz-Invocation-Type", "Event".parse().unwrap());
    let answer = send(function.address(), event).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (202, 0));
    assert!(!file.exists());
    // A stop waits for it as for any other event.
    function.stop(Duration::from_secs(10)).await;
    assert_eq!(std::fs::read_to_string(file).unwrap(), "b");
}

/// Each try appends to the file; the second and later ones, of the second event, succeed.
#[tokio::test]
async fn an_event_that_fails_is_tried_again() {
    let marker = tempfile::tempdir().unwrap();
    let file = marker.path().join("tries");
    let code = format!(
        "import os\ndef handler(event, context):\n    with open({file:?}, 'a') as f: f.write(event + context.aws_request_id + '\\n')\n    \
         tries = sum(line.startswith(event) for line in open({file:?}))\n    if event == 'a' or tries < 2: raise ValueError(tries)"
    );
    let retries = vec![Duration::from_millis(50); 2];
    let function = start(FunctionConfig { retries, ..python(&code) }).await;
    for event in ["a", "b"] {
        let mut request = request(format!("\"{event}\""));
        request.headers_mut().insert("X-Amz-Invocation-Type", "Event".parse().unwrap());
        assert_eq!(send(function.address(), request).await.status.as_u16(), 202);
    }
    let tries = || std::fs::read_to_string(&file).unwrap_or_default();
    let deadline = Instant::now() + Duration::from_secs(20);
    while tries().matches('\n').count() < 5 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let tries = tries();
    let mut each: Vec<&str> = tries.lines().collect();
    each.sort_unstable();
    let ids: std::collections::BTreeSet<&str> = each.iter().copied().collect();
    assert_eq!(
        (each.len(), ids.len()),
        (5, 2),
        "three times one, twice the other, each under its own id: {tries}"
    );
    function.stop(Duration::ZERO).await;
}

/// One that waits to be tried again keeps no stop waiting.
#[tokio::test]
async fn a_stop_does_not_wait_for_a_retry() {
    let function = start(python("def handler(event, context): raise ValueError()")).await;
    let mut event = request("{}");
    event.headers_mut().insert("X-Amz-Invocation-Type", "Event".parse().unwrap());
    assert_eq!(send(function.address(), event).await.status.as_u16(), 202);
    assert_eq!(invoke(&function, "{}").await.error().0, "ValueError");
    let begun = Instant::now();
    function.stop(Duration::from_secs(30)).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
