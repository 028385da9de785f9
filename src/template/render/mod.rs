//! Rendering: nodes in, text out.

mod assign;
mod expression;
mod foreach;
mod operators;
mod reference;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::ast::{Block, Node, Reference};
use crate::builtin::overrides;
use crate::limits::{LONGEST_OUTPUT, MOST_CALLS, MOST_STEPS};
use crate::value::{Heap, Text, Value};
use crate::{Input, Json, RenderError, Rendered, print};

pub(crate) use foreach::Loop;

/// What a block does to its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Stop,
}

/// One rendering.
pub(crate) struct Renderer<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) heap: Heap<'a>,
    variables: IndexMap<Text, Value<'a>>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) request_override: usize,
    pub(crate) response_override: usize,
    /// Overrides that this template set.
    overridden: Vec<String>,
    /// The body as JSON, once it was asked for.
    body: Option<Option<Arc<Json>>>,
    steps: usize,
    calls: usize,
}

impl<'a> Renderer<'a> {
    pub(crate) fn new(input: &'a Input<'a>) -> Result<Self, RenderError> {
        let mut heap = Heap::default();
        let request_override =
            overrides::read(&mut heap, input.context, "requestOverride", &["path", "header", "querystring"])?;
        let response_override = overrides::read(&mut heap, input.context, "responseOverride", &["header"])?;
        Ok(Self {
            input,
            heap,
            variables: IndexMap::new(),
            loops: Vec::new(),
            request_override,
            response_override,
            overridden: Vec::new(),
            body: None,
            steps: 0,
            calls: 0,
        })
    }

    pub(crate) fn render(mut self, block: &'a Block) -> Result<Rendered, RenderError> {
        let mut text = String::new();
        self.block(block, &mut text)?;
        Ok(Rendered {
            text,
            request_override: overrides::write(&self.heap, self.request_override, 0),
            response_override: overrides::write(&self.heap, self.response_override, 0),
        })
    }

    fn step(&mut self) -> Result<(), RenderError> {
        self.steps += 1;
        if self.steps > MOST_STEPS { Err(RenderError::TooManySteps) } else { Ok(()) }
    }

    fn block(&mut self, block: &'a Block, out: &mut String) -> Result<Flow, RenderError> {
        for node in block {
            self.step()?;
            let flow = self.node(node, out)?;
            if out.len() > LONGEST_OUTPUT {
                return Err(RenderError::TooLong);
            }
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &'a Node, out: &mut String) -> Result<Flow, RenderError> {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Reference(reference) => return self.print(reference, out),
            Node::Escaped { backslashes, literal, reference } => {
                return self.escaped(*backslashes, *literal, reference, out);
            }
            Node::Set { target, value } => {
                let value = self.evaluate(value)?;
                self.assign(target, value)?;
            }
            Node::If { branches, otherwise } => {
                for (condition, body) in branches {
                    let value = self.evaluate(condition)?;
                    if operators::is_true(&value) {
                        return self.block(body, out);
                    }
                }
                if let Some(body) = otherwise {
                    return self.block(body, out);
                }
            }
            Node::Foreach { variable, list, body } => return self.foreach(variable, list, body, out),
            Node::Define { name, body } => {
                self.variables.insert((**name).into(), Value::Defined(body));
            }
            Node::Stop => return Ok(Flow::Stop),
            Node::Break => return Ok(Flow::Break),
        }
        Ok(Flow::On)
    }

    fn print(&mut self, reference: &'a Reference, out: &mut String) -> Result<Flow, RenderError> {
        match self.reference(reference)? {
            Value::Defined(body) => {
                self.calls += 1;
                if self.calls > MOST_CALLS {
                    return Err(RenderError::TooDeep);
                }
                let flow = self.block(body, out);
                self.calls -= 1;
                flow
            }
            value => print::write(out, &self.heap, &value).map(|()| Flow::On),
        }
    }

    /// Velocity's rule: what is undefined keeps its backslashes.
    fn escaped(
        &mut self,
        backslashes: usize,
        literal: bool,
        reference: &'a Reference,
        out: &mut String,
    ) -> Result<Flow, RenderError> {
        let value = self.reference(reference)?;
        let is_null = matches!(value, Value::Null);
        let count = match (literal, is_null) {
            (true, true) => backslashes + 1,
            (false, true) => backslashes * 2,
            _ => backslashes,
        };
        out.extend(std::iter::repeat_n('\\', count));
        if literal {
            out.push_str(&reference.literal);
        } else {
            print::write(out, &self.heap, &value)?;
        }
        Ok(Flow::On)
    }

    /// The body as JSON; none where it is no JSON. An empty one counts as `{}`.
    pub(crate) fn body(&mut self) -> Option<Arc<Json>> {
        let text = self.input.body;
        let read = || match text.trim() {
            "" => Some(Arc::new(Json::Object(IndexMap::new()))),
            text => Json::parse(text.as_bytes()).ok().map(Arc::new),
        };
        self.body.get_or_insert_with(read).clone()
    }
}
