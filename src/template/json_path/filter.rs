//! Filters: `[?(@.price < 10 && @.kind == 'dog')]`.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};
use serde_json::Number;

use super::parse::{self, Reader};
use super::{PathError, Step, find};
use crate::Json;

/// Deepest nesting of parentheses.
const MOST_LEVELS: usize = 16;

/// A condition on an item.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Vec<Step>),
    Compare(Operand, Comparison, Operand),
    Matches(Operand, Regex),
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

#[derive(Clone, Debug)]
pub(super) enum Operand {
    Path(Vec<Step>),
    Literal(Json),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

const COMPARISONS: [(&str, Comparison); 8] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("in ", Comparison::In),
    ("nin ", Comparison::NotIn),
];

pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Filter, PathError> {
    any(reader, 0)
}

fn any(reader: &mut Reader<'_>, depth: usize) -> Result<Filter, PathError> {
    if depth > MOST_LEVELS {
        return Err(reader.error("its filter is nested over 16 deep"));
    }
    let mut all = vec![every(reader, depth)?];
    while next(reader, "||") {
        all.push(every(reader, depth)?);
    }
    Ok(if all.len() == 1 { all.swap_remove(0) } else { Filter::Or(all) })
}

fn every(reader: &mut Reader<'_>, depth: usize) -> Result<Filter, PathError> {
    let mut all = vec![one(reader, depth)?];
    while next(reader, "&&") {
        all.push(one(reader, depth)?);
    }
    Ok(if all.len() == 1 { all.swap_remove(0) } else { Filter::And(all) })
}

fn next(reader: &mut Reader<'_>, text: &str) -> bool {
    reader.skip_blanks();
    reader.take(text)
}

fn one(reader: &mut Reader<'_>, depth: usize) -> Result<Filter, PathError> {
    if next(reader, "!") {
        if depth > MOST_LEVELS {
            return Err(reader.error("its filter is nested over 16 deep"));
        }
        return Ok(Filter::Not(Box::new(one(reader, depth + 1)?)));
    }
    if next(reader, "(") {
        let inner = any(reader, depth + 1)?;
        reader.skip_blanks();
        reader.expect(")")?;
        return Ok(inner);
    }
    let left = operand(reader)?;
    reader.skip_blanks();
    if reader.take("=~") {
        reader.skip_blanks();
        return Ok(Filter::Matches(left, regex(reader)?));
    }
    let comparison = COMPARISONS.into_iter().find(|(text, _)| reader.take(text));
    match (left, comparison) {
        (left, Some((_, comparison))) => Ok(Filter::Compare(left, comparison, operand(reader)?)),
        (Operand::Path(steps), None) => Ok(Filter::Exists(steps)),
        (Operand::Literal(_), None) => Err(reader.error("a comparison is missing")),
    }
}

fn operand(reader: &mut Reader<'_>) -> Result<Operand, PathError> {
    reader.skip_blanks();
    if reader.take("@") {
        return Ok(Operand::Path(parse::steps(reader, false)?));
    }
    literal(reader).map(Operand::Literal)
}

fn literal(reader: &mut Reader<'_>) -> Result<Json, PathError> {
    reader.skip_blanks();
    for (word, value) in
        [("true", Json::Boolean(true)), ("false", Json::Boolean(false)), ("null", Json::Null)]
    {
        if reader.take(word) {
            return Ok(value);
        }
    }
    match reader.peek() {
        Some(b'\'' | b'"') => reader.quoted().map(Json::Text),
        Some(b'[') => {
            reader.at += 1;
            let list = reader.separated(literal)?;
            reader.expect("]")?;
            Ok(Json::List(list))
        }
        _ => {
            let rest = reader.rest();
            let end = rest.find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c)).unwrap_or(rest.len());
            let number = rest[..end].parse::<Number>().map_err(|_| reader.error("a value is missing"))?;
            reader.at += end;
            Ok(Json::Number(number))
        }
    }
}

/// `/expression/i`.
fn regex(reader: &mut Reader<'_>) -> Result<Regex, PathError> {
    let inner = reader.rest().strip_prefix('/').and_then(|rest| rest.split_once('/'));
    let (pattern, _) = inner.ok_or_else(|| reader.error("an expression in slashes is missing"))?;
    reader.at += pattern.len() + 2;
    let insensitive = reader.take("i");
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .case_insensitive(insensitive)
        .size_limit(1 << 18)
        .build()
        .map_err(|_| reader.error("its regular expression is not supported"))
}

impl Filter {
    pub(super) fn holds(&self, item: &Json) -> bool {
        match self {
            Self::Or(all) => all.iter().any(|filter| filter.holds(item)),
            Self::And(all) => all.iter().all(|filter| filter.holds(item)),
            Self::Not(inner) => !inner.holds(item),
            Self::Exists(steps) => value(steps, item).is_some(),
            Self::Matches(operand, regex) => {
                matches!(operand.value(item), Some(Json::Text(text)) if regex.is_match(&text))
            }
            Self::Compare(left, comparison, right) => {
                let (Some(left), Some(right)) = (left.value(item), right.value(item)) else { return false };
                compare(&left, *comparison, &right)
            }
        }
    }
}

impl Operand {
    fn value(&self, item: &Json) -> Option<Json> {
        match self {
            Self::Path(steps) => value(steps, item),
            Self::Literal(json) => Some(json.clone()),
        }
    }
}

fn value(steps: &[Step], item: &Json) -> Option<Json> {
    match find::run(steps, item) {
        find::Found::Nothing => None,
        found => Some(found.into_json()),
    }
}

fn compare(left: &Json, comparison: Comparison, right: &Json) -> bool {
    let order = match (left, right) {
        (Json::Number(left), Json::Number(right)) => {
            left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right))
        }
        (Json::Text(left), Json::Text(right)) => Some(left.cmp(right)),
        _ => None,
    };
    let is_equal = order.map_or_else(|| left == right, |order| order == Ordering::Equal);
    let is_in = |list: &Json| matches!(list, Json::List(list) if list.iter().any(|item| compare(left, Comparison::Equal, item)));
    match comparison {
        Comparison::Equal => is_equal,
        Comparison::Unequal => !is_equal,
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(|order| order != Ordering::Greater),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(|order| order != Ordering::Less),
        Comparison::In => is_in(right),
        Comparison::NotIn => !is_in(right),
    }
}
