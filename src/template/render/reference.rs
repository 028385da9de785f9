//! What references lead to.

use super::Renderer;
use crate::ast::{Access, Reference};
use crate::builtin;
use crate::methods;
use crate::value::Value;
use crate::{RenderError, print};

impl<'a> Renderer<'a> {
    pub(super) fn reference(&mut self, reference: &'a Reference) -> Result<Value<'a>, RenderError> {
        let mut value = self.root(&reference.name);
        for access in &reference.accesses {
            self.step()?;
            value = self.access(&value, access)?;
        }
        Ok(value)
    }

    /// A variable; what a template sets stands before what is built in.
    pub(super) fn root(&self, name: &str) -> Value<'a> {
        if let Some(value) = self.variables.get(name) {
            return value.clone();
        }
        match name {
            "input" => Value::Input,
            "util" => Value::Util,
            "context" => Value::WholeContext,
            "stageVariables" => Value::StageVariables,
            "foreach" if !self.loops.is_empty() => Value::Foreach(self.loops.len() - 1),
            // Names of Velocity's earlier versions.
            "velocityCount" => self.counter("count"),
            "velocityHasNext" => self.counter("hasNext"),
            _ => Value::Null,
        }
    }

    fn counter(&self, name: &str) -> Value<'a> {
        match self.loops.len() {
            0 => Value::Null,
            count => builtin::foreach::property(&self.loops, count - 1, name),
        }
    }

    pub(super) fn access(&mut self, value: &Value<'a>, access: &'a Access) -> Result<Value<'a>, RenderError> {
        match access {
            Access::Property(name) => builtin::property(self, value, name),
            Access::Method(name, arguments) => {
                let arguments = arguments
                    .iter()
                    .map(|argument| self.evaluate(argument))
                    .collect::<Result<Vec<_>, _>>()?;
                methods::call(self, value, name, &arguments)
            }
            Access::Index(index) => {
                let index = self.evaluate(index)?;
                self.index(value, &index)
            }
        }
    }

    fn index(&mut self, value: &Value<'a>, index: &Value<'a>) -> Result<Value<'a>, RenderError> {
        match (value, index) {
            (Value::List(list), Value::Integer(index)) => {
                Ok(methods::list::at(&self.heap, *list, *index).unwrap_or(Value::Null))
            }
            (Value::List(_), _) => Ok(Value::Null),
            _ => {
                let key = print::text(&self.heap, index)?;
                Ok(builtin::entry(self, value, &key))
            }
        }
    }
}
