//! From an `OpenAPI` 3.0 or Swagger 2.0 document with `x-amazon-apigateway-*` extensions to the content of an API, and back.
//!
//! What has no effect on the service is ignored (tags, summaries), what would have one and is not supported is
//! refused by name. Checks that hold for typed paths too (siblings, greedy variables, upper limits) are made by whoever
//! takes the result: they are not repeated here.

mod access;
mod arn;
mod base_path;
mod document;
mod export;
mod extensions;
mod fields;
mod findings;
mod integration;
mod left_out;
mod models;
mod operation;
mod parameters;
mod path_item;
mod pointer;
mod reference;
mod responses;
mod settings;
mod short;
mod version;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;

use api::{ApiContent, Reason};
use serde_json::Value;

pub use arn::{UriError, function_of_uri};
pub use base_path::{BasePath, below_base_path};
pub use export::{Export, ExportOptions, Format, export};
pub use left_out::left_out;
pub use pointer::pointer;
pub use short::shortened;

/// Most problems, and most warnings, that one import reports.
pub const MOST_FINDINGS: usize = 100;
/// Deepest nesting of objects and lists in a document.
pub const MOST_LEVELS: usize = 64;

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// The content, paths as written. What the document does not say is left out.
    pub content: ApiContent,
    /// What the original service accepts too, though it has no effect. At most [`MOST_FINDINGS`].
    pub warnings: Vec<Finding>,
}

/// A problem or a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where in the document, such as `paths./houses.get.x-amazon-apigateway-integration.responses`; empty for the whole.
    pub path: String,
    /// What is wrong, and what would be right.
    pub what: String,
    /// In a word: `Invalid` or `Unsupported` for problems, `NoEffect` for warnings.
    pub reason: Reason,
}

/// Imports a document. `Err` has every problem found, at most [`MOST_FINDINGS`].
pub fn import(document: &Value) -> Result<Import, Vec<Finding>> {
    document::import(document)
}
