//! Methods of Java's lists.

use crate::error::{CallError, RenderError};
use crate::heap::Shape;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

use super::{Called, DONE};

impl<'a> Render<'a> {
    pub(super) fn of_list(
        &mut self,
        list: &Value<'a>,
        kind: ListKind,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Called<'a> {
        let length = self.heap.len(list).unwrap_or_default();
        let placed = matches!(name, "get" | "set" | "indexOf" | "lastIndexOf" | "subList");
        if placed && kind == ListKind::Set {
            return Ok(None);
        }
        let place = |number: &Number| usize::try_from(number.as_long()).ok();
        Ok(Some(match (name, arguments) {
            ("size" | "length", []) => Value::integer(length),
            ("isEmpty", []) => (length == 0).into(),
            ("get", [Value::Number(index)]) => match place(index) {
                Some(place) => return self.item(list, place).map(Some),
                None => return Self::failed("get", CallError::OutOfRange),
            },
            ("set", [Value::Number(index), value]) => {
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
            ("add", [Value::Number(index), value]) => {
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
            ("remove", [Value::Number(index)]) => {
                self.step(length / 64)?;
                match place(index).filter(|place| *place < length) {
                    Some(place) => self.items_of(list)?.remove(place),
                    None => return Self::failed("remove", CallError::OutOfRange),
                }
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
            ("contains", [value]) => self.position(list, value, false)?.is_some().into(),
            ("containsAll", [other]) if self.is_list(other) => {
                let mut cursor = self.heap.walk(other);
                while let Some((_, item)) = self.heap.next(other, &mut cursor) {
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
                self.step(from / 64)?;
                let items = self.heap.values(list).skip(from).take(to - from).collect();
                self.heap.list(kind, items)
            }
            ("toArray" | "clone" | "iterator", []) => {
                let items = self.copied(list)?;
                self.heap.list(ListKind::Java, items)
            }
            ("toJSONString", []) => {
                let json = self.json_text_of(list)?;
                return self.made(json).map(Some);
            }
            _ => return Ok(None),
        }))
    }

    /// Where in a list a value is.
    fn position(&mut self, list: &Value<'a>, value: &Value<'a>, backwards: bool) -> Outcome<Option<usize>> {
        let mut found = None;
        let mut cursor = self.heap.walk(list);
        let mut index = 0;
        while let Some((_, item)) = self.heap.next(list, &mut cursor) {
            if self.equal(&item, value, 0)? {
                found = Some(index);
                if !backwards {
                    break;
                }
            }
            index += 1;
        }
        Ok(found)
    }

    /// An item of a list, which must be there.
    pub(crate) fn item(&mut self, list: &Value<'a>, place: usize) -> Outcome<Value<'a>> {
        self.step(place / 64)?;
        match self.heap.item(list, place) {
            Some(item) => Ok(item),
            None => Self::failed("get", CallError::OutOfRange),
        }
    }

    pub(crate) fn is_list(&self, value: &Value<'a>) -> bool {
        matches!(self.heap.shape(value), Some(Shape::List(_)))
    }

    /// The items of a list, to be kept elsewhere too.
    pub(crate) fn copied(&mut self, list: &Value<'a>) -> Outcome<Vec<Value<'a>>> {
        self.grow(self.heap.len(list).unwrap_or_default() + 1)?;
        Ok(self.heap.values(list).collect())
    }

    /// The items of a list, to be changed.
    pub(crate) fn items_of(&mut self, list: &Value<'a>) -> Outcome<&mut Vec<Value<'a>>> {
        match self.own(list)? {
            Value::List(list) => Ok(&mut self.heap.list_at(list).items),
            _ => Err(RenderError::TooManyElements.into()),
        }
    }
}
