//! Access log: a JSON line a request, with the names of `$context`.

use std::cell::RefCell;
use std::io::Write as _;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use serde::Serialize;

use crate::exchange::Exchange;
use crate::execution_log::LogLine;

/// Where access logs go.
pub enum LogSink {
    /// Nowhere.
    Off,
    /// To a file or standard output.
    To(Box<dyn std::io::Write + Send>),
}

/// A worker's end of the log: lines are gathered and handed over in batches, so that a slow disk or terminal does not
/// hold requests up. When the writer is too far behind, batches are dropped, and how many lines is said in the log.
pub(crate) struct AccessLog {
    batch: Option<RefCell<Batch>>,
}

struct Batch {
    lines: Vec<u8>,
    count: u64,
    dropped: u64,
    to: SyncSender<Vec<u8>>,
}

/// A batch this large is handed over at once; smaller ones by the worker's timer.
const BATCH_BYTES: usize = 64 * 1024;
/// Batches that may wait for the writer.
const BATCHES: usize = 64;

/// Starts the writer; each worker takes a clone of what is returned.
pub(crate) fn start(sink: LogSink) -> Option<SyncSender<Vec<u8>>> {
    let LogSink::To(mut out) = sink else { return None };
    let (to, from) = sync_channel::<Vec<u8>>(BATCHES);
    std::thread::spawn(move || {
        for batch in from {
            if let Err(error) = out.write_all(&batch).and_then(|()| out.flush()) {
                tracing::error!(%error, "the access log can't be written");
                return;
            }
        }
    });
    Some(to)
}

impl AccessLog {
    pub(crate) fn new(to: Option<SyncSender<Vec<u8>>>) -> Self {
        let batch =
            |to| RefCell::new(Batch { lines: Vec::with_capacity(BATCH_BYTES), count: 0, dropped: 0, to });
        Self { batch: to.map(batch) }
    }

    pub(crate) fn write(&self, exchange: &Exchange, latency: Duration) {
        if self.batch.is_some() {
            self.write_line(&Line::of(exchange, latency));
        }
    }

    /// Writes the execution log of a request, one line for all of it: so it stays together.
    pub(crate) fn write_execution(&self, exchange: &Exchange, log: &[LogLine]) {
        self.write_line(&Noted {
            execution_log: log,
            request_id: exchange.request_id.to_str().unwrap_or_default(),
            namespace: exchange.api.as_ref().map(|api| &*api.namespace),
            api_id: exchange.api.as_ref().map(|api| &*api.name),
            stage: exchange.stage.as_deref(),
        });
    }

    fn write_line(&self, line: &impl Serialize) {
        let Some(batch) = &self.batch else { return };
        let mut batch = batch.borrow_mut();
        let before = batch.lines.len();
        if serde_json::to_writer(&mut batch.lines, line).is_err() {
            batch.lines.truncate(before);
            return;
        }
        batch.lines.push(b'\n');
        batch.count += 1;
        if batch.lines.len() >= BATCH_BYTES {
            batch.hand_over();
        }
    }

    /// Hands over what is there; called by the worker's timer and at its end.
    pub(crate) fn flush(&self) {
        if let Some(batch) = &self.batch {
            batch.borrow_mut().hand_over();
        }
    }
}

impl Batch {
    fn hand_over(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        if self.dropped > 0 {
            let _ = writeln!(self.lines, "{{\"droppedLines\":{}}}", self.dropped);
        }
        let lines = std::mem::replace(&mut self.lines, Vec::with_capacity(BATCH_BYTES));
        let count = std::mem::take(&mut self.count);
        match self.to.try_send(lines) {
            Ok(()) => self.dropped = 0,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => self.dropped += count,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Noted<'a> {
    request_id: &'a str,
    namespace: Option<&'a str>,
    api_id: Option<&'a str>,
    stage: Option<&'a str>,
    execution_log: &'a [LogLine],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    request_id: &'a str,
    extended_request_id: &'a str,
    request_time_epoch: u64,
    source_ip: std::net::IpAddr,
    user_agent: Option<&'a str>,
    domain_name: &'a str,
    http_method: &'a str,
    path: &'a str,
    protocol: &'a str,
    api_id: Option<&'a str>,
    stage: Option<&'a str>,
    deployment_id: Option<&'a str>,
    is_canary_request: Option<bool>,
    resource_path: Option<&'a str>,
    function: Option<&'a str>,
    executed_version: Option<&'a str>,
    status: u16,
    response_length: u64,
    response_latency: u64,
    integration_status: Option<u16>,
    integration_latency: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xray_trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl<'a> Line<'a> {
    fn of(e: &'a Exchange, latency: Duration) -> Self {
        Self {
            request_id: text(&e.request_id),
            extended_request_id: text(&e.extended_request_id),
            request_time_epoch: e.epoch_millis,
            source_ip: e.source_ip,
            user_agent: e.user_agent.as_ref().and_then(|value| value.to_str().ok()),
            domain_name: &e.host,
            http_method: e.method.as_str(),
            path: e.uri.path(),
            protocol: e.protocol(),
            api_id: e.api.as_ref().map(|api| &*api.name),
            stage: e.stage.as_deref(),
            deployment_id: e.variant.as_ref().map(|v| &*v.deployment),
            is_canary_request: e.variant.as_ref().and_then(|v| v.is_canary),
            resource_path: e.resource.as_deref(),
            function: e.function.as_ref().map(|f| &*f.function),
            executed_version: e.function.as_ref().map(|f| &*f.version),
            status: e.status_code(),
            response_length: e.response_length,
            response_latency: millis(latency),
            integration_status: e.integration_status,
            integration_latency: e.integration_latency.map(millis),
            xray_trace_id: e.trace_text(),
            error: match (e.reject, &e.detail) {
                (Some(reject), Some(detail)) => Some(format!("{reject}: {detail}")),
                (Some(reject), None) => Some(reject.to_string()),
                (None, _) if e.status.is_none() => {
                    Some("the client went away before there was an answer".to_owned())
                }
                (None, _) => None,
            },
        }
    }
}

fn text(value: &http::HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
