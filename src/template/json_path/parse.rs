//! From a path's text to its steps.

use super::filter::{Filter, Operand, Test};
use super::{JsonPath, MAX_PATH_BYTES, MAX_PATH_NESTING, PathError, Selector, Step};

pub(super) fn parse(text: &str) -> Result<JsonPath, PathError> {
    if text.len() > MAX_PATH_BYTES {
        return Err(PathError::TooLong);
    }
    let text = text.trim();
    let mut parser = Parser { text, at: 0, depth: 0 };
    if !parser.take("$") && !parser.take("@") {
        // `pets[0].name` is `$.pets[0].name`.
        let mut path = JsonPath { steps: Vec::new(), counts: false };
        if !text.is_empty() && !text.starts_with(['.', '[']) {
            parser.dotted(&mut path, false)?;
        }
        parser.steps(&mut path)?;
        return parser.ended(path);
    }
    let mut path = JsonPath { steps: Vec::new(), counts: false };
    parser.steps(&mut path)?;
    parser.ended(path)
}

/// Tests by how they are written, the longer ones first.
const TESTS: [(&str, Test); 11] = [
    ("==", Test::Equal),
    ("!=", Test::NotEqual),
    ("<=", Test::LessOrEqual),
    (">=", Test::GreaterOrEqual),
    ("=~", Test::Matches),
    ("<", Test::Less),
    (">", Test::Greater),
    ("nin ", Test::NotIn),
    ("in ", Test::In),
    ("size ", Test::Size),
    ("empty ", Test::Empty),
];

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, PathError>;

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn fail<T>(&self) -> Parsed<T> {
        Err(if self.rest().is_empty() {
            PathError::Ends
        } else {
            PathError::At(self.text[..self.at].chars().count() + 1)
        })
    }

    fn expect(&mut self, what: &str) -> Parsed<()> {
        self.skip_space();
        if self.take(what) { Ok(()) } else { self.fail() }
    }

    fn ended(&self, path: JsonPath) -> Parsed<JsonPath> {
        if self.rest().is_empty() { Ok(path) } else { self.fail() }
    }

    /// Steps as long as there are any.
    fn steps(&mut self, path: &mut JsonPath) -> Parsed<()> {
        while !path.counts {
            if self.take("..") {
                if self.rest().starts_with('[') {
                    self.bracket(path, true)?;
                } else {
                    self.dotted(path, true)?;
                }
            } else if self.take(".") {
                if self.rest().starts_with('[') {
                    self.bracket(path, false)?;
                } else {
                    self.dotted(path, false)?;
                }
            } else if self.rest().starts_with('[') {
                self.bracket(path, false)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// What follows a dot: a name, `*`, or a count.
    fn dotted(&mut self, path: &mut JsonPath, deep: bool) -> Parsed<()> {
        if self.take("*") {
            path.steps.push(Step { deep, selector: Selector::All });
            return Ok(());
        }
        let ends = |c: char| {
            matches!(
                c,
                '.' | '[' | ']' | '(' | ')' | '=' | '!' | '<' | '>' | '&' | '|' | ',' | '~' | '\'' | '"'
            ) || (self.depth > 0 && c.is_whitespace())
        };
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let name = &self.rest()[..length];
        if name.is_empty() {
            return self.fail();
        }
        if matches!(name, "length" | "size") && self.rest()[length..].starts_with("()") {
            self.at += length + 2;
            path.counts = true;
            return Ok(());
        }
        self.at += length;
        path.steps.push(Step { deep, selector: Selector::Names(vec![name.into()]) });
        Ok(())
    }

    fn bracket(&mut self, path: &mut JsonPath, deep: bool) -> Parsed<()> {
        self.at += 1;
        self.skip_space();
        let selector = if self.take("*") {
            Selector::All
        } else if self.take("?") {
            self.expect("(")?;
            let filter = self.nested(Self::filter)?;
            self.expect(")")?;
            Selector::Filter(filter)
        } else if self.rest().starts_with(['\'', '"']) {
            let mut names = vec![self.quoted()?];
            self.skip_space();
            while self.take(",") {
                self.skip_space();
                names.push(self.quoted()?);
                self.skip_space();
            }
            Selector::Names(names)
        } else {
            self.numbers()?
        };
        self.expect("]")?;
        path.steps.push(Step { deep, selector });
        Ok(())
    }

    /// Indexes or a slice.
    fn numbers(&mut self) -> Parsed<Selector> {
        let first = self.integer()?;
        self.skip_space();
        if self.take(":") {
            self.skip_space();
            return Ok(Selector::Slice(first, self.integer()?));
        }
        let Some(first) = first else { return self.fail() };
        let mut indexes = vec![first];
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
        let Ok(integer) = rest[..sign + digits].parse() else { return self.fail() };
        self.at += sign + digits;
        Ok(Some(integer))
    }

    fn quoted(&mut self) -> Parsed<Box<str>> {
        let Some(quote @ ('\'' | '"')) = self.rest().chars().next() else { return self.fail() };
        self.at += 1;
        let mut text = String::new();
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices() {
            if escaped || (c != '\\' && c != quote) {
                text.push(c);
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else {
                self.at += offset + 1;
                return Ok(text.into());
            }
        }
        Err(PathError::Ends)
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_PATH_NESTING {
            return Err(PathError::TooDeep);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn filter(&mut self) -> Parsed<Filter> {
        let mut any = vec![self.all_of()?];
        self.skip_space();
        while self.take("||") {
            any.push(self.all_of()?);
            self.skip_space();
        }
        Ok(Filter::Any(any))
    }

    fn all_of(&mut self) -> Parsed<Filter> {
        let mut all = vec![self.test()?];
        self.skip_space();
        while self.take("&&") {
            all.push(self.test()?);
            self.skip_space();
        }
        Ok(Filter::All(all))
    }

    fn test(&mut self) -> Parsed<Filter> {
        self.skip_space();
        if self.take("!") {
            return Ok(Filter::Not(Box::new(self.nested(Self::test)?)));
        }
        if self.take("(") {
            let filter = self.nested(Self::filter)?;
            self.expect(")")?;
            return Ok(filter);
        }
        let left = self.operand()?;
        self.skip_space();
        let found = TESTS.iter().find(|(spelling, _)| self.rest().starts_with(spelling));
        let Some((spelling, test)) = found else { return Ok(Filter::Exists(left)) };
        self.at += spelling.len();
        self.skip_space();
        let right = if *test == Test::Matches { self.regex()? } else { self.operand()? };
        Ok(Filter::Test(*test, left, right))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        self.skip_space();
        let rest = self.rest();
        if rest.starts_with(['@', '$']) {
            let from_root = rest.starts_with('$');
            self.at += 1;
            let mut path = JsonPath { steps: Vec::new(), counts: false };
            self.nested(|parser| parser.steps(&mut path))?;
            return Ok(if from_root { Operand::Root(path) } else { Operand::Here(path) });
        }
        if rest.starts_with(['\'', '"']) {
            return Ok(Operand::Text(self.quoted()?));
        }
        if self.take("[") {
            let mut items = Vec::new();
            self.skip_space();
            if self.take("]") {
                return Ok(Operand::List(items));
            }
            loop {
                items.push(self.nested(Self::operand)?);
                self.skip_space();
                if self.take("]") {
                    return Ok(Operand::List(items));
                }
                self.expect(",")?;
            }
        }
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '+' | '.'))).unwrap_or(rest.len());
        let operand = match &rest[..length] {
            "true" => Operand::Bool(true),
            "false" => Operand::Bool(false),
            "null" => Operand::Null,
            word => match word.parse() {
                Ok(number) => Operand::Number(number),
                Err(_) => return self.fail(),
            },
        };
        self.at += length;
        Ok(operand)
    }

    /// `/…/`, with an `i` for any case.
    fn regex(&mut self) -> Parsed<Operand> {
        if !self.take("/") {
            return self.fail();
        }
        let mut escaped = false;
        let end = self.rest().find(|c: char| {
            let ends = c == '/' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { return Err(PathError::Ends) };
        let pattern = &self.rest()[..end];
        self.at += end + 1;
        let any_case = self.take("i");
        crate::regex::compile(&format!("^(?:{pattern})$"), any_case)
            .map(Operand::Regex)
            .ok_or(PathError::Regex)
    }
}
