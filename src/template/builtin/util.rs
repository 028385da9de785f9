//! `$util`.

use std::fmt::Write as _;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::render::Renderer;
use crate::value::Value;
use crate::{Json, RenderError, print};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A function of `$util`.
pub(crate) fn call<'a>(
    renderer: &mut Renderer<'a>,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    let [argument] = arguments else { return Ok(Value::Null) };
    let text = match (name, argument) {
        ("escapeJavaScript", Value::Null) => "null".to_owned(),
        _ => print::text(&renderer.heap, argument)?,
    };
    let result = match name {
        "escapeJavaScript" => escape_javascript(&text),
        "urlEncode" => url_encode(&text),
        "urlDecode" => url_decode(&text),
        "base64Encode" => BASE64.encode(text),
        "base64Decode" => match BASE64.decode(text.trim()) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => return Ok(Value::Null),
        },
        "parseJson" => {
            let json =
                Json::parse(text.as_bytes()).map_err(|error| RenderError::NotJson(error.to_string()))?;
            return renderer.heap.json(&json);
        }
        _ => return Ok(Value::Null),
    };
    renderer.heap.text(result)
}

/// By the rules of text in JavaScript: single quotes are escaped too (developer guide).
fn escape_javascript(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// `application/x-www-form-urlencoded`.
fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) => out.push(char::from(byte)),
            byte => {
                // Writing to a String does not fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn url_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let is_hex = |pair: &&[u8]| *byte == b'%' && pair.iter().all(u8::is_ascii_hexdigit);
        let escaped = bytes.get(at + 1..at + 3).filter(is_hex);
        let escaped = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (byte, escaped) {
            (_, Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', None) => out.push(b' '),
            (byte, None) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
