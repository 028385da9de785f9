//! `FunctionVersion`: one version of a function.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::{FunctionVersionStatus, HttpFunction, LambdaFunction, Resources, Scale};

/// One version of a function. Immutable except for `scale`, `resources` and `permissions`; `$LATEST` may change.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "stagegate.dev",
    version = "v1alpha1",
    kind = "FunctionVersion",
    namespaced,
    category = "stagegate",
    derive = "PartialEq",
    status = "FunctionVersionStatus",
    printcolumn = r#"{"name":"Function","type":"string","jsonPath":".spec.functionName"}"#,
    printcolumn = r#"{"name":"Version","type":"string","jsonPath":".spec.version"}"#,
    printcolumn = r#"{"name":"Runtime","type":"string","jsonPath":".spec.lambda.runtime"}"#,
    printcolumn = r#"{"name":"Pods","type":"integer","jsonPath":".status.replicas"}"#,
    printcolumn = r#"{"name":"Ready pods","type":"integer","jsonPath":".status.readyReplicas"}"#,
    printcolumn = r#"{"name":"Programmed","type":"string","jsonPath":".status.conditions[?(@.type==\"Programmed\")].status"}"#,
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = (
    "self.version == '$LATEST' || (has(self.lambda) == has(oldSelf.lambda) && (!has(self.lambda) || self.lambda == oldSelf.lambda) && has(self.http) == has(oldSelf.http) && (!has(self.http) || self.http == oldSelf.http) && has(self.serviceAccountName) == has(oldSelf.serviceAccountName) && (!has(self.serviceAccountName) || self.serviceAccountName == oldSelf.serviceAccountName))",
    "a numbered FunctionVersion is immutable except for scale, resources and permissions: write the next number"
))]
#[x_kube(validation = ("self.functionName == oldSelf.functionName && self.version == oldSelf.version", "functionName and version can't change"))]
#[x_kube(validation = ("has(self.lambda) != has(self.http)", "exactly one of lambda and http must be set"))]
pub struct FunctionVersionSpec {
    /// Name of the function.
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,64}$"))]
    pub function_name: String,
    /// `"$LATEST"`, or a positive integer as text.
    #[schemars(regex(pattern = r"^(\$LATEST|[1-9][0-9]{0,17})$"))]
    pub version: String,
    /// A handler that speaks the Lambda Runtime API. Exactly one of `lambda` and `http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<LambdaFunction>,
    /// A container that serves HTTP, in a cluster: it gets requests as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpFunction>,
    /// How many pods run, in a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// What a pod asks for and may take, in a cluster; exactly this where it is set. Unless set: 50m of CPU and 64Mi
    /// of memory are asked for, and where `memoryMiB` is set, that and 64Mi, up to `maxConcurrency` times it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// The `ServiceAccount` that the pods run as, in a cluster; the namespace's `default`, without its token, unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253), regex(pattern = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"))]
    pub service_account_name: Option<String>,
    /// Which methods may invoke it, as `api/stage/METHOD/path` with `*` for anything: `houses/*/GET/stagevariables`. Every method of
    /// the namespace may where nothing is listed. For an ANY method and a variable of the path `*` is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 512)))]
    pub permissions: Vec<String>,
}

impl FunctionVersionSpec {
    /// Whether the two are one version: they differ at most in what may change of a numbered one.
    #[must_use]
    pub fn is_same_version(&self, other: &Self) -> bool {
        let Self {
            function_name,
            version,
            lambda,
            http,
            service_account_name,
            scale: _,
            resources: _,
            permissions: _,
        } = self;
        *function_name == other.function_name
            && *version == other.version
            && *lambda == other.lambda
            && *http == other.http
            && *service_account_name == other.service_account_name
    }
}
