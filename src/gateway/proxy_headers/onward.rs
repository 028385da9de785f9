//! To the backend.

use std::net::IpAddr;

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, header::AUTHORIZATION};

use super::{each, found, remove_named_by_connection};

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
static API_ID: HeaderName = HeaderName::from_static("x-amzn-apigateway-api-id");

/// What no backend and no function gets, and after these what only a backend does not get. All but the hop-by-hop
/// ones are recorded.
static DROPPED: [HeaderName; 16] = [
    header::CONNECTION,
    HeaderName::from_static("content-md5"),
    header::EXPECT,
    HeaderName::from_static("keep-alive"),
    header::MAX_FORWARDS,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    header::SERVER,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::WWW_AUTHENTICATE,
    // Recorded: a backend does not learn it, though the body goes on as it came.
    header::CONTENT_ENCODING,
    header::VIA,
];

const KEPT_FROM_ALL: usize = 14;

const _: () = assert!(DROPPED.len() <= 32, "`found` has 32 bits");

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

/// Whether a Lambda event lacks a header of this name. Recorded for all but the hop-by-hop ones.
pub fn is_kept_from_functions(name: &[u8]) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    is("content-length") || DROPPED.iter().take(KEPT_FROM_ALL).any(|dropped| is(dropped.as_str()))
}

/// Whether the value of `Authorization` is a Signature Version 4, which is dropped (api-gateway-known-issues).
pub fn is_signature(authorization: &[u8]) -> bool {
    authorization.starts_with(b"AWS4-HMAC-SHA256")
}

/// Makes the headers of a request those that go to the backend.
///
/// `Content-Length` stays: where the body is another than the client's, the caller sets it.
pub fn onward(headers: &mut HeaderMap, hop: &Hop<'_>) {
    let dropped = found(headers, &DROPPED, |name| name);
    if dropped & 1 == 1 {
        remove_named_by_connection(headers);
    }
    for name in each(&DROPPED, dropped) {
        headers.remove(name);
    }
    if headers.get(AUTHORIZATION).is_some_and(|value| is_signature(value.as_bytes())) {
        headers.remove(AUTHORIZATION);
    }
    let forwarded_for = forwarded_for(headers, hop.source_ip);
    set(headers, &header::HOST, HeaderValue::from_str(hop.authority));
    set(headers, &API_ID, HeaderValue::from_str(hop.api_id));
    set(headers, &TRACE_ID, HeaderValue::from_str(hop.trace_id));
    set(headers, &X_FORWARDED_FOR, forwarded_for);
    set(headers, &X_FORWARDED_PORT, Ok(HeaderValue::from(hop.port)));
    set(headers, &X_FORWARDED_PROTO, Ok(HeaderValue::from_static(hop.proto)));
}

fn forwarded_for(headers: &HeaderMap, source_ip: IpAddr) -> Result<HeaderValue, header::InvalidHeaderValue> {
    let mut list = Vec::with_capacity(64);
    for value in headers.get_all(&X_FORWARDED_FOR).iter().filter(|value| !value.is_empty()) {
        list.extend_from_slice(value.as_bytes());
        list.extend_from_slice(b", ");
    }
    // An address is written without fail.
    let _ = std::io::Write::write_fmt(&mut list, format_args!("{source_ip}"));
    HeaderValue::from_maybe_shared(bytes::Bytes::from(list))
}

fn set(headers: &mut HeaderMap, name: &HeaderName, value: Result<HeaderValue, header::InvalidHeaderValue>) {
    match value {
        Ok(value) => headers.insert(name, value),
        // None of these is the client's to say.
        Err(_) => headers.remove(name),
    };
}
