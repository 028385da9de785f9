//! Phase: Lambda proxy integration (payload 1.0), by the Lambda Invoke API.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use snapshot::LambdaTarget;

use crate::body::{AnswerBody, OnwardBody, read_whole};
use crate::connect::TargetAddress;
use crate::exchange::Exchange;
use crate::lambda_answer::{self, AnswerError};
use crate::lambda_event::{self, EventInput, Forwarded, RequestContext};
use crate::live::Endpoint;
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::service::Inbound;
use crate::worker::Worker;

static TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
static REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
static FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
static EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");

/// Longest payload taken from a function: 6 MB by the limits, with room for base64 and escapes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

pub(crate) async fn run(
    inbound: Inbound<'_>,
    exchange: &mut Exchange,
    address: &Address<'_, '_>,
    target: &LambdaTarget,
    timeout: Duration,
    parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    let Inbound { worker, moment, headers, raw, body } = inbound;
    let endpoint = moment.endpoints.get(&target.endpoint).ok_or(Reject::FunctionUnreachable)?;
    let body = read_whole(body).await?;
    let variant = exchange.variant.clone().ok_or(Reject::UnknownRoute)?;
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let types = &variant.binary_media_types;
    let is_binary = lambda_answer::matches_binary(types, media);
    let decode =
        lambda_answer::accepts_binary(types, headers.get(ACCEPT).and_then(|value| value.to_str().ok()));
    exchange.trace(&headers);
    let sent_headers = match &raw {
        Some(raw) => raw.headers().collect::<Vec<_>>(),
        None => headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())).collect(),
    };
    let event = event(
        exchange,
        worker,
        address,
        &variant.variables_json,
        &sent_headers,
        parameters,
        &body,
        is_binary,
    );
    drop(sent_headers);
    drop((raw, body));
    let sent = Instant::now();
    let outcome = tokio::time::timeout(timeout, invoke(worker, endpoint, target, exchange, event)).await;
    exchange.integration_latency = Some(sent.elapsed());
    let payload = outcome.map_err(|_| Reject::IntegrationTimeout)??;
    let answer = lambda_answer::parse(&payload, decode).map_err(|error| {
        exchange.detail = Some(error.to_string());
        match error {
            AnswerError::BadBase64 => Reject::BadBase64,
            _ => Reject::MalformedAnswer,
        }
    })?;
    let mut response = Response::new(AnswerBody::whole(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(|_| Reject::MalformedAnswer)?;
    for (name, value) in answer.headers {
        response.headers_mut().append(name, value);
    }
    if let Some(Ok(trace)) = exchange.trace_id.as_deref().map(HeaderValue::try_from) {
        response.headers_mut().insert(&TRACE_ID, trace);
    }
    if let Ok(version) = HeaderValue::try_from(&*target.version) {
        response.headers_mut().insert(&EXECUTED_VERSION, version);
    }
    Ok(response)
}

#[allow(clippy::too_many_arguments, reason = "they are the parts of an event, each from another phase")]
fn event(
    exchange: &Exchange,
    worker: &Worker,
    address: &Address<'_, '_>,
    variables_json: &str,
    headers: &[(&[u8], &[u8])],
    parameters: &[(&str, &str)],
    body: &[u8],
    is_binary: bool,
) -> Vec<u8> {
    let domain = exchange.host.split(':').next().unwrap_or_default();
    let source_ip = exchange.source_ip.to_string();
    let context = RequestContext {
        account_id: &worker.settings.account_id,
        api_id: &address.api.name,
        deployment_id: exchange.variant.as_ref().map_or("", |variant| &*variant.deployment),
        domain_name: domain,
        domain_prefix: domain.split('.').next().unwrap_or_default(),
        extended_request_id: &exchange.extended_request_id,
        request_id: &exchange.request_id,
        resource_id: exchange.resource_id.as_deref().unwrap_or_default(),
        resource_path: exchange.resource.as_deref().unwrap_or_default(),
        stage: &address.stage.name,
        path: address.full_path,
        protocol: exchange.protocol(),
        http_method: exchange.method.as_str(),
        source_ip: &source_ip,
        user_agent: exchange.user_agent.as_ref().and_then(|value| value.to_str().ok()),
        epoch_millis: exchange.epoch_millis,
    };
    let forwarded = Forwarded {
        host: &exchange.host,
        source_ip: &source_ip,
        port: worker.settings.listen.port(),
        proto: "http",
        trace_id: exchange.trace_id.as_deref().unwrap_or_default(),
    };
    lambda_event::build(&EventInput {
        resource: exchange.resource.as_deref().unwrap_or_default(),
        path: address.path,
        http_method: exchange.method.as_str(),
        headers,
        forwarded: &forwarded,
        query: exchange.uri.query(),
        path_parameters: parameters,
        stage_variables_json: variables_json,
        body,
        body_is_binary: is_binary,
        context: &context,
    })
}

async fn invoke(
    worker: &Worker,
    endpoint: &Endpoint,
    target: &LambdaTarget,
    exchange: &mut Exchange,
    event: Vec<u8>,
) -> Result<Bytes, Reject> {
    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(HOST, HeaderValue::from_static("stagegate"));
    headers.insert(AUTHORIZATION, endpoint.authorization.clone());
    if let Ok(id) = HeaderValue::try_from(&*exchange.request_id) {
        headers.insert(&REQUEST_ID, id);
    }
    if let Some(Ok(trace)) = exchange.trace_id.as_deref().map(HeaderValue::try_from) {
        headers.insert(&TRACE_ID, trace);
    }
    let mut request = Request::new(OnwardBody::whole(event));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target.invoke_path.parse::<Uri>().map_err(|_| Reject::FunctionUnreachable)?;
    *request.headers_mut() = headers;
    let sent = worker.pool.send(&TargetAddress::Endpoint(endpoint.address), request).await;
    let (response, lease) = sent.map_err(|error| {
        exchange.detail = Some(error.to_string());
        Reject::FunctionUnreachable
    })?;
    let (parts, incoming) = response.into_parts();
    exchange.integration_status = Some(parts.status.as_u16());
    let payload = Limited::new(incoming, LONGEST_ANSWER).collect().await.map_err(|error| {
        exchange.detail = Some(error.to_string());
        Reject::MalformedAnswer
    })?;
    lease.give_back();
    let payload = payload.to_bytes();
    match parts.status {
        StatusCode::TOO_MANY_REQUESTS => Err(Reject::FunctionBusy),
        status if !status.is_success() => {
            exchange.detail = Some(format!("the runtime answered {status}"));
            Err(Reject::FunctionUnreachable)
        }
        _ if parts.headers.contains_key(&FUNCTION_ERROR) => {
            exchange.detail = Some(excerpt(&payload));
            Err(Reject::FunctionError)
        }
        _ => Ok(payload),
    }
}

/// The beginning of an error payload, for the log.
fn excerpt(payload: &[u8]) -> String {
    String::from_utf8_lossy(&payload[..payload.len().min(512)]).into_owned()
}
