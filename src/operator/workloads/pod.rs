//! A pod of a version.

use api::FunctionVersion;
use k8s_openapi::api::core::v1::{Container, PodSpec, TopologySpreadConstraint, Volume};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::code::Code;
use super::names::selector;
use super::{WorkloadSettings, beside_image, http_container, lambda_container, security};

/// What the kinds of versions differ in.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) init_containers: Vec<Container>,
    pub(super) containers: Vec<Container>,
    pub(super) volumes: Vec<Volume>,
    /// Whether containers see each other's processes.
    pub(super) share_processes: bool,
    /// Seconds between the signal to stop and the end.
    pub(super) grace_seconds: u32,
}

pub(super) fn spec(version: &FunctionVersion, code: Option<&Code>, settings: &WorkloadSettings) -> PodSpec {
    let spec = &version.spec;
    let parts = match (&spec.lambda, &spec.http, code) {
        (Some(lambda), _, Some(code)) => match &lambda.code.image {
            None => lambda_container::parts(spec, lambda, code, settings),
            Some(image) => beside_image::parts(spec, lambda, image, code, settings),
        },
        (_, Some(http), _) => http_container::parts(spec, http),
        // compile accepts no such version.
        _ => Parts::default(),
    };
    PodSpec {
        init_containers: (!parts.init_containers.is_empty()).then_some(parts.init_containers),
        containers: parts.containers,
        volumes: Some(parts.volumes),
        security_context: Some(security::of_pod()),
        service_account_name: spec.service_account_name.clone(),
        // Nobody's rights are needed, unless the function's author names somebody: then that account says.
        automount_service_account_token: spec.service_account_name.is_none().then_some(false),
        // The variables of the namespace's Services are none of a handler's business.
        enable_service_links: Some(false),
        share_process_namespace: parts.share_processes.then_some(true),
        termination_grace_period_seconds: Some(i64::from(parts.grace_seconds)),
        topology_spread_constraints: Some(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(|key| spread(version, key)).into(),
        ),
        ..PodSpec::default()
    }
}

/// Apart from each other where that is possible; together is better than not at all.
fn spread(version: &FunctionVersion, topology_key: &str) -> TopologySpreadConstraint {
    TopologySpreadConstraint {
        max_skew: 1,
        topology_key: topology_key.to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        label_selector: Some(LabelSelector {
            match_labels: Some(selector(version)),
            ..LabelSelector::default()
        }),
        ..TopologySpreadConstraint::default()
    }
}
