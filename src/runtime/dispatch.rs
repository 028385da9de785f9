//! Carries out what the pool decides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::FunctionConfig;
use crate::event::Event;
use crate::failure::Failure;
use crate::handler::Source;
use crate::pool::{Action, Admitted, Pool, ProcessId, Refusal, Ticket};
use crate::slot;
use crate::unattended::Waiting;

/// What all parts of a running function share.
#[derive(Debug)]
pub(crate) struct Dispatcher {
    pub(crate) config: FunctionConfig,
    pub(crate) source: Source,
    /// Cancelled when every process must end at once.
    pub(crate) kill: CancellationToken,
    /// Cancelled once nothing more is admitted.
    pub(crate) ending: CancellationToken,
    /// Events that failed and wait to be tried again.
    pub(crate) waiting: Waiting,
    /// The tasks of this function.
    pub(crate) tasks: TaskTracker,
    /// Cancelled once a handler process has asked for an event.
    pub(crate) warm: CancellationToken,
    idle: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    pool: Pool<Event, Failure>,
    mailboxes: HashMap<ProcessId, mpsc::Sender<Admitted<Event>>>,
}

impl Dispatcher {
    pub(crate) fn new(config: FunctionConfig, source: Source) -> Self {
        let pool = Pool::new(config.max_concurrency, config.queue);
        let inner = Mutex::new(Inner { pool, mailboxes: HashMap::new() });
        let (kill, warm, tasks) = (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
        let (ending, waiting, idle) = (CancellationToken::new(), Waiting::default(), Notify::new());
        Self { config, source, kill, ending, waiting, tasks, warm, idle, inner }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the pool and does what follows. All under the lock, none of it waits: so a process that retires
    /// finds in its mailbox every event it was ever handed.
    fn update<R>(self: &Arc<Self>, change: impl FnOnce(&mut Pool<Event, Failure>) -> R) -> R {
        let mut inner = self.lock();
        let result = change(&mut inner.pool);
        let actions = if self.kill.is_cancelled() {
            inner.pool.close();
            inner.pool.clear(&Failure::Stopped)
        } else {
            inner.pool.settle(Instant::now())
        };
        for action in actions {
            match action {
                Action::Start(process) => {
                    let (mailbox, events) = mpsc::channel(1);
                    inner.mailboxes.insert(process, mailbox);
                    self.tasks.spawn(slot::run(Arc::clone(self), process, events));
                }
                Action::Hand(process, admitted) => {
                    // A mailbox is only closed or full if the process's task has panicked: the reply is dropped
                    // with the event then, which its caller reads as a failure.
                    if let Some(mailbox) = inner.mailboxes.get(&process)
                        && mailbox.try_send(admitted).is_err()
                    {
                        tracing::error!(process, "a handler process's task is gone");
                    }
                }
                Action::Fail(event, why) => drop(event.reply.send(Err(why))),
            }
        }
        if inner.pool.in_flight() == 0 {
            self.idle.notify_waiters();
        }
        result
    }

    /// Starts what should be there before the first event.
    pub(crate) fn begin(self: &Arc<Self>) {
        self.update(|_| ());
    }

    /// A place for one event, given back when it is dropped.
    pub(crate) fn admit(self: &Arc<Self>) -> Result<Admission, Refusal> {
        let ticket = self.lock().pool.reserve()?;
        Ok(Admission { dispatcher: Arc::clone(self), ticket })
    }

    pub(crate) fn ready(self: &Arc<Self>, process: ProcessId) {
        self.warm.cancel();
        self.update(|pool| pool.ready(process));
    }

    pub(crate) fn answered(self: &Arc<Self>, process: ProcessId) {
        self.update(|pool| pool.answered(process));
    }

    pub(crate) fn retire(self: &Arc<Self>, process: ProcessId) {
        self.update(|pool| pool.retire(process));
    }

    pub(crate) fn give_back(self: &Arc<Self>, process: ProcessId, admitted: Admitted<Event>) {
        self.update(|pool| pool.give_back(process, admitted));
    }

    pub(crate) fn gone(self: &Arc<Self>, process: ProcessId, why: Option<Failure>) {
        self.lock().mailboxes.remove(&process);
        self.update(|pool| pool.gone(process, why, Instant::now()));
    }

    /// The same of a process that somebody else starts again: what waits is told `why`, and the next may come at once.
    pub(crate) fn gone_beside(self: &Arc<Self>, process: ProcessId, why: &Failure) {
        let failed = self.lock().pool.clear(why);
        for action in failed {
            if let Action::Fail(event, why) = action {
                let _ = event.reply.send(Err(why));
            }
        }
        self.gone(process, None);
    }

    /// Admits nothing more, and returns when everything admitted has its answer.
    pub(crate) async fn drain(self: &Arc<Self>) {
        self.ending.cancel();
        loop {
            let idle = self.idle.notified();
            tokio::pin!(idle);
            // Registered before the look, so that no notification falls between the two.
            idle.as_mut().enable();
            let in_flight = {
                let mut inner = self.lock();
                inner.pool.close();
                inner.pool.in_flight()
            };
            if in_flight == 0 {
                return;
            }
            idle.await;
        }
    }

    /// Ends every process and fails what waits.
    pub(crate) fn kill_all(self: &Arc<Self>) {
        self.ending.cancel();
        self.kill.cancel();
        self.update(|_| ());
    }
}

/// One event's place. Dropping it forgets an event that waits; one that runs goes on.
#[derive(Debug)]
pub(crate) struct Admission {
    dispatcher: Arc<Dispatcher>,
    ticket: Ticket,
}

impl Admission {
    pub(crate) fn submit(&self, event: Event) {
        self.dispatcher.update(|pool| pool.submit(self.ticket, event));
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        // Forgetting never makes room for anything but admissions: nothing is to be settled, and nothing may be
        // spawned here, where the tokio runtime may be on its way out.
        let mut inner = self.dispatcher.lock();
        inner.pool.abandon(self.ticket);
        if inner.pool.in_flight() == 0 {
            self.dispatcher.idle.notify_waiters();
        }
    }
}
