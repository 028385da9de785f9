//! Environment variables, of either kind of version.

use std::collections::BTreeMap;

use api::{EnvironmentSource, KeyReference, ObjectKey, Reason};

use crate::diagnostic::Diagnostics;
use crate::names::is_subdomain;

const MOST: usize = 100;

/// `path` is the field that has `environment` and `environmentFrom`.
pub(super) fn check(
    object: &ObjectKey,
    path: &str,
    environment: &BTreeMap<String, String>,
    from: &BTreeMap<String, EnvironmentSource>,
    is_reserved: impl Fn(&str) -> bool,
    diagnostics: &mut Diagnostics,
) {
    let names = environment.keys().map(|name| ("environment", name));
    for (field, name) in names.chain(from.keys().map(|name| ("environmentFrom", name))) {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let begins_well = name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
        let what = if is_reserved(name) {
            "is Lambda's own to set: another name would be right"
        } else if !begins_well || !name.bytes().all(plain) {
            "must be letters, digits and _, and not begin with a digit"
        } else {
            continue;
        };
        diagnostics.error(object, format!("{path}.{field}.{name}"), Reason::Invalid, what);
    }
    for (field, count) in [("environment", environment.len()), ("environmentFrom", from.len())] {
        if count > MOST {
            let what = format!("has {count} variables, and at most {MOST} would be right");
            diagnostics.error(object, format!("{path}.{field}"), Reason::Invalid, what);
        }
    }
    for (name, text) in environment {
        if text.contains('\0') {
            let what = "must not contain NUL";
            diagnostics.error(object, format!("{path}.environment.{name}"), Reason::Invalid, what);
        }
    }
    for (name, source) in from {
        let mut refuse = |what: String| {
            diagnostics.error(object, format!("{path}.environmentFrom.{name}"), Reason::Invalid, what);
        };
        if environment.contains_key(name) {
            refuse("is set in environment too: one of the two must go".to_owned());
        }
        match (&source.secret_key_ref, &source.config_map_key_ref) {
            (Some(reference), None) | (None, Some(reference)) => {
                if let Some(what) = wrong_with(reference) {
                    refuse(what);
                }
            }
            _ => refuse("must have exactly one of secretKeyRef and configMapKeyRef".to_owned()),
        }
    }
}

fn wrong_with(reference: &KeyReference) -> Option<String> {
    let KeyReference { name, key } = reference;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !is_subdomain(name) {
        return Some(format!("{name:?} must be the name of an object: DNS labels joined by dots"));
    }
    let is_key = (1..=253).contains(&key.len()) && key.bytes().all(plain);
    (!is_key).then(|| format!("{key:?} must be a key: 1 to 253 of letters, digits, -, _ and ."))
}
