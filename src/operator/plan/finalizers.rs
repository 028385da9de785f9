//! What is in use stays until nothing leads to it.

use api::{Kind, ObjectKey};
use compile::Outcome;

use super::{Target, Write};
use crate::index::{Index, Seen};
use crate::settings::FINALIZER;

/// On what came into use; what is being deleted takes none any more.
pub(super) fn added(outcome: &Outcome, index: &Index) -> Vec<Write> {
    let lacks = |(key, seen): &(&ObjectKey, &Seen)| {
        keeps(key) && !seen.deleting && !has(seen) && outcome.in_use.contains_key(*key)
    };
    let add = |(key, seen): (&ObjectKey, &Seen)| {
        let mut finalizers = seen.finalizers.clone();
        finalizers.push(FINALIZER.to_owned());
        write(key, seen, finalizers)
    };
    index.objects.iter().filter(lacks).map(add).collect()
}

/// From what nothing uses.
pub(super) fn removed(outcome: &Outcome, index: &Index) -> Vec<Write> {
    let is_over = |(key, seen): &(&ObjectKey, &Seen)| has(seen) && !outcome.in_use.contains_key(*key);
    let remove = |(key, seen): (&ObjectKey, &Seen)| {
        write(
            key,
            seen,
            seen.finalizers.iter().filter(|finalizer| *finalizer != FINALIZER).cloned().collect(),
        )
    };
    index.objects.iter().filter(is_over).map(remove).collect()
}

fn keeps(key: &ObjectKey) -> bool {
    matches!(key.kind, Kind::Alias | Kind::FunctionVersion | Kind::ApiDeployment)
}

fn has(seen: &Seen) -> bool {
    seen.finalizers.iter().any(|finalizer| finalizer == FINALIZER)
}

fn write(key: &ObjectKey, seen: &Seen, finalizers: Vec<String>) -> Write {
    Write::Finalizers {
        target: Target::ours(key),
        uid: seen.uid.clone(),
        resource_version: seen.resource_version.clone(),
        finalizers,
    }
}
