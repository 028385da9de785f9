//! `requestContext`.

use super::{RequestContext, json, time};

/// What a request without IAM or Cognito leaves empty (recorded).
const NO_IDENTITY: &str = concat!(
    ",\"identity\":{\"accessKey\":null,\"accountId\":null,\"caller\":null,\"cognitoAuthenticationProvider\":null,",
    "\"cognitoAuthenticationType\":null,\"cognitoIdentityId\":null,\"cognitoIdentityPoolId\":null,",
    "\"principalOrgId\":null,\"user\":null,\"userArn\":null"
);

pub(super) fn write(out: &mut Vec<u8>, context: &RequestContext<'_>) {
    json::raw(out, ",\"requestContext\":");
    json::first_field(out, "accountId", context.account_id);
    json::field(out, "apiId", context.api_id);
    json::field(out, "deploymentId", context.deployment_id);
    json::field(out, "domainName", context.domain_name);
    json::field(out, "domainPrefix", context.domain_prefix);
    json::field(out, "extendedRequestId", context.extended_request_id);
    json::field(out, "httpMethod", context.http_method);
    json::raw(out, NO_IDENTITY);
    json::field(out, "sourceIp", context.source_ip);
    match context.user_agent {
        Some(user_agent) => json::field(out, "userAgent", user_agent),
        None => json::raw(out, ",\"userAgent\":null"),
    }
    out.push(b'}');
    json::field(out, "path", context.path);
    json::field(out, "protocol", context.protocol);
    json::field(out, "requestId", context.request_id);
    json::raw(out, ",\"requestTime\":\"");
    time::write(out, context.epoch_millis);
    json::raw(out, "\",\"requestTimeEpoch\":");
    json::raw(out, itoa::Buffer::new().format(context.epoch_millis));
    json::field(out, "resourceId", context.resource_id);
    json::field(out, "resourcePath", context.resource_path);
    json::field(out, "stage", context.stage);
    out.push(b'}');
}
