//! The heads of HTTP/1 requests as they came over the wire.
//!
//! hyper hides two things that this gateway needs: the case in which a client wrote a header's name (Lambda events
//! keep it) and a `Content-Length` beside a `Transfer-Encoding` (hyper drops the former, here such a request is
//! refused). So the connection's socket is wrapped in a [`RecordingIo`], which hands hyper the bytes unchanged and
//! keeps a copy of each request head; the service takes one for each request, in order, from [`Heads`].
//!
//! Where the recorder loses step (bytes that hyper is going to refuse, an upgrade, HTTP/2) it stops for that
//! connection. What it gave before stays right; afterwards there is no head, so that only the case is unknown.

mod framing;
mod head;
mod heads;
mod io;
mod recorder;
#[cfg(test)]
mod server_tests;
#[cfg(test)]
mod tests;

pub(crate) use head::header_lines;
pub use head::{HeadRefusal, RawHead};
pub use heads::Heads;
pub use io::{RecordingIo, Writes};
pub use recorder::Recorder;

/// Longest request line that is served.
pub const MAX_REQUEST_LINE: usize = 8_192;

/// Most bytes of headers that are served, line ends and the empty line counted (quotas page: 10,240 B).
pub const MAX_HEADERS: usize = 10_240;

/// Most header lines in a head: hyper's default, beyond which it answers 431.
pub const MAX_HEADER_LINES: usize = 100;

/// Where recording stops though a head has not ended. hyper's `max_buf_size` should be the same: it answers 431 by
/// itself where its buffer is full and the head has not ended, and smaller heads get their verdict here.
pub const MAX_RECORDED: usize = 65_536;
