//! The Service of a version: headless, since gateways choose among its pods themselves.

use api::FunctionVersion;
use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::names::{metadata, name, selector};

/// Name of the port that takes invocations.
pub(super) const INVOKE: &str = "invoke";
pub(super) const INVOKE_PORT: i32 = 8080;

/// Where a pod of `version` takes them.
pub(super) fn pod_port(version: &FunctionVersion) -> i32 {
    version.spec.http.as_ref().map_or(INVOKE_PORT, |http| i32::from(http.port))
}

pub(super) fn service(version: &FunctionVersion) -> Service {
    Service {
        metadata: metadata(version, name(version)),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            selector: Some(selector(version)),
            ports: Some(vec![ServicePort {
                name: Some(INVOKE.to_owned()),
                port: INVOKE_PORT,
                // By number: not every release of Kubernetes finds the names of a sidecar's ports.
                target_port: Some(IntOrString::Int(pod_port(version))),
                // What the API server would add: left out, server-side apply could not tell ports apart.
                protocol: Some("TCP".to_owned()),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        status: None,
    }
}
