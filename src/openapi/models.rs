//! Models: the schemas of a document, and those that stand in place.

use std::collections::BTreeMap;

use api::Model;
use serde_json::Value;

use crate::fields::Fields;
use crate::findings::{At, Findings, Reported, clipped};

/// How a schema refers to another model of the API.
const MODELS: &str = "#/models/";
/// How documents of either version refer to schemas.
const SCHEMAS: [&str; 2] = ["#/components/schemas/", "#/definitions/"];

/// Models by name.
#[derive(Default)]
pub(crate) struct Models(BTreeMap<String, Model>);

impl Models {
    /// Reads the schemas of the document.
    pub(crate) fn read(root: Fields<'_>, findings: &mut Findings) -> Result<Self, Reported> {
        let mut models = Self::default();
        let components = root.at.child("components");
        let inner = match root.get("components") {
            Some(value) => Some(Fields::of(value, components, findings)?),
            None => None,
        };
        let found = [
            (inner.map(|inner| inner.map("schemas", findings)), components.child("schemas")),
            (Some(root.map("definitions", findings)), root.at.child("definitions")),
        ];
        for (schemas, at) in found {
            for (name, schema) in schemas.transpose()?.unwrap_or_default() {
                if let Some(schema) = rewritten(schema, &at.child(name), findings) {
                    models.0.insert(name.to_owned(), Model { content_type: None, schema });
                }
            }
        }
        models.check_references(findings);
        Ok(models)
    }

    /// The name of a schema's model. One in place becomes a model named by its place.
    pub(crate) fn name_of(
        &mut self,
        schema: &Value,
        place: &str,
        at: &At<'_>,
        findings: &mut Findings,
    ) -> Option<String> {
        let schema = rewritten(schema, at, findings)?;
        let referred = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix(MODELS));
        if let Some(name) = referred {
            if !self.0.contains_key(name) {
                findings.invalid(
                    at,
                    format!("refers to the schema {}, which the document has not", clipped(name)),
                );
                return None;
            }
            return Some(name.to_owned());
        }
        let name: String = place.chars().filter(char::is_ascii_alphanumeric).collect();
        self.0.insert(name.clone(), Model { content_type: None, schema });
        Some(name)
    }

    pub(crate) fn finish(self) -> BTreeMap<String, Model> {
        self.0
    }

    fn check_references(&self, findings: &mut Findings) {
        for (name, model) in &self.0 {
            let mut missing = Vec::new();
            references(&model.schema, &mut |target| {
                if !self.0.contains_key(target) {
                    missing.push(clipped(target));
                }
            });
            for target in missing {
                let what =
                    format!("the schema {} refers to {target}, which the document has not", clipped(name));
                findings.invalid(&At::ROOT, what);
            }
        }
    }
}

fn references(schema: &Value, found: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(object) => {
            let target =
                object.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix(MODELS));
            if let Some(target) = target {
                found(target.split('/').next().unwrap_or_default());
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// The schema with its references to other schemas as references to models.
fn rewritten(schema: &Value, at: &At<'_>, findings: &mut Findings) -> Option<Value> {
    Some(match schema {
        Value::Object(object) => {
            let mut out = serde_json::Map::new();
            for (key, value) in object {
                let value = match (key.as_str(), value) {
                    ("$ref", Value::String(target)) => {
                        Value::String(rewritten_reference(target, at, findings)?)
                    }
                    _ => rewritten(value, at, findings)?,
                };
                out.insert(key.clone(), value);
            }
            Value::Object(out)
        }
        Value::Array(list) => {
            Value::Array(list.iter().map(|value| rewritten(value, at, findings)).collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

fn rewritten_reference(target: &str, at: &At<'_>, findings: &mut Findings) -> Option<String> {
    if let Some(name) = SCHEMAS.iter().find_map(|prefix| target.strip_prefix(prefix)) {
        return Some(format!("{MODELS}{name}"));
    }
    // As exports of the service write it, and within a schema.
    let api_gateway = target.rsplit_once("/models/").filter(|_| target.starts_with("https://apigateway."));
    if let Some((_, name)) = api_gateway {
        return Some(format!("{MODELS}{name}"));
    }
    if target == "#" || target.starts_with("#/") {
        return Some(target.to_owned());
    }
    let what = format!("$ref {} is not supported; #/components/schemas/NAME is", clipped(target));
    findings.unsupported(at, what);
    None
}
