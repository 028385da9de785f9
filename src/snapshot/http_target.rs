//! Where an HTTP integration goes, parsed again after stage variables are put in.

use std::fmt::Write as _;
use std::sync::Arc;

/// A parsed target; path parameters are put in for each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpTarget {
    /// Host name or address, without brackets.
    pub host: Arc<str>,
    /// Port.
    pub port: u16,
    /// Whether it is `https`.
    pub is_tls: bool,
    /// Value of the `Host` header.
    pub authority: String,
    /// Path and query, as pieces.
    pieces: Vec<Piece>,
    has_query: bool,
}

/// Name of the piece that is the whole path of a request.
const PROXY: &str = "proxy";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Parameter(String),
}

/// Why a URL is not a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpTargetError {
    /// Scheme.
    #[error("the URL `{0}` must begin with http:// or https://")]
    Scheme(String),
    /// Host or port.
    #[error(
        "the URL `{0}` must have a host, and a port from 1 to 65535 if any; user names and {{parameters}} can't stand there"
    )]
    Authority(String),
    /// Path or query.
    #[error("the path or query of the URL `{0}` is not valid")]
    Path(String),
    /// A `{name}` that the resource path lacks.
    #[error("`{{{0}}}` is not a path parameter of the resource")]
    Parameter(String),
}

/// Why a path parameter can't be put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// It holds a `.` or `..` segment, so that the backend would see another path than the one that was matched.
    #[error("the path holds dot segments")]
    DotSegment,
    /// What it is mapped from has no value. The service leaves `{name}` in the URL then, which is no URL any more (its
    /// knowledge centre: "Illegal character in path").
    #[error("a parameter of the URL has no value")]
    Unset,
}

impl HttpTarget {
    /// Scheme and authority, such as `http://legacy.shop.svc:8080`.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.is_tls { "https" } else { "http" }, self.authority)
    }

    /// Parses a URL in which `{name}` stands for path parameters, each one of `parameters`.
    pub fn parse<'a>(
        url: &str,
        parameters: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, HttpTargetError> {
        let (rest, is_tls) = match (url.strip_prefix("http://"), url.strip_prefix("https://")) {
            (Some(rest), _) => (rest, false),
            (_, Some(rest)) => (rest, true),
            _ => return Err(HttpTargetError::Scheme(url.to_owned())),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (host, port) = host_and_port(authority, if is_tls { 443 } else { 80 })
            .ok_or_else(|| HttpTargetError::Authority(url.to_owned()))?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let known: Vec<&str> = parameters.into_iter().collect();
        let pieces = pieces(&path, &known)?;
        let plain: String =
            pieces.iter().map(|piece| if let Piece::Literal(text) = piece { text } else { "x" }).collect();
        if plain.contains('#') || http::uri::PathAndQuery::try_from(&*plain).is_err() {
            return Err(HttpTargetError::Path(url.to_owned()));
        }
        let has_query = plain.contains('?');
        Ok(Self { host: host.into(), port, is_tls, authority: authority.to_owned(), pieces, has_query })
    }

    /// A function that serves HTTP itself, at the endpoints of its version: every request's path, below `prefix`.
    pub fn of_function(
        namespace: &str,
        function: &str,
        prefix: Option<&str>,
    ) -> Result<Self, HttpTargetError> {
        let prefix = prefix.unwrap_or_default();
        let is_plain = prefix.is_empty() || (prefix.starts_with('/') && !prefix.ends_with('/'));
        if !is_plain || prefix.contains(['?', '#', '{', '}']) || prefix.split('/').any(is_dot_segment) {
            return Err(HttpTargetError::Path(prefix.to_owned()));
        }
        Self::parse(&format!("http://{function}.{namespace}{prefix}/{{{PROXY}}}"), [PROXY])
    }

    /// Path and query of the onward request to a function: `path` is the request's, with its leading slash.
    pub fn path_for_function(&self, path: &str, query: Option<&str>) -> Result<String, ParameterError> {
        self.path_and_query(&[(PROXY, path.strip_prefix('/').unwrap_or(path))], query)
    }

    /// Path and query of the onward request: path parameters as they were sent, then the request's own query.
    pub fn path_and_query(
        &self,
        parameters: &[(&str, &str)],
        query: Option<&str>,
    ) -> Result<String, ParameterError> {
        let mut out = String::with_capacity(64);
        let mut in_query = false;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => {
                    in_query |= text.contains('?');
                    out.push_str(text);
                }
                // There a segment such as `x&admin=1` would add a parameter of its own.
                Piece::Parameter(name) if in_query => escape(value_of(parameters, name)?, &mut out),
                Piece::Parameter(name) => {
                    let value = value_of(parameters, name)?;
                    if value.split('/').any(is_dot_segment) {
                        return Err(ParameterError::DotSegment);
                    }
                    out.push_str(value);
                }
            }
        }
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            out.push(if self.has_query { '&' } else { '?' });
            out.push_str(query);
        }
        Ok(out)
    }
}

fn value_of<'p>(parameters: &[(&str, &'p str)], name: &str) -> Result<&'p str, ParameterError> {
    let found = parameters.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or(ParameterError::Unset)
}

/// What is escaped already stays as it is.
fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// `.` or `..`, escaped or not: backends decode before they walk.
fn is_dot_segment(segment: &str) -> bool {
    // Nearly every segment is seen to be none by its bytes.
    if !segment.bytes().any(|byte| matches!(byte, b'.' | b'%' | b'\\')) {
        return false;
    }
    // An escaped slash or backslash may split the segment for the backend.
    let text = segment
        .replace("%2e", ".")
        .replace("%2E", ".")
        .replace("%2f", "/")
        .replace("%2F", "/")
        .replace("%5c", "/")
        .replace("%5C", "/");
    text.split(['/', '\\']).any(|part| part == "." || part == "..")
}

fn host_and_port(authority: &str, default: u16) -> Option<(String, u16)> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        (host, port.strip_prefix(':').or(port.is_empty().then_some("")))
    } else {
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(plain) {
            return None;
        }
        (host, Some(port))
    };
    let port = match port? {
        "" => default,
        digits => digits.parse().ok().filter(|port| *port > 0)?,
    };
    Some((host.to_owned(), port))
}

fn pieces(path: &str, known: &[&str]) -> Result<Vec<Piece>, HttpTargetError> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| HttpTargetError::Path(path.to_owned()))?;
        // `{proxy+}` is how the resource path writes it, and people copy it.
        let bare = name.strip_suffix('+').unwrap_or(name);
        if !known.contains(&bare) {
            return Err(HttpTargetError::Parameter(name.to_owned()));
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        pieces.push(Piece::Parameter(bare.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let t = HttpTarget::parse("http://legacy.shop.svc:8080/a/{proxy}?v=1", ["proxy"]).unwrap();
        assert_eq!(
            (&*t.host, t.port, t.authority.as_str()),
            ("legacy.shop.svc", 8080, "legacy.shop.svc:8080")
        );
        assert_eq!(
            t.path_and_query(&[("proxy", "x/y%2Fz")], Some("q=1&q=2")).unwrap(),
            "/a/x/y%2Fz?v=1&q=1&q=2"
        );
        let t = HttpTarget::parse("https://a/x", []).unwrap();
        assert_eq!((&*t.host, t.port, t.is_tls, t.authority.as_str()), ("a", 443, true, "a"));
        let t = HttpTarget::parse("http://[::1]", []).unwrap();
        assert_eq!((&*t.host, t.port, t.authority.as_str()), ("::1", 80, "[::1]"));
        assert_eq!(t.path_and_query(&[], None).unwrap(), "/");
        assert_eq!(t.path_and_query(&[], Some("a=b")).unwrap(), "/?a=b");
    }

    #[test]
    fn what_is_refused() {
        for url in
            ["http:///x", "http://a:0/", "http://a:99999/", "http://u@h/", "http://{x}/", "http://[1.2.3.4]/"]
        {
            assert!(matches!(HttpTarget::parse(url, ["x"]), Err(HttpTargetError::Authority(_))), "{url}");
        }
        assert!(matches!(HttpTarget::parse("ftp://a/", []), Err(HttpTargetError::Scheme(_))));
        assert!(matches!(HttpTarget::parse("http://a/#x", []), Err(HttpTargetError::Path(_))));
        assert!(matches!(HttpTarget::parse("http://a/b c", []), Err(HttpTargetError::Path(_))));
        assert!(matches!(HttpTarget::parse("http://a/{y}", ["x"]), Err(HttpTargetError::Parameter(_))));
    }

    #[test]
    fn functions_get_the_path_as_it_is() {
        let t = HttpTarget::of_function("shop", "Hel_lo", Some("/v1")).unwrap();
        assert_eq!(t.authority, "Hel_lo.shop");
        assert_eq!(t.path_for_function("/a/b%2F//", Some("x=1")).unwrap(), "/v1/a/b%2F//?x=1");
        assert_eq!(t.path_for_function("/a/%2e%2e/b", None), Err(ParameterError::DotSegment));
        let t = HttpTarget::of_function("shop", "f", None).unwrap();
        assert_eq!(t.path_for_function("/", None).unwrap(), "/");
        for bad in ["v1", "/v1/", "/", "/a/../b", "/a?b", "/{x}", "/a b", ".evil"] {
            assert!(HttpTarget::of_function("shop", "f", Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_segment_adds_no_query_parameter() {
        let t = HttpTarget::parse("http://a/find?id={id}", ["id"]).unwrap();
        assert_eq!(
            t.path_and_query(&[("id", "x&admin=1%20\"")], None).unwrap(),
            "/find?id=x%26admin%3D1%20%22"
        );
    }

    #[test]
    fn what_has_no_value_makes_no_url() {
        for url in ["http://a/u/{p}/x", "http://a/u?p={p}"] {
            let t = HttpTarget::parse(url, ["p"]).unwrap();
            assert_eq!(t.path_and_query(&[("q", "1")], None), Err(ParameterError::Unset), "{url}");
            assert!(t.path_and_query(&[("p", "")], None).is_ok(), "{url}");
        }
    }

    #[test]
    fn dot_segments_do_not_reach_the_backend() {
        let t = HttpTarget::parse("http://a/base/{p}", ["p"]).unwrap();
        for value in ["..", "a/../b", "%2e%2E/x", ".%2e", "a%2f..%2fb", "a/.", "..%5cx"] {
            assert_eq!(t.path_and_query(&[("p", value)], None), Err(ParameterError::DotSegment), "{value}");
        }
        assert!(t.path_and_query(&[("p", "..a/b../.c")], None).is_ok());
    }
}
