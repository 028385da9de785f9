//! What containers are made of.

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, ContainerPort, EmptyDirVolumeSource, HTTPGetAction, KeyToPath, Probe,
    SecretVolumeSource, TCPSocketAction, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// Name of the container that runs the function.
pub(super) const FUNCTION: &str = "function";

pub(super) fn port(name: &str, port: i32) -> ContainerPort {
    ContainerPort {
        name: Some(name.to_owned()),
        container_port: port,
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    }
}

/// Asks by HTTP.
pub(super) fn http_probe(port: &str, path: &str, period_seconds: i32, failure_threshold: i32) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::String(port.to_owned()),
            ..HTTPGetAction::default()
        }),
        ..probe(period_seconds, failure_threshold)
    }
}

/// Connects.
pub(super) fn tcp_probe(port: &str, period_seconds: i32, failure_threshold: i32) -> Probe {
    Probe {
        tcp_socket: Some(TCPSocketAction {
            port: IntOrString::String(port.to_owned()),
            ..TCPSocketAction::default()
        }),
        ..probe(period_seconds, failure_threshold)
    }
}

fn probe(period_seconds: i32, failure_threshold: i32) -> Probe {
    Probe {
        period_seconds: Some(period_seconds),
        failure_threshold: Some(failure_threshold),
        timeout_seconds: Some(5),
        ..Probe::default()
    }
}

pub(super) fn empty(name: &str) -> Volume {
    Volume { name: name.to_owned(), empty_dir: Some(EmptyDirVolumeSource::default()), ..Volume::default() }
}

/// A `ConfigMap` as files: these, or one of each key.
pub(super) fn of_config_map(name: &str, config_map: &str, items: Option<&[KeyToPath]>) -> Volume {
    Volume {
        name: name.to_owned(),
        config_map: Some(ConfigMapVolumeSource {
            name: config_map.to_owned(),
            items: items.map(<[KeyToPath]>::to_vec),
            ..ConfigMapVolumeSource::default()
        }),
        ..Volume::default()
    }
}

/// One key of a Secret as a file.
pub(super) fn of_secret(name: &str, secret: &str, key: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        secret: Some(SecretVolumeSource {
            secret_name: Some(secret.to_owned()),
            items: Some(vec![KeyToPath {
                key: key.to_owned(),
                path: key.to_owned(),
                ..KeyToPath::default()
            }]),
            // Its owner and the pod's group read it.
            default_mode: Some(0o440),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    }
}

pub(super) fn mount(name: &str, path: &str, read_only: bool) -> VolumeMount {
    VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only: read_only.then_some(true),
        ..VolumeMount::default()
    }
}

/// A text that is taken as it is: Kubernetes would put variables in where it finds `$(NAME)`.
pub(super) fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// The same of a list; nothing where it is empty.
pub(super) fn literals(texts: &[String]) -> Option<Vec<String>> {
    (!texts.is_empty()).then(|| texts.iter().map(|text| literal(text)).collect())
}
