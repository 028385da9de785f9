//! Methods of Java's lists.

mod changes;

use crate::error::{CallError, RenderError};
use crate::heap::Shape;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

use super::Called;

impl<'a> Render<'a> {
    pub(super) fn of_list(
        &mut self,
        list: &Value<'a>,
        kind: ListKind,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Called<'a> {
        let length = self.heap.len(list).unwrap_or_default();
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
            ("get", [Value::Number(Number::Integer(index))]) => match place(index) {
                Some(place) => return self.item(list, place).map(Some),
                None => return Self::failed("get", CallError::OutOfRange),
            },
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
            ("subList", [Value::Number(Number::Integer(from)), Value::Number(Number::Integer(to))]) => {
                let range = place(from).zip(place(to)).filter(|(from, to)| from <= to && *to <= length);
                let Some((from, to)) = range else {
                    return Self::failed("subList", CallError::OutOfRange);
                };
                self.grow(to - from + 1)?;
                self.step(from / 64)?;
                let items = self.heap.values(list).skip(from).take(to - from).collect();
                self.heap.list(kind, items)
            }
            ("toArray" | "clone" | "iterator" | "listIterator", []) => {
                let items = self.copied(list)?;
                let kind = match name {
                    "toArray" => ListKind::Array,
                    "clone" => kind,
                    _ => ListKind::Iterator,
                };
                self.heap.list(kind, items)
            }
            ("toJSONString", []) if kind == ListKind::Json => Value::Text(self.text_of(list)?),
            _ => return self.change_list(list, kind, name, arguments),
        }))
    }

    /// An iterator gives its items one after the other, each once.
    fn of_iterator(&mut self, list: &Value<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let length = self.heap.len(list).unwrap_or_default();
        Ok(Some(match (name, arguments) {
            ("hasNext", []) => (length > 0).into(),
            ("next", []) if length == 0 => return Self::failed(name, CallError::OutOfRange),
            ("next", []) => {
                self.step(length / 64)?;
                self.items_of(list)?.remove(0)
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
