//! Finds heads in the bytes of a connection.

use bytes::{Bytes, BytesMut};

use super::framing::{Parsed, State, may_have_ended, parse};
use super::head::Summary;
use super::{Heads, MAX_RECORDED, RawHead};

/// Follows the framing of the requests on a connection and records their heads.
///
/// It parses with httparse, as hyper does, so that both see the end of a head at the same byte.
#[derive(Debug)]
pub struct Recorder {
    heads: Heads,
    /// What has come of a head that has not ended. Mostly empty: a head tends to come in one read.
    partial: BytesMut,
    state: State,
}

impl Recorder {
    /// A recorder that hands heads to `heads`.
    pub fn new(heads: Heads) -> Self {
        Self { heads, partial: BytesMut::new(), state: State::Head }
    }

    /// Whether it has stopped.
    pub fn is_lost(&self) -> bool {
        matches!(self.state, State::Lost)
    }

    /// The next bytes of the connection.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.state {
                State::Head => bytes = self.head(bytes),
                State::Length(left) => {
                    let take = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    bytes = bytes.get(take..).unwrap_or_default();
                    *left -= take as u64;
                    if *left == 0 {
                        self.state = State::Head;
                    }
                }
                State::Chunked(body) => match body.skip(&mut bytes) {
                    Ok(true) => self.state = State::Head,
                    Ok(false) => {}
                    Err(_) => bytes = self.lose(),
                },
                State::Lost => return,
            }
        }
    }

    /// What is left of `bytes` behind the head.
    fn head<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.partial.is_empty() {
            // Empty lines before a request are let pass, and are no part of it.
            let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
            let bytes = bytes.get(start..).unwrap_or_default();
            return match parse(bytes) {
                Parsed::Complete(length, state, summary) => {
                    let (head, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
                    self.complete(Bytes::copy_from_slice(head), state, &summary);
                    rest
                }
                Parsed::Partial if bytes.len() <= MAX_RECORDED => {
                    self.partial.extend_from_slice(bytes);
                    self.heads.set_midway(true);
                    &[]
                }
                Parsed::Partial | Parsed::Invalid => self.lose(),
            };
        }
        let before = self.partial.len();
        self.partial.extend_from_slice(bytes);
        if !may_have_ended(&self.partial, before) {
            return if self.partial.len() > MAX_RECORDED { self.lose() } else { &[] };
        }
        match parse(&self.partial) {
            Parsed::Complete(length, state, summary) => {
                let head = self.partial.split_to(length).freeze();
                self.partial.clear();
                self.heads.set_midway(false);
                self.complete(head, state, &summary);
                bytes.get(length.saturating_sub(before)..).unwrap_or_default()
            }
            Parsed::Partial if self.partial.len() <= MAX_RECORDED => &[],
            Parsed::Partial | Parsed::Invalid => self.lose(),
        }
    }

    fn complete(&mut self, head: Bytes, state: State, summary: &Summary) {
        if self.heads.push(RawHead::new(head, summary)) {
            self.state = state;
        } else {
            self.lose();
        }
    }

    fn lose(&mut self) -> &'static [u8] {
        self.state = State::Lost;
        self.heads.set_midway(true);
        self.partial = BytesMut::new();
        &[]
    }
}
