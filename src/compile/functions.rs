//! `FunctionVersion` objects.

use std::collections::BTreeMap;

use api::{FunctionVersionSpec, Kind, LATEST_VERSION, LambdaFunction, LambdaRuntime, ObjectKey, Reason};
use snapshot::{FunctionReference, NamespacedName};

use crate::diagnostic::Diagnostics;
use crate::objects::key;
use crate::{LastGood, Objects, claims, fall_back, pods};

/// The versions that are effective, by object: accepted, or last good where not.
pub(crate) fn accept(
    objects: &Objects,
    last: &LastGood,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<NamespacedName, FunctionVersionSpec> {
    claims::check(
        Kind::FunctionVersion,
        &objects.versions,
        "spec.version",
        |v| format!("{}:{}", v.spec.function_name, v.spec.version),
        diagnostics,
    );
    let mut effective = BTreeMap::new();
    for (name, version) in &objects.versions {
        let object = key(Kind::FunctionVersion, name);
        check(&object, &version.spec, last.versions.get(name), diagnostics);
        if !diagnostics.refused(&object) {
            effective.insert(name.clone(), version.spec.clone());
        }
    }
    let claim = |spec: &FunctionVersionSpec| (spec.function_name.clone(), spec.version.clone());
    fall_back::to_last_good(
        &mut effective,
        Kind::FunctionVersion,
        objects,
        &objects.versions,
        &last.versions,
        |one, other| claim(one) == claim(other),
    );
    effective
}

fn check(
    object: &ObjectKey,
    spec: &FunctionVersionSpec,
    last: Option<&FunctionVersionSpec>,
    diagnostics: &mut Diagnostics,
) {
    if FunctionReference::parse(&spec.function_name).map(|r| r.qualifier) != Ok(None) {
        let what = "must be 1 to 64 of letters, digits, - and _";
        diagnostics.error(object, "spec.functionName", Reason::Invalid, what);
    }
    if !is_version(&spec.version) {
        let what = format!("{:?} must be \"$LATEST\" or a positive integer as text", spec.version);
        diagnostics.error(object, "spec.version", Reason::Invalid, what);
    }
    if let Some(last) = last.filter(|last| !last.is_same_version(spec) && last.version != LATEST_VERSION) {
        let what = format!(
            "version {} of {} is immutable except for scale and resources; write the next number",
            last.version, last.function_name
        );
        diagnostics.error(object, "spec", Reason::Immutable, what);
    }
    check_lambda(object, &spec.lambda, diagnostics);
    pods::check(object, spec, diagnostics);
}

fn check_lambda(object: &ObjectKey, lambda: &LambdaFunction, diagnostics: &mut Diagnostics) {
    let mut range = |path: &str, value: Option<u32>, low: u32, high: u32| {
        if let Some(value) = value.filter(|value| !(low..=high).contains(value)) {
            diagnostics.error(object, path, Reason::Invalid, format!("{value} must be from {low} to {high}"));
        }
    };
    range("spec.lambda.timeoutSeconds", lambda.timeout_seconds, 1, 900);
    range("spec.lambda.memoryMiB", lambda.memory_mib, 128, 10_240);
    range("spec.lambda.maxConcurrency", lambda.max_concurrency, 1, 1_000);
    let files = &lambda.code.inline;
    if files.is_empty() || files.len() > 100 {
        diagnostics.error(object, "spec.lambda.code.inline", Reason::Invalid, "must have 1 to 100 files");
    }
    for path in files.keys().filter(|path| !is_relative(path)) {
        let what = "must be a relative path without . and .. in it, and not begin with ..";
        diagnostics.error(object, format!("spec.lambda.code.inline.{path}"), Reason::Invalid, what);
    }
    match (lambda.runtime, &lambda.handler) {
        (LambdaRuntime::Provided, _) if !files.contains_key("bootstrap") => {
            let what = "the runtime provided needs a file `bootstrap`, which is executed";
            diagnostics.error(object, "spec.lambda.code.inline", Reason::Invalid, what);
        }
        (LambdaRuntime::Python3 | LambdaRuntime::Nodejs, None) => {
            let what = "must be set to file.function, such as index.handler";
            diagnostics.error(object, "spec.lambda.handler", Reason::Invalid, what);
        }
        (LambdaRuntime::Python3 | LambdaRuntime::Nodejs, Some(handler)) if !handler.contains('.') => {
            let what = format!("{handler:?} must be file.function, such as index.handler");
            diagnostics.error(object, "spec.lambda.handler", Reason::Invalid, what);
        }
        _ => {}
    }
    for name in lambda.environment.keys() {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let reserved = name.starts_with("AWS_LAMBDA_") || name == "_HANDLER" || name == "LAMBDA_TASK_ROOT";
        if reserved || name.is_empty() || name.as_bytes()[0].is_ascii_digit() || !name.bytes().all(plain) {
            let what = "must be letters, digits and _ and none that the Lambda runtime reserves";
            diagnostics.error(object, format!("spec.lambda.environment.{name}"), Reason::Invalid, what);
        }
    }
}

/// `$LATEST` or a positive integer.
pub(crate) fn is_version(text: &str) -> bool {
    text == LATEST_VERSION
        || ((1..=18).contains(&text.len())
            && !text.starts_with('0')
            && text.bytes().all(|b| b.is_ascii_digit()))
}

fn is_relative(path: &str) -> bool {
    // A volume of Kubernetes takes no path that begins with two dots.
    (1..=255).contains(&path.len())
        && !path.starts_with("..")
        && !path.contains(['\0', '\\'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
