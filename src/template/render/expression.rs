//! Expressions.

use indexmap::IndexMap;

use super::{Renderer, operators};
use crate::ast::{Expression, Operator};
use crate::limits::LONGEST_RANGE;
use crate::value::Value;
use crate::{RenderError, print};

impl<'a> Renderer<'a> {
    pub(super) fn evaluate(&mut self, expression: &'a Expression) -> Result<Value<'a>, RenderError> {
        self.step()?;
        Ok(match expression {
            Expression::Null => Value::Null,
            Expression::Boolean(value) => Value::Boolean(*value),
            Expression::Integer(value) => Value::Integer(*value),
            Expression::Float(value) => Value::Float(*value),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Interpolated(block) => {
                let mut text = String::new();
                self.block(block, &mut text)?;
                self.heap.text(text)?
            }
            Expression::List(items) => {
                let items = items.iter().map(|item| self.evaluate(item)).collect::<Result<_, _>>()?;
                self.heap.list(items)?
            }
            Expression::Map(entries) => {
                let mut map = IndexMap::new();
                for (key, value) in entries {
                    let key = self.evaluate(key)?;
                    let key = print::text(&self.heap, &key)?;
                    map.insert(key.into(), self.evaluate(value)?);
                }
                self.heap.map(map)?
            }
            Expression::Range(bounds) => {
                let (first, last) = (self.evaluate(&bounds.0)?, self.evaluate(&bounds.1)?);
                self.range(&first, &last)?
            }
            Expression::Reference(reference) => match self.reference(reference)? {
                // As a value it is what it prints.
                Value::Defined(_) => {
                    let mut text = String::new();
                    self.print(reference, &mut text)?;
                    self.heap.text(text)?
                }
                value => value,
            },
            Expression::Not(inner) => Value::Boolean(!operators::is_true(&self.evaluate(inner)?)),
            Expression::Chain(first, more) => {
                let mut value = self.evaluate(first)?;
                for (operator, right) in more {
                    value = self.binary(*operator, value, right)?;
                }
                value
            }
        })
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: Value<'a>,
        right: &'a Expression,
    ) -> Result<Value<'a>, RenderError> {
        match operator {
            Operator::Or if operators::is_true(&left) => return Ok(Value::Boolean(true)),
            Operator::And if !operators::is_true(&left) => return Ok(Value::Boolean(false)),
            _ => {}
        }
        let right = self.evaluate(right)?;
        operators::apply(&mut self.heap, operator, &left, &right)
    }

    fn range(&mut self, first: &Value<'a>, last: &Value<'a>) -> Result<Value<'a>, RenderError> {
        let (Value::Integer(first), Value::Integer(last)) = (first, last) else { return Ok(Value::Null) };
        if first.abs_diff(*last) >= LONGEST_RANGE as u64 {
            return Err(RenderError::TooManyRounds);
        }
        let items = if first <= last {
            (*first..=*last).map(Value::Integer).collect()
        } else {
            (*last..=*first).rev().map(Value::Integer).collect()
        };
        self.heap.list(items)
    }
}
