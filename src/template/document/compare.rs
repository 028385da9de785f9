//! Which values are the same: numbers by what they are worth, objects whatever their order.

use std::cmp::Ordering;

use serde_json::{Number, Value};

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
                // Read alike, a number of many digits is the same even where a reader cuts some off.
                self.literal().parse::<Number>().is_ok_and(|ours| ours == *number)
                    || order_of_numbers(self.literal(), &number.to_string()) == Ordering::Equal
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

/// By what they are worth, to the last digit: doubles beside whole numbers would have no order that sorting can rely on.
fn order_of_numbers(left: &str, right: &str) -> Ordering {
    let (ours, theirs) = (Worth::of(left), Worth::of(right));
    let by_size =
        |a: &Worth<'_>, b: &Worth<'_>| a.magnitude.cmp(&b.magnitude).then_with(|| a.digits().cmp(b.digits()));
    ours.sign.cmp(&theirs.sign).then_with(|| match ours.sign {
        1 => by_size(&ours, &theirs),
        -1 => by_size(&theirs, &ours),
        _ => Ordering::Equal,
    })
}

/// A number as 0.DIGITS times ten to the power of its magnitude.
struct Worth<'n> {
    /// -1, 0 or 1.
    sign: i8,
    magnitude: i64,
    /// From the first digit that is no zero to the last.
    mantissa: &'n str,
}

impl<'n> Worth<'n> {
    fn of(number: &'n str) -> Self {
        let unsigned = number.strip_prefix('-').unwrap_or(number);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let is_small = exponent.starts_with('-');
        let exponent = exponent.parse::<i64>().unwrap_or(if is_small { i64::MIN / 2 } else { i64::MAX / 2 });
        let is_digit = |c: char| matches!(c, '1'..='9');
        let (Some(first), Some(last)) = (mantissa.find(is_digit), mantissa.rfind(is_digit)) else {
            return Self { sign: 0, magnitude: 0, mantissa: "" };
        };
        let point = mantissa.find('.').unwrap_or(mantissa.len());
        let place = |at: usize| i64::try_from(at).unwrap_or(i64::MAX / 4);
        // The point itself is none of the places in front of it.
        let whole = if first < point { place(point - first) } else { -place(first - point - 1) };
        let sign = if number.starts_with('-') { -1 } else { 1 };
        Self { sign, magnitude: exponent.saturating_add(whole), mantissa: &mantissa[first..=last] }
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.mantissa.bytes().filter(u8::is_ascii_digit)
    }
}
