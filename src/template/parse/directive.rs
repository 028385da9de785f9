//! Directives, comments and literal text.

use std::sync::Arc;

use super::block::{self, End};
use super::cursor::Cursor;
use super::{expression, reference};
use crate::ParseError;
use crate::ast::Node;

/// What a `#` begins.
pub(super) enum Found<'t> {
    /// Nothing: it is text.
    Nothing,
    /// Something that vanishes.
    Skipped,
    /// Text that is printed as it stands.
    Literal(&'t str),
    Set(Node),
    Node(Node),
    End(End),
}

const NAMES: [&str; 10] =
    ["set", "if", "elseif", "else", "end", "foreach", "stop", "break", "define", "macro"];

/// The directive that is next, as it is written: `#end` or `#{end}`.
pub(super) fn name_ahead<'t>(cursor: &Cursor<'t>) -> Option<&'t str> {
    let (name, length) = name(cursor.rest())?;
    NAMES.contains(&name).then(|| &cursor.rest()[..length])
}

/// The name behind a `#`, and how long both are.
fn name(rest: &str) -> Option<(&str, usize)> {
    let inner = rest.strip_prefix('#')?;
    let word = |text: &str| {
        text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count()
    };
    match inner.strip_prefix('{') {
        Some(braced) => {
            let length = word(braced);
            braced[length..].starts_with('}').then(|| (&braced[..length], length + 3))
        }
        None => {
            let length = word(inner);
            // `#else1` and `#endx` are `#else` and `#end` before text.
            let known = ["elseif", "else", "end", "stop", "break"].into_iter().find(|k| inner.starts_with(k));
            let length = match known {
                Some(known) if !NAMES.contains(&&inner[..length]) => known.len(),
                _ => length,
            };
            Some((&inner[..length], length + 1))
        }
    }
}

pub(super) fn parse<'t>(cursor: &mut Cursor<'t>) -> Result<Found<'t>, ParseError> {
    let rest = cursor.rest();
    if rest.starts_with("##") {
        cursor.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        return Ok(Found::Skipped);
    }
    if rest.starts_with("#*") {
        let end = rest.find("*#").ok_or_else(|| cursor.error("the comment has no `*#`"))?;
        cursor.at += end + 2;
        return Ok(Found::Skipped);
    }
    if let Some(inner) = rest.strip_prefix("#[[") {
        let end = inner.find("]]#").ok_or_else(|| cursor.error("the literal text has no `]]#`"))?;
        cursor.at += 3 + end + 3;
        return Ok(Found::Literal(&inner[..end]));
    }
    let Some((name, length)) = name(rest) else { return Ok(Found::Nothing) };
    let start = cursor.at;
    cursor.at += length;
    let found = match name {
        "end" => {
            cursor.skip_line_end();
            Found::End(End::End)
        }
        "else" => {
            cursor.skip_line_end();
            Found::End(End::Else)
        }
        "elseif" => Found::End(End::ElseIf),
        "stop" => Found::Node(Node::Stop),
        "break" => Found::Node(Node::Break),
        "set" | "if" | "foreach" | "define" | "macro" if opens(cursor) => match name {
            "set" => Found::Set(set(cursor)?),
            "if" => Found::Node(conditional(cursor)?),
            "foreach" => Found::Node(foreach(cursor)?),
            "define" => Found::Node(define(cursor)?),
            _ => {
                skip_macro(cursor)?;
                Found::Skipped
            }
        },
        // A call of a macro that there is none of: recorded to print as it stands.
        name if !name.is_empty() && !NAMES.contains(&name) && opens(cursor) => {
            skip_arguments(cursor)?;
            Found::Literal(&cursor.text[start..cursor.at])
        }
        _ => {
            cursor.at = start;
            Found::Nothing
        }
    };
    Ok(found)
}

/// Passes blanks and an opening parenthesis.
fn opens(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    cursor.skip_blanks();
    let found = cursor.take("(");
    if !found {
        cursor.at = start;
    }
    found
}

fn closes(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    cursor.skip_space();
    cursor.expect(")")?;
    cursor.skip_line_end();
    Ok(())
}

fn set(cursor: &mut Cursor<'_>) -> Result<Node, ParseError> {
    cursor.skip_space();
    let target = reference::parse(cursor)?
        .ok_or_else(|| cursor.error("#set takes a reference first: #set($name = value)"))?;
    cursor.skip_space();
    cursor.expect("=")?;
    let value = expression::parse(cursor)?;
    closes(cursor)?;
    Ok(Node::Set { target, value })
}

fn conditional(cursor: &mut Cursor<'_>) -> Result<Node, ParseError> {
    let mut branches = Vec::new();
    let mut otherwise = None;
    let mut condition = Some(expression::parse(cursor)?);
    closes(cursor)?;
    loop {
        let (body, end) = cursor.nested(block::block)?;
        match condition.take() {
            Some(condition) => branches.push((condition, body)),
            None => otherwise = Some(body),
        }
        match end {
            End::End => return Ok(Node::If { branches, otherwise }),
            End::Text => return Err(cursor.error("the #if has no #end")),
            _ if otherwise.is_some() => return Err(cursor.error("#else is the last branch of an #if")),
            End::Else => {}
            End::ElseIf => {
                if !opens(cursor) {
                    return Err(cursor.error("#elseif takes a condition: #elseif(condition)"));
                }
                condition = Some(expression::parse(cursor)?);
                closes(cursor)?;
            }
        }
    }
}

fn foreach(cursor: &mut Cursor<'_>) -> Result<Node, ParseError> {
    let shape = "#foreach takes a variable and a list: #foreach($item in $list)";
    cursor.skip_space();
    let reference = reference::parse(cursor)?.filter(|reference| reference.accesses.is_empty());
    let variable = reference.ok_or_else(|| cursor.error(shape))?.name;
    cursor.skip_space();
    if !cursor.take("in") {
        return Err(cursor.error(shape));
    }
    let list = expression::parse(cursor)?;
    closes(cursor)?;
    Ok(Node::Foreach { variable, list, body: block::body(cursor, "#foreach")? })
}

fn define(cursor: &mut Cursor<'_>) -> Result<Node, ParseError> {
    cursor.skip_space();
    let reference = reference::parse(cursor)?.filter(|reference| reference.accesses.is_empty());
    let name = reference.ok_or_else(|| cursor.error("#define takes a reference: #define($name)"))?.name;
    closes(cursor)?;
    Ok(Node::Define { name, body: Arc::new(block::body(cursor, "#define")?) })
}

/// Recorded: macros are not called, and what defines them vanishes.
fn skip_macro(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    skip_arguments(cursor)?;
    cursor.skip_line_end();
    block::body(cursor, "#macro").map(drop)
}

/// Passes what stands in the parentheses, the closing one with it.
fn skip_arguments(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    let start = cursor.at;
    let mut depth = 1;
    while let Some(byte) = cursor.peek() {
        cursor.at += 1;
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'"' | b'\'' => {
                let quote = char::from(byte);
                let end =
                    cursor.rest().find(quote).ok_or_else(|| cursor.error("the text in quotes has no end"))?;
                cursor.at += end + 1;
            }
            _ => {}
        }
        if depth == 0 {
            return Ok(());
        }
    }
    Err(cursor.error_at(start, "the parenthesis is not closed"))
}
