//! Integrations with services of AWS other than Lambda.

use api::{AwsIntegration, Method};

use super::{http_uri, mapping, method, parameters, uri};
use crate::arn::{check_action_or_path, check_substitutions};
use crate::fields::Fields;
use crate::findings::{Findings, Reported};

/// Where the service is. Documents of AWS have no such field: there it follows from region and service.
pub(crate) const ENDPOINT: &str = "x-stagegate-endpoint";
/// Name of the Secret with the access key, which stands where the service has a role.
pub(crate) const CREDENTIALS: &str = "x-stagegate-credentials-secret";

/// Imports `aws` with a URI of another service than Lambda.
pub(super) fn import(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    let method = method(fields, findings);
    let uri = checked_uri(path, fields, findings);
    let parameters = parameters::read(path, fields, findings);
    let mapping = mapping::import(fields, findings);
    let endpoint = needed(
        fields,
        ENDPOINT,
        "the address of the service, such as http://minio.storage.svc:9000; nothing here goes to AWS by itself",
        findings,
    );
    let credentials = needed(
        fields,
        CREDENTIALS,
        "the name of a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; there are no IAM roles here",
        findings,
    );
    let aws = AwsIntegration {
        uri: uri?,
        method: method?,
        endpoint: endpoint?,
        credentials_secret: credentials?,
        timeout_millis: None,
        request_parameters: parameters?,
        mapping: mapping?,
    };
    Ok(Method { aws: Some(aws), ..Method::default() })
}

fn needed(fields: Fields<'_>, key: &str, is: &str, findings: &mut Findings) -> Result<String, Reported> {
    match fields.text(key, findings)?.filter(|text| !text.is_empty()) {
        Some(text) => Ok(text.to_owned()),
        None => Err(findings
            .unsupported(&fields.at.child(key), format!("add it: {is}; it is not part of AWS's documents"))),
    }
}

fn checked_uri(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<String, Reported> {
    let uri = uri(fields, findings)?;
    let at = fields.at.child("uri");
    check_substitutions(uri).map_err(|error| findings.invalid(&at, error))?;
    check_action_or_path(uri).map_err(|error| findings.invalid(&at, error))?;
    let mapped = parameters::mapped_names(fields);
    http_uri::check_names(uri, path, &mapped).map_err(|error| findings.invalid(&at, error))?;
    Ok(uri.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{method_at, refused_at};

    fn with(more: &Value) -> Value {
        let mut integration = json!({
            "type": "aws", "httpMethod": "GET", "uri": "arn:aws:apigateway:r:s3:path/${stageVariables.b}/{key}",
            "requestParameters": {"integration.request.path.key": "method.request.path.id"},
            "x-stagegate-endpoint": "http://minio:9000", "x-stagegate-credentials-secret": "minio",
            "responses": {"default": {"statusCode": "200"}},
        });
        for (key, value) in more.as_object().unwrap() {
            integration[key] = value.clone();
        }
        integration
    }

    #[test]
    fn services() {
        let (method, warnings) = method_at(
            "/{id}",
            &with(&json!({"timeoutInMillis": 500, "credentials": "arn:aws:iam::0:role/r"})),
        );
        let aws = method.aws.unwrap();
        assert_eq!(aws.uri, "arn:aws:apigateway:r:s3:path/${stageVariables.b}/{key}");
        assert_eq!((aws.endpoint.as_str(), aws.credentials_secret.as_str()), ("http://minio:9000", "minio"));
        assert_eq!((aws.method, aws.timeout_millis), (Some(api::MethodName::Get), Some(500)));
        assert_eq!(aws.mapping.responses["default"].status_code, 200);
        assert!(warnings.len() == 1 && warnings[0].starts_with("NoEffect credentials: "), "{warnings:?}");
    }

    #[test]
    fn what_documents_of_aws_lack_is_asked_for_by_name() {
        let found = refused_at(
            "/{id}",
            &with(&json!({"x-stagegate-endpoint": null, "x-stagegate-credentials-secret": null})),
        );
        assert!(found[0].starts_with("x-stagegate-endpoint: add it: the address of the service"));
        assert!(found[1].starts_with("x-stagegate-credentials-secret: add it: the name of a Secret"));
    }

    #[test]
    fn what_is_refused() {
        let of = |more: Value| refused_at("/{id}", &with(&more)).remove(0);
        assert_eq!(
            of(json!({"uri": "arn:aws:apigateway:r:sqs:queue"})),
            "uri: AWS ARN for integration must contain path or action"
        );
        assert!(
            of(json!({"uri": "arn:aws:apigateway:r:s3:path/{no}"}))
                .starts_with("uri: {no} in the uri has no mapping")
        );
        assert!(of(json!({"credentials": "arn:aws:iam::*:user/*"})).starts_with("credentials: "));
        assert!(of(json!({"httpMethod": null})).contains("httpMethod is missing"));
    }
}
