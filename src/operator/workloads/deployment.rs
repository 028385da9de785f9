//! The Deployment of a version.

use api::FunctionVersion;
use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::code::Code;
use super::names::{FUNCTION_VERSION, labels, metadata, name, selector};
use super::{WorkloadSettings, container, pod};

/// Annotation of a pod with the SHA-256 of what it runs.
const CONTENT: &str = "stagegate.dev/content-sha256";

pub(super) fn deployment(
    version: &FunctionVersion,
    replicas: i32,
    code: Option<&Code>,
    settings: &WorkloadSettings,
) -> Deployment {
    let spec = &version.spec;
    let annotations = [
        (FUNCTION_VERSION, format!("{}:{}", spec.function_name, spec.version)),
        ("kubectl.kubernetes.io/default-container", container::FUNCTION.to_owned()),
    ];
    let annotations = annotations.into_iter().chain(code.map(|code| (CONTENT, code.hash.clone())));
    Deployment {
        metadata: metadata(version, name(version)),
        spec: DeploymentSpec {
            replicas: Some(replicas),
            // Going back is putting back the spec: older sets of pods are of no use.
            revision_history_limit: Some(1),
            selector: LabelSelector { match_labels: Some(selector(version)), ..LabelSelector::default() },
            // A new pod is ready before an old one goes.
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(RollingUpdateDeployment {
                    max_surge: Some(IntOrString::Int(1)),
                    max_unavailable: Some(IntOrString::Int(0)),
                }),
            }),
            template: PodTemplateSpec {
                metadata: Some(api::ObjectMeta {
                    labels: Some(labels(version)),
                    annotations: Some(annotations.map(|(key, value)| (key.to_owned(), value)).collect()),
                    ..api::ObjectMeta::default()
                }),
                spec: Some(pod::spec(version, code, settings)),
            },
            ..DeploymentSpec::default()
        },
        status: None,
    }
}
