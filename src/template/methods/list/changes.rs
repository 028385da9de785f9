//! Methods that change a list.

use crate::error::CallError;
use crate::methods::{Called, DONE};
use crate::number::Number;
use crate::render::Render;
use crate::value::{ListKind, Value};

impl<'a> Render<'a> {
    pub(super) fn change_list(&mut self, list: usize, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let length = self.heap.lists[list].items.len();
        let kind = self.heap.lists[list].kind;
        let fixed = match (kind, name, arguments) {
            (ListKind::Set | ListKind::Array, "addAll", [Value::List(other)]) => {
                !self.heap.lists[*other].items.is_empty()
            }
            (ListKind::Set | ListKind::Array, "add", [_])
            | (ListKind::Array, "add" | "addAll", [_, _])
            | (ListKind::Array, "remove", [Value::Number(Number::Integer(_))]) => true,
            (ListKind::Array, "clear", []) => length > 0,
            _ => false,
        };
        if fixed {
            return Self::failed(name, CallError::Fixed);
        }
        let place = |number: &i64| usize::try_from(*number).ok();
        Ok(Some(match (name, arguments) {
            ("set", [Value::Number(Number::Integer(index)), value]) => {
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
            ("add", [Value::Number(Number::Integer(index)), value]) => {
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
            ("remove", [Value::Number(Number::Integer(index))]) if kind != ListKind::Set => {
                self.step(length / 64)?;
                match place(index).filter(|place| *place < length) {
                    Some(place) => self.heap.lists[list].items.remove(place),
                    None => return Self::failed("remove", CallError::OutOfRange),
                }
            }
            ("addAll", [Value::Number(Number::Integer(index)), Value::List(other)]) => {
                let Some(place) = place(index).filter(|place| *place <= length) else {
                    return Self::failed(name, CallError::OutOfRange);
                };
                let more = self.heap.lists[*other].items.clone();
                self.grow(more.len() + length / 64)?;
                let any = !more.is_empty();
                self.heap.lists[list].items.splice(place..place, more);
                any.into()
            }
            ("removeAll" | "retainAll", [Value::List(other)]) => {
                let items = self.heap.lists[list].items.clone();
                self.step(length)?;
                let mut kept = Vec::new();
                for item in items {
                    if self.position(*other, &item, false)?.is_some() == (name == "retainAll") {
                        kept.push(item);
                    }
                }
                let any = kept.len() < length;
                self.heap.lists[list].items = kept;
                any.into()
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
            ("appendElement", [value]) if kind == ListKind::Json => {
                self.grow(1)?;
                self.heap.lists[list].items.push(value.clone());
                Value::List(list)
            }
            _ => return Ok(None),
        }))
    }
}
