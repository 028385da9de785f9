//! `x-amazon-apigateway-integration`: the fields that every type has, then one file a type.
//!
//! Developer guide, api-gateway-swagger-extensions-integration.

mod aws_proxy;
mod common;
mod forbidden_headers;
mod http;
mod http_uri;
pub(crate) mod mapping;
mod mock;

use api::Method;
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
        "aws_proxy" => aws_proxy::import(fields, findings),
        "http_proxy" => http::import_proxy(path, fields, findings),
        "http" => http::import_custom(path, fields, findings),
        "mock" => mock::import(fields, findings),
        "aws" => aws(fields, findings),
        _ => {
            let what = format!(
                "{} is not an integration type; aws_proxy, aws, http_proxy, http and mock are",
                clipped(kind)
            );
            Err(findings.invalid(&at.child("type"), what))
        }
    };
    let (mut method, timeout) = (method?, common?);
    match (&mut method.lambda, &mut method.http) {
        (Some(lambda), _) => lambda.timeout_millis = timeout,
        (_, Some(http)) => http.timeout_millis = timeout,
        _ if timeout.is_some() => {
            findings.no_effect(
                &at.child("timeoutInMillis"),
                "a method that answers without a backend waits for nothing",
            );
        }
        _ => {}
    }
    Ok(method)
}

/// A function or another service of AWS.
fn aws(fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    let uri = uri(fields, findings)?;
    if let Err(error) = crate::arn::check_action_or_path(uri) {
        return Err(findings.invalid(&fields.at.child("uri"), error));
    }
    if crate::arn::is_function(uri) {
        return aws_proxy::import_custom(fields, findings);
    }
    let what =
        "is a service of AWS other than Lambda, which is not supported yet; functions and HTTP endpoints are";
    Err(findings.unsupported(&fields.at.child("uri"), what))
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
