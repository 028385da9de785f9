//! A change as people read it.

use anyhow::Result;
use serde_json::{Value, json};
use similar::TextDiff;

use super::Change;

/// One line a field: what it was and becomes.
pub(crate) fn lines(change: &Change, before: &Value) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::Null => "(unset)".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |edit: &super::Edit| {
        let old = edit.path.iter().fold(before, |at, key| &at[key]);
        let new = edit.value.as_ref().unwrap_or(&Value::Null);
        format!("{}: {}: {} -> {}", change.object, edit.field(), shown(old), shown(new))
    };
    change.edits.iter().map(line).collect()
}

/// The difference that the change makes to the object's manifest.
pub(crate) fn diff(change: &Change, before: &Value) -> Result<String> {
    let mut after = before.clone();
    change.edits.iter().for_each(|edit| edit.apply(&mut after));
    let name = change.object.to_string();
    Ok(unified(&name, &manifest(before)?, &manifest(&after)?))
}

/// Without what only the cluster knows of it.
fn manifest(object: &Value) -> Result<String> {
    let metadata = &object["metadata"];
    let manifest = json!({
        "apiVersion": api::API_VERSION,
        "kind": object["kind"],
        "metadata": { "name": metadata["name"], "namespace": metadata["namespace"] },
        "spec": object["spec"],
    });
    Ok(serde_saphyr::to_string(&manifest)?)
}

/// As `diff -u` prints it.
pub(crate) fn unified(name: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().header(name, name).to_string()
}
