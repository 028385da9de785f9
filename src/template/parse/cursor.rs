//! A place in the text.

use crate::ParseError;
use crate::limits::MOST_LEVELS;

/// A place in the text, and how deep it is nested.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    depth: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The content of a string literal: a text of its own, nested as deep as its surroundings.
    pub(super) fn inner<'i>(&self, text: &'i str) -> Cursor<'i> {
        Cursor { text, at: 0, depth: self.depth }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn peek_behind(&self, distance: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + distance).copied()
    }

    /// Passes `text` if it is next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), ParseError> {
        if self.take(text) { Ok(()) } else { Err(self.error(&format!("`{text}` is missing here"))) }
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Blanks and a line end behind a directive vanish.
    pub(super) fn skip_line_end(&mut self) {
        let start = self.at;
        self.skip_blanks();
        if !(self.take("\r\n") || self.take("\n") || self.take("\r")) {
            self.at = start;
        }
    }

    /// A name: letters, digits, `_`, and `-` within.
    pub(super) fn identifier(&mut self) -> Option<&'t str> {
        let bytes = self.rest().as_bytes();
        if !bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
            return None;
        }
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let mut end = 1;
        while let Some(byte) = bytes.get(end) {
            let inner_dash = *byte == b'-' && bytes.get(end + 1).is_some_and(|next| is_word(*next));
            if !is_word(*byte) && !inner_dash {
                break;
            }
            end += 1;
        }
        let name = &self.rest()[..end];
        self.at += end;
        Some(name)
    }

    /// Goes one level deeper for `inner`.
    pub(super) fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        if self.depth == MOST_LEVELS {
            return Err(self.error("it is nested more than 64 deep"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    pub(super) fn error(&self, what: &str) -> ParseError {
        self.error_at(self.at, what)
    }

    pub(super) fn error_at(&self, at: usize, what: &str) -> ParseError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        ParseError { line, column, what: what.to_owned() }
    }
}
