//! Methods of Java's lists.

mod changes;

use crate::error::CallError;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

use super::Called;

impl<'a> Render<'a> {
    pub(super) fn of_list(&mut self, list: usize, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let length = self.heap.lists[list].items.len();
        let kind = self.heap.lists[list].kind;
        match kind {
            ListKind::Iterator => return self.of_iterator(list, name, arguments),
            ListKind::Set => {
                let placed = matches!(arguments, [Value::Number(_), _]) && matches!(name, "add" | "addAll");
                if placed || matches!(name, "get" | "set" | "indexOf" | "lastIndexOf" | "subList" | "clone") {
                    return Ok(None);
                }
            }
            ListKind::Java | ListKind::Json | ListKind::Array => {}
        }
        let place = |number: &i64| usize::try_from(*number).ok();
        Ok(Some(match (name, arguments) {
            ("size", []) => Value::integer(length),
            ("isEmpty", []) => (length == 0).into(),
            ("get", [Value::Number(Number::Integer(index))]) => {
                let item = place(index).and_then(|place| self.heap.lists[list].items.get(place));
                match item {
                    Some(item) => item.clone(),
                    None => return Self::failed("get", CallError::OutOfRange),
                }
            }
            ("contains", [value]) => self.position(list, value, false)?.is_some().into(),
            ("containsAll", [Value::List(other)]) => {
                for index in 0..self.heap.lists[*other].items.len() {
                    let item = self.heap.lists[*other].items[index].clone();
                    if self.position(list, &item, false)?.is_none() {
                        return Ok(Some(false.into()));
                    }
                }
                true.into()
            }
            ("indexOf" | "lastIndexOf", [value]) => {
                let found = self.position(list, value, name == "lastIndexOf")?;
                found.map_or_else(|| Value::from(-1), Value::integer)
            }
            ("subList", [Value::Number(Number::Integer(from)), Value::Number(Number::Integer(to))]) => {
                let range = place(from).zip(place(to)).filter(|(from, to)| from <= to && *to <= length);
                let Some((from, to)) = range else {
                    return Self::failed("subList", CallError::OutOfRange);
                };
                self.grow(to - from + 1)?;
                let items = self.heap.lists[list].items[from..to].to_vec();
                self.heap.list(kind, items)
            }
            ("toArray" | "clone" | "iterator" | "listIterator", []) => {
                self.grow(length + 1)?;
                let items = self.heap.lists[list].items.clone();
                let kind = match name {
                    "toArray" => ListKind::Array,
                    "clone" => kind,
                    _ => ListKind::Iterator,
                };
                self.heap.list(kind, items)
            }
            ("toJSONString", []) if kind == ListKind::Json => Value::Text(self.text_of(&Value::List(list))?),
            _ => return self.change_list(list, name, arguments),
        }))
    }

    /// An iterator gives its items one after the other, each once.
    fn of_iterator(&mut self, list: usize, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let length = self.heap.lists[list].items.len();
        Ok(Some(match (name, arguments) {
            ("hasNext", []) => (length > 0).into(),
            ("next", []) if length == 0 => return Self::failed(name, CallError::OutOfRange),
            ("next", []) => {
                self.step(length / 64)?;
                self.heap.lists[list].items.remove(0)
            }
            _ => return Ok(None),
        }))
    }

    /// Where in a list a value is.
    fn position(&mut self, list: usize, value: &Value<'a>, backwards: bool) -> Outcome<Option<usize>> {
        let length = self.heap.lists[list].items.len();
        for step in 0..length {
            let index = if backwards { length - 1 - step } else { step };
            let item = self.heap.lists[list].items[index].clone();
            if self.equal(&item, value, 0)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}
