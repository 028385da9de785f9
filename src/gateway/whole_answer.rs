//! An answer of an upstream as a whole: functions' answers and mapped ones are read so.

use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::upstream::{AnswerReader, Lease};

/// Longest answer that is taken whole: 10 MB by the limits, with room for base64 and escapes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The whole body of an answer; then the connection goes back.
pub(crate) async fn read_whole_answer(mut reader: AnswerReader, mut lease: Lease) -> std::io::Result<Bytes> {
    let mut whole = lease.take(&mut reader).map_err(std::io::Error::other)?;
    if !reader.is_over() {
        let mut pieces = BytesMut::from(whole);
        while let Some(piece) = std::future::poll_fn(|cx| lease.poll_body(cx, &mut reader)).await? {
            if pieces.len() + piece.len() > LONGEST_ANSWER {
                return Err(std::io::Error::other("the answer is over 16 MiB"));
            }
            pieces.extend_from_slice(&piece);
        }
        whole = pieces.freeze();
    }
    lease.give_back(Instant::now());
    Ok(whole)
}
