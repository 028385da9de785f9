//! Where an answer's body is, and what of it has come.

use bytes::{Buf, Bytes, BytesMut};

use super::answer_head::Framing;
use crate::chunked::Chunked;

/// Pieces over this are handed on without a copy; a copy of smaller ones costs less than a buffer of their own.
const SMALL: usize = 4_096;

/// Takes a body out of the bytes that come behind a head.
#[derive(Debug)]
pub(crate) enum AnswerReader {
    Length(u64),
    Chunked(Chunked),
    /// Ends with the connection; `true` once it has ended.
    Close(bool),
}

/// The framing of a body is broken.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the answer's chunks are malformed")]
    Chunk,
    #[error("the answer broke off")]
    Early,
}

impl AnswerReader {
    pub(super) fn new(framing: &Framing) -> Self {
        match framing {
            Framing::Length(length) => Self::Length(*length),
            Framing::Chunked => Self::Chunked(Chunked::new()),
            Framing::Close => Self::Close(false),
        }
    }

    /// Whether all of it was taken.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::Length(left) => *left == 0,
            Self::Chunked(body) => body.is_over(),
            Self::Close(ended) => *ended,
        }
    }

    /// How much is left, where that is known.
    pub(crate) fn left(&self) -> Option<u64> {
        match self {
            Self::Length(left) => Some(*left),
            _ if self.is_over() => Some(0),
            _ => None,
        }
    }

    /// What of the body is in `unread`; it may be empty.
    pub(crate) fn take(&mut self, unread: &mut BytesMut) -> Result<Bytes, BodyError> {
        match self {
            Self::Length(left) => {
                let length = unread.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= length as u64;
                Ok(cut(unread, length))
            }
            Self::Close(_) => Ok(cut(unread, unread.len())),
            Self::Chunked(body) => {
                let mut rest = &unread[..];
                let mut data = Vec::with_capacity(rest.len());
                while let Some(piece) = body.data(&mut rest).map_err(|_| BodyError::Chunk)? {
                    data.extend_from_slice(piece);
                }
                let used = unread.len() - rest.len();
                unread.advance(used);
                Ok(data.into())
            }
        }
    }

    /// The connection has ended.
    pub(crate) fn end(&mut self) -> Result<(), BodyError> {
        match self {
            Self::Close(ended) => *ended = true,
            _ if self.is_over() => {}
            _ => return Err(BodyError::Early),
        }
        Ok(())
    }
}

fn cut(unread: &mut BytesMut, length: usize) -> Bytes {
    if length > SMALL {
        return unread.split_to(length).freeze();
    }
    let bytes = Bytes::copy_from_slice(&unread[..length]);
    unread.advance(length);
    bytes
}
