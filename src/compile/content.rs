//! From what a `RestApi` or `ApiDeployment` says to checked, normalised content.

mod aws;
pub(crate) mod forbidden;
mod header;
mod limits;
mod mapping;
mod merge;
mod method;
mod settings;
mod written;

use api::{ApiContent, ObjectKey, Reason, RestApiSpec};
use snapshot::{ResourcePath, check_siblings};

use crate::diagnostic::Diagnostics;
use crate::normalise::{INTEGRATION_TIMEOUT_MILLIS, normalise};
use written::{FieldPath, Written};

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
        (None, Some(document)) => (import(object, document, diagnostics)?, Written::OpenApi(spec)),
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
    written: Written<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    if !limits::check(object, &content, written, diagnostics) {
        return None;
    }
    settings::check(object, &content, written, diagnostics);
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
        diagnostics.error(object, written.setting("paths"), Reason::Conflict, error);
    }
    (!diagnostics.refused(object)).then(|| normalise(content))
}
