//! Writing JSON into a buffer.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// What is written behind a backslash for a byte; 0 where the byte stands for itself, `u` for `\u00XX`.
static ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        escapes[byte] = b'u';
        byte += 1;
    }
    escapes[0x08] = b'b';
    escapes[0x09] = b't';
    escapes[0x0a] = b'n';
    escapes[0x0c] = b'f';
    escapes[0x0d] = b'r';
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes
};

/// As it stands.
pub(super) fn raw(out: &mut Vec<u8>, json: &str) {
    out.extend_from_slice(json.as_bytes());
}

/// `{"name":"value"`; the name needs no escapes.
pub(super) fn first_field(out: &mut Vec<u8>, name: &str, value: &str) {
    key(out, b'{', name);
    text(out, value.as_bytes());
}

/// `,"name":"value"`; the name needs no escapes.
pub(super) fn field(out: &mut Vec<u8>, name: &str, value: &str) {
    key(out, b',', name);
    text(out, value.as_bytes());
}

fn key(out: &mut Vec<u8>, before: u8, name: &str) {
    out.extend_from_slice(&[before, b'"']);
    raw(out, name);
    raw(out, "\":");
}

/// An object of what `write` makes of each value, or null where there is nothing.
pub(super) fn object<'a, V>(
    out: &mut Vec<u8>,
    entries: impl Iterator<Item = (&'a [u8], V)>,
    mut write: impl FnMut(&mut Vec<u8>, V),
) {
    let mut before = b'{';
    for (name, value) in entries {
        out.push(before);
        before = b',';
        text(out, name);
        out.push(b':');
        write(out, value);
    }
    if before == b'{' { raw(out, "null") } else { out.push(b'}') }
}

/// An array of texts.
pub(super) fn texts<'a>(out: &mut Vec<u8>, values: impl Iterator<Item = &'a [u8]>) {
    let mut before = b'[';
    for value in values {
        out.push(before);
        before = b',';
        text(out, value);
    }
    out.push(b']');
}

/// A text; what is not UTF-8 becomes U+FFFD.
pub(super) fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    if std::str::from_utf8(bytes).is_ok() {
        escaped(out, bytes);
    } else {
        for chunk in bytes.utf8_chunks() {
            escaped(out, chunk.valid().as_bytes());
            if !chunk.invalid().is_empty() {
                raw(out, "\u{fffd}");
            }
        }
    }
    out.push(b'"');
}

fn escaped(out: &mut Vec<u8>, mut bytes: &[u8]) {
    while let Some(at) = bytes.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0) {
        let (plain, rest) = bytes.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, rest)) = rest.split_first() else { return };
        match ESCAPES[usize::from(*byte)] {
            b'u' => {
                let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&digits);
            }
            escape => out.extend_from_slice(&[b'\\', escape]),
        }
        bytes = rest;
    }
    out.extend_from_slice(bytes);
}
