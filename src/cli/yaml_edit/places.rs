//! Where a field stands in the text, and what to put there.

use std::ops::Range;

use serde_json::Value;

use super::nodes::{Entry, Node};
use crate::change::Edit;
use crate::manifests::yaml_options;

/// What to replace by what; `None` where the text has a form that this can't change.
pub(super) fn replacement(text: &str, root: &Node, edit: &Edit) -> Option<(Range<usize>, String)> {
    let (mut at, mut rest) = (root, &*edit.path);
    while let [key, further @ ..] = rest
        && let Some(entry) = at.entry(key)
    {
        if further.is_empty() {
            return match &edit.value {
                Some(value) => set(text, entry, value),
                None => remove(text, root, &edit.path),
            };
        }
        if let (Node::Scalar { place, .. }, Some(value)) = (&entry.value, &edit.value)
            && place.is_empty()
        {
            // `variables:` with nothing behind it.
            let colon = behind_colon(text, entry)?;
            return Some((colon..colon, format!(" {{{}}}", pairs(further, value, is_json(text, entry)))));
        }
        (at, rest) = (&entry.value, further);
    }
    match &edit.value {
        Some(value) => insert(text, at, rest, value),
        // What is not there need not be taken away.
        None => Some((0..0, String::new())),
    }
}

fn set(text: &str, entry: &Entry, value: &Value) -> Option<(Range<usize>, String)> {
    match &entry.value {
        Node::Scalar { place, .. } if place.is_empty() => {
            let colon = behind_colon(text, entry)?;
            Some((colon..colon, format!(" {}", scalar(value, is_json(text, entry)))))
        }
        Node::Scalar { place, .. } => Some((place.clone(), scalar(value, is_json(text, entry)))),
        Node::Mapping { .. } | Node::Other { .. } => None,
    }
}

fn behind_colon(text: &str, entry: &Entry) -> Option<usize> {
    Some(entry.key_place.end + text.get(entry.key_place.end..)?.find(':')? + 1)
}

/// Puts the keys of `path`, of which the mapping `at` has not even the first, behind its last entry.
fn insert(text: &str, at: &Node, path: &[String], value: &Value) -> Option<(Range<usize>, String)> {
    let Node::Mapping { entries, flow, place } = at else { return None };
    let json = entries.first().is_some_and(|entry| is_json(text, entry));
    let new = pairs(path, value, json);
    match (entries.last(), *flow) {
        (None, _) => Some((place.start + 1..place.start + 1, new)),
        (Some(last), true) => {
            let end = last.value.end().max(last.key_place.end);
            Some((end..end, format!(", {new}")))
        }
        (Some(last), false) => {
            let first = entries.first()?.key_place.start;
            let indent = text.get(line_start(text, first)..first)?.chars().count();
            let end = line_end(text, last_character(text, last));
            // Lines go on ending as the others do.
            let (end, newline) = match text.get(..end)?.strip_suffix('\r') {
                Some(before) => (before.len(), "\r\n"),
                None => (end, "\n"),
            };
            Some((end..end, format!("{newline}{}{new}", " ".repeat(indent))))
        }
    }
}

/// `a: {b: value}`.
fn pairs(path: &[String], value: &Value, json: bool) -> String {
    match path {
        [] => scalar(value, json),
        [key, further @ ..] => {
            let key = scalar(&Value::from(&**key), json);
            match further {
                [] => format!("{key}: {}", scalar(value, json)),
                further => format!("{key}: {{{}}}", pairs(further, value, json)),
            }
        }
    }
}

/// Takes the entry at `path` away, and its mapping too where nothing else is in it.
fn remove(text: &str, root: &Node, path: &[String]) -> Option<(Range<usize>, String)> {
    let (key, parents) = path.split_last()?;
    let mut at = root;
    for key in parents {
        at = &at.entry(key)?.value;
    }
    let Node::Mapping { entries, flow, .. } = at else { return None };
    let index = entries.iter().position(|entry| entry.key == *key)?;
    let this = &entries[index];
    if entries.len() == 1 {
        return match parents {
            [] => None,
            parents => remove(text, root, parents),
        };
    }
    if *flow {
        let end = this.value.end().max(this.key_place.end);
        return Some(match (entries.get(index + 1), index.checked_sub(1).and_then(|at| entries.get(at))) {
            (Some(next), _) => (this.key_place.start..next.key_place.start, String::new()),
            (None, Some(before)) => (before.value.end().max(before.key_place.end)..end, String::new()),
            (None, None) => (this.key_place.start..end, String::new()),
        });
    }
    let start = line_start(text, this.key_place.start);
    let end = line_end(text, last_character(text, this));
    // A key behind `- ` shares its line with the list.
    let alone = text.get(start..this.key_place.start)?.bytes().all(|byte| byte == b' ');
    alone.then(|| (start..(end + 1).min(text.len()), String::new()))
}

/// Behind the last character of an entry. A text block is said to end where the next thing begins.
fn last_character(text: &str, entry: &Entry) -> usize {
    let end = entry.value.end().max(entry.key_place.end);
    let start = entry.key_place.start;
    text.get(start..end).map_or(end, |all| start + all.trim_end().len())
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| at + newline)
}

/// Whether an entry is written as in JSON: then what is new must be too.
fn is_json(text: &str, entry: &Entry) -> bool {
    text.get(entry.key_place.clone()).is_some_and(|key| key.starts_with('"'))
}

/// A text or number as YAML: plain where it reads back as the same, quoted otherwise.
fn scalar(value: &Value, json: bool) -> String {
    let Value::String(text) = value else { return value.to_string() };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    let reads_back = || {
        serde_saphyr::from_str_with_options::<Value>(text, yaml_options()).is_ok_and(|read| read == *value)
    };
    if !json && !text.starts_with('-') && text.chars().all(plain) && reads_back() {
        text.clone()
    } else {
        value.to_string()
    }
}
