//! `Alias`: a named pointer to versions of a function.

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::AliasStatus;

/// A named pointer to one version of a function, or to several by weight.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "stagegate.dev",
    version = "v1alpha1",
    kind = "Alias",
    namespaced,
    category = "stagegate",
    derive = "PartialEq",
    status = "AliasStatus",
    printcolumn = r#"{"name":"Function","type":"string","jsonPath":".spec.functionName"}"#,
    printcolumn = r#"{"name":"Alias","type":"string","jsonPath":".spec.name"}"#,
    printcolumn = r#"{"name":"Version","type":"string","jsonPath":".status.functionVersion"}"#,
    printcolumn = r#"{"name":"Weights","type":"string","jsonPath":".status.weights"}"#,
    printcolumn = r#"{"name":"Programmed","type":"string","jsonPath":".status.conditions[?(@.type==\"Programmed\")].status"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("self.functionName == oldSelf.functionName && self.name == oldSelf.name", "functionName and name can't change"))]
#[x_kube(validation = ("!self.name.matches('^[0-9]+$')", "name must not be all digits: that would be a version"))]
#[x_kube(validation = (
    "!has(self.additionalVersionWeights) || size(self.additionalVersionWeights) == 0 || (self.functionVersion != '$LATEST' && !('$LATEST' in self.additionalVersionWeights))",
    "$LATEST is not supported for an alias pointing to more than 1 version"
))]
#[x_kube(validation = (
    "!has(self.additionalVersionWeights) || !(self.functionVersion in self.additionalVersionWeights)",
    "functionVersion must not stand in additionalVersionWeights too"
))]
pub struct AliasSpec {
    /// Name of the function.
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,64}$"))]
    pub function_name: String,
    /// Name of the alias as in `hello:PROD`: 1 to 128 of letters, digits, `-` and `_`, not all digits.
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,128}$"))]
    pub name: String,
    /// The version that takes what the weights leave: `"$LATEST"` or a number as text.
    #[schemars(regex(pattern = r"^(\$LATEST|[1-9][0-9]{0,17})$"))]
    pub function_version: String,
    /// Further versions: version → share of the invocations, 0.0 to 1.0. The shares sum to at most 1. At most 20.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 20), inner(range(min = 0.0, max = 1.0)))]
    pub additional_version_weights: BTreeMap<String, f64>,
    /// Which methods may invoke it, as `api/stage/METHOD/path` with `*` for anything: `houses/*/GET/stagevariables`. Every method of
    /// the namespace may where nothing is listed. For an ANY method and a variable of the path `*` is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 512)))]
    pub permissions: Vec<String>,
}
