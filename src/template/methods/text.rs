//! Methods of `java.lang.String`. Places in a text count UTF-16 units, as Java's do.

use std::ops::Range;

use crate::document;
use crate::error::CallError;
use crate::number::Number;
use crate::regex;
use crate::render::{Outcome, Render};
use crate::text::Text;
use crate::value::{ListKind, Value};

use super::Called;

fn place(number: &Number) -> usize {
    usize::try_from(number.as_long()).unwrap_or(usize::MAX)
}

/// The byte at which this UTF-16 unit begins; the text's end counts.
fn byte_at(text: &str, unit: usize) -> Option<usize> {
    if text.is_ascii() {
        return (unit <= text.len()).then_some(unit);
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= unit {
            return Some(at);
        }
        units += c.len_utf16();
    }
    (units >= unit).then_some(text.len())
}

/// How many UTF-16 units come before this byte.
fn unit_at(text: &str, byte: usize) -> usize {
    if text.is_ascii() { byte } else { text[..byte].chars().map(char::len_utf16).sum() }
}

fn java_trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}

fn hash(text: &str) -> i64 {
    i64::from(
        text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit))),
    )
}

impl<'a> Render<'a> {
    pub(super) fn of_text(&mut self, text: &Text<'a>, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        self.step(text.len() / 64)?;
        if let [Value::Text(other), ..] = arguments {
            self.step(other.len() / 64)?;
        }
        Ok(Some(match (name, arguments) {
            ("length", []) => Value::integer(unit_at(text, text.len())),
            ("isEmpty", []) => text.is_empty().into(),
            ("isBlank", []) => text.trim().is_empty().into(),
            ("hashCode", []) => hash(text).into(),
            ("getBytes" | "toCharArray", []) => return self.pieces(text, name).map(Some),
            ("trim", []) => Self::slice(text, java_trim(text)),
            ("strip", []) => Self::slice(text, text.trim()),
            ("intern", []) => Value::Text(text.clone()),
            ("toUpperCase", []) => return self.made(text.to_uppercase()).map(Some),
            ("toLowerCase", []) => return self.made(text.to_lowercase()).map(Some),
            ("charAt" | "codePointAt", [Value::Number(index)]) => {
                return Self::char_at(text, name, place(index)).map(Some);
            }
            ("substring" | "subSequence", [Value::Number(first)]) => {
                return self.substring(text, first, None).map(Some);
            }
            ("substring" | "subSequence", [Value::Number(first), Value::Number(last)]) => {
                return self.substring(text, first, Some(last)).map(Some);
            }
            ("contains", [Value::Text(other)]) => text.contains(&**other).into(),
            ("startsWith", [Value::Text(other)]) => text.starts_with(&**other).into(),
            ("startsWith", [Value::Text(other), Value::Number(from)]) => {
                let rest = byte_at(text, place(from)).map(|at| &text[at..]);
                rest.is_some_and(|rest| rest.starts_with(&**other)).into()
            }
            ("endsWith", [Value::Text(other)]) => text.ends_with(&**other).into(),
            ("equalsIgnoreCase", [Value::Text(other)]) => {
                (text.to_lowercase() == other.to_lowercase()).into()
            }
            ("equalsIgnoreCase", [_]) => false.into(),
            ("compareTo", [Value::Text(other)]) => compare(text, other).into(),
            ("compareToIgnoreCase", [Value::Text(other)]) => {
                compare(&text.to_lowercase(), &other.to_lowercase()).into()
            }
            ("indexOf" | "lastIndexOf", [Value::Text(other)]) => {
                let found = if name == "indexOf" { text.find(&**other) } else { text.rfind(&**other) };
                found.map_or_else(|| Value::from(-1), |at| Value::integer(unit_at(text, at)))
            }
            ("indexOf", [Value::Text(other), Value::Number(from)]) => {
                let from = byte_at(text, place(from)).unwrap_or(text.len());
                let found = text[from..].find(&**other);
                found.map_or_else(|| Value::from(-1), |at| Value::integer(unit_at(text, from + at)))
            }
            ("concat", [Value::Text(other)]) => {
                self.grow_text(text.len() + other.len())?;
                Value::Text(format!("{}{}", &**text, &**other).into())
            }
            ("repeat", [Value::Number(times)]) => {
                let times = usize::try_from(times.as_long()).unwrap_or_default();
                self.grow_text(text.len().saturating_mul(times))?;
                Value::Text(text.repeat(times).into())
            }
            ("replace", [Value::Text(what), Value::Text(by)]) => {
                return self.replace(text, what, by).map(Some);
            }
            ("replaceAll" | "replaceFirst", [Value::Text(pattern), Value::Text(by)]) => {
                return self.replace_by_pattern(text, pattern, by, name).map(Some);
            }
            ("matches", [Value::Text(pattern)]) => self.matches(text, pattern)?.into(),
            ("split", [Value::Text(pattern)]) => return self.split(text, pattern, 0).map(Some),
            ("split", [Value::Text(pattern), Value::Number(limit)]) => {
                return self.split(text, pattern, limit.as_long()).map(Some);
            }
            // Static methods, which Velocity calls on any text.
            ("valueOf" | "copyValueOf", [value]) => Value::Text(self.text_of(value)?),
            ("join", [Value::Text(between), list]) if self.is_list(list) => {
                return self.join(between, list).map(Some);
            }
            ("format", [Value::Text(format), values @ ..]) => return self.format(format, values).map(Some),
            _ => return Ok(None),
        }))
    }

    /// A part of a text; of a borrowed one it is borrowed.
    fn slice(text: &Text<'a>, part: &str) -> Value<'a> {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        Value::Text(match text {
            Text::Borrowed(text) => Text::Borrowed(&text[start..start + part.len()]),
            Text::Shared(text) if part.len() == text.len() => Text::Shared(text.clone()),
            Text::Shared(_) => part.to_owned().into(),
        })
    }

    /// A part of a text that is counted as made.
    fn part(&mut self, text: &Text<'a>, part: &str) -> Outcome<Value<'a>> {
        if matches!(text, Text::Shared(_)) {
            self.grow_text(part.len())?;
        }
        Ok(Self::slice(text, part))
    }

    fn substring(&mut self, text: &Text<'a>, first: &Number, last: Option<&Number>) -> Outcome<Value<'a>> {
        let range = byte_at(text, place(first)).zip(match last {
            Some(last) => byte_at(text, place(last)),
            None => Some(text.len()),
        });
        match range {
            Some((first, last)) if first <= last => self.part(text, &text[first..last]),
            _ => Self::failed("substring", CallError::OutOfRange),
        }
    }

    fn char_at(text: &Text<'a>, name: &str, place: usize) -> Outcome<Value<'a>> {
        let found = byte_at(text, place).and_then(|at| text[at..].chars().next());
        match found {
            Some(c) if name == "charAt" => Ok(Value::Text(c.to_string().into())),
            Some(c) => Ok(Value::from(i64::from(u32::from(c)))),
            None => Self::failed(name, CallError::OutOfRange),
        }
    }

    fn pieces(&mut self, text: &Text<'a>, name: &str) -> Outcome<Value<'a>> {
        self.grow(text.len())?;
        let items = if name == "getBytes" {
            text.bytes().map(|byte| Value::from(i64::from(byte.cast_signed()))).collect()
        } else {
            text.chars().map(|c| Value::Text(c.to_string().into())).collect()
        };
        Ok(self.heap.list(ListKind::Java, items))
    }

    fn replace(&mut self, text: &Text<'a>, what: &str, by: &str) -> Outcome<Value<'a>> {
        let times = if what.is_empty() { text.len() + 1 } else { text.matches(what).count() };
        self.grow_text(text.len().saturating_add(by.len().saturating_mul(times)))?;
        Ok(Value::Text(text.replace(what, by).into()))
    }

    /// A compiled pattern; one is compiled once in a rendering.
    fn regex(&mut self, method: &str, pattern: &Text<'a>) -> Outcome<::regex::Regex> {
        if let Some((_, regex)) = self.regexes().iter().find(|(known, _)| known == pattern) {
            return Ok(regex.clone());
        }
        // Counted repetitions multiply what there is to compile.
        self.step(if pattern.contains('{') { 200_000 } else { 10_000 + 100 * pattern.len() })?;
        let Some(regex) = regex::compile(pattern, false) else {
            return Self::failed(method, CallError::Regex);
        };
        if self.regexes().len() < 16 {
            self.regexes().push((pattern.clone(), regex.clone()));
        }
        Ok(regex)
    }

    fn matches(&mut self, text: &Text<'a>, pattern: &Text<'a>) -> Outcome<bool> {
        if regex::is_plain(pattern) {
            return Ok(text == pattern);
        }
        let whole = Text::from(format!("^(?:{})$", &**pattern));
        // `$` is the very end here, as for Java's `matches`.
        let regex = self.regex("matches", &whole)?;
        self.step((text.len() / 8).saturating_mul(1 + pattern.len() / 32))?;
        Ok(regex.is_match(text))
    }

    fn replace_by_pattern(
        &mut self,
        text: &Text<'a>,
        pattern: &Text<'a>,
        by: &Text<'a>,
        name: &str,
    ) -> Outcome<Value<'a>> {
        if regex::is_plain(pattern) && !pattern.is_empty() && !by.contains(['\\', '$']) {
            if name == "replaceAll" {
                return self.replace(text, pattern, by);
            }
            self.grow_text(text.len() + by.len())?;
            return Ok(Value::Text(text.replacen(&**pattern, by, 1).into()));
        }
        let regex = self.regex(name, pattern)?;
        let Some(by) = regex::replacement(by) else { return Self::failed(name, CallError::Format) };
        self.step((text.len() / 8).saturating_mul(1 + pattern.len() / 32))?;
        let mut replaced = String::new();
        let mut last = 0;
        for captures in regex.captures_iter(text) {
            let Some(whole) = captures.get(0) else { break };
            replaced.push_str(&text[last..whole.start()]);
            captures.expand(&by, &mut replaced);
            last = whole.end();
            self.step(1)?;
            if replaced.len() > crate::limits::MAX_OUTPUT_BYTES {
                return Err(crate::error::RenderError::OutputTooLarge.into());
            }
            if name == "replaceFirst" {
                break;
            }
        }
        replaced.push_str(&text[last..]);
        self.made(replaced)
    }

    /// `split`: empty parts at the end are left out, unless a limit says otherwise.
    fn split(&mut self, text: &Text<'a>, pattern: &Text<'a>, limit: i64) -> Outcome<Value<'a>> {
        let plain = regex::is_plain(pattern)
            || matches!(pattern.strip_prefix('\\'), Some(rest) if rest.len() == 1 && !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if plain && !pattern.is_empty() {
            let separator = pattern.strip_prefix('\\').unwrap_or(pattern);
            let found = text.match_indices(separator).map(|(at, found)| at..at + found.len());
            return self.parts(text, found, limit);
        }
        let regex = self.regex("split", pattern)?;
        self.step((text.len() / 8).saturating_mul(1 + pattern.len() / 32))?;
        // What is found at the very start without length separates nothing.
        let separates =
            |found: &Range<usize>| found.end > 0 && !(found.is_empty() && found.start == text.len());
        self.parts(text, regex.find_iter(text).map(|found| found.range()).filter(separates), limit)
    }

    /// What lies between separators.
    fn parts(
        &mut self,
        text: &Text<'a>,
        separators: impl Iterator<Item = Range<usize>>,
        limit: i64,
    ) -> Outcome<Value<'a>> {
        let most = usize::try_from(limit).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        let mut last = 0;
        for separator in separators.take(most - 1) {
            self.grow(1)?;
            parts.push(self.part(text, &text[last..separator.start])?);
            last = separator.end;
        }
        let whole = parts.is_empty();
        self.grow(2)?;
        parts.push(self.part(text, &text[last..])?);
        let is_empty = |part: &Value<'_>| matches!(part, Value::Text(text) if text.is_empty());
        while limit == 0 && !whole && parts.last().is_some_and(is_empty) {
            parts.pop();
        }
        Ok(self.heap.list(ListKind::Java, parts))
    }

    fn join(&mut self, between: &str, list: &Value<'a>) -> Outcome<Value<'a>> {
        let items = self.copied(list)?;
        let mut joined = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                joined.push_str(between);
            }
            self.write_value(item, &mut joined)?;
            if joined.len() > crate::limits::MAX_OUTPUT_BYTES {
                return Err(crate::error::RenderError::OutputTooLarge.into());
            }
        }
        self.made(joined)
    }
}

/// `compareTo`: the difference of the first units that differ, or of the lengths.
fn compare(left: &str, right: &str) -> i64 {
    let (mut l, mut r) = (left.encode_utf16(), right.encode_utf16());
    loop {
        match (l.next(), r.next()) {
            (Some(l), Some(r)) if l == r => {}
            (Some(l), Some(r)) => return i64::from(l) - i64::from(r),
            (None, None) => return 0,
            (l, r) => {
                let rest = |unit: Option<u16>, more: usize| {
                    i64::try_from(usize::from(unit.is_some()) + more).unwrap_or(i64::MAX)
                };
                return rest(l, self::count(left, right)) - rest(r, self::count(right, left));
            }
        }
    }
}

/// How many more units than one the longer text has behind the other's end.
fn count(text: &str, other: &str) -> usize {
    let (text, other) = (unit_at(text, text.len()), unit_at(other, other.len()));
    text.saturating_sub(other).saturating_sub(1)
}

/// A text as an integer, as `Integer.parseInt` reads it.
pub(super) fn integer(text: &str, radix: u32) -> Option<i64> {
    i64::from_str_radix(text, radix).ok()
}

/// A text as a double, as `Double.parseDouble` reads it.
pub(super) fn double(text: &str) -> Option<f64> {
    let text = java_trim(text);
    match document::number(text) {
        Some(number) => Some(number.as_double()),
        None => text.trim_end_matches(['d', 'D', 'f', 'F']).parse().ok(),
    }
}
