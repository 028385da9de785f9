//! What happens to headers on their way through a proxy integration.
//!
//! By the table on the developer guide's page api-gateway-known-issues, and as recorded (`http-proxy-request-headers`,
//! `http-proxy-response-headers`, `http-lambda-proxy-headers`), which wins where the two differ: a backend's
//! Content-Length is remapped. Beyond both, what RFC 9110 (7.6.1) calls hop-by-hop stays on its hop.

mod backward;
mod onward;
#[cfg(test)]
mod tests;

use http::header::{CONNECTION, HeaderName};

pub use backward::{Fate, backward, fate};
pub use onward::{Hop, is_kept_from_functions, is_signature, onward};

/// Adds what a `Connection` header names, beside itself: headers for this hop alone.
fn names_in(connection: &[u8], named: &mut Vec<HeaderName>) {
    for token in connection.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
        // By far the most frequent ones name no header.
        if !token.eq_ignore_ascii_case(b"close") && !token.eq_ignore_ascii_case(b"keep-alive") {
            named.extend(HeaderName::from_bytes(token).ok().filter(|name| *name != CONNECTION));
        }
    }
}
