//! Values.

use std::hash::{Hash, Hasher};

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::number::Number;
use crate::text::Text;

#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text<'a>),
    List(usize),
    Map(usize),
    /// A list or map of JSON that nothing has changed yet.
    Json(JsonPlace),
    /// An entry of a map.
    Entry(usize, usize),
    /// What `#define` made.
    Block(usize),
    /// An object of `$context`, which prints nothing.
    Context(&'a Json),
    Input,
    Util,
    /// A running `#foreach`, by its depth.
    Loop(usize),
}

/// A list or object in one of the documents of a rendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct JsonPlace {
    pub(crate) document: usize,
    pub(crate) at: usize,
}

impl Value<'_> {
    /// What a reference to nothing gives.
    pub(crate) const EMPTY: Self = Self::Text(Text::Borrowed(""));

    pub(crate) fn integer(number: usize) -> Self {
        Self::Number(Number::Integer(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl<'a> From<Text<'a>> for Value<'a> {
    fn from(text: Text<'a>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Number::Integer(number))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// A key of a map. Java's maps take any object; here it is what has a plain identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Text(Text<'a>),
}

// A text hashes as itself, so that a key can be found by a name that is no key.
impl Hash for Key<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => state.write_u8(0),
            Self::Bool(value) => value.hash(state),
            Self::Integer(number) => number.hash(state),
            Self::Text(text) => text.hash(state),
        }
    }
}

impl<'a> From<Key<'a>> for Value<'a> {
    fn from(key: Key<'a>) -> Self {
        match key {
            Key::Null => Self::Null,
            Key::Bool(value) => Self::Bool(value),
            Key::Integer(number) => number.into(),
            Key::Text(text) => Self::Text(text),
        }
    }
}

/// How a list prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// As Java's do: `[a, b]`.
    Java,
    /// As compact JSON: those that come from JSON.
    Json,
    /// As Java's; a set of keys or entries, which has no places.
    Set,
    /// As Java's; an array, which keeps its length.
    Array,
    /// What is left of an iterator.
    Iterator,
}

#[derive(Debug)]
pub(crate) struct List<'a> {
    pub(crate) kind: ListKind,
    pub(crate) items: Vec<Value<'a>>,
}

#[derive(Debug, Default)]
pub(crate) struct Map<'a> {
    pub(crate) entries: IndexMap<Key<'a>, Value<'a>>,
    /// What it overrides, if it does: it then prints nothing, and takes each key once.
    pub(crate) overrides: Option<Box<Overrides<'a>>>,
}

/// A map of overrides.
#[derive(Debug)]
pub(crate) struct Overrides<'a> {
    /// As in `requestOverride.header`.
    pub(crate) name: &'static str,
    /// The keys set so far.
    pub(crate) set: Vec<Key<'a>>,
}
