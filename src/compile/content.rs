//! From what a `RestApi` or `ApiDeployment` says to checked, normalised content.

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

impl Written {
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
                let field = match field {
                    "timeoutMillis" => "timeoutInMillis",
                    "function" | "url" => "uri",
                    other => other.strip_prefix("mapping.").unwrap_or(other),
                };
                match kind {
                    "" => format!("spec.openapi.paths.{resource}.{method}.{field}"),
                    _ => format!(
                        "spec.openapi.paths.{resource}.{method}.x-amazon-apigateway-integration.{field}"
                    ),
                }
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
    let root = match written {
        Written::Typed(root) => root,
        Written::OpenApi => "spec",
    };
    let longest = content.maximum_integration_timeout_millis.unwrap_or(INTEGRATION_TIMEOUT_MILLIS);
    if !(INTEGRATION_TIMEOUT_MILLIS..=900_000).contains(&longest) {
        let what = format!("{longest} must be from {INTEGRATION_TIMEOUT_MILLIS} to 900000");
        diagnostics.error(object, format!("{root}.maximumIntegrationTimeoutMillis"), Reason::Invalid, what);
    }
    if content.paths.len() > 300 {
        let what = format!("{} resources; an API may have 300", content.paths.len());
        diagnostics.error(object, format!("{root}.paths"), Reason::Invalid, what);
    }
    for (i, media) in content.binary_media_types.iter().enumerate() {
        if !is_media_type(media) {
            let what = format!("{media:?} is not a media type such as image/png, application/* or */*");
            diagnostics.error(object, format!("{root}.binaryMediaTypes[{i}]"), Reason::Invalid, what);
        }
    }
    settings::check(object, &content, root, diagnostics);
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

fn is_media_type(text: &str) -> bool {
    let part = |part: &str| {
        part == "*"
            || (!part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b)))
    };
    text.split_once('/').is_some_and(|(kind, sub)| part(kind) && part(sub))
}
