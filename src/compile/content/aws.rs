//! Checks of integrations with services of AWS.

use api::{AwsIntegration, ObjectKey, Reason};
use snapshot::mapping::Place;
use snapshot::{AwsUri, HttpTarget, ResourcePath, VariableText};

use super::{FieldPath, mapping};
use crate::diagnostic::Diagnostics;

pub(super) fn check(
    object: &ObjectKey,
    aws: &AwsIntegration,
    path: &ResourcePath,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    if let Err(what) = check_uri(aws, path) {
        diagnostics.error(object, at("aws", "uri"), Reason::Invalid, what);
    }
    if let Err(what) = check_endpoint(&aws.endpoint) {
        diagnostics.error(object, at("aws", "endpoint"), Reason::Invalid, what);
    }
    let name = &aws.credentials_secret;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if name.is_empty() || name.len() > 253 || !name.bytes().all(plain) {
        let what = format!("{name:?} is not the name of a Secret: a-z, 0-9, - and .");
        diagnostics.error(object, at("aws", "credentialsSecret"), Reason::Invalid, what);
    }
    for place in aws.request_parameters.keys().filter(|place| is_of_the_signature(place)) {
        let what =
            "the signature sets this header; only X-Amz-Target and others of the service can be mapped";
        diagnostics.error(object, at("aws", &format!("requestParameters.{place}")), Reason::Invalid, what);
    }
    mapping::check_parameters(object, "aws", &aws.request_parameters, at, diagnostics);
    mapping::check(object, "aws", &aws.mapping, at, diagnostics);
}

/// `arn:aws:apigateway:REGION:SERVICE:action/NAME` or `…:path/PATH`.
fn check_uri(aws: &AwsIntegration, path: &ResourcePath) -> Result<(), String> {
    VariableText::parse(&aws.uri).map_err(|error| error.to_string())?;
    // With variables it is known once a Stage has them.
    if !aws.uri.contains("${") {
        AwsUri::parse(&aws.uri).map_err(|error| error.to_string())?;
    }
    let mapped = |name: &str| {
        let is_name =
            |place: &String| matches!(Place::parse(place), Ok(Place::Path(known)) if *known == *name);
        path.parameters().any(|known| known == name) || aws.request_parameters.keys().any(is_name)
    };
    let mut rest = aws.uri.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) =
            after.split_once('}').ok_or("a { is not closed; a path parameter is written {name}")?;
        if !before.ends_with('$') && !mapped(name) {
            return Err(format!("{{{name}}} is neither a path parameter nor mapped by requestParameters"));
        }
        rest = after;
    }
    Ok(())
}

fn check_endpoint(endpoint: &str) -> Result<(), String> {
    VariableText::parse(endpoint).map_err(|error| error.to_string())?;
    if endpoint.contains("${") {
        return Ok(());
    }
    if endpoint.contains(['?', '{']) || HttpTarget::parse(endpoint, []).is_err() {
        return Err(format!(
            "{endpoint:?} must be an address with or without a path, such as http://minio.storage.svc:9000"
        ));
    }
    Ok(())
}

/// `authorization` is refused by requests themselves, as on the service.
fn is_of_the_signature(place: &str) -> bool {
    let name = place.strip_prefix("integration.request.header.");
    let own = ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];
    name.is_some_and(|name| own.iter().any(|own| name.eq_ignore_ascii_case(own)))
}
