//! Directives: `#set`, `#if`, `#foreach`, `#define`, `#macro`, `#break`, `#stop`, and names that are none.

use super::{End, Failure, Parsed, Parser};
use crate::ast::{Expr, Node};
use crate::error::ParseProblem;

/// An argument of a directive that is no expression.
enum Argument {
    Value(Expr),
    Word,
}

impl<'t> Parser<'t, '_> {
    pub(super) fn fail_at<T>(at: usize, what: ParseProblem) -> Parsed<T> {
        Err(Failure { at, what })
    }

    /// The name at `from`, as in `if` or `{if}`, and its length with the brackets.
    pub(super) fn directive_word(&self, from: usize) -> Option<(&'t str, usize)> {
        let begins = |byte: Option<&u8>, also: &[u8]| {
            byte.is_some_and(|byte| byte.is_ascii_alphabetic() || also.contains(byte))
        };
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@';
        let bytes = self.text.as_bytes();
        if bytes.get(from) == Some(&b'{') {
            if !begins(bytes.get(from + 1), b"_") {
                return None;
            }
            let length = self.run(from + 1, is_part);
            let closed = bytes.get(from + 1 + length) == Some(&b'}');
            return closed.then(|| (&self.text[from + 1..=from + length], length + 2));
        }
        if !begins(bytes.get(from), b"_@") {
            return None;
        }
        let length = self.run(from, is_part);
        Some((&self.text[from..from + length], length))
    }

    /// Whether a backslash before this name matters.
    pub(super) fn is_directive(name: &str) -> bool {
        matches!(
            name,
            "if" | "else"
                | "elseif"
                | "end"
                | "set"
                | "foreach"
                | "define"
                | "macro"
                | "break"
                | "stop"
                | "literal"
        )
    }

    /// Whether `#set(` begins here. It may have blanks before its bracket, but no tabs or lines.
    pub(super) fn set_begins(&self) -> bool {
        self.set_begins_at(self.at)
    }

    pub(super) fn set_begins_at(&self, at: usize) -> bool {
        let Some(("set", length)) = self.directive_word(at + 1) else { return false };
        let after = at + 1 + length;
        let blanks = self.run(after, |byte| byte == b' ');
        self.text.as_bytes().get(after + blanks) == Some(&b'(')
    }

    pub(super) fn set(&mut self) -> Parsed<Node> {
        let bracket = self.rest().find('(').unwrap_or_default();
        self.at += bracket + 1;
        self.skip_space();
        let start = self.at;
        let target = match self.byte(0) {
            Some(b'$') => self.reference()?,
            _ => None,
        };
        let Some(mut target) = target else {
            return self.expected("a reference to set, as in `#set($x = 1)`");
        };
        if target.steps.is_empty() {
            target.root = self.plain_name(start, target.root);
        }
        self.skip_space();
        if self.rest().starts_with("==") {
            return self.expected("`=`");
        }
        self.expect("=", "`=`")?;
        let value = self.expression()?;
        self.expect(")", "an operator or `)`")?;
        self.eat_line_end();
        Ok(Node::Set { target, value })
    }

    /// The variable that `#set` or `#define` names at `start`, where it stands without brackets and `!`. Otherwise these
    /// are taken for a part of its name, which no reference can then have.
    fn plain_name(&mut self, start: usize, named: usize) -> usize {
        match self.text.as_bytes().get(start + 1) {
            Some(b'!' | b'{') => self.names.index("{"),
            _ => named,
        }
    }

    /// The directive of this name, which has just been taken. What prints nothing is nothing.
    pub(super) fn directive(&mut self, start: usize, name: &'t str) -> Parsed<Option<Node>> {
        let touched = std::mem::take(&mut self.is_touched);
        match if touched { "" } else { name } {
            "if" => self.nested(|parser| parser.condition(start)).map(Some),
            "foreach" => self.nested(|parser| parser.foreach(start)).map(Some),
            "define" => self.nested(|parser| parser.define(start)).map(Some),
            "macro" => {
                let Some(arguments) = self.directive_arguments()? else {
                    return self.expected("`(` and the macro's name");
                };
                if !matches!(arguments.first(), Some(Argument::Word)) {
                    return Self::fail_at(
                        start,
                        ParseProblem::Arguments { directive: "macro", takes: "a name first" },
                    );
                }
                self.nested(|parser| parser.block(start, "#macro"))?;
                Ok(None)
            }
            "literal" => {
                self.directive_arguments()?;
                let body = self.at;
                let end = self.nested(|parser| parser.block(start, "#literal"))?.1;
                Ok(Some(Node::Text(self.text[body..end].into())))
            }
            "break" | "stop" => {
                self.directive_arguments()?;
                Ok(Some(if name == "break" { Node::Break } else { Node::Stop }))
            }
            // No macro can be defined, so every other name is printed as it stands, with its arguments.
            _ => {
                if self.directive_arguments()?.is_some() && name.starts_with('@') {
                    self.nested(|parser| parser.block(start, "#@"))?;
                }
                Ok(Some(Node::Text(self.text[start..self.at].into())))
            }
        }
    }

    fn condition(&mut self, start: usize) -> Parsed<Node> {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        let mut in_else = false;
        loop {
            if !in_else {
                self.skip_space();
                self.expect("(", "`(` and a condition")?;
                let condition = self.expression()?;
                self.expect(")", "an operator or `)`")?;
                self.eat_line_end();
                branches.push((condition, Vec::new()));
            }
            let (nodes, end) = self.nodes()?;
            if in_else {
                otherwise = nodes;
            } else if let Some(branch) = branches.last_mut() {
                branch.1 = nodes;
            }
            match end {
                End::Block => return Ok(Node::If { branches, otherwise }),
                End::Else if !in_else => in_else = true,
                End::ElseIf if !in_else => {}
                End::Else => return self.fail(ParseProblem::NoBlock("#else")),
                End::ElseIf => return self.fail(ParseProblem::NoBlock("#elseif")),
                End::Text => return Self::fail_at(start, ParseProblem::NoEnd("#if".into())),
            }
        }
    }

    fn foreach(&mut self, start: usize) -> Parsed<Node> {
        const TAKES: &str = "a reference, `in` and what to go through, as in `#foreach($x in $list)`";
        let mut arguments = self.directive_arguments()?.unwrap_or_default().into_iter();
        let (
            Some(Argument::Value(Expr::Reference(element))),
            Some(Argument::Word),
            Some(Argument::Value(source)),
        ) = (arguments.next(), arguments.next(), arguments.next())
        else {
            return Self::fail_at(start, ParseProblem::Arguments { directive: "foreach", takes: TAKES });
        };
        let body = self.block(start, "#foreach")?.0;
        Ok(Node::Foreach { variable: element.root, source, body })
    }

    fn define(&mut self, start: usize) -> Parsed<Node> {
        const TAKES: &str = "one reference, as in `#define($x)`";
        let arguments = self.directive_arguments()?.unwrap_or_default();
        let [Argument::Value(Expr::Reference(name))] = arguments.as_slice() else {
            return Self::fail_at(start, ParseProblem::Arguments { directive: "define", takes: TAKES });
        };
        let literal = format!("${}", self.names.name(name.root)).into();
        let named_at = self.text[start..self.at].find('$').map_or(start, |dollar| start + dollar);
        let variable = self.plain_name(named_at, name.root);
        let body = self.block(start, "#define")?.0;
        Ok(Node::Define { variable, literal, body })
    }

    /// The nodes of a block, and where its `#end` begins.
    fn block(&mut self, start: usize, name: &str) -> Parsed<(Vec<Node>, usize)> {
        let (nodes, end) = self.nodes()?;
        match end {
            End::Block => {
                let before = &self.text[..self.at];
                let begin = before.rfind('#').unwrap_or_default();
                Ok((nodes, begin))
            }
            End::Else => self.fail(ParseProblem::NoBlock("#else")),
            End::ElseIf => self.fail(ParseProblem::NoBlock("#elseif")),
            End::Text => Self::fail_at(start, ParseProblem::NoEnd(name.into())),
        }
    }

    /// The arguments in brackets, if there are any: values without operators, and words.
    fn directive_arguments(&mut self) -> Parsed<Option<Vec<Argument>>> {
        let space = self.run(self.at, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        if self.byte(space) != Some(b'(') {
            return Ok(None);
        }
        self.at += space + 1;
        let mut arguments = Vec::new();
        loop {
            self.skip_space();
            if self.take(")") {
                self.eat_line_end();
                return Ok(Some(arguments));
            }
            if self.take(",") {
                self.skip_space();
            }
            arguments.push(self.nested(Self::directive_argument)?);
        }
    }

    fn directive_argument(&mut self) -> Parsed<Argument> {
        match self.directive_word(self.at) {
            Some((word, length)) if word != "true" && word != "false" && self.byte(0) != Some(b'{') => {
                self.at += length;
                Ok(Argument::Word)
            }
            _ => self.operand().map(Argument::Value),
        }
    }
}
