//! Comparisons, as Velocity's: numbers by value, the same kind by equality, anything else by its text.

use std::cmp::Ordering;

use crate::ast::Comparison;
use crate::error::RenderError;
use crate::limits::MAX_VALUE_DEPTH;
use crate::value::Value;

use super::{Outcome, Render};

impl<'a> Render<'a> {
    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> Outcome<bool> {
        let order = match (left, right) {
            (Value::Number(left), Value::Number(right)) => left.compare(right),
            _ => None,
        };
        Ok(match comparison {
            Comparison::Equal => self.same(left, right)?,
            Comparison::NotEqual => !self.same(left, right)?,
            Comparison::Less => order == Some(Ordering::Less),
            Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
            Comparison::Greater => order == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        })
    }

    /// `==`.
    fn same(&mut self, left: &Value<'a>, right: &Value<'a>) -> Outcome<bool> {
        match (left, right) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Null, _) | (_, Value::Null) => Ok(false),
            (Value::Block(left), Value::Block(right)) => Ok(left == right),
            (Value::Number(left), Value::Number(right)) => Ok(left.compare(right) == Some(Ordering::Equal)),
            (Value::Text(_), Value::Text(_))
            | (Value::Bool(_), Value::Bool(_))
            | (Value::List(_), Value::List(_))
            | (Value::Map(_), Value::Map(_)) => self.equal(left, right, 0),
            _ => Ok(self.text_of(left)? == self.text_of(right)?),
        }
    }

    /// Java's `equals`.
    pub(crate) fn equal(&mut self, left: &Value<'a>, right: &Value<'a>, depth: usize) -> Outcome<bool> {
        self.step(1)?;
        if depth > MAX_VALUE_DEPTH {
            return Err(RenderError::TooDeep.into());
        }
        Ok(match (left, right) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(left), Value::Bool(right)) => left == right,
            (Value::Number(left), Value::Number(right)) => left.compare_to(right) == Some(Ordering::Equal),
            (Value::Text(left), Value::Text(right)) => {
                self.step(left.len().min(right.len()) / 64)?;
                left == right
            }
            (Value::List(left), Value::List(right)) => {
                let (left, right) = (*left, *right);
                let length = self.heap.lists[left].items.len();
                if left == right || length != self.heap.lists[right].items.len() {
                    return Ok(left == right);
                }
                for index in 0..length {
                    let (l, r) = (&self.heap.lists[left].items[index], &self.heap.lists[right].items[index]);
                    let (l, r) = (l.clone(), r.clone());
                    if !self.equal(&l, &r, depth + 1)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Map(left), Value::Map(right)) => {
                let (left, right) = (*left, *right);
                let length = self.heap.maps[left].entries.len();
                if left == right || length != self.heap.maps[right].entries.len() {
                    return Ok(left == right);
                }
                for index in 0..length {
                    let Some((key, l)) = self.heap.maps[left].entries.get_index(index) else {
                        return Ok(false);
                    };
                    let Some(r) = self.heap.maps[right].entries.get(key) else { return Ok(false) };
                    let (l, r) = (l.clone(), r.clone());
                    if !self.equal(&l, &r, depth + 1)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Entry(..), Value::Entry(..)) => {
                self.entries_equal(left, right, "getKey", depth)?
                    && self.entries_equal(left, right, "getValue", depth)?
            }
            (Value::Context(left), Value::Context(right)) => std::ptr::eq(*left, *right),
            _ => false,
        })
    }

    /// Whether two entries have equal keys, or values.
    fn entries_equal(
        &mut self,
        left: &Value<'a>,
        right: &Value<'a>,
        part: &str,
        depth: usize,
    ) -> Outcome<bool> {
        let (left, right) = (self.call(left, part, &[])?, self.call(right, part, &[])?);
        self.equal(&left.unwrap_or(Value::Null), &right.unwrap_or(Value::Null), depth + 1)
    }
}
