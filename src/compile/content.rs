//! From what a `RestApi` or `ApiDeployment` says to checked, normalised content.

mod aws;
pub(crate) mod forbidden;
mod header;
mod limits;
mod mapping;
mod merge;
mod method;
mod settings;

use api::{ApiContent, MethodName, ObjectKey, Reason, RestApiSpec};
use snapshot::{ResourcePath, check_siblings};

use crate::diagnostic::Diagnostics;
use crate::normalise::{INTEGRATION_TIMEOUT_MILLIS, normalise};

/// Which way content was written: fields have other names in an `OpenAPI` document.
#[derive(Clone, Copy)]
enum Written {
    Typed(&'static str),
    OpenApi,
}

/// Where a field of a method stands, by the kind of integration (none for the method itself) and the field.
type FieldPath<'a> = &'a dyn Fn(&str, &str) -> String;

impl Written {
    /// Where fields of the whole API stand.
    fn root(self) -> &'static str {
        match self {
            Self::Typed(root) => root,
            Self::OpenApi => "spec",
        }
    }

    fn path(self, resource: &str, method: MethodName, kind: &str, field: &str) -> String {
        match self {
            Self::Typed(root) => {
                let parts = [root, "paths", resource, method.as_str(), kind, field];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
            }
            Self::OpenApi => {
                let method = match method {
                    MethodName::Any => "x-amazon-apigateway-any-method".to_owned(),
                    named => named.as_str().to_ascii_lowercase(),
                };
                let field = match (kind, field) {
                    (_, "timeoutMillis") => "timeoutInMillis",
                    (_, "function" | "url") => "uri",
                    ("aws", "endpoint") => "x-stagegate-endpoint",
                    ("aws", "credentialsSecret") => "x-stagegate-credentials-secret",
                    ("", "requestValidator") => "x-amazon-apigateway-request-validator",
                    ("", "requestParameters") => "parameters",
                    ("", "requestModels") => "requestBody",
                    (_, other) => other.strip_prefix("mapping.").unwrap_or(other),
                };
                let mut at = format!("spec.openapi.paths.{resource}.{method}");
                if !kind.is_empty() {
                    at.push_str(".x-amazon-apigateway-integration");
                }
                if !field.is_empty() {
                    at.extend([".", field]);
                }
                at
            }
        }
    }

    fn resource(self, resource: &str) -> String {
        match self {
            Self::Typed(root) => format!("{root}.paths.{resource}"),
            Self::OpenApi => format!("spec.openapi.paths.{resource}"),
        }
    }
}

/// The content of a `RestApi`; `None` where it has an error, which is reported.
pub(crate) fn of_rest_api(
    object: &ObjectKey,
    spec: &RestApiSpec,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    let (said, written) = match (&spec.paths, &spec.openapi) {
        (Some(paths), None) => {
            (ApiContent { paths: paths.clone(), ..ApiContent::default() }, Written::Typed("spec"))
        }
        (None, Some(document)) => (import(object, document, diagnostics)?, Written::OpenApi),
        _ => {
            diagnostics.error(
                object,
                "spec",
                Reason::Invalid,
                "exactly one of paths and openapi must be set",
            );
            return None;
        }
    };
    let content = merge::fields(object, said, spec, diagnostics)?;
    check(object, content, written, diagnostics)
}

/// The content of an `ApiDeployment`; `None` where it has an error, which is reported.
pub(crate) fn of_deployment(
    object: &ObjectKey,
    content: &ApiContent,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    check(object, content.clone(), Written::Typed("spec.api"), diagnostics)
}

fn import(
    object: &ObjectKey,
    document: &serde_json::Value,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    let path = |finding: &openapi::Finding| match finding.path.as_str() {
        "" => "spec.openapi".to_owned(),
        path => format!("spec.openapi.{path}"),
    };
    match openapi::import(document) {
        Ok(import) => {
            for warning in &import.warnings {
                diagnostics.warning(object, path(warning), warning.reason, &warning.what);
            }
            Some(import.content)
        }
        Err(problems) => {
            for problem in &problems {
                diagnostics.error(object, path(problem), problem.reason, &problem.what);
            }
            None
        }
    }
}

fn check(
    object: &ObjectKey,
    content: ApiContent,
    written: Written,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    let root = written.root();
    if !limits::check(object, &content, written, diagnostics) {
        return None;
    }
    settings::check(object, &content, root, diagnostics);
    let longest = content.maximum_integration_timeout_millis.unwrap_or(INTEGRATION_TIMEOUT_MILLIS);
    let mut parsed = Vec::new();
    for (resource, methods) in &content.paths {
        match ResourcePath::parse(resource) {
            Ok(path) => {
                for (name, method) in methods {
                    let at = |kind: &str, field: &str| written.path(resource, *name, kind, field);
                    method::check(object, &content, method, &path, longest, &at, diagnostics);
                }
                parsed.push(path);
            }
            Err(error) => diagnostics.error(object, written.resource(resource), Reason::Invalid, error),
        }
    }
    if let Err(error) = check_siblings(&parsed) {
        diagnostics.error(object, format!("{root}.paths"), Reason::Conflict, error);
    }
    (!diagnostics.refused(object)).then(|| normalise(content))
}
