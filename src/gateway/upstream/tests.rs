//! Requests to a backend that answers byte for byte what a test says.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::onward_body::OnwardBody;
use crate::settings::PrivateTargets;

/// What the backend does with one connection: for each request it reads, one of the answers; then it closes.
type Script = Vec<&'static str>;

async fn backend(connections: Vec<Script>) -> TargetAddress {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for script in connections {
            let (mut stream, _) = listener.accept().await.unwrap();
            for answer in script {
                let mut request = [0; 4096];
                assert_ne!(stream.read(&mut request).await.unwrap(), 0);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    TargetAddress::Named { host: "127.0.0.1".into(), port: address.port(), security: Security::Plain }
}

fn pool() -> Rc<Pool> {
    pool_trusting(b"")
}

/// A pool that takes certificates of these authorities too.
fn pool_trusting(roots: &[u8]) -> Rc<Pool> {
    let policy = AddressPolicy::new(PrivateTargets::Allow, Vec::new());
    Pool::new(Connector::new(policy, Arc::new(Tls::new(roots).unwrap())))
}

fn request(method: &Method, body: &'static str) -> OnwardRequest {
    let head = OnwardRequest::begin(method, "/x");
    OnwardRequest::finish(head, method, OnwardBody::Whole(Bytes::from_static(body.as_bytes())))
}

/// Status and body of the answer, read to its end.
async fn send(pool: &Rc<Pool>, target: &TargetAddress, method: &Method) -> Result<(u16, String), String> {
    let mut request = request(method, "");
    let sent = pool.send(target, &mut request, Instant::now(), Duration::from_secs(1)).await;
    let (answer, mut lease) = sent.map_err(|error| error.to_string())?;
    let mut reader = answer.reader;
    let mut body = lease.take(&mut reader).map_err(|error| error.to_string())?.to_vec();
    while let Some(piece) = std::future::poll_fn(|cx| lease.poll_body(cx, &mut reader))
        .await
        .map_err(|error| error.to_string())?
    {
        body.extend_from_slice(&piece);
    }
    lease.give_back(Instant::now());
    Ok((answer.head.status.as_u16(), String::from_utf8(body).unwrap()))
}

async fn assert_answered(pool: &Rc<Pool>, target: &TargetAddress, method: &Method, body: &str) {
    assert_eq!(send(pool, target, method).await, Ok((200, body.to_owned())));
}

#[tokio::test]
async fn one_connection_for_all_framings() {
    let target = backend(vec![vec![
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\ntw\r\n1\r\no\r\n0\r\nTrailer: 1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthree",
        "HTTP/1.1 200 OK\r\n\r\nfour",
    ]])
    .await;
    let pool = pool();
    for body in ["one", "two", "three", "four"] {
        assert_answered(&pool, &target, &Method::GET, body).await;
    }
}

#[tokio::test]
async fn an_idle_connection_that_was_closed_costs_nothing() {
    let one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";
    let target = backend(vec![vec![one], vec![one]]).await;
    let pool = pool();
    assert_answered(&pool, &target, &Method::POST, "one").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_answered(&pool, &target, &Method::POST, "one").await;
}

#[tokio::test]
async fn what_closes_in_mid_request_is_repeated_only_where_that_is_safe() {
    let one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";
    // The second request on the first connection is read, and not answered.
    let target = backend(vec![vec![one, ""], vec![one, ""]]).await;
    let pool = pool();
    assert_answered(&pool, &target, &Method::GET, "one").await;
    assert_answered(&pool, &target, &Method::GET, "one").await;
    let broken = send(&pool, &target, &Method::POST).await.unwrap_err();
    assert!(broken.contains("broke off"), "{broken}");
}

#[tokio::test]
async fn answers_that_no_one_should_believe() {
    for (answer, error) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none", "broke off"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunks"),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "status 101"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not parse"),
        ("", "broke off"),
    ] {
        let target = backend(vec![vec![answer]]).await;
        let got = send(&pool(), &target, &Method::GET).await.unwrap_err();
        assert!(got.contains(error), "{answer}: {got}");
    }
}

#[tokio::test]
async fn bytes_behind_an_answer_are_no_answer() {
    let one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";
    let smuggled =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    let target = backend(vec![vec![smuggled], vec![one]]).await;
    let pool = pool();
    assert_answered(&pool, &target, &Method::GET, "one").await;
    assert_answered(&pool, &target, &Method::GET, "one").await;
}

#[tokio::test]
async fn a_late_answer_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = TargetAddress::Endpoint(listener.local_addr().unwrap());
    let sent =
        pool().send(&target, &mut request(&Method::GET, ""), Instant::now(), Duration::from_millis(50)).await;
    assert!(matches!(sent, Err(SendError::Exchange(ExchangeError::Late))));
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_odd_for_a_head(bytes: Vec<u8>, to_head: bool) {
        let _ = AnswerHead::parse(&bytes, to_head);
        let mut line = b"HTTP/1.1 200 OK\r\n".to_vec();
        line.extend_from_slice(&bytes);
        line.extend_from_slice(b"\r\n\r\n");
        let _ = AnswerHead::parse(&line, to_head);
    }

    #[test]
    fn a_chunked_body_is_the_same_however_it_comes(chunks: Vec<Vec<u8>>, cut in 1_usize..7) {
        let mut wire = Vec::new();
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            wire.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
            wire.extend_from_slice(chunk);
            wire.extend_from_slice(b"\r\n");
        }
        wire.extend_from_slice(b"0\r\n\r\nnext");
        let head = AnswerHead::parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false);
        let mut reader = AnswerReader::new(&head.unwrap().unwrap().0.framing);
        let (mut unread, mut body) = (bytes::BytesMut::new(), Vec::new());
        for piece in wire.chunks(cut) {
            unread.extend_from_slice(piece);
            body.extend_from_slice(&reader.take(&mut unread).unwrap());
        }
        proptest::prop_assert!(reader.is_over());
        proptest::prop_assert_eq!(body, chunks.concat());
        proptest::prop_assert_eq!(&unread[..], b"next");
    }
}

/// A backend behind TLS whose certificate, of no known authority, names `name`; also the certificate.
async fn secured(name: &str) -> (u16, String) {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring;
    let key = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let private = tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private.into())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = [0; 4096];
                while stream.read(&mut request).await.unwrap_or(0) > 0 {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await.unwrap();
                }
            });
        }
    });
    (port, key.cert.pem())
}

#[tokio::test]
async fn endpoints_behind_tls() {
    let (port, certificate) = secured("localhost").await;
    let target = |host: &str, security| TargetAddress::Named { host: host.into(), port, security };
    let known = pool_trusting(certificate.as_bytes());
    // The second goes on the same connection.
    for _ in 0..2 {
        assert_answered(&known, &target("localhost", Security::Verified), &Method::GET, "hi").await;
    }
    // Nobody known issued it; that is passed over where it is to be, but not that it names another host.
    let unknown = pool_trusting(b"");
    let refused = send(&unknown, &target("localhost", Security::Verified), &Method::GET).await.unwrap_err();
    assert!(refused.starts_with("TLS with localhost: invalid peer certificate: UnknownIssuer"), "{refused}");
    assert_answered(&unknown, &target("localhost", Security::Unverified), &Method::GET, "hi").await;
    let refused = send(&unknown, &target("127.0.0.1", Security::Unverified), &Method::GET).await.unwrap_err();
    assert!(refused.contains("invalid peer certificate"), "{refused}");
}
