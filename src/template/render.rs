//! From nodes and an input to text, within bounds.

mod builtin;
mod compare;
mod context;
mod evaluate;
mod follow;
mod print;

use crate::ast::{Node, Reference};
use crate::error::{CallError, RenderError};
use crate::heap::Heap;
use crate::limits::{
    MAX_OUTPUT_BYTES, MAX_RENDER_DEPTH, MAX_ROUNDS, MAX_STEPS, MAX_TEXT_BYTES, max_elements,
};
use crate::names::{FOREACH, Names, VELOCITY_COUNT, VELOCITY_HAS_NEXT};
use crate::text::Text;
use crate::value::Value;
use crate::{Input, Rendered};

/// Why rendering stopped before its end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// `#stop`, or `#break` outside of a loop.
    Stop,
    /// `#break`.
    Break,
    Failed(Box<RenderError>),
}

impl From<RenderError> for Halt {
    fn from(error: RenderError) -> Self {
        Self::Failed(Box::new(error))
    }
}

pub(crate) type Outcome<T> = Result<T, Halt>;

/// A running `#foreach`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    pub(crate) index: usize,
    pub(crate) has_next: bool,
}

/// What `#define` made.
struct Block<'a> {
    nodes: &'a [Node],
    literal: &'a str,
    /// How often it is being rendered within itself.
    depth: u8,
}

pub(crate) struct Render<'a> {
    input: &'a Input<'a>,
    pub(crate) heap: Heap<'a>,
    variables: Vec<Option<Value<'a>>>,
    out: String,
    blocks: Vec<Block<'a>>,
    rounds: Vec<Round>,
    steps: u64,
    text_bytes: usize,
    elements: usize,
    depth: usize,
    /// The body once it was read, and `$input.params()` once it was asked for.
    body: Option<Value<'a>>,
    params: Option<Value<'a>>,
    /// The overrides, once something asked for them.
    request_override: Option<usize>,
    response_override: Option<usize>,
    regexes: Vec<(Text<'a>, ::regex::Regex)>,
}

/// Renders a template.
pub(crate) fn render<'a>(
    nodes: &'a [Node],
    names: &Names,
    input: &'a Input<'a>,
) -> Result<Rendered, RenderError> {
    let mut render = Render {
        input,
        heap: Heap::default(),
        variables: vec![None; names.len()],
        out: String::new(),
        blocks: Vec::new(),
        rounds: Vec::new(),
        steps: 0,
        text_bytes: 0,
        elements: 0,
        depth: 0,
        body: None,
        params: None,
        request_override: None,
        response_override: None,
        regexes: Vec::new(),
    };
    render.set_built_in();
    match render.nodes(nodes) {
        Ok(()) | Err(Halt::Stop | Halt::Break) => render.finish(),
        Err(Halt::Failed(error)) => Err(*error),
    }
}

impl<'a> Render<'a> {
    /// The patterns compiled so far.
    pub(crate) fn regexes(&mut self) -> &mut Vec<(Text<'a>, ::regex::Regex)> {
        &mut self.regexes
    }

    fn finish(mut self) -> Result<Rendered, RenderError> {
        let (request_override, response_override) = self.overridden()?;
        Ok(Rendered { text: std::mem::take(&mut self.out), request_override, response_override })
    }

    /// Counts work.
    pub(crate) fn step(&mut self, steps: usize) -> Outcome<()> {
        self.steps += steps as u64;
        if self.steps > MAX_STEPS { Err(RenderError::TooManySteps.into()) } else { Ok(()) }
    }

    /// Counts elements that a list or map is to have more.
    pub(crate) fn grow(&mut self, elements: usize) -> Outcome<()> {
        self.step(elements)?;
        self.elements = self.elements.saturating_add(elements);
        if self.elements > max_elements(self.input.body.len()) {
            Err(RenderError::TooManyElements.into())
        } else {
            Ok(())
        }
    }

    /// A list or map that can be changed, in the place of one that lies in JSON.
    pub(crate) fn own(&mut self, value: &Value<'a>) -> Outcome<Value<'a>> {
        if let now @ Value::Json(_) = self.heap.now(value) {
            self.grow(self.heap.len(&now).unwrap_or_default() + 1)?;
        }
        Ok(self.heap.changeable(value))
    }

    /// Counts a text that is to be made.
    pub(crate) fn grow_text(&mut self, bytes: usize) -> Outcome<()> {
        self.step(bytes / 64)?;
        self.text_bytes = self.text_bytes.saturating_add(bytes);
        if bytes > MAX_OUTPUT_BYTES {
            return Err(RenderError::OutputTooLarge.into());
        }
        if self.text_bytes > MAX_TEXT_BYTES { Err(RenderError::TooMuchText.into()) } else { Ok(()) }
    }

    /// A text that was made.
    pub(crate) fn made(&mut self, text: String) -> Outcome<Value<'a>> {
        self.grow_text(text.len())?;
        Ok(Value::Text(text.into()))
    }

    pub(crate) fn failed<T>(method: &str, reason: CallError) -> Outcome<T> {
        Err(RenderError::Call { method: method.into(), reason }.into())
    }

    /// Does something within something else.
    fn within<T>(&mut self, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= MAX_RENDER_DEPTH {
            return Err(RenderError::TooDeep.into());
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }

    fn write(&mut self, text: &str) -> Outcome<()> {
        if self.out.len() + text.len() > MAX_OUTPUT_BYTES {
            return Err(RenderError::OutputTooLarge.into());
        }
        self.out.push_str(text);
        Ok(())
    }

    fn nodes(&mut self, nodes: &'a [Node]) -> Outcome<()> {
        self.within(|render| nodes.iter().try_for_each(|node| render.node(node)))
    }

    fn node(&mut self, node: &'a Node) -> Outcome<()> {
        self.step(1)?;
        match node {
            Node::Text(text) => self.write(text),
            Node::Reference(reference) => {
                let value = self.follow(reference)?;
                self.print(&value)
            }
            Node::Set { target, value } => self.set(target, value),
            Node::If { branches, otherwise } => {
                for (condition, nodes) in branches {
                    if self.holds(condition)? {
                        return self.nodes(nodes);
                    }
                }
                self.nodes(otherwise)
            }
            Node::Foreach { variable, source, body } => self.foreach(*variable, source, body),
            Node::Define { variable, literal, body } => {
                self.grow(1)?;
                self.blocks.push(Block { nodes: body, literal, depth: 0 });
                self.variables[*variable] = Some(Value::Block(self.blocks.len() - 1));
                Ok(())
            }
            Node::Break => Err(Halt::Break),
            Node::Stop => Err(Halt::Stop),
        }
    }

    /// Renders into a text of its own.
    fn captured(&mut self, render: impl FnOnce(&mut Self) -> Outcome<()>) -> Outcome<String> {
        let start = self.out.len();
        let outcome = render(self);
        // What `#break` or `#stop` cuts short is lost with the text that it was in.
        let text = self.out.split_off(start);
        outcome?;
        self.grow_text(text.len())?;
        Ok(text)
    }

    fn block(&mut self, block: usize) -> Outcome<()> {
        let Block { nodes, literal, depth } = self.blocks[block];
        if depth >= crate::limits::MAX_DEFINE_DEPTH {
            return self.write(literal);
        }
        self.blocks[block].depth += 1;
        let outcome = self.nodes(nodes);
        self.blocks[block].depth -= 1;
        // `#break` ends the block, and not what it is printed in.
        if matches!(outcome, Err(Halt::Break)) { Ok(()) } else { outcome }
    }

    fn foreach(&mut self, variable: usize, source: &'a crate::ast::Expr, body: &'a [Node]) -> Outcome<()> {
        let items = self.rounds_of(source)?;
        if items.is_empty() {
            return Ok(());
        }
        let kept = [variable, VELOCITY_COUNT, VELOCITY_HAS_NEXT, FOREACH];
        let before = kept.map(|index| self.variables[index].take());
        self.variables[variable].clone_from(&before[0]);
        self.rounds.push(Round { index: 0, has_next: false });
        let round = self.rounds.len() - 1;
        let count = items.len();
        let mut outcome = Ok(());
        for (index, item) in items.into_iter().take(MAX_ROUNDS).enumerate() {
            let has_next = index + 1 < count;
            self.rounds[round] = Round { index, has_next };
            self.variables[VELOCITY_COUNT] = Some(Value::integer(index + 1));
            self.variables[VELOCITY_HAS_NEXT] = Some(Value::Bool(has_next));
            self.variables[FOREACH] = Some(Value::Loop(round));
            self.variables[variable] = Some(item);
            match self.nodes(body) {
                Ok(()) => {}
                Err(Halt::Break) => break,
                Err(halt) => {
                    outcome = Err(halt);
                    break;
                }
            }
        }
        self.rounds.truncate(round);
        for (index, value) in kept.into_iter().zip(before) {
            self.variables[index] = value;
        }
        outcome
    }

    fn set(&mut self, target: &'a Reference, value: &'a crate::ast::Expr) -> Outcome<()> {
        let value = self.evaluate(value)?;
        // What a calculation could not give is not set.
        if matches!(value, Value::Null) {
            return Ok(());
        }
        if target.steps.is_empty() {
            self.variables[target.root] = Some(value);
            return Ok(());
        }
        self.assign(target, value)
    }
}
