//! What a version needs of Secrets and `ConfigMaps`, from the manifests beside it.

use std::collections::BTreeMap;

use api::{EnvironmentSource, FunctionVersionSpec, LambdaFunction};
use runtime::FunctionConfig;

use crate::function_config;
use crate::kept::{Kept, KeptKind, Lacking};

/// Why a version does not run on this machine.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unrunnable {
    #[error(
        "spec.http: local runs no containers, so that what leads to it answers 500: run the server yourself and point an http integration to it, or serve this on a cluster"
    )]
    Http,
    #[error(
        "spec.lambda.code.image: local runs no containers, so that what leads to it answers 500: give the code by inline or configMap, or serve this on a cluster"
    )]
    Image,
    #[error("{0}: {1}")]
    Lacking(String, Lacking),
}

/// How to run `spec` of that namespace.
pub(super) fn config(
    spec: &FunctionVersionSpec,
    namespace: &str,
    kept: &Kept,
) -> Result<FunctionConfig, Unrunnable> {
    let lambda = spec.lambda.as_ref().ok_or(Unrunnable::Http)?;
    if lambda.code.image.is_some() {
        return Err(Unrunnable::Image);
    }
    let files = files(lambda, namespace, kept)?;
    let mut config = function_config::of(spec, lambda, function_config::runtime(lambda), files);
    for (name, source) in &lambda.environment_from {
        let value = value(source, namespace, kept);
        let value = value
            .map_err(|error| Unrunnable::Lacking(format!("spec.lambda.environmentFrom.{name}"), error))?;
        config.environment.insert(name.clone(), value);
    }
    Ok(config)
}

fn files(
    lambda: &LambdaFunction,
    namespace: &str,
    kept: &Kept,
) -> Result<BTreeMap<String, String>, Unrunnable> {
    let Some(name) = &lambda.code.config_map else { return Ok(lambda.code.inline.clone()) };
    let files = kept.all(KeptKind::ConfigMap, namespace, name);
    files.map_err(|error| Unrunnable::Lacking("spec.lambda.code.configMap".to_owned(), error))
}

fn value(source: &EnvironmentSource, namespace: &str, kept: &Kept) -> Result<String, Lacking> {
    let of_secret = source.secret_key_ref.as_ref().map(|reference| (KeptKind::Secret, reference));
    let of_config_map = source.config_map_key_ref.as_ref().map(|reference| (KeptKind::ConfigMap, reference));
    match of_secret.or(of_config_map) {
        Some((kind, reference)) => kept.one(kind, namespace, &reference.name, &reference.key),
        // compile accepts no such source.
        None => Ok(String::new()),
    }
}
