//! Parameters that a proxy integration maps: they stand before those of the request.

use snapshot::HttpPlan;
use snapshot::mapping::Place;

use crate::exchange::Exchange;
use crate::mapped::{self, JsonBody, Received};
use crate::query;
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::service::Inbound;
use crate::upstream::OnwardRequest;

/// Mapped parameters of one request.
#[derive(Default)]
pub(crate) struct ProxyParameters {
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    path: Vec<(String, String)>,
}

impl ProxyParameters {
    /// Finds the values. The body is read whole only where one of them is in it.
    pub(crate) async fn of(
        inbound: &mut Inbound,
        exchange: &Exchange,
        address: &Address<'_, '_>,
        plan: &HttpPlan,
        parameters: &[(&str, &str)],
    ) -> Result<Self, Reject> {
        let json = if plan.parameters.reads_body() {
            JsonBody::read(inbound.body.whole().await?).map_err(|_| Reject::InvalidJson)?
        } else {
            JsonBody::Unread
        };
        let received = Received::head(&inbound.headers, &exchange.uri, parameters);
        let context = mapped::context(exchange, &inbound.worker, address);
        let mut found = Self::default();
        for (place, source) in plan.parameters.entries() {
            let value = || mapped::request_value(source, &received, &json, &context);
            match place {
                Place::Query(name) => {
                    let values = mapped::query_values(source, &received, &json, &context);
                    found.query.extend(values.into_iter().map(|value| (name.to_string(), value)));
                }
                Place::Header(name) => found.headers.extend(value().map(|value| (name.to_string(), value))),
                Place::Path(name) => {
                    found
                        .path
                        .extend(value().map(|value| (name.to_string(), mapped::in_path(source, value))));
                }
            }
        }
        Ok(found)
    }

    /// Path parameters: the mapped ones first, since the first of a name counts.
    pub(crate) fn path<'s>(
        &'s self,
        sent: &'s [(&'s str, &'s str)],
    ) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.path.iter().map(|(name, value)| (&**name, &**value)).chain(sent.iter().copied())
    }

    /// The query: what was sent, but for what is mapped, and what is mapped.
    pub(crate) fn query(&self, sent: Option<&str>) -> String {
        let is_mapped = |part: &&str| {
            let sent = query::decoded(part);
            sent.iter().any(|(name, _)| self.query.iter().any(|(mapped, _)| mapped == name))
        };
        let mut parts: Vec<String> = sent
            .into_iter()
            .flat_map(|sent| sent.split('&'))
            .filter(|part| !part.is_empty() && !is_mapped(part))
            .map(str::to_owned)
            .collect();
        if !self.query.is_empty() {
            parts.push(query::written(&self.query));
        }
        parts.join("&")
    }

    /// Whether a header is mapped.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(mapped, _)| mapped.eq_ignore_ascii_case(name))
    }

    /// Writes the mapped headers; what can't stand in a header line is left out.
    pub(crate) fn write_headers(&self, head: &mut Vec<u8>) {
        for (name, value) in &self.headers {
            if mapped::may_be_sent(name, value) {
                OnwardRequest::header(head, name, value.as_bytes());
            }
        }
    }
}
