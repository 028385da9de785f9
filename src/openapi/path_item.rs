//! The methods of one path.

use api::{MethodName, ResourceMethods};
use serde_json::Value;

use crate::extensions::ANY_METHOD;
use crate::fields::Fields;
use crate::findings::{At, Findings, Reported};
use crate::models::Models;
use crate::operation;
use crate::parameters::Place;

/// Keys of a path item that are methods.
pub(crate) const METHODS: [(&str, MethodName); 7] = [
    ("delete", MethodName::Delete),
    ("get", MethodName::Get),
    ("head", MethodName::Head),
    ("options", MethodName::Options),
    ("patch", MethodName::Patch),
    ("post", MethodName::Post),
    ("put", MethodName::Put),
];

/// Imports the path item of `path`.
pub(crate) fn import(
    path: &str,
    item: &Value,
    root: Fields<'_>,
    models: &mut Models,
    at: At<'_>,
    findings: &mut Findings,
) -> Result<ResourceMethods, Reported> {
    let fields = Fields::of(item, at, findings)?;
    let mut methods = ResourceMethods::new();
    for (key, value) in fields.sorted() {
        let here = at.child(key);
        match method(key) {
            Some(name) => {
                let place = Place { root, item: fields };
                if let Ok(method) = operation::import(path, value, place, models, here, findings) {
                    methods.insert(name, Box::new(method));
                }
            }
            None => check_other(key, here, findings),
        }
    }
    Ok(methods)
}

/// Developer guide, api-gateway-swagger-extensions-any-method.
fn method(key: &str) -> Option<MethodName> {
    if key == ANY_METHOD {
        return Some(MethodName::Any);
    }
    METHODS.iter().find(|(name, _)| *name == key).map(|(_, method)| *method)
}

fn check_other(key: &str, at: At<'_>, findings: &mut Findings) {
    match key {
        "summary" | "description" | "servers" | "parameters" => {}
        "trace" => {
            let what = "is not supported; methods are get, put, post, delete, options, head, patch";
            findings.unsupported(&at, what);
        }
        "$ref" => {
            findings.unsupported(&at, "is not supported for a path; write its methods in place");
        }
        _ if key.starts_with("x-") => {}
        // An upper-case GET, say, would be a method that nobody serves.
        _ => {
            findings.invalid(
                &at,
                format!("is not a field of a path; methods are in lower case, ANY is {ANY_METHOD}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use api::MethodName;
    use serde_json::{Value, json};

    use crate::testing::{accepts, problems};

    fn operation() -> Value {
        json!({"x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "ANY", "uri": "http://a/"}})
    }

    #[test]
    fn methods() {
        let mut item = json!({"parameters": [], "summary": "s", "description": "d", "servers": [], "x-y": 1});
        for key in
            ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"]
        {
            item[key] = operation();
        }
        let import = accepts(&json!({"openapi": "3.0.1", "paths": {"/x": item}}));
        let methods: Vec<_> = import.content.paths["/x"].keys().copied().map(MethodName::as_str).collect();
        assert_eq!(methods, ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ANY"]);
    }

    #[test]
    fn what_is_refused() {
        let item = json!({"trace": operation(), "$ref": "#/x", "GET": operation()});
        let found = problems(&json!({"openapi": "3.0.1", "paths": {"/x": item}}));
        assert!(
            found.contains(
                &"paths./x.$ref: is not supported for a path; write its methods in place".to_owned()
            )
        );
        assert!(found.iter().any(|f| f.starts_with("paths./x.trace: is not supported")));
        assert!(found.iter().any(|f| f.starts_with("paths./x.GET: is not a field of a path")));
        let found = problems(&json!({"openapi": "3.0.1", "paths": {"/x": 1}}));
        assert_eq!(found, ["paths./x: must be an object, not a number"]);
    }
}
