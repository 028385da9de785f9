//! `Stage`: an addressable environment of an API.

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::{MethodSettings, StageStatus};

/// An addressable environment of an API: a deployment, stage variables and, perhaps, a canary.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "stagegate.dev",
    version = "v1alpha1",
    kind = "Stage",
    namespaced,
    category = "stagegate",
    derive = "PartialEq",
    status = "StageStatus",
    validation = Rule::new("size(self.metadata.name) <= 63 && !self.metadata.name.contains('.')").message("metadata.name must be a DNS label"),
    printcolumn = r#"{"name":"API","type":"string","jsonPath":".spec.restApi"}"#,
    printcolumn = r#"{"name":"Stage","type":"string","jsonPath":".spec.name"}"#,
    printcolumn = r#"{"name":"Live","type":"string","jsonPath":".status.deployment"}"#,
    printcolumn = r#"{"name":"Canary","type":"string","jsonPath":".status.canary.deployment"}"#,
    printcolumn = r#"{"name":"Canary %","type":"number","jsonPath":".status.canary.percent"}"#,
    printcolumn = r#"{"name":"Programmed","type":"string","jsonPath":".status.conditions[?(@.type==\"Programmed\")].status"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"URL","type":"string","jsonPath":".status.url","priority":1}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("self.name == oldSelf.name && self.restApi == oldSelf.restApi", "name and restApi of a Stage can't change: make another Stage"))]
pub struct StageSpec {
    /// Name of the stage as it stands in the URL.
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,128}$"))]
    pub name: String,
    /// Name of the `RestApi`.
    #[schemars(length(min = 1, max = 63))]
    pub rest_api: String,
    /// Name of the `ApiDeployment` that is served, or `latest` (meant for development) for whatever the `RestApi` says.
    #[schemars(length(min = 1, max = 253))]
    pub deployment: String,
    /// Stage variables: names of `A-Za-z0-9_` up to 64 characters, values of `A-Za-z0-9-._~:/?#&=,` up to 512. At most 100.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 512), regex(pattern = "^[A-Za-z0-9._~:/?#&=,-]+$")))]
    #[x_kube(validation = ("self.all(k, k.matches('^[A-Za-z0-9_]{1,64}$'))", "names of stage variables are 1 to 64 of A-Za-z0-9_"))]
    pub variables: BTreeMap<String, String>,
    /// A share of the stage's requests that is served otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Canary>,
    /// What is done with requests beside answering them: `*/*` for every method, or path and method such as `/houses/GET`, which
    /// then holds instead.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 300))]
    pub method_settings: BTreeMap<String, MethodSettings>,
}

/// A share of a stage's requests, drawn at random for each request, with a deployment and variables of its own.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
// Not multipleOf: the API server takes a whole number for an integer, cuts the factor to 0, and refuses it.
#[x_kube(validation = (
    "!has(self.percent) || (self.percent * 100.0 - double(int(self.percent * 100.0 + 0.5)) < 0.000001 && self.percent * 100.0 - double(int(self.percent * 100.0 + 0.5)) > -0.000001)",
    "percent must be in steps of 0.01"
))]
pub struct Canary {
    /// Share of the requests in percent: 0 to 100 in steps of 0.01. 0 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub percent: Option<f64>,
    /// Name of the `ApiDeployment` the canary serves, or `latest`; that of the stage unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub deployment: Option<String>,
    /// Stage variables of the canary, merged over those of the stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 512), regex(pattern = "^[A-Za-z0-9._~:/?#&=,-]+$")))]
    #[x_kube(validation = ("self.all(k, k.matches('^[A-Za-z0-9_]{1,64}$'))", "names of stage variables are 1 to 64 of A-Za-z0-9_"))]
    pub variables: BTreeMap<String, String>,
}
