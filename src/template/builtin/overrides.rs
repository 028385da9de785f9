//! `$context.requestOverride` and `$context.responseOverride`: the parts of `$context` that a template may set.

use serde_json::Value as JsonValue;

use crate::value::{Heap, Value};
use crate::{Json, RenderError};

/// Makes the maps of one override, with what earlier templates set.
pub(crate) fn read<'a>(
    heap: &mut Heap<'a>,
    context: &JsonValue,
    name: &str,
    kinds: &[&str],
) -> Result<usize, RenderError> {
    let empty = JsonValue::Object(serde_json::Map::new());
    let before = context.get(name).filter(|value| value.is_object()).unwrap_or(&empty);
    let whole = heap.json(&Json::from(before))?;
    let Value::Map(whole) = whole else { return Err(RenderError::TooDeep) };
    for kind in kinds {
        let there = heap.maps[whole].entries.get(*kind).and_then(|value| match value {
            Value::Map(map) => Some(*map),
            _ => None,
        });
        let map = match there {
            Some(map) => map,
            None => match heap.map(indexmap::IndexMap::new())? {
                Value::Map(map) => {
                    heap.maps[whole].entries.insert((*kind).into(), Value::Map(map));
                    map
                }
                _ => continue,
            },
        };
        heap.maps[map].is_silent = true;
        heap.maps[map].place = Some(format!("{name}.{kind}").into());
    }
    heap.maps[whole].is_silent = true;
    heap.maps[whole].place = Some(name.into());
    Ok(whole)
}

/// An override as JSON. What is nested deeper than any parameter is left out.
pub(crate) fn write(heap: &Heap<'_>, map: usize, depth: usize) -> JsonValue {
    let entries = &heap.maps[map].entries;
    JsonValue::Object(
        entries.iter().map(|(key, value)| (key.to_string(), json(heap, value, depth))).collect(),
    )
}

fn json(heap: &Heap<'_>, value: &Value<'_>, depth: usize) -> JsonValue {
    const DEEPEST: usize = 8;
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Text(text) => (**text).into(),
        Value::List(list) if depth < DEEPEST => {
            heap.lists[*list].items.iter().map(|item| json(heap, item, depth + 1)).collect()
        }
        Value::Map(map) if depth < DEEPEST => write(heap, *map, depth + 1),
        Value::Context(value) => (*value).clone(),
        _ => JsonValue::Null,
    }
}
