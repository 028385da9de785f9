//! `#set`.

use super::Renderer;
use crate::ast::{Access, Reference};
use crate::value::{Text, Value};
use crate::{RenderError, methods, print};

impl<'a> Renderer<'a> {
    /// Sets a variable, an entry of a map or an item of a list; into anything else nothing is set.
    pub(super) fn assign(&mut self, target: &'a Reference, value: Value<'a>) -> Result<(), RenderError> {
        let Some((last, path)) = target.accesses.split_last() else {
            self.heap.take(target.name.len())?;
            self.variables.insert((*target.name).into(), value);
            return Ok(());
        };
        let mut holder = self.root(&target.name);
        for access in path {
            self.step()?;
            holder = self.access(&holder, access)?;
        }
        match (&holder, last) {
            (Value::Map(map), Access::Property(name)) => self.set_entry(*map, (**name).into(), value),
            (Value::Map(map), Access::Index(index)) => {
                let key = self.evaluate(index)?;
                let key = print::text(&self.heap, &key)?;
                self.set_entry(*map, key.into(), value)
            }
            (Value::List(list), Access::Index(index)) => {
                if let Value::Integer(index) = self.evaluate(index)? {
                    methods::list::set(&mut self.heap, *list, index, value);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn set_entry(&mut self, map: usize, key: Text, value: Value<'a>) -> Result<(), RenderError> {
        if let Some(place) = &self.heap.maps[map].place {
            let place = format!("{place}.{key}");
            if self.overridden.contains(&place) {
                return Err(RenderError::OverriddenTwice(place));
            }
            self.overridden.push(place);
        }
        self.heap.take(key.len() + 64)?;
        self.heap.maps[map].entries.insert(key, value);
        Ok(())
    }
}
