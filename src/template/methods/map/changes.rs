//! Methods that change a map.

use indexmap::IndexMap;

use crate::error::RenderError;
use crate::heap::Shape;
use crate::methods::{Called, DONE};
use crate::render::{Outcome, Render};
use crate::value::{Key, Value};

impl<'a> Render<'a> {
    pub(super) fn change_map(&mut self, map: &Value<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let size = self.heap.len(map).unwrap_or_default();
        Ok(Some(match (name, arguments) {
            ("put", [key, value]) => {
                let key = self.key(key)?;
                return self.put(map, key, value.clone());
            }
            ("putIfAbsent", [key, value]) => {
                let key = self.key(key)?;
                let found = self.heap.get(map, &key);
                return match found {
                    None | Some(Value::Null) => self.put(map, key, value.clone()),
                    found => Ok(found),
                };
            }
            ("putAll", [other]) if self.heap.shape(other) == Some(Shape::Map) => {
                self.grow(self.heap.len(other).unwrap_or_default())?;
                let more: Vec<_> = self.heap.entries(other).collect();
                for (key, value) in more {
                    self.put(map, key, value)?;
                }
                return Ok(DONE);
            }
            ("remove", [key, value]) => {
                self.step(size / 16)?;
                let key = self.key(key)?;
                let same = self.holds_entry(map, &key, value)?;
                if same {
                    self.entries_of(map)?.shift_remove(&key);
                }
                same.into()
            }
            ("replace", [key, value]) => {
                let key = self.key(key)?;
                if self.heap.get(map, &key).is_none() {
                    return Ok(None);
                }
                return self.put(map, key, value.clone());
            }
            ("replace", [key, before, value]) => {
                let key = self.key(key)?;
                let same = self.holds_entry(map, &key, before)?;
                if same {
                    self.put(map, key, value.clone())?;
                }
                same.into()
            }
            ("remove", [key]) => {
                self.step(size / 16)?;
                let key = self.key(key)?;
                return Ok(self.entries_of(map)?.shift_remove(&key));
            }
            ("clear", []) => {
                *self.entries_of(map)? = IndexMap::new();
                return Ok(DONE);
            }
            _ => return Ok(None),
        }))
    }

    /// Whether this is what the map has for the key.
    fn holds_entry(&mut self, map: &Value<'a>, key: &Key<'a>, value: &Value<'a>) -> Outcome<bool> {
        match self.heap.get(map, key) {
            Some(found) => self.equal(&found, value, 0),
            None => Ok(false),
        }
    }

    /// The entries of a map, to be changed.
    fn entries_of(&mut self, map: &Value<'a>) -> Outcome<&mut IndexMap<Key<'a>, Value<'a>>> {
        match self.own(map)? {
            Value::Map(map) => Ok(&mut self.heap.map_at(map).entries),
            _ => Err(RenderError::TooManyElements.into()),
        }
    }
}
