//! An exchange with an endpoint whose answer is read as a whole.

use std::time::{Duration, Instant};

use super::endpoint::EndpointAnswer;
use crate::exchange::Exchange;
use crate::http_proxy;
use crate::reject::Reject;
use crate::upstream::{OnwardRequest, TargetAddress};
use crate::whole_answer::read_whole_answer;
use crate::worker::Worker;

pub(super) async fn run(
    worker: &Worker,
    exchange: &mut Exchange,
    address: &TargetAddress,
    mut request: OnwardRequest,
    timeout: Duration,
) -> Result<EndpointAnswer, Reject> {
    let sent = Instant::now();
    let exchanged = async {
        let (answer, lease) = worker.pool.send(address, &mut request, sent, timeout).await?;
        let body = read_whole_answer(answer.reader, lease).await;
        Ok((answer.head, body))
    };
    let outcome = tokio::time::timeout(timeout, exchanged).await;
    exchange.integration_latency = Some(sent.elapsed());
    let (head, body) = outcome
        .map_err(|_| Reject::IntegrationTimeout)?
        .map_err(|error| http_proxy::refuse(error, exchange))?;
    exchange.integration_status = Some(head.status.as_u16());
    let body = body.map_err(|error| {
        exchange.detail = Some(error.to_string());
        Reject::EndpointUnreachable
    })?;
    if let Some(log) = &mut exchange.execution_log {
        log.received(head.status.as_u16(), sent.elapsed(), head.headers(), Some(&body));
    }
    let lossy = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ok(EndpointAnswer {
        selector: head.status.as_u16().to_string(),
        headers: head.headers().map(|(name, value)| (lossy(name), lossy(value))).collect(),
        body,
        executed_version: None,
        is_traced: true,
    })
}
