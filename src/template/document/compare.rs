//! Which values are the same: numbers by what they are worth, objects whatever their order.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Kind, Node};

impl Node<'_> {
    /// Orders values, so that the same ones come to lie beside each other.
    pub fn order(self, other: Self) -> Ordering {
        let rank = |node: Self| if node.is_text() { Kind::Text as u8 } else { node.kind() as u8 };
        rank(self).cmp(&rank(other)).then_with(|| match self.kind() {
            Kind::Null | Kind::False | Kind::True => Ordering::Equal,
            Kind::Number => order_of_numbers(self.literal(), other.literal()),
            Kind::Text | Kind::EscapedText => self.text().cmp(&other.text()),
            Kind::List => self
                .items()
                .zip(other.items())
                .map(|(a, b)| a.order(b))
                .find(|o| o.is_ne())
                .unwrap_or_else(|| self.size().cmp(&other.size())),
            Kind::Object => self.size().cmp(&other.size()).then_with(|| {
                let (ours, theirs) = (sorted(self), sorted(other));
                let each = ours.into_iter().zip(theirs);
                let orders = each.map(|(a, b)| a.0.text().cmp(&b.0.text()).then_with(|| a.1.order(b.1)));
                orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            }),
        })
    }

    /// Whether a list has no two items that are the same.
    pub fn has_each_once(self) -> bool {
        let mut items: Vec<u32> = self.items().map(Node::token_number).collect();
        let order = |a: &u32, b: &u32| self.at_token(*a).order(self.at_token(*b));
        items.sort_unstable_by(order);
        items.is_sorted_by(|a, b| order(a, b).is_lt())
    }

    /// Whether it is the same as a value.
    pub fn is_same_as(self, other: &Value) -> bool {
        match (self.kind(), other) {
            (Kind::Null, Value::Null)
            | (Kind::False, Value::Bool(false))
            | (Kind::True, Value::Bool(true)) => true,
            (Kind::Number, Value::Number(number)) => {
                order_of_numbers(self.literal(), &number.to_string()) == Ordering::Equal
            }
            (Kind::Text | Kind::EscapedText, Value::String(text)) => self.text() == *text,
            (Kind::List, Value::Array(items)) => {
                self.size() == Some(items.len())
                    && self.items().zip(items).all(|(ours, theirs)| ours.is_same_as(theirs))
            }
            (Kind::Object, Value::Object(members)) => {
                self.size() == Some(members.len())
                    && members
                        .iter()
                        .all(|(name, theirs)| self.get(name).is_some_and(|ours| ours.is_same_as(theirs)))
            }
            _ => false,
        }
    }
}

fn sorted(object: Node<'_>) -> Vec<(Node<'_>, Node<'_>)> {
    let mut members: Vec<_> = object.members().collect();
    members.sort_by(|a, b| a.0.text().cmp(&b.0.text()));
    members
}

fn order_of_numbers(left: &str, right: &str) -> Ordering {
    if let (Ok(left), Ok(right)) = (left.parse::<i128>(), right.parse::<i128>()) {
        return left.cmp(&right);
    }
    let double = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let (left, right) = (double(left), double(right));
    // Zero below zero is zero.
    left.partial_cmp(&right).unwrap_or_else(|| left.total_cmp(&right))
}
