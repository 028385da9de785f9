//! JSON in and out, as the service's parser reads it: loosely, in order, and with text that is none as a text.

use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::limits::{MAX_JSON_CONTAINERS, MAX_JSON_VALUES, MAX_VALUE_DEPTH};
use crate::number::Number;
use crate::text::Text;
use crate::value::{Heap, Key, ListKind, Value};

/// Reads `text` into the heap.
pub(crate) fn read<'a>(text: &Text<'a>, heap: &mut Heap<'a>) -> Result<Value<'a>, &'static str> {
    let mut reader = Reader { text, at: 0, heap, depth: 0 };
    reader.skip_space();
    reader.value(Within::Nothing)
}

/// What a bare word may end with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    List,
    Object,
}

struct Reader<'r, 'a> {
    text: &'r Text<'a>,
    at: usize,
    heap: &'r mut Heap<'a>,
    depth: usize,
}

impl<'a> Reader<'_, 'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn slice(&self, from: usize, to: usize) -> Text<'a> {
        match self.text {
            Text::Borrowed(text) => Text::Borrowed(&text[from..to]),
            Text::Shared(text) => Text::Shared(text[from..to].into()),
        }
    }

    fn value(&mut self, within: Within) -> Result<Value<'a>, &'static str> {
        self.heap.json_values += 1;
        if self.heap.json_values > MAX_JSON_VALUES {
            return Err("it has too many values");
        }
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"' | b'\'') => Ok(Value::Text(self.quoted()?)),
            Some(_) => Ok(self.bare(within)),
            None if within == Within::Nothing => Ok(Value::EMPTY),
            None => Err("it ends too early"),
        }
    }

    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Value<'a>, &'static str>,
    ) -> Result<Value<'a>, &'static str> {
        if self.depth >= MAX_VALUE_DEPTH {
            return Err("it is nested too deep");
        }
        self.heap.json_containers += 1;
        if self.heap.json_containers > MAX_JSON_CONTAINERS {
            return Err("it has too many objects and lists");
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Value<'a>, &'static str> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(self.heap.list(ListKind::Json, items));
                }
                Some(b',') => self.at += 1,
                Some(b':' | b'}') => return Err("`:` or `}` in a list"),
                _ => items.push(self.value(Within::List)?),
            }
        }
    }

    fn object(&mut self) -> Result<Value<'a>, &'static str> {
        self.at += 1;
        let mut entries = IndexMap::new();
        loop {
            self.skip_space();
            let key = match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(self.heap.map(entries));
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'"' | b'\'') => self.quoted()?,
                Some(b':' | b'{' | b'[' | b']') => return Err("an object has a key before each `:`"),
                Some(_) => {
                    let start = self.at;
                    let length = memchr::memchr(b':', &self.text.as_bytes()[start..]);
                    self.at += length.ok_or("a key has no `:`")?;
                    let end = start + self.text[start..self.at].trim_end().len();
                    self.slice(start, end)
                }
                None => return Err("it ends too early"),
            };
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err("a key has no `:`");
            }
            self.at += 1;
            self.skip_space();
            let value = match self.peek() {
                Some(b',' | b'}') => Value::EMPTY,
                _ => self.value(Within::Object)?,
            };
            entries.insert(Key::Text(key), value);
        }
    }

    /// A number, a word of JSON, or a text without quotes.
    fn bare(&mut self, within: Within) -> Value<'a> {
        let start = self.at;
        let ends: &[u8] = match within {
            Within::Nothing => b"",
            Within::List => b",]",
            Within::Object => b",}",
        };
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len());
        self.at += length;
        let end = start + self.text[start..self.at].trim_end().len();
        let text = self.slice(start, end);
        match &*text {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word => number(word).map_or_else(|| Value::Text(text.clone()), Value::Number),
        }
    }

    fn quoted(&mut self) -> Result<Text<'a>, &'static str> {
        let quote = self.text.as_bytes()[self.at];
        self.at += 1;
        let start = self.at;
        let stop = memchr::memchr2(quote, b'\\', &self.text.as_bytes()[start..])
            .ok_or("a text in it does not end")?;
        self.at += stop;
        if self.peek() == Some(quote) {
            self.at += 1;
            return Ok(self.slice(start, self.at - 1));
        }
        let mut text = self.text[start..self.at].to_owned();
        loop {
            let rest = &self.text[self.at..];
            let stop = memchr::memchr2(quote, b'\\', rest.as_bytes()).ok_or("a text in it does not end")?;
            text.push_str(&rest[..stop]);
            self.at += stop + 1;
            if rest.as_bytes()[stop] == quote {
                return Ok(text.into());
            }
            self.escape(&mut text)?;
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, text: &mut String) -> Result<(), &'static str> {
        let escaped = self.text[self.at..].chars().next().ok_or("a text in it does not end")?;
        self.at += escaped.len_utf8();
        text.push(match escaped {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.unit().ok_or("`\\u` needs four hexadecimal digits")?;
                let low = (unit & 0xFC00 == 0xD800 && self.text[self.at..].starts_with("\\u"))
                    .then(|| {
                        self.at += 2;
                        self.unit()
                    })
                    .flatten();
                let units = [unit, low.unwrap_or_default()];
                let units = if low.is_some() { &units[..] } else { &units[..1] };
                text.extend(
                    char::decode_utf16(units.iter().copied())
                        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
                );
                return Ok(());
            }
            other => other,
        });
        Ok(())
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
        self.at += 4;
        Some(unit)
    }
}

/// A number of JSON.
pub(crate) fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(Number::Integer).or_else(|_| text.parse().map(i128::into)).ok();
    }
    let ends = digits.ends_with(|last: char| last.is_ascii_digit());
    let plain = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if ends && plain { text.parse().map(Number::Double).ok() } else { None }
}

/// Appends `text` as a text of JSON. `slashes`: with `\/`, as a list of JSON prints it.
pub(crate) fn write_text(text: &str, slashes: bool, into: &mut String) {
    into.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| {
        c < ' '
            || matches!(c, '"' | '\\' | '\u{7f}'..='\u{9f}' | '\u{2000}'..='\u{20ff}')
            || (slashes && c == '/')
    }) {
        into.push_str(&rest[..at]);
        let Some(special) = rest[at..].chars().next() else { break };
        match special {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '/' => into.push_str("\\/"),
            '\u{8}' => into.push_str("\\b"),
            '\u{c}' => into.push_str("\\f"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            other => {
                // Writing to a string cannot fail.
                let _ = write!(into, "\\u{:04X}", u32::from(other));
            }
        }
        rest = &rest[at + special.len_utf8()..];
    }
    into.push_str(rest);
    into.push('"');
}
