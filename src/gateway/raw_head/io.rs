//! The stream that is put under hyper.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Heads, Recorder};

/// A stream that passes everything through and records the heads of the requests that are read from it.
#[derive(Debug)]
pub struct RecordingIo<S> {
    inner: S,
    recorder: Recorder,
    writes: Arc<Writes>,
}

/// How writing to a stream goes.
#[derive(Debug, Default)]
pub struct Writes {
    count: AtomicU64,
    stuck: AtomicBool,
}

impl Writes {
    /// Writes that the peer had room for.
    pub fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }

    /// Whether there is something to write that the peer has no room for.
    pub fn is_stuck(&self) -> bool {
        self.stuck.load(Relaxed)
    }

    fn note<T>(&self, written: Poll<T>) -> Poll<T> {
        if written.is_pending() {
            self.stuck.store(true, Relaxed);
        } else {
            // There is one writer: no need for an atomic addition.
            self.count.store(self.count.load(Relaxed) + 1, Relaxed);
            self.stuck.store(false, Relaxed);
        }
        written
    }
}

impl<S> RecordingIo<S> {
    /// Wraps the stream of a connection from which nothing was read yet.
    pub fn new(inner: S) -> (Self, Heads) {
        let heads = Heads::default();
        (Self { inner, recorder: Recorder::new(heads.clone()), writes: Arc::default() }, heads)
    }

    /// How writing goes, for as long as the stream lives.
    pub fn writes(&self) -> Arc<Writes> {
        self.writes.clone()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for RecordingIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        self.recorder.feed(buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for RecordingIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.writes.note(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.writes.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
