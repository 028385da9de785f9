//! Where an error comes from: the schema that has the keyword, and how deep in the body it was held against a value.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::paths::{Location, LocationSegment};
use serde_json::Value;

use crate::validation::references::target;

/// The place of an error.
pub(super) struct Trail<'s> {
    /// The schema that has the keyword.
    pub(super) schema: &'s Value,
    /// The keyword; `allOf` for whatever is wrong within one, since the service says no more of it.
    pub(super) keyword: String,
    /// Which schema of an `allOf` it is that fails.
    pub(super) branch: Option<usize>,
    /// The value that it was held against, as a JSON pointer.
    pub(super) at: String,
    /// Schema and keyword by the way that led there: the same for all errors of one keyword.
    pub(super) way: String,
}

impl<'s> Trail<'s> {
    /// Follows the way of an error. `None` where it can't be: what it leads to is not as expected.
    pub(super) fn of(
        error: &ValidationError<'_>,
        schemas: &'s BTreeMap<String, Value>,
        name: &str,
    ) -> Option<Self> {
        let mut schema = schemas.get(name)?;
        // Models are compiled within an `allOf` that refers to the one that is asked for.
        let mut steps = error.evaluation_path().segments().skip(3).map(text).peekable();
        let (mut way, mut depth) = (String::new(), 0);
        while let Some(step) = steps.next() {
            way.push('/');
            way.push_str(&step);
            let held = schema.get(&step);
            let next = steps.peek().map(String::as_str);
            let (inner, takes_step, into) = match (step.as_str(), next, held) {
                ("allOf", Some(branch), _) => {
                    let branch = branch.parse().ok();
                    let at = prefix(error.instance_path(), depth);
                    return Some(Self { schema, keyword: step, branch, at, way });
                }
                ("$ref", Some(_), Some(Value::String(reference))) => {
                    let (name, pointer) = target(reference)?;
                    (schemas.get(&name)?.pointer(pointer)?, false, 0)
                }
                ("properties" | "patternProperties", Some(key), Some(held)) => (held.get(key)?, true, 1),
                ("dependencies", Some(key), Some(held)) => (held.get(key)?, true, 0),
                ("items", Some(key), Some(Value::Array(list))) => {
                    (list.get(key.parse::<usize>().ok()?)?, true, 1)
                }
                ("items" | "additionalItems" | "additionalProperties", Some(_), Some(held)) => {
                    (held, false, 1)
                }
                (_, None, _) => {
                    let at = prefix(error.instance_path(), depth);
                    return Some(Self { schema, keyword: step, branch: None, at, way });
                }
                _ => return None,
            };
            depth += into;
            schema = inner;
            if takes_step && let Some(key) = steps.next() {
                way.push('/');
                way.push_str(&key);
            }
        }
        None
    }
}

fn text(segment: LocationSegment<'_>) -> String {
    match segment {
        LocationSegment::Property(name) => name.into_owned(),
        LocationSegment::Index(index) => index.to_string(),
    }
}

/// The first segments of a pointer.
fn prefix(path: &Location, segments: usize) -> String {
    path.as_str().split_inclusive('/').take(segments + 1).collect::<String>().trim_end_matches('/').to_owned()
}
