//! To the backend.

use std::io::Write as _;
use std::net::IpAddr;

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONNECTION, HeaderName};

use super::names_in;

/// What the gateway says about a request on its way to a backend.
#[derive(Clone, Copy, Debug)]
pub struct Hop<'a> {
    /// Goes to the end of `X-Forwarded-For`.
    pub source_ip: IpAddr,
    /// The port that the request came to.
    pub port: u16,
    /// `http` or `https`.
    pub proto: &'static str,
    /// `Host` of the backend.
    pub authority: &'a str,
    /// The API's id.
    pub api_id: &'a str,
    /// The client's trace id where it has a root, else a fresh one.
    pub trace_id: &'a str,
}

/// What no backend and no function gets. All but the hop-by-hop ones are recorded. `name` is in lower case.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "content-md5"
            | "expect"
            | "keep-alive"
            | "max-forwards"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "server"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "www-authenticate"
    )
}

/// Beyond what is dropped: what a backend does not get, or gets another value of.
fn is_kept_from_backends(name: &str) -> bool {
    matches!(
        name,
        // Recorded: a backend does not learn it, though the body goes on as it came.
        "content-encoding"
            | "via"
            // Whoever sends the body says how long it is.
            | "content-length"
            // None of these is the client's to say.
            | "host"
            | "x-amzn-apigateway-api-id"
            | "x-amzn-trace-id"
            | "x-forwarded-for"
            | "x-forwarded-port"
            | "x-forwarded-proto"
    )
}

/// Whether a Lambda event lacks a header of this name. Recorded for all but the hop-by-hop ones.
pub fn is_kept_from_functions(name: &[u8]) -> bool {
    const LONGEST: usize = 32;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|name| name == "content-length" || is_dropped(name))
}

/// Whether the value of `Authorization` is a Signature Version 4, which is dropped (api-gateway-known-issues).
pub fn is_signature(authorization: &[u8]) -> bool {
    authorization.starts_with(b"AWS4-HMAC-SHA256")
}

/// Writes the headers that go to the backend, by the headers of the request. How long the body is says whoever sends it.
pub fn onward(headers: &HeaderMap, hop: &Hop<'_>, mut write: impl FnMut(&str, &[u8])) {
    let mut named = Vec::new();
    headers.get_all(CONNECTION).iter().for_each(|value| names_in(value.as_bytes(), &mut named));
    write("host", hop.authority.as_bytes());
    let stays = |name: &HeaderName, value: &[u8]| {
        is_dropped(name.as_str())
            || is_kept_from_backends(name.as_str())
            || (*name == AUTHORIZATION && is_signature(value))
            || named.contains(name)
    };
    for (name, value) in headers {
        if !stays(name, value.as_bytes()) {
            write(name.as_str(), value.as_bytes());
        }
    }
    write("x-amzn-apigateway-api-id", hop.api_id.as_bytes());
    write("x-amzn-trace-id", hop.trace_id.as_bytes());
    write("x-forwarded-for", &forwarded_for(headers, hop.source_ip));
    write("x-forwarded-port", itoa::Buffer::new().format(hop.port).as_bytes());
    write("x-forwarded-proto", hop.proto.as_bytes());
}

fn forwarded_for(headers: &HeaderMap, source_ip: IpAddr) -> Vec<u8> {
    let mut list = Vec::with_capacity(64);
    for value in headers.get_all("x-forwarded-for").iter().filter(|value| !value.is_empty()) {
        list.extend_from_slice(value.as_bytes());
        list.extend_from_slice(b", ");
    }
    // An address is written without fail.
    let _ = write!(list, "{source_ip}");
    list
}
