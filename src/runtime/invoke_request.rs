//! What the head of an Invoke request asks for, and why it may be refused.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::config::FunctionConfig;
use crate::token::Token;

/// An invocation without its body.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) trace_id: Option<HeaderValue>,
    pub(crate) client_context: Option<HeaderValue>,
    /// Whether nobody waits for the outcome.
    pub(crate) is_event: bool,
    /// Whether the caller wants the end of what is logged.
    pub(crate) wants_tail: bool,
}

/// Why a request is no invocation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("Missing or wrong bearer token")]
    Forbidden,
    #[error("No such operation: {0} {1}")]
    UnknownOperation(Method, String),
    #[error("Function not found: {0}")]
    UnknownFunction(String),
    #[error("{0}")]
    Invalid(String),
    #[error("Client context must be Base64-encoded JSON of printable characters")]
    ClientContext,
    #[error("{} byte payload limit exceeded", crate::body::LIMIT)]
    TooLarge,
    #[error("The request body did not come whole in time")]
    Incomplete,
    #[error("Rate Exceeded.")]
    QueueFull,
    #[error("The function is being stopped")]
    Stopping,
}

impl Refused {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::UnknownOperation(..) | Self::UnknownFunction(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) | Self::ClientContext => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::QueueFull => StatusCode::TOO_MANY_REQUESTS,
            Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The value of `x-amzn-ErrorType`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Forbidden => "AccessDeniedException",
            Self::UnknownOperation(..) => "UnknownOperationException",
            Self::UnknownFunction(_) => "ResourceNotFoundException",
            Self::Invalid(_) => "InvalidParameterValueException",
            Self::ClientContext | Self::Incomplete => "InvalidRequestContentException",
            Self::TooLarge => "RequestTooLargeException",
            Self::QueueFull => "TooManyRequestsException",
            Self::Stopping => "ServiceException",
        }
    }
}

impl Invocation {
    pub(crate) fn parse(parts: &Parts, token: &Token, config: &FunctionConfig) -> Result<Self, Refused> {
        let headers = &parts.headers;
        if !token.admits(headers.get(http::header::AUTHORIZATION)) {
            return Err(Refused::Forbidden);
        }
        let path = parts.uri.path();
        let name = path.strip_prefix("/2015-03-31/functions/").and_then(|r| r.strip_suffix("/invocations"));
        let Some(name) = name.filter(|_| parts.method == Method::POST) else {
            return Err(Refused::UnknownOperation(parts.method.clone(), path.to_owned()));
        };
        if percent_decode_str(name).ne(config.name.bytes()) {
            return Err(Refused::UnknownFunction(name.to_owned()));
        }
        let is_event = headers.get("X-Amz-Invocation-Type").is_some_and(|kind| kind == "Event");
        if !is_event {
            only(headers, "X-Amz-Invocation-Type", "RequestResponse")?;
        }
        let wants_tail = headers.get("X-Amz-Log-Type").is_some_and(|kind| kind == "Tail");
        if !wants_tail {
            only(headers, "X-Amz-Log-Type", "None")?;
        }
        let qualifier = parts.uri.query().map(qualifier).transpose()?.flatten();
        Ok(Self {
            id: id(headers.get("X-Amzn-RequestId")),
            arn: config.arn(qualifier.as_deref()),
            trace_id: headers.get("X-Amzn-Trace-Id").cloned(),
            client_context: headers.get("X-Amz-Client-Context").map(client_context).transpose()?,
            is_event,
            // Nobody would get it (Lambda API reference, Invoke: synchronously invoked functions only).
            wants_tail: wants_tail && !is_event,
        })
    }
}

/// Refuses any other value of a header than the one that is supported.
fn only(headers: &HeaderMap, name: &str, supported: &str) -> Result<(), Refused> {
    match headers.get(name) {
        Some(value) if value != supported => {
            Err(Refused::Invalid(format!("{name}: {value:?} is not supported, only {supported:?} is")))
        }
        _ => Ok(()),
    }
}

fn qualifier(query: &str) -> Result<Option<String>, Refused> {
    let value =
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == "Qualifier");
    let Some((_, value)) = value else { return Ok(None) };
    let value = percent_decode_str(value).decode_utf8_lossy();
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"$-_".contains(&byte));
    if plain && (1..=128).contains(&value.len()) {
        Ok(Some(value.into_owned()))
    } else {
        Err(Refused::Invalid("Qualifier: must be 1 to 128 letters, digits, $, - or _".to_owned()))
    }
}

fn client_context(value: &HeaderValue) -> Result<HeaderValue, Refused> {
    let decoded = BASE64_STANDARD.decode(value.as_bytes()).map_err(|_| Refused::ClientContext)?;
    serde_json::from_slice::<serde::de::IgnoredAny>(&decoded).map_err(|_| Refused::ClientContext)?;
    HeaderValue::from_bytes(&decoded).map_err(|_| Refused::ClientContext)
}

/// The caller's id if it looks like a UUID, else a fresh one.
fn id(given: Option<&HeaderValue>) -> String {
    let is_uuid = |id: &&str| {
        id.len() == 36
            && id.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    };
    if let Some(id) = given.and_then(|value| value.to_str().ok()).filter(is_uuid) {
        return id.to_owned();
    }
    // Version 4, variant 1.
    let bits = fastrand::u128(..) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_if_it_is_a_uuid() {
        let given = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
        assert_eq!(id(Some(&HeaderValue::from_static(given))), given);
        for other in ["", "x", "8476a536-e9f4-11e8-9739-2dfe598c3fc/", "../../../../../../../../../../../etc"]
        {
            let fresh = id(Some(&HeaderValue::from_static(other)));
            assert_eq!(fresh.len(), 36);
            assert_eq!(&fresh[14..15], "4");
            assert!("89ab".contains(&fresh[19..20]));
        }
        assert_ne!(id(None), id(None));
    }

    #[test]
    fn qualifiers() {
        assert_eq!(qualifier("Qualifier=PROD").unwrap().as_deref(), Some("PROD"));
        assert_eq!(qualifier("a=b&Qualifier=%24LATEST").unwrap().as_deref(), Some("$LATEST"));
        assert_eq!(qualifier("a=b").unwrap(), None);
        for wrong in ["Qualifier=", "Qualifier=a%0Ab", "Qualifier=a:b"] {
            assert!(qualifier(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn client_contexts() {
        let given = HeaderValue::from_static("eyJjdXN0b20iOnt9fQ==");
        assert_eq!(client_context(&given).unwrap(), "{\"custom\":{}}");
        for wrong in ["{}", "e30", "eyI="] {
            assert!(client_context(&HeaderValue::from_static(wrong)).is_err(), "{wrong}");
        }
    }
}
