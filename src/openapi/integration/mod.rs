//! `x-amazon-apigateway-integration`: the fields that every type has, then one file a type.
//!
//! Developer guide, api-gateway-swagger-extensions-integration.

pub(crate) mod aws;
mod aws_proxy;
mod common;
mod http;
mod http_uri;
pub(crate) mod mapping;
mod mock;
mod parameters;

pub(crate) use http_uri::path_parameters;

use api::{Method, MethodName};
use serde_json::Value;

use crate::fields::Fields;
use crate::findings::{At, Findings, Reported, clipped};

/// Imports the integration of a method of `path`.
pub(crate) fn import(
    path: &str,
    value: &Value,
    at: At<'_>,
    findings: &mut Findings,
) -> Result<Method, Reported> {
    let fields = Fields::of(value, at, findings)?;
    common::check_names(fields, findings);
    let common = common::read(fields, findings);
    let Some(kind) = fields.text("type", findings)? else {
        return Err(findings
            .invalid(&at.child("type"), "type is missing; it is aws_proxy, aws, http_proxy, http or mock"));
    };
    // A document may have either case; exports have the lower one (recorded: LocalStack test_import_with_stage_variables).
    let method = match kind.to_ascii_lowercase().as_str() {
        "aws_proxy" => aws_proxy::import(path, fields, findings),
        "http_proxy" => http::import_proxy(path, fields, findings),
        "http" => http::import_custom(path, fields, findings),
        "mock" => mock::import(fields, findings),
        "aws" => function_or_service(path, fields, findings),
        _ => {
            let what = format!(
                "{} is not an integration type; aws_proxy, aws, http_proxy, http and mock are",
                clipped(kind)
            );
            Err(findings.invalid(&at.child("type"), what))
        }
    };
    let (mut method, timeout) = (method?, common?);
    let place = match (&mut method.lambda, &mut method.http, &mut method.aws) {
        (Some(lambda), ..) => Some(&mut lambda.timeout_millis),
        (_, Some(http), _) => Some(&mut http.timeout_millis),
        (.., Some(aws)) => Some(&mut aws.timeout_millis),
        _ => None,
    };
    match place {
        Some(place) => *place = timeout,
        None if timeout.is_some() => {
            let what = "a method that answers without a backend waits for nothing";
            findings.no_effect(&at.child("timeoutInMillis"), what);
        }
        None => {}
    }
    Ok(method)
}

fn function_or_service(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    match fields.get("uri") {
        Some(Value::String(uri)) if !crate::arn::is_function(uri) => aws::import(path, fields, findings),
        _ => aws_proxy::import_custom(path, fields, findings),
    }
}

/// Method of the onward request; `ANY` is that of the request. The service refuses a missing one (recorded: `LocalStack`
/// `test_put_integration_validation`).
fn method(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<MethodName>, Reported> {
    let at = fields.at.child("httpMethod");
    let Some(name) = fields.text("httpMethod", findings)? else {
        let what = "Enumeration value for HttpMethod must be non-empty: httpMethod is missing; ANY passes the method of the request on";
        return Err(findings.invalid(&at, what));
    };
    match MethodName::parse(&name.to_ascii_uppercase()) {
        Some(MethodName::Any) => Ok(None),
        Some(method) => Ok(Some(method)),
        None => {
            let what = format!(
                "httpMethod must be GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH or ANY, not {}",
                clipped(name)
            );
            Err(findings.invalid(&at, what))
        }
    }
}

/// The URI, as text.
fn uri<'a>(fields: Fields<'a>, findings: &mut Findings) -> Result<&'a str, Reported> {
    let at = fields.at.child("uri");
    match fields.get("uri") {
        Some(Value::String(uri)) => Ok(uri),
        Some(other) => Err(findings.invalid(&at, crate::arn::not_text(other))),
        None => Err(findings.invalid(&at, "uri is missing; this type of integration needs it")),
    }
}

/// Warns of a map that this type of integration does not use. An empty one stands in every export.
fn unused_map(fields: Fields<'_>, key: &str, what: &str, findings: &mut Findings) -> Result<(), Reported> {
    if !fields.map(key, findings)?.is_empty() {
        findings.no_effect(&fields.at.child(key), what);
    }
    Ok(())
}

/// Warns of the fields that a proxy integration passes over (developer guide, integration-passthrough-behaviors and
/// set-up-lambda-proxy-integrations: it takes the request and the answer as they are).
fn unused_by_proxies(fields: Fields<'_>, findings: &mut Findings) -> Result<(), Reported> {
    let what = "a proxy integration passes requests and answers on as they are";
    let templates = unused_map(fields, "requestTemplates", what, findings);
    let responses = unused_map(fields, "responses", what, findings);
    // `when_no_match` stands in every export.
    if fields
        .get("passthroughBehavior")
        .and_then(Value::as_str)
        .is_some_and(|text| !text.eq_ignore_ascii_case("when_no_match"))
    {
        findings.no_effect(&fields.at.child("passthroughBehavior"), what);
    }
    templates.and(responses)
}
