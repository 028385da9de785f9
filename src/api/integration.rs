//! What answers a method.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Mapping, MethodName};

/// Lambda integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LambdaIntegration {
    /// `hello`, `hello:3`, `hello:PROD` or with stage variables, such as `hello:${stageVariables.lambdaAlias}`.
    #[schemars(length(min = 1, max = 512))]
    pub function: String,
    /// Method of the invocation: `POST`, also if not set. With any other every request is answered 500, as on the service,
    /// whose documents may have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodName>,
    /// How long the function may take to answer, in milliseconds: 50 to 29000, more where `maximumIntegrationTimeoutMillis` allows. 29000 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 900_000))]
    pub timeout_millis: Option<u32>,
    /// Headers of the invocation, where `mapping` is set: `integration.request.header.X-Amz-Invocation-Type` → `'Event'`
    /// makes it asynchronous. Sources are those of `http`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 1024)))]
    pub request_parameters: BTreeMap<String, String>,
    /// Makes the event and the answer itself, instead of the proxy event and answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
}

/// HTTP integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpIntegration {
    /// Where to, such as `http://legacy.shop.svc/items/{id}`: `{name}` takes the path parameter, `${stageVariables.name}` the stage variable.
    #[schemars(length(min = 1, max = 2048))]
    pub url: String,
    /// Method of the onward request; that of the request unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodName>,
    /// How long the endpoint may take to answer, in milliseconds: 50 to 29000, more where `maximumIntegrationTimeoutMillis` allows. 29000 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 900_000))]
    pub timeout_millis: Option<u32>,
    /// Parameters of the onward request: `integration.request.header.X`, `integration.request.querystring.x` or
    /// `integration.request.path.x` → `method.request.header.X` and the like, `method.request.body.JSONPATH`, `context.x`,
    /// `stageVariables.x` or `'text'`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 1024)))]
    pub request_parameters: BTreeMap<String, String>,
    /// TLS to an `https://` endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsConfig>,
    /// Makes the onward request and the answer, instead of passing both on as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
}

/// TLS to an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TlsConfig {
    /// Takes any certificate that names the host, whoever issued it. No unless set.
    #[serde(default)]
    pub insecure_skip_verification: bool,
}

/// Mock integration: an answer without a backend. Either `statusCode`, `headers` and `body`, or `mapping`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MockIntegration {
    /// Status of the answer; 200 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 200, max = 599))]
    pub status_code: Option<u16>,
    /// Headers of the answer. `Content-Type` is `application/json` unless set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 50), inner(length(max = 1024)))]
    pub headers: BTreeMap<String, String>,
    /// Body of the answer; empty unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 307_200))]
    pub body: Option<String>,
    /// A request template that gives `{"statusCode": N}` picks one of the mapping's responses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
}

/// Calls a service that speaks an AWS protocol, signed (`SigV4`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsIntegration {
    /// `arn:aws:apigateway:REGION:SERVICE:action/NAME` or `arn:aws:apigateway:REGION:SERVICE:path/PATH`; stage variables and
    /// `{name}` may stand in it. Actions by name are known of the services that docs/aws-services.md lists.
    #[schemars(length(min = 1, max = 2048))]
    pub uri: String,
    /// Method of the onward request; that of the request unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodName>,
    /// Where the service is, such as `http://minio.storage.svc:9000`.
    #[schemars(length(min = 1, max = 2048))]
    pub endpoint: String,
    /// Name of the Secret with `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if need be, `AWS_SESSION_TOKEN`, in the API's namespace.
    #[schemars(length(min = 1, max = 253))]
    pub credentials_secret: String,
    /// How long the service may take to answer, in milliseconds: 50 to 29000, more where `maximumIntegrationTimeoutMillis` allows. 29000 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 900_000))]
    pub timeout_millis: Option<u32>,
    /// Parameters of the onward request, as for `http`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100), inner(length(max = 1024)))]
    pub request_parameters: BTreeMap<String, String>,
    /// Makes the onward request and the answer.
    #[serde(default)]
    pub mapping: Mapping,
}
