//! What the operator writes into `status`: what is live, since when, and what stands in the way.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::MethodSettings;

/// Most entries of a Stage's `history`.
pub const HISTORY_ENTRIES: usize = 10;
/// Most users that `inUseBy` names.
pub const USERS_NAMED: usize = 10;

/// Status of a `RestApi`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RestApiStatus {
    /// Generation of the spec that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Name of the `ApiDeployment` of its newest good content.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253))]
    pub deployment: Option<String>,
    /// SHA-256 of that content, normalised, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub digest: Option<String>,
    /// `Accepted`, `Programmed` and `Ready`.
    #[schemars(schema_with = "conditions")]
    pub conditions: Vec<Condition>,
}

/// Status of an `ApiDeployment`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiDeploymentStatus {
    /// Generation of the spec that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// SHA-256 of the normalised content, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub digest: Option<String>,
    /// Stages that serve it, such as `Stage/houses-prod`; at most 10 are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(length(max = 512)))]
    pub in_use_by: Vec<String>,
    /// `Accepted`, `Programmed` and `Ready`.
    #[schemars(schema_with = "conditions")]
    pub conditions: Vec<Condition>,
}

/// Status of a `Stage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct StageStatus {
    /// Generation of the spec that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Where the stage is reached from inside the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub url: Option<String>,
    /// Name of the `ApiDeployment` that is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253))]
    pub deployment: Option<String>,
    /// Stage variables that are live.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 512)))]
    pub variables: BTreeMap<String, String>,
    /// SHA-256 of the stage variables that are live, in hexadecimal: the same in two places that have the same variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub variables_digest: Option<String>,
    /// The canary that is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary: Option<CanaryStatus>,
    /// Settings of methods that are live.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 300))]
    pub method_settings: BTreeMap<String, MethodSettings>,
    /// What was live when and why, the newest first; at most 10 entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub history: Vec<StageHistory>,
    /// `Accepted`, `Programmed` and `Ready`.
    #[schemars(schema_with = "conditions")]
    pub conditions: Vec<Condition>,
}

/// The canary that is live.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct CanaryStatus {
    /// Name of its `ApiDeployment`.
    #[schemars(length(max = 253))]
    pub deployment: String,
    /// Its share of the requests, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub percent: f64,
    /// Its stage variables: the stage's with the overrides merged over them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 200), inner(length(max = 512)))]
    pub variables: BTreeMap<String, String>,
}

/// What was live from a moment on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageHistory {
    /// Name of the `ApiDeployment`.
    #[schemars(length(max = 253))]
    pub deployment: String,
    /// Name of the canary's `ApiDeployment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253))]
    pub canary_deployment: Option<String>,
    /// The canary's share, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub canary_percent: Option<f64>,
    /// The stage's variables, as they were live; missing where they are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 512)))]
    pub variables: Option<BTreeMap<String, String>>,
    /// Since when.
    pub since: Time,
    /// Why it changed.
    #[schemars(length(max = 1024))]
    pub why: String,
}

/// Status of a `FunctionVersion`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct FunctionVersionStatus {
    /// Generation of the spec that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// SHA-256 of the spec that was last good, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub digest: Option<String>,
    /// Pods it has.
    #[schemars(range(min = 0))]
    pub replicas: i32,
    /// Pods that are ready for requests.
    #[schemars(range(min = 0))]
    pub ready_replicas: i32,
    /// Aliases and stages that lead to it, such as `Alias/hello-prod`; at most 10 are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(length(max = 512)))]
    pub in_use_by: Vec<String>,
    /// `Accepted`, `Programmed` and `Ready`.
    #[schemars(schema_with = "conditions")]
    pub conditions: Vec<Condition>,
}

/// Status of an `Alias`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct AliasStatus {
    /// Generation of the spec that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The version that is live: it takes what the weights leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub function_version: Option<String>,
    /// Shares of further versions that are live.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 20), inner(range(min = 0.0, max = 1.0)))]
    pub additional_version_weights: BTreeMap<String, f64>,
    /// The live versions with their shares in a word, such as `1: 95%, 2: 5%`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub weights: Option<String>,
    /// Stages that lead to it, such as `Stage/houses-prod`; at most 10 are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(length(max = 512)))]
    pub in_use_by: Vec<String>,
    /// `Accepted`, `Programmed` and `Ready`.
    #[schemars(schema_with = "conditions")]
    pub conditions: Vec<Condition>,
}

/// The well-known shape, with bounds: `type` is the key of the list.
fn conditions(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({
        "type": "array",
        "maxItems": 8,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["type"],
        "items": {
            "type": "object",
            "required": ["type", "status", "reason", "message", "lastTransitionTime"],
            "properties": {
                "type": {
                    "type": "string", "maxLength": 316,
                    "description": "What it is about: Accepted (the spec is valid and taken), Programmed (every ready gateway serves it) or Ready (its pods answer).",
                },
                "status": { "type": "string", "enum": ["True", "False", "Unknown"], "description": "Whether it is so." },
                "reason": { "type": "string", "maxLength": 1024, "description": "Why, in a word." },
                "message": { "type": "string", "maxLength": 32768, "description": "Why, for people." },
                "observedGeneration": { "type": "integer", "format": "int64", "minimum": 0, "description": "Generation of the spec that this is about." },
                "lastTransitionTime": { "type": "string", "format": "date-time", "description": "When status last changed." },
            },
        },
    })
}
