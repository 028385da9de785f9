//! How requests and answers are made over on their way, where an integration is no proxy.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Templates and responses of an integration that is no proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mapping {
    /// Media type of the request → template that makes the body of the onward request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 307_200)))]
    pub request_templates: BTreeMap<String, String>,
    /// What becomes of bodies that no template is for. `WHEN_NO_MATCH` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passthrough_behavior: Option<PassthroughBehavior>,
    /// Whether bodies of requests are turned to text (base64) or bytes. As they are unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
    /// Answers: a pattern that the whole status (or a function's whole error message) matches, or `default` → what is
    /// answered. Patterns are looked at in lexicographic order, the default last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub responses: BTreeMap<String, IntegrationResponse>,
}

/// One answer of an integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntegrationResponse {
    /// Status of the answer.
    #[schemars(range(min = 100, max = 599))]
    pub status_code: u16,
    /// `method.response.header.X` → `integration.response.header.X`, `integration.response.body.JSONPATH`, `context.x`,
    /// `stageVariables.x` or `'text'`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 1024)))]
    pub response_parameters: BTreeMap<String, String>,
    /// Media type that the client accepts → template that makes the body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 307_200)))]
    pub response_templates: BTreeMap<String, String>,
    /// Whether the body is turned to text (base64) or bytes. As the client accepts it unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
}

/// What becomes of bodies that no template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PassthroughBehavior {
    /// They pass as they are.
    WhenNoMatch,
    /// They pass where there is no template at all; else the answer is 415.
    WhenNoTemplates,
    /// The answer is 415.
    Never,
}

/// What bodies are turned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContentHandling {
    /// Base64 becomes bytes.
    ConvertToBinary,
    /// Bytes become base64.
    ConvertToText,
}
