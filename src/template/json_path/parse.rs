//! From text to a path.

use super::filter::{self, Filter};
use super::{Function, JsonPath, PathError, Step};

/// Most steps of a path, and most names of one.
const MOST_STEPS: usize = 64;

pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) at: usize,
}

pub(super) fn path(text: &str) -> Result<JsonPath, PathError> {
    let trimmed = text.trim();
    let mut reader = Reader { text: trimmed, at: 0 };
    let mut first = true;
    if reader.take("$") || reader.take("@") {
        first = false;
    }
    let steps = steps(&mut reader, first)?;
    reader.skip_blanks();
    if reader.at < trimmed.len() {
        return Err(reader.error("it goes on where a path is over"));
    }
    Ok(JsonPath { steps })
}

/// The steps of a path; where `bare`, a name may come first.
pub(super) fn steps(reader: &mut Reader<'_>, mut bare: bool) -> Result<Vec<Step>, PathError> {
    let mut steps = Vec::new();
    loop {
        if steps.len() > MOST_STEPS {
            return Err(reader.error("it has over 64 steps"));
        }
        if reader.take("..") {
            steps.push(Step::Deep);
            if reader.peek() != Some(b'[') {
                steps.push(named(reader)?);
            }
        } else if reader.take(".") {
            // `$.` is the root.
            if reader.peek().is_none() && steps.is_empty() {
                return Ok(steps);
            }
            if reader.peek() != Some(b'[') {
                steps.push(named(reader)?);
            }
        } else if reader.take("[") {
            steps.push(bracketed(reader)?);
        } else if bare && reader.peek().is_some() {
            steps.push(named(reader)?);
        } else {
            return Ok(steps);
        }
        bare = false;
    }
}

fn named(reader: &mut Reader<'_>) -> Result<Step, PathError> {
    if reader.take("*") {
        return Ok(Step::All);
    }
    let name = reader.name();
    if name.is_empty() {
        return Err(reader.error("a name is missing"));
    }
    if !reader.rest().starts_with("()") {
        return Ok(Step::Keys(vec![name.to_owned()]));
    }
    let function = match name {
        "length" | "size" => Function::Length,
        "keys" => Function::Keys,
        "min" => Function::Min,
        "max" => Function::Max,
        "avg" => Function::Average,
        "sum" => Function::Sum,
        _ => return Err(reader.error("the functions are length(), keys(), min(), max(), avg() and sum()")),
    };
    reader.at += 2;
    Ok(Step::Function(function))
}

fn bracketed(reader: &mut Reader<'_>) -> Result<Step, PathError> {
    reader.skip_blanks();
    let step = match reader.peek() {
        Some(b'*') => {
            reader.at += 1;
            Step::All
        }
        Some(b'\'' | b'"') => Step::Keys(reader.separated(Reader::quoted)?),
        Some(b'?') => {
            reader.at += 1;
            reader.skip_blanks();
            reader.expect("(")?;
            let filter: Filter = filter::parse(reader)?;
            reader.skip_blanks();
            reader.expect(")")?;
            Step::Filter(filter)
        }
        Some(byte) if byte == b':' || byte == b'-' || byte.is_ascii_digit() => indexes(reader)?,
        // Jayway takes a name without quotes for one with.
        Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
            Step::Keys(vec![reader.name().to_owned()])
        }
        _ => return Err(reader.error("an index, a name in quotes, `*` or a filter is missing")),
    };
    reader.skip_blanks();
    reader.expect("]")?;
    Ok(step)
}

fn indexes(reader: &mut Reader<'_>) -> Result<Step, PathError> {
    let first = reader.integer()?;
    reader.skip_blanks();
    if reader.take(":") {
        reader.skip_blanks();
        return Ok(Step::Slice(first, reader.integer()?));
    }
    let mut all = vec![first.ok_or_else(|| reader.error("an index is missing"))?];
    while reader.take(",") {
        reader.skip_blanks();
        let next = reader.integer()?;
        all.push(next.ok_or_else(|| reader.error("an index is missing"))?);
        reader.skip_blanks();
        if all.len() > MOST_STEPS {
            return Err(reader.error("it has over 64 indexes"));
        }
    }
    Ok(Step::Indexes(all))
}

impl<'t> Reader<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    pub(super) fn expect(&mut self, text: &'static str) -> Result<(), PathError> {
        if self.take(text) {
            return Ok(());
        }
        Err(self.error(match text {
            "]" => "a `]` is missing",
            "(" => "a `(` is missing",
            _ => "a `)` is missing",
        }))
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn name(&mut self) -> &'t str {
        let rest = self.rest();
        let ends = |c: char| ".[]()'\",=<>!&|".contains(c) || c.is_whitespace();
        let end = rest.find(ends).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub(super) fn quoted(&mut self) -> Result<String, PathError> {
        let quote = self.rest().chars().next().filter(|c| matches!(c, '\'' | '"'));
        let quote = quote.ok_or_else(|| self.error("text in quotes is missing"))?;
        self.at += 1;
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                c if c == quote => {
                    self.at += at + 1;
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        Err(self.error("the text in quotes has no end"))
    }

    pub(super) fn separated<T>(
        &mut self,
        one: impl Fn(&mut Self) -> Result<T, PathError>,
    ) -> Result<Vec<T>, PathError> {
        let mut all = Vec::new();
        loop {
            self.skip_blanks();
            all.push(one(self)?);
            self.skip_blanks();
            if all.len() > MOST_STEPS {
                return Err(self.error("it has over 64 names"));
            }
            if !self.take(",") {
                return Ok(all);
            }
        }
    }

    fn integer(&mut self) -> Result<Option<i64>, PathError> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with('-'));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Ok(None);
        }
        self.at += sign + digits;
        rest[..sign + digits].parse().map(Some).map_err(|_| self.error("the index is too large"))
    }

    pub(super) fn error(&self, what: &'static str) -> PathError {
        PathError { at: self.text[..self.at].chars().count() + 1, what }
    }
}
