//! From a path's text to its steps.

mod arguments;
mod brackets;
mod filter;

use super::function::Function;
use super::{JsonPath, MAX_PATH_BYTES, MAX_PATH_NESTING, PathError, Selector, Step};

pub(super) fn parse(text: &str) -> Result<JsonPath, PathError> {
    if text.len() > MAX_PATH_BYTES {
        return Err(PathError::TooLong);
    }
    if text.trim().starts_with(['$', '@']) {
        return Parser::new(text.trim(), 0).whole();
    }
    // `pets[0].name` is `$.pets[0].name`.
    let with_root = format!("$.{}", text.trim());
    Parser::new(&with_root, 0).whole().map_err(|error| match error {
        PathError::At(at) => PathError::At(at.saturating_sub(2).max(1)),
        other => other,
    })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// Within a filter, where a path ends at what is no part of it.
    in_filter: bool,
}

type Parsed<T> = Result<T, PathError>;

impl<'t> Parser<'t> {
    fn new(text: &'t str, depth: usize) -> Self {
        Self { text, at: 0, depth, in_filter: false }
    }

    fn whole(mut self) -> Parsed<JsonPath> {
        self.at += 1;
        if self.text.ends_with('.') || self.text == "$." {
            return Err(PathError::Ends);
        }
        if !self.rest().is_empty() && !self.rest().starts_with(['.', '[']) {
            return self.fail();
        }
        let steps = self.steps()?;
        if !self.rest().is_empty() {
            return self.fail();
        }
        Ok(JsonPath { steps: with_function_outside(steps) })
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn fail<T>(&self) -> Parsed<T> {
        Err(if self.rest().is_empty() {
            PathError::Ends
        } else {
            PathError::At(self.text[..self.at].chars().count() + 1)
        })
    }

    fn expect(&mut self, what: &str) -> Parsed<()> {
        self.skip_space();
        if self.take(what) { Ok(()) } else { self.fail() }
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_PATH_NESTING {
            return Err(PathError::TooDeep);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Steps as long as there are any.
    fn steps(&mut self) -> Parsed<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let deep = match self.rest().as_bytes().first() {
                Some(b'.') => {
                    self.at += 1;
                    let deep = self.take(".");
                    if self.rest().starts_with('.') {
                        return self.fail();
                    }
                    deep
                }
                Some(b'[') => false,
                // Right behind a bracket a name needs no dot.
                Some(_) if !self.in_filter => false,
                _ => return Ok(steps),
            };
            let selector = if self.rest().starts_with('[') {
                self.bracket()?
            } else if self.take("*") {
                Selector::All
            } else {
                self.name()?
            };
            steps.push(Step { deep, selector });
            if !self.in_filter && (self.rest().is_empty() || self.drop_stray()) {
                return Ok(steps);
            }
        }
    }

    /// The service's library takes no notice of a single character behind a step, if the path ends with it.
    fn drop_stray(&mut self) -> bool {
        let rest = self.rest();
        let is_stray = rest.encode_utf16().nth(1).is_none();
        if is_stray {
            self.at += rest.len();
        }
        is_stray
    }

    /// A name, or a function.
    fn name(&mut self) -> Parsed<Selector> {
        let in_filter = self.in_filter;
        let ends = |c: char| {
            matches!(c, '.' | '[' | '(' | ' ')
                || (in_filter
                    && (c.is_whitespace()
                        || matches!(c, ']' | ')' | '=' | '!' | '<' | '>' | '&' | '|' | ',' | '~')))
        };
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let name = &self.rest()[..length];
        let after = &self.rest()[length..];
        if name.is_empty() || (after.starts_with(' ') && !in_filter) {
            self.at += length;
            return self.fail();
        }
        self.at += length;
        if !after.starts_with('(') {
            return Ok(Selector::Names(vec![name.into()]));
        }
        let arguments = self.arguments()?;
        match Function::named(name) {
            Some(function) => Ok(Selector::Function(function, arguments)),
            None => Err(PathError::Function),
        }
    }
}

/// `$..price.sum()` is the sum of everything that `$..price` finds: the function is what begins the path.
fn with_function_outside(mut steps: Vec<Step>) -> Vec<Step> {
    let begins_deep = steps.first().is_some_and(|step| step.deep);
    let ends = steps.last().is_some_and(|step| matches!(step.selector, Selector::Function(..)));
    if !begins_deep || !ends || steps.len() < 2 {
        return steps;
    }
    let Some(Step { selector: Selector::Function(function, mut arguments), .. }) = steps.pop() else {
        return steps;
    };
    if function == Function::Length {
        steps.push(Step { deep: false, selector: Selector::All });
    }
    arguments.insert(0, super::Argument::Path(JsonPath { steps }));
    vec![Step { deep: false, selector: Selector::Function(function, arguments) }]
}
