//! `FunctionVersion`: one version of a function.

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FunctionVersionStatus, Resources, Scale};

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
    "self.version == '$LATEST' || (self.lambda == oldSelf.lambda && has(self.serviceAccountName) == has(oldSelf.serviceAccountName) && (!has(self.serviceAccountName) || self.serviceAccountName == oldSelf.serviceAccountName))",
    "a numbered FunctionVersion is immutable except for scale, resources and permissions: write the next number"
))]
#[x_kube(validation = ("self.functionName == oldSelf.functionName && self.version == oldSelf.version", "functionName and version can't change"))]
pub struct FunctionVersionSpec {
    /// Name of the function.
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,64}$"))]
    pub function_name: String,
    /// `"$LATEST"`, or a positive integer as text.
    #[schemars(regex(pattern = r"^(\$LATEST|[1-9][0-9]{0,17})$"))]
    pub version: String,
    /// A handler that speaks the Lambda Runtime API.
    pub lambda: LambdaFunction,
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
            service_account_name,
            scale: _,
            resources: _,
            permissions: _,
        } = self;
        *function_name == other.function_name
            && *version == other.version
            && *lambda == other.lambda
            && *service_account_name == other.service_account_name
    }
}

/// A handler that speaks the Lambda Runtime API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LambdaFunction {
    /// What runs the code.
    pub runtime: LambdaRuntime,
    /// `file.function`, such as `index.handler`. For `provided` it is what the bootstrap finds in `_HANDLER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128))]
    pub handler: Option<String>,
    /// The code.
    pub code: Code,
    /// Environment variables of the handler: name → value. At most 100.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 4096)))]
    pub environment: BTreeMap<String, String>,
    /// How long one event may take, in seconds: 1 to 900. 3 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 900))]
    pub timeout_seconds: Option<u32>,
    /// Memory that the handler is told it has (`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`), in MiB: 128 to 10240. 128 unless set.
    /// Where it is set, a pod in a cluster may take `maxConcurrency` times that and 64 MiB (unless `resources` is set too).
    #[serde(default, rename = "memoryMiB", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 128, max = 10240))]
    pub memory_mib: Option<u32>,
    /// Handler processes, each with one event at a time: 1 to 1000. 10 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub max_concurrency: Option<u32>,
}

/// What runs the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LambdaRuntime {
    /// `python3` of the machine or image.
    Python3,
    /// `node` of the machine or image.
    Nodejs,
    /// The code's own executable `bootstrap`; in a cluster it runs in the image for Python.
    Provided,
}

/// Where the code is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Code {
    /// Files by relative path. At most 100 files; in a cluster at most 900 KiB, the environment included.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 100), inner(length(max = 524_288)))]
    pub inline: BTreeMap<String, String>,
}
