//! Methods of values, as Java's have them.

pub(crate) mod list;
mod map;
mod number;
mod pattern;
mod text;

use crate::RenderError;
use crate::builtin::{self, input, util};
use crate::print;
use crate::render::Renderer;
use crate::value::Value;

/// Calls a method; null where the value has none of that name.
pub(crate) fn call<'a>(
    renderer: &mut Renderer<'a>,
    value: &Value<'a>,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    match (value, name, arguments) {
        (Value::Input, ..) => return input::call(renderer, name, arguments),
        (Value::Util, ..) => return util::call(renderer, name, arguments),
        (Value::Null, ..) => return Ok(Value::Null),
        (_, "toString", []) => {
            let text = print::text(&renderer.heap, value)?;
            return renderer.heap.text(text);
        }
        (_, "equals", [other]) => {
            let equal = print::text(&renderer.heap, value)? == print::text(&renderer.heap, other)?;
            return Ok(Value::Boolean(equal));
        }
        _ => {}
    }
    match value {
        Value::Text(text) => text::call(renderer, text, name, arguments),
        Value::List(list) => list::call(renderer, *list, name, arguments),
        Value::Map(map) => map::call(renderer, *map, name, arguments),
        Value::Integer(_) | Value::Float(_) => number::call(renderer, value, name, arguments),
        Value::Context(_) | Value::WholeContext | Value::StageVariables => {
            read_only(renderer, value, name, arguments)
        }
        Value::Foreach(index) => Ok(match (name, arguments) {
            ("hasNext", []) => builtin::foreach::property(&renderer.loops, *index, "hasNext"),
            _ => Value::Null,
        }),
        _ => Ok(Value::Null),
    }
}

/// Methods of maps that can't be changed.
fn read_only<'a>(
    renderer: &mut Renderer<'a>,
    value: &Value<'a>,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    let keys: Vec<String> = match value {
        Value::StageVariables => renderer.input.stage_variables.keys().cloned().collect(),
        Value::WholeContext => {
            renderer.input.context.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
        }
        Value::Context(serde_json::Value::Object(map)) => map.keys().cloned().collect(),
        _ => Vec::new(),
    };
    match (name, arguments) {
        ("get", [key]) => {
            let key = print::text(&renderer.heap, key)?;
            Ok(builtin::entry(renderer, value, &key))
        }
        ("containsKey", [key]) => Ok(Value::Boolean(keys.contains(&print::text(&renderer.heap, key)?))),
        ("size", []) => Ok(Value::Integer(i64::try_from(keys.len()).unwrap_or(i64::MAX))),
        ("isEmpty", []) => Ok(Value::Boolean(keys.is_empty())),
        ("keySet", []) => {
            let keys = keys.into_iter().map(|key| renderer.heap.text(key)).collect::<Result<_, _>>()?;
            renderer.heap.list(keys)
        }
        ("values", []) => {
            let values = keys.iter().map(|key| builtin::entry(renderer, value, key)).collect();
            renderer.heap.list(values)
        }
        ("entrySet", []) => {
            let pairs = keys
                .into_iter()
                .map(|key| (key.as_str().into(), builtin::entry(renderer, value, &key)))
                .collect();
            map::entry_set(renderer, pairs)
        }
        _ => Ok(Value::Null),
    }
}

/// A whole number that counts something.
fn count<'a>(number: usize) -> Value<'a> {
    i64::try_from(number).map_or(Value::Null, Value::Integer)
}
