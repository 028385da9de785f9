//! The end of what was logged during one event, for a caller that asks for it (`X-Amz-Log-Type: Tail`).

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::config::FunctionConfig;
use crate::event::Outcome;
use crate::failure::Failure;

/// Bytes that a caller gets (Lambda API reference, Invoke: the last 4 KB).
const KEPT: usize = 4 * 1024;

/// The last lines of one event. Shared between its process and who waits for it: never contended, since the one writes
/// before the other reads.
#[derive(Debug, Default)]
pub(crate) struct Tail(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    text: Vec<u8>,
    begun: Option<Instant>,
}

impl Tail {
    fn change<R>(&self, change: impl FnOnce(&mut Kept) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A process gets the event.
    pub(crate) fn begin(&self, config: &FunctionConfig, id: &str) {
        self.change(|kept| {
            // A process that ended before it saw the event may have been its first.
            kept.text.clear();
            kept.begun = Some(Instant::now());
            kept.push(&format!("START RequestId: {id} Version: {}", config.version));
        });
    }

    /// The handler logs a line.
    pub(crate) fn line(&self, line: &str) {
        self.change(|kept| kept.push(line));
    }

    /// The event has its outcome. As Lambda's lines; what there is nothing of here (billing, memory used) is left out.
    pub(crate) fn end(&self, config: &FunctionConfig, id: &str, outcome: &Outcome) {
        self.change(|kept| {
            match outcome {
                Ok(_) | Err(Failure::Reported(_)) => {}
                Err(failure) => kept.push(&String::from_utf8_lossy(&failure.payload(id))),
            }
            let taken = kept.begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64() * 1000.0);
            kept.push(&format!("END RequestId: {id}"));
            let memory = config.memory_mib;
            kept.push(&format!("REPORT RequestId: {id}\tDuration: {taken:.2} ms\tMemory Size: {memory} MB"));
        });
    }

    /// The value of `X-Amz-Log-Result`.
    pub(crate) fn encoded(&self) -> String {
        self.change(|kept| BASE64_STANDARD.encode(kept.last()))
    }
}

impl Kept {
    fn push(&mut self, line: &str) {
        self.text.extend_from_slice(line.as_bytes());
        self.text.push(b'\n');
        // Cut now and then, rather than moved for each line.
        if self.text.len() > 4 * KEPT {
            self.text.drain(..self.text.len() - KEPT);
        }
    }

    fn last(&self) -> &[u8] {
        &self.text[self.text.len().saturating_sub(KEPT)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_are_kept() {
        let tail = Tail::default();
        for number in 0..10_000 {
            tail.line(&format!("line {number}"));
        }
        let text = BASE64_STANDARD.decode(tail.encoded()).unwrap();
        assert_eq!(text.len(), KEPT);
        assert!(text.ends_with(b"line 9998\nline 9999\n"));
        tail.change(|kept| assert!(kept.text.len() <= 4 * KEPT));
    }
}
