//! `JSONPath` as the service has it: Goessner's notation with the conduct of Jayway's library.
//!
//! A path is parsed once and then read against a tree: a document, or a value of a template. A definite
//! path, of names and indexes alone, gives one value or nothing; any other gives a list, which may be empty.

mod filter;
mod find;
mod parse;

use std::borrow::Cow;

use thiserror::Error;

use crate::document::{Kind, Node};
use crate::limits::MAX_FOUND;
use filter::Filter;

/// Bytes of a path's text.
pub const MAX_PATH_BYTES: usize = 4 * 1024;
/// Filters, and paths in them, within each other.
pub const MAX_PATH_NESTING: usize = 8;
/// Nodes that one reading may visit.
pub const MAX_VISITED: usize = 2_000_000;

/// A parsed path.
#[derive(Debug)]
pub struct JsonPath {
    steps: Vec<Step>,
    /// Whether it ends with `.length()` or `.size()`.
    counts: bool,
}

#[derive(Debug)]
struct Step {
    /// `..`: at any depth.
    deep: bool,
    selector: Selector,
}

impl Step {
    fn is_definite(&self) -> bool {
        !self.deep
            && match &self.selector {
                Selector::Names(names) => names.len() == 1,
                Selector::Indexes(indexes) => indexes.len() == 1,
                _ => false,
            }
    }
}

#[derive(Debug)]
enum Selector {
    Names(Vec<Box<str>>),
    Indexes(Vec<i64>),
    Slice(Option<i64>, Option<i64>),
    All,
    Filter(Filter),
}

/// Why a path cannot be read, or was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// The text is longer than a path may be.
    #[error("it has more than {MAX_PATH_BYTES} bytes")]
    TooLong,
    /// Too many filters within each other.
    #[error("filters are nested too deep")]
    TooDeep,
    /// It ends within something.
    #[error("it ends too early")]
    Ends,
    /// A character where another should stand.
    #[error("it is not understood from character {0} on")]
    At(usize),
    /// A filter's regular expression.
    #[error("its regular expression is not supported")]
    Regex,
    /// It would visit or find too many values.
    #[error(
        "it visits more than {MAX_VISITED} values, or leads to more than {MAX_FOUND} and one for each sixteen bytes"
    )]
    TooMuch,
}

/// What a path is read against.
pub trait Tree: Clone {
    /// The member of an object.
    fn member(&self, name: &str) -> Option<Self>;
    /// The values of an object or list.
    fn children(&self) -> impl Iterator<Item = Self>;
    /// The length of a list.
    fn length(&self) -> Option<usize>;
    /// The size of an object or list.
    fn size(&self) -> Option<usize>;
    /// An item of a list.
    fn item(&self, index: usize) -> Option<Self>;
    /// A text's own text.
    fn text(&self) -> Option<Cow<'_, str>>;
    /// A number.
    fn number(&self) -> Option<f64>;
    /// A truth value.
    fn bool(&self) -> Option<bool>;
    /// Whether it is null.
    fn is_null(&self) -> bool;
}

/// What was found.
#[derive(Debug, Clone)]
pub enum Found<T> {
    /// A definite path leads nowhere.
    Nothing,
    /// A definite path leads here.
    One(T),
    /// What another path leads to, and how many values it visited.
    Many(Vec<T>, usize),
    /// A path that counts.
    Count(usize),
}

impl JsonPath {
    /// Reads a path. A leading `$.` may be missing.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parse::parse(text)
    }

    /// Whether the path leads to one value at most.
    pub fn is_definite(&self) -> bool {
        self.steps.iter().all(Step::is_definite)
    }

    /// Reads the path against a tree, and gives of each value found what `keep` makes of it. What leads to more than `most` values, or visits too many, is given up.
    ///
    /// # Errors
    ///
    /// [`PathError::TooMuch`]
    pub fn find<T: Tree, U>(
        &self,
        root: &T,
        most: usize,
        keep: impl Fn(T) -> U,
    ) -> Result<Found<U>, PathError> {
        find::find(self, root, most, keep)
    }
}

impl Tree for Node<'_> {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name)
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        self.items().chain(self.members().map(|(_, value)| value))
    }

    fn length(&self) -> Option<usize> {
        Self::size(*self).filter(|_| self.kind() == Kind::List)
    }

    fn size(&self) -> Option<usize> {
        Self::size(*self)
    }

    fn item(&self, index: usize) -> Option<Self> {
        Self::item(*self, index)
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        self.is_text().then(|| Self::text(*self))
    }

    fn number(&self) -> Option<f64> {
        Self::number(*self)
    }

    fn bool(&self) -> Option<bool> {
        match self.kind() {
            Kind::False => Some(false),
            Kind::True => Some(true),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }
}
