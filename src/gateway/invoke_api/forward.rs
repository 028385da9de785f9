//! An invocation on its way to the runtime that serves the version, and back.

use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use snapshot::LambdaTarget;

use super::refusal::Refusal;
use crate::answer_body::AnswerBody;
use crate::ids;
use crate::onward_body::OnwardBody;
use crate::send_to_version;
use crate::upstream::OnwardRequest;
use crate::whole_answer::read_whole_answer;
use crate::worker::Worker;

/// The longest that a function may take, and some for its turn to come: the runtime ends it at its own timeout.
const LONGEST: Duration = Duration::from_mins(16);

/// What is forwarded.
pub(super) struct Call<'c> {
    pub(super) id: &'c HeaderValue,
    pub(super) headers: &'c HeaderMap,
    pub(super) is_event: bool,
    pub(super) wants_tail: bool,
    pub(super) body: Bytes,
}

pub(super) async fn run(
    worker: &Rc<Worker>,
    target: &LambdaTarget,
    call: Call<'_>,
) -> Result<Response<AnswerBody>, Refusal> {
    let moment = worker.live.now();
    let nowhere = || Refusal::Unreachable(format!("{} has no endpoint that is ready", target.endpoint));
    let version = moment.endpoints.version(&target.endpoint).ok_or_else(nowhere)?;
    let picked = version.pick(fastrand::u64(..)).ok_or_else(nowhere)?;
    let trace = trace(call.headers);
    let mut head = OnwardRequest::begin(&Method::POST, &target.invoke_path);
    OnwardRequest::header(&mut head, "host", b"stagegate");
    OnwardRequest::header(&mut head, "authorization", picked.authorization().as_bytes());
    OnwardRequest::header(&mut head, "x-amzn-requestid", call.id.as_bytes());
    OnwardRequest::header(&mut head, "x-amzn-trace-id", trace.as_bytes());
    if call.is_event {
        OnwardRequest::header(&mut head, "x-amz-invocation-type", b"Event");
    }
    if call.wants_tail {
        OnwardRequest::header(&mut head, "x-amz-log-type", b"Tail");
    }
    if let Some(context) = call.headers.get("x-amz-client-context") {
        OnwardRequest::header(&mut head, "x-amz-client-context", context.as_bytes());
    }
    let mut request = OnwardRequest::finish(head, &Method::POST, OnwardBody::Whole(call.body));
    let unreachable = |error: &dyn std::fmt::Display| {
        // The caller learns which version, the log also what went wrong with it.
        tracing::warn!(version = &*target.endpoint, "an invocation got no answer: {error}");
        Refusal::Unreachable(format!("{} could not be reached", target.endpoint))
    };
    let sent = send_to_version::send(worker, version, picked, &mut request, LONGEST).await;
    let (answer, lease, picked) = sent.map_err(|error| unreachable(&error))?;
    let body = read_whole_answer(answer.reader, lease).await.map_err(|error| {
        picked.failed();
        unreachable(&error)
    })?;
    let status = answer.head.status;
    if !status.is_success() {
        let kind = answer.head.headers().find(|(name, _)| name.eq_ignore_ascii_case(b"x-amzn-errortype"));
        return Err(match status {
            StatusCode::TOO_MANY_REQUESTS => Refusal::Busy,
            // The caller's: a client context that is none, say. What else it is, is between gateway and runtime.
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
                let kind = kind.map(|(_, kind)| String::from_utf8_lossy(kind).into_owned());
                let kind = kind.unwrap_or_else(|| "InvalidParameterValueException".to_owned());
                Refusal::OfRuntime { status, kind, message: message(&body) }
            }
            status => unreachable(&format_args!("the runtime answered {status}")),
        });
    }
    let mut response = Response::new(AnswerBody::whole(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in answer.head.headers() {
        let kept = ["content-type", "x-amz-function-error", "x-amz-log-result"];
        let Some(name) = kept.iter().find(|kept| name.eq_ignore_ascii_case(kept.as_bytes())) else {
            continue;
        };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if let Some(version) = HeaderValue::try_from(&*target.version).ok().filter(|_| !call.is_event) {
        headers.insert("x-amz-executed-version", version);
    }
    headers.insert("x-amzn-trace-id", trace);
    Ok(response)
}

/// The caller's trace id, or a fresh one.
fn trace(headers: &HeaderMap) -> HeaderValue {
    let has_root = |value: &&HeaderValue| value.len() <= 256 && value.as_bytes().starts_with(b"Root=");
    headers.get("x-amzn-trace-id").filter(has_root).cloned().unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        ids::trace_id(u64::try_from(now.as_millis()).unwrap_or_default())
    })
}

fn message(body: &[u8]) -> String {
    let read = serde_json::from_slice::<serde_json::Value>(body).ok();
    let text = read.and_then(|body| Some(body.get("Message")?.as_str()?.to_owned()));
    text.unwrap_or_else(|| "The runtime refused the invocation".to_owned())
}
