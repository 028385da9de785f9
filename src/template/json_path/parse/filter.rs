//! From a filter's text to its tests.

use super::{Parsed, Parser};
use crate::json_path::filter::{Filter, Operand, Test};
use crate::json_path::{JsonPath, PathError};

/// Tests by how they are written.
const SIGNS: [(&str, Test); 9] = [
    ("===", Test::Same),
    ("!==", Test::NotSame),
    ("==", Test::Equal),
    ("!=", Test::NotEqual),
    ("<=", Test::LessOrEqual),
    (">=", Test::GreaterOrEqual),
    ("=~", Test::Matches),
    ("<", Test::Less),
    (">", Test::Greater),
];

/// Tests that are words, in upper or lower case.
const WORDS: [(&str, Test); 8] = [
    ("in", Test::In),
    ("nin", Test::NotIn),
    ("subsetof", Test::SubsetOf),
    ("anyof", Test::AnyOf),
    ("noneof", Test::NoneOf),
    ("contains", Test::Contains),
    ("size", Test::Size),
    ("empty", Test::Empty),
];

impl Parser<'_> {
    pub(super) fn filter(&mut self) -> Parsed<Filter> {
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
        let negated = self.take("!");
        if negated {
            self.skip_space();
            if !self.rest().starts_with(['@', '$']) {
                return Ok(Filter::Not(Box::new(self.nested(Self::test)?)));
            }
        }
        if self.take("(") {
            let filter = self.nested(Self::filter)?;
            self.expect(")")?;
            return Ok(filter);
        }
        let left = self.operand()?;
        self.skip_space();
        if let Some(test) = self.comparison() {
            self.skip_space();
            // Before a path, `!` counts only where it asks whether there is something.
            return Ok(Filter::Test(test, left, self.operand()?));
        }
        match left {
            Operand::Here(path) | Operand::Root(path) => {
                let exists = Filter::Exists(path);
                Ok(if negated { Filter::Not(Box::new(exists)) } else { exists })
            }
            _ => self.fail(),
        }
    }

    fn comparison(&mut self) -> Option<Test> {
        let rest = self.rest();
        let signs = rest.bytes().take_while(|byte| matches!(byte, b'=' | b'!' | b'<' | b'>' | b'~')).count();
        if signs > 0 {
            let (sign, test) = SIGNS.iter().find(|(sign, _)| *sign == &rest[..signs])?;
            self.at += sign.len();
            return Some(*test);
        }
        let length = rest.find(' ')?;
        let (word, test) = WORDS.iter().find(|(word, _)| rest[..length].eq_ignore_ascii_case(word))?;
        self.at += word.len();
        Some(*test)
    }

    fn operand(&mut self) -> Parsed<Operand> {
        self.skip_space();
        let rest = self.rest();
        if rest.starts_with(['@', '$']) {
            let from_root = rest.starts_with('$');
            self.at += 1;
            let steps = self.nested(Self::steps)?;
            let path = JsonPath { steps };
            return Ok(if from_root { Operand::Root(path) } else { Operand::Here(path) });
        }
        if rest.starts_with(['\'', '"']) {
            return Ok(Operand::Text(self.quoted()?));
        }
        if rest.starts_with('/') {
            return self.regex();
        }
        if self.take("[") {
            return self.nested(Self::list);
        }
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.'))).unwrap_or(rest.len());
        let word = &rest[..length];
        let operand = match word {
            "true" => Operand::Bool(true),
            "false" => Operand::Bool(false),
            "null" => Operand::Null,
            _ if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) => {
                match word.parse() {
                    Ok(number) => Operand::Number(number, word.into()),
                    Err(_) => return self.fail(),
                }
            }
            _ => return self.fail(),
        };
        self.at += length;
        Ok(operand)
    }

    /// The values behind a `[`.
    fn list(&mut self) -> Parsed<Operand> {
        let mut items = Vec::new();
        self.skip_space();
        if self.take("]") {
            return Ok(Operand::List(items));
        }
        loop {
            items.push(self.operand()?);
            self.skip_space();
            if self.take("]") {
                return Ok(Operand::List(items));
            }
            self.expect(",")?;
        }
    }

    /// `/…/`, with an `i` for any case.
    fn regex(&mut self) -> Parsed<Operand> {
        self.at += 1;
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
