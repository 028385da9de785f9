//! Methods that change a list.

use crate::error::CallError;
use crate::methods::{Called, DONE};
use crate::number::Number;
use crate::render::Render;
use crate::value::{ListKind, Value};

impl<'a> Render<'a> {
    pub(super) fn change_list(
        &mut self,
        list: &Value<'a>,
        kind: ListKind,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Called<'a> {
        let length = self.heap.len(list).unwrap_or_default();
        let fixed = match (kind, name, arguments) {
            (ListKind::Set | ListKind::Array, "addAll", [other]) => {
                self.is_list(other) && self.heap.len(other) != Some(0)
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
                let items = self.items_of(list)?;
                match place(index).and_then(|place| items.get_mut(place)) {
                    Some(item) => std::mem::replace(item, value.clone()),
                    None => return Self::failed("set", CallError::OutOfRange),
                }
            }
            ("add", [value]) => {
                self.grow(1)?;
                self.items_of(list)?.push(value.clone());
                true.into()
            }
            ("add", [Value::Number(Number::Integer(index)), value]) => {
                self.grow(1 + length / 64)?;
                match place(index).filter(|place| *place <= length) {
                    Some(place) => self.items_of(list)?.insert(place, value.clone()),
                    None => return Self::failed("add", CallError::OutOfRange),
                }
                return Ok(DONE);
            }
            ("addAll", [other]) if self.is_list(other) => {
                let more = self.copied(other)?;
                let any = !more.is_empty();
                self.items_of(list)?.extend(more);
                any.into()
            }
            ("remove", [Value::Number(Number::Integer(index))]) if kind != ListKind::Set => {
                self.step(length / 64)?;
                match place(index).filter(|place| *place < length) {
                    Some(place) => self.items_of(list)?.remove(place),
                    None => return Self::failed("remove", CallError::OutOfRange),
                }
            }
            ("addAll", [Value::Number(Number::Integer(index)), other]) if self.is_list(other) => {
                let Some(place) = place(index).filter(|place| *place <= length) else {
                    return Self::failed(name, CallError::OutOfRange);
                };
                let more = self.copied(other)?;
                self.grow(length / 64)?;
                let any = !more.is_empty();
                self.items_of(list)?.splice(place..place, more);
                any.into()
            }
            ("removeAll" | "retainAll", [other]) if self.is_list(other) => {
                let mut kept = Vec::new();
                let mut cursor = self.heap.walk(list);
                while let Some((_, item)) = self.heap.next(list, &mut cursor) {
                    if self.position(other, &item, false)?.is_some() == (name == "retainAll") {
                        kept.push(item);
                    }
                }
                let any = kept.len() < length;
                *self.items_of(list)? = kept;
                any.into()
            }
            ("remove", [value]) => {
                let found = self.position(list, value, false)?;
                if let Some(place) = found {
                    self.items_of(list)?.remove(place);
                }
                found.is_some().into()
            }
            ("clear", []) => {
                self.items_of(list)?.clear();
                return Ok(DONE);
            }
            ("appendElement", [value]) if kind == ListKind::Json => {
                self.grow(1)?;
                self.items_of(list)?.push(value.clone());
                list.clone()
            }
            _ => return Ok(None),
        }))
    }
}
