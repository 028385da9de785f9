//! Path and query of a request to a service of AWS, in the one spelling that both ends sign alike.

use std::fmt::Write as _;

/// Path and query, escaped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AwsTarget {
    /// As it goes on the wire.
    pub(crate) path: String,
    /// As it is signed.
    pub(super) canonical_path: String,
    /// Names and values in the order of the wire.
    query: Vec<(String, String)>,
}

impl AwsTarget {
    /// Of a path and query in which some characters may be escaped and others not.
    ///
    /// S3 takes any path for the name of an object and signs it as it is escaped once; other services take `//` for
    /// `/` and sign it as it is escaped twice (Signature Version 4 reference, canonical URI).
    pub(crate) fn of(path_and_query: &str, is_s3: bool) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let (path, canonical_path) = if is_s3 {
            let path = escaped(&unescaped(path, false), b"/");
            (path.clone(), path)
        } else {
            let mut once = String::with_capacity(path.len());
            for segment in path.split('/').filter(|segment| !segment.is_empty()) {
                once.push('/');
                // An escaped slash stays one.
                once.push_str(&escaped(&unescaped(segment, false), b""));
            }
            if once.is_empty() || path.ends_with('/') {
                once.push('/');
            }
            let twice = escaped(once.as_bytes(), b"/");
            (once, twice)
        };
        let pair = |parameter: &str| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            (escaped(&unescaped(name, true), b""), escaped(&unescaped(value, true), b""))
        };
        let query = query.split('&').filter(|parameter| !parameter.is_empty()).map(pair).collect();
        Self { path, canonical_path, query }
    }

    /// The query as it goes on the wire.
    pub(crate) fn query(&self) -> String {
        joined(self.query.iter())
    }

    /// Takes the query out: it is to go elsewhere.
    pub(crate) fn take_query(&mut self) -> String {
        joined(std::mem::take(&mut self.query).iter())
    }

    /// Path and query as they go on the wire.
    pub(crate) fn path_and_query(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query()) }
    }

    /// The query as it is signed.
    pub(super) fn canonical_query(&self) -> String {
        let mut sorted: Vec<_> = self.query.iter().collect();
        sorted.sort();
        joined(sorted.into_iter())
    }
}

fn joined<'q>(query: impl Iterator<Item = &'q (String, String)>) -> String {
    let mut out = String::new();
    for (name, value) in query {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
    out
}

/// Everything is escaped but what RFC 3986 calls unreserved, and `keeps`.
fn escaped(bytes: &[u8], keeps: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || keeps.contains(byte) {
            out.push(char::from(*byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Bad escapes stay as they are. In a query, `+` is a space.
fn unescaped(text: &str, in_query: bool) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        rest = after;
        let escape = after.split_at_checked(2).and_then(|(digits, after)| {
            let digits =
                std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?;
            Some((u8::from_str_radix(digits, 16).ok()?, after))
        });
        match (first, escape) {
            (b'%', Some((byte, after))) => {
                out.push(byte);
                rest = after;
            }
            (b'+', _) if in_query => out.push(b' '),
            _ => out.push(*first),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let of = |path: &str, is_s3| {
            let target = AwsTarget::of(path, is_s3);
            (target.path, target.canonical_path)
        };
        let both = |path: &str| (path.to_owned(), path.to_owned());
        assert_eq!(of("/b/a%20b+c/%C3%A9//x%2Fy", true), both("/b/a%20b%2Bc/%C3%A9//x/y"));
        assert_eq!(of("/", false), both("/"));
        assert_eq!(of("//queue/", false), both("/queue/"));
        assert_eq!(of("/a:b/c%2Fd", false), ("/a%3Ab/c%2Fd".to_owned(), "/a%253Ab/c%252Fd".to_owned()));
        assert_eq!(of("/100%/%zz", true), both("/100%25/%25zz"));
    }

    #[test]
    fn queries() {
        let target = AwsTarget::of("/?b=2+x&a&b=1%2F&%zz", true);
        assert_eq!(target.path_and_query(), "/?b=2%20x&a=&b=1%2F&%25zz=");
        assert_eq!(target.canonical_query(), "%25zz=&a=&b=1%2F&b=2%20x");
    }
}
