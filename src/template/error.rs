//! Why a template does not parse, and why one does not render.

use std::fmt;

use thiserror::Error;

use crate::json_path::PathError;

/// A template that does not parse: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: ParseProblem,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

/// What is wrong with a template's text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseProblem {
    /// The text is longer than a template may be.
    #[error("the template has more than {} KiB", crate::limits::MAX_TEMPLATE_BYTES / 1024)]
    TooLong,
    /// Too many things within each other.
    #[error("blocks, brackets and strings are nested more than {} deep", crate::limits::MAX_NESTING)]
    TooDeep,
    /// A `$` or `#` with nothing after it.
    #[error("a single `{0}` ends the template; nothing can follow from it")]
    Dangling(char),
    /// A block without its `#end`.
    #[error("`{0}` has no `#end`")]
    NoEnd(String),
    /// `#end`, `#else` or `#elseif` without a block.
    #[error("`{0}` belongs to no block")]
    NoBlock(&'static str),
    /// Something else should stand here.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What would be right.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A text in quotes, a comment or a `#[[` block that does not end.
    #[error("{0} does not end")]
    Unclosed(&'static str),
    /// A directive with arguments that it does not take.
    #[error("`#{directive}` takes {takes}")]
    Arguments {
        /// Its name.
        directive: &'static str,
        /// What it takes.
        takes: &'static str,
    },
    /// A reference, or a property of one, of the name `true` or `false`.
    #[error("`{0}` is a value here and no name")]
    Keyword(String),
    /// A number literal that no number type holds.
    #[error("the number {0} is too large")]
    Number(String),
}

/// Why a template that parses gave no text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The output, or one text, would be larger than allowed.
    #[error("the output is larger than {} MiB", crate::limits::MAX_OUTPUT_BYTES / 1024 / 1024)]
    OutputTooLarge,
    /// Too much work.
    #[error("the template took more than {} steps", crate::limits::MAX_STEPS)]
    TooManySteps,
    /// Too many bytes of intermediate texts.
    #[error("the template made more than {} MiB of text", crate::limits::MAX_TEXT_BYTES / 1024 / 1024)]
    TooMuchText,
    /// Too many elements of lists and maps.
    #[error("the template made more than {} elements of lists and maps", crate::limits::MAX_ELEMENTS)]
    TooManyElements,
    /// Values or blocks too deep within each other.
    #[error("values or blocks are nested too deep")]
    TooDeep,
    /// An override of one parameter was set twice.
    #[error("the override `{0}` is set twice; it may be set once")]
    OverriddenTwice(String),
    /// The body, or a text given to `$util.parseJson`, is no JSON.
    #[error("{what} is not JSON: {reason}")]
    NotJson {
        /// Which text.
        what: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// A `JSONPath` expression that cannot be read.
    #[error("JSONPath `{path}`: {reason}")]
    JsonPath {
        /// The expression.
        path: String,
        /// Why.
        reason: PathError,
    },
    /// A method was called with arguments that it does not take.
    #[error("`{method}`: {reason}")]
    Call {
        /// The method.
        method: String,
        /// Why.
        reason: CallError,
    },
}

/// Why a call of a method failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CallError {
    /// An index or range beyond the text or list.
    #[error("index out of range")]
    OutOfRange,
    /// A regular expression that cannot be read, or is too large.
    #[error("the regular expression is not supported")]
    Regex,
    /// A text that is no number.
    #[error("not a number")]
    NotANumber,
    /// A text that is not encoded as it should be.
    #[error("not encoded as it should be")]
    Encoding,
    /// A set of keys or an array that is to get longer or shorter.
    #[error("this list cannot be changed in that way")]
    Fixed,
    /// Arguments of a kind or number that it does not take.
    #[error("it does not take such arguments")]
    Arguments,
    /// A format text or the arguments to it.
    #[error("the format does not fit its arguments")]
    Format,
    /// A result that no number type holds.
    #[error("the number is too large")]
    TooLarge,
}
