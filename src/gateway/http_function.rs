//! Phase: a version of a function that serves HTTP itself. It gets the request as it is; the body streams both ways.

use std::time::{Duration, Instant};

use http::{HeaderValue, Response};
use snapshot::{HttpTarget, LambdaTarget};

use crate::answer_body::AnswerBody;
use crate::exchange::Exchange;
use crate::http_proxy;
use crate::lambda::EXECUTED_VERSION;
use crate::proxy_headers::{self, Hop};
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::send_to_version;
use crate::service::Inbound;
use crate::upstream::{ConnectError, OnwardRequest, SendError};

pub(crate) async fn run(
    inbound: Box<Inbound>,
    exchange: &mut Exchange,
    address: &Address<'_, '_>,
    target: &LambdaTarget,
    http: &HttpTarget,
    timeout: Duration,
) -> Result<Response<AnswerBody>, Reject> {
    let Inbound { worker, moment, headers, body, .. } = *inbound;
    let version = moment.endpoints.version(&target.endpoint).ok_or(Reject::FunctionUnreachable)?;
    let path = http.path_for_function(address.path, exchange.uri.query());
    let path = path?;
    exchange.trace(&headers);
    let hop = Hop {
        source_ip: exchange.source_ip,
        port: worker.settings.listen.port(),
        proto: "http",
        authority: &http.authority,
        api_id: &address.api.name,
        trace_id: exchange.trace_text().unwrap_or_default(),
    };
    let mut head = OnwardRequest::begin(&exchange.method, &path);
    // The token for runtimes is none of it: whoever wrote the image would have it for every function.
    proxy_headers::onward(&headers, &hop, |name, value| OnwardRequest::header(&mut head, name, value));
    if let Some(log) = &mut exchange.execution_log
        && let Some(body) = body.as_whole()
    {
        log.request_body(body);
    }
    let mut request = OnwardRequest::finish(head, &exchange.method, body.onward());
    if let Some(log) = &mut exchange.execution_log {
        log.sending(&path, &target.endpoint, &request);
    }
    let start = Instant::now();
    let picked = version.pick(fastrand::u64(..)).ok_or(Reject::FunctionUnreachable)?;
    let sent = send_to_version::send(&worker, version, picked, &mut request, timeout).await;
    let now = Instant::now();
    exchange.integration_latency = Some(now - start);
    let (answer, lease, picked) = sent.map_err(|error| match error {
        SendError::Connect(_) if !is_late(&error) => {
            exchange.detail = Some(error.to_string());
            Reject::FunctionUnreachable
        }
        error => http_proxy::refuse(error, exchange),
    })?;
    exchange.endpoint = Some(picked);
    let mut response = http_proxy::pass_back(answer, lease, exchange, timeout, now)?;
    if let Ok(version) = HeaderValue::try_from(&*target.version) {
        response.headers_mut().insert(&EXECUTED_VERSION, version);
    }
    Ok(response)
}

fn is_late(error: &SendError) -> bool {
    matches!(error, SendError::Connect(ConnectError::Late))
}
