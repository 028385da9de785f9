//! Identifiers of a request.

use http::HeaderValue;

/// A random UUID (version 4), as `x-amzn-RequestId` has it.
pub(crate) fn request_id() -> HeaderValue {
    let mut bytes = fastrand::u128(..).to_be_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = [b'-'; 36];
    let (mut at, mut groups) = (0, [4, 2, 2, 2, 6].into_iter());
    let mut rest = &bytes[..];
    while let Some((group, after)) = groups.next().and_then(|length| rest.split_at_checked(length)) {
        hex(group, &mut text[at..]);
        at += 2 * group.len() + 1;
        rest = after;
    }
    value(&text)
}

/// `x-amz-apigw-id`: fifteen characters of URL-safe base64 and `=`.
pub(crate) fn extended_request_id() -> HeaderValue {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = fastrand::u128(..);
    let mut text = [b'='; 16];
    for place in &mut text[..15] {
        *place = ALPHABET[(bits & 63) as usize];
        bits >>= 6;
    }
    value(&text)
}

/// A trace header: `Root=1-<epoch seconds>-<24 hexadecimal digits>`.
pub(crate) fn trace_id(epoch_millis: u64) -> HeaderValue {
    let mut text = *b"Root=1-00000000-000000000000000000000000";
    // Eight digits last until the year 2106.
    let seconds = (epoch_millis / 1000).to_be_bytes();
    hex(&seconds[4..], &mut text[7..]);
    hex(&fastrand::u128(..).to_be_bytes()[..12], &mut text[16..]);
    value(&text)
}

/// The trace header of an answer. Recorded: a client learns a parent and whether the request is sampled too; what it
/// sent of these itself stays.
pub(crate) fn answered_trace(trace: &HeaderValue) -> HeaderValue {
    let sent = trace.as_bytes();
    let has = |key: &[u8]| sent.split(|byte| *byte == b';').any(|part| part.trim_ascii().starts_with(key));
    let mut text = sent.to_vec();
    if !has(b"Parent=") {
        let mut parent = *b";Parent=0000000000000000";
        hex(&fastrand::u64(..).to_be_bytes(), &mut parent[8..]);
        text.extend_from_slice(&parent);
    }
    if !has(b"Sampled=") {
        text.extend_from_slice(b";Sampled=0");
    }
    value(&text)
}

fn hex(bytes: &[u8], text: &mut [u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

fn value(text: &[u8]) -> HeaderValue {
    // Visible ASCII is a header value always.
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let id = request_id();
        let text = id.to_str().unwrap();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{text}");
        assert_eq!(&text[14..15], "4");
        assert_ne!(id, request_id());
        let trace = trace_id(1_700_000_000_123);
        let text = trace.to_str().unwrap();
        assert!(text.starts_with("Root=1-6553f100-"), "{text}");
        assert_eq!(text.len(), 40);
        let answered = answered_trace(&trace);
        let (root, rest) = answered.to_str().unwrap().split_at(40);
        assert_eq!((root, &rest[..8], &rest[24..]), (text, ";Parent=", ";Sampled=0"));
        let whole = HeaderValue::from_static("Root=1-a-b;Parent=7fa8c0f79203be72;Sampled=1");
        assert_eq!(answered_trace(&whole), whole);
        let id = extended_request_id();
        assert!(id.to_str().unwrap().ends_with('=') && id.len() == 16);
        assert_ne!(id, extended_request_id());
    }
}
