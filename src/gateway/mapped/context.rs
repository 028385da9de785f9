//! `$context`, as templates and mapped parameters see it.
//!
//! Developer guide, api-gateway-mapping-template-reference.

use serde_json::{Map, Value};

use crate::exchange::Exchange;
use crate::lambda_event::request_time;
use crate::resolve_stage::Address;
use crate::worker::Worker;

/// What is known of a request, as a tree. What a request without IAM or Cognito leaves empty is left out.
pub(crate) fn context(exchange: &Exchange, worker: &Worker, address: &Address<'_, '_>) -> Value {
    let domain = exchange.host.split(':').next().unwrap_or_default();
    let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let mut identity = Map::new();
    identity.insert("sourceIp".to_owned(), exchange.source_ip.to_string().into());
    if let Some(agent) = &exchange.user_agent {
        identity.insert("userAgent".to_owned(), text(agent).into());
    }
    let variant = exchange.variant.as_ref();
    let fields = [
        ("accountId", Value::from(worker.settings.account_id.as_str())),
        ("apiId", (*address.api.name).into()),
        ("deploymentId", variant.map_or("", |variant| &*variant.deployment).into()),
        ("domainName", domain.into()),
        ("domainPrefix", domain.split('.').next().unwrap_or_default().into()),
        ("extendedRequestId", text(&exchange.extended_request_id).into()),
        ("httpMethod", exchange.method.as_str().into()),
        ("identity", Value::Object(identity)),
        ("path", address.full_path.into()),
        ("protocol", exchange.protocol().into()),
        ("requestId", text(&exchange.request_id).into()),
        ("requestTime", request_time(exchange.epoch_millis).into()),
        ("requestTimeEpoch", exchange.epoch_millis.into()),
        ("resourceId", exchange.resource_id.as_deref().unwrap_or_default().into()),
        ("resourcePath", exchange.resource.as_deref().unwrap_or_default().into()),
        ("stage", (*address.stage.name).into()),
    ];
    let mut tree: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(trace) = exchange.trace_text() {
        tree.insert("xrayTraceId".to_owned(), trace.trim_start_matches("Root=").into());
    }
    // Recorded: it is there where a canary exists.
    if let Some(is_canary) = variant.and_then(|variant| variant.is_canary) {
        tree.insert("isCanaryRequest".to_owned(), is_canary.into());
    }
    Value::Object(tree)
}

/// The value at a dotted path, such as `identity.sourceIp`.
pub(crate) fn lookup<'c>(context: &'c Value, path: &str) -> Option<&'c Value> {
    path.split('.').try_fold(context, |value, part| value.get(part))
}
