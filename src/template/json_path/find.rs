//! Following a path.

use serde_json::Number;

use super::{Function, Step};
use crate::Json;

/// Most values that one path leads to: a path with several `..` would lead to a value many times.
const MOST_FOUND: usize = 100_000;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'j> {
    /// Nothing.
    Nothing,
    /// One value of the document.
    One(&'j Json),
    /// A value that a function made.
    Made(Json),
    /// As many as there are: the path is not definite.
    Several(Vec<&'j Json>),
}

impl Found<'_> {
    /// As a value of its own; null for nothing.
    pub fn into_json(self) -> Json {
        match self {
            Self::Nothing => Json::Null,
            Self::One(json) => json.clone(),
            Self::Made(json) => json,
            Self::Several(all) => Json::List(all.into_iter().cloned().collect()),
        }
    }
}

pub(super) fn run<'j>(steps: &[Step], root: &'j Json) -> Found<'j> {
    let mut found = vec![root];
    let mut definite = true;
    for (i, step) in steps.iter().enumerate() {
        if let Step::Function(function) = step {
            let value = if definite {
                found.first().copied().and_then(|json| apply(*function, json))
            } else {
                let list = Json::List(found.into_iter().cloned().collect());
                apply(*function, &list)
            };
            // Nothing follows a function.
            return match value.filter(|_| i + 1 == steps.len()) {
                Some(value) => Found::Made(value),
                None => Found::Nothing,
            };
        }
        definite &= match step {
            Step::Keys(keys) => keys.len() == 1,
            Step::Indexes(indexes) => indexes.len() == 1,
            _ => false,
        };
        let mut next = Vec::new();
        for json in found {
            follow(step, json, &mut next);
            if next.len() > MOST_FOUND {
                return Found::Nothing;
            }
        }
        found = next;
    }
    match (definite, found.as_slice()) {
        (true, []) => Found::Nothing,
        (true, [one, ..]) => Found::One(one),
        (false, _) => Found::Several(found),
    }
}

fn follow<'j>(step: &Step, json: &'j Json, out: &mut Vec<&'j Json>) {
    match (step, json) {
        (Step::Keys(keys), Json::Object(object)) => out.extend(keys.iter().filter_map(|key| object.get(key))),
        (Step::Indexes(indexes), Json::List(list)) => {
            out.extend(indexes.iter().filter_map(|index| list.get(position(list.len(), *index)?)));
        }
        (Step::Slice(from, to), Json::List(list)) => {
            let bound = |at: Option<i64>, unset: usize| match at {
                None => unset,
                Some(at) => position(list.len(), at).unwrap_or(0).min(list.len()),
            };
            let (from, to) = (bound(*from, 0), bound(*to, list.len()));
            out.extend(list.get(from..to.max(from)).unwrap_or_default());
        }
        (Step::All, Json::List(list)) => out.extend(list),
        (Step::All, Json::Object(object)) => out.extend(object.values()),
        (Step::Deep, _) => deep(json, out),
        (Step::Filter(filter), Json::List(list)) => out.extend(list.iter().filter(|item| filter.holds(item))),
        (Step::Filter(filter), Json::Object(_)) if filter.holds(json) => out.push(json),
        _ => {}
    }
}

fn position(length: usize, index: i64) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

fn deep<'j>(json: &'j Json, out: &mut Vec<&'j Json>) {
    if out.len() > MOST_FOUND {
        return;
    }
    out.push(json);
    match json {
        Json::List(list) => list.iter().for_each(|item| deep(item, out)),
        Json::Object(object) => object.values().for_each(|item| deep(item, out)),
        _ => {}
    }
}

fn apply(function: Function, json: &Json) -> Option<Json> {
    let float = |value: f64| Number::from_f64(value).map(Json::Number);
    match (function, json) {
        (Function::Length, Json::List(list)) => Some(Json::Number(list.len().into())),
        (Function::Length, Json::Object(object)) => Some(Json::Number(object.len().into())),
        (Function::Length, Json::Text(text)) => Some(Json::Number(text.chars().count().into())),
        (Function::Keys, Json::Object(object)) => {
            Some(Json::List(object.keys().cloned().map(Json::Text).collect()))
        }
        (_, Json::List(list)) => {
            let number = |json: &Json| if let Json::Number(number) = json { number.as_f64() } else { None };
            let numbers: Vec<f64> = list.iter().filter_map(number).collect();
            let first = numbers.first().copied()?;
            #[allow(clippy::cast_precision_loss, reason = "a list is not that long")]
            let count = numbers.len() as f64;
            float(match function {
                Function::Min => numbers.iter().copied().fold(first, f64::min),
                Function::Max => numbers.iter().copied().fold(first, f64::max),
                Function::Average => numbers.iter().sum::<f64>() / count,
                _ => numbers.iter().sum(),
            })
        }
        _ => None,
    }
}
