//! Body of an answer, on its way to the client.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::exchange::Exchange;
use crate::upstream::{AnswerReader, Lease};

/// Body of an answer. What is written of a request when it is over is written when this is dropped.
pub(crate) struct AnswerBody {
    content: Content,
    exchange: Option<Box<Exchange>>,
}

enum Content {
    Whole(Bytes),
    Stream(Box<Stream>),
}

/// A body that was not all there when its head was.
struct Stream {
    first: Bytes,
    reader: AnswerReader,
    lease: Option<Lease>,
    /// How long the upstream may say nothing.
    patience: Duration,
    silence: Option<Pin<Box<Sleep>>>,
}

impl AnswerBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self { content: Content::Whole(bytes.into()), exchange: None }
    }

    /// `first` is what came with the head; the rest is read as the client takes it.
    pub(crate) fn stream(first: Bytes, reader: AnswerReader, lease: Lease, patience: Duration) -> Self {
        let stream = Stream { first, reader, lease: Some(lease), patience, silence: None };
        Self { content: Content::Stream(Box::new(stream)), exchange: None }
    }

    /// The body, where it is there as a whole.
    pub(crate) fn as_whole(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Whole(bytes) => Some(bytes),
            Content::Stream(_) => None,
        }
    }

    pub(crate) fn with_exchange(mut self, exchange: Box<Exchange>) -> Self {
        self.exchange = Some(exchange);
        self
    }
}

impl Stream {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        if !self.first.is_empty() {
            return Poll::Ready(Ok(Some(std::mem::take(&mut self.first))));
        }
        let Some(lease) = &mut self.lease else { return Poll::Ready(Ok(None)) };
        let Poll::Ready(piece) = lease.poll_body(cx, &mut self.reader) else {
            let patience = self.patience;
            let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
            ready!(silence.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        self.silence = None;
        if self.reader.is_over()
            && let Some(lease) = self.lease.take()
        {
            lease.give_back(Instant::now());
        }
        Poll::Ready(piece)
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        let piece = match &mut this.content {
            Content::Whole(bytes) if bytes.is_empty() => None,
            Content::Whole(bytes) => Some(std::mem::take(bytes)),
            Content::Stream(stream) => ready!(stream.poll(cx))?,
        };
        let Some(piece) = piece else { return Poll::Ready(None) };
        if let Some(exchange) = &mut this.exchange {
            exchange.response_length += piece.len() as u64;
            if let (Some(log), Content::Stream(_)) = (&mut exchange.execution_log, &this.content) {
                log.response_piece(&piece);
            }
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Whole(bytes) => bytes.is_empty(),
            Content::Stream(stream) => stream.first.is_empty() && stream.reader.is_over(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let left = match &self.content {
            Content::Whole(bytes) => Some(bytes.len() as u64),
            Content::Stream(stream) => stream.reader.left().map(|left| left + stream.first.len() as u64),
        };
        left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
