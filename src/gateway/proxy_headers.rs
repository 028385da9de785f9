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

/// What `Connection` names, beside itself: headers for this hop alone.
fn named_by_connection<'h>(headers: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> Vec<HeaderName> {
    let mut named = Vec::new();
    for (_, value) in headers.filter(|(name, _)| name.eq_ignore_ascii_case(b"connection")) {
        for token in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            // By far the most frequent ones name no header.
            if !token.eq_ignore_ascii_case(b"close") && !token.eq_ignore_ascii_case(b"keep-alive") {
                named.extend(HeaderName::from_bytes(token).ok().filter(|name| *name != CONNECTION));
            }
        }
    }
    named
}

fn is_named(named: &[HeaderName], name: &HeaderName) -> bool {
    !named.is_empty() && named.contains(name)
}
