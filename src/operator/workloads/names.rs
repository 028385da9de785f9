//! Names, labels and owners.

use std::collections::BTreeMap;

use api::{FunctionVersion, LATEST_VERSION, ObjectMeta, ResourceExt as _};
use kube::Resource as _;
use sha2::{Digest as _, Sha256};

use crate::settings;

/// Label of everything that Stagegate makes.
pub const MANAGED_BY: (&str, &str) = (settings::MANAGED_BY, settings::MANAGER);
/// Label with the function's name, as far as a label can hold it.
pub const FUNCTION: &str = "stagegate.dev/function";
/// Label with the version; `latest` for `$LATEST`.
pub const VERSION: &str = "stagegate.dev/version";
/// Annotation with `function:version`, exactly.
pub const FUNCTION_VERSION: &str = "stagegate.dev/function-version";
/// What selects the pods of one workload.
const INSTANCE: &str = "app.kubernetes.io/instance";

/// Of a name: the longest that leaves room for what Kubernetes adds to it for pods.
const LONGEST: usize = 52;

/// Name of the objects of a version: readable, and told apart by the end of it where names differ only in case,
/// underscores or beyond its length.
pub fn workload_name(function: &str, version: &str) -> String {
    let end =
        format!("-{}-{}", version_label(version), &hex(format!("{function}:{version}").as_bytes())[..5]);
    let mut name = format!("fn-{}", function.to_ascii_lowercase().replace('_', "-"));
    name.truncate(LONGEST - end.len());
    name + &end
}

/// SHA-256 in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn version_label(version: &str) -> &str {
    if version == LATEST_VERSION { "latest" } else { version }
}

/// The name of `version`'s objects.
pub(super) fn name(version: &FunctionVersion) -> String {
    workload_name(&version.spec.function_name, &version.spec.version)
}

/// What selects the pods of `version`.
pub(super) fn selector(version: &FunctionVersion) -> BTreeMap<String, String> {
    [(MANAGED_BY.0, MANAGED_BY.1.to_owned()), (INSTANCE, name(version))]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
}

pub(super) fn labels(version: &FunctionVersion) -> BTreeMap<String, String> {
    let mut labels = selector(version);
    let function = version.spec.function_name.trim_matches(['-', '_']);
    // 63 characters, and a letter or digit at each end.
    let function = function[..function.len().min(63)].trim_end_matches(['-', '_']);
    labels.insert(FUNCTION.to_owned(), function.to_owned());
    labels.insert(VERSION.to_owned(), version_label(&version.spec.version).to_owned());
    labels.insert("app.kubernetes.io/component".to_owned(), "function".to_owned());
    labels
}

/// Metadata of an object of `version`, owned by it.
pub(super) fn metadata(version: &FunctionVersion, name: String) -> ObjectMeta {
    let spec = &version.spec;
    let annotation = (FUNCTION_VERSION.to_owned(), format!("{}:{}", spec.function_name, spec.version));
    ObjectMeta {
        name: Some(name),
        namespace: version.namespace(),
        labels: Some(labels(version)),
        annotations: Some([annotation].into()),
        owner_references: version.controller_owner_ref(&()).map(|owner| vec![owner]),
        ..ObjectMeta::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_labels_and_told_apart() {
        assert_eq!(workload_name("hello", "$LATEST"), "fn-hello-latest-204d5");
        let names = [
            workload_name("hello", "1"),
            workload_name("Hello", "1"),
            workload_name("hel_lo", "1"),
            workload_name("hel-lo", "1"),
            workload_name(&"a".repeat(64), "123456789012345678"),
            workload_name(&"a".repeat(63), "123456789012345678"),
            workload_name("_", "1"),
        ];
        for (at, name) in names.iter().enumerate() {
            assert!(name.len() <= 52 && name.starts_with("fn-"), "{name}");
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            assert!(name.bytes().all(plain), "{name}");
            assert!(!names[..at].contains(name), "{name}");
        }
    }
}
