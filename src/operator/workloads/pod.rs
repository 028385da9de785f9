//! A pod of a version.

use api::{FunctionVersion, FunctionVersionSpec, LambdaRuntime};
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, ContainerPort, EmptyDirVolumeSource, HTTPGetAction, KeyToPath, PodSpec,
    Probe, SecretVolumeSource, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::code::Code;
use super::names::selector;
use super::service::{INVOKE, INVOKE_PORT};
use super::{WorkloadSettings, resources, security};

/// Name of the container that runs the function.
pub(super) const CONTAINER: &str = "function";
const HEALTH: &str = "health";
const HEALTH_PORT: i32 = 8082;
/// Seconds that an event may take unless the version says otherwise; as Lambda's.
const TIMEOUT: u32 = 3;
/// Seconds beyond that between the signal to stop and the end: some to be known as stopping, some for events that wait.
const GRACE: u32 = 15;

const PROGRAM: &str = "/stagegate/bin";
const SPEC: &str = "/etc/stagegate/spec";
const CODE: &str = "/etc/stagegate/code";
const TOKEN: &str = "/etc/stagegate/token";

pub(super) fn spec(version: &FunctionVersion, code: &Code, settings: &WorkloadSettings) -> PodSpec {
    let spec = &version.spec;
    PodSpec {
        init_containers: Some(vec![copying(settings)]),
        containers: vec![function(spec, settings)],
        volumes: Some(volumes(code, settings)),
        security_context: Some(security::of_pod()),
        service_account_name: spec.service_account_name.clone(),
        // Nobody's rights are needed, unless the function's author names somebody: then that account says.
        automount_service_account_token: spec.service_account_name.is_none().then_some(false),
        // The variables of the namespace's Services are none of a handler's business.
        enable_service_links: Some(false),
        // What handlers leave behind ends up with the sandbox's own first process, which clears it away.
        share_process_namespace: Some(true),
        termination_grace_period_seconds: Some(i64::from(
            spec.lambda.timeout_seconds.unwrap_or(TIMEOUT) + GRACE,
        )),
        topology_spread_constraints: Some(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(|key| spread(version, key)).into(),
        ),
        ..PodSpec::default()
    }
}

/// Puts this program into the pod: the function's image is somebody else's.
fn copying(settings: &WorkloadSettings) -> Container {
    Container {
        name: "install".to_owned(),
        image: Some(settings.image.clone()),
        args: Some(["install", PROGRAM].map(str::to_owned).into()),
        resources: Some(resources::of_copying()),
        security_context: Some(security::of_container()),
        volume_mounts: Some(vec![mount("program", PROGRAM, false)]),
        ..Container::default()
    }
}

fn function(spec: &FunctionVersionSpec, settings: &WorkloadSettings) -> Container {
    let image = match spec.lambda.runtime {
        LambdaRuntime::Python3 | LambdaRuntime::Provided => &settings.python_image,
        LambdaRuntime::Nodejs => &settings.node_image,
    };
    let command = [
        format!("{PROGRAM}/stagegate"),
        "runtime".to_owned(),
        format!("--listen=0.0.0.0:{INVOKE_PORT}"),
        format!("--health=0.0.0.0:{HEALTH_PORT}"),
        format!("--spec={SPEC}/spec.json"),
        format!("--code-dir={CODE}"),
        format!("--token-file={TOKEN}/token"),
    ];
    let port = |name: &str, port: i32| ContainerPort {
        name: Some(name.to_owned()),
        container_port: port,
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    };
    Container {
        name: CONTAINER.to_owned(),
        image: Some(image.clone()),
        command: Some(command.into()),
        ports: Some(vec![port(INVOKE, INVOKE_PORT), port(HEALTH, HEALTH_PORT)]),
        resources: Some(resources::of(spec)),
        security_context: Some(security::of_container()),
        // Ready once a handler is initialised; one that isn't in two minutes is started again, as a crash that shows.
        startup_probe: Some(probe("/readyz", 1, 120)),
        readiness_probe: Some(probe("/readyz", 2, 2)),
        liveness_probe: Some(probe("/livez", 10, 6)),
        volume_mounts: Some(vec![
            mount("program", PROGRAM, true),
            mount("spec", SPEC, true),
            mount("code", CODE, true),
            mount("token", TOKEN, true),
            mount("tmp", "/tmp", false),
        ]),
        ..Container::default()
    }
}

fn probe(path: &str, period_seconds: i32, failure_threshold: i32) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::String(HEALTH.to_owned()),
            ..HTTPGetAction::default()
        }),
        period_seconds: Some(period_seconds),
        failure_threshold: Some(failure_threshold),
        timeout_seconds: Some(5),
        ..Probe::default()
    }
}

fn volumes(code: &Code, settings: &WorkloadSettings) -> Vec<Volume> {
    let empty = |name: &str| Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource::default()),
        ..Volume::default()
    };
    let of_config_map = |name: &str, items: &[KeyToPath]| Volume {
        name: name.to_owned(),
        config_map: Some(ConfigMapVolumeSource {
            name: code.name.clone(),
            items: Some(items.to_vec()),
            ..ConfigMapVolumeSource::default()
        }),
        ..Volume::default()
    };
    let token = Volume {
        name: "token".to_owned(),
        secret: Some(SecretVolumeSource {
            secret_name: Some(settings.token_secret.clone()),
            items: Some(vec![KeyToPath {
                key: "token".to_owned(),
                path: "token".to_owned(),
                ..KeyToPath::default()
            }]),
            // Its owner and the pod's group read it.
            default_mode: Some(0o440),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    };
    vec![
        empty("program"),
        of_config_map("spec", &code.spec),
        of_config_map("code", &code.files),
        token,
        empty("tmp"),
    ]
}

fn mount(name: &str, path: &str, read_only: bool) -> VolumeMount {
    VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only: read_only.then_some(true),
        ..VolumeMount::default()
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
