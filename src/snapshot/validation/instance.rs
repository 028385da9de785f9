//! Bodies as the validator sees them: a document as it lies in its text, so that a body takes little more than itself.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value};
use template::document::{Document, Items, Kind, Members, Node};

/// The values that a message is made from, at most: of what holds more it sees the outermost.
const MOST_IN_MESSAGES: usize = 8 * 1024;

/// Documents as instances.
pub(super) struct InDocument;

/// A value that is held against a schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instance<'a>(pub(super) Node<'a>);

impl Json for InDocument {
    type Node<'a> = Instance<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = Option<Document<'static>>;

    // Names of a small object are compared one by one.
    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>(
        buffer: &mut Self::StringBuffer,
        string: &str,
        f: impl FnOnce(Instance<'_>) -> T,
    ) -> T {
        f(Instance(buffer.insert(Document::of_text(string)).root()))
    }
}

impl<'a> JsonNode<'a, InDocument> for Instance<'a> {
    type Object = Self;
    type Array = Self;
    type Number = Number;

    fn as_object(&self) -> Option<Self> {
        (self.0.kind() == Kind::Object).then_some(*self)
    }

    fn as_array(&self) -> Option<Self> {
        (self.0.kind() == Kind::List).then_some(*self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.0.is_text().then(|| self.0.text())
    }

    fn as_number(&self) -> Option<Number> {
        self.is_number().then(|| number(self.0))
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.0.kind() {
            Kind::False => Some(false),
            Kind::True => Some(true),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.0.kind() == Kind::Null
    }

    fn is_number(&self) -> bool {
        self.0.kind() == Kind::Number
    }

    fn json_type(&self) -> JsonType {
        match self.0.kind() {
            Kind::Null => JsonType::Null,
            Kind::False | Kind::True => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::Text | Kind::EscapedText => JsonType::String,
            Kind::List => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        self.0.is_same_as(expected)
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(value(self.0))
    }

    // What never ends was refused when the model was compiled, and how much there is to do is counted before.
    fn identity(&self) -> Option<NodeIdentity> {
        None
    }
}

impl<'a> Object<'a, InDocument> for Instance<'a> {
    type Node = Self;
    type MemberName = Cow<'a, str>;
    type MembersIter = std::iter::Map<Members<'a>, fn((Node<'a>, Node<'a>)) -> (Cow<'a, str>, Self)>;

    fn len(&self) -> usize {
        self.0.size().unwrap_or_default()
    }

    fn get(&self, key: &Box<str>) -> Option<Self> {
        self.0.get(key).map(Self)
    }

    fn members(&self) -> Self::MembersIter {
        self.0.members().map(|(name, value)| (name.text(), Self(value)))
    }
}

impl<'a> Array<'a, InDocument> for Instance<'a> {
    type Node = Self;
    type ElementsIter = std::iter::Map<Items<'a>, fn(Node<'a>) -> Self>;

    fn len(&self) -> usize {
        self.0.size().unwrap_or_default()
    }

    fn elements(&self) -> Self::ElementsIter {
        self.0.items().map(Self)
    }

    fn is_unique(&self) -> bool {
        self.0.has_each_once()
    }
}

/// A number; one beyond what a double holds is the furthest that one does.
fn number(node: Node<'_>) -> Number {
    let furthest = || Number::from_f64(if node.literal().starts_with('-') { f64::MIN } else { f64::MAX });
    node.literal().parse().ok().or_else(furthest).unwrap_or_else(|| 0.into())
}

/// A value for a message.
pub(super) fn value(node: Node<'_>) -> Value {
    let is_small = node.values_within() <= MOST_IN_MESSAGES;
    let inner = |node: Node<'_>| if is_small || node.size().is_none() { value(node) } else { Value::Null };
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::False => Value::Bool(false),
        Kind::True => Value::Bool(true),
        Kind::Number => Value::Number(number(node)),
        Kind::Text | Kind::EscapedText => Value::String(node.text().into_owned()),
        Kind::List => node.items().take(MOST_IN_MESSAGES).map(inner).collect(),
        Kind::Object => {
            let members = node.members().take(MOST_IN_MESSAGES);
            Value::Object(
                members.map(|(name, value)| (name.text().into_owned(), inner(value))).collect::<Map<_, _>>(),
            )
        }
    }
}
