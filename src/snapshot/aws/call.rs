//! How the services whose actions have names are called.

/// How a service is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwsCall {
    /// `path/…`: as the mapping makes it.
    Path,
    /// `action/NAME` of a service that reads its parameters from a form or a query string.
    Query {
        /// The action.
        action: Box<str>,
        /// Which parameters it has: the `Version` of the service's API.
        version: &'static str,
    },
    /// `action/NAME` of a service that reads JSON.
    Json {
        /// The header `X-Amz-Target`.
        target: Box<str>,
        /// The media type of bodies.
        media_type: &'static str,
    },
}

/// Services by the name in the URI: the version of the API.
const QUERY: [(&str, &str); 6] = [
    ("email", "2010-12-01"),
    ("monitoring", "2010-08-01"),
    ("sns", "2010-03-31"),
    ("sqs", "2012-11-05"),
    // Recorded: its actions read a query and no body, though the service speaks JSON to its SDKs.
    ("ssm", "2014-11-06"),
    ("sts", "2011-06-15"),
];

const JSON_1_0: &str = "application/x-amz-json-1.0";
const JSON_1_1: &str = "application/x-amz-json-1.1";

/// Services by the name in the URI: what stands before the action in `X-Amz-Target`, and the media type.
const JSON: [(&str, &str, &str); 9] = [
    ("cognito-idp", "AWSCognitoIdentityProviderService", JSON_1_1),
    ("dynamodb", "DynamoDB_20120810", JSON_1_0),
    ("events", "AWSEvents", JSON_1_1),
    ("firehose", "Firehose_20150804", JSON_1_1),
    ("kinesis", "Kinesis_20131202", JSON_1_1),
    ("kms", "TrentService", JSON_1_1),
    ("logs", "Logs_20140328", JSON_1_1),
    ("secretsmanager", "secretsmanager", JSON_1_1),
    ("states", "AWSStepFunctions", JSON_1_0),
];

/// The name that a service has in signatures, where it is another than in URIs.
pub(super) fn signing_name(service: &str) -> &str {
    if service == "email" { "ses" } else { service }
}

/// How `action` of `service` is called; none where that is not known here.
pub(super) fn of_action(service: &str, action: &str) -> Option<AwsCall> {
    let query = QUERY.iter().find(|(name, _)| *name == service);
    let json = JSON.iter().find(|(name, ..)| *name == service);
    query.map(|(_, version)| AwsCall::Query { action: action.into(), version }).or_else(|| {
        json.map(|(_, prefix, media_type)| AwsCall::Json {
            target: format!("{prefix}.{action}").into(),
            media_type,
        })
    })
}

/// Services whose actions can be called by name.
pub(super) fn services() -> Vec<&'static str> {
    let mut all: Vec<_> =
        QUERY.iter().map(|(name, _)| *name).chain(JSON.iter().map(|(name, ..)| *name)).collect();
    all.sort_unstable();
    all
}
