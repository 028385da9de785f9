//! `JSONPath` as the service has it: Goessner's notation with the conduct of Jayway's library.
//!
//! A path is parsed once and then read against a tree: a `serde_json` value, or a value of a template. A definite
//! path, of names, indexes and functions alone, gives one value or nothing; any other gives a list, which may be empty.

mod filter;
mod function;
mod parse;
mod walk;

use serde_json::Value;
use thiserror::Error;

use filter::Filter;
use function::{Argument, Function};

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
}

#[derive(Debug)]
struct Step {
    /// `..`: at any depth.
    deep: bool,
    selector: Selector,
}

#[derive(Debug)]
enum Selector {
    Names(Vec<Box<str>>),
    Indexes(Vec<i64>),
    Slice(Option<i64>, Option<i64>),
    All,
    Filter(Filter),
    Function(Function, Vec<Argument>),
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
    /// A function that there is not.
    #[error("its function is not known")]
    Function,
    /// A function of numbers that has none.
    #[error("its function has no numbers to go by")]
    NoNumbers,
    /// A filter where there is neither an object nor a list.
    #[error("its filter is for objects and lists, and there is neither")]
    NoFilter,
    /// It would visit too many values.
    #[error("it visits more than {MAX_VISITED} values")]
    TooMuch,
}

/// What a path is read against.
pub trait Tree: Clone {
    /// The member of an object.
    fn member(&self, name: &str) -> Option<Self>;
    /// The values of an object or list.
    fn children(&self) -> Vec<Self>;
    /// The length of a list.
    fn length(&self) -> Option<usize>;
    /// The size of an object or list.
    fn size(&self) -> Option<usize>;
    /// An item of a list.
    fn item(&self, index: usize) -> Option<Self>;
    /// A text's own text.
    fn text(&self) -> Option<&str>;
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
    One(Item<T>),
    /// What another path leads to, and how many values it visited.
    Many(Vec<Item<T>>, usize),
}

/// One thing that was found.
#[derive(Debug, Clone)]
pub enum Item<T> {
    /// A value of the tree.
    Node(T),
    /// Members of an object that were asked for together, as in `['a','b']`.
    Members(Vec<(Box<str>, T)>),
    /// A list that a function made.
    List(Vec<Self>),
    /// How many there are.
    Count(usize),
    /// A number that a function made.
    Number(f64),
    /// A text that a function made.
    Text(Box<str>),
    /// Null that a function made.
    Null,
}

impl<T> Item<T> {
    /// The same with other values.
    pub(crate) fn map<U>(self, by: impl Fn(T) -> U + Copy) -> Item<U> {
        match self {
            Self::Node(node) => Item::Node(by(node)),
            Self::Members(members) => {
                Item::Members(members.into_iter().map(|(name, node)| (name, by(node))).collect())
            }
            Self::List(items) => Item::List(items.into_iter().map(|item| item.map(by)).collect()),
            Self::Count(count) => Item::Count(count),
            Self::Number(number) => Item::Number(number),
            Self::Text(text) => Item::Text(text),
            Self::Null => Item::Null,
        }
    }
}

impl JsonPath {
    /// Reads a path. A leading `$.` may be missing.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parse::parse(text)
    }

    /// Whether the path leads to one value at most.
    pub fn is_definite(&self) -> bool {
        let last = self.steps.len().saturating_sub(1);
        self.steps.iter().enumerate().all(|(index, step)| step.is_definite(index == last))
    }

    /// Reads the path against a tree.
    pub fn find<T: Tree>(&self, root: &T) -> Result<Found<T>, PathError> {
        walk::find(self, root)
    }

    /// What the path leads to in a JSON value: a list of everything found, if it is not definite.
    pub fn value(&self, root: &Value) -> Result<Option<Value>, PathError> {
        Ok(match self.find(&root)? {
            Found::Nothing => None,
            Found::One(item) => Some(value(item)),
            Found::Many(items, _) => Some(items.into_iter().map(value).collect()),
        })
    }
}

impl Step {
    /// Whether it leads to one value at most. Names that are asked for together do, at the end of a path.
    fn is_definite(&self, is_last: bool) -> bool {
        !self.deep
            && match &self.selector {
                Selector::Names(names) => is_last || names.len() == 1,
                Selector::Indexes(indexes) => indexes.len() == 1,
                Selector::Function(..) => true,
                Selector::Slice(..) | Selector::All | Selector::Filter(_) => false,
            }
    }
}

fn value(item: Item<&Value>) -> Value {
    match item {
        Item::Node(value) => value.clone(),
        Item::Members(members) => {
            members.into_iter().map(|(name, value)| (name.into_string(), value.clone())).collect()
        }
        Item::List(items) => items.into_iter().map(value).collect(),
        Item::Count(count) => count.into(),
        Item::Number(number) => number.into(),
        Item::Text(text) => text.into_string().into(),
        Item::Null => Value::Null,
    }
}

impl Tree for &Value {
    fn member(&self, name: &str) -> Option<Self> {
        self.as_object()?.get(name)
    }

    fn children(&self) -> Vec<Self> {
        match self {
            Value::Object(members) => members.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn length(&self) -> Option<usize> {
        self.as_array().map(Vec::len)
    }

    fn size(&self) -> Option<usize> {
        self.as_object().map(serde_json::Map::len).or_else(|| self.length())
    }

    fn item(&self, index: usize) -> Option<Self> {
        self.get(index)
    }

    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn bool(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }
}
