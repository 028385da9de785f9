//! Expressions.

use crate::ast::{Expr, Operator};
use crate::error::{CallError, RenderError};
use crate::limits::{MAX_ELEMENTS, MAX_ROUNDS};
use crate::number::{Calculated, Number};
use crate::text::Text;
use crate::value::{Key, ListKind, Value};

use super::{Outcome, Render};

impl<'a> Render<'a> {
    /// The value of an expression; null where Velocity has none.
    pub(super) fn evaluate(&mut self, expression: &'a Expr) -> Outcome<Value<'a>> {
        self.step(1)?;
        Ok(match expression {
            Expr::Null => Value::Null,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Integer(number) => (*number).into(),
            Expr::Big(number) => Value::Number((*number).into()),
            Expr::Double(number) => Value::Number(Number::Double(*number)),
            Expr::Text(text) => Value::Text(Text::Borrowed(text)),
            Expr::Interpolated { nodes, trimmed } => {
                let mut text = self.captured(|render| render.nodes(nodes))?;
                if *trimmed {
                    text.pop();
                }
                Value::Text(text.into())
            }
            Expr::List(elements) => {
                self.grow(elements.len() + 1)?;
                let items = elements.iter().map(|element| self.evaluate(element)).collect::<Outcome<_>>()?;
                self.heap.list(ListKind::Java, items)
            }
            Expr::Range(first, last) => {
                let items = self.range(first, last, MAX_ELEMENTS + 1)?;
                self.grow(items.len() + 1)?;
                self.heap.list(ListKind::Java, items)
            }
            Expr::Map(entries) => {
                self.grow(entries.len() + 1)?;
                let mut map = indexmap::IndexMap::with_capacity(entries.len());
                for (key, value) in entries {
                    let key = self.evaluate(key)?;
                    let key = self.key(&key)?;
                    let value = self.evaluate(value)?;
                    map.insert(key, value);
                }
                self.heap.map(map)
            }
            Expr::Reference(reference) => self.follow(reference)?,
            Expr::Not(_) | Expr::And(..) | Expr::Or(..) | Expr::Compare(..) => {
                Value::Bool(self.holds(expression)?)
            }
            Expr::Math(operator, left, right) => {
                let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
                self.calculate(*operator, &left, &right)?
            }
        })
    }

    /// Whether a condition holds. What is neither a reference nor a truth value does not, as in Velocity.
    pub(super) fn holds(&mut self, condition: &'a Expr) -> Outcome<bool> {
        self.step(1)?;
        Ok(match condition {
            Expr::Bool(value) => *value,
            Expr::Reference(reference) => !matches!(self.follow(reference)?, Value::Bool(false)),
            Expr::Not(inner) => !self.holds(inner)?,
            Expr::And(left, right) => self.holds(left)? && self.holds(right)?,
            Expr::Or(left, right) => self.holds(left)? || self.holds(right)?,
            Expr::Compare(comparison, left, right) => {
                let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
                self.compare(*comparison, &left, &right)?
            }
            _ => false,
        })
    }

    fn calculate(&mut self, operator: Operator, left: &Value<'a>, right: &Value<'a>) -> Outcome<Value<'a>> {
        let is_text = |value: &Value<'_>| matches!(value, Value::Text(_));
        if operator == Operator::Add && (is_text(left) || is_text(right)) {
            let mut text = String::new();
            for value in [left, right] {
                if !matches!(value, Value::Null) {
                    self.write_value(value, &mut text)?;
                }
            }
            return self.made(text);
        }
        let (Value::Number(left), Value::Number(right)) = (left, right) else { return Ok(Value::Null) };
        match left.calculate(operator, right) {
            Calculated::Number(number) => Ok(Value::Number(number)),
            Calculated::Nothing => Ok(Value::Null),
            Calculated::TooLarge => Self::failed("arithmetic", CallError::TooLarge),
        }
    }

    /// What a `#foreach` goes through, no further than it may go. A range is not made whole for it.
    pub(super) fn rounds_of(&mut self, source: &'a Expr) -> Outcome<Vec<Value<'a>>> {
        if let Expr::Range(first, last) = source {
            return self.range(first, last, MAX_ROUNDS + 1);
        }
        let value = self.evaluate(source)?;
        Ok(match value {
            Value::Context(object) => {
                let values = object.as_object().into_iter().flat_map(serde_json::Map::values);
                values.take(MAX_ROUNDS + 1).map(|value| self.of_context(value)).collect::<Outcome<_>>()?
            }
            holder => self.heap.values(&holder).take(MAX_ROUNDS + 1).collect(),
        })
    }

    /// The integers from `first` to `last`, up or down, at most `limit`.
    fn range(&mut self, first: &'a Expr, last: &'a Expr, limit: usize) -> Outcome<Vec<Value<'a>>> {
        let (first, last) = (self.evaluate(first)?, self.evaluate(last)?);
        let (Value::Number(Number::Integer(first)), Value::Number(Number::Integer(last))) = (first, last)
        else {
            return Ok(Vec::new());
        };
        let up = first <= last;
        let length = usize::try_from(first.abs_diff(last)).unwrap_or(usize::MAX).saturating_add(1).min(limit);
        if length > MAX_ELEMENTS {
            return Err(RenderError::TooManyElements.into());
        }
        self.step(length)?;
        let mut number = first;
        let mut items = Vec::with_capacity(length);
        for _ in 0..length {
            items.push(number.into());
            number = if up { number.saturating_add(1) } else { number.saturating_sub(1) };
        }
        Ok(items)
    }

    /// A value as the key of a map.
    pub(crate) fn key(&mut self, value: &Value<'a>) -> Outcome<Key<'a>> {
        Ok(match value {
            Value::Null => Key::Null,
            Value::Bool(value) => Key::Bool(*value),
            Value::Number(Number::Integer(number)) => Key::Integer(*number),
            Value::Text(text) => {
                // A key is hashed whole.
                self.step(text.len() / 64)?;
                Key::Text(text.clone())
            }
            other => {
                let text = self.text_of(other)?;
                Key::Text(text)
            }
        })
    }
}
