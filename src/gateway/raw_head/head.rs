//! One recorded head.

use bytes::Bytes;
use http::StatusCode;
use httparse::Request;

use super::{MAX_HEADERS, MAX_REQUEST_LINE};

/// The head of one request, as sent.
#[derive(Clone, Debug)]
pub struct RawHead {
    bytes: Bytes,
    line_end: usize,
    method: usize,
    target: usize,
    count: usize,
    refusal: Option<HeadRefusal>,
}

/// Why a request is refused though hyper takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadRefusal {
    /// Two ways to say where the body ends: a sign of request smuggling (RFC 9112, 6.1).
    #[error("Content-Length beside Transfer-Encoding")]
    BothLengths,
    /// More than one `Content-Length`, be they equal.
    #[error("more than one Content-Length")]
    RepeatedLength,
    /// A transfer coding beside `chunked`: its name would be lost on the way to a backend, but not the coding.
    #[error("a transfer coding other than chunked")]
    TransferCoding,
    /// The request line is longer than [`MAX_REQUEST_LINE`].
    #[error("request line too long")]
    RequestLineTooLong,
    /// The headers are more than [`MAX_HEADERS`] bytes.
    #[error("headers too large")]
    HeadersTooLarge,
}

impl HeadRefusal {
    /// The status to answer. The connection should close after all but the two of size.
    pub fn status(self) -> StatusCode {
        match self {
            Self::BothLengths | Self::RepeatedLength => StatusCode::BAD_REQUEST,
            Self::TransferCoding => StatusCode::NOT_IMPLEMENTED,
            Self::RequestLineTooLong => StatusCode::URI_TOO_LONG,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }
}

impl RawHead {
    /// `bytes` is the head, from the method to the empty line, that was parsed to `request`.
    pub(super) fn new(bytes: Bytes, summary: &Summary) -> Self {
        let Summary { line_end, method, target, count, refusal } = *summary;
        Self { bytes, line_end, method, target, count, refusal }
    }

    /// Names and values of the headers, in order, names as sent.
    pub fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
        header_lines(self.bytes.get(self.line_end..).unwrap_or_default())
    }

    /// Whether the request is to be refused.
    pub fn verdict(&self) -> Result<(), HeadRefusal> {
        self.refusal.map_or(Ok(()), Err)
    }

    /// Whether this is the head of the request that hyper gave as `method`, `target` (path and query) and so many
    /// header values. If not, the recorder lost step: the names in hyper's lower case are all there is.
    pub fn matches(&self, method: &str, target: &str, header_count: usize) -> bool {
        let sent = |from: usize, length: usize| self.bytes.get(from..from + length).unwrap_or_default();
        self.count == header_count
            && sent(0, self.method) == method.as_bytes()
            && same_target(sent(self.method + 1, self.target), target.as_bytes())
    }

    /// All of it, from the method to the empty line.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// Names and values of header lines that were parsed before: no line goes on in the next.
pub(crate) fn header_lines(mut lines: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    std::iter::from_fn(move || {
        let colon = memchr::memchr(b':', lines)?;
        let (name, rest) = lines.split_at(colon);
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (value, rest) = rest.split_at(end);
        lines = rest.get(1..).unwrap_or_default();
        Some((name, value.get(1..)?.trim_ascii()))
    })
}

/// hyper's URI has no fragment, and the path of an absolute one stands alone.
fn same_target(sent: &[u8], target: &[u8]) -> bool {
    if sent == target {
        return true;
    }
    let sent = sent.split(|byte| *byte == b'#').next().unwrap_or_default();
    let path = match sent.windows(3).position(|three| three == b"://") {
        Some(at) if !sent.starts_with(b"/") => {
            let rest = sent.get(at + 3..).unwrap_or_default();
            let authority = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
            rest.get(authority..).unwrap_or_default()
        }
        _ => sent,
    };
    path == target || (path.is_empty() && target == b"/")
}

/// What was learnt of a head when it was parsed.
#[derive(Debug)]
pub(super) struct Summary {
    line_end: usize,
    method: usize,
    target: usize,
    count: usize,
    refusal: Option<HeadRefusal>,
}

impl Summary {
    /// Of the head `bytes`, which begins with its method.
    pub(super) fn of(bytes: &[u8], request: &Request<'_, '_>, framing: Option<HeadRefusal>) -> Self {
        let line_end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        // The line end itself is not counted.
        let line = bytes.get(..line_end).unwrap_or_default().trim_ascii_end().len();
        let size = if line > MAX_REQUEST_LINE {
            Some(HeadRefusal::RequestLineTooLong)
        } else {
            (bytes.len() - line_end > MAX_HEADERS).then_some(HeadRefusal::HeadersTooLarge)
        };
        Self {
            line_end,
            method: request.method.map_or(0, str::len),
            target: request.path.map_or(0, str::len),
            count: request.headers.len(),
            refusal: framing.or(size),
        }
    }
}
