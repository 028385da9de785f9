//! Identifiers of a request.

use std::fmt::Write;

/// A random UUID (version 4), as `x-amzn-RequestId` has it.
pub(crate) fn request_id() -> String {
    let mut bytes = fastrand::u128(..).to_be_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, *byte);
    }
    text
}

/// `x-amz-apigw-id`: fifteen characters and `=`.
pub(crate) fn extended_request_id() -> String {
    let mut text: String = std::iter::repeat_with(fastrand::alphanumeric).take(15).collect();
    text.push('=');
    text
}

/// A trace header: `Root=1-<epoch seconds>-<24 hexadecimal digits>`.
pub(crate) fn trace_id(epoch_millis: u64) -> String {
    let mut text = String::with_capacity(40);
    // Writing to a String does not fail.
    let _ = write!(text, "Root=1-{:08x}-", epoch_millis / 1000);
    fastrand::u128(..).to_be_bytes()[..12].iter().for_each(|byte| push_hex(&mut text, *byte));
    text
}

fn push_hex(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let id = request_id();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert_ne!(id, request_id());
        let trace = trace_id(1_700_000_000_123);
        assert!(trace.starts_with("Root=1-6553f100-"), "{trace}");
        assert_eq!(trace.len(), 40);
    }
}
