//! What handlers print.

// clippy takes what is outside a test function for production code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use common::{invoke, node, python, start};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// All that was logged to the target `function`: field by field.
static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

#[derive(Clone, Debug, Default, PartialEq)]
struct Line {
    function: String,
    version: String,
    request_id: String,
    stream: String,
    message: String,
}

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let place = match field.name() {
            "function" => &mut self.function,
            "version" => &mut self.version,
            "request_id" => &mut self.request_id,
            "stream" => &mut self.stream,
            "message" => &mut self.message,
            other => panic!("{other}"),
        };
        write!(place, "{value:?}").unwrap();
    }

    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

struct Keep;

impl<S: tracing::Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "function" {
            let mut line = Line::default();
            event.record(&mut line);
            LINES.lock().unwrap().push(line);
        }
    }
}

fn keep() {
    // Only the first test of the process sets it.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Keep));
}

/// The lines that there are at this moment, of one event.
fn lines_of(id: &str) -> Vec<(String, String)> {
    let lines = LINES.lock().unwrap();
    lines.iter().filter(|l| l.request_id == id).map(|l| (l.stream.clone(), l.message.clone())).collect()
}

fn stdout(line: impl Into<String>) -> (String, String) {
    ("stdout".to_owned(), line.into())
}

#[tokio::test]
async fn lines_carry_their_events_id_by_the_time_it_is_answered() {
    keep();
    let mut config = python(
        "
import logging, os, sys, subprocess, time
print('starting python')
logging.getLogger().setLevel('INFO')
def handler(event, context):
    if event == 'end':
        print('last', end='')
        os._exit(1)
    if event == 'hang':
        print('hanging')
        time.sleep(1000)
    print('one', event)
    print('unended', end='')
    print('error', file=sys.stderr)
    subprocess.run(['echo', 'from a child'])
    print('x' * 20000)
    logging.info('logged')
    if event == 1: raise ValueError('raised')
",
    );
    "logs".clone_into(&mut config.name);
    config.name = "hello".to_owned();
    config.version = "$LATEST".to_owned();
    config.timeout = Duration::from_secs(2);
    let function = start(config).await;
    for event in 0..10 {
        let answer = invoke(&function, event.to_string()).await;
        let id = answer.headers["X-Amzn-RequestId"].to_str().unwrap().to_owned();
        let lines = lines_of(&id);
        assert!(lines.contains(&stdout(format!("one {event}"))), "{lines:?}");
        assert!(lines.contains(&stdout("unendedfrom a child")), "{lines:?}");
        assert!(lines.contains(&("stderr".to_owned(), "error".to_owned())), "{lines:?}");
        let cut = format!("{} [TRUNCATED]", "x".repeat(16 * 1024));
        assert!(lines.contains(&stdout(cut)), "{lines:?}");
        assert!(lines.iter().any(|(_, line)| line.starts_with("[INFO]") && line.contains(&id)), "{lines:?}");
        let error = lines.iter().any(|(_, line)| line == "[ERROR] ValueError: raised");
        assert_eq!(error, event == 1, "{lines:?}");
    }
    for (event, line) in [("\"end\"", "last"), ("\"hang\"", "hanging")] {
        let answer = invoke(&function, event).await;
        let id = answer.headers["X-Amzn-RequestId"].to_str().unwrap().to_owned();
        answer.error();
        assert_eq!(lines_of(&id), [stdout(line)]);
    }
    function.stop(Duration::ZERO).await;
    let start = Line {
        function: "hello".to_owned(),
        version: "$LATEST".to_owned(),
        request_id: String::new(),
        stream: "stdout".to_owned(),
        message: "starting python".to_owned(),
    };
    assert!(LINES.lock().unwrap().contains(&start));
}

#[tokio::test]
async fn node_too() {
    keep();
    let function = start(node(
        "index.mjs",
        "export const handler = async (event) => { console.log('one', event); console.error('two'); };",
    ))
    .await;
    for event in 0..10 {
        let answer = invoke(&function, event.to_string()).await;
        let id = answer.headers["X-Amzn-RequestId"].to_str().unwrap().to_owned();
        let mut lines = lines_of(&id);
        lines.sort();
        assert_eq!(lines, [("stderr".to_owned(), "two".to_owned()), stdout(format!("one {event}"))]);
    }
    function.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn endless_output_neither_hangs_nor_grows() {
    keep();
    let mut config = python(
        "
import os, subprocess
def handler(event, context):
    if event: subprocess.Popen(['sh', '-c', 'yes $(printf ENDLESS%01000d 0)'])
    return event
",
    );
    config.timeout = Duration::from_secs(5);
    let function = start(config).await;
    for event in [1, 0, 0] {
        assert_eq!(invoke(&function, event.to_string()).await.result(), event);
    }
    function.stop(Duration::ZERO).await;
    LINES.lock().unwrap().retain(|line| !line.message.starts_with("ENDLESS"));
}
