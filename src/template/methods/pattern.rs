//! Regular expressions of text methods.

use regex::{Captures, Regex, RegexBuilder};

use crate::RenderError;

/// Most bytes that a compiled expression may take.
const SIZE: usize = 1 << 18;

/// Compiles a Java expression. The engine is linear in the text; what it lacks (look-around, back-references) is an error.
pub(super) fn compile(pattern: &str) -> Result<Regex, RenderError> {
    RegexBuilder::new(pattern).size_limit(SIZE).build().map_err(|_| RenderError::Pattern(pattern.to_owned()))
}

/// Compiles an expression that must match all of a text.
pub(super) fn whole(pattern: &str) -> Result<Regex, RenderError> {
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(SIZE)
        .build()
        .map_err(|_| RenderError::Pattern(pattern.to_owned()))
}

/// Appends a replacement: `$1` stands for a group, a backslash for the character behind it.
pub(super) fn expand(replacement: &str, captures: &Captures<'_>, out: &mut String) {
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => match chars.peek().and_then(|c| c.to_digit(10)) {
                Some(group) => {
                    chars.next();
                    out.push_str(captures.get(group as usize).map_or("", |found| found.as_str()));
                }
                None => out.push('$'),
            },
            c => out.push(c),
        }
    }
}
