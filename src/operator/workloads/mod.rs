//! From a `FunctionVersion` to the Kubernetes objects that run it. Pure.

mod beside_image;
mod code;
mod container;
mod deployment;
mod environment;
mod http_container;
mod lambda_container;
mod names;
mod network_policy;
mod pod;
mod resources;
mod scale;
mod security;
mod service;

use api::FunctionVersion;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use k8s_openapi::api::networking::v1::NetworkPolicy;

pub use code::{TooLarge, check_size};
pub use names::{FUNCTION, FUNCTION_VERSION, MANAGED_BY, VERSION, workload_name};
pub use scale::{Scale, ScaleProgress, capacity, next_replicas};

/// What workloads need to know of the installation.
#[derive(Clone, Debug, Default)]
pub struct WorkloadSettings {
    /// Image of this program: it is copied from there into function pods.
    pub image: String,
    /// Image with `python3`, in which inline Python and `provided` code runs.
    pub python_image: String,
    /// Image with `node`, in which inline JavaScript runs.
    pub node_image: String,
    /// Secret, in the function's namespace, with the `token` that gateways show.
    pub token_secret: String,
    /// Where the gateways run.
    pub gateway_namespace: String,
}

/// What runs one version of a function. All of it is owned by the `FunctionVersion`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// How a lambda version is run, with its inline code, under a name of its content: never changed, replaced by another one.
    pub config_map: Option<ConfigMap>,
    /// The pods.
    pub deployment: Deployment,
    /// Headless; gives the endpoints.
    pub service: Service,
    /// Lets gateways in, and nobody else.
    pub network_policy: NetworkPolicy,
}

/// The objects of `version`, whose spec must be one that compile accepts and [`check_size`] too.
pub fn workload(version: &FunctionVersion, replicas: i32, settings: &WorkloadSettings) -> Workload {
    let code = version.spec.lambda.as_ref().map(|lambda| code::config_map(version, lambda));
    Workload {
        deployment: deployment::deployment(version, replicas, code.as_ref(), settings),
        service: service::service(version),
        network_policy: network_policy::network_policy(version, settings),
        config_map: code.map(|code| code.config_map),
    }
}
