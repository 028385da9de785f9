//! Methods of `java.lang.Double`, and of `Boolean`.

use crate::error::CallError;
use crate::number::Number;
use crate::render::Render;
use crate::value::Value;

use super::Called;

impl<'a> Render<'a> {
    pub(super) fn of_double(double: f64, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let number = |double: f64| Value::Number(Number::Double(double));
        Ok(Some(match (name, arguments) {
            ("isNaN", []) => double.is_nan().into(),
            ("isInfinite", []) => double.is_infinite().into(),
            ("parseDouble" | "valueOf", [Value::Text(text)]) => match parse(text) {
                Some(double) => number(double),
                None => return Self::failed(name, CallError::NotANumber),
            },
            (_, [Value::Number(one)]) => {
                let one = one.as_double();
                match name {
                    "valueOf" => number(one),
                    "isNaN" => one.is_nan().into(),
                    "isInfinite" => one.is_infinite().into(),
                    "isFinite" => one.is_finite().into(),
                    "toString" => {
                        let mut text = String::new();
                        Number::Double(one).write(&mut text);
                        Value::Text(text.into())
                    }
                    _ => return Ok(None),
                }
            }
            (_, [Value::Number(left), Value::Number(right)]) => {
                let (left, right) = (left.as_double(), right.as_double());
                match name {
                    "max" => number(left.max(right)),
                    "min" => number(left.min(right)),
                    "sum" => number(left + right),
                    "compare" => Value::from(left.total_cmp(&right) as i64),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        }))
    }

    pub(super) fn of_bool(value: bool, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        Ok(Some(match (name, arguments) {
            ("booleanValue", []) => value.into(),
            ("compareTo", [Value::Bool(other)]) => Value::from(i64::from(value) - i64::from(*other)),
            ("compareTo", [_]) => return Self::failed(name, CallError::Arguments),
            ("parseBoolean" | "valueOf", [Value::Text(text)]) => text.eq_ignore_ascii_case("true").into(),
            ("valueOf", [Value::Bool(other)]) => (*other).into(),
            ("toString", [Value::Bool(other)]) => Value::Text(other.to_string().into()),
            ("compare", [Value::Bool(left), Value::Bool(right)]) => {
                Value::from(i64::from(*left) - i64::from(*right))
            }
            ("logicalAnd", [Value::Bool(left), Value::Bool(right)]) => (*left && *right).into(),
            ("logicalOr", [Value::Bool(left), Value::Bool(right)]) => (*left || *right).into(),
            ("logicalXor", [Value::Bool(left), Value::Bool(right)]) => (left != right).into(),
            _ => return Ok(None),
        }))
    }
}

/// A text as a double, as `Double.parseDouble` reads it.
fn parse(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c| c <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return text.parse().ok();
    }
    let digits = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    // Rust would read `inf` and `nan` too.
    let is_number = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_number { digits.parse().ok() } else { None }
}
