//! Phase: HTTP proxy integration. The body streams both ways.

use std::time::{Duration, Instant};

use http::{Method, Response};
use snapshot::HttpTarget;

use crate::answer_body::AnswerBody;
use crate::exchange::Exchange;
use crate::onward_body::{self, OnwardBody};
use crate::proxy_headers::{self, Hop};
use crate::reject::Reject;
use crate::service::Inbound;
use crate::upstream::{ConnectError, ExchangeError, OnwardRequest, SendError, TargetAddress};

pub(crate) async fn run(
    inbound: Box<Inbound>,
    exchange: &mut Exchange,
    target: &HttpTarget,
    method: Option<&Method>,
    timeout: Duration,
    parameters: &[(&str, &str)],
) -> Result<Response<AnswerBody>, Reject> {
    let path = target.path_and_query(parameters, exchange.uri.query()).map_err(|_| Reject::DotSegments)?;
    exchange.trace(&inbound.headers);
    let method = method.unwrap_or(&exchange.method);
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
        OnwardRequest::header(&mut head, name, value);
    });
    let mut request = OnwardRequest::finish(head, method, OnwardBody::stream(inbound.body));
    let address = TargetAddress::Named { host: target.host.clone(), port: target.port };
    let sent = Instant::now();
    let outcome = inbound.worker.pool.send(&address, &mut request, sent, timeout).await;
    let now = Instant::now();
    exchange.integration_latency = Some(now - sent);
    let (answer, mut lease) = outcome.map_err(|error| refuse(error, exchange))?;
    exchange.integration_status = Some(answer.head.status.as_u16());
    let mut reader = answer.reader;
    let first = lease.take(&mut reader).map_err(|error| {
        exchange.detail = Some(error.to_string());
        Reject::EndpointUnreachable
    })?;
    let body = if reader.is_over() {
        lease.give_back(now);
        AnswerBody::whole(first)
    } else {
        AnswerBody::stream(first, reader, lease, timeout)
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.head.status;
    *response.headers_mut() = proxy_headers::backward(answer.head.headers());
    Ok(response)
}

fn refuse(error: SendError, exchange: &mut Exchange) -> Reject {
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
