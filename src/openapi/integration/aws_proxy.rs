//! Lambda integrations: proxies, and those with a mapping of their own.

use api::{LambdaIntegration, Method, MethodName};

use super::{mapping, method, parameters, unused_by_proxies, uri};
use crate::arn::function_of_uri;
use crate::fields::Fields;
use crate::findings::{Findings, Reported};

/// Imports `aws_proxy`. Request parameters are kept, though they change nothing: that is said with the content.
pub(super) fn import(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    let method = invocation_method(fields, findings);
    let function = function(fields, findings);
    let unused = unused_by_proxies(fields, findings);
    let handling = fields.text("contentHandling", findings);
    if let Ok(Some(_)) = handling {
        let what = "a proxy integration passes bodies on as they are";
        findings.no_effect(&fields.at.child("contentHandling"), what);
    }
    let parameters = parameters::read(path, fields, findings);
    unused?;
    handling?;
    let lambda = LambdaIntegration {
        function: function?,
        method: method?,
        request_parameters: parameters?,
        ..LambdaIntegration::default()
    };
    Ok(Method { lambda: Some(lambda), ..Method::default() })
}

/// Imports `aws` whose URI names a function.
pub(super) fn import_custom(
    path: &str,
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<Method, Reported> {
    let method = invocation_method(fields, findings);
    let function = function(fields, findings);
    let mapping = mapping::import(fields, findings);
    let parameters = parameters::read(path, fields, findings);
    let lambda = LambdaIntegration {
        function: function?,
        method: method?,
        request_parameters: parameters?,
        mapping: Some(mapping?),
        timeout_millis: None,
    };
    Ok(Method { lambda: Some(lambda), ..Method::default() })
}

fn function(fields: Fields<'_>, findings: &mut Findings) -> Result<String, Reported> {
    let uri = uri(fields, findings)?;
    function_of_uri(uri).map_err(|error| findings.invalid(&fields.at.child("uri"), error))
}

/// A function is invoked with POST whatever the method of the request (developer guide, set-up-lambda-proxy-integrations).
/// Recorded: any other `httpMethod` is taken, and requests are answered 500; that is said with the content.
fn invocation_method(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<MethodName>, Reported> {
    let at = fields.at.child("httpMethod");
    if fields.text("httpMethod", findings)?.is_none() {
        return Err(findings.invalid(&at, "httpMethod is missing; for a function it is POST"));
    }
    match method(fields, findings)? {
        Some(MethodName::Post) => Ok(None),
        Some(other) => Ok(Some(other)),
        None => {
            Err(findings.invalid(&at, "httpMethod must be POST, not ANY: functions are invoked with POST"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{method_at, refused_at};

    const URI: &str = "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:0:function:hello:${stageVariables.as}/invocations";

    fn with(more: &Value) -> Value {
        let mut integration = json!({"type": "aws_proxy", "httpMethod": "POST", "uri": URI});
        for (key, value) in more.as_object().unwrap() {
            integration[key] = value.clone();
        }
        integration
    }

    #[test]
    fn functions() {
        let (method, warnings) = method_at(
            "/x",
            &with(&json!({
                "timeoutInMillis": 700, "passthroughBehavior": "when_no_match", "requestParameters": {}, "requestTemplates": {}, "responses": {},
            })),
        );
        let lambda = method.lambda.unwrap();
        assert_eq!(
            (lambda.function.as_str(), lambda.timeout_millis),
            ("hello:${stageVariables.as}", Some(700))
        );
        assert!(warnings.is_empty());
    }

    #[test]
    fn another_method_than_post_is_kept() {
        let of =
            |method: &str| method_at("/x", &with(&json!({"httpMethod": method}))).0.lambda.unwrap().method;
        assert_eq!((of("POST"), of("GET")), (None, Some(api::MethodName::Get)));
        assert!(refused_at("/x", &with(&json!({"httpMethod": "ANY"})))[0].contains("must be POST, not ANY"));
        assert!(refused_at("/x", &with(&json!({"httpMethod": null})))[0].contains("httpMethod is missing"));
    }

    #[test]
    fn uris() {
        let of = |uri: Value| refused_at("/x", &with(&json!({"uri": uri}))).remove(0);
        assert_eq!(
            of(json!("arn:aws:lambda:r:0:function:x")),
            "uri: AWS ARN for integration must contain path or action"
        );
        assert_eq!(
            of(json!(URI.replace(":lambda:path", ":firehose:path"))),
            "uri: Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        );
        assert!(
            of(json!({"Fn::Sub": "arn:${AWS::Region}"})).contains("Fn::Sub is a function of CloudFormation")
        );
        assert!(of(json!(null)).contains("uri is missing"));
    }

    #[test]
    fn what_has_no_effect() {
        let (method, warnings) = method_at(
            "/x",
            &with(&json!({
                "passthroughBehavior": "NEVER", "requestParameters": {"integration.request.header.a": "'b'"}, "requestTemplates": {"a/b": "$c"},
                "responses": {"default": {"statusCode": "200"}}, "contentHandling": "CONVERT_TO_TEXT",
            })),
        );
        assert!(method.lambda.is_some());
        let fields: Vec<_> = warnings.iter().map(|w| w.split(':').next().unwrap()).collect();
        assert_eq!(
            fields,
            [
                "NoEffect requestTemplates",
                "NoEffect responses",
                "NoEffect passthroughBehavior",
                "NoEffect contentHandling",
            ]
        );
        assert!(refused_at("/x", &with(&json!({"responses": []})))[0].contains("responses must be a map"));
    }

    #[test]
    fn request_parameters_are_kept() {
        let more =
            json!({"requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"}});
        let custom = json!({"type": "aws", "responses": {"default": {"statusCode": 202}}});
        for (more, has_mapping) in [(more.clone(), false), (merged(&more, &custom), true)] {
            let lambda = method_at("/x", &with(&more)).0.lambda.unwrap();
            assert_eq!(
                lambda.request_parameters["integration.request.header.X-Amz-Invocation-Type"],
                "'Event'"
            );
            assert_eq!(lambda.mapping.is_some(), has_mapping);
        }
    }

    fn merged(a: &Value, b: &Value) -> Value {
        let both = [a, b].into_iter().flat_map(|value| value.as_object().unwrap().clone());
        Value::Object(both.collect())
    }
}
