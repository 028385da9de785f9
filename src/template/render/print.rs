//! Values as text: Java's `toString`, and compact JSON for what came from JSON.

use crate::document::write_text;
use crate::error::RenderError;
use crate::heap::Shape;
use crate::limits::{MAX_OUTPUT_BYTES, MAX_VALUE_DEPTH};
use crate::text::Text;
use crate::value::{Key, ListKind, Value};

use super::{Outcome, Render};

/// How a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As Java's `toString` does.
    Java,
    /// As compact JSON; within a list of JSON with `\/`.
    Json { slashes: bool },
}

impl<'a> Render<'a> {
    /// Appends a value to the output.
    pub(super) fn print(&mut self, value: &Value<'a>) -> Outcome<()> {
        match value {
            Value::Text(text) => self.write(text),
            Value::Block(block) => self.block(*block),
            other => {
                let mut out = std::mem::take(&mut self.out);
                let outcome = self.write_form(other, Form::Java, 0, &mut out);
                self.out = out;
                outcome
            }
        }
    }

    /// Appends a value to a text that is to be made.
    pub(crate) fn write_value(&mut self, value: &Value<'a>, into: &mut String) -> Outcome<()> {
        if let Value::Block(block) = value {
            let text = self.captured(|render| render.block(*block))?;
            into.push_str(&text);
            return Ok(());
        }
        self.write_form(value, Form::Java, 0, into)
    }

    /// A value as a text; texts as they are.
    pub(crate) fn text_of(&mut self, value: &Value<'a>) -> Outcome<Text<'a>> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            other => {
                let mut text = String::new();
                self.write_value(other, &mut text)?;
                self.grow_text(text.len())?;
                Ok(text.into())
            }
        }
    }

    /// A value as compact JSON.
    pub(crate) fn json_text_of(&mut self, value: &Value<'a>) -> Outcome<String> {
        let mut text = String::new();
        self.write_form(value, Form::Json { slashes: false }, 0, &mut text)?;
        Ok(text)
    }

    fn write_form(&mut self, value: &Value<'a>, form: Form, depth: usize, into: &mut String) -> Outcome<()> {
        self.step(1)?;
        if depth > MAX_VALUE_DEPTH {
            return Err(RenderError::TooDeep.into());
        }
        match value {
            Value::Null => into.push_str("null"),
            Value::Bool(value) => into.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) if form != Form::Java => number.write_json(into),
            Value::Number(number) => number.write(into),
            Value::Text(text) => self.write_in_form(text, form, into)?,
            Value::List(_) | Value::Map(_) | Value::Json(_) => match self.heap.shape(value) {
                Some(Shape::List(kind)) => self.write_list(value, kind, form, depth, into)?,
                _ => self.write_map(value, form, depth, into)?,
            },
            Value::Entry(map, entry) => {
                if let Some((key, value)) = self.heap.entry(*map, *entry) {
                    let (key, value) = (key.clone(), value.clone());
                    self.write_entry(key, &value, Form::Java, depth, into)?;
                }
            }
            Value::Loop(_) => into.push_str("{}"),
            Value::Block(block) => {
                let text = self.captured(|render| render.block(*block))?;
                self.write_in_form(&text, form, into)?;
            }
            Value::Context(_) | Value::Input | Value::Util => {}
        }
        if into.len() > MAX_OUTPUT_BYTES { Err(RenderError::OutputTooLarge.into()) } else { Ok(()) }
    }

    fn write_in_form(&mut self, text: &str, form: Form, into: &mut String) -> Outcome<()> {
        self.step(text.len() / 64)?;
        if into.len() + text.len() > MAX_OUTPUT_BYTES {
            return Err(RenderError::OutputTooLarge.into());
        }
        match form {
            Form::Java => into.push_str(text),
            Form::Json { slashes } => write_text(text, slashes, into),
        }
        Ok(())
    }

    fn write_list(
        &mut self,
        list: &Value<'a>,
        kind: ListKind,
        form: Form,
        depth: usize,
        into: &mut String,
    ) -> Outcome<()> {
        let own = match (form, kind) {
            (Form::Java, ListKind::Json) => Form::Json { slashes: true },
            (form, _) => form,
        };
        into.push('[');
        let mut cursor = self.heap.walk(list);
        let mut is_first = true;
        while let Some((_, item)) = self.heap.next(list, &mut cursor) {
            if !std::mem::take(&mut is_first) {
                into.push_str(if own == Form::Java { ", " } else { "," });
            }
            self.write_form(&item, own, depth + 1, into)?;
        }
        into.push(']');
        Ok(())
    }

    fn write_map(&mut self, map: &Value<'a>, form: Form, depth: usize, into: &mut String) -> Outcome<()> {
        if self.heap.overrides(map) {
            return Ok(());
        }
        into.push('{');
        let mut cursor = self.heap.walk(map);
        let mut is_first = true;
        while let Some((Some(key), value)) = self.heap.next(map, &mut cursor) {
            if !std::mem::take(&mut is_first) {
                into.push_str(if form == Form::Java { ", " } else { "," });
            }
            self.write_entry(key, &value, form, depth, into)?;
        }
        into.push('}');
        Ok(())
    }

    fn write_entry(
        &mut self,
        key: Key<'a>,
        value: &Value<'a>,
        form: Form,
        depth: usize,
        into: &mut String,
    ) -> Outcome<()> {
        match key {
            Key::Text(key) => self.write_in_form(&key, form, into)?,
            other if form == Form::Java => self.write_form(&other.into(), form, depth, into)?,
            other => {
                let mut text = String::new();
                self.write_form(&other.into(), Form::Java, depth, &mut text)?;
                self.write_in_form(&text, form, into)?;
            }
        }
        into.push(if form == Form::Java { '=' } else { ':' });
        self.write_form(value, form, depth + 1, into)
    }
}
