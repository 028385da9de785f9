//! What became of one request, phase by phase, in the words of the service's own execution log.
//!
//! A request has one only where a test-invoke or its stage asks for it. Lines are gathered as they come and made fit to
//! be read at the end: credentials are known as a whole only then.

mod redact;

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;
use crate::reject::Reject;
use crate::upstream::OnwardRequest;
use redact::Secrets;

/// Bytes that are shown of one line, unless `DataTrace::Whole`.
const SHOWN: usize = 1024;
/// And then: the service cuts at this.
const SHOWN_WHOLE: usize = 16 * 1024;
/// What is kept beyond, so that a credential which is cut off is still known for one: no head is longer.
const MARGIN: usize = 16 * 1024;

/// How much of the data is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// Nothing of paths, queries, headers and bodies.
    None,
    /// All of it, long lines cut.
    Shown,
    /// For a test: cut much later.
    Whole,
}

/// The execution log of one request.
#[derive(Debug)]
pub(crate) struct ExecutionLog {
    lines: Vec<(SystemTime, String)>,
    data: Data,
    secrets: Secrets,
    response_headers: String,
    response_body: Vec<u8>,
}

/// One line, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Milliseconds since the epoch.
    pub epoch_millis: u64,
    /// What was done.
    pub message: String,
}

impl ExecutionLog {
    pub(crate) fn new(data: Data) -> Self {
        Self {
            lines: Vec::with_capacity(20),
            data,
            secrets: Secrets::default(),
            response_headers: String::new(),
            response_body: Vec::new(),
        }
    }

    /// The request, as it came.
    pub(crate) fn begin(&mut self, exchange: &Exchange, headers: &HeaderMap, path: &[(&str, &str)]) {
        let id = exchange.request_id.to_str().unwrap_or_default();
        let (method, resource) = (&exchange.method, exchange.resource.as_deref().unwrap_or("none"));
        self.line(format!("Execution log for request {id}"));
        self.line(format!("Starting execution for request: {id}"));
        self.line(format!("HTTP Method: {method}, Resource Path: {resource}"));
        for (name, value) in headers {
            self.secrets.learn(name.as_str(), value.as_bytes());
        }
        if self.data == Data::None {
            return;
        }
        self.line(format!("Method request path: {}", pairs(path.iter().copied())));
        let query = exchange.uri.query().map(crate::query::decoded).unwrap_or_default();
        let query = query.iter().map(|(name, value)| (&**name, &**value));
        self.line(format!("Method request query string: {}", pairs(query)));
        let headers = headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
        let headers = self.headers(headers);
        self.line(format!("Method request headers: {headers}"));
    }

    /// The body, once it is there as a whole.
    pub(crate) fn request_body(&mut self, body: &[u8]) {
        self.data_line("Method request body before transformations: ", body);
    }

    /// What goes to the endpoint. `uri` says where as people have it, `to` which one was picked.
    pub(crate) fn sending(&mut self, uri: &str, to: &str, request: &OnwardRequest) {
        if self.data != Data::None {
            self.data_line("Endpoint request URI: ", uri.as_bytes());
            let headers = self.headers(request.headers());
            self.line(format!("Endpoint request headers: {headers}"));
            match request.whole_body() {
                Some(body) => self.onward_body(body),
                None => self.line("Endpoint request body after transformations: passes as it comes".into()),
            }
        }
        self.line(format!("Sending request to {to}"));
    }

    /// What a mock gets.
    pub(crate) fn onward_body(&mut self, body: &[u8]) {
        self.data_line("Endpoint request body after transformations: ", body);
    }

    /// What the endpoint answered; `body` is none where it passes as it comes.
    pub(crate) fn received<'h>(
        &mut self,
        status: u16,
        latency: Duration,
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
        body: Option<&[u8]>,
    ) {
        let millis = latency.as_millis();
        self.line(format!("Received response. Status: {status}, Integration latency: {millis} ms"));
        if self.data == Data::None {
            return;
        }
        let headers = self.headers(headers);
        self.line(format!("Endpoint response headers: {headers}"));
        match body {
            Some(body) => self.data_line("Endpoint response body before transformations: ", body),
            None => self.line("Endpoint response body before transformations: passes as it comes".into()),
        }
    }

    /// The head of the answer, and the body where it is there before it is packed.
    pub(crate) fn response(&mut self, headers: &HeaderMap, body: Option<&Bytes>) {
        let headers = headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
        self.response_headers = self.headers(headers);
        if let Some(body) = body {
            self.response_piece(body);
        }
    }

    /// A piece of the answer's body.
    pub(crate) fn response_piece(&mut self, piece: &[u8]) {
        let room = self.kept().saturating_sub(self.response_body.len());
        self.response_body.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// All of it, now that the request is over.
    pub(crate) fn end(mut self, exchange: &Exchange) -> Vec<LogLine> {
        if let Some(reject) = exchange.reject {
            self.line(failure(exchange, reject));
        }
        if self.data != Data::None {
            let body = std::mem::take(&mut self.response_body);
            self.data_line("Method response body after transformations: ", &body);
            let headers = std::mem::take(&mut self.response_headers);
            self.line(format!("Method response headers: {headers}"));
        }
        if exchange.reject.is_none() {
            self.line("Successfully completed execution".to_owned());
        }
        self.line(format!("Method completed with status: {}", exchange.status_code()));
        let shown = self.shown();
        let secrets = self.secrets;
        let line = |(at, text): (SystemTime, String)| LogLine {
            epoch_millis: millis(at),
            message: cut(secrets.hide(text), shown),
        };
        self.lines.into_iter().map(line).collect()
    }

    fn shown(&self) -> usize {
        if self.data == Data::Whole { SHOWN_WHOLE } else { SHOWN }
    }

    fn kept(&self) -> usize {
        self.shown() + MARGIN
    }

    fn line(&mut self, mut text: String) {
        let kept = self.kept();
        if text.len() > kept {
            text.truncate(text.floor_char_boundary(kept));
        }
        self.lines.push((SystemTime::now(), text));
    }

    fn data_line(&mut self, what: &str, data: &[u8]) {
        if self.data != Data::None {
            let data = String::from_utf8_lossy(&data[..data.len().min(self.kept())]);
            self.line(format!("{what}{data}"));
        }
    }

    /// Headers as text; the values of those that hold credentials are learnt, and not shown.
    fn headers<'h>(&mut self, headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> String {
        let mut shown = Vec::new();
        for (name, value) in headers {
            let name = String::from_utf8_lossy(name);
            let is_secret = self.secrets.learn(&name, value);
            let value = if is_secret { redact::HIDDEN.into() } else { String::from_utf8_lossy(value) };
            shown.push((name, value));
        }
        pairs(shown.iter().map(|(name, value)| (&**name, &**value)))
    }
}

/// The lines of a failed request on a stage that logs errors alone.
pub(crate) fn of_failure(exchange: &Exchange, reject: Reject) -> Vec<LogLine> {
    let id = exchange.request_id.to_str().unwrap_or_default();
    let (method, resource) = (&exchange.method, exchange.resource.as_deref().unwrap_or("none"));
    let lines = [
        format!("Execution log for request {id}"),
        format!("HTTP Method: {method}, Resource Path: {resource}"),
        cut(failure(exchange, reject), SHOWN),
        format!("Method completed with status: {}", exchange.status_code()),
    ];
    let epoch_millis = millis(SystemTime::now());
    lines.into_iter().map(|message| LogLine { epoch_millis, message }).collect()
}

fn failure(exchange: &Exchange, reject: Reject) -> String {
    let kind = match reject.response_type() {
        "API_CONFIGURATION_ERROR" => "configuration error",
        "INTEGRATION_TIMEOUT" => "a timeout error",
        "INTEGRATION_FAILURE" => "an error of the integration",
        _ if reject.status().is_server_error() => "an internal error",
        _ => "the request",
    };
    let mut text = format!("Execution failed due to {kind}: {reject}");
    for more in [&exchange.detail, &exchange.validation_error].into_iter().flatten() {
        // Writing to a String does not fail.
        let _ = write!(text, ": {more}");
    }
    text
}

/// `{a=1, b=2}`.
fn pairs<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest));
        text.push_str(" [TRUNCATED]");
    }
    text
}

fn millis(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}
