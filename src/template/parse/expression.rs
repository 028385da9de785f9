//! Expressions: what stands in `#set`, `#if`, arguments and brackets.

use super::cursor::Cursor;
use super::{literal, reference};
use crate::ParseError;
use crate::ast::{Expression, Operator};

/// Operators by precedence, the loosest first. Words need a boundary behind them.
const LEVELS: [&[(&str, Operator)]; 6] = [
    &[("||", Operator::Or), ("or", Operator::Or)],
    &[("&&", Operator::And), ("and", Operator::And)],
    &[("==", Operator::Equal), ("!=", Operator::Unequal), ("eq", Operator::Equal), ("ne", Operator::Unequal)],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("lt", Operator::Less),
        ("le", Operator::LessOrEqual),
        ("gt", Operator::Greater),
        ("ge", Operator::GreaterOrEqual),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

/// Parses an expression; blanks and line ends before it are passed.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    cursor.nested(|cursor| binary(cursor, 0))
}

/// Arguments of a method, the closing parenthesis with them.
pub(super) fn arguments(cursor: &mut Cursor<'_>) -> Result<Vec<Expression>, ParseError> {
    list(cursor, ")")
}

/// Expressions with commas between them, up to `end`.
pub(super) fn list(cursor: &mut Cursor<'_>, end: &str) -> Result<Vec<Expression>, ParseError> {
    let mut found = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.take(end) {
            return Ok(found);
        }
        if !found.is_empty() {
            cursor.expect(",")?;
        }
        found.push(parse(cursor)?);
    }
}

fn binary(cursor: &mut Cursor<'_>, level: usize) -> Result<Expression, ParseError> {
    let Some(operators) = LEVELS.get(level) else { return unary(cursor) };
    let first = binary(cursor, level + 1)?;
    let mut more = Vec::new();
    while let Some(operator) = operator(cursor, operators) {
        more.push((operator, binary(cursor, level + 1)?));
    }
    Ok(if more.is_empty() { first } else { Expression::Chain(Box::new(first), more) })
}

fn operator(cursor: &mut Cursor<'_>, operators: &[(&str, Operator)]) -> Option<Operator> {
    cursor.skip_space();
    for (text, operator) in operators {
        if !cursor.rest().starts_with(text) {
            continue;
        }
        let next = cursor.peek_behind(text.len());
        let is_word = text.as_bytes()[0].is_ascii_alphabetic();
        if is_word && next.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        cursor.at += text.len();
        return Some(*operator);
    }
    None
}

fn unary(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    cursor.skip_space();
    let is_not_word = cursor.rest().starts_with("not")
        && !cursor.peek_behind(3).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if cursor.take("!") || (is_not_word && cursor.take("not")) {
        return cursor.nested(|cursor| Ok(Expression::Not(Box::new(unary(cursor)?))));
    }
    if cursor.take("(") {
        let inner = parse(cursor)?;
        cursor.skip_space();
        cursor.expect(")")?;
        return Ok(inner);
    }
    match reference::parse(cursor)? {
        Some(reference) => Ok(Expression::Reference(reference)),
        None => literal::parse(cursor),
    }
}
