//! What an import passes over without a word, for those who want to know: it has no effect on the service either.

mod schemas;

use api::Reason;
use serde_json::Value;

use crate::Finding;
use crate::extensions::{ANY_METHOD, PREFIX};
use crate::findings::At;
use crate::path_item::METHODS;

const DROPPED: &str = "is not kept: it changes no answer";

/// Fields of a document that do not become part of the API. At most `most`.
pub fn left_out(document: &Value, most: usize) -> Vec<Finding> {
    let mut found = LeftOut { all: Vec::new(), most };
    let root = At::ROOT;
    found.fields(document, &root, &["host", "schemes", "tags", "externalDocs"], DROPPED);
    found.vendors(document, &root);
    found.fields(document, &root, &["basePath", "servers"], "is not kept: paths begin behind the stage");
    found.fields(document, &root, &["securityDefinitions"], "is not kept: no method refers to it");
    found.others(&document["info"], &root.child("info"), &["title", "version", "description"]);
    let components = root.child("components");
    let used = [
        "schemas",
        "parameters",
        "requestBodies",
        "responses",
        "headers",
        "x-amazon-apigateway-integrations",
    ];
    found.others(&document["components"], &components, &used);
    found.schemas(&document["components"]["schemas"], &components.child("schemas"));
    found.schemas(&document["definitions"], &root.child("definitions"));
    let paths = root.child("paths");
    for (path, item) in members(&document["paths"]) {
        let at = paths.child(path);
        found.fields(item, &at, &["summary", "description", "servers"], DROPPED);
        found.vendors(item, &at);
        found.parameters(item, &at);
        for (key, operation) in members(item) {
            if key == ANY_METHOD || METHODS.iter().any(|(name, _)| *name == key) {
                found.operation(operation, &at.child(key));
            }
        }
    }
    found.all
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

fn is_plain_text(schema: &Value) -> bool {
    schema.is_null() || *schema == serde_json::json!({"type": "string"})
}

struct LeftOut {
    all: Vec<Finding>,
    most: usize,
}

impl LeftOut {
    fn say(&mut self, at: &At<'_>, what: &str) {
        if self.all.len() < self.most {
            self.all.push(Finding { path: at.to_string(), what: what.to_owned(), reason: Reason::NoEffect });
        }
    }

    /// Those of the fields that are there.
    fn fields(&mut self, value: &Value, at: &At<'_>, fields: &[&str], what: &str) {
        for (key, _) in members(value).filter(|(key, _)| fields.contains(key)) {
            self.say(&at.child(key), what);
        }
    }

    fn vendors(&mut self, value: &Value, at: &At<'_>) {
        for (key, _) in members(value).filter(|(key, _)| key.starts_with("x-") && !key.starts_with(PREFIX)) {
            self.say(&at.child(key), "is not kept: an extension of another vendor");
        }
    }

    /// All fields but these.
    fn others(&mut self, value: &Value, at: &At<'_>, kept: &[&str]) {
        for (key, _) in members(value).filter(|(key, _)| !kept.contains(key)) {
            self.say(&at.child(key), DROPPED);
        }
    }

    fn operation(&mut self, operation: &Value, at: &At<'_>) {
        let fields = [
            "tags",
            "summary",
            "description",
            "externalDocs",
            "callbacks",
            "deprecated",
            "servers",
            "schemes",
        ];
        self.fields(operation, at, &fields, DROPPED);
        self.vendors(operation, at);
        self.parameters(operation, at);
        let body = at.child("requestBody");
        self.others(&operation["requestBody"], &body, &["content", "required", "$ref"]);
        self.media(&operation["requestBody"], &body);
        let responses = at.child("responses");
        for (status, response) in members(&operation["responses"]) {
            let at = responses.child(status);
            if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
                self.say(&at, "is not kept: responses are by status");
                continue;
            }
            if response["description"] != Value::Null
                && response["description"] != format!("{status} response")
            {
                self.say(&at.child("description"), &format!("becomes `{status} response`"));
            }
            self.others(response, &at, &["description", "headers", "content", "schema", "$ref"]);
            self.media(response, &at);
            let headers = at.child("headers");
            for (name, header) in members(&response["headers"]) {
                self.others(header, &headers.child(name), &["schema", "type", "$ref"]);
            }
        }
    }

    fn media(&mut self, holder: &Value, at: &At<'_>) {
        let content = at.child("content");
        for (media, value) in members(&holder["content"]) {
            self.others(value, &content.child(media), &["schema"]);
        }
    }

    fn parameters(&mut self, holder: &Value, at: &At<'_>) {
        let list = at.child("parameters");
        for (i, parameter) in holder["parameters"].as_array().into_iter().flatten().enumerate() {
            let index = format!("[{i}]");
            let at = list.child(&index);
            let is_body = parameter["in"] == "body";
            self.others(parameter, &at, &["name", "in", "required", "schema", "type", "$ref"]);
            if !is_body && !is_plain_text(&parameter["schema"]) {
                self.say(
                    &at.child("schema"),
                    "is not kept: of a parameter only whether it is there is checked",
                );
            }
            if parameter["type"].as_str().is_some_and(|kind| kind != "string") {
                self.say(&at.child("type"), "is not kept: parameters are text");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_passed_over() {
        let document = json!({
            "openapi": "3.0.1", "info": {"title": "t", "license": {}}, "servers": [], "tags": [], "x-logo": 1,
            "x-amazon-apigateway-policy": {}, "components": {"schemas": {}, "examples": {}},
            "paths": {"/x": {"summary": "s", "get": {
                "deprecated": true, "operationId": "o",
                "parameters": [{"name": "a", "in": "query", "description": "d", "schema": {"type": "integer"}}],
                "requestBody": {"content": {"a/b": {"schema": {}, "example": 1}}},
                "responses": {"200": {"description": "fine", "headers": {"A": {"description": "d"}}}, "default": {}},
                "x-amazon-apigateway-integration": {},
            }}},
        });
        let paths: Vec<_> = left_out(&document, 100).into_iter().map(|finding| finding.path).collect();
        let get = |rest: &str| format!("paths./x.get.{rest}");
        assert_eq!(
            paths,
            [
                "tags".to_owned(),
                "x-logo".to_owned(),
                "servers".to_owned(),
                "info.license".to_owned(),
                "components.examples".to_owned(),
                "paths./x.summary".to_owned(),
                get("deprecated"),
                get("parameters[0].description"),
                get("parameters[0].schema"),
                get("requestBody.content.a/b.example"),
                get("responses.200.description"),
                get("responses.200.headers.A.description"),
                get("responses.default"),
            ]
        );
        assert_eq!(left_out(&document, 3).len(), 3);
        assert_eq!(left_out(&json!([]), 3).len(), 0);
    }
}
