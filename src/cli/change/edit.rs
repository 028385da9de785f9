//! An edit of an object: one field set or taken away.

use serde_json::{Map, Value, json};

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    /// Keys from the object's root, such as `spec`, `canary`, `percent`.
    pub(crate) path: Vec<String>,
    /// A text or a number; `None` takes the field away.
    pub(crate) value: Option<Value>,
}

impl Edit {
    /// Sets a field.
    pub(crate) fn set(path: &[&str], value: impl Into<Value>) -> Self {
        Self { path: path.iter().map(|&key| key.to_owned()).collect(), value: Some(value.into()) }
    }

    /// Takes a field away.
    pub(crate) fn remove(path: &[&str]) -> Self {
        Self { path: path.iter().map(|&key| key.to_owned()).collect(), value: None }
    }

    /// The path as people write it.
    pub(crate) fn field(&self) -> String {
        self.path.join(".")
    }

    /// Does it to an object.
    pub(crate) fn apply(&self, object: &mut Value) {
        let Some((last, parents)) = self.path.split_last() else { return };
        let mut at = object;
        for key in parents {
            if !at[key].is_object() {
                if self.value.is_none() {
                    return;
                }
                at[key] = json!({});
            }
            at = &mut at[key];
        }
        match &self.value {
            Some(value) => at[last] = value.clone(),
            None => drop(at.as_object_mut().map(|map| map.remove(last))),
        }
    }
}

/// The edits as a JSON merge patch: what it does not name stays.
pub(crate) fn merge_patch(edits: &[Edit]) -> Value {
    let mut patch = Value::Object(Map::new());
    for edit in edits {
        let null = Edit { path: edit.path.clone(), value: Some(edit.value.clone().unwrap_or_default()) };
        null.apply(&mut patch);
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_and_patch() {
        let edits = [
            Edit::set(&["spec", "deployment"], "v2"),
            Edit::set(&["spec", "variables", "a.b"], "x"),
            Edit::remove(&["spec", "weights"]),
            Edit::remove(&["spec", "none", "x"]),
        ];
        let mut object = json!({"spec": {"deployment": "v1", "name": "prod", "weights": {"2": 0.1}}});
        for edit in &edits {
            edit.apply(&mut object);
        }
        assert_eq!(object, json!({"spec": {"deployment": "v2", "name": "prod", "variables": {"a.b": "x"}}}));
        assert_eq!(
            merge_patch(&edits),
            json!({"spec": {"deployment": "v2", "variables": {"a.b": "x"}, "weights": null, "none": {"x": null}}})
        );
    }
}
