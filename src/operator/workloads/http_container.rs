//! A container that serves HTTP, as it is.

use api::{FunctionVersionSpec, HttpFunction};
use k8s_openapi::api::core::v1::{Container, Lifecycle, LifecycleHandler, Probe, SleepAction};

use super::container::{FUNCTION, empty, http_probe, literals, mount, port, tcp_probe};
use super::pod::Parts;
use super::service::INVOKE;
use super::{environment, resources, security};

/// Seconds that the server goes on as before once the pod is to stop, so that all gateways have heard of it.
const STOP_LATER: u32 = 5;
/// Seconds that it then has for what is in flight: integrations take up to 29.
const GRACE: u32 = 35;

pub(super) fn parts(spec: &FunctionVersionSpec, http: &HttpFunction) -> Parts {
    Parts {
        containers: vec![server(spec, http)],
        volumes: vec![empty("tmp")],
        grace_seconds: STOP_LATER + GRACE,
        ..Parts::default()
    }
}

fn server(spec: &FunctionVersionSpec, http: &HttpFunction) -> Container {
    let variables = environment::of_function(&http.environment, &http.environment_from);
    let answers = |period: i32, failures: i32| -> Probe {
        match &http.readiness_path {
            Some(path) => http_probe(INVOKE, path, period, failures),
            None => tcp_probe(INVOKE, period, failures),
        }
    };
    let sleep = LifecycleHandler {
        sleep: Some(SleepAction { seconds: i64::from(STOP_LATER) }),
        ..LifecycleHandler::default()
    };
    Container {
        name: FUNCTION.to_owned(),
        image: Some(http.image.clone()),
        command: literals(&http.command),
        args: literals(&http.args),
        env: (!variables.is_empty()).then_some(variables),
        ports: Some(vec![port(INVOKE, i32::from(http.port))]),
        resources: Some(resources::of(spec)),
        security_context: Some(security::of_container()),
        startup_probe: Some(answers(1, 120)),
        readiness_probe: Some(answers(2, 2)),
        // Whether it can take requests at the moment is no reason to start it again; that it takes no connections is.
        liveness_probe: Some(tcp_probe(INVOKE, 10, 6)),
        lifecycle: Some(Lifecycle { pre_stop: Some(sleep), ..Lifecycle::default() }),
        volume_mounts: Some(vec![mount("tmp", "/tmp", false)]),
        ..Container::default()
    }
}
