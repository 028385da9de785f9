//! An object with an error falls back to what was last good of it.

use std::collections::BTreeMap;

use api::Kind;
use snapshot::NamespacedName;

use crate::Objects;

/// Adds to `effective` what was last good of those objects that are there (`objects`, or unreadable) but not accepted,
/// unless an accepted object of another name makes the same claim now.
pub(crate) fn to_last_good<Object, Effective: Clone>(
    effective: &mut BTreeMap<NamespacedName, Effective>,
    kind: Kind,
    all: &Objects,
    objects: &BTreeMap<NamespacedName, Object>,
    last: &BTreeMap<NamespacedName, Effective>,
    same_claim: impl Fn(&Effective, &Effective) -> bool,
) {
    for (name, spec) in last {
        let present = objects.contains_key(name) || all.is_unreadable(kind, name);
        if present && !claimed(effective, name, spec, &same_claim) {
            effective.entry(name.clone()).or_insert_with(|| spec.clone());
        }
    }
}

/// Whether an effective object of another name makes the claim of `spec`.
pub(crate) fn claimed<Effective>(
    effective: &BTreeMap<NamespacedName, Effective>,
    name: &NamespacedName,
    spec: &Effective,
    same_claim: impl Fn(&Effective, &Effective) -> bool,
) -> bool {
    let in_namespace = |other: &NamespacedName| other != name && other.namespace == name.namespace;
    effective.iter().any(|(other, accepted)| in_namespace(other) && same_claim(accepted, spec))
}
