//! How a function version runs in a cluster: what may change while the version stays the same.

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Quantity;

/// How many pods run, in a cluster.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("!has(self.min) || self.min > 0", "min: 0 is not supported: a version that something refers to keeps at least 1 pod"))]
#[x_kube(validation = ("!has(self.min) || !has(self.max) || self.min <= self.max", "min must not be above max"))]
pub struct Scale {
    /// Pods at least, while anything refers to the version: 1 to 1000. 1 unless set. A version that nothing refers to has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1000))]
    pub min: Option<u32>,
    /// Pods at most: 1 to 1000. 10 unless set, or `min` where that is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub max: Option<u32>,
    /// Events in flight that each pod should have: 0.1 up to `lambda.maxConcurrency`, for `http` up to 1000. 70 % of that unless
    /// set; for `http` 70.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 1000.0))]
    pub target_concurrency: Option<f64>,
}

/// What a pod asks for and what it may take, as in a container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resources {
    /// What the scheduler sets aside: name of the resource, such as `cpu` or `memory`, → amount. At most 10.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 10))]
    pub requests: BTreeMap<String, Quantity>,
    /// What it may take at most: name of the resource → amount. At most 10.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 10))]
    pub limits: BTreeMap<String, Quantity>,
}
