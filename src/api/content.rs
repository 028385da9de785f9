//! What an API is made of: the resolved content that an `ApiDeployment` freezes and a `RestApi` edits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cors, GatewayResponse, GatewayResponseType, Method, Model, RequestValidator};

/// Resource path → methods.
pub type Paths = BTreeMap<String, ResourceMethods>;
/// Method → what it does. In boxes: most paths have one or two methods, and a map keeps room for eleven.
pub type ResourceMethods = BTreeMap<MethodName, Box<Method>>;

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
    /// Bodies of answers from this many bytes on are compressed where the client accepts gzip or deflate, and compressed
    /// bodies of requests are unpacked: 0 to 10485760. Nothing is compressed unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_485_760))]
    pub minimum_compression_size: Option<u32>,
    /// Models by name: what bodies may look like.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 300))]
    pub models: BTreeMap<String, Model>,
    /// Validators by name; a method names the one that checks its requests.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub request_validators: BTreeMap<String, RequestValidator>,
    /// Answers to requests that no integration answers, by type; unset ones are those of the service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    /// Resource policy: who may call what, as an IAM policy document. Everyone may call everything unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_object")]
    pub policy: Option<serde_json::Value>,
    /// Which pages of other origins may call the API; none unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<Cors>,
    /// What exports print as `info`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<ApiInfo>,
}

/// Title, version and description of an API, for exports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiInfo {
    /// Title; the name of the `RestApi` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub title: Option<String>,
    /// Version; the day of the export unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub version: Option<String>,
    /// Description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,
}

/// An object that the API server keeps as it is.
pub(crate) fn any_object(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
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
