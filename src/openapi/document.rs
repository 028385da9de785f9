//! The document as a whole.

use api::{ApiContent, Paths, ResourceMethods};
use serde_json::Value;

use crate::extensions::{self, BINARY_MEDIA_TYPES, DOCUMENTATION, IMPORT_EXPORT_VERSION};
use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported};
use crate::models::Models;
use crate::{Finding, Import, access, operation, path_item, settings, version};

/// Fields of either version that may stand at the root.
const KNOWN: [&str; 17] = [
    "openapi",
    "swagger",
    "info",
    "servers",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "paths",
    "components",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "tags",
    "externalDocs",
];

/// Imports a document. A base path or server URL does not become part of the paths: the service's default for
/// `basePath` is `ignore` (developer guide, api-gateway-import-api-basePath).
pub(crate) fn import(document: &Value) -> Result<Import, Vec<Finding>> {
    let mut findings = Findings::default();
    match (read(document, &mut findings), findings.finish()) {
        (Ok(import), Ok(warnings)) => Ok(Import { warnings, ..import }),
        (_, Err(problems)) => Err(problems),
        // Never: a `Reported` comes with a problem.
        (Err(_), Ok(_)) => Err(Vec::new()),
    }
}

fn read(document: &Value, findings: &mut Findings) -> Result<Import, Reported> {
    let root = Fields::of(document, At::ROOT, findings)?;
    extensions::check(document, findings)?;
    version::check(root, findings);
    for (key, _) in root.sorted() {
        if !KNOWN.contains(&key) && key != "security" && !key.starts_with("x-") {
            findings.invalid(&root.at.child(key), "is not a field of a document");
        }
    }
    operation::check_security(root, findings);
    access::check(root, findings)?;
    check_import_version(root, findings);
    if root.get(DOCUMENTATION).is_some() {
        findings.no_effect(&root.at.child(DOCUMENTATION), "documentation is not kept");
    }
    let types = binary_media_types(root, findings);
    let validators = settings::validators(root, findings);
    let gateway_responses = settings::gateway_responses(root, findings);
    let size = settings::minimum_compression_size(root, findings);
    let info = settings::info(root, findings);
    let policy = settings::policy(root, findings);
    let mut models = Models::read(root, findings)?;
    let paths = paths(root, &mut models, findings)?;
    let content = ApiContent {
        cors: None,
        paths,
        binary_media_types: types?,
        minimum_compression_size: size?,
        models: models.finish(),
        request_validators: validators?,
        gateway_responses: gateway_responses?,
        policy: policy?,
        info: info?,
        maximum_integration_timeout_millis: None,
    };
    Ok(Import { content, warnings: Vec::new() })
}

fn paths(root: Fields<'_>, models: &mut Models, findings: &mut Findings) -> Result<Paths, Reported> {
    let at = root.at.child("paths");
    let Some(value) = root.get("paths") else {
        return Err(findings.invalid(&at, "is missing; it maps paths such as /houses to their methods"));
    };
    let mut paths = Paths::new();
    for (path, item) in Fields::of(value, at, findings)?.sorted() {
        if path.starts_with("x-") {
            continue;
        }
        let methods: Result<ResourceMethods, Reported> =
            path_item::import(path, item, root, models, at.child(path), findings);
        // What is wrong in one path must not hide what is wrong in the next.
        paths.insert(path.to_owned(), methods.unwrap_or_default());
    }
    Ok(paths)
}

fn binary_media_types(root: Fields<'_>, findings: &mut Findings) -> Result<Vec<String>, Reported> {
    let at = root.at.child(BINARY_MEDIA_TYPES);
    let list = match root.get(BINARY_MEDIA_TYPES) {
        None => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(other) => {
            return Err(findings.invalid(&at, format!("must be a list of media types, not {}", kind(other))));
        }
    };
    let types = list.iter().enumerate().map(|(i, value)| match value {
        Value::String(text) => Ok(text.clone()),
        other => {
            Err(findings.invalid(&at.child(&format!("[{i}]")), format!("must be text, not {}", kind(other))))
        }
    });
    types.collect::<Vec<_>>().into_iter().collect()
}

/// Developer guide, api-gateway-extensions-importexport-version: `1.0` is the only version there is.
fn check_import_version(root: Fields<'_>, findings: &mut Findings) {
    match root.get(IMPORT_EXPORT_VERSION) {
        None => {}
        Some(Value::String(text)) if text == "1.0" => {}
        // Without quotes it is a number to YAML.
        Some(Value::Number(number)) if number.as_f64() == Some(1.0) => {}
        Some(_) => {
            findings.unsupported(
                &root.at.child(IMPORT_EXPORT_VERSION),
                "must be \"1.0\", the only version there is",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{accepts, problems};

    #[test]
    fn what_has_no_effect_is_ignored() {
        let import = accepts(&json!({
            "swagger": "2.0", "info": {}, "host": "h", "basePath": "/base", "schemes": ["https"], "consumes": [], "produces": [],
            "definitions": {}, "parameters": {}, "responses": {}, "securityDefinitions": {"s": {"type": "basic"}},
            "tags": [], "externalDocs": {}, "paths": {"/x": {}},
        }));
        assert_eq!(import.content.paths.keys().collect::<Vec<_>>(), ["/x"]);
    }

    #[test]
    fn binary_media_types() {
        let with =
            |types| json!({"openapi": "3.0.1", "paths": {}, "x-amazon-apigateway-binary-media-types": types});
        assert_eq!(
            accepts(&with(json!(["image/png", "*/*"]))).content.binary_media_types,
            ["image/png", "*/*"]
        );
        assert_eq!(accepts(&with(json!([]))).content.binary_media_types, [""; 0]);
        let found = problems(&with(json!(["a/b", 1])));
        assert_eq!(found, ["x-amazon-apigateway-binary-media-types[1]: must be text, not a number"]);
        assert!(problems(&with(json!("a/b")))[0].contains("must be a list of media types"));
    }

    #[test]
    fn shapes_are_refused_without_panic() {
        assert_eq!(problems(&json!([])), [": must be an object, not a list"]);
        assert_eq!(problems(&json!({"openapi": "3.0.1"}))[0].split(';').next(), Some("paths: is missing"));
        assert_eq!(
            problems(&json!({"openapi": "3.0.1", "paths": []})),
            ["paths: must be an object, not a list"]
        );
        assert_eq!(
            problems(&json!({"openapi": "3.0.1", "paths": {}, "pathz": {}})),
            ["pathz: is not a field of a document"]
        );
        let version =
            json!({"openapi": "3.0.1", "paths": {}, "x-amazon-apigateway-importexport-version": "2.0"});
        assert!(problems(&version)[0].contains("must be \"1.0\""));
    }

    #[test]
    fn every_problem_is_found() {
        let found = problems(&json!({
            "openapi": "3.1.0", "security": [{"s": []}],
            "paths": {"/a": {"get": {}}, "/b": {"post": {"x-amazon-apigateway-integration": {"type": "aws"}}}},
        }));
        assert!(found.len() >= 4, "{found:?}");
    }
}
