//! Which versions of the specification are read.

use crate::fields::Fields;
use crate::findings::{Findings, clipped};
use serde_json::Value;

const SUPPORTED: &str = "OpenAPI 3.0.x (openapi: 3.0.1) and Swagger 2.0 (swagger: \"2.0\") are supported";

/// Refuses what is neither `OpenAPI` 3.0 nor Swagger 2.0. Both are read alike: they differ in what has no effect here.
pub(crate) fn check(root: Fields<'_>, findings: &mut Findings) {
    match (root.get("openapi"), root.get("swagger")) {
        (Some(version), None) => {
            let text = text(version);
            if text != "3.0" && !text.starts_with("3.0.") {
                let what = format!("OpenAPI {} is not supported; {SUPPORTED}", clipped(&text));
                findings.unsupported(&root.at.child("openapi"), what);
            }
        }
        (None, Some(version)) => {
            let text = text(version);
            if text != "2.0" {
                let what = format!("Swagger {} is not supported; {SUPPORTED}", clipped(&text));
                findings.unsupported(&root.at.child("swagger"), what);
            }
        }
        (Some(_), Some(_)) => {
            findings.invalid(&root.at.child("swagger"), "stands beside openapi; a document has one of them");
        }
        (None, None) => {
            findings.invalid(&root.at.child("openapi"), format!("is missing; {SUPPORTED}"));
        }
    }
}

/// `swagger: 2.0` without quotes is a number to YAML.
fn text(version: &Value) -> String {
    match version {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{accepts, problems};

    #[test]
    fn versions() {
        for version in [json!({"openapi": "3.0.1"}), json!({"openapi": "3.0.3"}), json!({"swagger": "2.0"})] {
            let mut document = version;
            document["paths"] = json!({});
            accepts(&document);
        }
        accepts(&json!({"swagger": 2.0, "paths": {}}));
        let refused = |document| problems(&document);
        assert_eq!(
            refused(json!({"openapi": "3.1.0", "paths": {}})),
            [
                "openapi: OpenAPI 3.1.0 is not supported; OpenAPI 3.0.x (openapi: 3.0.1) and Swagger 2.0 (swagger: \"2.0\") are supported"
            ]
        );
        assert!(refused(json!({"openapi": "3.01", "paths": {}}))[0].contains("not supported"));
        assert!(refused(json!({"swagger": "1.2", "paths": {}}))[0].contains("Swagger 1.2"));
        assert!(
            refused(json!({"swagger": "2.0", "openapi": "3.0.1", "paths": {}}))[0].contains("one of them")
        );
        assert!(refused(json!({"paths": {}}))[0].starts_with("openapi: is missing"));
    }
}
