//! Where a head ends and what follows it, as hyper sees it.

use std::mem::MaybeUninit;

use httparse::{Request, Status};

use super::head::Summary;
use super::{HeadRefusal, MAX_HEADER_LINES};
use crate::chunked::Chunked;

/// What comes next on a connection.
#[derive(Debug)]
pub(super) enum State {
    /// A head, or more of one.
    Head,
    /// A body of so many bytes.
    Length(u64),
    Chunked(Chunked),
    /// Nobody knows.
    Lost,
}

/// What parsing the beginning of a head comes to.
pub(super) enum Parsed {
    /// Its length, what follows it, and what it is.
    Complete(usize, State, Summary),
    Partial,
    Invalid,
}

/// Whether an empty line ends among the bytes from `before` on, so that parsing again from the start is worth it.
pub(super) fn may_have_ended(bytes: &[u8], before: usize) -> bool {
    let tail = bytes.get(before.saturating_sub(2)..).unwrap_or_default();
    tail.iter().enumerate().filter(|(_, byte)| **byte == b'\n').any(|(at, _)| {
        let next = tail.get(at + 1..).unwrap_or_default();
        next.starts_with(b"\n") || next.starts_with(b"\r\n")
    })
}

/// As hyper does it.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADER_LINES];
    let mut request = Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Parsed::Partial,
        Err(_) => return Parsed::Invalid,
    };
    let Some((state, refusal)) = framing(&request) else { return Parsed::Invalid };
    let head = bytes.get(..length).unwrap_or_default();
    Parsed::Complete(length, state, Summary::of(head, &request, refusal))
}

/// How hyper reads the body of this request; `None` where it refuses it.
fn framing(request: &Request<'_, '_>) -> Option<(State, Option<HeadRefusal>)> {
    let (mut length, mut lengths, mut codings) = (0, 0, 0);
    let (mut chunked, mut plain) = (false, true);
    for header in &*request.headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            lengths += 1;
            let value =
                std::str::from_utf8(header.value).ok().filter(|text| !text.starts_with('+'))?.parse().ok()?;
            if lengths > 1 && value != length {
                return None;
            }
            length = value;
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            codings += 1;
            let last = header.value.rsplit(|byte| *byte == b',').next().unwrap_or_default();
            chunked = last.trim_ascii().eq_ignore_ascii_case(b"chunked");
            plain &= header.value.eq_ignore_ascii_case(b"chunked");
        }
    }
    let refusal = if codings > 0 && lengths > 0 {
        Some(HeadRefusal::BothLengths)
    } else if lengths > 1 {
        Some(HeadRefusal::RepeatedLength)
    } else {
        (codings > 1 || !plain).then_some(HeadRefusal::TransferCoding)
    };
    let state = match (codings, length) {
        (0, 0) => State::Head,
        (0, length) => State::Length(length),
        _ if chunked && request.version == Some(1) => State::Chunked(Chunked::new()),
        _ => return None,
    };
    Some((state, refusal))
}
