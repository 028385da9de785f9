//! How much there is to do to hold a body against a model, found out before it is done: references let a small schema
//! ask for more than anybody has time for, or for more stack than there is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::references::target;

/// Schemas that are held against a value, all in all.
const MOST_CHECKS: usize = 2_000_000;
/// Schemas that are being held against values within each other.
const DEEPEST: usize = 600;
/// What waits to be looked at, so that memory has a bound too.
const MOST_WAITING: usize = 1_000_000;

/// More than is done for one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is too deep or too large for what its model asks")]
pub(super) struct TooMuch;

/// A schema that a value is held against, and how deep that is.
type Check<'v> = (&'v Value, &'v Value, usize);

/// Counts every schema that could be looked at: which of them really are depends on what fails before.
pub(super) fn check<'v>(
    schema: &'v Value,
    schemas: &'v BTreeMap<String, Value>,
    body: &'v Value,
) -> Result<(), TooMuch> {
    let mut waiting: Vec<Check<'v>> = vec![(schema, body, 1)];
    let mut left = MOST_CHECKS;
    while let Some((schema, value, depth)) = waiting.pop() {
        left = left.checked_sub(1).ok_or(TooMuch)?;
        if depth > DEEPEST || waiting.len() > MOST_WAITING {
            return Err(TooMuch);
        }
        let Value::Object(keywords) = schema else { continue };
        // Draft 4: nothing counts beside a reference.
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            let schema = target(reference).and_then(|(name, pointer)| schemas.get(&name)?.pointer(pointer));
            waiting.extend(schema.map(|schema| (schema, value, depth + 1)));
            continue;
        }
        for (keyword, schema) in keywords {
            follow(keyword, schema, keywords, value, &mut |schema, value| {
                waiting.push((schema, value, depth + 1));
            });
        }
    }
    Ok(())
}

fn follow<'v>(
    keyword: &str,
    schema: &'v Value,
    keywords: &'v serde_json::Map<String, Value>,
    value: &'v Value,
    push: &mut impl FnMut(&'v Value, &'v Value),
) {
    match (keyword, schema, value) {
        ("allOf" | "anyOf" | "oneOf", Value::Array(schemas), _) => {
            for schema in schemas {
                push(schema, value);
            }
        }
        ("not", ..) => push(schema, value),
        ("dependencies", Value::Object(schemas), Value::Object(_)) => {
            for schema in schemas.values() {
                push(schema, value);
            }
        }
        ("items", Value::Array(schemas), Value::Array(list)) => {
            for (schema, value) in schemas.iter().zip(list) {
                push(schema, value);
            }
        }
        ("items", _, Value::Array(list)) => {
            for value in list {
                push(schema, value);
            }
        }
        ("additionalItems", Value::Object(_), Value::Array(list)) => {
            let known = keywords.get("items").and_then(Value::as_array).map_or(0, Vec::len);
            for value in list.iter().skip(known) {
                push(schema, value);
            }
        }
        ("properties", Value::Object(schemas), Value::Object(object)) => {
            for (name, schema) in schemas {
                if let Some(value) = object.get(name) {
                    push(schema, value);
                }
            }
        }
        ("patternProperties", Value::Object(schemas), Value::Object(object)) => {
            for (schema, value) in
                schemas.values().flat_map(|schema| object.values().map(move |v| (schema, v)))
            {
                push(schema, value);
            }
        }
        ("additionalProperties", Value::Object(_), Value::Object(object)) => {
            for value in object.values() {
                push(schema, value);
            }
        }
        _ => {}
    }
}
