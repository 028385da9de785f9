//! Methods of Java's lists.

use crate::error::CallError;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

use super::{Called, DONE};

impl<'a> Render<'a> {
    pub(super) fn of_list(&mut self, list: usize, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let length = self.heap.lists[list].items.len();
        let placed = matches!(name, "get" | "set" | "indexOf" | "lastIndexOf" | "subList");
        if placed && self.heap.lists[list].kind == ListKind::Set {
            return Ok(None);
        }
        let place = |number: &Number| usize::try_from(number.as_long()).ok();
        Ok(Some(match (name, arguments) {
            ("size" | "length", []) => Value::integer(length),
            ("isEmpty", []) => (length == 0).into(),
            ("get", [Value::Number(index)]) => {
                let item = place(index).and_then(|place| self.heap.lists[list].items.get(place));
                match item {
                    Some(item) => item.clone(),
                    None => return Self::failed("get", CallError::OutOfRange),
                }
            }
            ("set", [Value::Number(index), value]) => {
                let item = place(index).and_then(|place| self.heap.lists[list].items.get_mut(place));
                match item {
                    Some(item) => std::mem::replace(item, value.clone()),
                    None => return Self::failed("set", CallError::OutOfRange),
                }
            }
            ("add", [value]) => {
                self.grow(1)?;
                self.heap.lists[list].items.push(value.clone());
                true.into()
            }
            ("add", [Value::Number(index), value]) => {
                self.grow(1 + length / 64)?;
                match place(index).filter(|place| *place <= length) {
                    Some(place) => self.heap.lists[list].items.insert(place, value.clone()),
                    None => return Self::failed("add", CallError::OutOfRange),
                }
                return Ok(DONE);
            }
            ("addAll", [Value::List(other)]) => {
                let more = self.heap.lists[*other].items.len();
                self.grow(more)?;
                let more = self.heap.lists[*other].items.clone();
                let any = !more.is_empty();
                self.heap.lists[list].items.extend(more);
                any.into()
            }
            ("remove", [Value::Number(index)]) => {
                self.step(length / 64)?;
                match place(index).filter(|place| *place < length) {
                    Some(place) => self.heap.lists[list].items.remove(place),
                    None => return Self::failed("remove", CallError::OutOfRange),
                }
            }
            ("remove", [value]) => {
                let found = self.position(list, value, false)?;
                if let Some(place) = found {
                    self.heap.lists[list].items.remove(place);
                }
                found.is_some().into()
            }
            ("clear", []) => {
                self.heap.lists[list].items.clear();
                return Ok(DONE);
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
            ("subList", [Value::Number(from), Value::Number(to)]) => {
                let range = place(from).zip(place(to)).filter(|(from, to)| from <= to && *to <= length);
                let Some((from, to)) = range else {
                    return Self::failed("subList", CallError::OutOfRange);
                };
                self.grow(to - from + 1)?;
                let items = self.heap.lists[list].items[from..to].to_vec();
                let kind = self.heap.lists[list].kind;
                self.heap.list(kind, items)
            }
            ("toArray" | "clone" | "iterator", []) => {
                self.grow(length + 1)?;
                let items = self.heap.lists[list].items.clone();
                self.heap.list(ListKind::Java, items)
            }
            ("toJSONString", []) => {
                let json = self.json_text_of(&Value::List(list))?;
                return self.made(json).map(Some);
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
