//! `http` of a function version: a container that serves HTTP.

use std::collections::BTreeMap;

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::EnvironmentSource;

/// A container that serves HTTP, in a cluster.
#[derive(KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpFunction {
    /// The container image. It runs as it is; by digest it can't change.
    #[schemars(length(min = 1, max = 1024), regex(pattern = r"^[^\s]+$"))]
    pub image: String,
    /// Where the container takes plain HTTP/1.1: 1 to 65535. It does not run as root: not every node lets it have one below 1024.
    #[schemars(range(min = 1, max = 65535))]
    pub port: u16,
    /// Put before the path of each request, such as `/v1`; nothing unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512), regex(pattern = r"^(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+$"))]
    pub path: Option<String>,
    /// Answers `GET` with 200 to 399 once the container can take requests. Unless set, it can once it takes connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512), regex(pattern = r"^/[^\s]*$"))]
    pub readiness_path: Option<String>,
    /// What is run instead of the image's entry point.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 100), inner(length(max = 16384)))]
    pub command: Vec<String>,
    /// What the entry point gets instead of the image's own arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 100), inner(length(max = 16384)))]
    pub args: Vec<String>,
    /// Environment variables: name → value. At most 100.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 4096)))]
    pub environment: BTreeMap<String, String>,
    /// Environment variables whose values are kept in a Secret or a `ConfigMap` of the same namespace: name → where. At most 100.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub environment_from: BTreeMap<String, EnvironmentSource>,
}
