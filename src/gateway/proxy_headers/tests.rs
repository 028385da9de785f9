use http::{HeaderMap, HeaderValue};

use super::*;

fn map(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    map
}

fn lines<'h>(headers: &'h [(&'h str, &'h str)]) -> impl Iterator<Item = (&'h [u8], &'h [u8])> + Clone {
    headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()))
}

fn sorted(map: &HeaderMap) -> Vec<(String, String)> {
    let mut list: Vec<_> =
        map.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    list.sort();
    list
}

fn hop() -> Hop<'static> {
    Hop {
        source_ip: [192, 0, 2, 1].into(),
        port: 8080,
        proto: "http",
        authority: "legacy.shop.svc:81",
        api_id: "houses",
        trace_id: "Root=1-6553f100-000000000000000000000000",
    }
}

fn onward_of(headers: &[(&str, &str)]) -> HeaderMap {
    let mut got = HeaderMap::new();
    onward(&map(headers), &hop(), |name, value| {
        got.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(value).unwrap());
    });
    got
}

#[test]
fn what_a_backend_gets() {
    let sent = [
        ("accept", "application/json"),
        ("accept-encoding", "br"),
        ("age", "request_Age"),
        ("authorization", "Unauthorized"),
        ("content-encoding", "deflate"),
        ("content-md5", "x"),
        ("content-type", "application/json"),
        ("date", "request_Date"),
        ("expect", "100-continue"),
        ("max-forwards", "2"),
        ("proxy-authenticate", "Basic"),
        ("server", "https://example.com/"),
        ("te", "deflate"),
        ("trailer", "Expires"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "HTTP/2.0"),
        ("user-agent", "localStack/0.0"),
        ("www-authenticate", "Basic x"),
        ("host", "api.example.test"),
        ("x-multi", "a"),
        ("x-multi", "b"),
        ("via", "1.1 p"),
        ("content-length", "26"),
    ];
    let expected = [
        ("accept", "application/json"),
        ("accept-encoding", "br"),
        ("age", "request_Age"),
        ("authorization", "Unauthorized"),
        ("content-type", "application/json"),
        ("date", "request_Date"),
        ("host", "legacy.shop.svc:81"),
        ("user-agent", "localStack/0.0"),
        ("x-amzn-apigateway-api-id", "houses"),
        ("x-amzn-trace-id", "Root=1-6553f100-000000000000000000000000"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-port", "8080"),
        ("x-forwarded-proto", "http"),
        ("x-multi", "a"),
        ("x-multi", "b"),
    ];
    assert_eq!(sorted(&onward_of(&sent)), sorted(&map(&expected)));
}

#[test]
fn forwarded_headers_and_what_connection_names() {
    let got = onward_of(&[
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "1"),
        ("x-amzn-trace-id", "spoofed"),
        ("connection", "Keep-Alive, X-Hop"),
        ("connection", "connection, not a name"),
        ("keep-alive", "5"),
        ("x-hop", "1"),
        ("authorization", "AWS4-HMAC-SHA256 Credential=a"),
    ]);
    assert_eq!(got["x-forwarded-for"], "198.51.100.7, 10.0.0.1, 192.0.2.1");
    assert_eq!(got["x-forwarded-proto"], "http");
    assert_eq!(got["x-forwarded-port"], "8080");
    assert_eq!(got["x-amzn-trace-id"], hop().trace_id);
    for name in ["connection", "keep-alive", "x-hop", "authorization"] {
        assert!(!got.contains_key(name), "{name}");
    }
}

#[test]
fn what_a_client_gets() {
    let got = backward(lines(&[
        ("server", "BaseHTTP/0.6"),
        ("date", "now"),
        ("content-length", "5"),
        ("content-type", "text/plain"),
        ("content-encoding", "gzip"),
        ("connection", "keep-alive, x-hop"),
        ("x-hop", "1"),
        ("www-authenticate", "Basic"),
        ("www-authenticate", "Bearer"),
        ("transfer-encoding", "chunked"),
        ("access-control-allow-origin", "*"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-amzn-requestid", "theirs"),
    ]));
    let expected = [
        ("x-amzn-remapped-server", "BaseHTTP/0.6"),
        ("x-amzn-remapped-date", "now"),
        ("x-amzn-remapped-content-length", "5"),
        ("content-type", "text/plain"),
        ("content-encoding", "gzip"),
        ("x-amzn-remapped-connection", "keep-alive, x-hop"),
        ("x-amzn-remapped-www-authenticate", "Basic"),
        ("x-amzn-remapped-www-authenticate", "Bearer"),
        ("access-control-allow-origin", "*"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-amzn-remapped-x-amzn-requestid", "theirs"),
    ];
    assert_eq!(sorted(&got), sorted(&map(&expected)));
}

#[test]
fn functions_get_what_is_not_dropped() {
    for name in
        ["Content-Length", "Content-MD5", "CONNECTION", "te", "Keep-Alive", "Expect", "WWW-Authenticate"]
    {
        assert!(is_kept_from_functions(name.as_bytes()), "{name}");
    }
    for name in ["Content-Encoding", "Via", "Date", "Authorization", "Content-Type", "X-A", ""] {
        assert!(!is_kept_from_functions(name.as_bytes()), "{name}");
    }
}
