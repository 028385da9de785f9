//! Methods that change a map.

use indexmap::IndexMap;

use crate::methods::{Called, DONE};
use crate::render::{Outcome, Render};
use crate::value::{Key, Value};

impl<'a> Render<'a> {
    pub(super) fn change_map(&mut self, map: usize, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let size = self.heap.maps[map].entries.len();
        Ok(Some(match (name, arguments) {
            ("put", [key, value]) => {
                let key = self.key(key)?;
                return self.put(map, key, value.clone());
            }
            ("putIfAbsent", [key, value]) => {
                let key = self.key(key)?;
                let found = self.heap.maps[map].entries.get(&key).cloned();
                return match found {
                    None | Some(Value::Null) => self.put(map, key, value.clone()),
                    found => Ok(found),
                };
            }
            ("putAll", [Value::Map(other)]) => {
                self.grow(self.heap.maps[*other].entries.len())?;
                let more: Vec<_> = self.heap.maps[*other]
                    .entries
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
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
                    self.heap.maps[map].entries.shift_remove(&key);
                }
                same.into()
            }
            ("replace", [key, value]) => {
                let key = self.key(key)?;
                if !self.heap.maps[map].entries.contains_key(&key) {
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
                return Ok(self.heap.maps[map].entries.shift_remove(&key));
            }
            ("clear", []) => {
                self.heap.maps[map].entries = IndexMap::new();
                return Ok(DONE);
            }
            _ => return Ok(None),
        }))
    }

    /// Whether this is what the map has for the key.
    fn holds_entry(&mut self, map: usize, key: &Key<'a>, value: &Value<'a>) -> Outcome<bool> {
        match self.heap.maps[map].entries.get(key).cloned() {
            Some(found) => self.equal(&found, value, 0),
            None => Ok(false),
        }
    }
}
