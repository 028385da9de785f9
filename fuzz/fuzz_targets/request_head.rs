//! The recorder under a hyper connection: whenever hyper hands out a request, the recorder has its head, the same
//! however the bytes came, and each head is one to httparse.
#![no_main]

use std::cell::Cell;
use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use gateway::raw_head::{Heads, MAX_RECORDED, RawHead, Recorder, RecordingIo};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Gives its bytes in pieces, takes any.
struct Pieces<'a> {
    stream: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, u8>>,
}

impl Pieces<'_> {
    fn next(&mut self, room: usize) -> &[u8] {
        let size = self.sizes.next().map_or(usize::MAX, |size| usize::from(*size).max(1));
        let (piece, rest) = self.stream.split_at(size.min(room).min(self.stream.len()));
        self.stream = rest;
        piece
    }
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = buf.remaining();
        buf.put_slice(self.next(room));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces<'_> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

async fn answer(heads: Heads, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let head = heads.take().expect("hyper took a request of which the recorder has no head");
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let same = head.matches(parts.method.as_str(), target, parts.headers.len());
    // A target that is only an authority has no path, so that it is never the same.
    let has_path = parts.uri.path_and_query().is_some();
    assert!(same || head.verdict().is_err() || !has_path, "{parts:?} {:?}", head.bytes());
    if head.verdict().is_ok() {
        for ((name, value), (theirs, sent)) in in_order(&head, &parts.headers) {
            assert_eq!((name.to_ascii_lowercase().as_slice(), value), (theirs, sent));
        }
    }
    let _ = body.collect().await;
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

type Field<'a> = (&'a [u8], &'a [u8]);

/// hyper's map groups by name, so both are put in the order of names.
fn in_order<'a>(head: &'a RawHead, headers: &'a http::HeaderMap) -> Vec<(Field<'a>, Field<'a>)> {
    let mut ours: Vec<Field<'a>> = head.headers().collect();
    let mut theirs: Vec<Field<'a>> =
        headers.iter().map(|(n, v)| (n.as_str().as_bytes(), v.as_bytes())).collect();
    ours.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    theirs.sort_by_key(|(name, _)| *name);
    ours.into_iter().zip(theirs).collect()
}

fn under_hyper(stream: &[u8], sizes: &[u8]) -> usize {
    let served = Cell::new(0);
    let (io, heads) = RecordingIo::new(Pieces { stream, sizes: sizes.iter().cycle() });
    let service = hyper::service::service_fn(|request| {
        served.set(served.get() + 1);
        answer(heads.clone(), request)
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    let builder = builder.max_buf_size(MAX_RECORDED).header_read_timeout(None);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    let mut context = Context::from_waker(Waker::noop());
    // The stream is always ready, so that a few polls end it; hyper yields now and then.
    for _ in 0..10_000 {
        if connection.as_mut().poll(&mut context).is_ready() {
            break;
        }
    }
    served.get()
}

/// Heads of the stream fed in pieces, each checked against httparse.
fn recorded(stream: &[u8], sizes: &[u8]) -> Vec<Bytes> {
    let heads = Heads::default();
    let mut recorder = Recorder::new(heads.clone());
    let mut pieces = Pieces { stream, sizes: sizes.iter().cycle() };
    let mut all = Vec::new();
    while !pieces.stream.is_empty() {
        recorder.feed(pieces.next(MAX_RECORDED));
        all.extend(std::iter::from_fn(|| heads.take()).map(|head| {
            let mut headers = [httparse::EMPTY_HEADER; 100];
            let mut request = httparse::Request::new(&mut headers);
            let parsed = request.parse(head.bytes());
            assert_eq!(parsed, Ok(httparse::Status::Complete(head.bytes().len())));
            assert!(
                head.headers()
                    .eq(request.headers.iter().map(|header| (header.name.as_bytes(), header.value)))
            );
            head.bytes().clone()
        }));
    }
    all
}

fuzz_target!(|data: &[u8]| {
    // A digit, so many sizes of pieces, and the stream: seeds can be written by hand.
    let Some((count, rest)) = data.split_first() else { return };
    let (sizes, stream) = rest.split_at(usize::from(*count % 10).min(rest.len()));
    let whole = recorded(stream, &[]);
    assert_eq!(recorded(stream, sizes), whole);
    assert!(under_hyper(stream, sizes) <= whole.len());
});
