//! What signing and checking a Signature Version 4 have in common.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use ring::hmac::{self, HMAC_SHA256, Key};

/// How signatures are made.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The end of every scope.
pub(crate) const END: &str = "aws4_request";

/// What a signature is good for.
pub(crate) struct Scope<'s> {
    pub(crate) day: &'s str,
    pub(crate) region: &'s str,
    pub(crate) service: &'s str,
}

impl Scope<'_> {
    pub(crate) fn text(&self) -> String {
        format!("{}/{}/{}/{END}", self.day, self.region, self.service)
    }

    /// The key for this scope, from that of the whole secret.
    pub(crate) fn key(&self, whole: Key) -> Key {
        [self.day, self.region, self.service, END]
            .into_iter()
            .fold(whole, |key, part| Key::new(HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref()))
    }
}

/// The key of a whole secret.
pub(crate) fn key_of(secret: &str) -> Key {
    Key::new(HMAC_SHA256, format!("AWS4{secret}").as_bytes())
}

/// What is signed at `time`: the digest of the canonical request, in its scope.
pub(crate) fn to_sign(time: &str, scope: &Scope<'_>, canonical: &str) -> String {
    format!("{ALGORITHM}\n{time}\n{}\n{}", scope.text(), sha256(canonical.as_bytes()))
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
