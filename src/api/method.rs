//! One method of a resource: what requests to it must be like, and the integration that answers them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AwsIntegration, HttpIntegration, LambdaIntegration, MockIntegration};

/// One method of a resource: exactly one integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["lambda"]}, {"required": ["http"]}, {"required": ["mock"]}, {"required": ["aws"]}
]))]
pub struct Method {
    /// Invoke a function: with the Lambda proxy event (payload 1.0), or where `mapping` is set with what that makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<LambdaIntegration>,
    /// Pass the request on to an HTTP endpoint: as it is, or where `mapping` is set as that makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpIntegration>,
    /// Answer without a backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock: Option<MockIntegration>,
    /// Call a service that speaks an AWS protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<AwsIntegration>,
    /// Parameters of requests, such as `method.request.querystring.page`, `method.request.header.X-Id` or
    /// `method.request.path.id`: whether a validator that checks parameters requires them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 300))]
    pub request_parameters: BTreeMap<String, bool>,
    /// Media type of the body → name of the model that a validator that checks bodies holds it against.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 255)))]
    pub request_models: BTreeMap<String, String>,
    /// Name of the validator, one of the API's `requestValidators`; nothing is checked unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    pub request_validator: Option<String>,
    /// Answers by status, as exports print them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub responses: BTreeMap<String, MethodResponse>,
    /// `operationId` in exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub operation_name: Option<String>,
}

/// An answer of a method, as exports print it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MethodResponse {
    /// Names of headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(max = 255)))]
    pub headers: Vec<String>,
    /// Media type → name of a model.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 255)))]
    pub models: BTreeMap<String, String>,
}

/// What a validator checks before the integration is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestValidator {
    /// Bodies against the method's models; no unless set.
    #[serde(default)]
    pub validate_request_body: bool,
    /// That required parameters are there; no unless set.
    #[serde(default)]
    pub validate_request_parameters: bool,
}

/// A model: a JSON Schema (draft 4) that bodies are held against.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// Media type; `application/json` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    pub content_type: Option<String>,
    /// JSON Schema, draft 4. `{"$ref": "#/models/Name"}` refers to another model of the API.
    #[schemars(schema_with = "crate::content::any_object")]
    pub schema: serde_json::Value,
}
