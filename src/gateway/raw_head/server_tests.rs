//! The recorder under a real hyper server, set as the worker sets it.

use std::convert::Infallible;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;

/// Answers with the verdict, the header names as sent, and the body; 500 where the recorder lost step.
async fn answer(heads: Heads, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let head = heads.take();
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let mut response = Response::new(Full::default());
    match head.as_ref().map(|head| (head, head.verdict())) {
        Some((_, Err(refusal))) => *response.status_mut() = refusal.status(),
        Some((head, _)) if head.matches(parts.method.as_str(), target, parts.headers.len()) => {
            let names: Vec<_> = head.headers().map(|(name, _)| std::str::from_utf8(name).unwrap()).collect();
            let text = format!("[{}|{}]", names.join(","), String::from_utf8_lossy(&body));
            *response.body_mut() = Full::from(text);
        }
        _ => *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR,
    }
    Ok(response)
}

fn serve() -> DuplexStream {
    let (client, server) = tokio::io::duplex(1 << 20);
    let (io, heads) = RecordingIo::new(server);
    let service = service_fn(move |request| answer(heads.clone(), request));
    tokio::spawn(async move {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().max_buf_size(MAX_RECORDED).header_read_timeout(None);
        let _ = builder.serve_connection(TokioIo::new(io), service).await;
    });
    client
}

/// What comes back for `pieces`, each sent on its own.
async fn exchange(pieces: &[&str]) -> String {
    let mut client = serve();
    for piece in pieces {
        client.write_all(piece.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    client.shutdown().await.unwrap();
    let mut answers = Vec::new();
    client.read_to_end(&mut answers).await.unwrap();
    String::from_utf8_lossy(&answers).into_owned()
}

#[tokio::test]
async fn case_through_keep_alive_and_pipelining() {
    let got = exchange(&[
        "GET /a HTTP/1.1\r\nmIxEd-CaSe: 1\r\nHost: x\r\n\r\nPOST /b?c HTTP/1.1\r\nCONTENT-length: 5\r\n\r\nhel",
        "loPUT /c HTTP/1.1\r\ntransfer-ENCODING: chunked\r\nx-A: 1\r\n\r\n3\r\nabc\r\n0\r\nT: r\r\n\r\nGET /d HTT",
        "P/1.1\r\nlast: 1\r\nConnection: close\r\n\r\n",
    ])
    .await;
    let bodies: Vec<_> = got.lines().filter(|line| line.starts_with('[')).collect();
    assert!(got.contains("[mIxEd-CaSe,Host|]"), "{got}");
    assert!(got.contains("[CONTENT-length|hello]"), "{got} {bodies:?}");
    assert!(got.contains("[transfer-ENCODING,x-A|abc]"), "{got}");
    assert!(got.contains("[last,Connection|]"), "{got}");
}

#[tokio::test]
async fn both_lengths_are_seen() {
    let got =
        exchange(&["POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])
            .await;
    assert!(got.starts_with("HTTP/1.1 400 "), "{got}");
    let got = exchange(&["POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"]).await;
    assert!(got.starts_with("HTTP/1.1 400 "), "{got}");
    let got = exchange(&["POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"]).await;
    assert!(got.starts_with("HTTP/1.1 501 "), "{got}");
}

#[tokio::test]
async fn sizes() {
    let get = |line: usize, headers: usize| {
        let (path, value) = ("x".repeat(line - 14), "x".repeat(headers - 6));
        format!("GET /{path} HTTP/1.1\r\nA:{value}\r\n\r\n")
    };
    for (line, headers, status) in [
        (MAX_REQUEST_LINE, MAX_HEADERS, 200),
        (MAX_REQUEST_LINE + 1, 100, 414),
        (100, MAX_HEADERS + 1, 431),
        (100, 3 * MAX_HEADERS, 431),
        (3 * MAX_REQUEST_LINE, 100, 414),
        (100, MAX_RECORDED, 431),
    ] {
        let request = get(line, headers);
        let (first, second) = request.split_at(50);
        let got = exchange(&[first, second]).await;
        assert!(got.starts_with(&format!("HTTP/1.1 {status} ")), "{line} {headers}: {got}");
    }
    let many = "a: b\r\n".repeat(MAX_HEADER_LINES + 1);
    let got = exchange(&["GET / HTTP/1.1\r\n", &many, "\r\n"]).await;
    assert!(got.starts_with("HTTP/1.1 431 "), "{got}");
}
