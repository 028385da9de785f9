//! What was last good: output of one compile, input of the next.

use std::collections::BTreeMap;

use api::{AliasSpec, ApiContent, FunctionVersionSpec, MethodSettings};
use serde::{Deserialize, Serialize};
use snapshot::NamespacedName;

/// What is effective, by object: what the snapshot is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LastGood {
    /// `FunctionVersion` objects.
    pub versions: BTreeMap<NamespacedName, FunctionVersionSpec>,
    /// `Alias` objects.
    pub aliases: BTreeMap<NamespacedName, AliasSpec>,
    /// `RestApi` → name of the deployment of its newest good content.
    pub current: BTreeMap<NamespacedName, String>,
    /// Deployments, made and committed.
    pub deployments: BTreeMap<NamespacedName, DeploymentRecord>,
    /// `Stage` objects.
    pub stages: BTreeMap<NamespacedName, AcceptedStage>,
}

/// A deployment and how it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRecord {
    /// Name of the `RestApi`.
    pub rest_api: String,
    /// SHA-256 of the normalised content.
    pub digest: String,
    /// The normalised content.
    pub content: ApiContent,
    /// Whether it was committed as an object, rather than made of a `RestApi`.
    pub committed: bool,
    /// Deployments of an API are numbered as they come: the history limit drops the lowest first.
    pub sequence: u64,
}

/// What a Stage resolved to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedStage {
    /// Name in the URL.
    pub name: String,
    /// Name of the `RestApi`.
    pub rest_api: String,
    /// Name of the deployment, never `latest`.
    pub deployment: String,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// The canary, if the Stage has one.
    pub canary: Option<AcceptedCanary>,
    /// Settings of methods.
    #[serde(default)]
    pub method_settings: BTreeMap<String, MethodSettings>,
}

/// What a Stage's canary resolved to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedCanary {
    /// Share in hundredths of a percent.
    pub basis_points: u16,
    /// Name of the deployment, never `latest`.
    pub deployment: String,
    /// The stage's variables with the overrides merged over them.
    pub variables: BTreeMap<String, String>,
}
