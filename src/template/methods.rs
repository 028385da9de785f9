//! The methods that templates call: those of Java's texts, lists, maps and numbers, and of `$input` and `$util`.
//!
//! A method that is not there, or not with such arguments, gives nothing, as in Velocity.

mod format;
mod list;
mod map;
mod number;
mod text;
mod util;

use crate::heap::Shape;
use crate::render::{Outcome, Render};
use crate::value::Value;

pub(crate) type Called<'a> = Outcome<Option<Value<'a>>>;

/// What a method without a result gives.
const DONE: Option<Value<'static>> = Some(Value::EMPTY);

impl<'a> Render<'a> {
    /// Calls a method.
    pub(crate) fn call(&mut self, of: &Value<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        match (name, arguments) {
            ("toString", []) => {
                let text = self.text_of(of)?;
                return Ok(Some(Value::Text(text)));
            }
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
            Value::Bool(value) => Ok(match (name, arguments) {
                ("booleanValue", []) => Some(Value::Bool(*value)),
                ("hashCode", []) => Some(Value::from(if *value { 1231 } else { 1237 })),
                ("compareTo", [Value::Bool(other)]) => {
                    Some(Value::from(i64::from(*value) - i64::from(*other)))
                }
                _ => None,
            }),
            Value::Context(object) => self.of_context_map(object, name, arguments),
            Value::Entry(map, entry) => Ok(match (name, arguments) {
                ("getKey", []) => self.entry(*map, *entry, "key"),
                ("getValue", []) => self.entry(*map, *entry, "value"),
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
