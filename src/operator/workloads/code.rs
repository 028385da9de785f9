//! The `ConfigMap` of a lambda version: how to run it, and its code where that is inline.

use std::collections::BTreeMap;

use api::{FunctionVersion, FunctionVersionSpec, LambdaFunction};
use k8s_openapi::api::core::v1::{ConfigMap, KeyToPath};

use super::names::{hex, metadata, name};

/// A `ConfigMap` holds 1 MiB; some of it is left for names and metadata.
const MOST: usize = 900 * 1024;
/// The key of the spec.
const SPEC: &str = "spec.json";

/// Why a version's code can't run in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "spec.lambda.code.inline: {size} bytes with the environment, and inline code may have at most {MOST} in a cluster"
)]
pub struct TooLarge {
    /// Bytes of the files, their paths and the environment.
    pub size: usize,
}

/// Refuses what a `ConfigMap` can't hold.
pub fn check_size(spec: &FunctionVersionSpec) -> Result<(), TooLarge> {
    let Some(lambda) = &spec.lambda else { return Ok(()) };
    let files = lambda.code.inline.iter();
    let size =
        spec_json(spec, lambda).len() + files.map(|(path, text)| path.len() + text.len()).sum::<usize>();
    if size > MOST { Err(TooLarge { size }) } else { Ok(()) }
}

/// The `ConfigMap`, and what of it goes where in a pod.
pub(super) struct Code {
    pub(super) config_map: ConfigMap,
    pub(super) name: String,
    /// SHA-256 of the content.
    pub(super) hash: String,
    pub(super) spec: Vec<KeyToPath>,
    pub(super) files: Vec<KeyToPath>,
}

/// Named by its content and immutable. Otherwise `$LATEST`'s pods of before would read the new code when they are
/// started again, and new pods the old code from a node that has not yet heard of the change.
pub(super) fn config_map(version: &FunctionVersion, lambda: &LambdaFunction) -> Code {
    let mut data = BTreeMap::from([(SPEC.to_owned(), spec_json(&version.spec, lambda))]);
    let mut files = Vec::new();
    // A key can't hold every path.
    for (index, (path, text)) in lambda.code.inline.iter().enumerate() {
        let key = format!("file-{index}");
        data.insert(key.clone(), text.clone());
        files.push(KeyToPath { key, path: path.clone(), ..KeyToPath::default() });
    }
    let paths: Vec<_> = files.iter().map(|file| (&file.key, &file.path)).collect();
    let hash = hex(serde_json::json!([data, paths]).to_string().as_bytes());
    let name = format!("{}-{}", name(version), &hash[..10]);
    Code {
        config_map: ConfigMap {
            metadata: metadata(version, name.clone()),
            data: Some(data),
            immutable: Some(true),
            ..ConfigMap::default()
        },
        name,
        hash,
        spec: vec![KeyToPath { key: SPEC.to_owned(), path: SPEC.to_owned(), ..KeyToPath::default() }],
        files,
    }
}

/// What the runtime needs of the spec: not the code, which lies beside it, and nothing that may change while the
/// version, and so its pods, stay. An image has its environment itself.
fn spec_json(spec: &FunctionVersionSpec, lambda: &LambdaFunction) -> String {
    let mut lambda = lambda.clone();
    if lambda.code.image.is_some() {
        lambda.environment.clear();
        lambda.environment_from.clear();
    }
    lambda.code = api::Code::default();
    let spec = FunctionVersionSpec {
        function_name: spec.function_name.clone(),
        version: spec.version.clone(),
        lambda: Some(lambda),
        http: None,
        scale: None,
        resources: None,
        permissions: Vec::new(),
        service_account_name: None,
    };
    serde_json::to_value(spec).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> FunctionVersionSpec {
        serde_json::from_value(serde_json::json!({
            "functionName": "f", "version": "1",
            "lambda": {"runtime": "python3", "handler": "i.h", "code": {"inline": {"i.py": text}}},
        }))
        .unwrap()
    }

    #[test]
    fn what_a_config_map_cannot_hold_is_refused() {
        assert_eq!(check_size(&spec("x")), Ok(()));
        assert_eq!(check_size(&spec(&"x".repeat(MOST - 500))), Ok(()));
        let refused = check_size(&spec(&"x".repeat(MOST))).unwrap_err();
        assert!(refused.to_string().starts_with("spec.lambda.code.inline: 92"), "{refused}");
    }
}
