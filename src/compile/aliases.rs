//! `Alias` objects.

use std::collections::{BTreeMap, BTreeSet};

use api::{AliasSpec, FunctionVersionSpec, Kind, LATEST_VERSION, ObjectKey, Reason};
use snapshot::{NamespacedName, Weighted};

use crate::diagnostic::Diagnostics;
use crate::functions::is_version;
use crate::objects::key;
use crate::ready::{self, Ready, Waiting};
use crate::{LastGood, Objects, claims, fall_back};

/// The aliases that are effective, by object: accepted, or last good where not, or where a pod is waited for.
pub(crate) fn accept(
    objects: &Objects,
    last: &LastGood,
    versions: &BTreeMap<NamespacedName, FunctionVersionSpec>,
    ready: &Ready,
    diagnostics: &mut Diagnostics,
) -> (BTreeMap<NamespacedName, AliasSpec>, Vec<Waiting>) {
    claims::check(
        Kind::Alias,
        &objects.aliases,
        "spec.name",
        |a| format!("{}:{}", a.spec.function_name, a.spec.name),
        diagnostics,
    );
    let known: BTreeSet<(&str, &str, &str)> =
        versions.iter().map(|(n, v)| (&*n.namespace, &*v.function_name, &*v.version)).collect();
    let mut effective = BTreeMap::new();
    for (name, alias) in &objects.aliases {
        let object = key(Kind::Alias, name);
        check(&object, &alias.spec, diagnostics);
        check_targets(&object, &alias.spec, &known, diagnostics);
        if !diagnostics.refused(&object) {
            effective.insert(name.clone(), alias.spec.clone());
        }
    }
    let waiting = ready::hold_aliases(&mut effective, last, ready);
    let claim = |spec: &AliasSpec| (spec.function_name.clone(), spec.name.clone());
    fall_back::to_last_good(
        &mut effective,
        Kind::Alias,
        objects,
        &objects.aliases,
        &last.aliases,
        |one, other| claim(one) == claim(other),
    );
    (effective, waiting)
}

fn check(object: &ObjectKey, spec: &AliasSpec, diagnostics: &mut Diagnostics) {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_name = |text: &str, longest| (1..=longest).contains(&text.len()) && text.bytes().all(plain);
    if !is_name(&spec.function_name, 64) {
        diagnostics.error(
            object,
            "spec.functionName",
            Reason::Invalid,
            "must be 1 to 64 of letters, digits, - and _",
        );
    }
    if !is_name(&spec.name, 128) || spec.name.bytes().all(|b| b.is_ascii_digit()) {
        let what = format!(
            "{:?} is not a name of an alias: 1 to 128 of letters, digits, - and _, not all digits",
            spec.name
        );
        diagnostics.error(object, "spec.name", Reason::Invalid, what);
    }
    let weights = "spec.additionalVersionWeights";
    if let Err(error) = Weighted::new(&spec.function_version, &spec.additional_version_weights) {
        diagnostics.error(object, weights, Reason::Invalid, error);
    }
    if spec.additional_version_weights.len() > 20 {
        diagnostics.error(object, weights, Reason::Invalid, "at most 20 further versions are allowed");
    }
    let shares = !spec.additional_version_weights.is_empty();
    if shares
        && (spec.function_version == LATEST_VERSION
            || spec.additional_version_weights.contains_key(LATEST_VERSION))
    {
        // As recorded (FACTS, alias errors).
        let what = "$LATEST is not supported for an alias pointing to more than 1 version";
        diagnostics.error(object, weights, Reason::Invalid, what);
    }
    if spec.additional_version_weights.contains_key(&spec.function_version) {
        let v = &spec.function_version;
        let what = format!(
            "Invalid function version {v}. Function version {v} is already included in routing configuration."
        );
        diagnostics.error(object, weights, Reason::Invalid, what);
    }
}

fn check_targets(
    object: &ObjectKey,
    spec: &AliasSpec,
    known: &BTreeSet<(&str, &str, &str)>,
    diagnostics: &mut Diagnostics,
) {
    let (namespace, function) = (&*object.namespace, &*spec.function_name);
    if !known.iter().any(|(n, f, _)| (*n, *f) == (namespace, function)) {
        let what =
            format!("function {function} does not exist: there is no FunctionVersion with that functionName");
        diagnostics.error(object, "spec.functionName", Reason::NotFound, what);
        return;
    }
    let further =
        spec.additional_version_weights.keys().map(|v| (format!("spec.additionalVersionWeights.{v}"), v));
    for (path, version) in further.chain([("spec.functionVersion".to_owned(), &spec.function_version)]) {
        if !is_version(version) {
            let what = format!(
                "{version:?} must be \"$LATEST\" or the number of a version; an alias can't point to an alias"
            );
            diagnostics.error(object, path, Reason::Invalid, what);
        } else if !known.contains(&(namespace, function, version)) {
            let what = format!("function {function} has no version {version}");
            diagnostics.error(object, path, Reason::NotFound, what);
        }
    }
}
