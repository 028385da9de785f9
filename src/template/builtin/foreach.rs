//! `$foreach`.

use crate::render::Loop;
use crate::value::Value;

/// A property of a loop.
pub(crate) fn property<'a>(loops: &[Loop], index: usize, name: &str) -> Value<'a> {
    let Some(current) = loops.get(index) else { return Value::Null };
    let number = |number: usize| i64::try_from(number).map_or(Value::Null, Value::Integer);
    match name {
        "index" => number(current.index),
        "count" => number(current.index + 1),
        "hasNext" => Value::Boolean(current.index + 1 < current.length),
        "first" => Value::Boolean(current.index == 0),
        "last" => Value::Boolean(current.index + 1 == current.length),
        "parent" | "topmost" if index > 0 => Value::Foreach(if name == "parent" { index - 1 } else { 0 }),
        "topmost" => Value::Foreach(0),
        _ => Value::Null,
    }
}
