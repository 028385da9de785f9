//! A request as mappings see it.

use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::exchange::Exchange;
use crate::live::Moment;
use crate::proxy_headers;
use crate::query;
use crate::raw_head::RawHead;
use crate::reject::Reject;
use crate::service::Inbound;
use crate::worker::Worker;

/// A request as mappings see it: the body whole, the query decoded, the headers that get past a gateway.
pub(crate) struct Received<'p> {
    /// Names as they were sent where `is_cased`, in lower case where not, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// Whether the case of names is known: HTTP/2 has none.
    is_cased: bool,
    pub(crate) query: Vec<(String, String)>,
    /// As they were sent.
    pub(crate) path: &'p [(&'p str, &'p str)],
    pub(crate) content_type: Option<String>,
    pub(crate) accept: Option<String>,
    pub(crate) body: Bytes,
}

impl<'p> Received<'p> {
    /// Reads the body; what else is needed of the request comes back beside it.
    pub(crate) async fn take(
        inbound: Box<Inbound>,
        exchange: &mut Exchange,
        path: &'p [(&'p str, &'p str)],
    ) -> Result<(Self, Rc<Worker>, Arc<Moment>), Reject> {
        let Inbound { worker, moment, headers, raw, body } = *inbound;
        exchange.trace(&headers);
        let text = |name| {
            headers.get(name).and_then(|value: &http::HeaderValue| Some(value.to_str().ok()?.to_owned()))
        };
        let (content_type, accept) = (text(CONTENT_TYPE), text(ACCEPT));
        let sent = sent(raw.as_ref(), &headers);
        let is_cased = raw.is_some();
        drop(raw);
        let query = exchange.uri.query().map(query::decoded).unwrap_or_default();
        let body = body.into_whole().await?;
        if let Some(log) = &mut exchange.execution_log {
            log.request_body(&body);
        }
        Ok((Self { headers: sent, is_cased, query, path, content_type, accept, body }, worker, moment))
    }

    /// What the gateway can tell of a request whose body it has not read.
    pub(crate) fn head(
        raw: Option<&RawHead>,
        headers: &http::HeaderMap,
        uri: &http::Uri,
        path: &'p [(&'p str, &'p str)],
    ) -> Self {
        let text = |name| {
            headers.get(name).and_then(|value: &http::HeaderValue| Some(value.to_str().ok()?.to_owned()))
        };
        Self {
            headers: sent(raw, headers),
            is_cased: raw.is_some(),
            query: uri.query().map(query::decoded).unwrap_or_default(),
            path,
            content_type: text(CONTENT_TYPE),
            accept: text(ACCEPT),
            body: Bytes::new(),
        }
    }

    /// Values of a header. Its name counts as it was sent (developer guide, api-gateway-known-issues: "processed in a
    /// case-sensitive way"), but for names that clients do not choose, which the service writes in a way of its own.
    pub(crate) fn header<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s str> {
        let is_any_case = !self.is_cased || IN_ANY_CASE.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.headers
            .iter()
            .filter(move |(known, _)| known == name || (is_any_case && known.eq_ignore_ascii_case(name)))
            .map(|(_, value)| &**value)
    }

    /// Values of a query parameter.
    pub(crate) fn query<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s str> {
        self.query.iter().filter(move |(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// A path parameter.
    pub(crate) fn path(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The media type of the body; `application/json` unless the request says so.
    pub(crate) fn media_type(&self) -> &str {
        self.content_type.as_deref().filter(|text| !text.trim().is_empty()).unwrap_or("application/json")
    }
}

/// Headers of HTTP itself that mappings are for.
const IN_ANY_CASE: [&str; 12] = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "Host",
    "Origin",
    "Referer",
    "User-Agent",
];

fn sent(raw: Option<&RawHead>, headers: &http::HeaderMap) -> Vec<(String, String)> {
    match raw {
        Some(raw) => visible(raw.headers()),
        None => visible(headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))),
    }
}

/// Recorded: templates and mappings see what a function would (http-headers-in-template).
fn visible<'h>(headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Vec<(String, String)> {
    let lossy = |bytes| String::from_utf8_lossy(bytes).into_owned();
    headers
        .filter(|(name, value)| {
            let is_signature =
                name.eq_ignore_ascii_case(b"authorization") && proxy_headers::is_signature(value);
            !is_signature && !proxy_headers::is_kept_from_functions(name)
        })
        .map(|(name, value)| (lossy(name), lossy(value)))
        .collect()
}
