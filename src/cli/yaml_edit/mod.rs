//! Changing fields of a manifest in place: everything else of the file stays as it is, comments too.

mod nodes;
mod places;
#[cfg(test)]
mod tests;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::change::Edit;
use crate::manifests::yaml_options;
use nodes::Node;

/// Which object of a file is meant. A manifest that names no namespace is taken to be of any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Which<'a> {
    pub(crate) kind: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
}

impl Which<'_> {
    fn is(&self, node: &Node) -> bool {
        node.text_at(&["kind"]) == Some(self.kind)
            && node.text_at(&["metadata", "name"]) == Some(self.name)
            && node.text_at(&["metadata", "namespace"]).is_none_or(|namespace| namespace == self.namespace)
    }

    fn is_value(&self, document: &Value) -> bool {
        document["kind"] == self.kind
            && document["metadata"]["name"] == self.name
            && document["metadata"]["namespace"].as_str().is_none_or(|there| there == self.namespace)
    }
}

/// `text` with the edits done to the object; `None` where it does not hold it.
pub(crate) fn edit(text: &str, which: Which<'_>, edits: &[Edit]) -> Result<Option<String>> {
    let documents = values(text)?;
    let Some(index) = documents.iter().position(|document| which.is_value(document)) else {
        return Ok(None);
    };
    let mut changed = text.to_owned();
    for edit in edits {
        let nodes = Node::documents(&changed)?;
        let root = nodes.iter().find(|node| which.is(node)).context("the object is written with anchors")?;
        let done = places::replacement(&changed, root, edit);
        let done = done.filter(|(place, _)| changed.get(place.clone()).is_some());
        let Some((place, new)) = done else { bail!(by_hand(which, edit)) };
        changed.replace_range(place, &new);
    }
    let mut expected = documents;
    for edit in edits {
        edit.apply(&mut expected[index]);
    }
    // Anchors, merge keys, odd forms: what it has become is read again, and must be what was meant and nothing else.
    let became = values(&changed).unwrap_or_default();
    let same = became.len() == expected.len()
        && became.iter().zip(&expected).enumerate().all(|(at, (became, expected))| {
            if at == index { without_empty(became) == without_empty(expected) } else { became == expected }
        });
    ensure!(same, edits.first().map_or_else(String::new, |edit| by_hand(which, edit)));
    Ok(Some(changed))
}

fn by_hand(which: Which<'_>, edit: &Edit) -> String {
    format!(
        "{} of {}/{} is written in a way that can't be changed in place; write it as plain text",
        edit.field(),
        which.kind,
        which.name
    )
}

fn values(text: &str) -> Result<Vec<Value>> {
    Ok(serde_saphyr::from_multiple_with_options(text, yaml_options())?)
}

/// A mapping that has become empty is as good as none.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().map(|(key, value)| (key.clone(), without_empty(value)));
            let is_empty = |value: &Value| value.is_null() || value.as_object().is_some_and(Map::is_empty);
            Value::Object(kept.filter(|(_, value)| !is_empty(value)).collect())
        }
        other => other.clone(),
    }
}
