//! Why an event has no result, as its caller reads it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use bytes::Bytes;

/// Why an event has no result.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The handler (or its initialisation) said so itself, in JSON.
    Reported(Bytes),
    /// The process ended.
    Exited(ExitStatus),
    /// The event took longer than the function's timeout.
    TimedOut(Duration),
    /// The process did not ask for an event in time.
    InitTimedOut(Duration),
    /// The result is larger than a response may be.
    ResponseTooLarge,
    /// The process does not talk the Runtime API as it is.
    Protocol(String),
    /// No process could be made.
    NotStarted(String),
    /// The function was stopped.
    Stopped,
}

impl Failure {
    /// What the caller gets as the payload.
    pub(crate) fn payload(&self, id: &str) -> Bytes {
        let (kind, what) = match self {
            Self::Reported(payload) => return payload.clone(),
            Self::Exited(status) => ("Runtime.ExitError", exit(*status)),
            Self::TimedOut(limit) => {
                ("Sandbox.Timedout", format!("Task timed out after {:.2} seconds", limit.as_secs_f64()))
            }
            Self::InitTimedOut(limit) => {
                ("Sandbox.Timedout", format!("Init timed out after {:.2} seconds", limit.as_secs_f64()))
            }
            Self::ResponseTooLarge => {
                let most = crate::body::LIMIT;
                ("Function.ResponseSizeTooLarge", format!("Response payload size exceeded {most} bytes"))
            }
            Self::Protocol(what) => ("Runtime.ProtocolError", what.clone()),
            Self::NotStarted(what) => ("Runtime.InvalidEntrypoint", what.clone()),
            Self::Stopped => ("Runtime.Stopped", "The function was stopped".to_owned()),
        };
        let message = format!("RequestId: {id} Error: {what}");
        Bytes::from(serde_json::json!({"errorType": kind, "errorMessage": message}).to_string())
    }

    /// What a handler reported: as it is when that is JSON, else told in JSON.
    pub(crate) fn reported(body: Bytes, kind: Option<&str>) -> Self {
        if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok() {
            return Self::Reported(body);
        }
        let text: String = String::from_utf8_lossy(&body).chars().take(4096).collect();
        let kind = kind.unwrap_or("Runtime.Unknown");
        let told = serde_json::json!({"errorType": kind, "errorMessage": text});
        Self::Reported(Bytes::from(told.to_string()))
    }
}

/// As Lambda words the end of a process.
fn exit(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, Some(6)) => "Runtime exited with error: signal: aborted".to_owned(),
        (None, Some(9)) => "Runtime exited with error: signal: killed".to_owned(),
        (None, Some(11)) => "Runtime exited with error: signal: segmentation fault".to_owned(),
        (None, Some(15)) => "Runtime exited with error: signal: terminated".to_owned(),
        (None, signal) => format!("Runtime exited with error: signal: {}", signal.unwrap_or(0)),
    }
}
