//! Literals: text, numbers, words, lists, ranges, maps.

use super::cursor::Cursor;
use super::{block, expression};
use crate::ParseError;
use crate::ast::{Expression, Node};

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    match cursor.peek() {
        Some(b'"') => interpolated(cursor),
        Some(b'\'') => Ok(Expression::Text(quoted(cursor, '\'')?.into())),
        Some(b'[') => {
            cursor.at += 1;
            cursor.nested(list_or_range)
        }
        Some(b'{') => {
            cursor.at += 1;
            cursor.nested(map)
        }
        Some(byte) if byte.is_ascii_digit() || byte == b'-' => number(cursor),
        _ => word(cursor),
    }
}

/// The content between quotes: no escapes, but a doubled quote is a quote (recorded).
fn quoted(cursor: &mut Cursor<'_>, quote: char) -> Result<String, ParseError> {
    let start = cursor.at;
    cursor.at += 1;
    let mut text = String::new();
    loop {
        let end = cursor
            .rest()
            .find(quote)
            .ok_or_else(|| cursor.error_at(start, "the text in quotes has no end"))?;
        text.push_str(&cursor.rest()[..end]);
        cursor.at += end + 1;
        if cursor.peek() != u8::try_from(quote).ok() {
            return Ok(text);
        }
        text.push(quote);
        cursor.at += 1;
    }
}

fn interpolated(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    let start = cursor.at;
    let text = quoted(cursor, '"')?;
    if !text.contains(['$', '#', '\\']) {
        return Ok(Expression::Text(text.into()));
    }
    let mut inner = cursor.inner(&text);
    let nodes = inner
        .nested(block::whole)
        .map_err(|error| cursor.error_at(start, &format!("in this text: {}", error.what)))?;
    Ok(match nodes.as_slice() {
        [] => Expression::Text("".into()),
        [Node::Text(text)] => Expression::Text((**text).into()),
        _ => Expression::Interpolated(nodes),
    })
}

fn list_or_range(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    cursor.skip_space();
    if cursor.take("]") {
        return Ok(Expression::List(Vec::new()));
    }
    let first = expression::parse(cursor)?;
    cursor.skip_space();
    if cursor.take("..") {
        let last = expression::parse(cursor)?;
        cursor.skip_space();
        cursor.expect("]")?;
        return Ok(Expression::Range(Box::new((first, last))));
    }
    let mut all = vec![first];
    if cursor.take(",") {
        all.extend(expression::list(cursor, "]")?);
    } else {
        cursor.expect("]")?;
    }
    Ok(Expression::List(all))
}

fn map(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    let mut entries = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.take("}") {
            return Ok(Expression::Map(entries));
        }
        if !entries.is_empty() {
            cursor.expect(",")?;
            cursor.skip_space();
            if cursor.take("}") {
                return Ok(Expression::Map(entries));
            }
        }
        let key = expression::parse(cursor)?;
        cursor.skip_space();
        cursor.expect(":")?;
        entries.push((key, expression::parse(cursor)?));
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    let rest = cursor.rest();
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let mut end = sign + digits(sign);
    if end == sign {
        return Err(cursor.error("a number is missing behind the `-`"));
    }
    let mut is_float = false;
    // Two dots are a range.
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        is_float = true;
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            is_float = true;
            end += 1 + sign + exponent;
        }
    }
    let text = &rest[..end];
    let parsed = match is_float {
        true => text.parse().ok().map(Expression::Float),
        false => text.parse().ok().map(Expression::Integer),
    };
    let parsed = parsed.ok_or_else(|| cursor.error("the number is too large"))?;
    cursor.at += end;
    Ok(parsed)
}

fn word(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    let start = cursor.at;
    match cursor.identifier() {
        Some("true") => Ok(Expression::Boolean(true)),
        Some("false") => Ok(Expression::Boolean(false)),
        Some("null") => Ok(Expression::Null),
        _ => {
            cursor.at = start;
            Err(cursor.error("a value is missing here: a reference, text in quotes, a number, true, false, a list or a map"))
        }
    }
}
