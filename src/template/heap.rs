//! The lists and maps of one rendering, which all lie in one heap: they may be shared, changed and put into themselves,
//! and all go with it. Those of JSON stay in their document until something changes them.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::document::{Document, Kind, Node, Unreadable, number};
use crate::text::Text;
use crate::value::{JsonPlace, Key, List, ListKind, Map, Value};

/// All lists and maps of one rendering.
#[derive(Debug, Default)]
pub(crate) struct Heap<'a> {
    lists: Vec<List<'a>>,
    maps: Vec<Map<'a>>,
    documents: Vec<Document<'a>>,
    /// What was to be changed lies in `lists` and `maps` since.
    changed: HashMap<JsonPlace, Value<'a>>,
}

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    List(ListKind),
    Map,
}

/// Where a walk through a list or map is. What it walks may change meanwhile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    passed: usize,
    /// The next token, where it is JSON.
    token: usize,
}

impl<'a> Heap<'a> {
    pub(crate) fn list(&mut self, kind: ListKind, items: Vec<Value<'a>>) -> Value<'a> {
        self.lists.push(List { kind, items });
        Value::List(self.lists.len() - 1)
    }

    pub(crate) fn map(&mut self, entries: IndexMap<Key<'a>, Value<'a>>) -> Value<'a> {
        Value::Map(self.add(Map { entries, ..Map::default() }))
    }

    pub(crate) fn add(&mut self, map: Map<'a>) -> usize {
        self.maps.push(map);
        self.maps.len() - 1
    }

    pub(crate) fn list_at(&mut self, list: usize) -> &mut List<'a> {
        &mut self.lists[list]
    }

    pub(crate) fn map_at(&mut self, map: usize) -> &mut Map<'a> {
        &mut self.maps[map]
    }

    /// Reads a text as JSON.
    pub(crate) fn read(&mut self, text: Text<'a>) -> Result<Value<'a>, Unreadable> {
        let document = self.documents.len();
        self.documents.push(Document::of(text)?);
        Ok(self.json(document, 0))
    }

    fn json(&self, document: usize, at: usize) -> Value<'a> {
        let node = self.documents[document].node(at);
        match node.kind() {
            Kind::Null => Value::Null,
            Kind::False => Value::Bool(false),
            Kind::True => Value::Bool(true),
            Kind::Number => match number(node.literal()) {
                Some(number) => Value::Number(number),
                None => Value::Text(self.text(document, node)),
            },
            Kind::Text | Kind::EscapedText => Value::Text(self.text(document, node)),
            Kind::List | Kind::Object => self.now(&Value::Json(JsonPlace { document, at })),
        }
    }

    fn text(&self, document: usize, node: Node<'_>) -> Text<'a> {
        match (node.kind(), self.documents[document].source()) {
            (Kind::EscapedText, _) => node.text().into_owned().into(),
            (_, Text::Borrowed(text)) => Text::Borrowed(&text[node.place()]),
            (_, Text::Shared(text)) => text[node.place()].to_owned().into(),
        }
    }

    /// A value as it is now: what JSON was changed into, where it was.
    pub(crate) fn now(&self, value: &Value<'a>) -> Value<'a> {
        match value {
            Value::Json(place) if !self.changed.is_empty() => {
                self.changed.get(place).unwrap_or(value).clone()
            }
            value => value.clone(),
        }
    }

    fn node(&self, place: JsonPlace) -> Node<'_> {
        self.documents[place.document].node(place.at)
    }

    /// What a value is, if it holds others.
    pub(crate) fn shape(&self, value: &Value<'a>) -> Option<Shape> {
        match self.now(value) {
            Value::List(list) => Some(Shape::List(self.lists[list].kind)),
            Value::Map(_) => Some(Shape::Map),
            Value::Json(place) => Some(match self.node(place).kind() {
                Kind::List => Shape::List(ListKind::Json),
                _ => Shape::Map,
            }),
            _ => None,
        }
    }

    /// How much a value holds, if it does.
    pub(crate) fn len(&self, value: &Value<'a>) -> Option<usize> {
        match self.now(value) {
            Value::List(list) => Some(self.lists[list].items.len()),
            Value::Map(map) => Some(self.maps[map].entries.len()),
            Value::Json(place) => self.node(place).size(),
            _ => None,
        }
    }

    /// An item of a list.
    pub(crate) fn item(&self, list: &Value<'a>, index: usize) -> Option<Value<'a>> {
        match self.now(list) {
            Value::List(list) => self.lists[list].items.get(index).cloned(),
            Value::Json(place) => {
                self.node(place).item(index).map(|item| self.json(place.document, item.at()))
            }
            _ => None,
        }
    }

    /// The value of a key in a map.
    pub(crate) fn get(&self, map: &Value<'a>, key: &Key<'a>) -> Option<Value<'a>> {
        match (self.now(map), key) {
            (Value::Map(map), key) => self.maps[map].entries.get(key).cloned(),
            (Value::Json(_), Key::Text(name)) => self.member(map, name),
            _ => None,
        }
    }

    /// The value of a name in a map.
    pub(crate) fn member(&self, map: &Value<'a>, name: &str) -> Option<Value<'a>> {
        match self.now(map) {
            Value::Map(map) => self.maps[map].entries.get(&Named(name)).cloned(),
            Value::Json(place) => {
                self.node(place).get(name).map(|value| self.json(place.document, value.at()))
            }
            _ => None,
        }
    }

    /// An entry of a map that can be changed.
    pub(crate) fn entry(&self, map: usize, entry: usize) -> Option<(&Key<'a>, &Value<'a>)> {
        self.maps[map].entries.get_index(entry)
    }

    /// Whether it is a map of overrides.
    pub(crate) fn overrides(&self, map: &Value<'a>) -> bool {
        matches!(map, Value::Map(map) if self.maps[*map].overrides.is_some())
    }

    /// Begins a walk through a list or map.
    pub(crate) fn walk(&self, value: &Value<'a>) -> Cursor {
        let token = if let Value::Json(place) = self.now(value) { place.at + 1 } else { 0 };
        Cursor { passed: 0, token }
    }

    /// The next value of a list or map, and of a map its key.
    pub(crate) fn next(&self, of: &Value<'a>, cursor: &mut Cursor) -> Option<(Option<Key<'a>>, Value<'a>)> {
        let index = cursor.passed;
        cursor.passed += 1;
        match self.now(of) {
            Value::List(list) => self.lists[list].items.get(index).map(|item| (None, item.clone())),
            Value::Map(map) => {
                let (key, value) = self.maps[map].entries.get_index(index)?;
                Some((Some(key.clone()), value.clone()))
            }
            // What was changed while it was walked through goes on by its places.
            Value::Json(place) if index < self.node(place).size()? => {
                let document = &self.documents[place.document];
                let is_list = self.node(place).kind() == Kind::List;
                let name =
                    (!is_list).then(|| Key::Text(self.text(place.document, document.node(cursor.token))));
                let value = document.node(cursor.token + usize::from(!is_list));
                cursor.token = value.end();
                Some((name, self.json(place.document, value.at())))
            }
            _ => None,
        }
    }

    /// The values of a list or map.
    pub(crate) fn values(&self, of: &Value<'a>) -> impl Iterator<Item = Value<'a>> {
        let mut cursor = self.walk(of);
        let of = of.clone();
        std::iter::from_fn(move || self.next(&of, &mut cursor).map(|(_, value)| value))
    }

    /// The keys and values of a map.
    pub(crate) fn entries(&self, of: &Value<'a>) -> impl Iterator<Item = (Key<'a>, Value<'a>)> {
        let mut cursor = self.walk(of);
        let of = of.clone();
        std::iter::from_fn(move || {
            let (key, value) = self.next(&of, &mut cursor)?;
            Some((key?, value))
        })
    }

    /// Makes a list or map of JSON one that can be changed; gives it, or what already can be.
    pub(crate) fn changeable(&mut self, value: &Value<'a>) -> Value<'a> {
        let Value::Json(place) = self.now(value) else { return self.now(value) };
        let made = if self.node(place).kind() == Kind::List {
            let items = self.values(value).collect();
            self.list(ListKind::Json, items)
        } else {
            let entries = self.entries(value).collect();
            self.map(entries)
        };
        self.changed.insert(place, made.clone());
        made
    }
}

/// A name, to find a key by that lives shorter than the map's.
#[derive(Hash)]
struct Named<'n>(&'n str);

impl indexmap::Equivalent<Key<'_>> for Named<'_> {
    fn equivalent(&self, key: &Key<'_>) -> bool {
        matches!(key, Key::Text(text) if **text == *self.0)
    }
}
