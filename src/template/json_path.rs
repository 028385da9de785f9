//! `JSONPath` as the service has it: Goessner's notation with the conduct of Jayway's library.
//!
//! A path is parsed once and then read against a tree: a document, or a value of a template. A definite
//! path, of names, indexes and functions alone, gives one value or nothing; any other gives a list, which may be empty.

mod filter;
mod function;
mod parse;
mod walk;

use std::borrow::Cow;

use thiserror::Error;

use crate::document::{Kind, Node, write_plain_text};
use crate::limits::MAX_FOUND;
use crate::number::Number;
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
    /// The names of an object's members.
    fn names(&self) -> impl Iterator<Item = Box<str>>;
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
    /// The names of an object's members: a set, which is no list to a path.
    Names(Vec<Box<str>>),
    /// How many there are.
    Count(usize),
    /// A number that a function made.
    Number(f64),
    /// A text that a function made.
    Text(Box<str>),
    /// Null that a function made.
    Null,
}

impl<T: Tree> Item<T> {
    /// How much it holds.
    fn held(&self) -> usize {
        match self {
            Self::Node(node) => node.size().unwrap_or_default(),
            Self::List(items) => items.len(),
            Self::Members(members) => members.len(),
            _ => 0,
        }
    }
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
            Self::Names(names) => Item::Names(names),
            Self::Count(count) => Item::Count(count),
            Self::Number(number) => Item::Number(number),
            Self::Text(text) => Item::Text(text),
            Self::Null => Item::Null,
        }
    }
}

impl Item<Node<'_>> {
    /// Appends it as compact JSON.
    pub fn write(&self, into: &mut String) {
        match self {
            Self::Node(node) => node.write(into),
            Self::Members(members) => {
                let member = |(name, node): &(Box<str>, Node<'_>), into: &mut String| {
                    write_plain_text(name, into);
                    into.push(':');
                    node.write(into);
                };
                write_all('{', members, '}', into, member);
            }
            Self::List(items) => write_all('[', items, ']', into, Self::write),
            Self::Names(names) => write_all('[', names, ']', into, |name, into| write_plain_text(name, into)),
            Self::Count(count) => into.push_str(&count.to_string()),
            Self::Number(number) => Number::Double(*number).write_json(into),
            Self::Text(text) => write_plain_text(text, into),
            Self::Null => into.push_str("null"),
        }
    }
}

fn write_all<T>(open: char, items: &[T], close: char, into: &mut String, write: impl Fn(&T, &mut String)) {
    into.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            into.push(',');
        }
        write(item, into);
    }
    into.push(close);
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

    /// Reads the path against a tree, and gives of each value found what `keep` makes of it. What leads to more than `most`
    /// values, or visits too many, is given up.
    ///
    /// # Errors
    ///
    /// [`PathError::TooMuch`], and what functions and filters can't be applied to.
    pub fn find<T: Tree, U>(
        &self,
        root: &T,
        most: usize,
        keep: impl Fn(T) -> U + Copy,
    ) -> Result<Found<U>, PathError> {
        walk::find(self, root, most, keep)
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

impl Tree for Node<'_> {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name)
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        self.items().chain(self.members().map(|(_, value)| value))
    }

    fn names(&self) -> impl Iterator<Item = Box<str>> {
        self.members().map(|(name, _)| Node::text(name).into())
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
