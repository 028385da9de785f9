//! `lambda` of a function version: a handler that speaks the Lambda Runtime API.

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EnvironmentSource;

/// A handler that speaks the Lambda Runtime API.
#[derive(KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("has(self.runtime) != has(self.code.image)", "runtime must be set, unless code.image is: an image brings its own"))]
#[x_kube(validation = ("!has(self.code.image) || !has(self.handler)", "handler is the image's own matter: code.args may name it"))]
#[x_kube(validation = ("!has(self.code.image) || !has(self.maxConcurrency) || self.maxConcurrency == 1", "the container of code.image handles one event at a time: maxConcurrency must be 1 or left out"))]
pub struct LambdaFunction {
    /// What runs the code of `inline` and `configMap`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<LambdaRuntime>,
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
    /// Environment variables whose values are kept in a Secret or a `ConfigMap` of the same namespace: name → where. At most 100.
    /// They are read as a pod starts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub environment_from: BTreeMap<String, EnvironmentSource>,
    /// How long one event may take, in seconds: 1 to 900. 3 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 900))]
    pub timeout_seconds: Option<u32>,
    /// Memory that the handler is told it has (`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`), in MiB: 128 to 10240. 128 unless set.
    /// Where it is set, a pod in a cluster may take `maxConcurrency` times that and 64 MiB (unless `resources` is set too).
    #[serde(default, rename = "memoryMiB", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 128, max = 10240))]
    pub memory_mib: Option<u32>,
    /// Handler processes, each with one event at a time: 1 to 1000. 10 unless set; always 1 with `code.image`.
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

/// Where the code is: exactly one of `inline`, `configMap` and `image`.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("[has(self.inline), has(self.configMap), has(self.image)].exists_one(set, set)", "exactly one of inline, configMap and image must be set"))]
#[x_kube(validation = ("has(self.image) || (!has(self.command) && !has(self.args))", "command and args are an image's"))]
pub struct Code {
    /// Files by relative path. At most 100 files; in a cluster at most 900 KiB, the environment included.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("minProperties" = 1, "maxProperties" = 100), inner(length(max = 524_288)))]
    pub inline: BTreeMap<String, String>,
    /// Name of a `ConfigMap` of the same namespace: each key of it is a file. It is read as a pod starts, so it should be
    /// `immutable: true`: what a version runs changes with it otherwise, pod by pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 253), regex(pattern = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"))]
    pub config_map: Option<String>,
    /// A container image that speaks the Lambda Runtime API, as images made from AWS' base images for Lambda and such with a
    /// runtime interface client do. It runs as it is, in a cluster only; by digest it can't change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024), regex(pattern = r"^[^\s]+$"))]
    pub image: Option<String>,
    /// What is run instead of the image's entry point.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 100), inner(length(max = 16384)))]
    pub command: Vec<String>,
    /// What the entry point gets instead of the image's own arguments. AWS' base images take the handler here: `[app.handler]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 100), inner(length(max = 16384)))]
    pub args: Vec<String>,
}
