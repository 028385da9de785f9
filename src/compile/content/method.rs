//! Checks of one method.

use api::{ApiContent, HttpIntegration, LambdaIntegration, Method, MockIntegration, ObjectKey, Reason};
use snapshot::mapping::Place;
use snapshot::{FunctionReference, HttpTarget, ResourcePath, VariableText};

use super::{FieldPath, aws, forbidden, header, mapping};
use crate::diagnostic::Diagnostics;

pub(super) fn check(
    object: &ObjectKey,
    content: &ApiContent,
    method: &Method,
    path: &ResourcePath,
    longest: u32,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    check_request(object, content, method, at, diagnostics);
    let timeouts = [
        ("lambda", method.lambda.as_ref().and_then(|lambda| lambda.timeout_millis)),
        ("http", method.http.as_ref().and_then(|http| http.timeout_millis)),
        ("aws", method.aws.as_ref().and_then(|aws| aws.timeout_millis)),
    ];
    for (kind, millis) in timeouts {
        if let Some(millis) = millis.filter(|millis| !(50..=longest).contains(millis)) {
            let what = format!(
                "{millis} must be from 50 to {longest}; spec.maximumIntegrationTimeoutMillis allows more than 29000"
            );
            diagnostics.error(object, at(kind, "timeoutMillis"), Reason::Invalid, what);
        }
    }
    if let Some(place) = forbidden::parameter(method) {
        let kind = if method.http.is_some() {
            "http"
        } else if method.aws.is_some() {
            "aws"
        } else {
            "lambda"
        };
        let what = "a mapping may not set this header; every request is answered 500";
        diagnostics.warning(
            object,
            at(kind, &format!("requestParameters.{place}")),
            Reason::FailsAtRequest,
            what,
        );
    }
    if let Some(other) = forbidden::invocation_method(method) {
        let what =
            format!("functions are invoked with POST: with {} every request is answered 500", other.as_str());
        diagnostics.warning(object, at("lambda", "method"), Reason::FailsAtRequest, what);
    }
    match (&method.lambda, &method.http, &method.mock, &method.aws) {
        (Some(lambda), None, None, None) => check_lambda(object, lambda, at, diagnostics),
        (None, Some(http), None, None) => check_http(object, http, path, at, diagnostics),
        (None, None, Some(mock), None) => check_mock(object, mock, at, diagnostics),
        (None, None, None, Some(aws)) => aws::check(object, aws, path, at, diagnostics),
        _ => {
            let what = "exactly one of lambda, http, mock and aws must be set";
            diagnostics.error(object, at("", ""), Reason::Invalid, what);
        }
    }
}

/// Names that a method refers to must be there.
fn check_request(
    object: &ObjectKey,
    content: &ApiContent,
    method: &Method,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(name) =
        method.request_validator.as_ref().filter(|name| !content.request_validators.contains_key(*name))
    {
        let what = format!("{name} is no validator of the API");
        diagnostics.error(object, at("", "requestValidator"), Reason::NotFound, what);
    }
    let responses = method.responses.values().flat_map(|response| response.models.values());
    for name in method.request_models.values().chain(responses) {
        if !content.models.contains_key(name) {
            let what = format!("{name} is no model of the API");
            diagnostics.error(object, at("", "requestModels"), Reason::NotFound, what);
        }
    }
    for name in method.request_parameters.keys() {
        let known = ["path", "querystring", "header"].iter().any(|kind| {
            name.strip_prefix("method.request.")
                .and_then(|rest| rest.strip_prefix(kind))
                .is_some_and(|rest| rest.len() > 1 && rest.starts_with('.'))
        });
        if !known {
            let what = format!(
                "{name} must be method.request.path.NAME, method.request.querystring.NAME or method.request.header.NAME"
            );
            diagnostics.error(object, at("", "requestParameters"), Reason::Invalid, what);
        }
    }
}

fn check_lambda(
    object: &ObjectKey,
    lambda: &LambdaIntegration,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    // Without variables the reference is known now; with them it is known once a Stage has it.
    let error = match VariableText::parse(&lambda.function) {
        Ok(_) if lambda.function.contains("${") => None,
        Ok(_) => FunctionReference::parse(&lambda.function).err().map(|e| e.to_string()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(what) = error {
        diagnostics.error(object, at("lambda", "function"), Reason::Invalid, what);
    }
    // As on the service (recorded: `LocalStack` `test_lambda_aws_proxy_integration_request_data_mapping`).
    if lambda.mapping.is_none() && !lambda.request_parameters.is_empty() {
        let what =
            "a proxy integration passes requests on as they are, and these are only printed by exports";
        diagnostics.warning(object, at("lambda", "requestParameters"), Reason::NoEffect, what);
    }
    mapping::check_parameters(object, "lambda", &lambda.request_parameters, at, diagnostics);
    if let Some(mapping) = &lambda.mapping {
        mapping::check(object, "lambda", mapping, at, diagnostics);
    }
}

fn check_http(
    object: &ObjectKey,
    http: &HttpIntegration,
    path: &ResourcePath,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    let mapped = http.request_parameters.keys().filter_map(|place| match Place::parse(place) {
        Ok(Place::Path(name)) => Some(name),
        _ => None,
    });
    let mapped: Vec<_> = mapped.collect();
    let known = path.parameters().chain(mapped.iter().map(|name| &**name));
    let error = match VariableText::parse(&http.url) {
        Ok(_) if http.url.contains("${") => None,
        Ok(_) => HttpTarget::parse(&http.url, known).err().map(|e| e.to_string()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(what) = error {
        diagnostics.error(object, at("http", "url"), Reason::Invalid, what);
    }
    mapping::check_parameters(object, "http", &http.request_parameters, at, diagnostics);
    if let Some(mapping) = &http.mapping {
        mapping::check(object, "http", mapping, at, diagnostics);
    }
}

fn check_mock(object: &ObjectKey, mock: &MockIntegration, at: FieldPath<'_>, diagnostics: &mut Diagnostics) {
    if let Some(mapping) = &mock.mapping {
        if mock.status_code.is_some() || !mock.headers.is_empty() || mock.body.is_some() {
            let what = "mapping makes the answer: statusCode, headers and body can't stand beside it";
            diagnostics.error(object, at("mock", "mapping"), Reason::Conflict, what);
        }
        if mapping.request_templates.is_empty() {
            let what = "a mock needs a template that says the status, such as application/json: '{\"statusCode\": 200}'; requests are answered 500";
            diagnostics.warning(object, at("mock", "mapping.requestTemplates"), Reason::FailsAtRequest, what);
        }
        mapping::check(object, "mock", mapping, at, diagnostics);
    }
    if let Some(status) = mock.status_code.filter(|status| !(200..=599).contains(status)) {
        let what = format!("{status} must be from 200 to 599");
        diagnostics.error(object, at("mock", "statusCode"), Reason::Invalid, what);
    }
    for (name, value) in &mock.headers {
        let framing = ["content-length", "transfer-encoding", "connection"]
            .iter()
            .any(|h| name.eq_ignore_ascii_case(h));
        if framing || !header::is_name(name) || !header::is_value(value) {
            let what = "is not a header that a mock can set, or its value has control characters";
            diagnostics.error(object, at("mock", &format!("headers.{name}")), Reason::Invalid, what);
        }
    }
}
