//! Environment variables of containers. What is in a Secret is named and never read here.

use std::collections::BTreeMap;

use api::{EnvironmentSource, KeyReference};
use k8s_openapi::api::core::v1::{ConfigMapKeySelector, EnvVar, EnvVarSource, SecretKeySelector};

use super::container::literal;
use crate::settings::FUNCTION_VARIABLE;

/// Of a container that is the function itself.
pub(super) fn of_function(
    values: &BTreeMap<String, String>,
    from: &BTreeMap<String, EnvironmentSource>,
) -> Vec<EnvVar> {
    let values = values.iter().map(|(name, value)| plain(name, value));
    values.chain(from.iter().map(|(name, source)| kept(name.clone(), source))).collect()
}

/// Of the runtime's container, which hands them to its handlers: under names that mean nothing to the runtime itself.
pub(super) fn for_handlers(from: &BTreeMap<String, EnvironmentSource>) -> Vec<EnvVar> {
    from.iter().map(|(name, source)| kept(format!("{FUNCTION_VARIABLE}{name}"), source)).collect()
}

/// A value as it is.
pub(super) fn plain(name: &str, value: &str) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(literal(value)), value_from: None }
}

fn kept(name: String, source: &EnvironmentSource) -> EnvVar {
    let secret = |KeyReference { name, key }: &KeyReference| SecretKeySelector {
        name: name.clone(),
        key: key.clone(),
        optional: None,
    };
    let config_map = |KeyReference { name, key }: &KeyReference| ConfigMapKeySelector {
        name: name.clone(),
        key: key.clone(),
        optional: None,
    };
    let source = EnvVarSource {
        secret_key_ref: source.secret_key_ref.as_ref().map(secret),
        config_map_key_ref: source.config_map_key_ref.as_ref().map(config_map),
        ..EnvVarSource::default()
    };
    EnvVar { name, value: None, value_from: Some(source) }
}
