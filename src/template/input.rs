//! What a template sees, and what it makes.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a template sees.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What `$input.body`, `$input.path` and `$input.json` read: the body of the request, or the endpoint's answer.
    pub body: &'a str,
    /// Path parameters of the request.
    pub path: &'a [(&'a str, &'a str)],
    /// Query parameters; the last of a name counts.
    pub querystring: &'a [(&'a str, &'a str)],
    /// Headers, whatever the case of their names; the last of a name counts.
    pub headers: &'a [(&'a str, &'a str)],
    /// `$stageVariables`.
    pub stage_variables: &'a BTreeMap<String, String>,
    /// `$context`. Its `requestOverride` and `responseOverride` are what earlier templates set.
    pub context: &'a Value,
}

/// What a template made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// `$context.requestOverride` as it is now.
    pub request_override: Value,
    /// `$context.responseOverride` as it is now.
    pub response_override: Value,
}
