//! Notes that stand among what is wrong with a body: formats that the service's validator does not know, of the schemas it
//! held values against.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::validation::formats::{CHECKED, UNCHECKED};
use crate::validation::references::target;

/// Values that are looked at: more would only repeat what has been said.
const MOST_VALUES: usize = 10_000;

/// The notes on a body, of which the values at `wrong` were not looked into.
pub(super) fn on(
    body: &Value,
    schemas: &BTreeMap<String, Value>,
    name: &str,
    wrong: &BTreeSet<&str>,
) -> BTreeSet<String> {
    let mut notes = BTreeSet::new();
    let mut waiting: Vec<(&Value, &Value, String)> =
        schemas.get(name).map(|schema| (schema, body, String::new())).into_iter().collect();
    for _ in 0..MOST_VALUES {
        let Some((schema, value, at)) = waiting.pop() else { break };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let led = target(reference).and_then(|(name, pointer)| schemas.get(&name)?.pointer(pointer));
            waiting.extend(led.map(|schema| (schema, value, at)));
            continue;
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str).filter(|format| !is_known(format))
        {
            notes.insert(format!("format attribute \"{format}\" not supported"));
        }
        if wrong.contains(at.as_str()) {
            continue;
        }
        let mut push = |schema, value, key: &str| {
            if waiting.len() < MOST_VALUES {
                waiting.push((schema, value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))));
            }
        };
        match value {
            Value::Object(members) => {
                for (key, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten()
                {
                    if let Some(value) = members.get(key) {
                        push(schema, value, key);
                    }
                }
            }
            Value::Array(list) => {
                let items = schema.get("items");
                for (i, value) in list.iter().take(MOST_VALUES).enumerate() {
                    let schema =
                        items.and_then(|items| items.as_array().map_or(Some(items), |all| all.get(i)));
                    if let Some(schema) = schema {
                        push(schema, value, &i.to_string());
                    }
                }
            }
            _ => {}
        }
    }
    notes
}

fn is_known(format: &str) -> bool {
    CHECKED.iter().any(|(name, _)| *name == format) || UNCHECKED.contains(&format)
}
