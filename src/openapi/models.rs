//! Models: the schemas of a document, and those that stand in place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use api::Model;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported, clipped};

/// How a schema refers to another model of the API.
pub(crate) const MODELS: &str = "#/models/";
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
        if let Some(value) = root.get("components") {
            let inner = Fields::of(value, components, findings)?;
            models.add(inner.map("schemas", findings)?, &components.child("schemas"), findings);
        }
        models.add(root.map("definitions", findings)?, &root.at.child("definitions"), findings);
        Ok(models)
    }

    fn add(&mut self, schemas: Vec<(&str, &Value)>, at: &At<'_>, findings: &mut Findings) {
        let names: BTreeSet<&str> = schemas.iter().map(|(name, _)| *name).collect();
        for (name, schema) in schemas {
            // What is wrong in one schema must not hide what is wrong in the next.
            if let Ok(schema) = read(schema, &at.child(name), &|name| names.contains(name), findings) {
                self.0.insert(name.to_owned(), Model { content_type: None, schema });
            }
        }
    }

    /// The name of a schema's model. One in place becomes a model named by what it says, so that it keeps its name
    /// whatever is changed around it.
    pub(crate) fn name_of(
        &mut self,
        schema: &Value,
        at: &At<'_>,
        findings: &mut Findings,
    ) -> Result<String, Reported> {
        let schema = read(schema, at, &|name| self.0.contains_key(name), findings)?;
        let referred = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix(MODELS));
        if let Some(name) = referred.map(unescaped).filter(|name| self.0.contains_key(name)) {
            return Ok(name);
        }
        let mut name = name_by_content(&schema);
        while self.0.get(&name).is_some_and(|other| other.schema != schema) {
            name.push('x');
        }
        self.0.insert(name.clone(), Model { content_type: None, schema });
        Ok(name)
    }

    pub(crate) fn finish(self) -> BTreeMap<String, Model> {
        self.0
    }
}

/// A schema with its references to other schemas as references to models.
fn read(
    schema: &Value,
    at: &At<'_>,
    is_known: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) -> Result<Value, Reported> {
    if !schema.is_object() {
        return Err(
            findings.invalid(at, format!("must be a schema, which is an object, not {}", kind(schema)))
        );
    }
    rewritten(schema, at, is_known, findings)
}

/// As the service names them: `MODEL` and some digits.
fn name_by_content(schema: &Value) -> String {
    fn feed(value: &Value, hash: &mut Sha256) {
        match value {
            Value::Object(object) => {
                let mut members: Vec<_> = object.iter().collect();
                members.sort_by_key(|(key, _)| *key);
                hash.update(b"{");
                for (key, value) in members {
                    hash.update(Value::from(key.as_str()).to_string());
                    feed(value, hash);
                }
                hash.update(b"}");
            }
            Value::Array(list) => {
                hash.update(b"[");
                for value in list {
                    feed(value, hash);
                }
                hash.update(b"]");
            }
            other => hash.update(other.to_string()),
        }
    }
    let mut hash = Sha256::new();
    feed(schema, &mut hash);
    hash.finalize().iter().take(4).fold("MODEL".to_owned(), |mut name, byte| {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn rewritten(
    schema: &Value,
    at: &At<'_>,
    is_known: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) -> Result<Value, Reported> {
    Ok(match schema {
        Value::Object(object) => {
            let mut out = serde_json::Map::new();
            for (key, value) in object {
                let here = at.child(key);
                let value = match (key.as_str(), value) {
                    ("$ref", Value::String(target)) => reference(target, &here, is_known, findings)?.into(),
                    _ => rewritten(value, &here, is_known, findings)?,
                };
                out.insert(key.clone(), value);
            }
            Value::Object(out)
        }
        Value::Array(list) => {
            let all: Result<_, _> =
                list.iter().map(|value| rewritten(value, at, is_known, findings)).collect();
            Value::Array(all?)
        }
        other => other.clone(),
    })
}

/// A name as a step of a reference.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn reference(
    target: &str,
    at: &At<'_>,
    is_known: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) -> Result<String, Reported> {
    // As documents write it, as exports of the service do within a model, and as models of an API here do.
    let of_service = || target.rsplit_once("/models/").filter(|_| target.starts_with("https://apigateway."));
    let path = SCHEMAS.iter().chain([&MODELS]).find_map(|prefix| target.strip_prefix(*prefix));
    if let Some(path) = path.or_else(|| of_service().map(|(_, name)| name)) {
        if !is_known(&unescaped(path.split('/').next().unwrap_or_default())) {
            let what = format!("{} leads to no schema of the document", clipped(target));
            return Err(findings.invalid(at, what));
        }
        return Ok(format!("{MODELS}{path}"));
    }
    if target == "#" || target.starts_with("#/") {
        // Within the schema itself.
        return Ok(target.to_owned());
    }
    let what = format!("{} is not supported; #/components/schemas/NAME is", clipped(target));
    Err(findings.unsupported(at, what))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{accepts, document, problems};

    fn with(schema: &Value) -> Value {
        document(
            "/x",
            &json!({
                "requestBody": {"content": {"application/json": {"schema": schema}}},
                "x-amazon-apigateway-integration": {"type": "mock"},
            }),
        )
    }

    #[test]
    fn references_become_references_to_models() {
        let mut doc = with(&json!({"$ref": "#/components/schemas/Person"}));
        doc["components"] = json!({"schemas": {
            "Person": {"type": "object", "properties": {"house": {"$ref": "#/components/schemas/House"}}},
            "House": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        }});
        let content = accepts(&doc).content;
        assert_eq!(content.models["House"].schema["items"]["$ref"], "#/models/Person");
        assert_eq!(content.models["Person"].schema["properties"]["house"]["$ref"], "#/models/House");
        let method = content.paths["/x"].values().next().unwrap();
        assert_eq!(method.request_models["application/json"], "Person");
    }

    #[test]
    fn a_schema_in_place_is_named_by_what_it_says() {
        let of = |schema: &Value| {
            let content = accepts(&with(schema)).content;
            assert_eq!(content.models.len(), 1);
            content.models.into_iter().next().unwrap()
        };
        let (name, model) = of(&json!({"type": "object", "title": "t"}));
        assert_eq!(name, "MODEL4c0fa239");
        assert_eq!(model.schema, json!({"type": "object", "title": "t"}));
        assert_ne!(of(&json!({"type": "array"})).0, name);
    }

    #[test]
    fn what_is_refused() {
        let of = |schema: Value| problems(&with(&schema)).remove(0);
        let place = "paths./x.get.requestBody.content.application/json.schema";
        assert_eq!(
            of(json!({"$ref": "#/components/schemas/No"})),
            format!("{place}.$ref: #/components/schemas/No leads to no schema of the document")
        );
        assert!(
            of(json!({"items": {"$ref": "http://a/b"}}))
                .starts_with(&format!("{place}.items.$ref: http://a/b is not"))
        );
        assert!(of(json!(true)).contains("must be a schema"));
        let mut doc = with(&json!({}));
        doc["components"] = json!({"schemas": {"A": {"$ref": "#/components/schemas/B"}}});
        assert!(problems(&doc)[0].starts_with("components.schemas.A.$ref: "));
    }
}
