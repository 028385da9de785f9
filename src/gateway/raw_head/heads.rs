//! The queue between the recorder and the service of one connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::{MAX_RECORDED, RawHead};

/// Most bytes kept of heads that nobody took. hyper reads ahead by no more than its buffer, so this is reached only
/// where the service does not take heads.
const MAX_WAITING: usize = 4 * MAX_RECORDED;

/// What a waiting head costs beside its bytes.
const OVERHEAD: usize = 64;

/// The service's end: heads of the requests of one connection, in order.
///
/// Connection and service run in one task, so the lock is never waited for.
#[derive(Clone, Debug, Default)]
pub struct Heads(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    heads: VecDeque<RawHead>,
    bytes: usize,
    midway: bool,
}

impl Heads {
    /// The head of the next request. To be called once for each request; `None` where the recorder has stopped.
    pub fn take(&self) -> Option<RawHead> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let head = queue.heads.pop_front()?;
        queue.bytes = queue.bytes.saturating_sub(head.bytes().len() + OVERHEAD);
        Some(head)
    }

    /// False where too much waits already: the heads that wait stay right, but no further may come.
    pub(super) fn push(&self, head: RawHead) -> bool {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = queue.bytes + head.bytes().len() + OVERHEAD;
        if bytes > MAX_WAITING {
            return false;
        }
        queue.bytes = bytes;
        queue.heads.push_back(head);
        true
    }

    /// Whether a head has begun and not ended.
    pub fn is_midway(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).midway
    }

    pub(super) fn set_midway(&self, midway: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).midway = midway;
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.0.lock().unwrap().bytes
    }
}
