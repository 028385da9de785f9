//! The query of a request: pairs of names and values.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Names and values, decoded, in order: a `+` is a space, bad escapes stay as they are. A semicolon parts parameters too
/// (developer guide, api-gateway-known-issues: it "results in the data being split").
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
    query.split(['&', ';']).filter(|parameter| !parameter.is_empty()).map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        (utf8(decode(name)), decode(value))
    })
}

/// The same as text.
pub(crate) fn decoded(query: &str) -> Vec<(String, String)> {
    let text = |bytes: Cow<'_, [u8]>| String::from_utf8_lossy(&bytes).into_owned();
    pairs(query).map(|(name, value)| (text(name), text(value))).collect()
}

/// Appends text with everything escaped that has a meaning in a query.
pub(crate) fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// A query of these names and values.
pub(crate) fn written(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        escape(name, &mut out);
        out.push('=');
        escape(value, &mut out);
    }
    out
}

/// Text as it can stand in a path; slashes stay, and so does what is escaped already.
pub(crate) fn escaped_for_path(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Names that differ only in what is not UTF-8 are one name.
fn utf8(name: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match String::from_utf8_lossy(&name) {
        Cow::Borrowed(_) => name,
        Cow::Owned(lossy) => Cow::Owned(lossy.into_bytes()),
    }
}

/// Bad escapes stay as they are.
fn decode(text: &str) -> Cow<'_, [u8]> {
    let mut rest = text.as_bytes();
    let Some(first) = rest.iter().position(|byte| matches!(byte, b'+' | b'%')) else {
        return Cow::Borrowed(rest);
    };
    let mut decoded = Vec::with_capacity(rest.len());
    decoded.extend_from_slice(&rest[..first]);
    rest = &rest[first..];
    loop {
        rest = match rest {
            [b'+', rest @ ..] => {
                decoded.push(b' ');
                rest
            }
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(digit(*high) << 4 | digit(*low));
                rest
            }
            [byte, rest @ ..] => {
                decoded.push(*byte);
                rest
            }
            [] => return Cow::Owned(decoded),
        };
    }
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20) - b'a' + 10,
    }
}
