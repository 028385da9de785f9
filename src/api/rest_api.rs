//! `RestApi`: the API as it is being edited.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use std::collections::BTreeMap;

use crate::content::any_object;
use crate::{
    ApiInfo, Cors, GatewayResponse, GatewayResponseType, Model, Paths, RequestValidator, RestApiStatus,
};

/// The API as it is being edited. Nothing of it is served until a Stage points to a deployment of it.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "stagegate.dev",
    version = "v1alpha1",
    kind = "RestApi",
    namespaced,
    category = "stagegate",
    validation = Rule::new("size(self.metadata.name) <= 63").message("metadata.name must be at most 63 characters: it is a label of the API's host name"),
    derive = "PartialEq",
    status = "RestApiStatus",
    printcolumn = r#"{"name":"Newest deployment","type":"string","jsonPath":".status.deployment"}"#,
    printcolumn = r#"{"name":"Accepted","type":"string","jsonPath":".status.conditions[?(@.type==\"Accepted\")].status"}"#,
    printcolumn = r#"{"name":"Programmed","type":"string","jsonPath":".status.conditions[?(@.type==\"Programmed\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("has(self.paths) != has(self.openapi)", "exactly one of paths and openapi must be set"))]
pub struct RestApiSpec {
    /// Resources and methods, typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = 300))]
    pub paths: Option<Paths>,
    /// An OpenAPI 3.0 or Swagger 2.0 document with `x-amazon-apigateway-*` extensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_object")]
    pub openapi: Option<serde_json::Value>,
    /// Media types whose bodies are binary, such as `image/png`, `application/*` or `*/*`: they reach functions base64-encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(min = 3, max = 255)))]
    pub binary_media_types: Option<Vec<String>>,
    /// Highest `timeoutMillis` an integration of this API may ask for, in milliseconds. 29000 unless set; set it to allow more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 29000, max = 900_000))]
    pub maximum_integration_timeout_millis: Option<u32>,
    /// Bodies of answers from this many bytes on are compressed where the client accepts gzip or deflate, and compressed
    /// bodies of requests are unpacked: 0 to 10485760. Nothing is compressed unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_485_760))]
    pub minimum_compression_size: Option<u32>,
    /// Models by name: what bodies may look like.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 300))]
    pub models: BTreeMap<String, Model>,
    /// Validators by name; a method names the one that checks its requests.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub request_validators: BTreeMap<String, RequestValidator>,
    /// Answers to requests that no integration answers, by type; unset ones are those of the service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    /// Resource policy: who may call what, as an IAM policy document. Everyone may call everything unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_object")]
    pub policy: Option<serde_json::Value>,
    /// Which pages of other origins may call the API; none unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<Cors>,
    /// What exports print as `info`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<ApiInfo>,
    /// How many deployments made of this API are kept though no Stage serves them or has them in its history. 10 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1000))]
    pub deployment_history_limit: Option<u32>,
}
