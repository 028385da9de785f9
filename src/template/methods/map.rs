//! Methods of Java's maps, and of the objects of `$context`, which are read alone.

mod changes;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::render::Render;
use crate::value::{ListKind, Value};

use super::Called;

impl<'a> Render<'a> {
    pub(super) fn of_map(&mut self, map: &Value<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let size = self.heap.len(map).unwrap_or_default();
        Ok(Some(match (name, arguments) {
            ("size", []) => Value::integer(size),
            ("isEmpty", []) => (size == 0).into(),
            ("get" | "getOrDefault", [key, default @ ..]) if default.len() == usize::from(name != "get") => {
                let key = self.key(key)?;
                let found = self.heap.get(map, &key);
                return Ok(found.or_else(|| default.first().cloned()));
            }
            ("clone", []) => {
                self.grow(size + 1)?;
                let entries = self.heap.entries(map).collect();
                self.heap.map(entries)
            }
            ("containsKey", [key]) => {
                let key = self.key(key)?;
                self.heap.get(map, &key).is_some().into()
            }
            ("containsValue", [value]) => {
                let mut cursor = self.heap.walk(map);
                while let Some((_, item)) = self.heap.next(map, &mut cursor) {
                    if self.equal(&item, value, 0)? {
                        return Ok(Some(true.into()));
                    }
                }
                false.into()
            }
            ("keySet" | "values" | "entrySet", []) => {
                self.grow(size + 1)?;
                let items = match name {
                    "keySet" => self.heap.entries(map).map(|(key, _)| Value::from(key)).collect(),
                    "values" => self.heap.values(map).collect(),
                    _ => match self.own(map)? {
                        Value::Map(map) => (0..size).map(|entry| Value::Entry(map, entry)).collect(),
                        _ => Vec::new(),
                    },
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
                let map = self.heap.map(entries);
                return self.of_map(&map, name, &[]);
            }
            _ => return Ok(None),
        }))
    }
}
