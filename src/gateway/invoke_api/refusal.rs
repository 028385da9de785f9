//! Why an invocation is refused, in the shapes of Lambda (API reference, Invoke; common errors).

use std::sync::Arc;

use http::StatusCode;

use crate::answer_body::AnswerBody;

/// Why an invocation is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Unable to determine service/operation name to be authorized")]
    UnknownOperation,
    #[error("Missing Authentication Token")]
    Unsigned,
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    BadSignature,
    #[error("Credential should be scoped to correct service: 'lambda', not '{0}'.")]
    WrongService(String),
    #[error("Signature expired: {0} is more than 5 minutes from the time of this gateway")]
    Expired(String),
    #[error("1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: {must}")]
    Invalid { field: &'static str, value: String, must: &'static str },
    #[error("The derived qualifier from the function name does not match the specified qualifier.")]
    TwoQualifiers,
    #[error("Function not found: {0}")]
    NotFound(String),
    #[error("{0} is a server of HTTP requests (spec.http of its FunctionVersion) and takes no events")]
    NoEvents(Arc<str>),
    #[error("Could not parse request body into json: {0}")]
    NoJson(String),
    #[error("{length} byte payload is too large for the {kind} invocation type (limit {limit} bytes)")]
    TooLarge { length: u64, kind: &'static str, limit: u64 },
    #[error("The request body did not come whole in time")]
    Incomplete,
    #[error("Rate Exceeded.")]
    Busy,
    #[error("{0}")]
    Unreachable(String),
    #[error("{message}")]
    OfRuntime { status: StatusCode, kind: String, message: String },
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownOperation
            | Self::Unsigned
            | Self::UnknownKey
            | Self::BadSignature
            | Self::WrongService(_)
            | Self::Expired(_) => StatusCode::FORBIDDEN,
            Self::Invalid { .. } | Self::TwoQualifiers | Self::NoEvents(_) | Self::NoJson(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Unreachable(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::OfRuntime { status, .. } => *status,
        }
    }

    /// The value of `X-Amzn-ErrorType`.
    fn kind(&self) -> &str {
        match self {
            Self::UnknownOperation => "AccessDeniedException",
            Self::Unsigned => "MissingAuthenticationTokenException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::BadSignature | Self::WrongService(_) | Self::Expired(_) => "InvalidSignatureException",
            Self::Invalid { .. } => "ValidationException",
            Self::TwoQualifiers | Self::NoEvents(_) => "InvalidParameterValueException",
            Self::NotFound(_) => "ResourceNotFoundException",
            Self::NoJson(_) | Self::Incomplete => "InvalidRequestContentException",
            Self::TooLarge { .. } => "RequestTooLargeException",
            Self::Busy => "TooManyRequestsException",
            Self::Unreachable(_) => "ServiceException",
            Self::OfRuntime { kind, .. } => kind,
        }
    }

    pub(super) fn response(&self) -> http::Response<AnswerBody> {
        let message = self.to_string();
        let body = match self {
            // What stands before the service itself words its errors with a small letter and no type.
            Self::UnknownOperation
            | Self::Unsigned
            | Self::UnknownKey
            | Self::BadSignature
            | Self::WrongService(_)
            | Self::Expired(_)
            | Self::Invalid { .. } => serde_json::json!({"message": message}),
            Self::Busy => serde_json::json!({
                "Reason": "ConcurrentInvocationLimitExceeded", "Type": "User", "message": message,
            }),
            Self::TwoQualifiers => serde_json::json!({"Type": "User", "message": message}),
            Self::Unreachable(_) => serde_json::json!({"Type": "Service", "Message": message}),
            _ => serde_json::json!({"Type": "User", "Message": message}),
        };
        let mut response = http::Response::new(AnswerBody::whole(body.to_string()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert("content-type", http::HeaderValue::from_static("application/json"));
        if let Ok(kind) = http::HeaderValue::try_from(self.kind()) {
            headers.insert("x-amzn-errortype", kind);
        }
        response
    }
}
