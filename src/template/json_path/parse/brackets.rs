//! What stands in `[…]`: names, indexes, a slice, `*`, or a filter.

use super::{Parsed, Parser};
use crate::json_path::{PathError, Selector};

impl Parser<'_> {
    pub(super) fn bracket(&mut self) -> Parsed<Selector> {
        self.at += 1;
        self.skip_space();
        let selector = if self.take("*") {
            Selector::All
        } else if self.take("?") {
            self.expect("(")?;
            let outside = std::mem::replace(&mut self.in_filter, true);
            let filter = self.nested(Self::filter)?;
            self.in_filter = outside;
            self.expect(")")?;
            Selector::Filter(filter)
        } else if self.rest().starts_with(['\'', '"']) {
            let quote = self.rest().chars().next();
            let mut names = vec![self.quoted()?];
            self.skip_space();
            while self.take(",") {
                self.skip_space();
                if self.rest().chars().next() != quote {
                    return self.fail();
                }
                names.push(self.quoted()?);
                self.skip_space();
            }
            Selector::Names(names)
        } else {
            self.numbers()?
        };
        self.expect("]")?;
        Ok(selector)
    }

    /// Indexes or a slice.
    fn numbers(&mut self) -> Parsed<Selector> {
        let first = self.integer()?;
        if self.take(":") {
            let last = self.integer()?;
            if first.is_none() && last.is_none() {
                return self.fail();
            }
            // What more there is of it, as a step, has no effect.
            let more = self.rest().find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | ':')));
            self.at += more.unwrap_or(self.rest().len());
            return Ok(Selector::Slice(first, last));
        }
        let Some(first) = first else { return self.fail() };
        let mut indexes = vec![first];
        self.skip_space();
        while self.take(",") {
            self.skip_space();
            let Some(index) = self.integer()? else { return self.fail() };
            indexes.push(index);
            self.skip_space();
        }
        Ok(Selector::Indexes(indexes))
    }

    fn integer(&mut self) -> Parsed<Option<i64>> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with('-'));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return if sign == 0 { Ok(None) } else { self.fail() };
        }
        let Ok(integer) = rest[..sign + digits].parse::<i32>() else { return self.fail() };
        self.at += sign + digits;
        Ok(Some(integer.into()))
    }

    /// A text in quotes, with Java's escapes.
    pub(super) fn quoted(&mut self) -> Parsed<Box<str>> {
        let Some(quote @ ('\'' | '"')) = self.rest().chars().next() else { return self.fail() };
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else { return Err(PathError::Ends) };
            self.at += c.len_utf8();
            match c {
                '\\' => text.push(self.escaped()?),
                c if c == quote => return Ok(text.into()),
                c => text.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Parsed<char> {
        let Some(c) = self.rest().chars().next() else { return Err(PathError::Ends) };
        self.at += c.len_utf8();
        Ok(match c {
            'r' => '\r',
            'f' => '\u{c}',
            't' => '\t',
            'n' => '\n',
            'b' => '\u{8}',
            'u' => {
                let code = self.rest().get(..4).and_then(|code| u32::from_str_radix(code, 16).ok());
                let Some(code) = code else { return self.fail() };
                self.at += 4;
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => other,
        })
    }
}
