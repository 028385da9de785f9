//! Phase: integrations that are no proxies. Requests and answers are made over by templates and mapped parameters.

mod answer;
mod aws_endpoint;
mod body;
mod context;
mod endpoint;
mod headers;
mod http_endpoint;
mod json;
mod lambda_endpoint;
mod loose_json;
mod mock_endpoint;
mod onward;
mod parameters;
mod received;
mod scope;
mod whole_exchange;

use http::Response;
use snapshot::mapping::{MappingPlan, RequestMapping};
use snapshot::{AwsPlan, Custom, HttpPlan, LambdaTarget};
use std::time::Duration;

use scope::Scope;

use crate::answer_body::AnswerBody;
use crate::exchange::Exchange;
use crate::ids;
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::service::Inbound;

pub(crate) use context::context;
pub(crate) use headers::may_be_sent;
pub(crate) use json::JsonBody;
pub(crate) use parameters::{in_path, query_values, request_value};
pub(crate) use received::Received;

/// Which endpoint a mapped request goes to.
pub(crate) enum Endpoint<'p> {
    Mock,
    Http(&'p HttpPlan),
    Aws(&'p AwsPlan),
    Lambda { target: &'p LambdaTarget, timeout: Duration },
}

/// A mapped integration.
pub(crate) struct Mapped<'p> {
    pub(crate) endpoint: Endpoint<'p>,
    pub(crate) parameters: Option<&'p RequestMapping>,
    pub(crate) mapping: &'p MappingPlan,
}

impl<'p> Mapped<'p> {
    pub(crate) fn mock(mapping: &'p MappingPlan) -> Self {
        Self { endpoint: Endpoint::Mock, parameters: None, mapping }
    }

    pub(crate) fn http(plan: &'p HttpPlan, mapping: &'p MappingPlan) -> Self {
        Self { endpoint: Endpoint::Http(plan), parameters: Some(&plan.parameters), mapping }
    }

    pub(crate) fn aws(plan: &'p AwsPlan) -> Self {
        let Custom { parameters, mapping } = &plan.custom;
        Self { endpoint: Endpoint::Aws(plan), parameters: Some(parameters), mapping }
    }

    pub(crate) fn lambda(target: &'p LambdaTarget, timeout: Duration, custom: &'p Custom) -> Self {
        let endpoint = Endpoint::Lambda { target, timeout };
        Self { endpoint, parameters: Some(&custom.parameters), mapping: &custom.mapping }
    }
}

/// Answers a request by a mapped integration.
pub(crate) async fn run(
    inbound: Box<Inbound>,
    exchange: &mut Exchange,
    address: &Address<'_, '_>,
    mapped: Mapped<'_>,
    path_parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    let variant = exchange.variant.clone().ok_or(Reject::UnknownRoute)?;
    let (received, worker, moment) = Received::take(inbound, exchange, path_parameters).await?;
    let mut scope = Scope {
        received: &received,
        variant: &variant,
        context: context(exchange, &worker, address),
        request_override: None,
        response_override: None,
    };
    let onward = onward::make(&mapped, &mut scope).map_err(|error| error.note(exchange))?;
    if let (Some(log), Endpoint::Mock) = (&mut exchange.execution_log, &mapped.endpoint) {
        log.onward_body(&onward.body);
    }
    let answer = match &mapped.endpoint {
        Endpoint::Mock => mock_endpoint::answer(&onward)?,
        Endpoint::Http(plan) => http_endpoint::call(&worker, exchange, plan, onward).await?,
        Endpoint::Aws(plan) => aws_endpoint::call(&worker, &moment, exchange, plan, onward).await?,
        Endpoint::Lambda { target, timeout } => {
            lambda_endpoint::call(&worker, &moment, exchange, target, *timeout, onward).await?
        }
    };
    let is_traced = answer.is_traced;
    let mut response =
        answer::make(mapped.mapping, answer, &mut scope).map_err(|error| error.note(exchange))?;
    if let Some(trace) = exchange.trace_id.as_ref().filter(|_| is_traced) {
        response.headers_mut().insert("x-amzn-trace-id", ids::answered_trace(trace));
    }
    Ok(response)
}
