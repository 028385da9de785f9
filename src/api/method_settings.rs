//! What a stage does with requests of its methods beside answering them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the methods that a key of `methodSettings` is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MethodSettings {
    /// Which requests get an execution log, on the standard error of the gateway: `OFF` unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging_level: Option<LoggingLevel>,
    /// Whether execution logs at `INFO` have paths, queries, headers and bodies, up to 1 KB each; false unless set. Credentials in
    /// headers are never shown; what stands in bodies is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_trace_enabled: Option<bool>,
}

/// Which requests get an execution log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum LoggingLevel {
    /// None.
    #[default]
    Off,
    /// Those that fail.
    Error,
    /// All.
    Info,
}
