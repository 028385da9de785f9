//! Values, and the lists and maps of one rendering, which all lie in one heap: they may be shared, changed and put
//! into themselves, and all go with it.

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

/// All lists and maps of one rendering.
#[derive(Debug, Default)]
pub(crate) struct Heap<'a> {
    pub(crate) lists: Vec<List<'a>>,
    pub(crate) maps: Vec<Map<'a>>,
    /// How many values came from JSON, and how many of them are lists and objects.
    pub(crate) json_values: usize,
    pub(crate) json_containers: usize,
}

impl<'a> Heap<'a> {
    pub(crate) fn list(&mut self, kind: ListKind, items: Vec<Value<'a>>) -> Value<'a> {
        self.lists.push(List { kind, items });
        Value::List(self.lists.len() - 1)
    }

    pub(crate) fn map(&mut self, entries: IndexMap<Key<'a>, Value<'a>>) -> Value<'a> {
        self.maps.push(Map { entries, ..Map::default() });
        Value::Map(self.maps.len() - 1)
    }
}
