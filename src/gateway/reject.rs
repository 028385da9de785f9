//! Why a request gets no answer of its integration. Status, error type and message are as recorded (FACTS, errors).

use http::StatusCode;
use snapshot::ParameterError;

/// The closed list of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reject {
    #[error("no API has this host name")]
    UnknownApi,
    #[error("the API has no such stage")]
    UnknownStage,
    #[error("the stage has no such resource and method")]
    UnknownRoute,
    #[error("Content-Length stands beside Transfer-Encoding, or more than once")]
    AmbiguousLength,
    #[error("the request head is over 10240 bytes")]
    HeadTooLarge,
    #[error("the request line is over 8192 bytes")]
    PathTooLong,
    #[error("the body is over 10 MiB")]
    BodyTooLarge,
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    #[error("the body broke off or is malformed")]
    BodyBroken,
    #[error("the path holds dot segments, which an HTTP integration does not pass on")]
    DotSegments,
    #[error("the method's target is not there")]
    BrokenTarget,
    #[error("the resource policy does not allow it")]
    PolicyDenied,
    #[error("required parameters are missing")]
    MissingParameters,
    #[error("the body is not what the method's model asks for")]
    InvalidBody,
    #[error("no template is for the body's media type, and it may not pass")]
    UnsupportedMediaType,
    #[error("the body begins like JSON and is none")]
    InvalidJson,
    #[error("a template or mapping failed")]
    MappingFailed,
    #[error("a parameter of the integration's URL has no value")]
    UnsetParameter,
    #[error("no integration response is set up for what the endpoint answered")]
    NoIntegrationResponse,
    #[error("the function refused the event")]
    EventRefused,
    #[error("the function's version has no endpoint, or it can't be reached")]
    FunctionUnreachable,
    #[error("the function failed")]
    FunctionError,
    #[error("the function's answer is not a proxy answer")]
    MalformedAnswer,
    #[error("the function's body is not base64")]
    BadBase64,
    #[error("the function has as many events as it can take")]
    FunctionBusy,
    #[error("the Secret with the integration's credentials can't be used")]
    NoCredentials,
    #[error("the endpoint did not answer in time")]
    IntegrationTimeout,
    #[error("the endpoint can't be reached, or broke off")]
    EndpointUnreachable,
    #[error("the endpoint's address is not allowed")]
    EndpointDenied,
}

impl Reject {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::UnknownApi | Self::UnknownStage | Self::UnknownRoute | Self::PolicyDenied => {
                StatusCode::FORBIDDEN
            }
            Self::AmbiguousLength
            | Self::BodyBroken
            | Self::DotSegments
            | Self::InvalidJson
            | Self::MissingParameters
            | Self::InvalidBody
            | Self::EventRefused => StatusCode::BAD_REQUEST,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::PathTooLong => StatusCode::URI_TOO_LONG,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BrokenTarget
            | Self::BadBase64
            | Self::EndpointDenied
            | Self::FunctionUnreachable
            | Self::MappingFailed
            | Self::UnsetParameter
            | Self::NoCredentials
            | Self::NoIntegrationResponse => StatusCode::INTERNAL_SERVER_ERROR,
            Self::FunctionError | Self::MalformedAnswer => StatusCode::BAD_GATEWAY,
            Self::FunctionBusy => StatusCode::TOO_MANY_REQUESTS,
            Self::IntegrationTimeout | Self::EndpointUnreachable => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// `x-amzn-ErrorType`.
    pub(crate) fn error_type(self) -> &'static str {
        match self {
            Self::UnknownApi | Self::UnknownStage => "ForbiddenException",
            Self::UnknownRoute => "MissingAuthenticationTokenException",
            Self::AmbiguousLength
            | Self::BodyBroken
            | Self::DotSegments
            | Self::BodyTooSlow
            | Self::HeadTooLarge
            | Self::InvalidJson
            | Self::EventRefused
            | Self::MissingParameters
            | Self::InvalidBody
            | Self::UnsupportedMediaType
            | Self::PathTooLong => "BadRequestException",
            Self::PolicyDenied => "AccessDeniedException",
            Self::BodyTooLarge => "RequestTooLargeException",
            Self::FunctionBusy => "TooManyRequestsException",
            _ => "InternalServerErrorException",
        }
    }

    /// The type of gateway response (developer guide, supported-gateway-response-types).
    pub(crate) fn response_type(self) -> &'static str {
        match self {
            Self::UnknownRoute => "MISSING_AUTHENTICATION_TOKEN",
            Self::PolicyDenied => "ACCESS_DENIED",
            Self::MissingParameters => "BAD_REQUEST_PARAMETERS",
            Self::InvalidBody => "BAD_REQUEST_BODY",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge => "REQUEST_TOO_LARGE",
            Self::FunctionBusy => "THROTTLED",
            Self::IntegrationTimeout => "INTEGRATION_TIMEOUT",
            Self::EndpointUnreachable | Self::EndpointDenied | Self::FunctionUnreachable => {
                "INTEGRATION_FAILURE"
            }
            Self::BrokenTarget
            | Self::MappingFailed
            | Self::UnsetParameter
            | Self::NoCredentials
            | Self::NoIntegrationResponse => "API_CONFIGURATION_ERROR",
            other if other.status().is_server_error() => "DEFAULT_5XX",
            _ => "DEFAULT_4XX",
        }
    }

    /// What the caller is told.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::UnknownApi | Self::UnknownStage | Self::PolicyDenied => "Forbidden",
            Self::UnknownRoute => "Missing Authentication Token",
            Self::AmbiguousLength | Self::BodyBroken | Self::DotSegments => "Bad Request",
            Self::MissingParameters => "Missing required request parameters",
            Self::InvalidBody => "Invalid request body",
            Self::HeadTooLarge => "Request Header Fields Too Large",
            Self::PathTooLong => "URI Too Long",
            Self::BodyTooLarge => "Request Too Long",
            Self::BodyTooSlow => "Request Timeout",
            Self::UnsupportedMediaType => "Unsupported Media Type",
            Self::InvalidJson => "Invalid JSON in request body",
            Self::EventRefused => "Could not parse request body into json",
            Self::FunctionBusy => "Too Many Requests",
            Self::IntegrationTimeout => "Endpoint request timed out",
            Self::EndpointUnreachable => "Network error communicating with endpoint",
            _ => "Internal server error",
        }
    }

    /// Whether the integration is to blame: those bodies were recorded with a space behind the colon.
    pub(crate) fn is_of_integration(self) -> bool {
        matches!(
            self,
            Self::BrokenTarget
                | Self::UnsupportedMediaType
                | Self::InvalidJson
                | Self::EventRefused
                | Self::MappingFailed
                | Self::UnsetParameter
                | Self::NoCredentials
                | Self::NoIntegrationResponse
                | Self::FunctionUnreachable
                | Self::FunctionError
                | Self::MalformedAnswer
                | Self::BadBase64
                | Self::IntegrationTimeout
                | Self::EndpointUnreachable
                | Self::EndpointDenied
        )
    }
}

impl From<ParameterError> for Reject {
    fn from(error: ParameterError) -> Self {
        match error {
            ParameterError::DotSegment => Self::DotSegments,
            ParameterError::Unset => Self::UnsetParameter,
        }
    }
}
