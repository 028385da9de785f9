//! From a version of a function to the objects that run it. Stand-in.

use api::{FunctionVersion, FunctionVersionSpec};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use kube::ResourceExt as _;
use kube::core::ObjectMeta;
use sha2::{Digest as _, Sha256};

/// What all workloads have in common.
#[derive(Clone, Debug, Default)]
pub struct WorkloadSettings {
    /// Image of stagegate itself.
    pub image: String,
    /// Image that runs Python handlers.
    pub python_image: String,
    /// Image that runs Node.js handlers.
    pub node_image: String,
    /// Secret with the function token.
    pub token_secret: String,
    /// Namespace of the gateways.
    pub gateway_namespace: String,
}

/// The objects of one version.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The code.
    pub config_map: Option<ConfigMap>,
    /// The pods.
    pub deployment: Deployment,
    /// Their addresses.
    pub service: Service,
    /// Who may reach them.
    pub network_policy: NetworkPolicy,
}

/// The objects that run `version`.
pub fn workload(version: &FunctionVersion, replicas: i32, _settings: &WorkloadSettings) -> Workload {
    let metadata = ObjectMeta {
        name: Some(workload_name(&version.spec.function_name, &version.spec.version)),
        namespace: version.namespace(),
        ..ObjectMeta::default()
    };
    let spec = k8s_openapi::api::apps::v1::DeploymentSpec { replicas: Some(replicas), ..Default::default() };
    Workload {
        config_map: None,
        deployment: Deployment { metadata: metadata.clone(), spec, status: None },
        service: Service { metadata: metadata.clone(), ..Service::default() },
        network_policy: NetworkPolicy { metadata, spec: None },
    }
}

/// The name of a version's objects.
pub fn workload_name(function: &str, version: &str) -> String {
    let hash = Sha256::digest(format!("{function}:{version}"));
    let version = if version == api::LATEST_VERSION { "latest" } else { version };
    let function = function.to_lowercase().replace('_', "-");
    format!("fn-{function:.22}-{version}-{:02x}{:02x}{:x}", hash[0], hash[1], hash[2] >> 4)
}

/// Events that one pod takes at once.
pub fn capacity(spec: &FunctionVersionSpec) -> u32 {
    spec.lambda.max_concurrency.unwrap_or(10)
}
