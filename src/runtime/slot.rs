//! The life of one handler process, from its start to its last event.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::config::FunctionConfig;
use crate::dispatch::Dispatcher;
use crate::event::{Delivery, Event};
use crate::failure::Failure;
use crate::handler::{Handler, Source};
use crate::log_pipe::LogTo;
use crate::pool::{Admitted, ProcessId};
use crate::process::News;
use crate::runtime_api::Call;
use crate::runtime_listener::RuntimeListener;
use crate::session::Session;
use crate::slot_end::End;

/// How long a process may take to ask for its first event, as in Lambda.
const INIT: Duration = Duration::from_secs(10);

/// One process and what is going on with it.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) id: ProcessId,
    pub(crate) process: Handler,
    pub(crate) listener: RuntimeListener,
    pub(crate) mailbox: mpsc::Receiver<Admitted<Event>>,
    pub(crate) session: Session,
    /// The event that is not answered.
    pub(crate) event: Option<Admitted<Event>>,
    pub(crate) started: Instant,
    /// The process's request that waits for an event.
    pub(crate) poll: Option<oneshot::Sender<Delivery>>,
    pub(crate) deadline: Option<Instant>,
}

enum Happening {
    Killed,
    Deadline,
    Call(Call),
    Event(Admitted<Event>),
    News(News),
}

/// Runs a process until it ends or has to.
pub(crate) async fn run(
    dispatcher: Arc<Dispatcher>,
    id: ProcessId,
    mailbox: mpsc::Receiver<Admitted<Event>>,
) {
    match Slot::start(&dispatcher, id, mailbox).await {
        Ok(mut slot) => {
            let end = slot.serve().await;
            slot.finish(end).await;
        }
        Err(error) => {
            let program = match &dispatcher.source {
                Source::Code(code) => code.interpreter().unwrap_or("bootstrap"),
                Source::Beside(_) => "the Runtime API",
            };
            let what = format!("Couldn't start {program}: {error}");
            tracing::warn!(function = dispatcher.config.name, version = dispatcher.config.version, "{what}");
            dispatcher.gone(id, Some(Failure::NotStarted(what)));
        }
    }
}

impl Slot {
    async fn start(
        dispatcher: &Arc<Dispatcher>,
        id: ProcessId,
        mailbox: mpsc::Receiver<Admitted<Event>>,
    ) -> std::io::Result<Self> {
        let (process, listener) = Handler::start(&dispatcher.config, &dispatcher.source).await?;
        let (dispatcher, session, started) = (Arc::clone(dispatcher), Session::new(), Instant::now());
        // An image may have to be pulled first.
        let deadline = (!process.is_beside()).then_some(started + INIT);
        let (event, poll) = (None, None);
        Ok(Self { dispatcher, id, process, listener, mailbox, session, event, started, poll, deadline })
    }

    async fn serve(&mut self) -> End {
        loop {
            let end = match self.happening().await {
                Happening::Killed => Some(End::Stopped),
                Happening::Deadline => Some(self.overdue()),
                Happening::Call(call) => self.called(call),
                Happening::Event(admitted) => self.begin(admitted),
                Happening::News(News::Exited(status)) => Some(End::Exited(status)),
                Happening::News(news) => {
                    let to = log_to(&self.dispatcher.config, self.event.as_ref());
                    self.process.read_logs(&news, to);
                    None
                }
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    async fn happening(&mut self) -> Happening {
        let deadline = self.deadline;
        let overdue = async move {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        // In this order: an answer counts although the process has ended since.
        tokio::select! {
            biased;
            () = self.dispatcher.kill.cancelled() => Happening::Killed,
            () = overdue => Happening::Deadline,
            call = self.listener.call() => Happening::Call(call),
            Some(admitted) = self.mailbox.recv() => Happening::Event(admitted),
            news = self.process.news() => Happening::News(news),
        }
    }

    fn overdue(&self) -> End {
        match (self.session.is_init(), &self.event) {
            (true, _) => End::InitTimedOut(INIT),
            (false, Some(_)) => End::TimedOut(self.dispatcher.config.timeout),
            (false, None) => End::Lingered,
        }
    }

    fn begin(&mut self, admitted: Admitted<Event>) -> Option<End> {
        self.session.begin(&admitted.event.input.id);
        if let Some(tail) = &admitted.event.tail {
            tail.begin(&self.dispatcher.config, &admitted.event.input.id);
        }
        self.deadline = Some(Instant::now() + self.dispatcher.config.timeout);
        self.event = Some(admitted);
        // What the process never sees can be given to another.
        if let Some(status) = self.process.ended() {
            return Some(End::Exited(status));
        }
        self.deliver();
        None
    }

    pub(crate) fn deliver(&mut self) {
        if let (Some(poll), Some(admitted)) = (self.poll.take(), &self.event) {
            let delivery = Delivery::new(admitted.event.input.clone(), self.dispatcher.config.timeout);
            // If the request's connection has gone, the process asks again or runs out of time.
            if poll.send(delivery).is_ok() {
                self.session.delivered();
            }
        }
    }
}

/// Where the output of a process goes that is at `event`.
fn log_to<'a>(config: &'a FunctionConfig, event: Option<&'a Admitted<Event>>) -> LogTo<'a> {
    let event = event.map(|admitted| &admitted.event);
    let tail = event.and_then(|event| event.tail.as_deref());
    LogTo { config, id: event.map_or("", |event| &event.input.id), tail }
}
