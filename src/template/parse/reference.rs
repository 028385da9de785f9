//! References: `$x`, `$!x`, `${x}`, `$!{x}`, and the way from them: `.y`, `.y(…)`, `[…]`.

use super::{Parsed, Parser};
use crate::ast::{Expr, Reference, Step};
use crate::error::ParseProblem;

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

impl<'t> Parser<'t, '_> {
    /// The reference that begins at this `$`, or nothing, and nothing taken, if none does.
    pub(super) fn reference(&mut self) -> Parsed<Option<Reference>> {
        let start = self.at;
        self.at += 1;
        self.take("!");
        let formal = self.take("{");
        let inner = formal && self.dollars() > 0;
        let Some(name) = self.name() else {
            self.at = start;
            return Ok(None);
        };
        if is_bool(name) {
            return Self::fail_at(start, ParseProblem::Keyword(name.into()));
        }
        // `${$x}` is a reference to a variable of the name `$x`, which nothing can have.
        let root = self.names.index(if inner { "$" } else { name });
        let mut steps = Vec::new();
        self.steps(&mut steps)?;
        if formal {
            self.expect("}", "`}` at the end of `${…`")?;
        }
        Ok(Some(Reference { root, steps }))
    }

    /// The name that begins here.
    pub(super) fn name(&mut self) -> Option<&'t str> {
        if !begins_name(self.byte(0)?) {
            return None;
        }
        let start = self.at;
        self.at += self.run(start, is_name);
        Some(&self.text[start..self.at])
    }

    fn steps(&mut self, steps: &mut Vec<Step>) -> Parsed<()> {
        loop {
            if self.take("[") {
                steps.push(Step::Index(self.nested(Self::index)?));
            } else if self.byte(0) == Some(b'.')
                && self.byte(1).is_some_and(|byte| byte.is_ascii_alphabetic())
            {
                self.at += 1;
                let Some(name) = self.name() else { return self.expected("a name") };
                if is_bool(name) {
                    return Self::fail_at(self.at - name.len(), ParseProblem::Keyword(name.into()));
                }
                // A bracket at the very end of a template opens no call.
                if self.byte(0) == Some(b'(') && self.at + 1 < self.text.len() {
                    self.at += 1;
                    steps.push(Step::Method(name.into(), self.nested(Self::arguments)?));
                } else {
                    steps.push(Step::Property(name.into()));
                }
            } else {
                return Ok(());
            }
        }
    }

    /// What stands in `[…]` after a reference.
    fn index(&mut self) -> Parsed<Expr> {
        self.skip_space();
        let start = self.at;
        let index = match self.byte(0) {
            Some(b'$' | b'"' | b'\'') => self.operand()?,
            Some(byte) if byte == b'-' || byte.is_ascii_digit() => self.operand()?,
            _ if self.rest().starts_with("true") || self.rest().starts_with("false") => self.operand()?,
            _ => return self.expected("an index: a text, an integer or a reference"),
        };
        if let Expr::Double(_) = index {
            self.at = start;
            return self.expected("an index: a text, an integer or a reference");
        }
        self.skip_space();
        self.expect("]", "`]`")?;
        Ok(index)
    }

    /// What stands in the brackets of a call.
    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.argument()?);
            if self.take(")") {
                return Ok(arguments);
            }
            self.expect(",", "`,` or `)`")?;
        }
    }

    fn argument(&mut self) -> Parsed<Expr> {
        self.skip_space();
        // A bare word is a reference to nothing.
        let bare = self.byte(0) != Some(b'$') && self.bare_reference()?;
        let argument = if bare { Expr::Null } else { self.operand()? };
        self.skip_space();
        Ok(argument)
    }

    /// Takes a reference without brackets, if one begins here; it may lack its `$`.
    pub(super) fn bare_reference(&mut self) -> Parsed<bool> {
        let start = self.at;
        if self.take("$") {
            self.take("!");
        }
        let word = &self.rest()[..self.run(self.at, is_name)];
        let bare = self.byte(0).is_some_and(begins_name) && !is_bool(word);
        if bare {
            self.name();
            self.steps(&mut Vec::new())?;
        } else {
            self.at = start;
        }
        Ok(bare)
    }

    /// Right behind a call or an index, `true` and `false` are values, and nothing can be made of them there.
    pub(super) fn no_bool(&self) -> Parsed<()> {
        let word = &self.rest()[..self.run(self.at, is_name)];
        if is_bool(word) { self.fail(ParseProblem::Keyword(word.into())) } else { Ok(()) }
    }

    /// Takes dollars that stand right before a name or a bracket, each with its `!` and the backslashes before it, and
    /// says how many bytes they have.
    pub(super) fn dollars(&mut self) -> usize {
        let start = self.at;
        loop {
            let escapes = self.run(self.at, |byte| byte == b'\\');
            if self.byte(escapes) != Some(b'$') {
                return self.at - start;
            }
            self.at += escapes + 1;
            self.take("!");
        }
    }

    /// Goes past the dollars that stand right here, up to the last of them.
    pub(super) fn skip_dollars(&mut self) {
        let start = self.at;
        let run = self.dollars();
        self.at = start + self.text[start..start + run].rfind('$').unwrap_or_default();
    }
}

/// Words that are values wherever a name could stand.
pub(super) fn is_bool(word: &str) -> bool {
    word == "true" || word == "false"
}
