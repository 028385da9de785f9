//! Phase: HTTP proxy integration. The body streams both ways.

use std::time::{Duration, Instant};

use http::Response;
use snapshot::HttpPlan;

use crate::answer_body::AnswerBody;
use crate::exchange::Exchange;
use crate::onward_body;
use crate::proxy_headers::{self, Hop};
use crate::proxy_parameters::ProxyParameters;
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::service::Inbound;
use crate::upstream::{Answer, ConnectError, ExchangeError, Lease, OnwardRequest, SendError, TargetAddress};

pub(crate) async fn run(
    inbound: Box<Inbound>,
    exchange: &mut Exchange,
    address: &Address<'_, '_>,
    plan: &HttpPlan,
    parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    exchange.trace(&inbound.headers);
    if plan.parameters.is_empty() {
        return pass(inbound, exchange, plan, parameters, None).await;
    }
    // In a box: most proxies map nothing, and their future is to be small.
    Box::pin(pass_mapped(inbound, exchange, address, plan, parameters)).await
}

async fn pass_mapped(
    mut inbound: Box<Inbound>,
    exchange: &mut Exchange,
    address: &Address<'_, '_>,
    plan: &HttpPlan,
    parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    let mapped = ProxyParameters::of(&mut inbound, exchange, address, plan, parameters).await?;
    let path: Vec<_> = mapped.path(parameters).collect();
    pass(inbound, exchange, plan, &path, Some(&mapped)).await
}

async fn pass(
    inbound: Box<Inbound>,
    exchange: &mut Exchange,
    plan: &HttpPlan,
    parameters: &[(&str, &str)],
    mapped: Option<&ProxyParameters>,
) -> Result<Response<AnswerBody>, Reject> {
    let HttpPlan { target, timeout, .. } = plan;
    let timeout = *timeout;
    let sent = exchange.uri.query();
    let path = match mapped {
        None => target.path_and_query(parameters, sent),
        Some(mapped) => target.path_and_query(parameters, Some(&mapped.query(sent))),
    };
    let path = path?;
    let method = plan.method.as_ref().unwrap_or(&exchange.method);
    let mut head = OnwardRequest::begin(method, &path);
    let hop = Hop {
        source_ip: exchange.source_ip,
        port: inbound.worker.settings.listen.port(),
        proto: "http",
        authority: &target.authority,
        api_id: exchange.api.as_ref().map_or("", |api| &*api.name),
        trace_id: exchange.trace_text().unwrap_or_default(),
    };
    proxy_headers::onward(&inbound.headers, &hop, |name, value| {
        if mapped.is_none_or(|mapped| !mapped.has_header(name)) {
            OnwardRequest::header(&mut head, name, value);
        }
    });
    if let Some(mapped) = mapped {
        mapped.write_headers(&mut head);
    }
    if let Some(log) = &mut exchange.execution_log
        && let Some(body) = inbound.body.as_whole()
    {
        log.request_body(body);
    }
    let mut request = OnwardRequest::finish(head, method, inbound.body.onward());
    if let Some(log) = &mut exchange.execution_log {
        log.sending(&path, &target.origin(), &request);
    }
    let address = TargetAddress::of(target, plan.insecure_skip_verification);
    let sent = Instant::now();
    let outcome = inbound.worker.pool.send(&address, &mut request, sent, timeout).await;
    let now = Instant::now();
    exchange.integration_latency = Some(now - sent);
    let (answer, lease) = outcome.map_err(|error| refuse(error, exchange))?;
    pass_back(answer, lease, exchange, timeout, now)
}

/// The answer to the client; it streams where it was not all there with its head. `patience` is how long it may pause.
pub(crate) fn pass_back(
    answer: Answer,
    mut lease: Lease,
    exchange: &mut Exchange,
    patience: Duration,
    now: Instant,
) -> Result<Response<AnswerBody>, Reject> {
    exchange.integration_status = Some(answer.head.status.as_u16());
    if let Some(log) = &mut exchange.execution_log {
        let took = exchange.integration_latency.unwrap_or_default();
        log.received(answer.head.status.as_u16(), took, answer.head.headers(), None);
    }
    let mut reader = answer.reader;
    let first = lease.take(&mut reader).map_err(|error| {
        exchange.detail = Some(error.to_string());
        Reject::EndpointUnreachable
    })?;
    let body = if reader.is_over() {
        lease.give_back(now);
        AnswerBody::whole(first)
    } else {
        AnswerBody::stream(first, reader, lease, patience)
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.head.status;
    *response.headers_mut() = proxy_headers::backward(answer.head.headers());
    Ok(response)
}

pub(crate) fn refuse(error: SendError, exchange: &mut Exchange) -> Reject {
    exchange.detail = Some(error.to_string());
    match error {
        SendError::Connect(ConnectError::Denied(_)) => Reject::EndpointDenied,
        SendError::Connect(ConnectError::Late) | SendError::Exchange(ExchangeError::Late) => {
            Reject::IntegrationTimeout
        }
        SendError::Exchange(ExchangeError::Body(error)) => onward_body::reject(error),
        SendError::Connect(_) | SendError::Exchange(_) => Reject::EndpointUnreachable,
    }
}
