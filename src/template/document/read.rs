//! The reader: loose, in order, and with text that is none as a text.

use std::str::Utf8Error;

use thiserror::Error;

use crate::limits::MAX_VALUE_DEPTH;

use super::close::close_object;
use super::numeral::{is_number, is_whole};
use super::{Kind, MOST_EXTENT, Token};

/// Why even the loose reader does not understand a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Unreadable(pub(crate) &'static str);

/// Why a text is no JSON by the letter.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is nested too deep, or too long.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is no JSON.
    #[error(transparent)]
    Syntax(#[from] serde_json::Error),
    /// It is not UTF-8.
    #[error(transparent)]
    Encoding(#[from] Utf8Error),
}

type Outcome<T> = Result<T, Unreadable>;

/// From here on room for the tokens is counted out before: growing would for a while take it three times.
const COUNTED_FROM: usize = 16 * 1024;

pub(super) fn read(text: &str) -> Outcome<Vec<Token>> {
    if text.len() > MOST_EXTENT {
        return Err(Unreadable("it is too long"));
    }
    let room = if text.len() < COUNTED_FROM { text.len() / 8 } else { separators(text.as_bytes()) };
    let mut reader = Reader { text, at: 0, tokens: Vec::with_capacity(room + 1), depth: 0 };
    reader.skip_space();
    reader.value(Within::Nothing)?;
    Ok(reader.tokens)
}

/// How many values there may be.
fn separators(mut rest: &[u8]) -> usize {
    let mut count = 0;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b',' | b':' | b'[' | b'{' => count += 1,
            b'"' => rest = behind_text(rest),
            _ => {}
        }
    }
    count
}

fn behind_text(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let is_end = rest.get(at) == Some(&b'"');
        rest = rest.get(at + if is_end { 1 } else { 2 }..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}

/// What a bare word may end with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    List,
    Object,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize) {
        self.tokens.push(Token::new(kind, to - from, from));
    }

    fn value(&mut self, within: Within) -> Outcome<()> {
        match self.peek() {
            Some(b'{') => self.nested(Kind::Object, Self::object),
            Some(b'[') => self.nested(Kind::List, Self::list),
            Some(b'"' | b'\'') => self.quoted(),
            Some(b':' | b'}' | b']') => Err(Unreadable("a value is missing in it")),
            Some(_) => self.bare(within),
            None if within == Within::Nothing => {
                self.push(Kind::Text, self.at, self.at);
                Ok(())
            }
            None => Err(Unreadable("it ends too early")),
        }
    }

    /// Reads a list or object; `read` gives how much is in it.
    fn nested(&mut self, kind: Kind, read: impl FnOnce(&mut Self) -> Outcome<usize>) -> Outcome<()> {
        if self.depth >= MAX_VALUE_DEPTH {
            return Err(Unreadable("it is nested too deep"));
        }
        self.depth += 1;
        let own = self.tokens.len();
        self.tokens.push(Token::new(kind, 0, 0));
        self.at += 1;
        let count = read(self)?;
        self.tokens[own] = Token::new(kind, self.tokens.len() - own - 1, count);
        if kind == Kind::Object {
            close_object(self.text, &mut self.tokens, own);
        }
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self) -> Outcome<usize> {
        let mut count = 0;
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(count);
                }
                Some(b',') => self.at += 1,
                Some(b':' | b'}') => return Err(Unreadable("`:` or `}` in a list")),
                _ => {
                    self.value(Within::List)?;
                    count += 1;
                }
            }
        }
    }

    fn object(&mut self) -> Outcome<usize> {
        let mut count = 0;
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(count);
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'"' | b'\'') => self.quoted()?,
                Some(b':' | b'{' | b'[' | b']') => {
                    return Err(Unreadable("an object has a key before each `:`"));
                }
                Some(_) => self.bare_key()?,
                None => return Err(Unreadable("it ends too early")),
            }
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(Unreadable("a key has no `:`"));
            }
            self.at += 1;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.push(Kind::Text, self.at, self.at),
                _ => self.value(Within::Object)?,
            }
            count += 1;
        }
    }

    fn bare_key(&mut self) -> Outcome<()> {
        let start = self.at;
        let length = memchr::memchr(b':', &self.text.as_bytes()[start..]);
        self.at += length.ok_or(Unreadable("a key has no `:`"))?;
        self.push(Kind::Text, start, start + self.text[start..self.at].trim_end().len());
        Ok(())
    }

    /// A number, a word of JSON, or a text without quotes.
    fn bare(&mut self, within: Within) -> Outcome<()> {
        let start = self.at;
        let ends: &[u8] = match within {
            Within::Nothing => b"",
            Within::List => b",]",
            Within::Object => b",}",
        };
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len());
        self.at += length;
        let word = self.text[start..self.at].trim_end();
        let kind = match word {
            "null" => Kind::Null,
            "true" => Kind::True,
            "false" => Kind::False,
            word if is_number(word) => {
                if !is_whole(word) && word.parse::<f64>().is_err() {
                    return Err(Unreadable("a number in it has no digits"));
                }
                Kind::Number
            }
            _ => Kind::Text,
        };
        self.push(kind, start, start + word.len());
        Ok(())
    }

    fn quoted(&mut self) -> Outcome<()> {
        let quote = self.text.as_bytes()[self.at];
        self.at += 1;
        let start = self.at;
        let mut kind = Kind::Text;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let stop = memchr::memchr2(quote, b'\\', rest);
            let stop = stop.ok_or(Unreadable("a text in it does not end"))?;
            self.at += stop;
            if rest[stop] == quote {
                self.push(kind, start, self.at);
                self.at += 1;
                return Ok(());
            }
            kind = Kind::EscapedText;
            let escaped = self.text[self.at + 1..].chars().next();
            let escaped = escaped.ok_or(Unreadable("a text in it does not end"))?;
            self.at += 1 + escaped.len_utf8();
            let digits = match escaped {
                'u' => 4,
                'x' => 2,
                _ => 0,
            };
            let code = self.text.as_bytes().get(self.at..self.at + digits);
            if !code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit)) {
                return Err(Unreadable("an escape in it has too few digits"));
            }
            self.at += digits;
        }
    }
}
