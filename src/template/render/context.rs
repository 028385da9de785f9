//! `$context`, and the overrides in it, which a template may set.

use serde_json::{Map as Object, Value as Json};

use crate::error::RenderError;
use crate::limits::MAX_VALUE_DEPTH;
use crate::number::Number;
use crate::text::Text;
use crate::value::{Key, ListKind, Map, Overrides, Value};
use crate::{RequestOverride, ResponseOverride};

use super::{Halt, Outcome, Render};

impl<'a> Render<'a> {
    /// A value of `$context`.
    pub(crate) fn of_context(&mut self, value: &'a Json) -> Outcome<Value<'a>> {
        Ok(match value {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::String(text) => Value::Text(Text::Borrowed(text)),
            Json::Number(number) => Value::Number(match number.as_i64() {
                Some(integer) => Number::Integer(integer),
                None => Number::Double(number.as_f64().unwrap_or_default()),
            }),
            Json::Array(items) => {
                self.grow(items.len() + 1)?;
                let items = items.iter().map(|item| self.of_context(item)).collect::<Outcome<_>>()?;
                self.heap.list(ListKind::Json, items)
            }
            Json::Object(_) => Value::Context(value),
        })
    }

    /// A member of an object of `$context`; the overrides are members of `$context` itself.
    pub(crate) fn of_context_object(&mut self, object: &'a Json, name: &str) -> Outcome<Option<Value<'a>>> {
        if std::ptr::eq(object, self.input.context) {
            match name {
                "requestOverride" => return self.request_override().map(|map| Some(Value::Map(map))),
                "responseOverride" => return self.response_override().map(|map| Some(Value::Map(map))),
                _ => {}
            }
        }
        object.get(name).map(|value| self.of_context(value)).transpose()
    }

    /// The names of an object of `$context`.
    pub(crate) fn names_of_context(&self, object: &'a Json) -> Vec<Value<'a>> {
        let own = object.as_object().into_iter().flat_map(Object::keys).map(String::as_str);
        let overrides = if std::ptr::eq(object, self.input.context) {
            &["requestOverride", "responseOverride"][..]
        } else {
            &[]
        };
        own.chain(overrides.iter().copied()).map(|name| Value::Text(Text::Borrowed(name))).collect()
    }

    fn override_map(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = (&'a String, &'a Json)>,
    ) -> Outcome<usize> {
        let mut map =
            Map { overrides: Some(Box::new(Overrides { name, set: Vec::new() })), ..Map::default() };
        for (name, value) in values {
            let value = self.of_override(value)?;
            map.entries.insert(Key::Text(Text::Borrowed(name)), value);
        }
        Ok(self.heap.add(map))
    }

    /// A value that an earlier template set.
    fn of_override(&mut self, value: &'a Json) -> Outcome<Value<'a>> {
        if let Json::Object(members) = value {
            self.grow(members.len() + 1)?;
            let mut entries = indexmap::IndexMap::new();
            for (name, value) in members {
                let value = self.of_override(value)?;
                entries.insert(Key::Text(Text::Borrowed(name)), value);
            }
            return Ok(self.heap.map(entries));
        }
        self.of_context(value)
    }

    fn request_override(&mut self) -> Outcome<usize> {
        if let Some(map) = self.request_override {
            return Ok(map);
        }
        let earlier = self.input.request_override;
        let path = self.override_map("requestOverride.path", earlier.into_iter().flat_map(|o| &o.path))?;
        let header =
            self.override_map("requestOverride.header", earlier.into_iter().flat_map(|o| &o.header))?;
        let query = self
            .override_map("requestOverride.querystring", earlier.into_iter().flat_map(|o| &o.querystring))?;
        let map = self.override_map("requestOverride", earlier.into_iter().flat_map(|o| &o.other))?;
        let entries = &mut self.heap.map_at(map).entries;
        for (name, inner) in [("path", path), ("header", header), ("querystring", query)] {
            entries.insert(Key::Text(Text::Borrowed(name)), Value::Map(inner));
        }
        self.request_override = Some(map);
        Ok(map)
    }

    fn response_override(&mut self) -> Outcome<usize> {
        if let Some(map) = self.response_override {
            return Ok(map);
        }
        let earlier = self.input.response_override;
        let header =
            self.override_map("responseOverride.header", earlier.into_iter().flat_map(|o| &o.header))?;
        let map = self.override_map("responseOverride", earlier.into_iter().flat_map(|o| &o.other))?;
        let entries = &mut self.heap.map_at(map).entries;
        entries.insert(Key::Text(Text::Borrowed("header")), Value::Map(header));
        if let Some(status) = earlier.and_then(|o| o.status.as_ref()) {
            let status = self.of_override(status)?;
            self.heap.map_at(map).entries.insert(Key::Text(Text::Borrowed("status")), status);
        }
        self.response_override = Some(map);
        Ok(map)
    }

    /// The overrides as they are after the template.
    pub(super) fn overridden(&mut self) -> Result<(RequestOverride, ResponseOverride), RenderError> {
        let mut request = self.input.request_override.cloned().unwrap_or_default();
        let mut response = self.input.response_override.cloned().unwrap_or_default();
        let outcome = self.read_overrides(&mut request, &mut response);
        match outcome {
            Err(Halt::Failed(error)) => Err(*error),
            _ => Ok((request, response)),
        }
    }

    fn read_overrides(
        &mut self,
        request: &mut RequestOverride,
        response: &mut ResponseOverride,
    ) -> Outcome<()> {
        if let Some(map) = self.request_override {
            let mut all = self.object(&Value::Map(map), 0)?;
            request.path = taken(&mut all, "path");
            request.header = taken(&mut all, "header");
            request.querystring = taken(&mut all, "querystring");
            request.other = all.into_iter().collect();
        }
        if let Some(map) = self.response_override {
            let mut all = self.object(&Value::Map(map), 0)?;
            response.status = all.remove("status");
            response.header = taken(&mut all, "header");
            response.other = all.into_iter().collect();
        }
        Ok(())
    }

    fn object(&mut self, map: &Value<'a>, depth: usize) -> Outcome<Object<String, Json>> {
        let mut object = Object::new();
        let mut cursor = self.heap.walk(map);
        while let Some((Some(key), value)) = self.heap.next(map, &mut cursor) {
            let name = self.text_of(&key.into())?.to_string();
            object.insert(name, self.json_of(&value, depth)?);
        }
        Ok(object)
    }

    /// A value as it leaves the template.
    fn json_of(&mut self, value: &Value<'a>, depth: usize) -> Outcome<Json> {
        self.step(1)?;
        if depth > MAX_VALUE_DEPTH {
            return Err(RenderError::TooDeep.into());
        }
        Ok(match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(Number::Integer(number)) => (*number).into(),
            Value::Number(Number::Double(number)) => (*number).into(),
            Value::Number(Number::Exact(number)) => number.as_double().into(),
            list if self.is_list(list) => {
                let items = self.copied(list)?;
                Json::Array(items.iter().map(|item| self.json_of(item, depth + 1)).collect::<Outcome<_>>()?)
            }
            map if self.heap.shape(map).is_some() => Json::Object(self.object(map, depth + 1)?),
            other => {
                let text = self.text_of(other)?;
                self.grow_text(text.len())?;
                Json::String(text.to_string())
            }
        })
    }
}

fn taken(all: &mut Object<String, Json>, name: &str) -> std::collections::BTreeMap<String, Json> {
    match all.remove(name) {
        Some(Json::Object(members)) => members.into_iter().collect(),
        _ => std::collections::BTreeMap::new(),
    }
}
