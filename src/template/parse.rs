//! From a template's text to its nodes, with the grammar of Velocity 1.7.
//!
//! Its lexer decides by the longest match and by states; what is visible of that is kept: which blanks and line
//! ends a directive eats, what is a reference and what only looks like one, and what does not parse at all.

mod comment;
mod directive;
mod expression;
mod literal;
mod reference;
mod text;
mod variables;

pub(crate) use variables::{METHOD, parse as parse_variables};

use crate::ast::Node;
use crate::error::{ParseError, ParseProblem};
use crate::limits::{MAX_NESTING, MAX_TEMPLATE_BYTES};
use crate::names::Names;

/// The nodes of a template, and its variables.
pub(crate) fn parse(text: &str) -> Result<(Vec<Node>, Names), ParseError> {
    let mut names = Names::new();
    if text.len() > MAX_TEMPLATE_BYTES {
        return Err(ParseError { line: 1, column: 1, what: ParseProblem::TooLong });
    }
    match Parser::new(text, &mut names, 0).whole() {
        Ok(nodes) => Ok((nodes, names)),
        Err(failure) => Err(failure.located(text)),
    }
}

/// A problem and the byte where it is.
#[derive(Debug)]
struct Failure {
    at: usize,
    what: ParseProblem,
}

impl Failure {
    fn located(self, text: &str) -> ParseError {
        let mut at = self.at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        ParseError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: self.what,
        }
    }
}

type Parsed<T> = Result<T, Failure>;

/// What ended a run of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Text,
    Block,
    Else,
    ElseIf,
}

/// What has just ended without brackets, so that the lexer still takes what comes for a part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Open {
    #[default]
    No,
    Reference,
    /// A reference whose last step is a property, with indexes behind it or not.
    Property,
}

struct Parser<'t, 'n> {
    text: &'t str,
    at: usize,
    names: &'n mut Names,
    /// How many blocks, brackets and strings are open.
    depth: usize,
    /// A `$` that begins no reference touches the directive that comes: only some are directives then.
    is_touched: bool,
    open: Open,
}

impl<'t, 'n> Parser<'t, 'n> {
    fn new(text: &'t str, names: &'n mut Names, depth: usize) -> Self {
        Self { text, at: 0, names, depth, is_touched: false, open: Open::No }
    }

    /// All of the text.
    fn whole(&mut self) -> Parsed<Vec<Node>> {
        let (nodes, end) = self.nodes()?;
        let what = match end {
            End::Text => return Ok(nodes),
            End::Block => "#end",
            End::Else => "#else",
            End::ElseIf => "#elseif",
        };
        self.fail(ParseProblem::NoBlock(what))
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + offset).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes `what` if it comes next.
    fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn expect(&mut self, what: &str, name: &'static str) -> Parsed<()> {
        if self.take(what) { Ok(()) } else { self.expected(name) }
    }

    /// Blanks and line ends, which mean nothing within a directive.
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte(0) {
            self.at += 1;
        }
    }

    /// What follows a directive on its line, if only blanks do, with the line's end.
    fn eat_line_end(&mut self) {
        let mut at = self.at;
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t') = bytes.get(at) {
            at += 1;
        }
        match bytes.get(at) {
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => self.at = at + 2,
            Some(b'\n' | b'\r') => self.at = at + 1,
            _ => {}
        }
    }

    /// The length of what comes next as long as `is_part` holds.
    fn run(&self, from: usize, is_part: impl Fn(u8) -> bool) -> usize {
        self.text.as_bytes()[from..].iter().take_while(|byte| is_part(**byte)).count()
    }

    fn fail<T>(&self, what: ParseProblem) -> Parsed<T> {
        Err(Failure { at: self.at, what })
    }

    fn expected<T>(&self, expected: &'static str) -> Parsed<T> {
        let found = match self.rest().chars().next() {
            Some(found) => format!("`{}`", found.escape_debug()),
            None => "the end of the template".into(),
        };
        self.fail(ParseProblem::Expected { expected, found })
    }

    /// Parses something that stands within something else.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return self.fail(ParseProblem::TooDeep);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }
}
