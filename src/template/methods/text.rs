//! Methods of text.

use super::{count, pattern};
use crate::RenderError;
use crate::limits::LONGEST_OUTPUT;
use crate::print;
use crate::render::Renderer;
use crate::value::{Text, Value};

pub(super) fn call<'a>(
    renderer: &mut Renderer<'a>,
    text: &Text,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    let argument = |i: usize| arguments.get(i).map(|value| print::text(&renderer.heap, value)).transpose();
    let first = argument(0)?;
    let second = argument(1)?;
    match (name, first.as_deref(), second.as_deref()) {
        ("length" | "size", None, _) => Ok(count(utf16_length(text))),
        ("isEmpty", None, _) => Ok(Value::Boolean(text.is_empty())),
        ("isBlank", None, _) => Ok(Value::Boolean(text.trim().is_empty())),
        ("toUpperCase", None, _) => renderer.heap.text(text.to_uppercase()),
        ("toLowerCase", None, _) => renderer.heap.text(text.to_lowercase()),
        ("trim" | "strip", None, _) => renderer.heap.text(text.trim_matches(|c: char| c <= ' ')),
        ("contains", Some(part), _) => Ok(Value::Boolean(text.contains(part))),
        ("startsWith", Some(part), None) => Ok(Value::Boolean(text.starts_with(part))),
        ("endsWith", Some(part), None) => Ok(Value::Boolean(text.ends_with(part))),
        ("equalsIgnoreCase", Some(other), None) => {
            Ok(Value::Boolean(text.to_lowercase() == other.to_lowercase()))
        }
        ("compareTo", Some(other), None) => Ok(Value::Integer((**text).cmp(other) as i64)),
        ("compareToIgnoreCase", Some(other), None) => {
            Ok(Value::Integer(text.to_lowercase().cmp(&other.to_lowercase()) as i64))
        }
        ("concat", Some(other), None) => renderer.heap.text(format!("{text}{other}")),
        ("indexOf", Some(part), from) => {
            let from = from.and_then(|from| from.parse().ok()).unwrap_or(0);
            let start = byte_index(text, from).unwrap_or(text.len());
            let found = text[start..].find(part).map(|at| utf16_length(&text[..start + at]));
            Ok(found.map_or(Value::Integer(-1), count))
        }
        ("lastIndexOf", Some(part), None) => {
            Ok(text.rfind(part).map_or(Value::Integer(-1), |at| count(utf16_length(&text[..at]))))
        }
        ("substring", Some(from), to) => {
            let end = match to {
                Some(to) => to.parse().ok().and_then(|to| byte_index(text, to)),
                None => Some(text.len()),
            };
            let start = from.parse().ok().and_then(|from| byte_index(text, from));
            match start.zip(end).and_then(|(start, end)| text.get(start..end)) {
                Some(part) => renderer.heap.text(part),
                None => Ok(Value::Null),
            }
        }
        ("charAt", Some(at), None) => {
            let c =
                at.parse().ok().and_then(|at| byte_index(text, at)).and_then(|at| text[at..].chars().next());
            c.map_or(Ok(Value::Null), |c| renderer.heap.text(c.to_string()))
        }
        ("matches", Some(regex), None) => Ok(Value::Boolean(pattern::whole(regex)?.is_match(text))),
        ("split", Some(regex), limit) => {
            split(renderer, text, regex, limit.and_then(|limit| limit.parse().ok()))
        }
        ("replace", Some(part), Some(by)) => replace(renderer, text, part, by),
        ("replaceAll", Some(regex), Some(by)) => replace_matches(renderer, text, regex, by, usize::MAX),
        ("replaceFirst", Some(regex), Some(by)) => replace_matches(renderer, text, regex, by, 1),
        _ => Ok(Value::Null),
    }
}

/// Java counts in UTF-16.
fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

fn byte_index(text: &str, utf16: usize) -> Option<usize> {
    if text.is_ascii() {
        return (utf16 <= text.len()).then_some(utf16);
    }
    let mut left = utf16;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(c.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

fn replace<'a>(
    renderer: &mut Renderer<'a>,
    text: &str,
    part: &str,
    by: &str,
) -> Result<Value<'a>, RenderError> {
    let growth = text.matches(part).count().saturating_mul(by.len());
    if growth > LONGEST_OUTPUT {
        return Err(RenderError::TooLong);
    }
    renderer.heap.text(text.replace(part, by))
}

fn replace_matches<'a>(
    renderer: &mut Renderer<'a>,
    text: &str,
    regex: &str,
    by: &str,
    most: usize,
) -> Result<Value<'a>, RenderError> {
    let regex = pattern::compile(regex)?;
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for captures in regex.captures_iter(text).take(most) {
        let Some(found) = captures.get(0) else { continue };
        out.push_str(&text[last..found.start()]);
        pattern::expand(by, &captures, &mut out);
        last = found.end();
        if out.len() > LONGEST_OUTPUT {
            return Err(RenderError::TooLong);
        }
    }
    out.push_str(&text[last..]);
    renderer.heap.text(out)
}

/// Empty parts at the end are left out, unless there is a limit (as in Java).
fn split<'a>(
    renderer: &mut Renderer<'a>,
    text: &str,
    regex: &str,
    limit: Option<i64>,
) -> Result<Value<'a>, RenderError> {
    let regex = pattern::compile(regex)?;
    let mut parts: Vec<&str> =
        match limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0) {
            Some(limit) => regex.splitn(text, limit).collect(),
            None => regex.split(text).collect(),
        };
    // A match of nothing at the beginning begins no part.
    if parts.len() > 1 && parts.first() == Some(&"") && regex.find(text).is_some_and(|found| found.end() == 0)
    {
        parts.remove(0);
    }
    if limit.is_none_or(|limit| limit == 0) {
        while parts.len() > 1 && parts.last() == Some(&"") {
            parts.pop();
        }
    }
    let parts = parts.into_iter().map(|part| renderer.heap.text(part)).collect::<Result<_, _>>()?;
    renderer.heap.list(parts)
}
