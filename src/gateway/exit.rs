//! The one exit: access log and metrics, when an answer is over.

use std::rc::Rc;

use http::StatusCode;

use crate::exchange::Exchange;
use crate::worker::Worker;

/// What is written when the answer is over, however it ends.
pub(crate) struct Exit {
    pub(crate) worker: Rc<Worker>,
    pub(crate) exchange: Exchange,
    pub(crate) status: StatusCode,
    pub(crate) response_length: u64,
}

impl Exit {
    pub(crate) fn sent(&mut self, bytes: usize) {
        self.response_length += bytes as u64;
    }

    pub(crate) fn finish(self: Box<Self>) {
        self.worker.metrics.record(&self);
        self.worker.log.write(&self);
    }
}
