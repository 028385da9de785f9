//! Filters: `[?(@.price < 10 && @.name)]`.

mod side;

use std::cmp::Ordering;

use regex::Regex;

use super::walk::{Stop, Visits, Walk};
use super::{Found, JsonPath, PathError, Tree};

use side::Side;
pub(super) use side::number_text;

#[derive(Debug)]
pub(super) enum Filter {
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
    /// Whether a path leads somewhere from here, even one that is written from the root.
    Exists(JsonPath),
    Test(Test, Operand, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Equal,
    NotEqual,
    Same,
    NotSame,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    Contains,
    Size,
    Empty,
}

#[derive(Debug)]
pub(super) enum Operand {
    Here(JsonPath),
    Root(JsonPath),
    Text(Box<str>),
    /// With its digits as they are written.
    Number(f64, Box<str>),
    Bool(bool),
    Null,
    List(Vec<Self>),
    Regex(Regex),
}

impl Filter {
    pub(super) fn holds<T: Tree>(&self, here: &T, root: &T, visits: &mut Visits) -> Result<bool, PathError> {
        visits.count(1)?;
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
            Self::Exists(path) => {
                let found = Walk::new(root, visits, true).find(path, here, |item| item);
                match found {
                    Ok(Found::Nothing) | Err(Stop::NotFound) => false,
                    Ok(_) => true,
                    Err(Stop::Failed(error)) => return Err(error),
                }
            }
            Self::Test(test, left, right) => {
                let (left, right) = (left.side(here, root, visits)?, right.side(here, root, visits)?);
                // Lists are gone through for each value that is tested.
                visits.count(match test {
                    Test::SubsetOf | Test::AnyOf | Test::NoneOf => left.held().saturating_mul(right.held()),
                    _ => left.held() + right.held(),
                })?;
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
        Ok(match Walk::new(root, visits, false).find(path, from, |item| item) {
            Ok(Found::Nothing) | Err(Stop::NotFound) => Side::Nothing,
            Ok(Found::One(item)) => Side::of(item),
            Ok(Found::Many(items, _)) => Side::Found(items),
            Err(Stop::Failed(error)) => return Err(error),
        })
    }
}

fn holds<T: Tree>(test: Test, left: &Side<'_, T>, right: &Side<'_, T>) -> bool {
    let order = left.order(right);
    let among = |wanted: bool| {
        let items = left.items()?;
        items.iter().try_fold(false, |any, item| Some(any || item.is_among(right)? == wanted))
    };
    match test {
        Test::Equal => left.equal(right),
        Test::NotEqual => !left.equal(right),
        Test::Same => left.kind() == right.kind() && left.equal(right),
        Test::NotSame => left.kind() != right.kind() || !left.equal(right),
        Test::Less => order == Some(Ordering::Less),
        Test::LessOrEqual => order.is_some_and(Ordering::is_le),
        Test::Greater => order == Some(Ordering::Greater),
        Test::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Test::Matches => match (left, right) {
            (Side::Literal(Operand::Regex(_)), Side::Literal(Operand::Regex(_))) => false,
            (Side::Literal(Operand::Regex(regex)), other) | (other, Side::Literal(Operand::Regex(regex))) => {
                regex.is_match(&other.input())
            }
            _ => false,
        },
        Test::In => left.is_among(right) == Some(true),
        Test::NotIn => left.is_among(right) == Some(false),
        Test::SubsetOf => among(false) == Some(false),
        Test::AnyOf => among(true) == Some(true),
        Test::NoneOf => among(true) == Some(false),
        Test::Contains => match (left.text(), right.text()) {
            (Some(left), Some(right)) => left.contains(&*right),
            (None, _) => right.is_among(left) == Some(true),
            _ => false,
        },
        Test::Size => match (left.size(), right.number()) {
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            (Some(size), Some(number)) => (size as f64).total_cmp(&number.trunc()).is_eq(),
            _ => false,
        },
        Test::Empty => right.bool().is_some() && left.is_empty() == right.bool(),
    }
}
