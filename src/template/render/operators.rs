//! Operators.

use std::cmp::Ordering;

use crate::ast::Operator;
use crate::limits::DEEPEST_VALUE;
use crate::value::{Heap, Value};
use crate::{RenderError, print};

/// Everything but `false` is true; recorded: what is undefined or null is, too.
pub(super) fn is_true(value: &Value<'_>) -> bool {
    !matches!(value, Value::Boolean(false) | Value::Context(serde_json::Value::Bool(false)))
}

pub(super) fn apply<'a>(
    heap: &mut Heap<'a>,
    operator: Operator,
    left: &Value<'a>,
    right: &Value<'a>,
) -> Result<Value<'a>, RenderError> {
    let (left, right) = (&plain(left), &plain(right));
    Ok(match operator {
        Operator::Or | Operator::And => Value::Boolean(is_true(right)),
        Operator::Equal => Value::Boolean(equal(heap, left, right, 0)?),
        Operator::Unequal => Value::Boolean(!equal(heap, left, right, 0)?),
        Operator::Less => ordered(left, right, |order| order == Ordering::Less),
        Operator::LessOrEqual => ordered(left, right, |order| order != Ordering::Greater),
        Operator::Greater => ordered(left, right, |order| order == Ordering::Greater),
        Operator::GreaterOrEqual => ordered(left, right, |order| order != Ordering::Less),
        Operator::Add if is_text(left) || is_text(right) => {
            let mut text = print::text(heap, left)?;
            print::write(&mut text, heap, right)?;
            heap.text(text)?
        }
        _ => calculate(operator, left, right),
    })
}

fn is_text(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(_))
}

/// A scalar of `$context` as a value of its own.
pub(crate) fn plain<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Context(serde_json::Value::String(text)) => Value::Text(text.as_str().into()),
        Value::Context(serde_json::Value::Bool(value)) => Value::Boolean(*value),
        Value::Context(serde_json::Value::Number(number)) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Integer)
        }
        Value::Context(serde_json::Value::Null) => Value::Null,
        other => other.clone(),
    }
}

/// Numbers by value, lists and maps by content, what is of different kinds by what it prints; null equals empty text
/// (recorded).
pub(crate) fn equal(
    heap: &Heap<'_>,
    left: &Value<'_>,
    right: &Value<'_>,
    depth: usize,
) -> Result<bool, RenderError> {
    if depth > DEEPEST_VALUE {
        return Err(RenderError::TooDeep);
    }
    Ok(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Null, other) | (other, Value::Null) => matches!(other, Value::Text(text) if text.is_empty()),
        (Value::Boolean(left), Value::Boolean(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            let (left, right) = (&heap.lists[*left].items, &heap.lists[*right].items);
            left.len() == right.len() && all_equal(heap, left.iter().zip(right), depth)?
        }
        (Value::Map(left), Value::Map(right)) => {
            let (left, right) = (&heap.maps[*left].entries, &heap.maps[*right].entries);
            let null = Value::Null;
            let pairs = left.iter().map(|(key, value)| (value, right.get(key).unwrap_or(&null)));
            left.len() == right.len() && all_equal(heap, pairs, depth)?
        }
        _ => match compare(left, right) {
            Some(order) => order == Ordering::Equal,
            None => print::text(heap, left)? == print::text(heap, right)?,
        },
    })
}

fn all_equal<'v, 'a: 'v>(
    heap: &Heap<'a>,
    pairs: impl Iterator<Item = (&'v Value<'a>, &'v Value<'a>)>,
    depth: usize,
) -> Result<bool, RenderError> {
    for (left, right) in pairs {
        if !equal(heap, left, right, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ordered<'a>(left: &Value<'_>, right: &Value<'_>, holds: impl Fn(Ordering) -> bool) -> Value<'a> {
    Value::Boolean(compare(left, right).is_some_and(holds))
}

#[allow(clippy::cast_precision_loss, reason = "as Java compares a long with a double")]
fn compare(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::Integer(left), Value::Float(right)) => (*left as f64).partial_cmp(right),
        (Value::Float(left), Value::Integer(right)) => left.partial_cmp(&(*right as f64)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        _ => None,
    }
}

/// Whole numbers stay whole; null where there is no result, as in Velocity.
#[allow(clippy::cast_precision_loss, reason = "as Java widens a long")]
fn calculate<'a>(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Value<'a> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => {
            let result = match operator {
                Operator::Add => left.checked_add(*right),
                Operator::Subtract => left.checked_sub(*right),
                Operator::Multiply => left.checked_mul(*right),
                Operator::Divide => left.checked_div(*right),
                _ => left.checked_rem(*right),
            };
            result.map_or(Value::Null, Value::Integer)
        }
        (Value::Integer(left), Value::Float(right)) => floats(operator, *left as f64, *right),
        (Value::Float(left), Value::Integer(right)) => floats(operator, *left, *right as f64),
        (Value::Float(left), Value::Float(right)) => floats(operator, *left, *right),
        _ => Value::Null,
    }
}

fn floats<'a>(operator: Operator, left: f64, right: f64) -> Value<'a> {
    let result = match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        _ => left % right,
    };
    if result.is_finite() { Value::Float(result) } else { Value::Null }
}
