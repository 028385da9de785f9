//! `queryStringParameters` and `multiValueQueryStringParameters`.

use std::borrow::Cow;

use super::json;

/// Writes both maps.
///
/// Recorded: names and values are decoded, a `+` is a space; the single-value map has the last value. A semicolon
/// parts parameters too (developer guide, api-gateway-known-issues: it "results in the data being split").
pub(super) fn write(out: &mut Vec<u8>, query: &str) {
    let mut parameters: Vec<_> = query
        .split(['&', ';'])
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            (utf8(decode(name)), decode(value))
        })
        .collect();
    // Stable, so that the values of a name stay in order. Not by comparing each with each: a query can hold thousands.
    parameters.sort_by(|(one, _), (other, _)| one.cmp(other));
    let groups = || {
        let groups = parameters.chunk_by(|(one, _), (other, _)| one == other);
        groups.filter_map(|group| Some((&*group.first()?.0, group)))
    };
    json::raw(out, ",\"queryStringParameters\":");
    json::object(out, groups(), |out, group| json::text(out, group.last().map_or(b"", |(_, value)| value)));
    json::raw(out, ",\"multiValueQueryStringParameters\":");
    json::object(out, groups(), |out, group| json::texts(out, group.iter().map(|(_, value)| &**value)));
}

/// Names that differ only in what is not UTF-8 are one name in the event.
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
