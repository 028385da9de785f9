//! Literals: texts in quotes, numbers, lists, ranges and maps.

use super::reference::is_bool;
use super::{Parsed, Parser};
use crate::ast::Expr;
use crate::error::ParseProblem;

impl Parser<'_, '_> {
    /// A value without operators.
    pub(super) fn operand(&mut self) -> Parsed<Expr> {
        let minus = usize::from(self.byte(0) == Some(b'-'));
        let number = match self.byte(minus) {
            Some(byte) if byte.is_ascii_digit() => true,
            Some(b'.') => self.byte(minus + 1).is_some_and(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if number {
            return self.number();
        }
        match self.byte(0) {
            Some(b'"' | b'\'') => self.nested(Self::quoted),
            Some(b'$') => self.reference_or_bool(),
            Some(b'[') => self.nested(Self::list),
            Some(b'{') => self.nested(Self::map),
            _ => {
                let word =
                    self.run(self.at, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@');
                let value = match &self.rest()[..word] {
                    "true" => true,
                    "false" => false,
                    _ => return self.expected("a value"),
                };
                self.at += word;
                Ok(Expr::Bool(value))
            }
        }
    }

    /// A reference; `$true` and `$false` are the values.
    fn reference_or_bool(&mut self) -> Parsed<Expr> {
        let start = self.at;
        self.dollars();
        let word = self.name().unwrap_or_default();
        if is_bool(word) {
            return Ok(Expr::Bool(word == "true"));
        }
        self.at = start;
        self.skip_dollars();
        match self.reference()? {
            Some(reference) => Ok(Expr::Reference(reference)),
            None => self.expected("a reference after `$`"),
        }
    }

    fn digits(&mut self) {
        self.at += self.run(self.at, |byte| byte.is_ascii_digit());
    }

    fn number(&mut self) -> Parsed<Expr> {
        let start = self.at;
        self.take("-");
        self.digits();
        let mut integer = true;
        // `1..` begins a range.
        if self.byte(0) == Some(b'.') && self.byte(1) != Some(b'.') {
            integer = false;
            self.at += 1;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.byte(0) {
            let sign = usize::from(matches!(self.byte(1), Some(b'+' | b'-')));
            if self.byte(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                integer = false;
                self.at += 1 + sign;
                self.digits();
            }
        }
        let text = &self.text[start..self.at];
        let number = if integer {
            text.parse().map(Expr::Integer).or_else(|_| text.parse().map(Expr::Big)).ok()
        } else {
            text.parse().map(Expr::Double).ok()
        };
        match number {
            Some(number) => Ok(number),
            None => Self::fail_at(start, ParseProblem::Number(text.into())),
        }
    }

    /// A text in quotes. A doubled quote is a quote; a backslash is a backslash.
    fn quoted(&mut self) -> Parsed<Expr> {
        let start = self.at;
        let quote = self.text.as_bytes()[start];
        let Some(length) = quoted_length(&self.text.as_bytes()[start + 1..], quote) else {
            return self.fail(ParseProblem::Unclosed("the text in quotes"));
        };
        let raw = &self.text[start + 1..=start + length];
        self.at = start + length + 2;
        let quotes = if quote == b'"' { ("\"\"", "\"") } else { ("''", "'") };
        let mut text = if quote == b'"' { unescape(raw) } else { raw.to_owned() };
        if text.contains(quotes.0) {
            text = text.replace(quotes.0, quotes.1);
        }
        if quote == b'\'' || !text.contains(['$', '#']) {
            return Ok(Expr::Text(text.into()));
        }
        let trimmed = !text.contains("##");
        if trimmed {
            text.push(' ');
        }
        let nodes = Parser::new(&text, self.names, self.depth).whole();
        match nodes {
            Ok(nodes) => Ok(Expr::Interpolated { nodes, trimmed }),
            // Where exactly is lost with the quotes that were taken out.
            Err(failure) => Self::fail_at(start, failure.what),
        }
    }

    fn list(&mut self) -> Parsed<Expr> {
        self.at += 1;
        let mut elements = Vec::new();
        if self.take("]") {
            return Ok(Expr::List(elements));
        }
        loop {
            self.skip_space();
            let element = self.operand()?;
            self.skip_space();
            if elements.is_empty()
                && matches!(element, Expr::Reference(_) | Expr::Integer(_))
                && self.take("..")
            {
                self.skip_space();
                let last = self.operand()?;
                self.skip_space();
                if !matches!(last, Expr::Reference(_) | Expr::Integer(_)) {
                    return self.expected("an integer or a reference at the end of the range");
                }
                self.expect("]", "`]` at the end of the range")?;
                return Ok(Expr::Range(element.into(), last.into()));
            }
            elements.push(element);
            if self.take("]") {
                return Ok(Expr::List(elements));
            }
            self.expect(",", "`,` or `]`")?;
        }
    }

    fn map(&mut self) -> Parsed<Expr> {
        self.at += 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.take("}") {
            return Ok(Expr::Map(entries));
        }
        loop {
            self.skip_space();
            let key = self.operand()?;
            self.skip_space();
            self.expect(":", "`:` after a key")?;
            self.skip_space();
            let value = self.operand()?;
            self.skip_space();
            entries.push((key, value));
            if self.take("}") {
                return Ok(Expr::Map(entries));
            }
            self.expect(",", "`,` or `}`")?;
        }
    }
}

/// How long the text is, up to its closing quote: the first one that is not doubled.
fn quoted_length(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr(quote, bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&quote) {
            return Some(at);
        }
        at += 2;
    }
}

/// `\u0041` is `A`; there are no other escapes.
fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find("\\u") {
        let code = rest.get(at + 2..at + 6).and_then(|code| u32::from_str_radix(code, 16).ok());
        text.push_str(&rest[..at]);
        let length = if let Some(character) = code.and_then(char::from_u32) {
            text.push(character);
            6
        } else {
            text.push_str("\\u");
            2
        };
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    text
}
