//! What stands in the brackets of a function.

use super::{Parsed, Parser};
use crate::json_path::PathError;
use crate::json_path::function::Argument;

impl Parser<'_> {
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        self.at += 1;
        let length = closing(self.rest()).ok_or(PathError::Ends)?;
        let text = &self.rest()[..length];
        self.at += length + 1;
        // Jayway takes a single character for none.
        if text.chars().nth(1).is_none() {
            return Ok(Vec::new());
        }
        let depth = self.depth;
        self.nested(|_| {
            split(text).into_iter().filter_map(|part| argument(part, depth + 1).transpose()).collect()
        })
    }
}

/// Where the bracket closes that was opened before this.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => open += 1,
            ')' if !quoted => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The text by its commas, but for those within brackets and quotes.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut open, mut quoted, mut start) = (0_usize, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => open += 1,
            ')' | ']' | '}' if !quoted => open = open.saturating_sub(1),
            ',' if !quoted && open == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// An argument: a path, a number or a text in double quotes. Anything else is passed over, as Jayway does.
fn argument(text: &str, depth: usize) -> Parsed<Option<Argument>> {
    let Some(start) = text.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '"' | '$' | '@')) else {
        return Ok(None);
    };
    let text = text[start..].trim_end();
    if text.starts_with(['$', '@']) {
        return Parser::new(text, depth).whole().map(|path| Some(Argument::Path(path)));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        return Ok(Some(Argument::Text(quoted.strip_suffix('"').unwrap_or(quoted).into())));
    }
    let whole = text.parse().ok().map(Argument::Whole);
    Ok(whole.or_else(|| text.parse().ok().map(Argument::Number)))
}
