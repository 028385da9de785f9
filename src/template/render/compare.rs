//! Comparisons, as Velocity's: numbers by value, the same kind by equality, anything else by its text.

use std::cmp::Ordering;

use crate::ast::Comparison;
use crate::error::RenderError;
use crate::heap::Shape;
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
            (Value::Text(_), Value::Text(_)) | (Value::Bool(_), Value::Bool(_)) => self.equal(left, right, 0),
            _ if self.are_alike(left, right) => self.equal(left, right, 0),
            _ => Ok(self.text_of(left)? == self.text_of(right)?),
        }
    }

    /// Whether both are lists, or both are maps.
    fn are_alike(&self, left: &Value<'a>, right: &Value<'a>) -> bool {
        match (self.heap.shape(left), self.heap.shape(right)) {
            (Some(Shape::List(_)), Some(Shape::List(_))) => true,
            (left, right) => left.is_some() && left == right,
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
            _ if self.are_alike(left, right) => return self.hold_the_same(left, right, depth),
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

    fn hold_the_same(&mut self, left: &Value<'a>, right: &Value<'a>, depth: usize) -> Outcome<bool> {
        let (left, right) = (self.heap.now(left), self.heap.now(right));
        if is_the_same_place(&left, &right) || self.heap.len(&left) != self.heap.len(&right) {
            return Ok(self.heap.len(&left) == self.heap.len(&right));
        }
        let (mut ours, mut theirs) = (self.heap.walk(&left), self.heap.walk(&right));
        while let Some((key, l)) = self.heap.next(&left, &mut ours) {
            let r = match &key {
                None => self.heap.next(&right, &mut theirs).map(|(_, value)| value),
                Some(key) => self.heap.get(&right, key),
            };
            let Some(r) = r else { return Ok(false) };
            if !self.equal(&l, &r, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_the_same_place(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::List(left), Value::List(right)) | (Value::Map(left), Value::Map(right)) => left == right,
        (Value::Json(left), Value::Json(right)) => left == right,
        _ => false,
    }
}
