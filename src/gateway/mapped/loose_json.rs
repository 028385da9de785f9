//! The loose JSON that a mock's request template may be: `{statusCode: 200}`, trailing commas, single quotes.
//!
//! Recorded (`LocalStack` `test_mock_integration.py`, parity `vtl-errors`): keys and text need no quotes, useless commas
//! and whatever follows the object are ignored, while a key may not begin with `:`, `[`, `{` or `]`. A `statusCode` that
//! is text is not read. Those are the rules of a permissive reader of the json-smart kind, and this one follows them.

/// Deepest nesting that is read.
const MOST_LEVELS: usize = 64;

/// Why text is not loose JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LooseJsonError {
    /// It is not an object.
    #[error("it is not an object in braces")]
    NotAnObject,
    /// It ends too early.
    #[error("it ends before the object does")]
    Ended,
    /// A character that can't stand there.
    #[error("`{0}` can't stand there")]
    Unexpected(char),
    /// Too many brackets in each other.
    #[error("it is nested too deep")]
    TooDeep,
}

enum Value {
    Integer(i64),
    Other,
}

/// The integer that the object has under `key`; `None` where it has none, or something else. Of several the last counts.
pub(crate) fn integer(text: &str, key: &str) -> Result<Option<i64>, LooseJsonError> {
    let mut reader = Reader { rest: text };
    if reader.peek() != Some('{') {
        return Err(LooseJsonError::NotAnObject);
    }
    let mut found = None;
    reader.object(1, &mut |name, value| {
        if name == key {
            found = match value {
                Value::Integer(number) => Some(number),
                Value::Other => None,
            };
        }
    })?;
    Ok(found)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// The next character that is not a blank.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.rest.chars().next()
    }

    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    fn object(&mut self, level: usize, member: &mut dyn FnMut(&str, Value)) -> Result<(), LooseJsonError> {
        self.skip();
        loop {
            match self.peek().ok_or(LooseJsonError::Ended)? {
                '}' => {
                    self.skip();
                    return Ok(());
                }
                ',' => self.skip(),
                c @ (':' | '[' | ']' | '{') => return Err(LooseJsonError::Unexpected(c)),
                quote @ ('"' | '\'') => {
                    let name = self.quoted(quote)?;
                    match self.peek().ok_or(LooseJsonError::Ended)? {
                        ':' => self.skip(),
                        c => return Err(LooseJsonError::Unexpected(c)),
                    }
                    let value = self.value(&[',', '}'], level)?;
                    member(&name, value);
                }
                _ => {
                    let name = self.unquoted(&[':']).to_owned();
                    if self.rest.is_empty() {
                        return Err(LooseJsonError::Ended);
                    }
                    self.skip();
                    let value = self.value(&[',', '}'], level)?;
                    member(&name, value);
                }
            }
        }
    }

    fn list(&mut self, level: usize) -> Result<(), LooseJsonError> {
        self.skip();
        loop {
            match self.peek().ok_or(LooseJsonError::Ended)? {
                ']' => {
                    self.skip();
                    return Ok(());
                }
                ',' => self.skip(),
                _ => {
                    self.value(&[',', ']'], level)?;
                }
            }
        }
    }

    /// A value, and whether the next character may follow it.
    fn value(&mut self, stop: &[char], level: usize) -> Result<Value, LooseJsonError> {
        if level >= MOST_LEVELS {
            return Err(LooseJsonError::TooDeep);
        }
        let value = match self.peek().ok_or(LooseJsonError::Ended)? {
            '{' => self.object(level + 1, &mut |_, _| {}).map(|()| Value::Other)?,
            '[' => self.list(level + 1).map(|()| Value::Other)?,
            quote @ ('"' | '\'') => self.quoted(quote).map(|_| Value::Other)?,
            c @ (':' | '}' | ']') => return Err(LooseJsonError::Unexpected(c)),
            _ => self.unquoted(stop).parse().map_or(Value::Other, Value::Integer),
        };
        match self.peek().ok_or(LooseJsonError::Ended)? {
            c if stop.contains(&c) => Ok(value),
            c => Err(LooseJsonError::Unexpected(c)),
        }
    }

    fn unquoted(&mut self, stop: &[char]) -> &'a str {
        let (text, rest) = self.rest.split_at(self.rest.find(stop).unwrap_or(self.rest.len()));
        self.rest = rest;
        text.trim()
    }

    /// Text in quotes; escapes stand for the character behind the backslash, which is all that a key's comparison needs.
    fn quoted(&mut self, quote: char) -> Result<String, LooseJsonError> {
        self.skip();
        let mut text = String::new();
        let mut chars = self.rest.chars();
        loop {
            match chars.next().ok_or(LooseJsonError::Ended)? {
                c if c == quote => break,
                '\\' => text.push(chars.next().ok_or(LooseJsonError::Ended)?),
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> Result<Option<i64>, LooseJsonError> {
        integer(text, "statusCode")
    }

    #[test]
    fn what_is_read() {
        for text in [
            r#"{"statusCode": 200}"#,
            "\n  { statusCode : 200 }\n",
            r#"{"statusCode": 200 , }"#,
            "{'statusCode':200}",
            "{,,statusCode:200,,}",
            r#"{"statusCode": 1, "a": {"b": [1, {c: d}, 'e', ]}, "statusCode": 200}"#,
            "{statusCode: 200,super{ f}oo: [ba r]}",
            r#"{statusCode: 200, "value": 'goog'}"#,
            "{statusCode: 200, foo}: [ba r]}",
            "{statusCode: 200, foo'}: [ba r]}",
            "{statusCode: 200, }foo: [ba r]}",
            r#"{statusCode: 200, " ": " "}"#,
            r#"{statusCode: 200, "": ""}"#,
            r#"{"a": "}\"", "statusCode": 200} and more"#,
        ] {
            assert_eq!(status(text), Ok(Some(200)), "{text}");
        }
        assert_eq!(status("{statusCode: -1000}"), Ok(Some(-1000)));
        assert_eq!(status("{statusCode: 0}"), Ok(Some(0)));
    }

    #[test]
    fn what_is_not_an_integer() {
        for text in [
            r#"{"statusCode": "200"}"#,
            "{}",
            "{code: 1}",
            "{statusCode: 200.0}",
            "{statusCode: null}",
            "{statusCode: [200]}",
            "{statusCode: 99999999999999999999}",
            "{a: {statusCode: 200}}",
            "{StatusCode: 200}",
            "{statusCode: 20 0}",
        ] {
            assert_eq!(status(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        for text in ["", "statusCode: 200", "200", "[]", "null"] {
            assert_eq!(status(text), Err(LooseJsonError::NotAnObject), "{text}");
        }
        for text in
            ["{", "{\"statusCode\": 200", "{statusCode", "{statusCode:", "{'a", "{'a'", "{a: 'b\\", "{a: [1"]
        {
            assert_eq!(status(text), Err(LooseJsonError::Ended), "{text}");
        }
        for text in ["{statusCode: 200, {foo: [ba r]}", "{: 1}", "{a:}", "{'a' 1}", "{a: 'b' c}", "{a: [:]}"]
        {
            assert!(matches!(status(text), Err(LooseJsonError::Unexpected(_))), "{text}");
        }
        assert_eq!(status(&"{a:".repeat(10_000)), Err(LooseJsonError::TooDeep));
        assert_eq!(status(&format!("{{a:{}", "[".repeat(10_000))), Err(LooseJsonError::TooDeep));
    }
}
