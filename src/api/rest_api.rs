//! `RestApi`: the API as it is being edited.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::{Paths, RestApiStatus};

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
    /// How many deployments made of this API are kept though no Stage serves them or has them in its history. 10 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1000))]
    pub deployment_history_limit: Option<u32>,
}

fn any_object(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
}
