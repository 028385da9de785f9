//! Code of an image: it runs as it is, beside the runtime.
//!
//! Both are sidecars, the runtime first, so that an image finds the Runtime API whenever it starts. The pod's main container
//! does nothing but wait for the signal to stop: sidecars end after it, and it ends once the runtime has drained. So the
//! handler of an event that is under way is not told to stop, and no hook needs a program in the image.

use api::{FunctionVersionSpec, LambdaFunction};
use k8s_openapi::api::core::v1::{Container, EnvVar, EnvVarSource, ObjectFieldSelector};

use super::code::Code;
use super::container::{FUNCTION, empty, http_probe, literals, mount, port};
use super::environment::plain;
use super::lambda_container::{self, HEALTH, HEALTH_PORT};
use super::pod::Parts;
use super::service::{INVOKE, INVOKE_PORT};
use super::{WorkloadSettings, environment, resources, security};

/// Where the image finds the Runtime API, in the pod only; 9001 as in Lambda.
const RUNTIME_API: &str = "127.0.0.1:9001";
/// Where the runtime is told to drain.
const DRAIN: &str = "127.0.0.1:8083";
/// Memory that a handler is told it has, unless the version says otherwise.
const MEMORY_MIB: u32 = 128;

pub(super) fn parts(
    spec: &FunctionVersionSpec,
    lambda: &LambdaFunction,
    image: &str,
    code: &Code,
    settings: &WorkloadSettings,
) -> Parts {
    Parts {
        init_containers: vec![runtime(settings), function(spec, lambda, image)],
        containers: vec![waiting(settings)],
        volumes: vec![lambda_container::of_spec(code), lambda_container::token(settings), empty("tmp")],
        // So that the runtime can end a handler that hangs.
        share_processes: true,
        grace_seconds: lambda_container::grace_seconds(lambda),
    }
}

fn runtime(settings: &WorkloadSettings) -> Container {
    let mut args = lambda_container::runtime_arguments().to_vec();
    args.extend([format!("--runtime-api={RUNTIME_API}"), format!("--drain={DRAIN}")]);
    Container {
        name: "runtime".to_owned(),
        image: Some(settings.image.clone()),
        args: Some(args),
        restart_policy: Some("Always".to_owned()),
        ports: Some(vec![port(INVOKE, INVOKE_PORT), port(HEALTH, HEALTH_PORT)]),
        resources: Some(resources::of_runtime()),
        security_context: Some(security::of_container()),
        // The image is started once this holds.
        startup_probe: Some(http_probe(HEALTH, "/livez", 1, 120)),
        readiness_probe: Some(http_probe(HEALTH, "/readyz", 2, 2)),
        liveness_probe: Some(http_probe(HEALTH, "/livez", 10, 6)),
        volume_mounts: Some(lambda_container::runtime_mounts().to_vec()),
        ..Container::default()
    }
}

fn function(spec: &FunctionVersionSpec, lambda: &LambdaFunction, image: &str) -> Container {
    let mut variables = of_lambda(spec, lambda);
    variables.extend(environment::of_function(&lambda.environment, &lambda.environment_from));
    Container {
        name: FUNCTION.to_owned(),
        image: Some(image.to_owned()),
        command: literals(&lambda.code.command),
        args: literals(&lambda.code.args),
        restart_policy: Some("Always".to_owned()),
        env: Some(variables),
        resources: Some(resources::of(spec)),
        security_context: Some(security::of_container()),
        volume_mounts: Some(vec![mount("tmp", "/tmp", false)]),
        ..Container::default()
    }
}

/// What Lambda sets. Its clients need more than the address: the one for Rust does not start without name and size.
fn of_lambda(spec: &FunctionVersionSpec, lambda: &LambdaFunction) -> Vec<EnvVar> {
    let memory = lambda.memory_mib.unwrap_or(MEMORY_MIB).to_string();
    vec![
        plain("AWS_LAMBDA_RUNTIME_API", RUNTIME_API),
        plain("AWS_LAMBDA_FUNCTION_NAME", &spec.function_name),
        plain("AWS_LAMBDA_FUNCTION_VERSION", &spec.version),
        plain("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        plain("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{}", spec.function_name)),
        EnvVar {
            name: "AWS_LAMBDA_LOG_STREAM_NAME".to_owned(),
            value: None,
            value_from: Some(EnvVarSource {
                field_ref: Some(ObjectFieldSelector {
                    // What the API server would add.
                    api_version: Some("v1".to_owned()),
                    field_path: "metadata.name".to_owned(),
                }),
                ..EnvVarSource::default()
            }),
        },
        plain("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ]
}

fn waiting(settings: &WorkloadSettings) -> Container {
    Container {
        name: "drain".to_owned(),
        image: Some(settings.image.clone()),
        args: Some(vec!["drain".to_owned(), format!("--runtime={DRAIN}")]),
        resources: Some(resources::of_waiting()),
        security_context: Some(security::of_container()),
        ..Container::default()
    }
}
