//! Methods of numbers. Java's `Integer` has static ones, which templates call on any number.

use super::count;
use crate::RenderError;
use crate::print;
use crate::render::Renderer;
use crate::value::Value;

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "as Java narrows and widens: saturating, and to the nearest"
)]
pub(super) fn call<'a>(
    renderer: &mut Renderer<'a>,
    value: &Value<'a>,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    let float = match value {
        Value::Integer(value) => *value as f64,
        Value::Float(value) => *value,
        _ => return Ok(Value::Null),
    };
    Ok(match (name, arguments) {
        ("intValue" | "longValue", []) => match value {
            Value::Integer(value) => Value::Integer(*value),
            _ => Value::Integer(float as i64),
        },
        ("doubleValue" | "floatValue", []) => Value::Float(float),
        ("compareTo", [Value::Integer(other)]) => order(float, *other as f64),
        ("compareTo", [Value::Float(other)]) => order(float, *other),
        ("parseInt" | "parseLong" | "valueOf", [text]) => {
            let text = print::text(&renderer.heap, text)?;
            match (text.trim().parse::<i64>(), value) {
                (Ok(number), Value::Integer(_)) => Value::Integer(number),
                _ => text
                    .trim()
                    .parse::<f64>()
                    .ok()
                    .filter(|_| name == "valueOf")
                    .map_or(Value::Null, Value::Float),
            }
        }
        ("parseDouble" | "parseFloat", [text]) => {
            let text = print::text(&renderer.heap, text)?;
            text.trim().parse().map_or(Value::Null, Value::Float)
        }
        ("toString", [number]) => {
            let text = print::text(&renderer.heap, number)?;
            renderer.heap.text(text)?
        }
        ("length", []) => count(print::text(&renderer.heap, value)?.len()),
        _ => Value::Null,
    })
}

fn order<'a>(left: f64, right: f64) -> Value<'a> {
    left.partial_cmp(&right).map_or(Value::Null, |order| Value::Integer(order as i64))
}
