//! How long a connection may be quiet. It is looked at now and then: a timer of its own for each head, each answer and
//! each pause would cost every request.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::raw_head::{Heads, Writes};

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A head must have arrived within 10 to 15 s: a client that sends a byte a second holds nothing for long.
const LOOKS_FOR_HEAD: u32 = 2;
/// A client may take nothing of an answer for 60 to 65 s.
const LOOKS_FOR_WRITE: u32 = 12;
/// Load balancers commonly keep idle connections for 60 s and close them first if we keep them for longer.
const LOOKS_FOR_REQUEST: u32 = 15;

/// What a connection's requests are at.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: Cell<u64>,
    in_flight: Cell<u32>,
    is_http2: Cell<bool>,
}

/// A request in flight, until it is dropped.
pub(crate) struct InFlight(Rc<Activity>);

impl Activity {
    pub(crate) fn begin(self: &Rc<Self>, is_http2: bool) -> InFlight {
        self.begun.set(self.begun.get() + 1);
        self.in_flight.set(self.in_flight.get() + 1);
        self.is_http2.set(is_http2);
        InFlight(self.clone())
    }

    /// Whether there has been a request.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.get() > 0
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.set(self.0.in_flight.get() - 1);
    }
}

/// Watches one connection.
pub(crate) struct Quiet {
    activity: Rc<Activity>,
    heads: Heads,
    writes: Arc<Writes>,
    next_look: Pin<Box<Sleep>>,
    is_waiting: bool,
    /// What was seen at the last look: requests begun and bytes written.
    seen: (u64, u64),
    looks: u32,
}

impl Quiet {
    pub(crate) fn new(activity: Rc<Activity>, heads: Heads, writes: Arc<Writes>) -> Self {
        let next_look = Box::pin(tokio::time::sleep(LOOK));
        Self { activity, heads, writes, next_look, is_waiting: false, seen: (0, 0), looks: 0 }
    }

    /// Ready when the connection has been quiet for too long. To be polled by one task alone.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_waiting && !self.next_look.is_elapsed() {
            return Poll::Pending;
        }
        loop {
            self.is_waiting = true;
            ready!(self.next_look.as_mut().poll(cx));
            if self.is_too_quiet() {
                return Poll::Ready(());
            }
            self.next_look.as_mut().reset(Instant::now() + LOOK);
        }
    }

    fn is_too_quiet(&mut self) -> bool {
        let stuck = self.writes.is_stuck();
        let seen = (self.activity.begun.get(), self.writes.count());
        let progress = seen != self.seen || (self.activity.in_flight.get() > 0 && !stuck);
        self.seen = seen;
        self.looks = if progress { 0 } else { self.looks + 1 };
        // Of HTTP/2 the recorder understands no more than that it is something else.
        let midway = self.heads.is_midway() && !self.activity.is_http2.get();
        let patience = match (stuck, midway) {
            (true, _) => LOOKS_FOR_WRITE,
            (false, true) => LOOKS_FOR_HEAD,
            (false, false) => LOOKS_FOR_REQUEST,
        };
        self.looks >= patience
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;
    use crate::raw_head::{Recorder, RecordingIo};

    /// Seconds until a connection is too quiet; none where it is not for an hour.
    async fn patience(activity: Rc<Activity>, heads: Heads, writes: Arc<Writes>) -> Option<u64> {
        let (mut quiet, start) = (Quiet::new(activity, heads, writes), Instant::now());
        let end = std::future::poll_fn(|cx| quiet.poll(cx));
        let ended = tokio::time::timeout(Duration::from_hours(1), end).await;
        ended.ok().map(|()| start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_must_come_and_so_must_a_request() {
        let heads = Heads::default();
        assert_eq!(patience(Rc::default(), heads.clone(), Arc::default()).await, Some(75));
        Recorder::new(heads.clone()).feed(b"GET / HTT");
        assert_eq!(patience(Rc::default(), heads, Arc::default()).await, Some(10));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_its_time_but_must_be_taken() {
        let activity = Rc::new(Activity::default());
        let _in_flight = activity.begin(false);
        assert_eq!(patience(activity.clone(), Heads::default(), Arc::default()).await, None);
        // The peer has room for one byte and takes none.
        let (ours, _peer) = tokio::io::duplex(1);
        let (mut io, heads) = RecordingIo::new(ours);
        let writes = io.writes();
        let stuck = tokio::time::timeout(Duration::from_secs(1), io.write_all(b"answer")).await;
        assert!(stuck.is_err() && writes.is_stuck());
        assert_eq!(patience(activity, heads, writes).await, Some(65));
    }
}
