//! `queryStringParameters` and `multiValueQueryStringParameters`.

use super::json;
use crate::query::pairs;

/// Writes both maps.
///
/// Recorded: names and values are decoded, a `+` is a space; the single-value map has the last value.
pub(super) fn write(out: &mut Vec<u8>, query: &str) {
    let mut parameters: Vec<_> = pairs(query).collect();
    // Stable, so that the values of a name stay in order. Not by comparing each with each: a query can hold thousands.
    parameters.sort_by(|(one, _), (other, _)| one.cmp(other));
    let groups = || {
        let groups = parameters.chunk_by(|(one, _), (other, _)| one == other);
        groups.filter_map(|group| Some((&*group.first()?.0, group)))
    };
    json::raw(out, ",\"queryStringParameters\":");
    json::object(out, groups(), |out, group| json::text(out, group.last().map_or(b"", |(_, value)| value)));
    json::raw(out, ",\"multiValueQueryStringParameters\":");
    json::object(out, groups(), |out, group| json::texts(out, group.iter().map(|(_, value)| &**value)));
}
