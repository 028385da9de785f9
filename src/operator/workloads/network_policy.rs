//! Who may invoke a function's pods: gateways.

use api::FunctionVersion;
use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::WorkloadSettings;
use super::names::{metadata, name, selector};
use super::service::pod_port;

/// Probes come from the pod's own node, which a policy always lets in.
pub(super) fn network_policy(version: &FunctionVersion, settings: &WorkloadSettings) -> NetworkPolicy {
    let labelled = |key: &str, value: &str| LabelSelector {
        match_labels: Some([(key.to_owned(), value.to_owned())].into()),
        ..LabelSelector::default()
    };
    let gateways = NetworkPolicyPeer {
        namespace_selector: Some(labelled("kubernetes.io/metadata.name", &settings.gateway_namespace)),
        pod_selector: Some(labelled("app.kubernetes.io/component", "gateway")),
        ..NetworkPolicyPeer::default()
    };
    let port = NetworkPolicyPort {
        port: Some(IntOrString::Int(pod_port(version))),
        protocol: Some("TCP".to_owned()),
        ..NetworkPolicyPort::default()
    };
    NetworkPolicy {
        metadata: metadata(version, name(version)),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(LabelSelector {
                match_labels: Some(selector(version)),
                ..LabelSelector::default()
            }),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                from: Some(vec![gateways]),
                ports: Some(vec![port]),
            }]),
            egress: None,
        }),
    }
}
