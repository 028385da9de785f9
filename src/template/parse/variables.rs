//! Texts that only have variables in them: what gateway responses have for templates. No directive runs there.

use super::{Failure, ParseError, Parser};
use crate::ast::{Node, Reference, Step};
use crate::error::ParseProblem;
use crate::limits::MAX_TEMPLATE_BYTES;
use crate::names::{CONTEXT, Names, STAGE_VARIABLES};

/// Where `$method.…` is looked up in `$context`: no text can name that itself.
pub(crate) const METHOD: &str = "$method";

/// The nodes of such a text: `$context.…`, `$stageVariables.…` and `$method.request.…`, with or without brackets; all
/// else is text.
pub(crate) fn parse(text: &str) -> Result<(Vec<Node>, Names), ParseError> {
    if text.len() > MAX_TEMPLATE_BYTES {
        return Err(Failure { at: 0, what: ParseProblem::TooLong }.located(text));
    }
    let mut names = Names::new();
    let mut parser = Parser::new(text, &mut names, 0);
    let mut nodes = Vec::new();
    let mut printed = 0;
    while let Some(next) = memchr::memchr(b'$', parser.rest().as_bytes()) {
        parser.at += next;
        let start = parser.at;
        parser.at += 1;
        if let Some(variable) = parser.variable() {
            if printed < start {
                nodes.push(Node::Text(text[printed..start].into()));
            }
            nodes.push(Node::Reference(variable));
            printed = parser.at;
        } else {
            parser.at = start + 1;
        }
    }
    if printed < text.len() {
        nodes.push(Node::Text(text[printed..].into()));
    }
    Ok((nodes, names))
}

impl Parser<'_, '_> {
    /// The variable behind a `$`, if there is one.
    fn variable(&mut self) -> Option<Reference> {
        let formal = self.take("{");
        let mut steps = Vec::new();
        let root = match self.name()? {
            "context" => CONTEXT,
            "stageVariables" => STAGE_VARIABLES,
            "method" => {
                steps.push(Step::Property(METHOD.into()));
                CONTEXT
            }
            _ => return None,
        };
        let bare = steps.len();
        while self.byte(0) == Some(b'.') {
            let dot = self.at;
            self.at += 1;
            let Some(name) = self.name() else {
                self.at = dot;
                break;
            };
            steps.push(Step::Property(name.into()));
        }
        if steps.len() == bare || (formal && !self.take("}")) {
            return None;
        }
        Some(Reference { root, steps })
    }
}
