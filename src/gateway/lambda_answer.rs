//! What a function answers to a Lambda proxy integration.
//!
//! As recorded (`lambda-proxy-response-*`): every field may be missing, no other may be there, a status may be text
//! and a header's value a boolean; a list of values must be a list. What is not recorded is inferred from these, and
//! said where it stands.

mod binary;
mod fields;
mod scalar;
#[cfg(test)]
mod tests;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::proxy_headers::{self, Fate};

pub use binary::{accepts_binary, matches_binary};
use fields::{Body, Multiple, Single, Status};

/// Most bytes of headers that are taken from a function. A map of headers could not hold any number of them.
const MAX_HEADERS: usize = 65_536;

/// Padding may be missing, as the decoders of many languages have it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// An answer as the client is to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyAnswer {
    /// From 200 to 599.
    pub status: u16,
    /// In order: of `multiValueHeaders`, then of `headers`; a content type if there was none.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Decoded where that was asked for.
    pub body: Bytes,
}

/// Why an answer can't be used: 502 (recorded), but for base64.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// Text, a list, null, or nothing at all. Recorded for text.
    #[error("the answer is not a JSON object")]
    NotAnObject,
    /// Not JSON, an unknown field, or a field that holds the wrong thing.
    #[error("malformed answer: {0}")]
    Malformed(#[from] serde_json::Error),
    /// More than any client takes.
    #[error("the answer's headers are more than {MAX_HEADERS} bytes")]
    HeadersTooLarge,
    /// The body is to be decoded and is no base64: 500 (recorded).
    #[error("the answer's body is not base64")]
    BadBase64,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Payload<'a> {
    status_code: Status,
    headers: Single,
    multi_value_headers: Multiple,
    #[serde(borrow)]
    body: Body<'a>,
    is_base64_encoded: Option<bool>,
}

/// Reads a function's answer. `decode` says whether the client's `Accept` asks for a binary media type
/// ([`accepts_binary`]): only then a body in base64 is decoded.
pub fn parse(payload: &Bytes, decode: bool) -> Result<ProxyAnswer, AnswerError> {
    // To serde_json a list of fields in order would do as well.
    if payload.trim_ascii_start().first() != Some(&b'{') {
        return Err(AnswerError::NotAnObject);
    }
    let Payload { status_code, headers: single, multi_value_headers, body, is_base64_encoded } =
        serde_json::from_slice(payload)?;
    let length = |(name, value): &(HeaderName, HeaderValue)| name.as_str().len() + value.len() + 4;
    if multi_value_headers.0.iter().chain(&single.0).map(length).sum::<usize>() > MAX_HEADERS {
        return Err(AnswerError::HeadersTooLarge);
    }
    // Recorded: both kinds are joined, the values of a list first. What is in both is in the answer once (developer
    // guide, set-up-lambda-proxy-integrations).
    let mut headers = multi_value_headers.0;
    let listed = headers.len();
    for header in single.0 {
        if !headers[..listed].contains(&header) {
            headers.push(header);
        }
    }
    headers.retain_mut(|(name, _)| match proxy_headers::fate(name) {
        Fate::Kept => true,
        Fate::Remapped(to) => {
            *name = to.clone();
            true
        }
        Fate::Dropped => false,
    });
    if !headers.iter().any(|(name, _)| *name == CONTENT_TYPE) {
        headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
    }
    let body = if decode && is_base64_encoded == Some(true) {
        Bytes::from(BASE64.decode(body.as_bytes()).map_err(|_| AnswerError::BadBase64)?)
    } else {
        body.into_bytes(payload)
    };
    Ok(ProxyAnswer { status: status_code.0, headers, body })
}
