//! References: the way from a variable to a value, and what is set at its end.

use crate::ast::{Reference, Step};
use crate::error::{CallError, RenderError};
use crate::heap::Shape;
use crate::limits::MAX_OVERRIDES;
use crate::methods::Called;
use crate::number::Number;
use crate::text::Text;
use crate::value::{Key, ListKind, Value};

use super::{Outcome, Render};

impl<'a> Render<'a> {
    /// The value of a reference. What is not there is an empty text, as the service has it.
    pub(super) fn follow(&mut self, reference: &'a Reference) -> Outcome<Value<'a>> {
        self.walk(reference.root, &reference.steps)
    }

    fn walk(&mut self, root: usize, steps: &'a [Step]) -> Outcome<Value<'a>> {
        let mut value = match &self.variables[root] {
            None | Some(Value::Null) => return Ok(Value::EMPTY),
            Some(value) => value.clone(),
        };
        for step in steps {
            self.step(1)?;
            let next = match step {
                Step::Property(name) => self.property(&value, name)?,
                Step::Index(index) => {
                    let index = self.evaluate(index)?;
                    self.element(&value, index)?
                }
                Step::Method(name, arguments) => {
                    let arguments = arguments
                        .iter()
                        .map(|argument| self.evaluate(argument))
                        .collect::<Outcome<Vec<_>>>()?;
                    self.call(&value, name, &arguments)?
                }
            };
            match next {
                None | Some(Value::Null) => return Ok(Value::EMPTY),
                Some(next) => value = next,
            }
        }
        Ok(value)
    }

    /// `.name`.
    fn property(&mut self, value: &Value<'a>, name: &'a str) -> Outcome<Option<Value<'a>>> {
        Ok(match value {
            Value::Context(object) => self.of_context_object(object, name)?,
            Value::Entry(map, entry) => self.entry(*map, *entry, name),
            Value::Loop(round) => self.of_loop(*round, name),
            Value::Input if name == "body" => Some(Value::Text(Text::Borrowed(self.body_text()))),
            Value::Text(text) => match name {
                "empty" => Some(text.is_empty().into()),
                "bytes" => self.call(value, "getBytes", &[])?,
                _ => None,
            },
            holder => match self.heap.shape(holder) {
                Some(Shape::Map) => self.heap.member(holder, name),
                Some(Shape::List(_)) if name == "empty" => Some((self.heap.len(holder) == Some(0)).into()),
                _ => None,
            },
        })
    }

    /// `[index]`.
    fn element(&mut self, value: &Value<'a>, index: Value<'a>) -> Outcome<Option<Value<'a>>> {
        if let Some(Shape::List(kind)) = self.heap.shape(value) {
            let Value::Number(Number::Integer(index)) = index else { return Ok(None) };
            if matches!(kind, ListKind::Set | ListKind::Iterator) {
                return Ok(None);
            }
            let place = self.place(value, index)?;
            return self.item(value, place).map(Some);
        }
        if let Value::Context(object) = value {
            return match self.key(&index)? {
                Key::Text(name) => self.of_context_object(object, &name),
                _ => Ok(None),
            };
        }
        let index = self.counted_back(value, index)?;
        self.call(value, "get", &[index])
    }

    /// An index below zero counts from the end of what has a size, even of a map, and of nothing else.
    fn counted_back(&mut self, value: &Value<'a>, index: Value<'a>) -> Outcome<Value<'a>> {
        let Value::Number(Number::Integer(below @ ..0)) = index else { return Ok(index) };
        match self.call(value, "size", &[])? {
            Some(Value::Number(Number::Integer(size))) => Ok((size + below).into()),
            _ => Self::failed("size", CallError::OutOfRange),
        }
    }

    /// Where in a list an index points; below zero it counts from the end.
    fn place(&self, list: &Value<'a>, index: i64) -> Outcome<usize> {
        let length = self.heap.len(list).unwrap_or_default();
        let place = if index < 0 {
            usize::try_from(index.unsigned_abs()).ok().and_then(|back| length.checked_sub(back))
        } else {
            usize::try_from(index).ok()
        };
        place.map_or_else(|| Self::failed("get", CallError::OutOfRange), Ok)
    }

    /// `#set($x.y = …)`. Where there is nothing to set it in, nothing happens.
    pub(super) fn assign(&mut self, target: &'a Reference, value: Value<'a>) -> Outcome<()> {
        let Some((end, way)) = target.steps.split_last() else { return Ok(()) };
        let holder = self.walk(target.root, way)?;
        match (end, self.heap.shape(&holder)) {
            (Step::Property(name), Some(Shape::Map)) => {
                self.put(&holder, Key::Text(Text::Borrowed(name)), value)?;
            }
            (Step::Index(index), Some(Shape::Map)) => {
                let key = self.evaluate(index)?;
                let key = self.counted_back(&holder, key)?;
                let key = self.key(&key)?;
                self.put(&holder, key, value)?;
            }
            (Step::Property(name), None) if &**name == "value" => {
                if let Value::Entry(map, entry) = holder {
                    self.set_entry(map, entry, value)?;
                }
            }
            (Step::Index(_), Some(Shape::List(ListKind::Set | ListKind::Iterator))) => {}
            (Step::Index(index), Some(Shape::List(_))) => {
                let Value::Number(Number::Integer(index)) = self.evaluate(index)? else { return Ok(()) };
                let place = self.place(&holder, index)?;
                match self.items_of(&holder)?.get_mut(place) {
                    Some(item) => *item = value,
                    None => return Self::failed("set", CallError::OutOfRange),
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Sets the value of an entry; gives the one before.
    pub(crate) fn set_entry(&mut self, map: usize, entry: usize, value: Value<'a>) -> Called<'a> {
        match self.entry(map, entry, "key") {
            Some(key) => {
                let key = self.key(&key)?;
                self.put(&Value::Map(map), key, value)
            }
            None => Ok(None),
        }
    }

    /// Puts a value into a map; gives what was there.
    pub(crate) fn put(
        &mut self,
        map: &Value<'a>,
        key: Key<'a>,
        value: Value<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let Value::Map(map) = self.own(map)? else { return Ok(None) };
        let target = self.heap.map_at(map);
        if let Some(overrides) = &mut target.overrides {
            if overrides.set.contains(&key) {
                let name = match &key {
                    Key::Text(key) => format!("{}.{}", overrides.name, &**key),
                    _ => overrides.name.into(),
                };
                return Err(RenderError::OverriddenTwice(name).into());
            }
            overrides.set.push(key.clone());
            if overrides.set.len() > MAX_OVERRIDES {
                return Err(RenderError::TooManyElements.into());
            }
        }
        let before = target.entries.insert(key, value);
        if before.is_none() {
            self.grow(1)?;
        }
        Ok(before)
    }
}
