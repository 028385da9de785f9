//! JSON paths as the service has them (Jayway's dialect).

mod filter;
mod find;
mod parse;

pub use find::Found;

use crate::Json;

/// A parsed path, such as `$.pets[0].name`.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonPath {
    steps: Vec<Step>,
}

/// Why text is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {what}")]
pub struct PathError {
    /// From 1.
    pub at: usize,
    /// What is wrong.
    pub what: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// `.name`, `['a']`, `['a','b']`.
    Keys(Vec<String>),
    /// `[0]`, `[-1]`, `[0,2]`.
    Indexes(Vec<i64>),
    /// `[1:3]`, with a step of one.
    Slice(Option<i64>, Option<i64>),
    /// `.*`, `[*]`.
    All,
    /// `..`: the value and all that is in it.
    Deep,
    /// `[?(…)]`.
    Filter(filter::Filter),
    /// `.length()` and the like.
    Function(Function),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Length,
    Keys,
    Min,
    Max,
    Average,
    Sum,
}

impl JsonPath {
    /// Parses a path. Without `$` it begins at the root too.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parse::path(text)
    }

    /// What the path leads to.
    pub fn find<'j>(&self, json: &'j Json) -> Found<'j> {
        find::run(&self.steps, json)
    }

    /// The same as a value of its own: a list where the path may lead to several.
    pub fn evaluate(&self, json: &Json) -> Option<Json> {
        match self.find(json) {
            Found::Nothing => None,
            found => Some(found.into_json()),
        }
    }
}

#[cfg(test)]
mod tests;
