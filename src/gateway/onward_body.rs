//! Body of an onward request, and taking a request's body whole.

use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Incoming};

use crate::reject::Reject;

/// Longest body of a request (developer guide, limits: 10 MB).
pub(crate) const LONGEST_BODY: u64 = 10 * 1024 * 1024;
/// A body that makes no progress for this long is given up.
const BODY_IDLE: Duration = Duration::from_secs(15);

/// Body of an onward request.
pub(crate) enum OnwardBody {
    Whole(Bytes),
    Stream { incoming: Incoming, left: u64 },
}

/// Why the body of an onward request ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OnwardError {
    #[error("the body is over 10 MiB")]
    TooLarge,
    #[error("the body did not arrive in time")]
    TooSlow,
    #[error(transparent)]
    Broken(#[from] hyper::Error),
}

impl OnwardBody {
    pub(crate) fn stream(incoming: Incoming) -> Self {
        if incoming.is_end_stream() {
            Self::Whole(Bytes::new())
        } else {
            Self::Stream { incoming, left: LONGEST_BODY }
        }
    }

    /// How long it is, where that is known before it has come.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::Whole(bytes) => Some(bytes.len() as u64),
            Self::Stream { incoming, .. } => incoming.size_hint().exact(),
        }
    }

    /// Whether it is there as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// The next piece of a stream.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, OnwardError> {
        let Self::Stream { incoming, left } = self else { return Ok(None) };
        while let Some(frame) = next_frame(incoming).await? {
            let Ok(data) = frame.into_data() else { continue };
            *left = left.checked_sub(data.len() as u64).ok_or(OnwardError::TooLarge)?;
            if !data.is_empty() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

async fn next_frame(incoming: &mut Incoming) -> Result<Option<hyper::body::Frame<Bytes>>, OnwardError> {
    let frame = std::future::poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx));
    match tokio::time::timeout(BODY_IDLE, frame).await {
        Err(_) => Err(OnwardError::TooSlow),
        Ok(frame) => Ok(frame.transpose()?),
    }
}

/// The body of a request: on its way, or read by a phase that needed it whole.
pub(crate) struct RequestBody(OnwardBody);

impl RequestBody {
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self(OnwardBody::stream(incoming))
    }

    /// One that is there already.
    pub(crate) fn of(bytes: Bytes) -> Self {
        Self(OnwardBody::Whole(bytes))
    }

    /// The body, where it is there as a whole by now.
    pub(crate) fn as_whole(&self) -> Option<&Bytes> {
        match &self.0 {
            OnwardBody::Whole(bytes) => Some(bytes),
            OnwardBody::Stream { .. } => None,
        }
    }

    /// The body as a whole; read on the first call.
    pub(crate) async fn whole(&mut self) -> Result<&Bytes, Reject> {
        if !self.0.is_whole() {
            let bytes = read_whole(&mut self.0).await?;
            self.0 = OnwardBody::Whole(bytes);
        }
        match &self.0 {
            OnwardBody::Whole(bytes) => Ok(bytes),
            OnwardBody::Stream { .. } => Err(Reject::BodyBroken),
        }
    }

    /// Another body takes its place.
    pub(crate) fn replace(&mut self, bytes: Bytes) {
        self.0 = OnwardBody::Whole(bytes);
    }

    /// The same where the body is needed no longer.
    pub(crate) async fn into_whole(mut self) -> Result<Bytes, Reject> {
        match self.0 {
            OnwardBody::Whole(bytes) => Ok(bytes),
            OnwardBody::Stream { .. } => read_whole(&mut self.0).await,
        }
    }

    /// To be sent on.
    pub(crate) fn onward(self) -> OnwardBody {
        self.0
    }
}

async fn read_whole(body: &mut OnwardBody) -> Result<Bytes, Reject> {
    let Some(first) = body.next().await.map_err(reject)? else { return Ok(Bytes::new()) };
    // Most bodies come in one piece, which then is not copied.
    let Some(second) = body.next().await.map_err(reject)? else { return Ok(first) };
    // Room for all of it at once: growing would for a while take it twice. What never comes is never touched.
    let announced = body.length().unwrap_or(0).min(LONGEST_BODY);
    let room = first.len() + second.len() + usize::try_from(announced).unwrap_or(0);
    let mut whole = BytesMut::with_capacity(room);
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    while let Some(piece) = body.next().await.map_err(reject)? {
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

/// What a caller is told of a body that ends early.
#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub(crate) fn reject(error: OnwardError) -> Reject {
    match error {
        OnwardError::TooLarge => Reject::BodyTooLarge,
        OnwardError::TooSlow => Reject::BodyTooSlow,
        OnwardError::Broken(_) => Reject::BodyBroken,
    }
}
