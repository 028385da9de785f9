//! Parsing and rendering, from outside.

use crate::ast::Block;
use crate::render::Renderer;
use crate::{Input, LONGEST_TEMPLATE, ParseError, RenderError, Rendered, parse};

/// A template: parsed once, rendered many times.
#[derive(Debug)]
pub struct Template {
    block: Block,
}

impl Template {
    /// Parses a template.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() > LONGEST_TEMPLATE {
            let what = format!("the template has {} bytes; 307200 are allowed", text.len());
            return Err(ParseError { line: 1, column: 1, what });
        }
        Ok(Self { block: parse::template(text)? })
    }

    /// Renders it.
    pub fn render(&self, input: &Input<'_>) -> Result<Rendered, RenderError> {
        Renderer::new(input)?.render(&self.block)
    }
}
