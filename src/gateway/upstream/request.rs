//! An onward request: the head as bytes, and the body.

use http::Method;

use super::SendError;
use crate::onward_body::OnwardBody;

/// A request on its way to an upstream.
pub(crate) struct OnwardRequest {
    pub(super) head: Vec<u8>,
    pub(super) body: OnwardBody,
    pub(super) is_head: bool,
    is_idempotent: bool,
}

impl OnwardRequest {
    /// Begins the head of a request; headers are added next.
    pub(crate) fn begin(method: &Method, path_and_query: &str) -> Vec<u8> {
        let mut head = Vec::with_capacity(512);
        for part in [method.as_str(), " ", path_and_query, " HTTP/1.1\r\n"] {
            head.extend_from_slice(part.as_bytes());
        }
        head
    }

    /// Adds a header. `value` comes from a `HeaderValue` or is known to have no line end.
    pub(crate) fn header(head: &mut Vec<u8>, name: &str, value: &[u8]) {
        for part in [name.as_bytes(), b": ", value, b"\r\n"] {
            head.extend_from_slice(part);
        }
    }

    /// Ends the head by saying how long the body is.
    pub(crate) fn finish(mut head: Vec<u8>, method: &Method, body: OnwardBody) -> Self {
        // A body-less request with a method that usually has one says so (recorded: content-length 0).
        let usual = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
        match body.length() {
            Some(0) if !usual => {}
            Some(length) => {
                Self::header(&mut head, "content-length", itoa::Buffer::new().format(length).as_bytes());
            }
            None => Self::header(&mut head, "transfer-encoding", b"chunked"),
        }
        head.extend_from_slice(b"\r\n");
        Self { head, body, is_head: *method == Method::HEAD, is_idempotent: method.is_idempotent() }
    }

    /// Names and values of the head.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let lines = self.head.split(|byte| *byte == b'\n').skip(1).map(<[u8]>::trim_ascii);
        lines.filter(|line| !line.is_empty()).map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            (&line[..colon], line.get(colon + 1..).unwrap_or_default().trim_ascii())
        })
    }

    /// The body, where it is there as a whole.
    pub(crate) fn whole_body(&self) -> Option<&[u8]> {
        match &self.body {
            OnwardBody::Whole(bytes) => Some(bytes),
            OnwardBody::Stream { .. } => None,
        }
    }

    /// Whether nothing of it is used up after `error`: of a body that streams, part of it may be.
    pub(crate) fn is_untouched(&self, error: &SendError) -> bool {
        self.body.is_whole() || matches!(error, SendError::Connect(_))
    }

    /// Whether it may be sent again after a connection broke off before any byte of the answer.
    pub(super) fn may_be_repeated(&self, was_sent: bool) -> bool {
        self.body.is_whole() && (self.is_idempotent || !was_sent)
    }
}
