//! An endless answer, line by line.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use snapshot::publication::LONGEST_LINE;

use super::connection::FollowError;

/// The operator sends a ping every few seconds.
const SILENCE: Duration = Duration::from_secs(15);

pub(super) struct Lines {
    body: Incoming,
    buffer: BytesMut,
    /// How much of the buffer has no end of a line in it.
    seen: usize,
}

impl Lines {
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, buffer: BytesMut::new(), seen: 0 }
    }

    /// The next line, without its end; nothing once the answer is over.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, FollowError> {
        loop {
            if let Some(at) = self.buffer[self.seen..].iter().position(|byte| *byte == b'\n') {
                let mut line = self.buffer.split_to(self.seen + at + 1);
                line.truncate(line.len() - 1);
                self.seen = 0;
                return Ok(Some(line.freeze()));
            }
            self.seen = self.buffer.len();
            if self.seen > LONGEST_LINE {
                return Err(FollowError::LongLine);
            }
            let frame = tokio::time::timeout(SILENCE, self.body.frame()).await;
            let Some(frame) = frame.map_err(|_| FollowError::Silent)? else { return Ok(None) };
            if let Ok(data) = frame?.into_data() {
                self.buffer.extend_from_slice(&data);
            }
        }
    }
}
