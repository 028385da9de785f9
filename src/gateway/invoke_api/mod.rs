//! The Lambda Invoke API for whoever has an AWS SDK: a listener of its own, off unless it is asked for.
//!
//! API reference, Invoke: `POST /2015-03-31/functions/NAME[:QUALIFIER]/invocations[?Qualifier=…]`. Aliases pick among
//! their versions by weight, anew for each invocation. `permissions` of functions are about methods of APIs: as with
//! Lambda, they do not concern who holds credentials.

mod callers;
mod forward;
mod function;
mod refusal;
mod signature;

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use hyper::body::Incoming;
use jiff::Timestamp;
use snapshot::{FunctionReference, LambdaTarget};

pub use callers::{Callers, Credential, CredentialsError};
use refusal::Refusal;
use signature::Claim;

use crate::answer_body::AnswerBody;
use crate::ids;
use crate::onward_body::RequestBody;
use crate::quiet::InFlight;
use crate::worker::Worker;

/// Longest payloads (Lambda developer guide, quotas).
const LONGEST_PAYLOAD: u64 = 6 * 1024 * 1024;
const LONGEST_EVENT: u64 = 1024 * 1024;

/// Where the Invoke API is served, and to whom.
#[derive(Clone, Debug)]
pub struct InvokeApi {
    /// Where calls are taken.
    pub listen: SocketAddr,
    /// Who may call.
    pub callers: Callers,
}

/// What becomes of an invocation's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    RequestResponse,
    Event,
    DryRun,
}

/// Answers one call.
pub(crate) async fn answer(
    worker: Rc<Worker>,
    _in_flight: InFlight,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let id = ids::request_id();
    let result = invoke(&worker, &id, request).await;
    let mut response = result.unwrap_or_else(|refusal| refusal.response());
    response.headers_mut().insert(HeaderName::from_static("x-amzn-requestid"), id);
    response
}

async fn invoke(
    worker: &Rc<Worker>,
    id: &HeaderValue,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Refusal> {
    let (parts, body) = request.into_parts();
    let reference = function::read(&parts.method, &parts.uri)?;
    let api = worker.settings.invoke_api.as_ref().ok_or(Refusal::UnknownOperation)?;
    let claim = match &api.callers {
        Callers::Anyone { .. } => None,
        Callers::Known(known) => {
            let claim = Claim::read(&parts)?;
            // Credentials here are for good: a session token belongs to others.
            let is_session = parts.headers.contains_key("x-amz-security-token");
            let credential = known.iter().find(|known| known.access_key_id == claim.access_key_id);
            let credential = credential.filter(|_| !is_session).ok_or(Refusal::UnknownKey)?;
            Some((claim, credential))
        }
    };
    let kind = kind(&parts.headers)?;
    let wants_tail = wants_tail(&parts.headers)?;
    let body = read(&parts, body, kind).await?;
    let namespace = match (&claim, &api.callers) {
        (Some((claim, credential)), _) => {
            claim.check(&parts, &body, credential, Timestamp::now())?;
            &credential.namespace
        }
        (None, Callers::Anyone { namespace }) => namespace,
        (None, Callers::Known(_)) => return Err(Refusal::Unsigned),
    };
    let region = claim.as_ref().map(|(claim, _)| claim.region);
    let target = resolve(worker, namespace, &reference, region)?;
    if !body.is_empty()
        && let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&body)
    {
        return Err(Refusal::NoJson(error.to_string()));
    }
    if kind == Kind::DryRun {
        let mut response = Response::new(AnswerBody::whole(""));
        *response.status_mut() = http::StatusCode::NO_CONTENT;
        return Ok(response);
    }
    let call = forward::Call { id, headers: &parts.headers, is_event: kind == Kind::Event, wants_tail, body };
    forward::run(worker, &target, call).await
}

/// The version for this invocation.
fn resolve(
    worker: &Worker,
    namespace: &str,
    reference: &FunctionReference,
    region: Option<&str>,
) -> Result<Arc<LambdaTarget>, Refusal> {
    let moment = worker.live.now();
    let versions = snapshot::resolve_function(namespace, reference, &moment.snapshot.functions);
    let versions = versions.map_err(|_| {
        let (region, account) = (region.unwrap_or("us-east-1"), &worker.settings.account_id);
        let arn = format!("arn:aws:lambda:{region}:{account}:function:{}", reference.name);
        Refusal::NotFound(match &reference.qualifier {
            None => arn,
            Some(qualifier) => format!("{arn}:{qualifier}"),
        })
    })?;
    let target = versions.pick(fastrand::u64(..));
    if target.http.is_some() { Err(Refusal::NoEvents(target.endpoint.clone())) } else { Ok(target.clone()) }
}

fn kind(headers: &HeaderMap) -> Result<Kind, Refusal> {
    match headers.get("x-amz-invocation-type").map(HeaderValue::as_bytes) {
        None | Some(b"RequestResponse") => Ok(Kind::RequestResponse),
        Some(b"Event") => Ok(Kind::Event),
        Some(b"DryRun") => Ok(Kind::DryRun),
        Some(other) => Err(Refusal::Invalid {
            field: "invocationType",
            value: String::from_utf8_lossy(other).into_owned(),
            must: "Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
        }),
    }
}

fn wants_tail(headers: &HeaderMap) -> Result<bool, Refusal> {
    match headers.get("x-amz-log-type").map(HeaderValue::as_bytes) {
        None | Some(b"None") => Ok(false),
        Some(b"Tail") => Ok(true),
        Some(other) => Err(Refusal::Invalid {
            field: "logType",
            value: String::from_utf8_lossy(other).into_owned(),
            must: "Member must satisfy enum value set: [Tail, None]",
        }),
    }
}

async fn read(parts: &Parts, body: Incoming, kind: Kind) -> Result<Bytes, Refusal> {
    let (name, limit) = match kind {
        Kind::Event => ("Event", LONGEST_EVENT),
        Kind::RequestResponse | Kind::DryRun => ("RequestResponse", LONGEST_PAYLOAD),
    };
    let too_large = |length| Refusal::TooLarge { length, kind: name, limit };
    let said = parts.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    if let Some(length) = said.filter(|length| *length > limit) {
        return Err(too_large(length));
    }
    let body = RequestBody::new(body).into_whole().await.map_err(|reject| match reject {
        crate::reject::Reject::BodyTooLarge => too_large(crate::onward_body::LONGEST_BODY),
        _ => Refusal::Incomplete,
    })?;
    let length = body.len() as u64;
    if length > limit { Err(too_large(length)) } else { Ok(body) }
}
