//! What answers a method, as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What answers a method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Integration {
    /// A function.
    Lambda(LambdaIntegration),
    /// An HTTP endpoint.
    Http(HttpIntegration),
    /// No backend.
    Mock(MockIntegration),
    /// A service that speaks an AWS protocol.
    Aws(AwsIntegration),
}

/// Lambda integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LambdaIntegration {
    /// Reference, stage variables not yet put in.
    pub function: String,
    /// Deadline, in milliseconds.
    pub timeout_millis: u32,
    /// `integration.request.header.X` → source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// How event and answer are made; a proxy if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
}

/// HTTP integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpIntegration {
    /// URL, stage variables and path parameters not yet put in.
    pub url: String,
    /// Method of the onward request; that of the request if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Deadline, in milliseconds.
    pub timeout_millis: u32,
    /// `integration.request.header.X`, `.querystring.x`, `.path.x` → source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// Takes any certificate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insecure_skip_verification: bool,
    /// How the onward request and the answer are made; a proxy if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
}

/// A mock: a fixed answer, or what `mapping` makes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MockIntegration {
    /// Status of the fixed answer.
    pub status_code: u16,
    /// Headers of the fixed answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Body of the fixed answer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Picks and makes the answer, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
}

/// A service that speaks an AWS protocol.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsIntegration {
    /// `arn:aws:apigateway:REGION:SERVICE:action/NAME` or `…:path/PATH`; stage variables and path parameters not yet put in.
    pub uri: String,
    /// Method of the onward request; that of the request if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Base URL of the service.
    pub endpoint: String,
    /// Name of the Secret with the credentials; their values travel beside the snapshot.
    pub credentials_secret: String,
    /// Deadline, in milliseconds.
    pub timeout_millis: u32,
    /// As for HTTP.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// How the onward request and the answer are made.
    #[serde(default)]
    pub mapping: Mapping,
}

/// How requests and answers are made over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mapping {
    /// Media type → template.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_templates: BTreeMap<String, String>,
    /// What becomes of bodies that no template is for.
    #[serde(default)]
    pub passthrough_behavior: PassthroughBehavior,
    /// What bodies of requests are turned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
    /// Pattern or `default` → answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub responses: BTreeMap<String, IntegrationResponse>,
}

/// One answer of an integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationResponse {
    /// Status.
    pub status_code: u16,
    /// `method.response.header.X` → source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: BTreeMap<String, String>,
    /// Media type → template.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, String>,
    /// What the body is turned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
}

/// What becomes of bodies that no template is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PassthroughBehavior {
    /// They pass.
    #[default]
    WhenNoMatch,
    /// They pass where there is no template at all.
    WhenNoTemplates,
    /// They don't pass.
    Never,
}

/// What bodies are turned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContentHandling {
    /// Base64 becomes bytes.
    ConvertToBinary,
    /// Bytes become base64.
    ConvertToText,
}
