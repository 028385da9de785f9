//! What makes a method answer every request 500: headers that a mapping may not set, methods that invoke nothing.
//!
//! Recorded: `LocalStack` `test_apigateway_header_remapping_http` and `test_apigateway_header_remapping_aws`.

use api::{Method, MethodName};

/// Whatever the integration.
const ALWAYS: [&str; 4] =
    ["content-length", "transfer-encoding", "x-amzn-apigateway-api-id", "x-amzn-trace-id"];
/// Where AWS is called: functions and other services.
const FOR_AWS: [&str; 5] = ["authorization", "connection", "expect", "proxy-authenticate", "te"];

/// The parameter that makes every request of the method fail; `None` where there is none.
pub(crate) fn parameter(method: &Method) -> Option<&str> {
    let lambda = method.lambda.as_ref().map(|lambda| (&lambda.request_parameters, true));
    let http = method.http.as_ref().map(|http| (&http.request_parameters, false));
    let aws = method.aws.as_ref().map(|aws| (&aws.request_parameters, true));
    let (parameters, is_aws) = lambda.or(http).or(aws)?;
    let is_forbidden = |name: &str| {
        let any_case = |forbidden: &&str| forbidden.eq_ignore_ascii_case(name);
        ALWAYS.iter().any(any_case) || (is_aws && FOR_AWS.iter().any(any_case))
    };
    let name = |place: &str| place.strip_prefix("integration.request.header.").is_some_and(is_forbidden);
    parameters.keys().find(|place| name(place)).map(String::as_str)
}

/// The method with which a function is to be invoked, where that is none that it can be invoked with (recorded:
/// `LocalStack` `test_lambda_aws_proxy_integration_non_post_method`).
pub(crate) fn invocation_method(method: &Method) -> Option<MethodName> {
    method.lambda.as_ref()?.method.filter(|method| *method != MethodName::Post)
}

#[cfg(test)]
mod tests {
    use api::{HttpIntegration, LambdaIntegration};

    use super::*;

    #[test]
    fn functions_have_a_longer_list() {
        let of = |header: &str| {
            let parameters = [(format!("integration.request.header.{header}"), "'x'".to_owned())];
            let request_parameters = std::collections::BTreeMap::from(parameters);
            let lambda =
                LambdaIntegration { request_parameters: request_parameters.clone(), ..Default::default() };
            let http = HttpIntegration { request_parameters, ..Default::default() };
            (
                parameter(&Method { lambda: Some(lambda), ..Method::default() }).is_some(),
                parameter(&Method { http: Some(http), ..Method::default() }).is_some(),
            )
        };
        assert_eq!(of("Content-Length"), (true, true));
        assert_eq!(of("AUTHORIZATION"), (true, false));
        assert_eq!(of("X-Amz-Invocation-Type"), (false, false));
    }
}
