//! Which models a model leads to, and whether they can be compiled without running out of stack.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Schemas within schemas, of all models that one leads to: compiling goes that deep at most.
const DEEPEST: usize = 1_000;

/// The schema of schemas, which the validator brings.
const META: &str = "http://json-schema.org/draft-04/schema";

/// What a model leads to.
pub(super) struct References<'s> {
    /// Names of models, its own among them.
    pub(super) models: BTreeSet<&'s str>,
    /// Whether there are any references.
    pub(super) has_any: bool,
}

/// What an object in a schema is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Schema,
    /// Schemas by name, which may be any.
    Named,
}

/// Why references can't be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReferenceTrouble {
    #[error("the reference `{0}` is none that is supported; #/models/Name is")]
    Unsupported(String),
    #[error("`id` can't stand where there are references: it would change what they lead to")]
    Id,
    #[error(
        "schemas within schemas, together with those of the models it leads to, are more than {DEEPEST} deep"
    )]
    TooDeep,
}

/// Follows the references of a model.
pub(super) fn from<'s>(
    schemas: &'s BTreeMap<String, Value>,
    name: &str,
) -> Result<References<'s>, ReferenceTrouble> {
    let mut found = References { models: BTreeSet::new(), has_any: false };
    let (mut depth, mut has_id) = (0, false);
    let mut next: Vec<&str> = schemas.get_key_value(name).map(|(name, _)| &**name).into_iter().collect();
    while let Some(name) = next.pop() {
        let Some(schema) = schemas.get(name).filter(|_| found.models.insert(name)) else { continue };
        let mut deepest = 0;
        let mut values = vec![(schema, 1, Is::Schema)];
        while let Some((value, at, is)) = values.pop() {
            deepest = deepest.max(at);
            let object = match value {
                Value::Array(list) => {
                    values.extend(list.iter().map(|value| (value, at, Is::Schema)));
                    continue;
                }
                Value::Object(object) => object,
                _ => continue,
            };
            if is == Is::Named {
                values.extend(object.values().map(|value| (value, at + 1, Is::Schema)));
                continue;
            }
            has_id |= object.get("id").is_some_and(Value::is_string);
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                found.has_any = true;
                match target(reference) {
                    Some((name, _)) => next.extend(schemas.get_key_value(&name).map(|(name, _)| &**name)),
                    None if reference.trim_end_matches('#') == META => {}
                    None => return Err(ReferenceTrouble::Unsupported(reference.to_owned())),
                }
            }
            for (key, value) in object {
                match key.as_str() {
                    // Values that are compared are no schemas.
                    "enum" | "default" => {}
                    "properties" | "patternProperties" | "dependencies" | "definitions" => {
                        values.push((value, at + 1, Is::Named));
                    }
                    _ => values.push((value, at + 1, Is::Schema)),
                }
            }
        }
        depth += deepest;
    }
    match found.has_any {
        true if has_id => Err(ReferenceTrouble::Id),
        _ if depth > DEEPEST => Err(ReferenceTrouble::TooDeep),
        _ => Ok(found),
    }
}

/// Name of the model and pointer within its schema, of `#/models/Name…`.
pub(super) fn target(reference: &str) -> Option<(String, &str)> {
    let rest = reference.strip_prefix("#/models/")?;
    let (name, pointer) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some((name.replace("~1", "/").replace("~0", "~"), pointer))
}
