//! Headers of mapped requests and answers.

use http::header::{HeaderName, HeaderValue};

/// What no endpoint gets, though it is mapped (recorded: http-mapped-request-headers).
fn is_kept_from_endpoints(name: &str) -> bool {
    [
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "transfer-encoding",
    ]
    .iter()
    .any(|kept| name.eq_ignore_ascii_case(kept))
}

/// The name under which a mapped header of an answer reaches the client; none where it does not (recorded:
/// http-mapped-response-headers).
pub(super) fn for_client(name: &HeaderName) -> Option<HeaderName> {
    let remapped = match name.as_str() {
        "authorization" => "x-amzn-remapped-authorization",
        "connection" => "x-amzn-remapped-connection",
        "content-length" => "x-amzn-remapped-content-length",
        "content-md5" => "x-amzn-remapped-content-md5",
        "date" => "x-amzn-remapped-date",
        "expect" => "x-amzn-remapped-expect",
        "host" => "x-amzn-remapped-host",
        "max-forwards" => "x-amzn-remapped-max-forwards",
        "proxy-authenticate" => "x-amzn-remapped-proxy-authenticate",
        "server" => "x-amzn-remapped-server",
        "trailer" => "x-amzn-remapped-trailer",
        "upgrade" => "x-amzn-remapped-upgrade",
        "user-agent" => "x-amzn-remapped-user-agent",
        "www-authenticate" => "x-amzn-remapped-www-authenticate",
        "transfer-encoding" => return None,
        _ => return Some(name.clone()),
    };
    Some(HeaderName::from_static(remapped))
}

/// Whether a mapped header may go to an endpoint.
pub(crate) fn may_be_sent(name: &str, value: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok()
        && HeaderValue::from_bytes(value.as_bytes()).is_ok()
        && !is_kept_from_endpoints(name)
}
