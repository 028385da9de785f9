//! `headers` and `multiValueHeaders`.

use super::{Forwarded, json};
use crate::proxy_headers;

/// Writes both maps.
///
/// Recorded: `user-agent` and `authorization` are re-cased, other names are as the client first sent them; `headers`
/// has the last value of a name, `multiValueHeaders` all. Which headers a function does not get:
/// [`proxy_headers::is_kept_from_functions`]. Names are in the order of the alphabet, as the page's example has them.
pub(super) fn write(out: &mut Vec<u8>, sent: &[(&[u8], &[u8])], forwarded: &Forwarded<'_>) {
    let mut port = itoa::Buffer::new();
    let mut forwarded_for = Vec::new();
    let mut headers = Vec::with_capacity(sent.len() + 5);
    for (name, value) in sent {
        match place(name) {
            Place::Kept(name) => headers.push((name, *value)),
            Place::Authorization if proxy_headers::is_signature(value) => {}
            Place::Authorization => headers.push((b"Authorization", *value)),
            Place::ForwardedFor if value.is_empty() => {}
            Place::ForwardedFor => {
                forwarded_for.extend_from_slice(value);
                forwarded_for.extend_from_slice(b", ");
            }
            Place::Dropped => {}
        }
    }
    forwarded_for.extend_from_slice(forwarded.source_ip.as_bytes());
    headers.push((b"Host", forwarded.host.as_bytes()));
    headers.push((b"X-Amzn-Trace-Id", forwarded.trace_id.as_bytes()));
    headers.push((b"X-Forwarded-For", &forwarded_for));
    headers.push((b"X-Forwarded-Port", port.format(forwarded.port).as_bytes()));
    headers.push((b"X-Forwarded-Proto", forwarded.proto.as_bytes()));
    // Stable, so that the values of a name stay in order.
    headers.sort_by(|(one, _), (other, _)| lower(one).cmp(lower(other)));
    let groups = || {
        let groups = headers.chunk_by(|(one, _), (other, _)| one.eq_ignore_ascii_case(other));
        groups.filter_map(|group| Some((group.first()?.0, group)))
    };
    json::raw(out, ",\"headers\":");
    json::object(out, groups(), |out, group| json::text(out, group.last().map_or(b"", |(_, value)| value)));
    json::raw(out, ",\"multiValueHeaders\":");
    json::object(out, groups(), |out, group| json::texts(out, group.iter().map(|(_, value)| *value)));
}

enum Place<'a> {
    /// Under this name.
    Kept(&'a [u8]),
    Authorization,
    ForwardedFor,
    Dropped,
}

fn place(name: &[u8]) -> Place<'_> {
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    // By length first: most names are none of these.
    match name.len() {
        10 if is("user-agent") => Place::Kept(b"User-Agent"),
        13 if is("authorization") => Place::Authorization,
        15 if is("x-forwarded-for") => Place::ForwardedFor,
        4 if is("host") => Place::Dropped,
        15 if is("x-amzn-trace-id") => Place::Dropped,
        16 if is("x-forwarded-port") => Place::Dropped,
        17 if is("x-forwarded-proto") => Place::Dropped,
        _ if proxy_headers::is_kept_from_functions(name) => Place::Dropped,
        _ => Place::Kept(name),
    }
}

fn lower(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(u8::to_ascii_lowercase)
}
