//! A request as mappings see it.

use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::exchange::Exchange;
use crate::live::Moment;
use crate::proxy_headers;
use crate::query;
use crate::reject::Reject;
use crate::service::Inbound;
use crate::worker::Worker;

/// A request as mappings see it: the body whole, the query decoded, the headers that get past a gateway.
pub(crate) struct Received<'p> {
    /// Names as they were sent, in order.
    pub(crate) headers: Vec<(String, String)>,
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
        let sent = match &raw {
            Some(raw) => visible(raw.headers()),
            None => visible(headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))),
        };
        drop(raw);
        let query = exchange.uri.query().map(query::decoded).unwrap_or_default();
        let body = body.into_whole().await?;
        if let Some(log) = &mut exchange.execution_log {
            log.request_body(&body);
        }
        Ok((Self { headers: sent, query, path, content_type, accept, body }, worker, moment))
    }

    /// What the gateway can tell of a request whose body it has not read.
    pub(crate) fn head(headers: &http::HeaderMap, uri: &http::Uri, path: &'p [(&'p str, &'p str)]) -> Self {
        let sent = visible(headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())));
        let text = |name| {
            headers.get(name).and_then(|value: &http::HeaderValue| Some(value.to_str().ok()?.to_owned()))
        };
        Self {
            headers: sent,
            query: uri.query().map(query::decoded).unwrap_or_default(),
            path,
            content_type: text(CONTENT_TYPE),
            accept: text(ACCEPT),
            body: Bytes::new(),
        }
    }

    /// Values of a header, whatever the case of its name.
    pub(crate) fn header<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
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
