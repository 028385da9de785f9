//! Back to the client.

use http::HeaderMap;
use http::header::{self, HeaderName};

use super::{each, found, remove_named_by_connection};

const fn remapped(name: HeaderName, to: &'static str) -> (HeaderName, Option<HeaderName>) {
    (name, Some(HeaderName::from_static(to)))
}

/// Names that a backend or function can't give an answer, and under which name the client gets them, if at all.
static CHANGED: [(HeaderName, Option<HeaderName>); 20] = [
    remapped(header::CONNECTION, "x-amzn-remapped-connection"),
    remapped(header::AUTHORIZATION, "x-amzn-remapped-authorization"),
    remapped(header::CONTENT_LENGTH, "x-amzn-remapped-content-length"),
    remapped(HeaderName::from_static("content-md5"), "x-amzn-remapped-content-md5"),
    remapped(header::DATE, "x-amzn-remapped-date"),
    remapped(header::MAX_FORWARDS, "x-amzn-remapped-max-forwards"),
    remapped(header::SERVER, "x-amzn-remapped-server"),
    remapped(header::USER_AGENT, "x-amzn-remapped-user-agent"),
    remapped(header::WWW_AUTHENTICATE, "x-amzn-remapped-www-authenticate"),
    // Not in the table, but seen where the backend is a service of AWS.
    remapped(HeaderName::from_static("x-amzn-requestid"), "x-amzn-remapped-x-amzn-requestid"),
    (header::EXPECT, None),
    (header::HOST, None),
    (HeaderName::from_static("keep-alive"), None),
    (header::PROXY_AUTHENTICATE, None),
    (HeaderName::from_static("proxy-connection"), None),
    (header::TE, None),
    (header::TRAILER, None),
    (header::TRANSFER_ENCODING, None),
    (header::UPGRADE, None),
    (header::VIA, None),
];

const _: () = assert!(CHANGED.len() <= 32, "`found` has 32 bits");

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
    match CHANGED.iter().find(|(changed, _)| changed == name) {
        None => Fate::Kept,
        Some((_, Some(to))) => Fate::Remapped(to),
        Some((_, None)) => Fate::Dropped,
    }
}

/// Makes the headers of a backend's answer those that go to the client.
pub fn backward(headers: &mut HeaderMap) {
    let changed = found(headers, &CHANGED, |(name, _)| name);
    if changed & 1 == 1 {
        remove_named_by_connection(headers);
    }
    for (name, to) in each(&CHANGED, changed) {
        match to {
            None => drop(headers.remove(name)),
            Some(to) => rename(headers, name, to),
        }
    }
}

fn rename(headers: &mut HeaderMap, name: &HeaderName, to: &HeaderName) {
    let more: Vec<_> = headers.get_all(name).iter().skip(1).cloned().collect();
    if let Some(value) = headers.remove(name) {
        headers.insert(to, value);
        for value in more {
            headers.append(to, value);
        }
    }
}
