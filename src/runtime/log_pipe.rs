//! A handler's standard output or error, as log lines.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;

use tokio::net::unix::pipe::Receiver;

use crate::config::FunctionConfig;
use crate::lines::Lines;
use crate::tail::Tail;

/// Read at once; an eighth of a pipe.
const CHUNK: usize = 8 * 1024;
/// Reads before an answer is released: a handler that never stops printing must not hold it back.
const MOST_READS: usize = 64;

/// Where lines go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogTo<'a> {
    pub(crate) config: &'a FunctionConfig,
    /// Of the event; empty between events.
    pub(crate) id: &'a str,
    /// For the event's caller.
    pub(crate) tail: Option<&'a Tail>,
}

/// The reading end of a handler's standard output or error.
#[derive(Debug)]
pub(crate) struct LogPipe {
    stream: &'static str,
    /// `None` once the other end is closed.
    ends: Option<(Receiver, File)>,
    lines: Lines,
}

impl LogPipe {
    pub(crate) fn new(stream: &'static str, fd: OwnedFd) -> io::Result<Self> {
        // Two handles of one pipe. tokio's knows when to read; but it does not try as long as it has not been
        // told that there is something, and before an answer is released the pipe itself must be asked.
        let file = File::from(fd.try_clone()?);
        Ok(Self { stream, ends: Some((Receiver::from_owned_fd(fd)?, file)), lines: Lines::default() })
    }

    /// Waits for output; for ever if there will be none.
    pub(crate) async fn readable(&self) {
        match &self.ends {
            Some((receiver, _)) => drop(receiver.readable().await),
            None => std::future::pending().await,
        }
    }

    /// Logs some of what is there, after [`Self::readable`].
    pub(crate) fn read(&mut self, to: LogTo<'_>) {
        let mut buffer = [0; CHUNK];
        let result = match &self.ends {
            Some((receiver, _)) => receiver.try_read(&mut buffer),
            None => return,
        };
        self.take(result, &buffer, to);
    }

    /// Logs all that is there, an unended line too.
    pub(crate) fn drain(&mut self, to: LogTo<'_>) {
        let mut buffer = [0; CHUNK];
        for _ in 0..MOST_READS {
            let result = match &mut self.ends {
                Some((_, file)) => file.read(&mut buffer),
                None => break,
            };
            if !self.take(result, &buffer, to) {
                break;
            }
        }
        let stream = self.stream;
        self.lines.flush(&mut |line| to.line(stream, line));
    }

    /// Whether there may be more.
    fn take(&mut self, result: io::Result<usize>, buffer: &[u8], to: LogTo<'_>) -> bool {
        let stream = self.stream;
        match result {
            Ok(length) if length > 0 => {
                self.lines.push(&buffer[..length], &mut |line| to.line(stream, line));
                true
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => true,
            Ok(_) | Err(_) => {
                self.ends = None;
                false
            }
        }
    }
}

impl LogTo<'_> {
    fn line(self, stream: &'static str, line: &str) {
        let (function, version) = (self.config.name.as_str(), self.config.version.as_str());
        tracing::info!(target: "function", function, version, request_id = self.id, stream, "{line}");
        if let Some(tail) = self.tail {
            tail.line(line);
        }
    }
}
