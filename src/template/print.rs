//! Values as text.

use crate::limits::{DEEPEST_VALUE, LONGEST_OUTPUT};
use crate::value::{Heap, Value};
use crate::{RenderError, number};

/// Appends a value as it prints. Undefined and null print as nothing.
pub(crate) fn write(out: &mut String, heap: &Heap<'_>, value: &Value<'_>) -> Result<(), RenderError> {
    match value {
        Value::Null => {}
        Value::Map(map) if heap.maps[*map].is_silent => {}
        other => Printer { out, heap }.java(other, 0)?,
    }
    Ok(())
}

/// A value as text.
pub(crate) fn text(heap: &Heap<'_>, value: &Value<'_>) -> Result<String, RenderError> {
    let mut out = String::new();
    write(&mut out, heap, value)?;
    Ok(out)
}

struct Printer<'p, 'a> {
    out: &'p mut String,
    heap: &'p Heap<'a>,
}

impl Printer<'_, '_> {
    fn push(&mut self, text: &str) -> Result<(), RenderError> {
        if self.out.len() + text.len() > LONGEST_OUTPUT {
            return Err(RenderError::TooLong);
        }
        self.out.push_str(text);
        Ok(())
    }

    /// As Java's `toString` has it: `{k=v}`, `[a, b]`; but lists that come from JSON print as JSON (recorded).
    fn java(&mut self, value: &Value<'_>, depth: usize) -> Result<(), RenderError> {
        if depth > DEEPEST_VALUE {
            return Err(RenderError::TooDeep);
        }
        match value {
            Value::Null => self.push("null"),
            Value::Boolean(value) => self.push(if *value { "true" } else { "false" }),
            Value::Integer(value) => self.push(&value.to_string()),
            Value::Float(value) => {
                number::write(self.out, *value);
                Ok(())
            }
            Value::Text(text) => self.push(text),
            Value::List(list) if self.heap.lists[*list].is_json => self.json(value, depth),
            Value::List(list) => {
                self.push("[")?;
                for (i, item) in self.heap.lists[*list].items.iter().enumerate() {
                    self.push(if i > 0 { ", " } else { "" })?;
                    self.java(item, depth + 1)?;
                }
                self.push("]")
            }
            Value::Map(map) => {
                self.push("{")?;
                for (i, (key, item)) in self.heap.maps[*map].entries.iter().enumerate() {
                    self.push(if i > 0 { ", " } else { "" })?;
                    self.push(key)?;
                    self.push("=")?;
                    self.java(item, depth + 1)?;
                }
                self.push("}")
            }
            Value::Context(serde_json::Value::String(text)) => self.push(text),
            // Recorded: `$context.get('identity')` prints nothing.
            Value::Context(serde_json::Value::Object(_) | serde_json::Value::Null) => Ok(()),
            Value::Context(other) => self.push(&other.to_string()),
            Value::WholeContext
            | Value::StageVariables
            | Value::Input
            | Value::Util
            | Value::Foreach(_)
            | Value::Defined(_) => Ok(()),
        }
    }

    fn json(&mut self, value: &Value<'_>, depth: usize) -> Result<(), RenderError> {
        if depth > DEEPEST_VALUE {
            return Err(RenderError::TooDeep);
        }
        match value {
            Value::Text(text) => self.push(&quoted(text)),
            Value::List(list) => {
                self.push("[")?;
                for (i, item) in self.heap.lists[*list].items.iter().enumerate() {
                    self.push(if i > 0 { "," } else { "" })?;
                    self.json(item, depth + 1)?;
                }
                self.push("]")
            }
            Value::Map(map) => {
                self.push("{")?;
                for (i, (key, item)) in self.heap.maps[*map].entries.iter().enumerate() {
                    self.push(if i > 0 { "," } else { "" })?;
                    self.push(&quoted(key))?;
                    self.push(":")?;
                    self.json(item, depth + 1)?;
                }
                self.push("}")
            }
            Value::Context(value) => self.push(&value.to_string()),
            other => self.java(other, depth),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
