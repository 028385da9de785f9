//! Phase: HTTP proxy integration. The body streams both ways.

use std::time::{Duration, Instant};

use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Request, Response, Uri};
use snapshot::HttpTarget;

use crate::body::{AnswerBody, OnwardBody};
use crate::connect::{ConnectError, TargetAddress};
use crate::exchange::Exchange;
use crate::pool::SendError;
use crate::proxy_headers::{self, Hop};
use crate::reject::Reject;
use crate::service::Inbound;

pub(crate) async fn run(
    inbound: Inbound<'_>,
    exchange: &mut Exchange,
    target: &HttpTarget,
    method: Option<&Method>,
    timeout: Duration,
    parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    let query = exchange.uri.query();
    let path = target.path_and_query(parameters, query).map_err(|_| Reject::DotSegments)?;
    let path = PathAndQuery::try_from(path).map_err(|_| Reject::DotSegments)?;
    let mut headers = inbound.headers;
    let trace_id = exchange.trace(&headers).to_owned();
    let api_id = exchange.api.as_ref().map_or("", |api| &*api.name);
    let hop = Hop {
        source_ip: exchange.source_ip,
        port: inbound.worker.settings.listen.port(),
        proto: "http",
        authority: &target.authority,
        api_id,
        trace_id: &trace_id,
    };
    let body = OnwardBody::stream(inbound.body);
    proxy_headers::onward(&mut headers, &hop);
    let method = method.unwrap_or(&exchange.method);
    // A body-less request with a method that usually has one says so (recorded: content-length 0).
    let empty = hyper::body::Body::is_end_stream(&body);
    if empty && matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
        headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let mut request = Request::new(body);
    *request.method_mut() = method.clone();
    *request.uri_mut() = Uri::from(path);
    *request.headers_mut() = headers;
    let address = TargetAddress::Named { host: target.host.as_str().into(), port: target.port };
    let sent = Instant::now();
    let outcome = tokio::time::timeout(timeout, inbound.worker.pool.send(&address, request)).await;
    exchange.integration_latency = Some(sent.elapsed());
    let (response, lease) = match outcome {
        Err(_) => return Err(Reject::IntegrationTimeout),
        Ok(Err(error)) => return Err(refuse(&error, exchange)),
        Ok(Ok(answered)) => answered,
    };
    exchange.integration_status = Some(response.status().as_u16());
    let (mut parts, incoming) = response.into_parts();
    proxy_headers::backward(&mut parts.headers);
    parts.version = http::Version::HTTP_11;
    parts.extensions.clear();
    Ok(Response::from_parts(parts, AnswerBody::stream(incoming, lease)))
}

fn refuse(error: &SendError, exchange: &mut Exchange) -> Reject {
    exchange.detail = Some(error.to_string());
    match error {
        SendError::Connect(ConnectError::Denied(_)) => Reject::EndpointDenied,
        SendError::Broken(error) if is_too_large(error) => Reject::BodyTooLarge,
        SendError::Connect(_) | SendError::Broken(_) => Reject::EndpointUnreachable,
    }
}

fn is_too_large(error: &hyper::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(crate::body::OnwardError::TooLarge) = error.downcast_ref() {
            return true;
        }
        source = error.source();
    }
    false
}
