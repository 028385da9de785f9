//! What happens to headers on their way through a proxy integration.
//!
//! By the table on the developer guide's page api-gateway-known-issues, and as recorded (`http-proxy-request-headers`,
//! `http-proxy-response-headers`, `http-lambda-proxy-headers`), which wins where the two differ: a backend's
//! Content-Length is remapped. Beyond both, what RFC 9110 (7.6.1) calls hop-by-hop stays on its hop.

mod backward;
mod onward;
#[cfg(test)]
mod tests;

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName};

pub use backward::{Fate, backward, fate};
pub use onward::{Hop, is_kept_from_functions, is_signature, onward};

/// Removes what `Connection` names. The header itself stays.
fn remove_named_by_connection(headers: &mut HeaderMap) {
    let mut named: Vec<HeaderName> = Vec::new();
    for value in headers.get_all(CONNECTION) {
        for token in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            // By far the most frequent ones name no header.
            if !token.eq_ignore_ascii_case(b"close") && !token.eq_ignore_ascii_case(b"keep-alive") {
                named.extend(HeaderName::from_bytes(token));
            }
        }
    }
    for name in named.iter().filter(|name| **name != CONNECTION) {
        headers.remove(name);
    }
}

/// The places in `table` of the names in `headers`, as bits: one look at each name that is there, rather than one
/// search for each that could be.
fn found<T>(headers: &HeaderMap, table: &[T], name_of: impl Fn(&T) -> &HeaderName) -> u32 {
    headers
        .keys()
        .filter_map(|name| table.iter().position(|entry| name_of(entry) == name))
        .fold(0, |set, at| set | 1 << at)
}

/// The entries of `table` that are set.
fn each<T>(table: &[T], set: u32) -> impl Iterator<Item = &T> {
    table.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1).map(|(_, entry)| entry)
}
