//! What an API is made of: the resolved content that an `ApiDeployment` freezes and a `RestApi` edits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Resource path → methods.
pub type Paths = BTreeMap<String, ResourceMethods>;
/// Method → integration.
pub type ResourceMethods = BTreeMap<MethodName, Method>;

/// The resolved content of an API, independent of how it was written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiContent {
    /// Resources by path, such as `/houses/{id}` or `/legacy/{proxy+}`. At most 300.
    #[schemars(extend("maxProperties" = 300))]
    pub paths: Paths,
    /// Media types whose bodies are binary, such as `image/png`, `application/*` or `*/*`: they reach functions base64-encoded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(min = 3, max = 255)))]
    pub binary_media_types: Vec<String>,
    /// Highest `timeoutMillis` an integration of this API may ask for, in milliseconds. 29000 unless set; set it to allow more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 29000, max = 900_000))]
    pub maximum_integration_timeout_millis: Option<u32>,
}

/// HTTP method of a resource; `ANY` stands for those that are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum MethodName {
    /// DELETE.
    Delete,
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// OPTIONS.
    Options,
    /// PATCH.
    Patch,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// Any of the seven that is not listed beside it.
    Any,
}

impl MethodName {
    /// As it stands in a request line (`ANY` for any).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Any => "ANY",
        }
    }

    /// The method of that name in upper case.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Delete, Self::Get, Self::Head, Self::Options, Self::Patch, Self::Post, Self::Put, Self::Any]
            .into_iter()
            .find(|method| method.as_str() == name)
    }
}

/// One method of a resource: exactly one integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct Method {
    /// Invoke a function with the Lambda proxy event (payload 1.0) and answer what it returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<LambdaIntegration>,
    /// Pass the request on to an HTTP endpoint and answer what it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpIntegration>,
    /// Answer without a backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock: Option<MockIntegration>,
}

/// Lambda proxy integration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LambdaIntegration {
    /// `hello`, `hello:3`, `hello:PROD` or with stage variables, such as `hello:${stageVariables.lambdaAlias}`.
    #[schemars(length(min = 1, max = 512))]
    pub function: String,
    /// How long the function may take to answer, in milliseconds: 50 to 29000, more where `maximumIntegrationTimeoutMillis` allows. 29000 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 900_000))]
    pub timeout_millis: Option<u32>,
}

/// HTTP proxy integration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
}

/// Mock integration: a fixed answer.
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
}
