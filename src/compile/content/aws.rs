//! Checks of integrations with services of AWS.

use api::{AwsIntegration, ObjectKey, Reason};
use snapshot::mapping::Place;
use snapshot::{ResourcePath, VariableText};

use super::{FieldPath, mapping};
use crate::diagnostic::Diagnostics;

pub(super) fn check(
    object: &ObjectKey,
    aws: &AwsIntegration,
    path: &ResourcePath,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    // The gateway can't sign requests yet: a method that it could not answer is not accepted.
    let what = "services of AWS other than Lambda are not supported yet; lambda, http and mock are";
    diagnostics.error(object, at("aws", ""), Reason::Unsupported, what);
    if let Err(what) = check_uri(aws, path) {
        diagnostics.error(object, at("aws", "uri"), Reason::Invalid, what);
    }
    let is_address =
        |text: &str| ["http://", "https://", "${stageVariables."].iter().any(|s| text.starts_with(s));
    match VariableText::parse(&aws.endpoint) {
        Ok(_) if is_address(&aws.endpoint) => {}
        Ok(_) => {
            let what = format!("{:?} must be an address such as http://minio.storage.svc:9000", aws.endpoint);
            diagnostics.error(object, at("aws", "endpoint"), Reason::Invalid, what);
        }
        Err(error) => diagnostics.error(object, at("aws", "endpoint"), Reason::Invalid, error),
    }
    let name = &aws.credentials_secret;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if name.is_empty() || name.len() > 253 || !name.bytes().all(plain) {
        let what = format!("{name:?} is not the name of a Secret: a-z, 0-9, - and .");
        diagnostics.error(object, at("aws", "credentialsSecret"), Reason::Invalid, what);
    }
    mapping::check_parameters(object, "aws", &aws.request_parameters, at, diagnostics);
    mapping::check(object, "aws", &aws.mapping, at, diagnostics);
}

/// `arn:aws:apigateway:REGION:SERVICE:action/NAME` or `…:path/PATH`.
fn check_uri(aws: &AwsIntegration, path: &ResourcePath) -> Result<(), String> {
    VariableText::parse(&aws.uri).map_err(|error| error.to_string())?;
    let parts: Vec<&str> = aws.uri.splitn(6, ':').collect();
    let is_service = match parts.as_slice() {
        ["arn", partition, "apigateway", region, service, what] => {
            (*partition == "aws" || partition.starts_with("aws-"))
                && !region.is_empty()
                && !service.is_empty()
                && (what.starts_with("path/")
                    || what.strip_prefix("action/").is_some_and(|name| !name.is_empty()))
        }
        _ => false,
    };
    if !is_service {
        return Err(format!(
            "`{}` must be arn:aws:apigateway:REGION:SERVICE:action/NAME or arn:aws:apigateway:REGION:SERVICE:path/PATH",
            aws.uri
        ));
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
