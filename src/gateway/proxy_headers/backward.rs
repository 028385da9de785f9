//! Back to the client.

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName, HeaderValue};

use super::names_in;

/// Names that the client gets under another one.
mod remapped {
    use http::header::HeaderName;

    pub(super) static CONNECTION: HeaderName = HeaderName::from_static("x-amzn-remapped-connection");
    pub(super) static AUTHORIZATION: HeaderName = HeaderName::from_static("x-amzn-remapped-authorization");
    pub(super) static CONTENT_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");
    pub(super) static CONTENT_MD5: HeaderName = HeaderName::from_static("x-amzn-remapped-content-md5");
    pub(super) static DATE: HeaderName = HeaderName::from_static("x-amzn-remapped-date");
    pub(super) static MAX_FORWARDS: HeaderName = HeaderName::from_static("x-amzn-remapped-max-forwards");
    pub(super) static SERVER: HeaderName = HeaderName::from_static("x-amzn-remapped-server");
    pub(super) static USER_AGENT: HeaderName = HeaderName::from_static("x-amzn-remapped-user-agent");
    pub(super) static WWW_AUTHENTICATE: HeaderName =
        HeaderName::from_static("x-amzn-remapped-www-authenticate");
    pub(super) static REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-remapped-x-amzn-requestid");
}

/// What becomes of a header of a proxy integration's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The client gets it.
    Kept,
    /// The client gets it under this name.
    Remapped(&'static HeaderName),
    /// The client does not get it.
    Dropped,
}

/// What becomes of a header of this name.
pub fn fate(name: &HeaderName) -> Fate {
    match name.as_str() {
        "connection" => Fate::Remapped(&remapped::CONNECTION),
        "authorization" => Fate::Remapped(&remapped::AUTHORIZATION),
        "content-length" => Fate::Remapped(&remapped::CONTENT_LENGTH),
        "content-md5" => Fate::Remapped(&remapped::CONTENT_MD5),
        "date" => Fate::Remapped(&remapped::DATE),
        "max-forwards" => Fate::Remapped(&remapped::MAX_FORWARDS),
        "server" => Fate::Remapped(&remapped::SERVER),
        "user-agent" => Fate::Remapped(&remapped::USER_AGENT),
        "www-authenticate" => Fate::Remapped(&remapped::WWW_AUTHENTICATE),
        // Not in the table, but seen where the backend is a service of AWS.
        "x-amzn-requestid" => Fate::Remapped(&remapped::REQUEST_ID),
        "expect" | "host" | "keep-alive" | "proxy-authenticate" | "proxy-connection" | "te" | "trailer"
        | "transfer-encoding" | "upgrade" | "via" => Fate::Dropped,
        _ => Fate::Kept,
    }
}

/// The headers that go to the client, of those of a backend's answer.
pub fn backward<'h>(answer: impl Iterator<Item = (&'h [u8], &'h [u8])>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    let mut named = Vec::new();
    for (name, value) in answer {
        // They were parsed as header lines; what http takes for none all the same is left out.
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) else {
            continue;
        };
        if name == CONNECTION {
            names_in(value.as_bytes(), &mut named);
        }
        match fate(&name) {
            Fate::Dropped => {}
            Fate::Remapped(to) => drop(headers.append(to, value)),
            Fate::Kept => drop(headers.append(name, value)),
        }
    }
    for name in named {
        headers.remove(name);
    }
    headers
}
