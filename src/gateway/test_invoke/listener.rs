//! `POST /test-invoke` of the admin listener.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use snapshot::NamespacedName;
use tokio::sync::Semaphore;

use super::moment::{self, NotThere};
use super::{Shelf, Test, TestAnswer, TestRequest};
use crate::gateway::AdminHandle;

/// Tests at once: each may hold a body and a table of its own.
static PLACES: Semaphore = Semaphore::const_new(4);

/// Why a test is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(
        "only from this machine: it may bring content to serve along; in a cluster, `kubectl port-forward` leads here"
    )]
    Elsewhere,
    #[error("the host must be an address or localhost")]
    Host,
    #[error("the content type must be application/json")]
    MediaType,
    #[error("the request is none: {0}")]
    Form(#[from] serde_json::Error),
    #[error("{0}: {1}")]
    Field(&'static str, String),
    #[error(transparent)]
    NotThere(#[from] NotThere),
    #[error("{0}")]
    NoAnswer(String),
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Elsewhere | Self::Host => StatusCode::FORBIDDEN,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Form(_) | Self::Field(..) => StatusCode::BAD_REQUEST,
            Self::NotThere(_) => StatusCode::NOT_FOUND,
            Self::NoAnswer(_) => StatusCode::BAD_GATEWAY,
        }
    }
}

pub(crate) async fn answer(
    handle: &AdminHandle,
    shelf: Shelf,
    peer: SocketAddr,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<TestAnswer, Refusal> {
    if !peer.ip().to_canonical().is_loopback() {
        return Err(Refusal::Elsewhere);
    }
    // A name that is made to lead here would let a page in a browser take this for its own site.
    if !headers.get(header::HOST).is_some_and(is_this_machine) {
        return Err(Refusal::Host);
    }
    // A page in a browser can't send this one without asking first.
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/json") {
        return Err(Refusal::MediaType);
    }
    let asked: TestRequest = serde_json::from_slice(body)?;
    let _place = PLACES.acquire().await;
    let api = NamespacedName::new(&*asked.namespace, &*asked.api);
    let source_ip = asked.source_ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let now = handle.now();
    // Parsing templates and schemas takes its time; the workers have others to answer.
    let made = tokio::task::spawn_blocking(move || {
        let (moment, stage) = moment::of(&asked, now, &shelf)?;
        let (request, head) = request(&asked, &stage)?;
        Ok::<_, Refusal>((moment, request, head))
    });
    let made = made.await.map_err(|_| Refusal::NoAnswer("the test's table can't be built".to_owned()))?;
    let (moment, request, head) = made?;
    let test = Test { moment, api, request, head, source_ip };
    let tested = handle.test(test).await.ok_or_else(|| Refusal::NoAnswer("the gateway stops".to_owned()))?;
    tested.map_err(Refusal::NoAnswer)
}

/// `127.0.0.1:8081`, `[::1]`, `localhost`.
fn is_this_machine(host: &HeaderValue) -> bool {
    let host = host.to_str().unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    name.eq_ignore_ascii_case("localhost")
        || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

/// The request, and its head as a client would have sent it: names keep their case.
fn request(asked: &TestRequest, stage: &str) -> Result<(Request<Bytes>, Vec<u8>), Refusal> {
    let method: Method = asked
        .method
        .parse()
        .map_err(|_| Refusal::Field("method", format!("{:?} is no method", asked.method)))?;
    if !asked.path.starts_with('/') {
        return Err(Refusal::Field("path", format!("{:?} must begin with /", asked.path)));
    }
    let uri: Uri = format!("/{stage}{}", asked.path)
        .parse()
        .map_err(|error| Refusal::Field("path", format!("{:?}: {error}", asked.path)))?;
    let body = BASE64_STANDARD
        .decode(&asked.body)
        .map_err(|error| Refusal::Field("body", format!("must be base64: {error}")))?;
    let mut head = format!("{method} {uri} HTTP/1.1\r\n");
    let mut request = Request::new(Bytes::from(body));
    for (name, value) in &asked.headers {
        let wrong = |what: &str| Refusal::Field("headers", format!("{name:?}: {what}"));
        let key: HeaderName = name.parse().map_err(|_| wrong("is no name of a header"))?;
        let parsed = HeaderValue::from_str(value).map_err(|_| wrong("its value can't stand in a header"))?;
        // Writing to a String does not fail.
        let _ = write!(head, "{name}: {value}\r\n");
        request.headers_mut().append(key, parsed);
    }
    if !request.headers().contains_key(header::HOST) {
        let host = format!("{}.{}", asked.api, asked.namespace);
        let parsed = HeaderValue::try_from(&host)
            .map_err(|_| Refusal::Field("api", format!("{host:?} is no host")))?;
        request.headers_mut().insert(header::HOST, parsed);
        let _ = write!(head, "Host: {host}\r\n");
    }
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    head += "\r\n";
    Ok((request, head.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        let is = |host: &'static str| is_this_machine(&HeaderValue::from_static(host));
        assert!(
            is("127.0.0.1:8081") && is("[::1]:8081") && is("[::1]") && is("localhost:1") && is("127.0.0.1")
        );
        assert!(!is("rebound.example:8081") && !is("") && !is("localhost.example"));
    }

    #[test]
    fn the_head_is_what_a_client_would_have_sent() {
        let asked = TestRequest {
            method: "PUT".to_owned(),
            path: "/a?b=c".to_owned(),
            headers: vec![("X-Case".to_owned(), "kept".to_owned())],
            body: "aGk=".to_owned(),
            namespace: "shop".to_owned(),
            api: "houses".to_owned(),
            ..TestRequest::default()
        };
        let (made, head) = request(&asked, "prod").unwrap();
        assert_eq!(
            String::from_utf8(head).unwrap(),
            "PUT /prod/a?b=c HTTP/1.1\r\nX-Case: kept\r\nHost: houses.shop\r\n\r\n"
        );
        assert_eq!((made.headers().len(), &**made.body()), (2, &b"hi"[..]));
        let wrong = |asked: TestRequest| request(&asked, "prod").unwrap_err().to_string();
        assert!(wrong(TestRequest { method: "A B".to_owned(), ..asked.clone() }).starts_with("method: "));
        assert!(wrong(TestRequest { body: "?".to_owned(), ..asked.clone() }).starts_with("body: "));
        let split = vec![("x".to_owned(), "a\r\nb: c".to_owned())];
        assert!(wrong(TestRequest { headers: split, ..asked }).starts_with("headers: "));
    }
}
