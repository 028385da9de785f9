//! Answers to requests that no integration answers.
//!
//! Developer guide, supported-gateway-response-types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One gateway response; what is not set is that of the type, or of the default that stands for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayResponse {
    /// Status of the answer; that of the type unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 200, max = 599))]
    pub status_code: Option<u16>,
    /// `gatewayresponse.header.X` → `method.request.header.X` and the like, `context.x`, `stageVariables.x` or `'text'`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 1024)))]
    pub response_parameters: BTreeMap<String, String>,
    /// Media type that the client accepts → body, in which `$context.x`, `$stageVariables.x` and
    /// `$input.params('x')` are put in. `{"message":$context.error.messageString}` as `application/json` unless set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 307_200)))]
    pub response_templates: BTreeMap<String, String>,
}

/// Why a request is answered by the gateway itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum GatewayResponseType {
    /// A policy or authorizer denies it: 403.
    #[serde(rename = "ACCESS_DENIED")]
    AccessDenied,
    /// The API is set up so that it can't answer: 500.
    #[serde(rename = "API_CONFIGURATION_ERROR")]
    ApiConfigurationError,
    /// The authorizer is set up so that it can't answer: 500.
    #[serde(rename = "AUTHORIZER_CONFIGURATION_ERROR")]
    AuthorizerConfigurationError,
    /// The authorizer failed: 500.
    #[serde(rename = "AUTHORIZER_FAILURE")]
    AuthorizerFailure,
    /// A validator refuses the body: 400.
    #[serde(rename = "BAD_REQUEST_BODY")]
    BadRequestBody,
    /// A validator misses parameters: 400.
    #[serde(rename = "BAD_REQUEST_PARAMETERS")]
    BadRequestParameters,
    /// Stands for every 4XX type that is not given.
    #[serde(rename = "DEFAULT_4XX")]
    Default4xx,
    /// Stands for every 5XX type that is not given.
    #[serde(rename = "DEFAULT_5XX")]
    Default5xx,
    /// The token has expired: 403.
    #[serde(rename = "EXPIRED_TOKEN")]
    ExpiredToken,
    /// The integration failed: 504.
    #[serde(rename = "INTEGRATION_FAILURE")]
    IntegrationFailure,
    /// The integration did not answer in time: 504.
    #[serde(rename = "INTEGRATION_TIMEOUT")]
    IntegrationTimeout,
    /// The API key is none: 403.
    #[serde(rename = "INVALID_API_KEY")]
    InvalidApiKey,
    /// The signature is wrong: 403.
    #[serde(rename = "INVALID_SIGNATURE")]
    InvalidSignature,
    /// No such resource and method, or no token: 403.
    #[serde(rename = "MISSING_AUTHENTICATION_TOKEN")]
    MissingAuthenticationToken,
    /// The quota of the usage plan is used up: 429.
    #[serde(rename = "QUOTA_EXCEEDED")]
    QuotaExceeded,
    /// The request is too large: 413.
    #[serde(rename = "REQUEST_TOO_LARGE")]
    RequestTooLarge,
    /// There is nothing after it was authorised: 404.
    #[serde(rename = "RESOURCE_NOT_FOUND")]
    ResourceNotFound,
    /// Too many requests: 429.
    #[serde(rename = "THROTTLED")]
    Throttled,
    /// The authorizer found no one: 401.
    #[serde(rename = "UNAUTHORIZED")]
    Unauthorized,
    /// No template for the media type, and it may not pass: 415.
    #[serde(rename = "UNSUPPORTED_MEDIA_TYPE")]
    UnsupportedMediaType,
    /// A firewall rule refuses it: 403.
    #[serde(rename = "WAF_FILTERED")]
    WafFiltered,
}

impl GatewayResponseType {
    /// Every type.
    pub const ALL: [Self; 21] = [
        Self::AccessDenied,
        Self::ApiConfigurationError,
        Self::AuthorizerConfigurationError,
        Self::AuthorizerFailure,
        Self::BadRequestBody,
        Self::BadRequestParameters,
        Self::Default4xx,
        Self::Default5xx,
        Self::ExpiredToken,
        Self::IntegrationFailure,
        Self::IntegrationTimeout,
        Self::InvalidApiKey,
        Self::InvalidSignature,
        Self::MissingAuthenticationToken,
        Self::QuotaExceeded,
        Self::RequestTooLarge,
        Self::ResourceNotFound,
        Self::Throttled,
        Self::Unauthorized,
        Self::UnsupportedMediaType,
        Self::WafFiltered,
    ];

    /// As it stands in manifests and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "ACCESS_DENIED",
            Self::ApiConfigurationError => "API_CONFIGURATION_ERROR",
            Self::AuthorizerConfigurationError => "AUTHORIZER_CONFIGURATION_ERROR",
            Self::AuthorizerFailure => "AUTHORIZER_FAILURE",
            Self::BadRequestBody => "BAD_REQUEST_BODY",
            Self::BadRequestParameters => "BAD_REQUEST_PARAMETERS",
            Self::Default4xx => "DEFAULT_4XX",
            Self::Default5xx => "DEFAULT_5XX",
            Self::ExpiredToken => "EXPIRED_TOKEN",
            Self::IntegrationFailure => "INTEGRATION_FAILURE",
            Self::IntegrationTimeout => "INTEGRATION_TIMEOUT",
            Self::InvalidApiKey => "INVALID_API_KEY",
            Self::InvalidSignature => "INVALID_SIGNATURE",
            Self::MissingAuthenticationToken => "MISSING_AUTHENTICATION_TOKEN",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
            Self::RequestTooLarge => "REQUEST_TOO_LARGE",
            Self::ResourceNotFound => "RESOURCE_NOT_FOUND",
            Self::Throttled => "THROTTLED",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::WafFiltered => "WAF_FILTERED",
        }
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
