//! One event on its way from caller to handler and back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use tokio::sync::oneshot;

use crate::failure::Failure;
use crate::tail::Tail;

/// What became of an event.
pub(crate) type Outcome = Result<Bytes, Failure>;

/// What a handler process gets of an event.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) trace_id: Option<HeaderValue>,
    pub(crate) client_context: Option<HeaderValue>,
    pub(crate) body: Bytes,
}

/// An event and who waits for it.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) input: Input,
    /// Nobody may be listening any more: an event that runs is not stopped by its caller's leaving.
    pub(crate) reply: oneshot::Sender<Outcome>,
    /// What is logged meanwhile, where the caller asks for it.
    pub(crate) tail: Option<Arc<Tail>>,
}

/// An event as it is given to a process, with when it must be done.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) input: Input,
    /// Milliseconds since the epoch.
    pub(crate) deadline_ms: u128,
}

impl Delivery {
    pub(crate) fn new(input: Input, timeout: Duration) -> Self {
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self { input, deadline_ms: (since + timeout).as_millis() }
    }
}
