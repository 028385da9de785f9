//! Upstream connections of one worker, kept alive by target.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hashbrown::HashMap;

use super::answer_reader::BodyError;
use super::connection::{Answer, Connection};
use super::{AnswerReader, ConnectError, Connector, ExchangeError, OnwardRequest, TargetAddress};

/// Idle connections kept for one target.
const IDLE_PER_TARGET: usize = 128;
/// Servers commonly close idle connections after 60 s or more: ours go first.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// Targets with idle connections; beyond it those of the least use are let go.
const TARGETS: usize = 1024;

/// The pool of one worker.
pub(crate) struct Pool {
    connector: Connector,
    idle: RefCell<HashMap<TargetAddress, Vec<Idle>>>,
}

struct Idle {
    connection: Box<Connection>,
    since: Instant,
}

/// A connection that a request has for itself; given back once its answer is read.
pub(crate) struct Lease {
    pool: Rc<Pool>,
    target: TargetAddress,
    connection: Box<Connection>,
    keeps_alive: bool,
}

/// Why an onward request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
}

impl SendError {
    /// Whether the upstream surely has not got the request as a whole.
    pub(crate) fn is_unsent(&self) -> bool {
        match self {
            Self::Connect(ConnectError::Late) => false,
            Self::Connect(_) => true,
            Self::Exchange(error) => matches!(error, ExchangeError::BrokeOff { sent: false, .. }),
        }
    }
}

impl Pool {
    pub(crate) fn new(connector: Connector) -> Rc<Self> {
        Rc::new(Self { connector, idle: RefCell::default() })
    }

    /// Sends a request at `now` on an idle connection or a new one, and waits for the head of its answer up to `timeout`. One that was idle may turn out to be closed: a
    /// request that may be repeated then goes to the next.
    pub(crate) async fn send(
        self: &Rc<Self>,
        target: &TargetAddress,
        request: &mut OnwardRequest,
        now: Instant,
        timeout: Duration,
    ) -> Result<(Answer, Lease), SendError> {
        let deadline = tokio::time::Instant::from_std(now) + timeout;
        loop {
            let (mut connection, fresh) = match self.take(target, now) {
                Some(connection) => (connection, false),
                // In a box: it is large, and most requests do without.
                None => (Box::new(Box::pin(self.connector.connect(target, deadline)).await?), true),
            };
            match connection.exchange(request, deadline).await {
                Ok(answer) => {
                    let keeps_alive = answer.head.keeps_alive;
                    let lease = Lease { pool: self.clone(), target: target.clone(), connection, keeps_alive };
                    return Ok((answer, lease));
                }
                Err(ExchangeError::BrokeOff { sent, .. }) if !fresh && request.may_be_repeated(sent) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn take(&self, target: &TargetAddress, now: Instant) -> Option<Box<Connection>> {
        let mut idle = self.idle.borrow_mut();
        let of_target = idle.get_mut(target)?;
        // The newest first, so that those that are not needed grow old.
        while let Some(idle) = of_target.pop() {
            if now.saturating_duration_since(idle.since) >= IDLE_FOR {
                of_target.clear();
            } else if idle.connection.is_quiet() {
                return Some(idle.connection);
            }
        }
        None
    }

    fn put(&self, target: TargetAddress, connection: Box<Connection>, since: Instant) {
        let mut idle = self.idle.borrow_mut();
        let fresh = |idle: &Idle| since.saturating_duration_since(idle.since) < IDLE_FOR;
        if idle.len() >= TARGETS && !idle.contains_key(&target) {
            idle.retain(|_, connections| connections.last().is_some_and(fresh));
            if idle.len() >= TARGETS {
                return;
            }
        }
        let of_target = idle.entry(target).or_default();
        if of_target.len() >= IDLE_PER_TARGET {
            of_target.retain(|idle| fresh(idle) && idle.connection.is_quiet());
        }
        if of_target.len() < IDLE_PER_TARGET {
            of_target.push(Idle { connection, since });
        }
    }
}

impl Lease {
    /// What of the body has come with the head.
    pub(crate) fn take(&mut self, reader: &mut AnswerReader) -> Result<Bytes, BodyError> {
        self.connection.take(reader)
    }

    /// The next piece of the body; `None` at its end.
    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut AnswerReader,
    ) -> Poll<io::Result<Option<Bytes>>> {
        self.connection.poll_body(cx, reader)
    }

    /// The answer is read to its end: the connection can serve another request.
    pub(crate) fn give_back(self, now: Instant) {
        let Self { pool, target, connection, keeps_alive } = self;
        if keeps_alive {
            pool.put(target, connection, now);
        }
    }
}
