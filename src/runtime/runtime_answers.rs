//! What is said to handler processes, as HTTP.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;

use crate::body;
use crate::event::Delivery;

/// What is said to an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    Accepted,
    /// No event with this id waits for an answer.
    InvalidRequestId,
    /// Not at this point of its life.
    InvalidStateTransition,
}

/// The event that was asked for.
pub(crate) fn deliver(delivery: Delivery) -> Response<Full<Bytes>> {
    let input = delivery.input;
    let mut response = Response::builder()
        .header("Content-Type", "application/json")
        .header("Lambda-Runtime-Aws-Request-Id", input.id)
        .header("Lambda-Runtime-Deadline-Ms", delivery.deadline_ms.to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", input.arn);
    if let Some(trace_id) = input.trace_id {
        response = response.header("Lambda-Runtime-Trace-Id", trace_id);
    }
    if let Some(context) = input.client_context {
        response = response.header("Lambda-Runtime-Client-Context", context);
    }
    response.body(Full::new(input.body)).unwrap_or_default()
}

/// What is said to an answer; `over` if it was too large, which its event has been told by then.
pub(crate) fn respond(verdict: Verdict, over: bool) -> Response<Full<Bytes>> {
    match verdict {
        Verdict::Accepted if over => {
            let what = format!("Exceeded maximum allowed payload size ({} bytes).", body::LIMIT);
            error(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &what)
        }
        Verdict::Accepted => json(StatusCode::ACCEPTED, &serde_json::json!({"status": "OK"})),
        Verdict::InvalidRequestId => {
            error(StatusCode::BAD_REQUEST, "InvalidRequestID", "no event with this id waits for an answer")
        }
        Verdict::InvalidStateTransition => {
            error(StatusCode::FORBIDDEN, "InvalidStateTransition", "not at this point")
        }
    }
}

/// An error, by name.
pub(crate) fn error(status: StatusCode, kind: &str, message: &str) -> Response<Full<Bytes>> {
    json(status, &serde_json::json!({"errorType": kind, "errorMessage": message}))
}

fn json(status: StatusCode, body: &serde_json::Value) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header("Content-Type", "application/json");
    response.body(Full::new(Bytes::from(body.to_string()))).unwrap_or_default()
}
