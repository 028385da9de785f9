//! Bodies as text or bytes: what binary media types and `contentHandling` make of them.
//!
//! Developer guide, api-gateway-payload-encodings-workflow.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use snapshot::ContentHandling;

use super::onward::MappedError;
use crate::lambda_answer::{accepts_binary, matches_binary};

/// A body on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Templates can read it.
    Text(String),
    /// They can't.
    Binary(Bytes),
}

impl Body {
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Text(text) => text.into(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// What a template reads.
    pub(crate) fn as_text(&self) -> Result<&str, MappedError> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Binary(_) => Err(MappedError::BinaryInTemplate),
        }
    }
}

/// The body of a request as the integration gets it.
pub(crate) fn of_request(
    body: Bytes,
    media: &str,
    binary_types: &[String],
    handling: Option<ContentHandling>,
) -> Result<Body, MappedError> {
    match (matches_binary(binary_types, media), handling) {
        (true, Some(ContentHandling::ConvertToText)) => Ok(Body::Text(STANDARD.encode(&body))),
        (true, _) => Ok(Body::Binary(body)),
        (false, Some(ContentHandling::ConvertToBinary)) => decoded(&body),
        (false, _) => Ok(text(body)),
    }
}

/// The body of an answer as the client gets it.
pub(crate) fn of_answer(
    body: Bytes,
    media: &str,
    accept: Option<&str>,
    binary_types: &[String],
    handling: Option<ContentHandling>,
) -> Result<Body, MappedError> {
    let is_binary = matches_binary(binary_types, media);
    let wants_binary = accepts_binary(binary_types, accept);
    match (is_binary, handling) {
        (true, Some(ContentHandling::ConvertToText)) => Ok(Body::Text(STANDARD.encode(&body))),
        (true, None) if !wants_binary => Ok(Body::Text(STANDARD.encode(&body))),
        (true, _) => Ok(Body::Binary(body)),
        (false, Some(ContentHandling::ConvertToBinary)) => decoded(&body),
        (false, None) if wants_binary => decoded(&body),
        (false, _) => Ok(text(body)),
    }
}

fn text(body: Bytes) -> Body {
    Body::Text(match String::from_utf8(body.into()) {
        Ok(text) => text,
        // Recorded: what is not UTF-8 is replaced, so that the body grows.
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn decoded(body: &[u8]) -> Result<Body, MappedError> {
    STANDARD
        .decode(body.trim_ascii())
        .map(|bytes| Body::Binary(bytes.into()))
        .map_err(|_| MappedError::BadBase64)
}
