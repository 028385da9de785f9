//! Values of a document, where they are looked at.

use std::borrow::Cow;
use std::ops::Range;

use super::{MOST_UNSORTED, Token};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// `null`
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// A number.
    Number,
    /// A text as it is.
    Text,
    /// A text with escapes in it.
    EscapedText,
    /// A list.
    List,
    /// An object.
    Object,
}

/// A value of a document, or the name of a member.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    text: &'d str,
    tokens: &'d [Token],
    at: usize,
}

/// The token behind a value.
pub(super) fn next(tokens: &[Token], at: usize) -> usize {
    at + 1 + tokens[at].inner()
}

impl<'d> Node<'d> {
    pub(super) fn new(text: &'d str, tokens: &'d [Token], at: usize) -> Self {
        Self { text, tokens, at }
    }

    fn token(self) -> Token {
        self.tokens[self.at]
    }

    fn node(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// Bytes of the document's text.
    pub fn source_bytes(self) -> usize {
        self.text.len()
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.token().kind()
    }

    /// Its token, by which the document finds it again.
    pub(crate) fn at(self) -> usize {
        self.at
    }

    #[expect(clippy::cast_possible_truncation, reason = "no document has that many tokens")]
    pub(super) fn token_number(self) -> u32 {
        self.at as u32
    }

    pub(super) fn at_token(self, number: u32) -> Self {
        self.node(number as usize)
    }

    /// The token behind it.
    pub(crate) fn end(self) -> usize {
        next(self.tokens, self.at)
    }

    /// Where in the document's text a text or number is.
    pub(crate) fn place(self) -> Range<usize> {
        let start = self.token().place as usize;
        start..start + self.token().extent()
    }

    /// A text as it was written, without its quotes, or a number.
    pub fn literal(self) -> &'d str {
        if self.size().is_some() { "" } else { &self.text[self.place()] }
    }

    /// What a text says; of anything else how it was written.
    pub fn text(self) -> Cow<'d, str> {
        match self.kind() {
            Kind::EscapedText => unescaped(self.literal()).into(),
            _ => self.literal().into(),
        }
    }

    /// Whether it is a text.
    pub fn is_text(self) -> bool {
        matches!(self.kind(), Kind::Text | Kind::EscapedText)
    }

    /// A number, as near as a double comes to it.
    pub fn number(self) -> Option<f64> {
        match (self.kind(), self.literal()) {
            (Kind::Number, "-") => Some(0.0),
            (Kind::Number, number) => number.parse().ok(),
            _ => None,
        }
    }

    /// How many items a list has, or members an object.
    pub fn size(self) -> Option<usize> {
        matches!(self.kind(), Kind::List | Kind::Object).then(|| self.token().place as usize)
    }

    /// Values within a list or object, at any depth, about.
    pub fn values_within(self) -> usize {
        self.token().inner()
    }

    /// The items of a list; nothing has none.
    pub fn items(self) -> Items<'d> {
        let left = if self.kind() == Kind::List { self.token().place as usize } else { 0 };
        Items { next: self.node(self.at + 1), left }
    }

    /// The members of an object, each name once; nothing has none.
    pub fn members(self) -> Members<'d> {
        let left = if self.kind() == Kind::Object { self.token().place as usize } else { 0 };
        Members { next: self.node(self.at + 1), left }
    }

    /// An item of a list.
    pub fn item(self, index: usize) -> Option<Self> {
        if self.kind() != Kind::List || index >= self.token().place as usize {
            return None;
        }
        // A list of scalars has one token for each.
        if self.token().inner() == self.token().place as usize {
            return Some(self.node(self.at + 1 + index));
        }
        self.items().nth(index)
    }

    /// A member of an object.
    pub fn get(self, name: &str) -> Option<Self> {
        let count = if self.kind() == Kind::Object { self.token().place as usize } else { 0 };
        if count <= MOST_UNSORTED {
            return self.members().find(|(known, _)| known.is_named(name)).map(|(_, value)| value);
        }
        let sorted = &self.tokens[next(self.tokens, self.at) - count.div_ceil(2)..];
        let member = |index: usize| {
            let pair = sorted[index / 2];
            let offset = if index.is_multiple_of(2) { pair.kind_and_extent } else { pair.place };
            self.node(self.at + 1 + offset as usize)
        };
        let (mut from, mut to) = (0, count);
        while from < to {
            let middle = from.midpoint(to);
            match member(middle).text().as_ref().cmp(name) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
                std::cmp::Ordering::Equal => return Some(self.node(member(middle).at + 1)),
            }
        }
        None
    }

    fn is_named(self, name: &str) -> bool {
        match self.kind() {
            Kind::EscapedText => self.text() == name,
            _ => self.literal() == name,
        }
    }
}

/// The items of a list, in order.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    next: Node<'d>,
    left: usize,
}

impl<'d> Iterator for Items<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        self.left = self.left.checked_sub(1)?;
        let item = self.next;
        self.next.at = next(item.tokens, item.at);
        Some(item)
    }
}

/// The members of an object, names with values, in order.
#[derive(Debug, Clone)]
pub struct Members<'d> {
    next: Node<'d>,
    left: usize,
}

impl<'d> Iterator for Members<'d> {
    type Item = (Node<'d>, Node<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let name = self.next;
        let value = name.node(name.at + 1);
        self.next.at = next(value.tokens, value.at);
        Some((name, value))
    }
}

/// What a text with escapes says. An escape that is none stands for nothing, as do control characters beside escapes.
fn unescaped(literal: &str) -> String {
    let mut text = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        push_plain(&rest[..at], &mut text);
        rest = &rest[at + 1..];
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[escaped.len_utf8()..];
        text.push(match escaped {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                rest = unit(rest, &mut text);
                continue;
            }
            'x' => {
                let code = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
                rest = rest.get(2..).unwrap_or_default();
                code.map_or(char::REPLACEMENT_CHARACTER, char::from)
            }
            '"' | '\'' | '\\' | '/' => escaped,
            _ => continue,
        });
    }
    push_plain(rest, &mut text);
    text
}

fn push_plain(part: &str, text: &mut String) {
    part.split(|c| c < ' ').for_each(|plain| text.push_str(plain));
}

/// Reads what follows `\u`, and the second half of a pair; gives the rest.
fn unit<'l>(literal: &'l str, text: &mut String) -> &'l str {
    let digits = |literal: &str| {
        let digits = literal.get(..4).filter(|digits| !digits.starts_with('+'))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(high) = digits(literal) else { return literal };
    let mut rest = &literal[4..];
    let low = rest.strip_prefix("\\u").and_then(digits).filter(|_| high & 0xFC00 == 0xD800);
    if low.is_some() {
        rest = &rest[6..];
    }
    let units = std::iter::once(high).chain(low);
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    rest
}
