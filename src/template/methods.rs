//! The methods that templates call: those of Java's texts, lists, maps and numbers, and of `$input` and `$util`.
//!
//! A method that is not there, or not with such arguments, gives nothing, as in Velocity.

mod double;
mod format;
mod hash;
mod list;
mod map;
mod number;
mod pattern;
mod text;
mod util;

use crate::error::CallError;
use crate::heap::Shape;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

pub(crate) type Called<'a> = Outcome<Option<Value<'a>>>;

/// What a method without a result gives.
const DONE: Option<Value<'static>> = Some(Value::EMPTY);

impl<'a> Render<'a> {
    /// Calls a method.
    pub(crate) fn call(&mut self, of: &Value<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let result = self.found(of, name, arguments)?;
        // Where no other fits, Velocity 1.7 finds a method without parameters for any arguments, and fails to call it.
        let so_found = match of {
            Value::Text(_) | Value::Number(_) | Value::Bool(_) => true,
            of => self.heap.shape(of) == Some(Shape::List(ListKind::Json)),
        };
        if result.is_none() && so_found && !arguments.is_empty() && self.found(of, name, &[])?.is_some() {
            return Self::failed(name, CallError::Arguments);
        }
        Ok(result)
    }

    fn found(&mut self, of: &Value<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        match (name, arguments) {
            ("toString", []) => {
                let text = self.text_of(of)?;
                return Ok(Some(Value::Text(text)));
            }
            ("hashCode", []) => return Ok(self.hash_of(of, 0)?.map(|hash| i64::from(hash).into())),
            ("equals", [other]) if !matches!(of, Value::Input | Value::Util) => {
                return Ok(Some(Value::Bool(self.equal(of, other, 0)?)));
            }
            _ => {}
        }
        match of {
            Value::Text(text) => self.of_text(text, name, arguments),
            Value::List(_) | Value::Map(_) | Value::Json(_) => match self.heap.shape(of) {
                Some(Shape::List(kind)) => self.of_list(of, kind, name, arguments),
                Some(Shape::Map) => self.of_map(of, name, arguments),
                None => Ok(None),
            },
            Value::Number(number) => Self::of_number(number, name, arguments),
            Value::Bool(value) => Self::of_bool(*value, name, arguments),
            Value::Context(object) => self.of_context_map(object, name, arguments),
            Value::Entry(map, entry) => Ok(match (name, arguments) {
                ("getKey", []) => self.entry(*map, *entry, "key"),
                ("getValue", []) => self.entry(*map, *entry, "value"),
                ("setValue", [value]) => self.set_entry(*map, *entry, value.clone())?,
                _ => None,
            }),
            Value::Loop(round) => Ok(match (name, arguments) {
                ("getIndex", []) => self.of_loop(*round, "index"),
                ("getCount", []) => self.of_loop(*round, "count"),
                ("hasNext" | "getHasNext", []) => self.of_loop(*round, "hasNext"),
                ("isFirst" | "getFirst", []) => self.of_loop(*round, "first"),
                ("isLast" | "getLast", []) => self.of_loop(*round, "last"),
                ("getParent", []) => self.of_loop(*round, "parent"),
                ("getTopmost", []) => self.of_loop(*round, "topmost"),
                _ => None,
            }),
            Value::Input => self.of_input(name, arguments),
            Value::Util => self.of_util(name, arguments),
            Value::Block(_) | Value::Null => Ok(None),
        }
    }
}
