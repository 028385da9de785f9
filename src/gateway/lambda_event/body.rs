//! `body` and `isBase64Encoded`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::json;

/// Writes both: null where there is none, base64 where its media type is a binary one (developer guide,
/// api-gateway-payload-encodings), else text. Bytes of a text that are not UTF-8 become U+FFFD.
pub(super) fn write(out: &mut Vec<u8>, body: &[u8], is_binary: bool) {
    json::raw(out, ",\"body\":");
    let is_encoded = is_binary && !body.is_empty();
    if is_encoded {
        out.push(b'"');
        base64(out, body);
        out.push(b'"');
    } else if body.is_empty() {
        json::raw(out, "null");
    } else {
        json::text(out, body);
    }
    json::raw(out, if is_encoded { ",\"isBase64Encoded\":true" } else { ",\"isBase64Encoded\":false" });
}

fn base64(out: &mut Vec<u8>, body: &[u8]) {
    let start = out.len();
    out.resize(start + body.len().div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(body, out.get_mut(start..).unwrap_or_default()).unwrap_or_default();
    out.truncate(start + written);
}
