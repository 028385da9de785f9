//! The URI of an integration with a service of AWS.
//!
//! API reference, `PutIntegration`: `arn:aws:apigateway:{region}:{subdomain.service|service}:path|action/{service_api}`.

use super::AwsCall;
use super::call;

/// What a URI says, stage variables put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsUri {
    /// Region, as signatures have it.
    pub region: Box<str>,
    /// Service, as signatures have it.
    pub service: Box<str>,
    /// How it is called.
    pub call: AwsCall,
    /// Path of a `path/…`, or what stands behind `&` of an `action/NAME&…`; `{name}` stands for path parameters.
    pub rest: Box<str>,
}

/// Why a URI can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AwsUriError {
    /// Not of that form.
    #[error(
        "`{0}` must be arn:aws:apigateway:REGION:SERVICE:action/NAME or arn:aws:apigateway:REGION:SERVICE:path/PATH, with letters, digits and - in region and service"
    )]
    Shape(String),
    /// A subdomain of a service.
    #[error("{0}.{1} names a subdomain of {1}: say it in the endpoint's address, and {1} alone here")]
    Subdomain(String, String),
    /// S3 knows paths.
    #[error(
        "s3 has no actions by name; arn:aws:apigateway:REGION:s3:path/BUCKET/KEY and the method say what is done"
    )]
    ActionOfS3,
    /// How actions of the service are called is not known.
    #[error(
        "actions by name are known of {known}; of {service} say path/ and what the service's API asks for, such as the header X-Amz-Target"
    )]
    UnknownAction {
        /// The service.
        service: String,
        /// Those that are known.
        known: String,
    },
    /// Parameters of an action that reads JSON.
    #[error("`{0}`: {1} reads its parameters from a JSON body, so that they belong into a request template")]
    Parameters(String, String),
    /// The endpoint.
    #[error(
        "the endpoint `{0}` must be an address with or without a path, such as http://minio.storage.svc:9000"
    )]
    Endpoint(String),
}

impl AwsUri {
    /// Parses a URI.
    pub fn parse(uri: &str) -> Result<Self, AwsUriError> {
        let shape = || AwsUriError::Shape(uri.to_owned());
        let parts: Vec<&str> = uri.splitn(6, ':').collect();
        let ["arn", partition, "apigateway", region, service, api] = parts.as_slice() else {
            return Err(shape());
        };
        let is_partition = *partition == "aws" || partition.starts_with("aws-");
        if !is_partition || !is_label(region) {
            return Err(shape());
        }
        if let Some((subdomain, service)) = service.rsplit_once('.') {
            return Err(AwsUriError::Subdomain(subdomain.to_owned(), service.to_owned()));
        }
        if !is_label(service) {
            return Err(shape());
        }
        let (call, rest) = match api.split_once('/') {
            Some(("path", path)) => (AwsCall::Path, of_path(path).ok_or_else(shape)?),
            Some(("action", action)) => of_action(uri, service, action)?,
            _ => return Err(shape()),
        };
        let service = call::signing_name(service).into();
        Ok(Self { region: (*region).into(), service, call, rest: rest.into() })
    }
}

/// Dot segments are refused: services would walk them, and S3 has objects of such names. A leading slash is no part of
/// the path: an override of `/` gives `path//`, and means the root.
fn of_path(path: &str) -> Option<&str> {
    let segments = path.split('?').next().unwrap_or_default().split('/');
    let walks = segments.into_iter().any(|segment| segment == "." || segment == "..");
    (!walks).then(|| path.strip_prefix('/').unwrap_or(path))
}

fn of_action<'u>(uri: &str, service: &str, action: &'u str) -> Result<(AwsCall, &'u str), AwsUriError> {
    let (name, parameters) = action.split_once('&').unwrap_or((action, ""));
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(AwsUriError::Shape(uri.to_owned()));
    }
    if service == "s3" {
        return Err(AwsUriError::ActionOfS3);
    }
    let call = call::of_action(service, name).ok_or_else(|| AwsUriError::UnknownAction {
        service: service.to_owned(),
        known: call::services().join(", "),
    })?;
    if matches!(call, AwsCall::Json { .. }) && !parameters.is_empty() {
        return Err(AwsUriError::Parameters(parameters.to_owned(), service.to_owned()));
    }
    Ok((call, parameters))
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(api: &str) -> Result<(AwsCall, String), AwsUriError> {
        AwsUri::parse(&format!("arn:aws:apigateway:eu-west-1:{api}")).map(|uri| (uri.call, uri.rest.into()))
    }

    #[test]
    fn uris() {
        assert_eq!(of("s3:path/{bucket}/{key}"), Ok((AwsCall::Path, "{bucket}/{key}".to_owned())));
        assert_eq!(of("sqs:path//"), Ok((AwsCall::Path, String::new())));
        let call = AwsCall::Query { action: "SendMessage".into(), version: "2012-11-05" };
        assert_eq!(of("sqs:action/SendMessage&QueueUrl={q}"), Ok((call, "QueueUrl={q}".to_owned())));
        let target = "AWSStepFunctions.StartExecution".into();
        let call = AwsCall::Json { target, media_type: "application/x-amz-json-1.0" };
        assert_eq!(of("states:action/StartExecution"), Ok((call, String::new())));
        let uri = AwsUri::parse("arn:aws-cn:apigateway:cn-north-1:email:action/SendEmail").unwrap();
        assert_eq!((&*uri.region, &*uri.service), ("cn-north-1", "ses"));
    }

    #[test]
    fn what_is_refused() {
        for api in [
            "s3:bucket",
            "s3:path",
            "sqs:action/",
            "sqs:action/a b",
            ":path/x",
            "a b:path/x",
            "s3:path/a/../b",
        ] {
            assert!(matches!(of(api), Err(AwsUriError::Shape(_))), "{api}");
        }
        assert!(matches!(AwsUri::parse("arn:aws:s3:::b"), Err(AwsUriError::Shape(_))));
        assert!(matches!(AwsUri::parse("arn:aws:apigateway::s3:path/b"), Err(AwsUriError::Shape(_))));
        assert_eq!(of("s3:action/GetObject"), Err(AwsUriError::ActionOfS3));
        assert!(matches!(of("iot:action/Publish"), Err(AwsUriError::UnknownAction { .. })));
        assert!(matches!(of("dynamodb:action/GetItem&Table=t"), Err(AwsUriError::Parameters(..))));
        let subdomain = AwsUriError::Subdomain("runtime".to_owned(), "sagemaker".to_owned());
        assert_eq!(of("runtime.sagemaker:path/x"), Err(subdomain));
    }
}
