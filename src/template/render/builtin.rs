//! `$input`, `$foreach` and the entries of maps.

use std::borrow::Cow;

use crate::document::Unreadable;
use crate::error::RenderError;
use crate::heap::{Heap, Shape};
use crate::json_path::{Found, Item, JsonPath, PathError, Tree};
use crate::limits::max_elements;
use crate::names::{CONTEXT, INPUT, STAGE_VARIABLES, UTIL};
use crate::number::Number;
use crate::text::Text;
use crate::value::{Key, ListKind, Value};

use super::{Outcome, Render};

impl<'a> Render<'a> {
    /// The variables that every template has.
    pub(super) fn set_built_in(&mut self) {
        let input = self.input;
        self.variables[INPUT] = Some(Value::Input);
        self.variables[UTIL] = Some(Value::Util);
        self.variables[CONTEXT] = Some(Value::Context(input.context));
        let entries = input.stage_variables.iter().map(|(name, value)| pair(name, value)).collect();
        self.variables[STAGE_VARIABLES] = Some(self.heap.map(entries));
    }

    /// `$input.body`: no body is an empty object.
    pub(super) fn body_text(&self) -> &'a str {
        if self.input.body.is_empty() { "{}" } else { self.input.body }
    }

    /// A text as JSON.
    pub(crate) fn read_json(&mut self, text: &Text<'a>, what: &'static str) -> Outcome<Value<'a>> {
        self.step(text.len() / 8)?;
        let read = self.heap.read(text.clone());
        read.map_err(|Unreadable(reason)| RenderError::NotJson { what, reason }.into())
    }

    fn body(&mut self) -> Outcome<Value<'a>> {
        if let Some(body) = &self.body {
            return Ok(body.clone());
        }
        let text = Text::Borrowed(self.body_text());
        let body = self.read_json(&text, "the body")?;
        self.body = Some(body.clone());
        Ok(body)
    }

    /// `$input.path(…)`.
    fn at_path(&mut self, path: &str) -> Outcome<Option<Value<'a>>> {
        let body = self.body()?;
        // No path at all is an error, where a missing `$` is none.
        let parsed = if path.is_empty() { Err(PathError::Ends) } else { JsonPath::parse(path) };
        let parsed = parsed.map_err(|reason| RenderError::JsonPath { path: path.into(), reason })?;
        let most = max_elements(self.input.body.len());
        let found = parsed.find(&InHeap { heap: &self.heap, value: body }, most, |node| node.value);
        let found = found.map_err(|reason| RenderError::JsonPath { path: path.into(), reason })?;
        match found {
            Found::Nothing => Ok(None),
            Found::One(item) => self.of_item(item).map(Some),
            Found::Many(items, visited) => {
                self.step(visited)?;
                self.of_item(Item::List(items)).map(Some)
            }
        }
    }

    /// What a path found.
    fn of_item(&mut self, item: Item<Value<'a>>) -> Outcome<Value<'a>> {
        Ok(match item {
            Item::Node(value) => value,
            Item::Members(members) => {
                self.grow(members.len() + 1)?;
                let members =
                    members.into_iter().map(|(name, value)| (Key::Text(String::from(name).into()), value));
                self.heap.map(members.collect())
            }
            Item::List(items) => {
                self.grow(items.len() + 1)?;
                let items = items.into_iter().map(|item| self.of_item(item)).collect::<Outcome<_>>()?;
                self.heap.list(ListKind::Json, items)
            }
            Item::Names(names) => {
                self.grow(names.len() + 1)?;
                let names = names.into_iter().map(|name| self.made(name.into())).collect::<Outcome<_>>()?;
                self.heap.list(ListKind::Set, names)
            }
            Item::Count(count) => Value::integer(count),
            Item::Number(number) => Value::Number(Number::Double(number)),
            Item::Text(text) => self.made(text.into())?,
            Item::Null => Value::Null,
        })
    }

    /// The methods of `$input`.
    pub(crate) fn of_input(&mut self, name: &str, arguments: &[Value<'a>]) -> Outcome<Option<Value<'a>>> {
        match (name, arguments) {
            ("path", [Value::Text(path)]) => self.at_path(path),
            ("json", [Value::Text(path)]) => {
                let found = self.at_path(path)?;
                let json = match found {
                    Some(found) => self.json_text_of(&found)?,
                    None => "\"\"".into(),
                };
                self.made(json).map(Some)
            }
            ("params", []) => Ok(Some(self.all_params())),
            ("params", [Value::Text(name)]) => {
                Ok(self.param(name).map(|value| Value::Text(Text::Borrowed(value))))
            }
            ("getBody", []) => Ok(Some(Value::Text(Text::Borrowed(self.body_text())))),
            _ => Ok(None),
        }
    }

    /// One parameter: of the path, else of the query, else a header.
    fn param(&self, name: &str) -> Option<&'a str> {
        let in_order = [self.input.path, self.input.querystring, self.input.headers];
        let exact = in_order.iter().find_map(|pairs| pairs.iter().rev().find(|(n, _)| *n == name));
        let header = || self.input.headers.iter().rev().find(|(n, _)| n.eq_ignore_ascii_case(name));
        exact.or_else(header).map(|(_, value)| *value)
    }

    /// All parameters, as maps by their place.
    fn all_params(&mut self) -> Value<'a> {
        if let Some(params) = &self.params {
            return params.clone();
        }
        let input = self.input;
        let mut all = indexmap::IndexMap::new();
        for (place, pairs) in
            [("path", input.path), ("querystring", input.querystring), ("header", input.headers)]
        {
            let map = self.heap.map(pairs.iter().map(|(name, value)| pair(name, value)).collect());
            all.insert(Key::Text(Text::Borrowed(place)), map);
        }
        let params = self.heap.map(all);
        self.params = Some(params.clone());
        params
    }

    /// The properties of `$foreach`.
    pub(crate) fn of_loop(&self, round: usize, name: &str) -> Option<Value<'a>> {
        let state = self.rounds.get(round)?;
        Some(match name {
            "index" => Value::integer(state.index),
            "count" => Value::integer(state.index + 1),
            "hasNext" => Value::Bool(state.has_next),
            "first" => Value::Bool(state.index == 0),
            "last" => Value::Bool(!state.has_next),
            "parent" => Value::Loop(round.checked_sub(1)?),
            "topmost" => Value::Loop(0),
            _ => return None,
        })
    }

    /// The properties of an entry of a map.
    pub(crate) fn entry(&self, map: usize, entry: usize, name: &str) -> Option<Value<'a>> {
        let (key, value) = self.heap.entry(map, entry)?;
        match name {
            "key" => Some(key.clone().into()),
            "value" => Some(value.clone()),
            _ => None,
        }
    }
}

fn pair<'a>(name: &'a str, value: &'a str) -> (Key<'a>, Value<'a>) {
    (Key::Text(Text::Borrowed(name)), Value::Text(Text::Borrowed(value)))
}

/// A value of the heap, as a path sees it.
#[derive(Clone)]
struct InHeap<'h, 'a> {
    heap: &'h Heap<'a>,
    value: Value<'a>,
}

impl<'a> InHeap<'_, 'a> {
    fn of(&self, value: Value<'a>) -> Self {
        Self { heap: self.heap, value }
    }
}

impl Tree for InHeap<'_, '_> {
    fn member(&self, name: &str) -> Option<Self> {
        self.heap.member(&self.value, name).map(|value| self.of(value))
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        self.heap.values(&self.value).map(|value| self.of(value))
    }

    fn names(&self) -> impl Iterator<Item = Box<str>> {
        self.heap.entries(&self.value).map(|(key, _)| match key {
            Key::Text(name) => Box::from(&*name),
            Key::Integer(number) => number.to_string().into(),
            Key::Bool(value) => value.to_string().into(),
            Key::Null => "null".into(),
        })
    }

    fn size(&self) -> Option<usize> {
        self.heap.len(&self.value)
    }

    fn length(&self) -> Option<usize> {
        self.heap.shape(&self.value).filter(|shape| *shape != Shape::Map).and_then(|_| self.size())
    }

    fn item(&self, index: usize) -> Option<Self> {
        self.heap.item(&self.value, index).map(|value| self.of(value))
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match &self.value {
            Value::Number(number) => Some(Number::as_double(number)),
            _ => None,
        }
    }

    fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }
}
