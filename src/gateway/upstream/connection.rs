//! One upstream connection: a request out, the head of its answer in.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_rustls::client::TlsStream;
use tokio_util::io::poll_read_buf;

use super::answer_head::HeadError;
use super::answer_reader::BodyError;
use super::{AnswerHead, AnswerReader, OnwardRequest};
use crate::onward_body::{OnwardBody, OnwardError};

/// Longest head of an answer, as hyper's default for a buffer.
const MAX_HEAD: usize = 400 * 1024;
/// Room for a read: nearly all answers fit.
const READ: usize = 8 * 1024;
/// Room for a read of a body that goes on.
const READ_MORE: usize = 32 * 1024;
/// Bodies up to this are written together with the head.
const TOGETHER: usize = 16 * 1024;

/// What a connection runs on.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection, and what was read of it beyond what was asked for.
pub(crate) struct Connection {
    stream: Stream,
    unread: BytesMut,
    /// Kept from one request to the next: to move a timer costs much less than to make one.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// `sent`: whether the upstream may have seen the request.
    #[error("the connection broke off: {error}")]
    BrokeOff { error: io::Error, sent: bool },
    #[error("the answer did not come in time")]
    Late,
    #[error("the answer's head is over {MAX_HEAD} bytes")]
    HeadTooLarge,
    #[error(transparent)]
    Head(#[from] HeadError),
    #[error("the request's body: {0}")]
    Body(#[from] OnwardError),
}

/// The head, and where the body is.
pub(crate) struct Answer {
    pub(crate) head: AnswerHead,
    pub(crate) reader: AnswerReader,
}

impl Connection {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, unread: BytesMut::new(), deadline: None }
    }

    /// Whether nothing has come unasked, the end included. Costs no system call as long as nothing has.
    pub(super) fn is_quiet(&self) -> bool {
        let nothing = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
        // Of a secured connection a byte may be lost so: then it is closed anyway.
        let stream = match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.get_ref().0,
        };
        self.unread.is_empty() && stream.try_read(&mut [0]).is_err_and(|error| nothing(&error))
    }

    /// As [`Self::converse`], until `deadline` at most.
    pub(super) async fn exchange(
        &mut self,
        request: &mut OnwardRequest,
        deadline: Instant,
    ) -> Result<Answer, ExchangeError> {
        let mut sleep = match self.deadline.take() {
            Some(mut sleep) => {
                sleep.as_mut().reset(deadline);
                sleep
            }
            None => Box::pin(tokio::time::sleep_until(deadline)),
        };
        let answer = {
            let mut answer = pin!(self.converse(request));
            std::future::poll_fn(|cx| match answer.as_mut().poll(cx) {
                Poll::Pending => sleep.as_mut().poll(cx).map(|()| Err(ExchangeError::Late)),
                ready @ Poll::Ready(_) => ready,
            })
            .await
        };
        self.deadline = Some(sleep);
        answer
    }

    async fn converse(&mut self, request: &mut OnwardRequest) -> Result<Answer, ExchangeError> {
        match &mut self.stream {
            Stream::Plain(stream) => {
                let (from, to) = stream.split();
                converse(from, to, &mut self.unread, request).await
            }
            Stream::Tls(stream) => {
                let (from, to) = tokio::io::split(stream);
                // In a box: it is large, and most connections are plain.
                Box::pin(converse(from, to, &mut self.unread, request)).await
            }
        }
    }

    /// What of the body has been read already.
    pub(super) fn take(&mut self, reader: &mut AnswerReader) -> Result<Bytes, BodyError> {
        reader.take(&mut self.unread)
    }

    /// The next piece of a body; `None` at its end.
    pub(super) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut AnswerReader,
    ) -> Poll<io::Result<Option<Bytes>>> {
        while !reader.is_over() {
            if self.unread.is_empty() {
                self.unread.reserve(READ_MORE);
                let read = match &mut self.stream {
                    Stream::Plain(stream) => poll_read_buf(Pin::new(stream), cx, &mut self.unread),
                    Stream::Tls(stream) => poll_read_buf(Pin::new(stream), cx, &mut self.unread),
                };
                if ready!(read)? == 0 {
                    reader.end().map_err(io::Error::other)?;
                    continue;
                }
            }
            let bytes = reader.take(&mut self.unread).map_err(io::Error::other)?;
            if !bytes.is_empty() {
                return Poll::Ready(Ok(Some(bytes)));
            }
        }
        Poll::Ready(Ok(None))
    }
}

/// Sends a request and reads the head of its answer. After an answer that came before all of the body was sent, the
/// connection is of no further use.
async fn converse(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    unread: &mut BytesMut,
    request: &mut OnwardRequest,
) -> Result<Answer, ExchangeError> {
    let OnwardRequest { head, body, is_head, .. } = request;
    let whole_sent = match body {
        OnwardBody::Whole(bytes) => {
            write_whole(&mut to, head, bytes)
                .await
                .map_err(|error| ExchangeError::BrokeOff { error, sent: false })?;
            true
        }
        OnwardBody::Stream { .. } => {
            let write = write_stream(&mut to, head, body);
            // What has come is kept by `filled`, however often it is polled.
            let answer = filled(&mut from, unread);
            tokio::select! {
                biased;
                written = write => written?,
                came = answer => { came?; false }
            }
        }
    };
    loop {
        if !unread.is_empty()
            && let Some((head, length)) = AnswerHead::parse(unread, *is_head)?
        {
            unread.advance(length);
            // 100 and 103 come before the answer; 101 is not asked for.
            match head.status.as_u16() {
                101 => return Err(HeadError::Status(101).into()),
                100..=199 => continue,
                _ => {}
            }
            let mut answer = Answer { reader: AnswerReader::new(&head.framing), head };
            answer.head.keeps_alive &= whole_sent;
            return Ok(answer);
        }
        if unread.len() > MAX_HEAD {
            return Err(ExchangeError::HeadTooLarge);
        }
        filled(&mut from, unread).await?;
    }
}

async fn write_whole(to: &mut (impl AsyncWrite + Unpin), head: &mut Vec<u8>, body: &Bytes) -> io::Result<()> {
    if body.is_empty() || body.len() > TOGETHER {
        to.write_all(head).await?;
        to.write_all(body).await?;
        return to.flush().await;
    }
    // The head is kept for another try.
    let head_length = head.len();
    head.extend_from_slice(body);
    let written = to.write_all(head).await;
    head.truncate(head_length);
    written?;
    to.flush().await
}

/// Whether all of it was sent; not so where the upstream stopped reading, having answered, perhaps.
async fn write_stream(
    to: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    body: &mut OnwardBody,
) -> Result<bool, ExchangeError> {
    let chunked = body.length().is_none();
    if to.write_all(head).await.is_err() {
        return Ok(false);
    }
    let mut framed = Vec::new();
    while let Some(piece) = body.next().await? {
        let written = if chunked {
            framed.clear();
            framed.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            framed.extend_from_slice(&piece);
            framed.extend_from_slice(b"\r\n");
            to.write_all(&framed).await
        } else {
            to.write_all(&piece).await
        };
        if written.is_err() || to.flush().await.is_err() {
            return Ok(false);
        }
    }
    let ended = !chunked || to.write_all(b"0\r\n\r\n").await.is_ok();
    Ok(ended && to.flush().await.is_ok())
}

/// Reads more; an end is an error.
async fn filled(from: &mut (impl AsyncRead + Unpin), unread: &mut BytesMut) -> Result<(), ExchangeError> {
    unread.reserve(READ);
    let broke_off = |error| ExchangeError::BrokeOff { error, sent: true };
    match from.read_buf(unread).await.map_err(broke_off)? {
        0 => Err(broke_off(io::ErrorKind::UnexpectedEof.into())),
        _ => Ok(()),
    }
}
