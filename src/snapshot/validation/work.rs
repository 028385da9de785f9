//! How much there is to do to hold a body against a model, found out before it is done: references let a small schema
//! ask for more than anybody has time for, or for more stack than there is.

use std::collections::BTreeMap;

use serde_json::Value;
use template::document::{Kind, Node};

use super::references::target;

/// Schemas that are held against a value, all in all, for a large body.
const MOST_CHECKS: usize = 2_000_000;
/// For a small one, and for each byte more.
const LEAST_CHECKS: usize = 50_000;
const CHECKS_A_BYTE: usize = 32;
/// Schemas that are being held against values within each other.
const DEEPEST: usize = 600;

/// More than is done for one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is too deep or too large for what its model asks")]
pub(super) struct TooMuch;

/// Counts every schema that could be looked at: which of them really are depends on what fails before.
pub(super) fn check(
    schema: &Value,
    schemas: &BTreeMap<String, Value>,
    body: Node<'_>,
) -> Result<(), TooMuch> {
    let left = MOST_CHECKS.min(LEAST_CHECKS + CHECKS_A_BYTE * body.source_bytes());
    Work { schemas, left }.check(schema, body, 1)
}

struct Work<'s> {
    schemas: &'s BTreeMap<String, Value>,
    left: usize,
}

type Outcome = Result<(), TooMuch>;

impl Work<'_> {
    fn check(&mut self, schema: &Value, value: Node<'_>, depth: usize) -> Outcome {
        self.left = self.left.checked_sub(1).ok_or(TooMuch)?;
        if depth > DEEPEST {
            return Err(TooMuch);
        }
        let Value::Object(keywords) = schema else { return Ok(()) };
        // Draft 4: nothing counts beside a reference.
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            let found =
                target(reference).and_then(|(name, pointer)| self.schemas.get(&name)?.pointer(pointer));
            return found.map_or(Ok(()), |schema| self.check(schema, value, depth + 1));
        }
        keywords.iter().try_for_each(|(keyword, schema)| match value.kind() {
            Kind::List => self.list(keyword, schema, keywords, value, depth + 1),
            Kind::Object => self.object(keyword, schema, value, depth + 1),
            _ => self.any(keyword, schema, value, depth + 1),
        })
    }

    fn any(&mut self, keyword: &str, schema: &Value, value: Node<'_>, depth: usize) -> Outcome {
        match (keyword, schema) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter().try_for_each(|schema| self.check(schema, value, depth))
            }
            ("not", _) => self.check(schema, value, depth),
            _ => Ok(()),
        }
    }

    fn list(
        &mut self,
        keyword: &str,
        schema: &Value,
        keywords: &serde_json::Map<String, Value>,
        list: Node<'_>,
        depth: usize,
    ) -> Outcome {
        match (keyword, schema) {
            ("items", Value::Array(schemas)) => schemas
                .iter()
                .zip(list.items())
                .try_for_each(|(schema, value)| self.check(schema, value, depth)),
            ("items", _) => list.items().try_for_each(|value| self.check(schema, value, depth)),
            ("additionalItems", Value::Object(_)) => {
                let known = keywords.get("items").and_then(Value::as_array).map_or(0, Vec::len);
                list.items().skip(known).try_for_each(|value| self.check(schema, value, depth))
            }
            _ => self.any(keyword, schema, list, depth),
        }
    }

    fn object(&mut self, keyword: &str, schema: &Value, object: Node<'_>, depth: usize) -> Outcome {
        match (keyword, schema) {
            ("dependencies", Value::Object(schemas)) => {
                schemas.values().try_for_each(|schema| self.check(schema, object, depth))
            }
            ("properties", Value::Object(schemas)) => schemas.iter().try_for_each(|(name, schema)| {
                object.get(name).map_or(Ok(()), |value| self.check(schema, value, depth))
            }),
            ("patternProperties", Value::Object(schemas)) => schemas.values().try_for_each(|schema| {
                object.members().try_for_each(|(_, value)| self.check(schema, value, depth))
            }),
            ("additionalProperties", Value::Object(_)) => {
                object.members().try_for_each(|(_, value)| self.check(schema, value, depth))
            }
            _ => self.any(keyword, schema, object, depth),
        }
    }
}
