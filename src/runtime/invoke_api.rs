//! The Lambda Invoke API: what gateways call.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::body::{self, BodyError};
use crate::dispatch::Dispatcher;
use crate::event::{Event, Input, Outcome};
use crate::failure::Failure;
use crate::invoke_request::{Invocation, Refused};
use crate::pool::Refusal;
use crate::tail::Tail;
use crate::token::Token;
use crate::unattended;

/// How long an admitted event's body may take to come: it holds a place meanwhile.
const BODY: Duration = Duration::from_secs(30);

/// Serves one request. Dropped by hyper when the caller leaves, and the event's place with it.
pub(crate) async fn answer(
    dispatcher: Arc<Dispatcher>,
    token: Token,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    Ok(match Invocation::parse(&parts, &token, &dispatcher.config) {
        Ok(invocation) => {
            let id = invocation.id.clone();
            let tail = invocation.wants_tail.then(Arc::<Tail>::default);
            match invoke(&dispatcher, invocation, tail.clone(), body).await {
                Ok(None) => accepted(&id),
                Ok(Some(outcome)) => respond(outcome, &id, &dispatcher.config.version, tail.as_deref()),
                Err(refused) => refuse(&refused, Some(&id)),
            }
        }
        Err(refused) => refuse(&refused, None),
    })
}

/// Admits an event and, unless nobody waits, waits for its outcome.
async fn invoke(
    dispatcher: &Arc<Dispatcher>,
    invocation: Invocation,
    tail: Option<Arc<Tail>>,
    body: Incoming,
) -> Result<Option<Outcome>, Refused> {
    if body::is_too_large(&body) {
        return Err(Refused::TooLarge);
    }
    let admission = dispatcher.admit().map_err(|refusal| match refusal {
        Refusal::Full => Refused::QueueFull,
        Refusal::Closed => Refused::Stopping,
    })?;
    let body = match timeout(BODY, body::read(body)).await {
        Ok(Ok(whole)) if whole.bytes.is_empty() => Bytes::from_static(b"{}"),
        Ok(Ok(whole)) => whole.bytes,
        Ok(Err(BodyError::TooLarge)) => return Err(Refused::TooLarge),
        Ok(Err(BodyError::Broken(_))) | Err(_) => return Err(Refused::Incomplete),
    };
    let Invocation { id, arn, trace_id, client_context, is_event, wants_tail: _ } = invocation;
    let input = Input { id, arn, trace_id, client_context, body };
    if is_event {
        dispatcher.tasks.spawn(unattended::see_through(Arc::clone(dispatcher), admission, input));
        return Ok(None);
    }
    let (reply, outcome) = oneshot::channel();
    admission.submit(Event { input, reply, tail });
    match outcome.await.unwrap_or(Err(Failure::Stopped)) {
        // Not the handler's failure, and no reason for a caller to read one.
        Err(Failure::Stopped) => Err(Refused::Stopping),
        outcome => Ok(Some(outcome)),
    }
}

/// The answer to who does not wait.
fn accepted(id: &str) -> Response<Full<Bytes>> {
    let response = Response::builder().status(StatusCode::ACCEPTED).header("X-Amzn-RequestId", id);
    response.body(Full::new(Bytes::new())).unwrap_or_else(|_| broken())
}

fn respond(outcome: Outcome, id: &str, version: &str, tail: Option<&Tail>) -> Response<Full<Bytes>> {
    let mut response = Response::builder()
        .header("Content-Type", "application/json")
        .header("X-Amz-Executed-Version", version)
        .header("X-Amzn-RequestId", id);
    if let Some(tail) = tail {
        response = response.header("X-Amz-Log-Result", tail.encoded());
    }
    let (response, payload) = match outcome {
        Ok(payload) => (response, payload),
        Err(failure) => (response.header("X-Amz-Function-Error", "Unhandled"), failure.payload(id)),
    };
    response.body(Full::new(payload)).unwrap_or_else(|_| broken())
}

fn refuse(refused: &Refused, id: Option<&str>) -> Response<Full<Bytes>> {
    let message = refused.to_string();
    let body = match refused {
        Refused::QueueFull => serde_json::json!({
            "Reason": "ConcurrentInvocationLimitExceeded", "Type": "User", "message": message,
        }),
        Refused::Stopping => serde_json::json!({"Type": "Service", "Message": message}),
        _ => serde_json::json!({"Type": "User", "Message": message}),
    };
    let mut response = Response::builder()
        .status(refused.status())
        .header("Content-Type", "application/json")
        .header("x-amzn-ErrorType", refused.kind());
    if let Some(id) = id {
        response = response.header("X-Amzn-RequestId", id);
    }
    response.body(Full::new(Bytes::from(body.to_string()))).unwrap_or_else(|_| broken())
}

/// A response of ours that is not one: validation has seen to it that this does not happen.
fn broken() -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
