//! The two sides of a test, as what they are to it.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Operand;
use crate::json_path::{Item, Tree};

/// An operand where it is looked at.
pub(super) enum Side<'o, T> {
    Node(T),
    Literal(&'o Operand),
    /// What a path that is not definite found.
    Found(Vec<Item<T>>),
    Number(f64),
    Text(Box<str>),
    Null,
    Nothing,
}

/// What a value is to a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Null,
    Json,
    Regex,
    Nothing,
}

/// A number in digits, whole ones without a point.
pub(in crate::json_path) fn number_text(number: f64) -> String {
    number.to_string()
}

impl<T: Tree> Side<'_, T> {
    pub(super) fn of(item: Item<T>) -> Self {
        match item {
            Item::Node(node) => Self::Node(node),
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            Item::Count(count) => Self::Number(count as f64),
            Item::Number(number) => Self::Number(number),
            Item::Text(text) => Self::Text(text),
            Item::List(items) => Self::Found(items),
            Item::Null => Self::Null,
            Item::Members(_) | Item::Names(_) => Self::Nothing,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Node(node) if node.text().is_some() => Kind::Text,
            Self::Node(node) if node.number().is_some() => Kind::Number,
            Self::Node(node) if node.bool().is_some() => Kind::Bool,
            Self::Node(node) if node.is_null() => Kind::Null,
            Self::Node(_) | Self::Found(_) | Self::Literal(Operand::List(_)) => Kind::Json,
            Self::Text(_) | Self::Literal(Operand::Text(_)) => Kind::Text,
            Self::Number(_) | Self::Literal(Operand::Number(..)) => Kind::Number,
            Self::Literal(Operand::Bool(_)) => Kind::Bool,
            Self::Null | Self::Literal(Operand::Null) => Kind::Null,
            Self::Literal(Operand::Regex(_)) => Kind::Regex,
            Self::Literal(Operand::Here(_) | Operand::Root(_)) | Self::Nothing => Kind::Nothing,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Node(node) => node.number(),
            Self::Literal(Operand::Number(number, _)) | Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Node(node) => node.text(),
            Self::Literal(Operand::Text(text)) | Self::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self {
            Self::Node(node) => node.bool(),
            Self::Literal(Operand::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    /// What a pattern is held against.
    pub(super) fn input(&self) -> String {
        match (self.text(), self.number(), self.bool()) {
            (Some(text), _, _) => text.into_owned(),
            (_, Some(_), _) => self.digits(),
            (_, _, Some(value)) => value.to_string(),
            _ => String::new(),
        }
    }

    /// A number in digits.
    fn digits(&self) -> String {
        match self {
            Self::Literal(Operand::Number(_, text)) => text.to_string(),
            other => other.number().map(number_text).unwrap_or_default(),
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Option<Vec<Side<'_, T>>> {
        match self {
            Self::Node(node) if node.length().is_some() => Some(node.children().map(Side::Node).collect()),
            Self::Literal(Operand::List(items)) => Some(items.iter().map(Side::Literal).collect()),
            Self::Found(items) => Some(items.iter().cloned().map(Side::of).collect()),
            _ => None,
        }
    }

    /// How many items a list has, the least that a test of it goes through.
    pub(super) fn held(&self) -> usize {
        match self {
            Self::Node(node) => node.size().unwrap_or_default(),
            Self::Literal(Operand::List(items)) => items.len(),
            Self::Found(items) => items.len(),
            _ => 0,
        }
    }

    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Some(left), Some(right)) = (self.number(), other.number()) {
            return left.partial_cmp(&right);
        }
        Some(self.text()?.cmp(&other.text()?))
    }

    /// `==`: of a text and a number, what stands left says how they are compared.
    pub(super) fn equal(&self, other: &Side<'_, T>) -> bool {
        match (self.kind(), other.kind()) {
            (Kind::Text, Kind::Text) => self.text() == other.text(),
            (Kind::Number, Kind::Number) => self.number() == other.number(),
            (Kind::Text, Kind::Number) => self.text().is_some_and(|text| text == other.digits()),
            (Kind::Number, Kind::Text) => other.text().and_then(|text| parsed(&text)) == self.number(),
            (Kind::Bool, Kind::Bool) => self.bool() == other.bool(),
            (Kind::Null, Kind::Null) => true,
            (Kind::Json, Kind::Json) => match (self.items(), other.items()) {
                (Some(left), Some(right)) => {
                    left.len() == right.len()
                        && left
                            .iter()
                            .zip(&right)
                            .all(|(left, right)| left.kind() == right.kind() && left.equal(right))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the other, a list, has it; nothing where the other is none.
    pub(super) fn is_among(&self, list: &Side<'_, T>) -> Option<bool> {
        Some(list.items()?.iter().any(|item| self.equal(item)))
    }

    pub(super) fn size(&self) -> Option<usize> {
        match self.text() {
            Some(text) => Some(text.encode_utf16().count()),
            None => self.items().map(|items| items.len()),
        }
    }

    pub(super) fn is_empty(&self) -> Option<bool> {
        match self {
            Self::Node(node) if node.text().is_none() => node.size().map(|size| size == 0),
            other => other.size().map(|size| size == 0),
        }
    }
}

/// A text that is a number.
fn parsed(text: &str) -> Option<f64> {
    let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_number { text.parse().ok() } else { None }
}
