//! Bodies: what goes to clients, what goes to upstreams, and taking a request's body whole.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::exit::Exit;
use crate::pool::Lease;
use crate::reject::Reject;

/// Longest body of a request (developer guide, limits: 10 MB).
pub(crate) const LONGEST_BODY: u64 = 10 * 1024 * 1024;
/// A body that makes no progress for this long is given up.
const BODY_IDLE: Duration = Duration::from_secs(15);

/// Body of an answer. What is written of a request when it is over is written when this is dropped.
pub(crate) struct AnswerBody {
    content: Content,
    exit: Option<Box<Exit>>,
}

enum Content {
    Whole(Option<Bytes>),
    Stream { incoming: Incoming, lease: Option<Lease> },
}

impl AnswerBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { content: Content::Whole((!bytes.is_empty()).then_some(bytes)), exit: None }
    }

    pub(crate) fn stream(incoming: Incoming, lease: Lease) -> Self {
        Self { content: Content::Stream { incoming, lease: Some(lease) }, exit: None }
    }

    pub(crate) fn with_exit(mut self, exit: Box<Exit>) -> Self {
        self.exit = Some(exit);
        self
    }

    fn count(&mut self, bytes: usize) {
        if let Some(exit) = &mut self.exit {
            exit.sent(bytes);
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = &mut *self;
        match &mut this.content {
            Content::Whole(bytes) => {
                let taken = bytes.take();
                this.count(taken.as_ref().map_or(0, Bytes::len));
                Poll::Ready(taken.map(|bytes| Ok(Frame::data(bytes))))
            }
            Content::Stream { incoming, lease } => {
                let polled = Pin::new(&mut *incoming).poll_frame(cx);
                let over = match &polled {
                    Poll::Ready(None) => true,
                    Poll::Ready(Some(Ok(_))) => incoming.is_end_stream(),
                    _ => false,
                };
                if over && let Some(lease) = lease.take() {
                    lease.give_back();
                }
                if let Poll::Ready(Some(Ok(frame))) = &polled {
                    let length = frame.data_ref().map_or(0, Bytes::len);
                    this.count(length);
                }
                polled
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Whole(bytes) => bytes.is_none(),
            Content::Stream { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64)),
            Content::Stream { incoming, .. } => incoming.size_hint(),
        }
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        if let Content::Stream { incoming, lease } = &mut self.content
            && incoming.is_end_stream()
            && let Some(lease) = lease.take()
        {
            lease.give_back();
        }
        if let Some(exit) = self.exit.take() {
            exit.finish();
        }
    }
}

/// Body of an onward request.
pub(crate) enum OnwardBody {
    Whole(Option<Bytes>),
    Stream { incoming: Incoming, left: u64 },
}

/// Why the body of an onward request ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OnwardError {
    #[error("the body is over 10 MiB")]
    TooLarge,
    #[error(transparent)]
    Broken(#[from] hyper::Error),
}

impl OnwardBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::Whole((!bytes.is_empty()).then_some(bytes))
    }

    pub(crate) fn stream(incoming: Incoming) -> Self {
        if incoming.is_end_stream() {
            Self::Whole(None)
        } else {
            Self::Stream { incoming, left: LONGEST_BODY }
        }
    }
}

impl Body for OnwardBody {
    type Data = Bytes;
    type Error = OnwardError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, OnwardError>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream { incoming, left } => {
                let frame = std::task::ready!(Pin::new(incoming).poll_frame(cx));
                let Some(frame) = frame.transpose()? else { return Poll::Ready(None) };
                let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                match left.checked_sub(length) {
                    Some(rest) => *left = rest,
                    None => return Poll::Ready(Some(Err(OnwardError::TooLarge))),
                }
                Poll::Ready(Some(Ok(frame)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Stream { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64)),
            Self::Stream { incoming, .. } => incoming.size_hint(),
        }
    }
}

/// A request's body as a whole: a Lambda event needs it so.
pub(crate) async fn read_whole(mut incoming: Incoming) -> Result<Bytes, Reject> {
    if incoming.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let frame = match tokio::time::timeout(BODY_IDLE, incoming.frame()).await {
            Err(_) => return Err(Reject::BodyTooSlow),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Reject::BodyBroken),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else { continue };
        if (first.len() + rest.len() + data.len()) as u64 > LONGEST_BODY {
            return Err(Reject::BodyTooLarge);
        }
        // Most bodies come in one piece, which then is not copied.
        if first.is_empty() && rest.is_empty() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}
