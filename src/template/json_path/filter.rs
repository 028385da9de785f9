//! Filters: `[?(@.price < 10 && @.name)]`.

use std::borrow::Cow;
use std::cmp::Ordering;

use regex::Regex;

use super::find::Visits;
use super::{Found, JsonPath, PathError, Tree};

#[derive(Debug)]
pub(super) enum Filter {
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
    Exists(Operand),
    Test(Test, Operand, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    Size,
    Empty,
}

#[derive(Debug)]
pub(super) enum Operand {
    Here(JsonPath),
    Root(JsonPath),
    Text(Box<str>),
    Number(f64),
    Bool(bool),
    Null,
    List(Vec<Self>),
    Regex(Regex),
}

/// An operand where it is looked at.
enum Side<'o, T> {
    Node(T),
    Literal(&'o Operand),
    Count(usize),
    Nothing,
}

impl Filter {
    pub(super) fn holds<T: Tree>(&self, here: &T, root: &T, visits: &mut Visits) -> Result<bool, PathError> {
        visits.test()?;
        Ok(match self {
            Self::Any(filters) => {
                for filter in filters {
                    if filter.holds(here, root, visits)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::All(filters) => {
                for filter in filters {
                    if !filter.holds(here, root, visits)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Not(filter) => !filter.holds(here, root, visits)?,
            Self::Exists(operand) => !matches!(operand.side(here, root, visits)?, Side::Nothing),
            Self::Test(test, left, right) => {
                let (left, right) = (left.side(here, root, visits)?, right.side(here, root, visits)?);
                holds(*test, &left, &right)
            }
        })
    }
}

impl Operand {
    fn side<T: Tree>(&self, here: &T, root: &T, visits: &mut Visits) -> Result<Side<'_, T>, PathError> {
        let (path, from) = match self {
            Self::Here(path) => (path, here),
            Self::Root(path) => (path, root),
            literal => return Ok(Side::Literal(literal)),
        };
        Ok(match super::find::first(path, from, root, visits)? {
            Found::Nothing => Side::Nothing,
            Found::One(node) => Side::Node(node),
            Found::Count(count) => Side::Count(count),
            Found::Many(nodes, _) => nodes.into_iter().next().map_or(Side::Nothing, Side::Node),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "no list is that long")]
impl<T: Tree> Side<'_, T> {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Node(node) => node.number(),
            Self::Literal(Operand::Number(number)) => Some(*number),
            Self::Count(count) => Some(*count as f64),
            _ => None,
        }
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Node(node) => node.text(),
            Self::Literal(Operand::Text(text)) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn bool(&self) -> Option<bool> {
        match self {
            Self::Node(node) => node.bool(),
            Self::Literal(Operand::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Node(node) => node.is_null(),
            Self::Literal(Operand::Null) => true,
            _ => false,
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Some(left), Some(right)) = (self.number(), other.number()) {
            return left.partial_cmp(&right);
        }
        Some(self.text()?.cmp(&other.text()?))
    }

    fn equal(&self, other: &Self) -> bool {
        self.order(other) == Some(Ordering::Equal)
            || (self.is_null() && other.is_null())
            || (self.bool().is_some() && self.bool() == other.bool())
    }

    fn size(&self) -> Option<usize> {
        match self {
            Self::Node(node) => node.size().or_else(|| node.text().map(|text| text.len())),
            _ => None,
        }
    }
}

fn holds<T: Tree>(test: Test, left: &Side<'_, T>, right: &Side<'_, T>) -> bool {
    let order = left.order(right);
    match test {
        Test::Equal => left.equal(right),
        Test::NotEqual => !left.equal(right),
        Test::Less => order == Some(Ordering::Less),
        Test::LessOrEqual => order.is_some_and(Ordering::is_le),
        Test::Greater => order == Some(Ordering::Greater),
        Test::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Test::Matches => match (left.text(), right) {
            (Some(subject), Side::Literal(Operand::Regex(regex))) => regex.is_match(&subject),
            _ => false,
        },
        Test::In => is_among(left, right),
        Test::NotIn => !is_among(left, right),
        Test::Size => match (left.size(), right.number()) {
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            (Some(size), Some(number)) => (size as f64).total_cmp(&number).is_eq(),
            _ => false,
        },
        Test::Empty => left.size().map(|size| size == 0) == right.bool() && right.bool().is_some(),
    }
}

fn is_among<T: Tree>(left: &Side<'_, T>, right: &Side<'_, T>) -> bool {
    match right {
        Side::Literal(Operand::List(items)) => items.iter().any(|item| left.equal(&Side::Literal(item))),
        Side::Node(node) if node.length().is_some() => {
            node.children().any(|item| left.equal(&Side::Node(item)))
        }
        _ => false,
    }
}
