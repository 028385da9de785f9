//! Signature Version 4, as a service checks it.
//!
//! IAM user guide, "Create a signed AWS API request". The body is hashed here, whatever the request says of it.

use std::fmt::Write as _;

use http::request::Parts;
use jiff::Timestamp;
use ring::hmac;

use super::callers::Credential;
use super::refusal::Refusal;
use crate::aws::{ALGORITHM, END, Scope, sha256, to_sign};

/// How far the clocks of caller and gateway may differ, either way.
const MOST_SKEW_SECONDS: i64 = 5 * 60;

/// What the `Authorization` header says.
pub(super) struct Claim<'h> {
    pub(super) access_key_id: &'h str,
    date: &'h str,
    pub(super) region: &'h str,
    service: &'h str,
    signed_headers: &'h str,
    signature: Vec<u8>,
}

impl<'h> Claim<'h> {
    pub(super) fn read(parts: &'h Parts) -> Result<Self, Refusal> {
        let header = parts.headers.get(http::header::AUTHORIZATION).ok_or(Refusal::Unsigned)?;
        let text = header.to_str().ok().and_then(|text| text.strip_prefix(ALGORITHM));
        let fields = text.ok_or(Refusal::Unsigned)?.split(',');
        let field = |name: &str| {
            let mut fields = fields.clone().filter_map(|field| field.trim().split_once('='));
            fields.find(|(known, _)| *known == name).map(|(_, value)| value).ok_or(Refusal::BadSignature)
        };
        let mut scope = field("Credential")?.split('/');
        let mut part = || scope.next().ok_or(Refusal::BadSignature);
        let (access_key_id, date, region, service, end) = (part()?, part()?, part()?, part()?, part()?);
        if end != END || scope.next().is_some() {
            return Err(Refusal::BadSignature);
        }
        let signature = unhex(field("Signature")?).ok_or(Refusal::BadSignature)?;
        let signed_headers = field("SignedHeaders")?;
        Ok(Self { access_key_id, date, region, service, signed_headers, signature })
    }

    /// Whether the request is signed by `credential`, now.
    pub(super) fn check(
        &self,
        parts: &Parts,
        body: &[u8],
        credential: &Credential,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.service != "lambda" {
            return Err(Refusal::WrongService(self.service.to_owned()));
        }
        let date = parts.headers.get("x-amz-date").and_then(|date| date.to_str().ok());
        let date = date.filter(|date| date.starts_with(self.date)).ok_or(Refusal::BadSignature)?;
        let signed = seconds(date).ok_or(Refusal::BadSignature)?;
        if (signed - now.as_second()).abs() > MOST_SKEW_SECONDS {
            return Err(Refusal::Expired(date.to_owned()));
        }
        // What is not signed could be another's.
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        if !["host", "x-amz-date"].iter().all(|needed| names.contains(needed)) {
            return Err(Refusal::BadSignature);
        }
        let scope = Scope { day: self.date, region: self.region, service: self.service };
        let text = to_sign(date, &scope, &self.canonical(parts, body, &names));
        let key = scope.key(credential.key.clone());
        hmac::verify(&key, text.as_bytes(), &self.signature).map_err(|_| Refusal::BadSignature)
    }

    fn canonical(&self, parts: &Parts, body: &[u8], names: &[&str]) -> String {
        let mut query: Vec<(&str, &str)> = parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect();
        query.sort_unstable();
        let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = String::new();
        for name in names {
            let mut values = parts.headers.get_all(*name).iter().map(|value| collapsed(value.as_bytes()));
            // Of HTTP/2 the host stands in the target.
            let authority = || parts.uri.authority().filter(|_| *name == "host").map(ToString::to_string);
            let first = values.next().or_else(authority).unwrap_or_default();
            let all = values.fold(first, |all, value| all + "," + &value);
            // Writing to a String does not fail.
            let _ = writeln!(headers, "{name}:{all}");
        }
        let (method, path) = (parts.method.as_str(), encoded(parts.uri.path()));
        let (query, signed, hash) = (query.join("&"), self.signed_headers, sha256(body));
        format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{hash}")
    }
}

/// The path as it was sent is encoded once more: so do all services but S3.
fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Without spaces at the ends, and one for several.
fn collapsed(value: &[u8]) -> String {
    String::from_utf8_lossy(value).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

/// Seconds since the epoch of a date such as `20150830T123600Z`.
fn seconds(date: &str) -> Option<i64> {
    let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::super::callers::Callers;
    use super::*;

    /// Signed by botocore 1.40 for this time, key and body.
    const SIGNED_AT: &str = "2026-11-26T12:00:00Z";

    fn parts(authorization: &str) -> Parts {
        http::Request::post(
            "http://127.0.0.1:9001/2015-03-31/functions/hello%3APROD/invocations?Qualifier=PROD",
        )
        .header("host", "127.0.0.1:9001")
        .header("x-amz-date", "20261126T120000Z")
        .header("authorization", authorization)
        .body(())
        .unwrap()
        .into_parts()
        .0
    }

    fn credential(secret: &str) -> Credential {
        let json = serde_json::json!([{"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": secret, "namespace": "shop"}]);
        match Callers::known(json.to_string().as_bytes()).unwrap() {
            Callers::Known(mut known) => known.remove(0),
            Callers::Anyone { .. } => panic!("it is a list"),
        }
    }

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    #[test]
    fn a_request_of_botocore_and_no_other() {
        let authorization = include_str!("signed_by_botocore.txt").trim();
        let at = |time: &str| time.parse::<Timestamp>().unwrap();
        let check = |parts: &Parts, body: &[u8], secret: &str, time: &str| {
            Claim::read(parts).and_then(|claim| claim.check(parts, body, &credential(secret), at(time)))
        };
        let signed = parts(authorization);
        assert!(check(&signed, b"{\"a\": 1}", SECRET, SIGNED_AT).is_ok());
        assert!(check(&signed, b"{\"a\": 1}", SECRET, "2026-11-26T12:05:00Z").is_ok());
        let wrong = |result| matches!(result, Err(Refusal::BadSignature));
        assert!(wrong(check(&signed, b"{\"a\": 2}", SECRET, SIGNED_AT)));
        assert!(wrong(check(&signed, b"{\"a\": 1}", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEz", SIGNED_AT)));
        let late = check(&signed, b"{\"a\": 1}", SECRET, "2026-11-26T12:05:01Z");
        assert!(matches!(late, Err(Refusal::Expired(_))));
        let mut other = parts(authorization);
        other.uri = "/2015-03-31/functions/other/invocations?Qualifier=PROD".parse().unwrap();
        assert!(wrong(check(&other, b"{\"a\": 1}", SECRET, SIGNED_AT)));
        for broken in ["host;x-amz-date", "AKIDEXAMPLE/20261126", "Signature=", "aws4_request"] {
            let parts = parts(&authorization.replace(broken, ""));
            assert!(wrong(check(&parts, b"{\"a\": 1}", SECRET, SIGNED_AT)), "{broken}");
        }
        assert!(matches!(check(&parts("Bearer x"), b"", SECRET, SIGNED_AT), Err(Refusal::Unsigned)));
    }
}
