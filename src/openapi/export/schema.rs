//! Models as schemas of the document.

use std::collections::BTreeMap;

use api::Model;
use serde_json::{Map, Value};

use super::Format;
use crate::models::{MODELS, escaped};

/// Schemas by name.
pub(super) fn all(models: &BTreeMap<String, Model>, format: Format) -> Map<String, Value> {
    models.iter().map(|(name, model)| (name.clone(), rewritten(&model.schema, name, format))).collect()
}

/// A schema that refers to a model.
pub(super) fn reference(model: &str, format: Format) -> Value {
    serde_json::json!({"$ref": format!("{}{}", prefix(format), escaped(model))})
}

fn prefix(format: Format) -> &'static str {
    match format {
        Format::Oas30 => "#/components/schemas/",
        Format::Swagger => "#/definitions/",
    }
}

fn rewritten(schema: &Value, model: &str, format: Format) -> Value {
    match schema {
        Value::Object(object) => {
            let member = |(key, value): (&String, &Value)| {
                let value = match (key.as_str(), value) {
                    ("$ref", Value::String(target)) => target_of(target, model, format).into(),
                    _ => rewritten(value, model, format),
                };
                (key.clone(), value)
            };
            Value::Object(object.iter().map(member).collect())
        }
        Value::Array(list) => list.iter().map(|value| rewritten(value, model, format)).collect(),
        other => other.clone(),
    }
}

fn target_of(target: &str, model: &str, format: Format) -> String {
    if let Some(path) = target.strip_prefix(MODELS) {
        return format!("{}{path}", prefix(format));
    }
    // Definitions of the model's own: in a document the same words mean those of the document.
    match target.strip_prefix("#/").filter(|path| path.starts_with("definitions/")) {
        Some(path) => format!("{}{}/{path}", prefix(format), escaped(model)),
        None => target.to_owned(),
    }
}
