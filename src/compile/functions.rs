//! `FunctionVersion` objects.

mod environment;
mod http;
mod image;
mod lambda;

use std::collections::BTreeMap;

use api::{FunctionVersionSpec, Kind, LATEST_VERSION, ObjectKey, Reason};
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
            "version {} of {} is immutable except for scale, resources and permissions; write the next number",
            last.version, last.function_name
        );
        diagnostics.error(object, "spec", Reason::Immutable, what);
    }
    match (&spec.lambda, &spec.http) {
        (Some(lambda), None) => lambda::check(object, lambda, diagnostics),
        (None, Some(http)) => http::check(object, http, diagnostics),
        (None, None) => {
            diagnostics.error(object, "spec", Reason::Invalid, "must have one of lambda and http");
        }
        (Some(_), Some(_)) => {
            let what = "a version is either lambda or http: this one must be left out";
            diagnostics.error(object, "spec.http", Reason::Invalid, what);
        }
    }
    pods::check(object, spec, diagnostics);
}

/// `$LATEST` or a positive integer.
pub(crate) fn is_version(text: &str) -> bool {
    text == LATEST_VERSION
        || ((1..=18).contains(&text.len())
            && !text.starts_with('0')
            && text.bytes().all(|b| b.is_ascii_digit()))
}
