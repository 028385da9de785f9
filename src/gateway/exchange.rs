//! One request on its way: what is known of it so far, for the answer's headers, the log and the metrics.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, Method, Uri, Version, header};
use snapshot::{ApiTable, LambdaTarget, VariantTable};

use crate::ids;
use crate::metrics::Flying;
use crate::reject::Reject;

pub(crate) struct Exchange {
    pub(crate) start: Instant,
    pub(crate) epoch_millis: u64,
    pub(crate) request_id: String,
    pub(crate) extended_request_id: String,
    pub(crate) trace_id: Option<String>,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) version: Version,
    pub(crate) host: String,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) source_ip: IpAddr,
    pub(crate) flying: Option<Flying>,
    pub(crate) api: Option<Arc<ApiTable>>,
    pub(crate) stage: Option<Arc<str>>,
    pub(crate) variant: Option<Arc<VariantTable>>,
    pub(crate) resource: Option<Arc<str>>,
    pub(crate) resource_id: Option<Arc<str>>,
    pub(crate) function: Option<Arc<LambdaTarget>>,
    pub(crate) integration_status: Option<u16>,
    pub(crate) integration_latency: Option<Duration>,
    pub(crate) reject: Option<Reject>,
    /// More on why, for the log; never for the caller.
    pub(crate) detail: Option<String>,
}

impl Exchange {
    pub(crate) fn new(parts: &http::request::Parts, source_ip: IpAddr) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let host = parts.uri.host().or_else(|| parts.headers.get(header::HOST).and_then(|h| h.to_str().ok()));
        Self {
            start: Instant::now(),
            epoch_millis: u64::try_from(since_epoch.as_millis()).unwrap_or_default(),
            request_id: ids::request_id(),
            extended_request_id: ids::extended_request_id(),
            trace_id: None,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            version: parts.version,
            host: host.unwrap_or_default().to_owned(),
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            source_ip,
            flying: None,
            api: None,
            stage: None,
            variant: None,
            resource: None,
            resource_id: None,
            function: None,
            integration_status: None,
            integration_latency: None,
            reject: None,
            detail: None,
        }
    }

    /// The trace id of the request, or a fresh one.
    pub(crate) fn trace(&mut self, headers: &HeaderMap) -> &str {
        let epoch_millis = self.epoch_millis;
        self.trace_id.get_or_insert_with(|| {
            let sent = headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
            let sent = sent.filter(|text| text.contains("Root=") && text.len() <= 256);
            sent.map_or_else(|| ids::trace_id(epoch_millis), str::to_owned)
        })
    }

    pub(crate) fn protocol(&self) -> &'static str {
        match self.version {
            Version::HTTP_2 => "HTTP/2.0",
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        }
    }
}
