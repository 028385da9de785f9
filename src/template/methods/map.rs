//! Methods of Java's maps, and of the objects of `$context`, which are read alone.

mod changes;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::render::Render;
use crate::value::{ListKind, Value};

use super::Called;

impl<'a> Render<'a> {
    pub(super) fn of_map(&mut self, map: usize, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let size = self.heap.maps[map].entries.len();
        Ok(Some(match (name, arguments) {
            ("size", []) => Value::integer(size),
            ("isEmpty", []) => (size == 0).into(),
            ("get" | "getOrDefault", [key, default @ ..]) if default.len() == usize::from(name != "get") => {
                let key = self.key(key)?;
                let found = self.heap.maps[map].entries.get(&key).cloned();
                return Ok(found.or_else(|| default.first().cloned()));
            }
            ("clone", []) => {
                self.grow(size + 1)?;
                let entries = self.heap.maps[map].entries.clone();
                self.heap.map(entries)
            }
            ("containsKey", [key]) => {
                let key = self.key(key)?;
                self.heap.maps[map].entries.contains_key(&key).into()
            }
            ("containsValue", [value]) => {
                for index in 0..size {
                    let Some((_, item)) = self.heap.maps[map].entries.get_index(index) else { break };
                    let item = item.clone();
                    if self.equal(&item, value, 0)? {
                        return Ok(Some(true.into()));
                    }
                }
                false.into()
            }
            ("keySet" | "values" | "entrySet", []) => {
                self.grow(size + 1)?;
                let entries = &self.heap.maps[map].entries;
                let items = match name {
                    "keySet" => entries.keys().map(|key| Value::from(key.clone())).collect(),
                    "values" => entries.values().cloned().collect(),
                    _ => (0..size).map(|entry| Value::Entry(map, entry)).collect(),
                };
                self.heap.list(ListKind::Set, items)
            }
            _ => return self.change_map(map, name, arguments),
        }))
    }

    pub(super) fn of_context_map(
        &mut self,
        object: &'a Json,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Called<'a> {
        let names = self.names_of_context(object);
        Ok(Some(match (name, arguments) {
            ("get", [Value::Text(name)]) => return self.of_context_object(object, name),
            ("containsKey", [Value::Text(name)]) => self.of_context_object(object, name)?.is_some().into(),
            ("size", []) => Value::integer(names.len()),
            ("isEmpty", []) => names.is_empty().into(),
            ("keySet", []) => {
                self.grow(names.len() + 1)?;
                self.heap.list(ListKind::Set, names)
            }
            ("values" | "entrySet", []) => {
                let mut entries = IndexMap::new();
                self.grow(2 * names.len() + 2)?;
                for name in names {
                    let Value::Text(name) = name else { continue };
                    let value = self.of_context_object(object, &name)?.unwrap_or(Value::Null);
                    entries.insert(crate::value::Key::Text(name), value);
                }
                let Value::Map(map) = self.heap.map(entries) else { return Ok(None) };
                return self.of_map(map, name, &[]);
            }
            _ => return Ok(None),
        }))
    }
}
