//! Phase: Lambda proxy integration (payload 1.0), by the Lambda Invoke API.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use snapshot::LambdaTarget;

use crate::answer_body::AnswerBody;
use crate::endpoints::Version;
use crate::exchange::Exchange;
use crate::ids;
use crate::lambda_answer::{self, AnswerError};
use crate::lambda_event::{self, EventInput, Forwarded, RequestContext};
use crate::onward_body::OnwardBody;
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::send_to_version;
use crate::service::Inbound;
use crate::upstream::{ConnectError, ExchangeError, OnwardRequest, SendError};
use crate::whole_answer::read_whole_answer;
use crate::worker::Worker;

static TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
pub(crate) static EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");

pub(crate) async fn run(
    inbound: Box<Inbound>,
    exchange: &mut Exchange,
    address: &Address<'_, '_>,
    target: &LambdaTarget,
    timeout: Duration,
    parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    let Inbound { worker, moment, headers, raw, body } = *inbound;
    let version = moment.endpoints.version(&target.endpoint).ok_or(Reject::FunctionUnreachable)?;
    let body = body.into_whole().await?;
    if let Some(log) = &mut exchange.execution_log {
        log.request_body(&body);
    }
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
        &worker,
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
    let invocation = Invocation { event: event.into(), is_event: false };
    let outcome =
        tokio::time::timeout(timeout, invoke(&worker, version, target, exchange, invocation, timeout)).await;
    exchange.integration_latency = Some(sent.elapsed());
    let Answered { payload, is_error } = outcome.map_err(|_| Reject::IntegrationTimeout)??;
    if is_error {
        return Err(Reject::FunctionError);
    }
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
    if let Some(trace) = &exchange.trace_id {
        response.headers_mut().insert(&TRACE_ID, ids::answered_trace(trace));
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
        extended_request_id: exchange.extended_request_id.to_str().unwrap_or_default(),
        request_id: exchange.request_id.to_str().unwrap_or_default(),
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
        trace_id: exchange.trace_text().unwrap_or_default(),
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

/// What a function is invoked with.
pub(crate) struct Invocation {
    pub(crate) event: Bytes,
    /// Whether nobody waits for the answer.
    pub(crate) is_event: bool,
}

/// What a function answered.
pub(crate) struct Answered {
    pub(crate) payload: Bytes,
    /// Whether it is an error of the function's.
    pub(crate) is_error: bool,
}

pub(crate) async fn invoke(
    worker: &Worker,
    version: &Version,
    target: &LambdaTarget,
    exchange: &mut Exchange,
    invocation: Invocation,
    timeout: Duration,
) -> Result<Answered, Reject> {
    let picked = version.pick(fastrand::u64(..)).ok_or(Reject::FunctionUnreachable)?;
    let mut head = OnwardRequest::begin(&Method::POST, &target.invoke_path);
    OnwardRequest::header(&mut head, "host", b"stagegate");
    OnwardRequest::header(&mut head, "authorization", picked.authorization().as_bytes());
    OnwardRequest::header(&mut head, "x-amzn-requestid", exchange.request_id.as_bytes());
    if invocation.is_event {
        OnwardRequest::header(&mut head, "x-amz-invocation-type", b"Event");
    }
    if let Some(trace) = &exchange.trace_id {
        OnwardRequest::header(&mut head, "x-amzn-trace-id", trace.as_bytes());
    }
    let mut request = OnwardRequest::finish(head, &Method::POST, OnwardBody::Whole(invocation.event));
    if let Some(log) = &mut exchange.execution_log {
        log.sending(&target.invoke_path, &target.endpoint, &request);
    }
    let start = Instant::now();
    let sent = send_to_version::send(worker, version, picked, &mut request, timeout).await;
    let (answer, lease, picked) = sent.map_err(|error| {
        exchange.detail = Some(error.to_string());
        match error {
            SendError::Connect(ConnectError::Late) | SendError::Exchange(ExchangeError::Late) => {
                Reject::IntegrationTimeout
            }
            _ => Reject::FunctionUnreachable,
        }
    })?;
    let status = answer.head.status;
    exchange.integration_status = Some(status.as_u16());
    let payload = read_whole_answer(answer.reader, lease).await.map_err(|error| {
        picked.failed();
        exchange.detail = Some(error.to_string());
        Reject::MalformedAnswer
    })?;
    if let Some(log) = &mut exchange.execution_log {
        log.received(status.as_u16(), start.elapsed(), answer.head.headers(), Some(&payload));
    }
    let is_error = |name: &[u8]| name.eq_ignore_ascii_case(b"x-amz-function-error");
    match status {
        StatusCode::TOO_MANY_REQUESTS => Err(Reject::FunctionBusy),
        status if !status.is_success() => {
            exchange.detail = Some(format!("the runtime answered {status}"));
            Err(Reject::FunctionUnreachable)
        }
        _ => {
            let is_error = answer.head.headers().any(|(name, _)| is_error(name));
            if is_error {
                exchange.detail = Some(excerpt(&payload));
            }
            Ok(Answered { payload, is_error })
        }
    }
}

/// The beginning of an error payload, for the log.
fn excerpt(payload: &[u8]) -> String {
    String::from_utf8_lossy(&payload[..payload.len().min(512)]).into_owned()
}
