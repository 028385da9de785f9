//! What the tests of this room share.

use api::Method;
use serde_json::{Value, json};

use crate::{Finding, Import, import};

fn line(finding: &Finding) -> String {
    format!("{}: {}", finding.path, finding.what)
}

/// The import of a document that must be accepted.
pub(crate) fn accepts(document: &Value) -> Import {
    import(document).unwrap_or_else(|problems| panic!("refused: {problems:?}"))
}

/// The problems of a document that must be refused, as `path: what`.
pub(crate) fn problems(document: &Value) -> Vec<String> {
    match import(document) {
        Ok(import) => panic!("accepted: {import:?}"),
        Err(problems) => problems.iter().map(line).collect(),
    }
}

/// A document with one GET at `path`.
pub(crate) fn document(path: &str, operation: &Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": operation}}})
}

fn with_integration(path: &str, integration: &Value) -> Value {
    document(path, &json!({"x-amazon-apigateway-integration": integration}))
}

/// The method that an integration at `path` becomes, and the warnings (`NoEffect what`, with the field's own name).
pub(crate) fn method_at(path: &str, integration: &Value) -> (Method, Vec<String>) {
    let import = accepts(&with_integration(path, integration));
    let short =
        |finding: &Finding| format!("{:?} {}: {}", finding.reason, field(path, &finding.path), finding.what);
    (*import.content.paths[path][&api::MethodName::Get].clone(), import.warnings.iter().map(short).collect())
}

/// The problems of an integration at `path`, as `field: what`.
pub(crate) fn refused_at(path: &str, integration: &Value) -> Vec<String> {
    match import(&with_integration(path, integration)) {
        Ok(import) => panic!("accepted: {import:?}"),
        Err(problems) => problems.iter().map(|f| format!("{}: {}", field(path, &f.path), f.what)).collect(),
    }
}

fn field(path: &str, whole: &str) -> String {
    let prefix = format!("paths.{path}.get.x-amazon-apigateway-integration");
    let rest = whole.strip_prefix(&prefix).unwrap_or(whole);
    rest.strip_prefix('.').unwrap_or(rest).to_owned()
}
