//! From text to a parsed template.

mod block;
mod cursor;
mod directive;
mod expression;
mod literal;
mod reference;

use crate::ParseError;
use crate::ast::Block;
use cursor::Cursor;

/// Parses a whole template.
pub(crate) fn template(text: &str) -> Result<Block, ParseError> {
    let mut cursor = Cursor::new(text);
    // Recorded: the service fails on it.
    if text.ends_with('$') {
        return Err(cursor.error_at(text.len() - 1, "a `$` at the end of a template is no reference"));
    }
    block::whole(&mut cursor)
}
