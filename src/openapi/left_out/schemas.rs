//! Keywords of schemas that change nothing: models are JSON Schema, draft 4, and documents may say more.

use serde_json::Value;

use super::{LeftOut, members};
use crate::findings::At;

/// Keywords of documents and of later drafts.
const UNKNOWN: [&str; 15] = [
    "const",
    "contains",
    "deprecated",
    "discriminator",
    "else",
    "example",
    "examples",
    "externalDocs",
    "if",
    "nullable",
    "propertyNames",
    "readOnly",
    "then",
    "writeOnly",
    "xml",
];

impl LeftOut {
    pub(super) fn schemas(&mut self, schemas: &Value, at: &At<'_>) {
        for (name, schema) in members(schemas) {
            self.schema(schema, &at.child(name));
        }
    }

    fn schema(&mut self, schema: &Value, at: &At<'_>) {
        for (key, value) in members(schema) {
            let here = at.child(key);
            match (key, value) {
                ("exclusiveMinimum" | "exclusiveMaximum", Value::Number(_)) => {
                    self.say(&here, "is not looked at: in JSON Schema draft 4 it is true or false, beside minimum or maximum");
                }
                ("properties" | "patternProperties" | "definitions", _) => self.schemas(value, &here),
                ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                    for (i, schema) in list.iter().enumerate() {
                        self.schema(schema, &here.child(&format!("[{i}]")));
                    }
                }
                ("items" | "additionalItems" | "additionalProperties" | "not", Value::Object(_)) => {
                    self.schema(value, &here);
                }
                _ if UNKNOWN.contains(&key) => {
                    self.say(&here, "is not looked at: models are JSON Schema, draft 4");
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::left_out;

    #[test]
    fn keywords_that_draft_4_lacks() {
        let document = json!({"components": {"schemas": {"A": {
            "nullable": true, "type": "object", "exclusiveMinimum": 5, "exclusiveMaximum": true,
            "properties": {"example": {"type": "string", "example": "x"}, "list": {"items": {"oneOf": [{"const": 1}]}}},
        }}}});
        let mut paths: Vec<_> = left_out(&document, 100).into_iter().map(|finding| finding.path).collect();
        paths.sort();
        let of = |rest: &str| format!("components.schemas.A.{rest}");
        assert_eq!(
            paths,
            [
                of("exclusiveMinimum"),
                of("nullable"),
                of("properties.example.example"),
                of("properties.list.items.oneOf[0].const")
            ]
        );
    }
}
