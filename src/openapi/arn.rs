//! From the URI of a Lambda proxy integration to the function it names.

use crate::fields;
use crate::findings::clipped;
use serde_json::Value;

/// Why a URI names no function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// Not an ARN at all. The text is the service's (recorded: `LocalStack` `test_put_integration_validation`).
    #[error("Invalid ARN specified in the request")]
    NotAnArn,
    /// An ARN, though not of an action or path of a service. The text is the service's (recorded: `LocalStack`
    /// `test_put_integration_aws_proxy_uri`).
    #[error("AWS ARN for integration must contain path or action")]
    NeitherPathNorAction,
    /// Another service or another path of Lambda. The text is the service's (recorded: `LocalStack`
    /// `test_put_integration_aws_proxy_uri`).
    #[error(
        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
    )]
    NotLambda,
    /// What stands where the function's ARN should.
    #[error(
        "`{0}` is not the ARN of a function; it is written arn:aws:lambda:REGION:ACCOUNT:function:NAME, :QUALIFIER if any"
    )]
    FunctionArn(String),
    /// `${…}` that only the tool that deploys the document could have put in.
    #[error(
        "`{0}` is not a stage variable, which is written ${{stageVariables.name}}; what CloudFormation or SAM would put in must be put in before"
    )]
    Substitution(String),
}

/// The function that a Lambda proxy integration's URI names, as `name` or `name:qualifier`; stage variables stay as they
/// are. Region and account of either ARN are not looked at: functions are found by name.
///
/// Developer guide, api-gateway-swagger-extensions-integration (`uri`) and aws-api-gateway-stage-variables-reference.
pub fn function_of_uri(uri: &str) -> Result<String, UriError> {
    // First of all, since `${AWS::Region}` has colons and would be torn apart.
    check_substitutions(uri)?;
    check_action_or_path(uri)?;
    let (service, path) = service_and_path(uri).ok_or(UriError::NeitherPathNorAction)?;
    let function = path
        .strip_prefix("path/2015-03-31/functions/")
        .and_then(|rest| rest.strip_suffix("/invocations"))
        .filter(|_| service == "lambda")
        .ok_or(UriError::NotLambda)?;
    function_of_arn(function).ok_or_else(|| UriError::FunctionArn(clipped(function)))
}

/// Whether the URI is one that an integration with a service of AWS may have at all.
pub(crate) fn check_action_or_path(uri: &str) -> Result<(), UriError> {
    if !uri.starts_with("arn:") {
        return Err(UriError::NotAnArn);
    }
    service_and_path(uri)
        .filter(|(_, path)| path.starts_with("path/") || path.starts_with("action/"))
        .map(|_| ())
        .ok_or(UriError::NeitherPathNorAction)
}

/// Whether a URI of an action or path invokes a function.
pub(crate) fn is_function(uri: &str) -> bool {
    let path = service_and_path(uri).filter(|(service, _)| *service == "lambda").map(|(_, path)| path);
    path.is_some_and(|path| path.starts_with("path/2015-03-31/functions/"))
}

/// Refuses every `${…}` but `${stageVariables.name}`.
pub(crate) fn check_substitutions(text: &str) -> Result<(), UriError> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let (inner, after) =
            after.split_once('}').ok_or_else(|| UriError::Substitution(clipped(&format!("${{{after}"))))?;
        let name = inner.strip_prefix("stageVariables.").unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(UriError::Substitution(clipped(&format!("${{{inner}}}"))));
        }
        rest = after;
    }
    Ok(())
}

/// Text for a URI that is an object: what `Fn::Sub` and the like leave in a document that was not deployed by the tool
/// that knows them.
pub(crate) fn not_text(value: &Value) -> String {
    let intrinsic = value
        .as_object()
        .and_then(|object| object.keys().find(|key| key.starts_with("Fn::") || *key == "Ref"));
    match intrinsic {
        Some(name) => format!(
            "uri must be text; {} is a function of CloudFormation that nothing here evaluates, so write its result, for a function arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/arn:aws:lambda:REGION:ACCOUNT:function:NAME/invocations",
            clipped(name)
        ),
        None => format!("uri must be text, not {}", fields::kind(value)),
    }
}

fn service_and_path(uri: &str) -> Option<(&str, &str)> {
    let mut parts = uri.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, target, path) = (parts.next()?, parts.next()?, parts.next()?);
    (arn == "arn" && is_partition(partition) && service == "apigateway").then_some((target, path))
}

fn function_of_arn(arn: &str) -> Option<String> {
    let parts: Vec<&str> = arn.split(':').collect();
    let (head, rest) = parts.split_at_checked(6)?;
    let [scheme, partition, service, _region, _account, resource] = head else { return None };
    if *scheme != "arn" || !is_partition(partition) || *service != "lambda" || *resource != "function" {
        return None;
    }
    match rest {
        [name] if is_name(name) => Some((*name).to_owned()),
        [name, qualifier] if is_name(name) && (is_name(qualifier) || *qualifier == "$LATEST") => {
            Some(format!("{name}:{qualifier}"))
        }
        _ => None,
    }
}

/// `aws`, `aws-cn`, `aws-us-gov`.
fn is_partition(text: &str) -> bool {
    text == "aws" || text.starts_with("aws-")
}

/// Letters, digits, `-` and `_`, with stage variables anywhere.
fn is_name(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, after)) = after.split_once('}') else { return false };
        if !is_plain(before) {
            return false;
        }
        rest = after;
    }
    !text.is_empty() && is_plain(rest)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(function: &str) -> Result<String, UriError> {
        function_of_uri(&format!(
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}/invocations"
        ))
    }

    #[test]
    fn functions() {
        for (function, expected) in [
            ("hello", "hello"),
            ("hello:3", "hello:3"),
            ("hello:$LATEST", "hello:$LATEST"),
            ("${stageVariables.fn}:${stageVariables.as}", "${stageVariables.fn}:${stageVariables.as}"),
            ("shop-${stageVariables.color}:LIVE", "shop-${stageVariables.color}:LIVE"),
        ] {
            assert_eq!(
                of(&format!("arn:aws:lambda:eu-west-1:000000000000:function:{function}")).unwrap(),
                expected
            );
        }
        let elsewhere = "arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/arn:aws-cn:lambda:cn-north-1:${stageVariables.account}:function:f/invocations";
        assert_eq!(function_of_uri(elsewhere).unwrap(), "f");
        assert_eq!(function_of_uri(&elsewhere.replace("aws-cn", "aws-us-gov")).unwrap(), "f");
    }

    #[test]
    fn uris_of_something_else() {
        let function = "arn:aws:lambda:r:0:function:echo";
        assert_eq!(function_of_uri("echo"), Err(UriError::NotAnArn));
        for uri in [
            function,
            "arn:aws:apigateway:r:lambda:test/2015-03-31/functions/x/invocations",
            "arn:",
            "arn:aws:apigateway",
        ] {
            assert_eq!(function_of_uri(uri), Err(UriError::NeitherPathNorAction), "{uri}");
        }
        for uri in [
            format!("arn:aws:apigateway:r:firehose:path/2015-03-31/functions/{function}/invocations"),
            "arn:aws:apigateway:r:sqs:action/SendMessage".to_owned(),
            "arn:aws:apigateway:r:lambda:path/2021-11-15/functions/x/response-streaming-invocations"
                .to_owned(),
        ] {
            assert_eq!(function_of_uri(&uri), Err(UriError::NotLambda), "{uri}");
        }
    }

    #[test]
    fn functions_that_are_none() {
        for function in [
            "",
            "hello",
            "arn:aws:lambda:r:0:function:",
            "arn:aws:lambda:r:0:layer:x",
            "arn:aws:lambda:r:0:function:a:b:c",
            "arn:aws:lambda:r:0:function:a b",
            "arn:aws:lambda:r:0:function:a:",
        ] {
            assert_eq!(of(function), Err(UriError::FunctionArn(function.to_owned())), "{function}");
        }
    }

    #[test]
    fn substitutions_of_other_tools() {
        let region =
            "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations";
        assert_eq!(function_of_uri(region), Err(UriError::Substitution("${AWS::Region}".to_owned())));
        assert_eq!(of("${open"), Err(UriError::Substitution("${open/invocations".to_owned())));
        assert_eq!(
            of("${stageVariables.a-b}"),
            Err(UriError::Substitution("${stageVariables.a-b}".to_owned()))
        );
        assert!(not_text(&json!({"Fn::Sub": "arn"})).contains("Fn::Sub is a function of CloudFormation"));
        assert_eq!(not_text(&json!(1)), "uri must be text, not a number");
    }
}
