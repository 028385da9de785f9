//! An HTTP endpoint that gets what was mapped, and nothing else of the request.

use snapshot::HttpPlan;

use super::endpoint::EndpointAnswer;
use super::headers::may_be_sent;
use super::onward::Onward;
use super::whole_exchange;
use crate::exchange::Exchange;
use crate::onward_body::OnwardBody;
use crate::query;
use crate::reject::Reject;
use crate::upstream::{OnwardRequest, TargetAddress};
use crate::worker::Worker;

pub(super) async fn call(
    worker: &Worker,
    exchange: &mut Exchange,
    plan: &HttpPlan,
    onward: Onward,
) -> Result<EndpointAnswer, Reject> {
    let parameters: Vec<(&str, &str)> = onward.path.iter().map(|(name, value)| (&**name, &**value)).collect();
    let path = plan.target.path_and_query(&parameters, Some(&query::written(&onward.query)))?;
    let method = plan.method.clone().unwrap_or_else(|| exchange.method.clone());
    let mut head = OnwardRequest::begin(&method, &path);
    write_headers(&mut head, exchange, plan, &onward);
    let request = OnwardRequest::finish(head, &method, OnwardBody::Whole(onward.body));
    let address = TargetAddress::of(&plan.target, plan.insecure_skip_verification);
    if let Some(log) = &mut exchange.execution_log {
        log.sending(&path, &plan.target.origin(), &request);
    }
    whole_exchange::run(worker, exchange, &address, request, plan.timeout).await
}

/// Recorded (http-custom-request-headers): what is mapped, and of the gateway's own what is not.
fn write_headers(head: &mut Vec<u8>, exchange: &Exchange, plan: &HttpPlan, onward: &Onward) {
    let api = exchange.api.as_ref().map_or("", |api| &*api.name);
    let agent = format!("AmazonAPIGateway_{api}");
    let own = [
        ("host", &*plan.target.authority),
        ("accept", "application/json"),
        ("user-agent", &agent),
        ("content-type", if onward.body.is_empty() { "" } else { &onward.media_type }),
        ("x-amzn-apigateway-api-id", api),
        ("x-amzn-trace-id", exchange.trace_text().unwrap_or_default()),
    ];
    let is_mapped = |name: &str| onward.headers.iter().any(|(mapped, _)| mapped.eq_ignore_ascii_case(name));
    for (name, value) in own.into_iter().filter(|(name, value)| !value.is_empty() && !is_mapped(name)) {
        OnwardRequest::header(head, name, value.as_bytes());
    }
    for (name, value) in &onward.headers {
        if may_be_sent(name, value) {
            OnwardRequest::header(head, name, value.as_bytes());
        }
    }
}
