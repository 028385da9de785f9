//! Reads of single fields. `null` stands for a field that is not there, as it does where people template documents.

use serde_json::{Map, Value};

use crate::findings::{At, Findings, Reported};

/// An object of the document and its place.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// Where the object stands.
    pub(crate) at: At<'a>,
}

impl<'a> Fields<'a> {
    /// Reads an object.
    pub(crate) fn of(value: &'a Value, at: At<'a>, findings: &mut Findings) -> Result<Self, Reported> {
        match value {
            Value::Object(object) => Ok(Self { object, at }),
            other => Err(findings.invalid(&at, format!("must be an object, not {}", kind(other)))),
        }
    }

    /// Keys and values, by key: a map's own order may be lost, and where order matters it is lexicographic.
    pub(crate) fn sorted(&self) -> Vec<(&'a str, &'a Value)> {
        let mut all: Vec<_> = self.object.iter().map(|(key, value)| (key.as_str(), value)).collect();
        all.sort_by_key(|(key, _)| *key);
        all
    }

    /// A field as it is.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A field that is text.
    pub(crate) fn text(&self, key: &str, findings: &mut Findings) -> Result<Option<&'a str>, Reported> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => {
                Err(findings.invalid(&self.at.child(key), format!("{key} must be text, not {}", kind(other))))
            }
        }
    }

    /// Entries of a field that is a map; none where it is not there.
    pub(crate) fn map(
        &self,
        key: &str,
        findings: &mut Findings,
    ) -> Result<Vec<(&'a str, &'a Value)>, Reported> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(Value::Object(object)) => Ok(Fields { object, at: self.at }.sorted()),
            Some(other) => {
                Err(findings
                    .invalid(&self.at.child(key), format!("{key} must be a map, not {}", kind(other))))
            }
        }
    }

    /// Entries of a field that is a map to text. `null` is empty text: tools write it for a template without text.
    pub(crate) fn text_map(
        &self,
        key: &str,
        findings: &mut Findings,
    ) -> Result<Vec<(&'a str, &'a str)>, Reported> {
        let place = self.at.child(key);
        let read = self.map(key, findings)?.into_iter().map(|(name, value)| match value {
            Value::String(text) => Ok((name, text.as_str())),
            Value::Null => Ok((name, "")),
            other => Err(findings.invalid(&place.child(name), format!("must be text, not {}", kind(other)))),
        });
        // All of them first, then the first failure: every problem is to be reported.
        read.collect::<Vec<_>>().into_iter().collect()
    }
}

/// What a value is, for a message.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
