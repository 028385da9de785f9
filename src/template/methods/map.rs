//! Methods of maps.

use indexmap::IndexMap;

use super::count;
use crate::RenderError;
use crate::print;
use crate::render::Renderer;
use crate::value::{Text, Value};

pub(super) fn call<'a>(
    renderer: &mut Renderer<'a>,
    map: usize,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    let heap = &mut renderer.heap;
    match (name, arguments) {
        ("get", [key]) => {
            let key = print::text(heap, key)?;
            Ok(heap.maps[map].entries.get(&*key).cloned().unwrap_or(Value::Null))
        }
        ("getOrDefault", [key, default]) => {
            let key = print::text(heap, key)?;
            Ok(heap.maps[map].entries.get(&*key).unwrap_or(default).clone())
        }
        ("put" | "putIfAbsent", [key, value]) => {
            let key = print::text(heap, key)?;
            let before = heap.maps[map].entries.get(&*key).cloned();
            if name == "put" || before.is_none() {
                heap.take(key.len() + 64)?;
                heap.maps[map].entries.insert(key.into(), value.clone());
            }
            Ok(before.unwrap_or(Value::Null))
        }
        ("putAll", [Value::Map(other)]) => {
            let entries = heap.maps[*other].entries.clone();
            heap.take(entries.len() * 64)?;
            heap.maps[map].entries.extend(entries);
            Ok(Value::Null)
        }
        ("remove", [key]) => {
            let key = print::text(heap, key)?;
            Ok(heap.maps[map].entries.shift_remove(&*key).unwrap_or(Value::Null))
        }
        ("clear", []) => {
            heap.maps[map].entries.clear();
            Ok(Value::Null)
        }
        ("containsKey", [key]) => {
            let key = print::text(heap, key)?;
            Ok(Value::Boolean(heap.maps[map].entries.contains_key(&*key)))
        }
        ("containsValue", [value]) => {
            let wanted = print::text(heap, value)?;
            for value in heap.maps[map].entries.values() {
                if print::text(heap, value)? == wanted {
                    return Ok(Value::Boolean(true));
                }
            }
            Ok(Value::Boolean(false))
        }
        ("size", []) => Ok(count(heap.maps[map].entries.len())),
        ("isEmpty", []) => Ok(Value::Boolean(heap.maps[map].entries.is_empty())),
        ("keySet", []) => {
            let keys = heap.maps[map].entries.keys().map(|key| Value::Text(key.clone())).collect();
            heap.list(keys)
        }
        ("values", []) => {
            let values = heap.maps[map].entries.values().cloned().collect();
            heap.list(values)
        }
        ("entrySet", []) => {
            let pairs =
                heap.maps[map].entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            entry_set(renderer, pairs)
        }
        // An entry of an entry set.
        ("getKey", []) => Ok(heap.maps[map].entries.get("key").cloned().unwrap_or(Value::Null)),
        ("getValue", []) => Ok(heap.maps[map].entries.get("value").cloned().unwrap_or(Value::Null)),
        _ => Ok(Value::Null),
    }
}

/// A list of maps with `key` and `value`.
pub(super) fn entry_set<'a>(
    renderer: &mut Renderer<'a>,
    pairs: Vec<(Text, Value<'a>)>,
) -> Result<Value<'a>, RenderError> {
    let entry = |(key, value): (Text, Value<'a>)| {
        renderer.heap.map(IndexMap::from([("key".into(), Value::Text(key)), ("value".into(), value)]))
    };
    let entries = pairs.into_iter().map(entry).collect::<Result<_, _>>()?;
    renderer.heap.list(entries)
}
