//! Inline code and code of a `ConfigMap`: the runtime is the container's main process, and parent of the handlers.

use api::{FunctionVersionSpec, LambdaFunction, LambdaRuntime};
use k8s_openapi::api::core::v1::{Container, Volume};

use super::code::Code;
use super::container::{FUNCTION, empty, http_probe, mount, of_config_map, of_secret, port};
use super::pod::Parts;
use super::service::{INVOKE, INVOKE_PORT};
use super::{WorkloadSettings, environment, resources, security};

pub(super) const HEALTH: &str = "health";
pub(super) const HEALTH_PORT: i32 = 8082;
/// Seconds that an event may take unless the version says otherwise; as Lambda's.
const TIMEOUT: u32 = 3;
/// Seconds beyond that between the signal to stop and the end: some to be known as stopping, some for events that wait.
const GRACE: u32 = 15;

const PROGRAM: &str = "/stagegate/bin";
const SPEC: &str = "/etc/stagegate/spec";
const CODE: &str = "/etc/stagegate/code";
const TOKEN: &str = "/etc/stagegate/token";

pub(super) fn parts(
    spec: &FunctionVersionSpec,
    lambda: &LambdaFunction,
    code: &Code,
    settings: &WorkloadSettings,
) -> Parts {
    let files = match &lambda.code.config_map {
        Some(name) => of_config_map("code", name, None),
        None => of_config_map("code", &code.name, Some(&code.files)),
    };
    Parts {
        init_containers: vec![copying(settings)],
        containers: vec![function(spec, lambda, settings)],
        volumes: vec![empty("program"), of_spec(code), files, token(settings), empty("tmp")],
        // What handlers leave behind ends up with the sandbox's own first process, which clears it away.
        share_processes: true,
        grace_seconds: grace_seconds(lambda),
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

fn function(spec: &FunctionVersionSpec, lambda: &LambdaFunction, settings: &WorkloadSettings) -> Container {
    let image = match lambda.runtime {
        Some(LambdaRuntime::Nodejs) => &settings.node_image,
        _ => &settings.python_image,
    };
    let mut command = vec![format!("{PROGRAM}/stagegate")];
    command.extend(runtime_arguments());
    command.push(format!("--code-dir={CODE}"));
    let variables = environment::for_handlers(&lambda.environment_from);
    Container {
        name: FUNCTION.to_owned(),
        image: Some(image.clone()),
        command: Some(command),
        env: (!variables.is_empty()).then_some(variables),
        ports: Some(vec![port(INVOKE, INVOKE_PORT), port(HEALTH, HEALTH_PORT)]),
        resources: Some(resources::of(spec)),
        security_context: Some(security::of_container()),
        // Ready once a handler is initialised; one that isn't in two minutes is started again, as a crash that shows.
        startup_probe: Some(http_probe(HEALTH, "/readyz", 1, 120)),
        readiness_probe: Some(http_probe(HEALTH, "/readyz", 2, 2)),
        liveness_probe: Some(http_probe(HEALTH, "/livez", 10, 6)),
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

/// What every runtime is told.
pub(super) fn runtime_arguments() -> [String; 5] {
    [
        "runtime".to_owned(),
        format!("--listen=0.0.0.0:{INVOKE_PORT}"),
        format!("--health=0.0.0.0:{HEALTH_PORT}"),
        format!("--spec={SPEC}/spec.json"),
        format!("--token-file={TOKEN}/token"),
    ]
}

/// What every runtime reads.
pub(super) fn runtime_mounts() -> [k8s_openapi::api::core::v1::VolumeMount; 2] {
    [mount("spec", SPEC, true), mount("token", TOKEN, true)]
}

pub(super) fn of_spec(code: &Code) -> Volume {
    of_config_map("spec", &code.name, Some(&code.spec))
}

pub(super) fn token(settings: &WorkloadSettings) -> Volume {
    of_secret("token", &settings.token_secret, "token")
}

pub(super) fn grace_seconds(lambda: &LambdaFunction) -> u32 {
    lambda.timeout_seconds.unwrap_or(TIMEOUT) + GRACE
}
