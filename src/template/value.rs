//! Values while a template is rendered. Lists and maps lie in a heap that lives as long as the rendering, so that one may
//! hold itself without outliving it.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::ast::Block;
use crate::limits::MOST_BYTES;
use crate::{Json, RenderError};

pub(crate) type Text = Arc<str>;

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(Text),
    List(usize),
    Map(usize),
    /// A part of `$context`.
    Context(&'a serde_json::Value),
    /// `$context` itself.
    WholeContext,
    StageVariables,
    Input,
    Util,
    /// The innermost `#foreach`.
    Foreach(usize),
    /// What `#define` names.
    Defined(&'a Arc<Block>),
}

#[derive(Debug, Default)]
pub(crate) struct List<'a> {
    pub(crate) items: Vec<Value<'a>>,
    /// Whether it comes from JSON: then it prints as JSON.
    pub(crate) is_json: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Map<'a> {
    pub(crate) entries: IndexMap<Text, Value<'a>>,
    /// Whether it prints as nothing: overrides do.
    pub(crate) is_silent: bool,
    /// Where in `$context` it stands, if that is of note when it is written to.
    pub(crate) place: Option<Text>,
}

/// Lists and maps of one rendering, and how much it has made.
#[derive(Debug, Default)]
pub(crate) struct Heap<'a> {
    pub(crate) lists: Vec<List<'a>>,
    pub(crate) maps: Vec<Map<'a>>,
    bytes: usize,
}

impl<'a> Heap<'a> {
    /// Notes that so many bytes more are taken.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), RenderError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MOST_BYTES { Err(RenderError::TooMuchMemory) } else { Ok(()) }
    }

    pub(crate) fn text(&mut self, text: impl AsRef<str> + Into<Text>) -> Result<Value<'a>, RenderError> {
        self.take(text.as_ref().len())?;
        Ok(Value::Text(text.into()))
    }

    pub(crate) fn list(&mut self, items: Vec<Value<'a>>) -> Result<Value<'a>, RenderError> {
        self.push_list(items, false)
    }

    /// A list that prints as JSON.
    pub(crate) fn json_list(&mut self, items: Vec<Value<'a>>) -> Result<Value<'a>, RenderError> {
        self.push_list(items, true)
    }

    fn push_list(&mut self, items: Vec<Value<'a>>, is_json: bool) -> Result<Value<'a>, RenderError> {
        self.take(32 + items.len() * 24)?;
        self.lists.push(List { items, is_json });
        Ok(Value::List(self.lists.len() - 1))
    }

    pub(crate) fn map(&mut self, entries: IndexMap<Text, Value<'a>>) -> Result<Value<'a>, RenderError> {
        self.take(64 + entries.len() * 64)?;
        self.maps.push(Map { entries, ..Map::default() });
        Ok(Value::Map(self.maps.len() - 1))
    }

    /// A copy of JSON that can be changed.
    pub(crate) fn json(&mut self, json: &Json) -> Result<Value<'a>, RenderError> {
        Ok(match json {
            Json::Null => Value::Null,
            Json::Boolean(value) => Value::Boolean(*value),
            Json::Number(number) => number
                .as_i64()
                .map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Integer),
            Json::Text(text) => self.text(text.as_str())?,
            Json::List(list) => {
                let items = list.iter().map(|item| self.json(item)).collect::<Result<_, _>>()?;
                self.json_list(items)?
            }
            Json::Object(object) => {
                let mut entries = IndexMap::with_capacity(object.len());
                for (key, value) in object {
                    self.take(key.len())?;
                    entries.insert(key.as_str().into(), self.json(value)?);
                }
                self.map(entries)?
            }
        })
    }
}
