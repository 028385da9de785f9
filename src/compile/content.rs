//! From what a `RestApi` or `ApiDeployment` says to checked, normalised content.

use api::{ApiContent, Method, MethodName, ObjectKey, Reason, RestApiSpec};
use snapshot::{FunctionReference, HttpTarget, ResourcePath, VariableText, check_siblings};

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
            Self::Typed(root) => format!("{root}.paths.{resource}.{}.{kind}.{field}", method.as_str()),
            Self::OpenApi => {
                let method = match method {
                    MethodName::Any => "x-amazon-apigateway-any-method".to_owned(),
                    named => named.as_str().to_ascii_lowercase(),
                };
                let field = match field {
                    "timeoutMillis" => "timeoutInMillis",
                    "function" | "url" => "uri",
                    other => other,
                };
                format!("spec.openapi.paths.{resource}.{method}.x-amazon-apigateway-integration.{field}")
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
    let (paths, imported_types, written) = match (&spec.paths, &spec.openapi) {
        (Some(paths), None) => (paths.clone(), None, Written::Typed("spec")),
        (None, Some(document)) => {
            let import = import(object, document, diagnostics)?;
            (import.paths, import.binary_media_types, Written::OpenApi)
        }
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
    if imported_types.is_some() && spec.binary_media_types.is_some() {
        let what = "is said in spec.openapi as x-amazon-apigateway-binary-media-types too; say it once";
        diagnostics.error(object, "spec.binaryMediaTypes", Reason::Conflict, what);
        return None;
    }
    let content = ApiContent {
        paths,
        binary_media_types: spec.binary_media_types.clone().or(imported_types).unwrap_or_default(),
        maximum_integration_timeout_millis: spec.maximum_integration_timeout_millis,
    };
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
) -> Option<openapi::Import> {
    let path = |finding: &openapi::Finding| match finding.path.as_str() {
        "" => "spec.openapi".to_owned(),
        path => format!("spec.openapi.{path}"),
    };
    match openapi::import(document) {
        Ok(import) => {
            for warning in &import.warnings {
                diagnostics.warning(object, path(warning), warning.reason, &warning.what);
            }
            Some(import)
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
    let mut parsed = Vec::new();
    for (resource, methods) in &content.paths {
        match ResourcePath::parse(resource) {
            Ok(path) => {
                for (name, method) in methods {
                    let at = |kind: &str, field: &str| written.path(resource, *name, kind, field);
                    check_method(object, method, &path, longest, at, diagnostics);
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

fn check_method(
    object: &ObjectKey,
    method: &Method,
    path: &ResourcePath,
    longest: u32,
    at: impl Fn(&str, &str) -> String,
    diagnostics: &mut Diagnostics,
) {
    let mut timeout = |kind: &str, millis: Option<u32>| {
        if let Some(millis) = millis.filter(|millis| !(50..=longest).contains(millis)) {
            let what = format!(
                "{millis} must be from 50 to {longest}; spec.maximumIntegrationTimeoutMillis allows more than 29000"
            );
            diagnostics.error(object, at(kind, "timeoutMillis"), Reason::Invalid, what);
        }
    };
    timeout("lambda", method.lambda.as_ref().and_then(|lambda| lambda.timeout_millis));
    timeout("http", method.http.as_ref().and_then(|http| http.timeout_millis));
    match (&method.lambda, &method.http, &method.mock) {
        (Some(lambda), None, None) => {
            // Without variables the reference is known now; with them it is known once a Stage has it.
            let error = match VariableText::parse(&lambda.function) {
                Ok(_) if lambda.function.contains("${") => None,
                Ok(_) => FunctionReference::parse(&lambda.function).err().map(|e| e.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(what) = error {
                diagnostics.error(object, at("lambda", "function"), Reason::Invalid, what);
            }
        }
        (None, Some(http), None) => {
            let error = match VariableText::parse(&http.url) {
                Ok(_) if http.url.contains("${") => None,
                Ok(_) => HttpTarget::parse(&http.url, path.parameters()).err().map(|e| e.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(what) = error {
                diagnostics.error(object, at("http", "url"), Reason::Invalid, what);
            }
        }
        (None, None, Some(mock)) => check_mock(object, mock, at, diagnostics),
        _ => {
            let whole = at("", "");
            let what = "exactly one of lambda, http and mock must be set";
            diagnostics.error(object, whole.trim_end_matches('.'), Reason::Invalid, what);
        }
    }
}

fn check_mock(
    object: &ObjectKey,
    mock: &api::MockIntegration,
    at: impl Fn(&str, &str) -> String,
    diagnostics: &mut Diagnostics,
) {
    if let Some(status) = mock.status_code.filter(|status| !(200..=599).contains(status)) {
        diagnostics.error(
            object,
            at("mock", "statusCode"),
            Reason::Invalid,
            format!("{status} must be from 200 to 599"),
        );
    }
    for (name, value) in &mock.headers {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let framing = ["content-length", "transfer-encoding", "connection"]
            .iter()
            .any(|h| name.eq_ignore_ascii_case(h));
        let visible = value.bytes().all(|b| b == b'\t' || (b >= 0x20 && b != 0x7f));
        if name.is_empty() || !name.bytes().all(token) || framing || !visible {
            let what = "is not a header that a mock can set, or its value has control characters";
            diagnostics.error(object, at("mock", &format!("headers.{name}")), Reason::Invalid, what);
        }
    }
}

fn is_media_type(text: &str) -> bool {
    let part = |part: &str| {
        part == "*"
            || (!part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b)))
    };
    text.split_once('/').is_some_and(|(kind, sub)| part(kind) && part(sub))
}
