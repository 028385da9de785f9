//! Bodies of bounded size.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

/// Bytes of a body, in either direction: the event of a 10 MiB request in Base64 fits.
pub(crate) const LIMIT: usize = 16 * 1024 * 1024;
/// Bytes of a body over the limit that are still read, for the sender to read the refusal.
const DISCARD: usize = 64 * 1024 * 1024;

/// Why a body can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("larger than {LIMIT} bytes")]
    TooLarge,
    #[error("broken: {0}")]
    Broken(#[from] hyper::Error),
}

/// A whole body.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) bytes: Bytes,
    pub(crate) trailers: HeaderMap,
}

/// Whether a body says itself that it is too large.
pub(crate) fn is_too_large(body: &Incoming) -> bool {
    body.size_hint().lower() > LIMIT as u64
}

/// Reads a body to its end.
pub(crate) async fn read(mut body: Incoming) -> Result<Whole, BodyError> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(LIMIT).min(LIMIT);
    let mut bytes = BytesMut::with_capacity(expected);
    let mut trailers = HeaderMap::new();
    let mut length: usize = 0;
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) => {
                length = length.saturating_add(data.len());
                if length <= LIMIT {
                    bytes.extend_from_slice(&data);
                } else if length > LIMIT + DISCARD {
                    break;
                } else {
                    bytes = BytesMut::new();
                }
            }
            Err(frame) => trailers = frame.into_trailers().unwrap_or_default(),
        }
    }
    if length > LIMIT { Err(BodyError::TooLarge) } else { Ok(Whole { bytes: bytes.freeze(), trailers }) }
}
