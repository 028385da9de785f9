//! References: `$name`, `$!name`, `${name.property}`, `$name.method(arguments)[index]`.

use super::cursor::Cursor;
use super::expression;
use crate::ParseError;
use crate::ast::{Access, Reference};

/// Parses the reference at the `$`; `None` where it is just a dollar sign, and then nothing is passed.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Option<Reference>, ParseError> {
    let start = cursor.at;
    if !cursor.take("$") {
        return Ok(None);
    }
    cursor.take("!");
    let is_formal = cursor.take("{");
    let Some(name) = cursor.identifier() else {
        cursor.at = start;
        return Ok(None);
    };
    let accesses = accesses(cursor)?;
    if is_formal && !cursor.take("}") {
        cursor.at = start;
        return Ok(None);
    }
    let literal = cursor.text[start..cursor.at].into();
    Ok(Some(Reference { name: name.into(), accesses, literal }))
}

fn accesses(cursor: &mut Cursor<'_>) -> Result<Vec<Access>, ParseError> {
    let mut found = Vec::new();
    loop {
        match cursor.peek() {
            Some(b'.') => {
                let start = cursor.at;
                cursor.at += 1;
                let Some(name) = cursor.identifier() else {
                    cursor.at = start;
                    return Ok(found);
                };
                found.push(if cursor.take("(") {
                    Access::Method(name.into(), cursor.nested(expression::arguments)?)
                } else {
                    Access::Property(name.into())
                });
            }
            Some(b'[') => {
                let start = cursor.at;
                cursor.at += 1;
                let index = cursor.nested(expression::parse);
                cursor.skip_space();
                match index {
                    Ok(index) if cursor.take("]") => found.push(Access::Index(index)),
                    // Brackets of the text, not of the reference.
                    _ => {
                        cursor.at = start;
                        return Ok(found);
                    }
                }
            }
            _ => return Ok(found),
        }
    }
}
