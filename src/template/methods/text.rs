//! Methods of `java.lang.String`. Places in a text count UTF-16 units, as Java's do.

use crate::error::CallError;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::text::Text;
use crate::value::{ListKind, Value};

use super::Called;

/// A place in a text; one below zero is beyond every text.
fn place(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
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
            ("getBytes" | "toCharArray", []) | ("getBytes", [Value::Text(_)]) => {
                return self.pieces(text, name).map(Some);
            }
            ("trim", []) => Self::slice(text, java_trim(text)),
            ("strip", []) => Self::slice(text, text.trim()),
            ("stripLeading", []) => Self::slice(text, text.trim_start()),
            ("stripTrailing", []) => Self::slice(text, text.trim_end()),
            ("intern", []) => Value::Text(text.clone()),
            ("toUpperCase", []) => return self.made(text.to_uppercase()).map(Some),
            ("toLowerCase", []) => return self.made(text.to_lowercase()).map(Some),
            ("charAt" | "codePointAt", [Value::Number(Number::Integer(index))]) => {
                return Self::char_at(text, name, place(*index)).map(Some);
            }
            ("substring", [Value::Number(Number::Integer(first))]) => {
                return self.substring(text, *first, None).map(Some);
            }
            (
                "substring" | "subSequence",
                [Value::Number(Number::Integer(first)), Value::Number(Number::Integer(last))],
            ) => return self.substring(text, *first, Some(*last)).map(Some),
            ("contains", [Value::Text(other)]) => text.contains(&**other).into(),
            ("startsWith", [Value::Text(other)]) => text.starts_with(&**other).into(),
            ("startsWith", [Value::Text(other), Value::Number(Number::Integer(from))]) => {
                let rest = byte_at(text, place(*from)).map(|at| &text[at..]);
                rest.is_some_and(|rest| rest.starts_with(&**other)).into()
            }
            ("endsWith", [Value::Text(other)]) => text.ends_with(&**other).into(),
            ("equalsIgnoreCase", [Value::Text(other)]) => {
                (text.to_lowercase() == other.to_lowercase()).into()
            }
            ("equalsIgnoreCase", [_]) => false.into(),
            ("contentEquals", [Value::Text(other)]) => (text == other).into(),
            ("compareTo", [Value::Text(other)]) => compare(text, other).into(),
            ("compareTo", [_]) => return Self::failed(name, CallError::Arguments),
            ("compareToIgnoreCase", [Value::Text(other)]) => {
                compare(&text.to_lowercase(), &other.to_lowercase()).into()
            }
            ("indexOf" | "lastIndexOf", [what, from @ ..]) => {
                let from = match from {
                    [] => None,
                    [Value::Number(Number::Integer(from))] => Some(*from),
                    _ => return Ok(None),
                };
                let found = match what {
                    Value::Text(what) => find(text, what, from, name == "lastIndexOf"),
                    Value::Number(Number::Integer(code)) => {
                        let wanted = u32::try_from(*code).ok().and_then(char::from_u32);
                        wanted
                            .and_then(|c| find(text, c.encode_utf8(&mut [0; 4]), from, name == "lastIndexOf"))
                    }
                    _ => return Ok(None),
                };
                found.map_or_else(|| Value::from(-1), |at| Value::integer(unit_at(text, at)))
            }
            ("concat", [Value::Text(other)]) => {
                self.grow_text(text.len() + other.len())?;
                Value::Text(format!("{}{}", &**text, &**other).into())
            }
            ("repeat", [Value::Number(Number::Integer(times))]) => {
                let Ok(times) = usize::try_from(*times) else {
                    return Self::failed(name, CallError::OutOfRange);
                };
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
            ("split", [Value::Text(pattern), Value::Number(Number::Integer(limit))]) => {
                return self.split(text, pattern, *limit).map(Some);
            }
            // Static methods, which Velocity calls on any text.
            ("valueOf", [value]) => Value::Text(self.text_of(value)?),
            ("join", [Value::Text(between), list]) if self.is_list(list) => {
                let items = self.copied(list)?;
                return self.join(between, &items).map(Some);
            }
            ("join", [Value::Text(between), texts @ ..])
                if texts.iter().all(|text| matches!(text, Value::Text(_))) =>
            {
                return self.join(between, texts).map(Some);
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
    pub(super) fn part(&mut self, text: &Text<'a>, part: &str) -> Outcome<Value<'a>> {
        if matches!(text, Text::Shared(_)) {
            self.grow_text(part.len())?;
        }
        Ok(Self::slice(text, part))
    }

    fn substring(&mut self, text: &Text<'a>, first: i64, last: Option<i64>) -> Outcome<Value<'a>> {
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
        Ok(self.heap.list(ListKind::Array, items))
    }

    pub(super) fn replace(&mut self, text: &Text<'a>, what: &str, by: &str) -> Outcome<Value<'a>> {
        let times = if what.is_empty() { text.len() + 1 } else { text.matches(what).count() };
        self.grow_text(text.len().saturating_add(by.len().saturating_mul(times)))?;
        Ok(Value::Text(text.replace(what, by).into()))
    }

    /// `String.join`, which takes texts alone.
    fn join(&mut self, between: &str, items: &[Value<'a>]) -> Outcome<Value<'a>> {
        self.grow(items.len())?;
        let mut joined = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                joined.push_str(between);
            }
            match item {
                Value::Text(text) => joined.push_str(text),
                Value::Null => joined.push_str("null"),
                _ => return Self::failed("join", CallError::Arguments),
            }
            if joined.len() > crate::limits::MAX_OUTPUT_BYTES {
                return Err(crate::error::RenderError::OutputTooLarge.into());
            }
        }
        self.made(joined)
    }
}

/// The byte at which the first or last `what` begins, from this unit on forwards or backwards.
fn find(text: &str, what: &str, from: Option<i64>, backwards: bool) -> Option<usize> {
    if !backwards {
        let from = byte_at(text, place(from.unwrap_or_default().max(0))).unwrap_or(text.len());
        return text[from..].find(what).map(|at| from + at);
    }
    let from = match from {
        Some(below) if below < 0 => return None,
        Some(from) => byte_at(text, place(from)).unwrap_or(text.len()),
        None => text.len(),
    };
    // What ends further on has begun further on.
    let mut end = from.saturating_add(what.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].rfind(what)
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
