//! Values of mapped parameters.

use serde_json::Value;
use snapshot::mapping::Source;

use super::Received;
use super::context::lookup;
use super::json::JsonBody;
use crate::query;

/// The value that a source names of a request; none where the request has none. `body` is the body as JSON.
pub(crate) fn request_value(
    source: &Source,
    received: &Received<'_>,
    body: &JsonBody<'_>,
    context: &Value,
) -> Option<String> {
    match source {
        Source::Static(text) => Some(text.clone()),
        Source::Unset => None,
        Source::Header { name, all: false } => received.header(name).next_back().map(str::to_owned),
        Source::Header { name, all: true } => joined(received.header(name)),
        Source::Query { name, all: false } => received.query(name).next_back().map(str::to_owned),
        Source::Query { name, all: true } => joined(received.query(name)),
        Source::Path(name) => received.path(name).map(str::to_owned),
        Source::Body => body.whole(),
        Source::BodyPath(path) => body.at(path),
        Source::Context(path) => lookup(context, path).and_then(text),
    }
}

/// What a parameter of a query is set to: all values of a parameter, each by itself (as the service's console showed), or
/// the one of any other source.
pub(crate) fn query_values(
    source: &Source,
    received: &Received<'_>,
    body: &JsonBody,
    context: &Value,
) -> Vec<String> {
    match source {
        Source::Query { name, all: true } => received.query(name).map(str::to_owned).collect(),
        _ => request_value(source, received, body, context).into_iter().collect(),
    }
}

/// A value as it can stand in a path: what stands in one already stays as it was sent.
pub(crate) fn in_path(source: &Source, value: String) -> String {
    if matches!(source, Source::Path(_)) { value } else { query::escaped_for_path(&value) }
}

/// Values with commas between them; none where there is none.
pub(super) fn joined<'v>(values: impl Iterator<Item = &'v str>) -> Option<String> {
    let all: Vec<&str> = values.collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// A value as a parameter: text as it is, what is more in JSON, null as none.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
