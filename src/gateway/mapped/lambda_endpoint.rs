//! A function that gets what a template made, and whose answer is no proxy answer.

use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Deserialize;
use snapshot::LambdaTarget;

use super::endpoint::EndpointAnswer;
use super::onward::Onward;
use crate::exchange::Exchange;
use crate::lambda::{self, Invocation};
use crate::live::Moment;
use crate::reject::Reject;
use crate::worker::Worker;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError<'e> {
    #[serde(borrow)]
    error_message: Option<std::borrow::Cow<'e, str>>,
}

/// The `errorMessage` of an object that has one. Most answers are seen to have none without being parsed.
fn error_message(payload: &[u8]) -> Option<String> {
    let is_object = payload.trim_ascii_start().first() == Some(&b'{');
    if !is_object || memchr::memmem::find(payload, b"errorMessage").is_none() {
        return None;
    }
    Some(serde_json::from_slice::<FunctionError<'_>>(payload).ok()?.error_message?.into_owned())
}

pub(super) async fn call(
    worker: &Worker,
    moment: &Moment,
    exchange: &mut Exchange,
    target: &LambdaTarget,
    timeout: Duration,
    onward: Onward,
) -> Result<EndpointAnswer, Reject> {
    let version = moment.endpoints.version(&target.endpoint).ok_or(Reject::FunctionUnreachable)?;
    // Recorded: a function gets an empty object where there is no body.
    let event = if onward.body.is_empty() { Bytes::from_static(b"{}") } else { onward.body };
    if serde_json::from_slice::<serde::de::IgnoredAny>(&event).is_err() {
        return Err(Reject::EventRefused);
    }
    let named = |name: &str| {
        onward.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    };
    let is_event = named("x-amz-invocation-type").is_some_and(|kind| kind.eq_ignore_ascii_case("event"));
    let invocation = Invocation { event, is_event };
    let sent = Instant::now();
    let outcome =
        tokio::time::timeout(timeout, lambda::invoke(worker, version, target, exchange, invocation, timeout))
            .await;
    exchange.integration_latency = Some(sent.elapsed());
    let answered = outcome.map_err(|_| Reject::IntegrationTimeout)??;
    // It is the body that tells, whether the function failed or returned it. A pattern such as `.*` matches a missing
    // message too (developer guide, handle-errors-in-lambda-integration).
    let message = error_message(&answered.payload).unwrap_or_default();
    Ok(EndpointAnswer {
        selector: message,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: answered.payload,
        executed_version: Some(target.version.to_string()),
        is_traced: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_messages() {
        let of = |payload: &str| error_message(payload.as_bytes());
        assert_eq!(of(r#" {"errorMessage":"Bad \"x\"","errorType":"E"}"#).as_deref(), Some("Bad \"x\""));
        for none in [
            r#"{"errorMessage":null}"#,
            r#"{"errorMessage":{}}"#,
            r#"["errorMessage"]"#,
            r#""errorMessage""#,
            "{}",
            "",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
