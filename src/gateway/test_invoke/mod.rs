//! One request that a person sends to see what becomes of it, by the very phases that others go through.
//!
//! It comes to the admin listener as `POST /test-invoke`, from this machine alone: it may bring content to serve along.

mod listener;
mod moment;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Limited};
use serde::{Deserialize, Serialize};
use snapshot::{Deployment, NamespacedName};
use tokio::sync::oneshot;

pub(crate) use listener::answer;
pub use moment::Shelf;

use crate::execution_log::LogLine;
use crate::live::Moment;
use crate::service::{self, Begun};
use crate::worker::Worker;

/// Longest body of an answer that is given back.
const LONGEST_ANSWER: usize = 10 * 1024 * 1024;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestRequest {
    /// Namespace of the API.
    pub namespace: String,
    /// Name of the `RestApi`.
    pub api: String,
    /// Stage, by its name in the URL; none only where a deployment is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Deployment to serve instead of the stage's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// Its content, where the gateway does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Deployment>,
    /// The canary's share is everything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub canary: bool,
    /// Set before those of the stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stage_variables: BTreeMap<String, String>,
    /// Method.
    pub method: String,
    /// Path below the stage, perhaps with a query.
    pub path: String,
    /// Headers, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Body, in Base64.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Address that the request is to come from; this machine's unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<IpAddr>,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestAnswer {
    /// Status.
    pub status: u16,
    /// Headers; of several with one name the last.
    pub headers: BTreeMap<String, String>,
    /// All of them.
    pub multi_value_headers: BTreeMap<String, Vec<String>>,
    /// Body; in Base64 where it is no text.
    pub body: String,
    /// Whether it is.
    pub is_base64_encoded: bool,
    /// Milliseconds from the request to the end of its answer.
    pub latency: u64,
    /// The execution, line by line.
    pub log: Vec<LogLine>,
}

/// A request to be answered as `moment` has its API.
pub(crate) struct Test {
    pub(crate) moment: Arc<Moment>,
    pub(crate) api: NamespacedName,
    pub(crate) request: Request<Bytes>,
    /// The head as a client would have sent it.
    pub(crate) head: Vec<u8>,
    pub(crate) source_ip: IpAddr,
}

/// The answer, or why there is none as a whole.
pub(crate) type Tested = Result<TestAnswer, String>;

pub(crate) async fn run(worker: &Rc<Worker>, test: Test) -> Tested {
    let Test { moment, api, request, head, source_ip } = test;
    let (to, log) = oneshot::channel();
    let start = Instant::now();
    let begun = Begun::inside(worker, moment, api, request, &head, source_ip).test(to);
    let (parts, body) = service::answer(begun).await.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER).collect().await;
    let latency = u64::try_from(start.elapsed().as_millis()).unwrap_or_default();
    let body = body.map_err(|error| format!("the answer's body broke off: {error}"))?.to_bytes();
    let (body, is_base64_encoded) = match std::str::from_utf8(&body) {
        Ok(plain) => (plain.to_owned(), false),
        Err(_) => (BASE64_STANDARD.encode(&body), true),
    };
    let multi_value_headers = all(&parts.headers);
    let last = |(name, values): (&String, &Vec<String>)| Some((name.clone(), values.last()?.clone()));
    Ok(TestAnswer {
        status: parts.status.as_u16(),
        headers: multi_value_headers.iter().filter_map(last).collect(),
        multi_value_headers,
        body,
        is_base64_encoded,
        latency,
        // It is sent before the body is dropped, which collecting it has done.
        log: log.await.unwrap_or_default(),
    })
}

fn all(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        all.entry(name.as_str().to_owned()).or_default().push(value);
    }
    all
}
