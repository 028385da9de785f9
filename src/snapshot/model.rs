//! The snapshot as plain data: what travels to gateways, what `/snapshot` shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Deployment, MethodSettings, NamespacedName};

/// Everything that is served at one moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// APIs that have a stage.
    pub apis: BTreeMap<NamespacedName, Api>,
    /// Functions and how their qualifiers resolve.
    pub functions: BTreeMap<NamespacedName, Function>,
}

/// One API: its stages and the deployments they serve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Api {
    /// Stages by the name in the URL.
    pub stages: BTreeMap<String, Stage>,
    /// Deployments by name; just those that a stage or its canary serves.
    pub deployments: BTreeMap<String, Deployment>,
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// What most requests get.
    pub live: Variant,
    /// What the canary's share gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Canary>,
    /// Settings of methods: `*/*` for all, `/houses/GET` for one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub method_settings: BTreeMap<String, MethodSettings>,
}

/// The canary of a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Canary {
    /// Its share in hundredths of a percent: 0 to 10000.
    pub basis_points: u16,
    /// What its requests get; variables are merged already.
    #[serde(flatten)]
    pub variant: Variant,
}

/// A deployment with stage variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Name of the deployment.
    pub deployment: String,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
}

/// A function: the versions there are and its aliases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Versions, `$LATEST` among them if there is one.
    pub versions: BTreeSet<String>,
    /// Version → how it serves HTTP, for those that do; the others speak the Lambda Invoke API.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub http: BTreeMap<String, HttpVersion>,
    /// Version → who may invoke it, for those that do not let everyone in the namespace.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<String, Vec<String>>,
    /// Aliases by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, Alias>,
}

/// A version that gets requests as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpVersion {
    /// Put before the path of each request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// An alias: version → share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// The version that takes what the weights leave.
    pub function_version: String,
    /// Shares of further versions, 0.0 to 1.0, together at most 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub additional_version_weights: BTreeMap<String, f64>,
    /// Who may invoke it; everyone in the namespace if none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
}
