//! `ApiDeployment`: immutable content of an API.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::{ApiContent, ApiDeploymentStatus};

/// An immutable snapshot of an API. Made for each new content of a `RestApi`, or committed to Git under a name of your own.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "stagegate.dev",
    version = "v1alpha1",
    kind = "ApiDeployment",
    namespaced,
    category = "stagegate",
    derive = "PartialEq",
    status = "ApiDeploymentStatus",
    printcolumn = r#"{"name":"API","type":"string","jsonPath":".spec.restApi"}"#,
    printcolumn = r#"{"name":"Used by","type":"string","jsonPath":".status.inUseBy[*]"}"#,
    printcolumn = r#"{"name":"Description","type":"string","jsonPath":".spec.description","priority":1}"#,
    printcolumn = r#"{"name":"Programmed","type":"string","jsonPath":".status.conditions[?(@.type==\"Programmed\")].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = ("self == oldSelf", "an ApiDeployment is immutable: write a new one under another name"))]
pub struct ApiDeploymentSpec {
    /// Name of the `RestApi` this is a deployment of.
    #[schemars(length(min = 1, max = 63))]
    pub rest_api: String,
    /// The content.
    pub api: ApiContent,
    /// What this deployment is for, in your words; shown where deployments are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,
}
