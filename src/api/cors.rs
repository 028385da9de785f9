//! Cross-origin requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which pages of other origins may call the API from a browser. Resources without an OPTIONS or ANY method of their own answer
/// preflight requests, and every answer, errors included, tells the browser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cors {
    /// Origins such as `https://app.example.com`, or `*` for every one.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 253)))]
    pub allow_origins: Vec<String>,
    /// Headers that pages may send. `Content-Type`, `Authorization`, `X-Amz-Date`, `X-Api-Key` and `X-Amz-Security-Token` unless set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 255)))]
    pub allow_headers: Vec<String>,
    /// Headers of answers that pages may read, beside those that they always may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 255)))]
    pub expose_headers: Vec<String>,
    /// How long a browser may keep the answer to a preflight request, in seconds: 0 to 86400. As the browser has it unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 86_400))]
    pub max_age_seconds: Option<u32>,
    /// Whether pages may send cookies and the like; not with the origin `*`. No unless set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_credentials: bool,
}
