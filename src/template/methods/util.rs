//! `$util`.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::error::CallError;
use crate::render::Render;
use crate::value::Value;

use super::Called;

/// As lenient about what the last letters leave over as what people send.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

impl<'a> Render<'a> {
    pub(super) fn of_util(&mut self, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let [argument] = arguments else { return Ok(None) };
        if !matches!(
            name,
            "escapeJavaScript" | "parseJson" | "urlEncode" | "urlDecode" | "base64Encode" | "base64Decode"
        ) {
            return Ok(None);
        }
        let text = self.text_of(argument)?;
        self.step(text.len() / 16)?;
        Ok(Some(match name {
            "parseJson" => {
                // What is read takes a multiple of its text.
                for _ in 0..4 {
                    self.grow_text(text.len())?;
                }
                self.read_json(&text, "the text given to $util.parseJson")?
            }
            "escapeJavaScript" => return self.made(escape_java_script(&text)).map(Some),
            "urlEncode" => return self.made(url_encode(&text)).map(Some),
            "base64Encode" => return self.made(STANDARD.encode(text.as_bytes())).map(Some),
            _ => {
                let decoded = if name == "urlDecode" { url_decode(&text) } else { base64_decode(&text) };
                let Some(decoded) = decoded else { return Self::failed(name, CallError::Encoding) };
                return self.made(String::from_utf8_lossy(&decoded).into_owned()).map(Some);
            }
        }))
    }
}

/// As Commons Lang does: quotes of both kinds, slashes, and everything that is not ASCII.
fn escape_java_script(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '\u{8}' => escaped.push_str("\\b"),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '\u{c}' => escaped.push_str("\\f"),
            '\r' => escaped.push_str("\\r"),
            '\'' | '"' | '\\' | '/' => {
                escaped.push('\\');
                escaped.push(c);
            }
            ' '..='\u{7f}' => escaped.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(escaped, "\\u{unit:04X}");
                }
            }
        }
    }
    escaped
}

/// As `java.net.URLEncoder` does: for forms.
fn url_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// As Java's decoders for mail and Commons Codec do: what is no letter of Base64 is passed over, and `=` ends the text.
/// The letters of the alphabet for URLs count too, as in the parts of a token.
fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let mut letters: Vec<u8> = text
        .bytes()
        .take_while(|byte| *byte != b'=')
        .filter_map(|byte| match byte {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            b'+' | b'/' => Some(byte),
            _ => byte.is_ascii_alphanumeric().then_some(byte),
        })
        .collect();
    // A single letter is less than a byte.
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    LENIENT.decode(letters).ok()
}

fn url_decode(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_script_is_escaped_as_commons_lang_does() {
        assert_eq!(
            escape_java_script("it's \"a/b\"\\\n\té\u{1}😀"),
            "it\\'s \\\"a\\/b\\\"\\\\\\n\\t\\u00E9\\u0001\\uD83D\\uDE00"
        );
    }

    #[test]
    fn base64_is_read_past_what_is_none() {
        for (text, decoded) in [
            ("aGk=", "hi"),
            ("aGk", "hi"),
            ("a G\nk*=", "hi"),
            ("aGkx\"aA==aa", "hi1h"),
            ("4pyT", "✓"),
            ("Q", ""),
            ("***", ""),
        ] {
            assert_eq!(base64_decode(text).as_deref(), Some(decoded.as_bytes()), "{text}");
        }
        assert_eq!(base64_decode("-_8"), base64_decode("+/8="));
    }

    #[test]
    fn urls_are_encoded_as_forms() {
        assert_eq!(url_encode("a~b*c é-_.+"), "a%7Eb*c+%C3%A9-_.%2B");
        assert_eq!(url_decode("a%7Eb*c+%C3%A9").as_deref(), Some("a~b*c é".as_bytes()));
        assert_eq!(url_decode("%z"), None);
    }
}
