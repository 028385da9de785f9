//! What is wrong with a body, in the words of the service. They are those of a validator whose texts API developers know
//! from `$context.error.validationErrorString`.

mod java_set;
mod keyword;
mod notes;
mod numbers;
#[cfg(test)]
mod tests;
mod trail;

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use trail::Trail;

/// Errors that are looked at, of one body.
const MOST_ERRORS: usize = 1_000;
/// Bytes of text that no further message is added to.
const LONGEST: usize = 64 * 1024;

/// Errors of one keyword at one value.
struct Group<'e, 's> {
    trail: Trail<'s>,
    errors: Vec<ValidationError<'e>>,
    branches: BTreeSet<usize>,
}

/// `[first, second]`; `None` where there is no error.
pub(super) fn of<'e>(
    errors: impl Iterator<Item = ValidationError<'e>>,
    body: &Value,
    schemas: &BTreeMap<String, Value>,
    name: &str,
) -> Option<String> {
    let mut groups: BTreeMap<(String, String), Group<'e, '_>> = BTreeMap::new();
    let mut others = Vec::new();
    let mut is_empty = true;
    for error in errors.take(MOST_ERRORS) {
        is_empty = false;
        let Some(trail) = Trail::of(&error, schemas, name) else {
            others.push(error.to_string());
            continue;
        };
        let group = groups.entry((trail.at.clone(), trail.way.clone())).or_insert_with(|| Group {
            trail: Trail { branch: None, ..trail },
            errors: Vec::new(),
            branches: BTreeSet::new(),
        });
        group.branches.extend(trail.branch);
        group.errors.push(error);
    }
    if is_empty {
        return None;
    }
    let wrong: BTreeSet<&str> = groups.keys().map(|(at, _)| at.as_str()).collect();
    let mut length = 0;
    let mut texts: Vec<String> = notes::on(body, schemas, name, &wrong).into_iter().collect();
    for ((at, _), group) in &groups {
        // What is in a value is looked at once the value itself is right.
        if ancestors(at).any(|above| wrong.contains(above)) || length > LONGEST {
            continue;
        }
        let more = group.texts(body);
        length += more.iter().map(String::len).sum::<usize>();
        texts.extend(more);
    }
    texts.extend(others);
    Some(format!("[{}]", java_set::in_order(texts).join(", ")))
}

fn ancestors(at: &str) -> impl Iterator<Item = &str> {
    at.match_indices('/').map(|(end, _)| &at[..end])
}

impl Group<'_, '_> {
    fn texts(&self, body: &Value) -> Vec<String> {
        let Some(first) = self.errors.first() else { return Vec::new() };
        let held = &self.trail.schema[&self.trail.keyword];
        match self.trail.keyword.as_str() {
            "allOf" => {
                let all = held.as_array().map_or(0, Vec::len);
                let matched = all.saturating_sub(self.branches.len());
                vec![format!(
                    "instance failed to match all required schemas (matched only {matched} out of {all})"
                )]
            }
            "dependencies" => missing_dependencies(held, first.instance()),
            "required" => {
                let missing = self.errors.iter().filter_map(|error| match error.kind() {
                    Kind::Required { property } => property.as_str(),
                    _ => None,
                });
                vec![format!("object has missing required properties ({})", list(missing))]
            }
            "additionalProperties" => {
                let names = match first.kind() {
                    Kind::AdditionalProperties { unexpected } => list(unexpected.iter().map(String::as_str)),
                    // No property may be there.
                    _ => list(
                        body.pointer(&self.trail.at)
                            .and_then(Value::as_object)
                            .into_iter()
                            .flatten()
                            .map(|(name, _)| name.as_str()),
                    ),
                };
                vec![format!("object instance has properties which are not allowed by the schema: {names}")]
            }
            _ => vec![keyword::text(first, self.trail.schema)],
        }
    }
}

/// Names in order, each once, as JSON.
fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    Value::from(names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()).to_string()
}

fn missing_dependencies(dependencies: &Value, instance: &Value) -> Vec<String> {
    let mut of: Vec<_> = dependencies.as_object().into_iter().flatten().collect();
    of.sort_by_key(|(name, _)| *name);
    let text = |(name, needed): (&String, &Value)| {
        instance.get(name)?;
        let needed = || needed.as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = || needed().filter(|name| instance.get(name).is_none());
        missing().next()?;
        let (needed, missing) = (list(needed()), list(missing()));
        Some(format!(
            "property {} of object has missing property dependencies (schema requires {needed}; missing: {missing})",
            Value::from(name.as_str())
        ))
    };
    of.into_iter().filter_map(text).collect()
}
