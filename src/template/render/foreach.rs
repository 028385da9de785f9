//! `#foreach`.

use super::{Flow, Renderer};
use crate::ast::{Block, Expression};
use crate::value::Value;
use crate::{MOST_ROUNDS, RenderError};

/// Where a loop is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    /// From 0.
    pub(crate) index: usize,
    pub(crate) length: usize,
}

impl<'a> Renderer<'a> {
    pub(super) fn foreach(
        &mut self,
        variable: &'a str,
        list: &'a Expression,
        body: &'a Block,
        out: &mut String,
    ) -> Result<Flow, RenderError> {
        let list = self.evaluate(list)?;
        let items = self.items(&list);
        if items.len() > MOST_ROUNDS {
            return Err(RenderError::TooManyRounds);
        }
        self.heap.take(items.len() * 24)?;
        let before = self.variables.get(variable).cloned();
        let mut flow = Flow::On;
        self.loops.push(Loop { index: 0, length: items.len() });
        for (index, item) in items.into_iter().enumerate() {
            if let Some(innermost) = self.loops.last_mut() {
                innermost.index = index;
            }
            self.variables.insert(variable.into(), item);
            flow = self.block(body, out)?;
            if flow != Flow::On {
                break;
            }
        }
        self.loops.pop();
        match before {
            Some(value) => drop(self.variables.insert(variable.into(), value)),
            None => drop(self.variables.shift_remove(variable)),
        }
        Ok(if flow == Flow::Stop { Flow::Stop } else { Flow::On })
    }

    /// What a loop goes through: items of a list, values of a map, nothing of anything else.
    fn items(&self, list: &Value<'a>) -> Vec<Value<'a>> {
        match list {
            Value::List(list) => self.heap.lists[*list].items.clone(),
            Value::Map(map) => self.heap.maps[*map].entries.values().cloned().collect(),
            Value::Context(serde_json::Value::Array(list)) => list.iter().map(Value::Context).collect(),
            Value::Context(serde_json::Value::Object(map)) => map.values().map(Value::Context).collect(),
            _ => Vec::new(),
        }
    }
}
