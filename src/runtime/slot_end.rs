//! The end of a handler process, for whatever reason.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::failure::Failure;
use crate::log_pipe::LogTo;
use crate::runtime_api::Call;
use crate::slot::Slot;

/// Why a process ends.
#[derive(Debug)]
pub(crate) enum End {
    /// By itself.
    Exited(ExitStatus),
    /// Its event took too long.
    TimedOut(Duration),
    /// It did not come up in time.
    InitTimedOut(Duration),
    /// It says that it can't come up.
    InitFailed(Failure),
    /// It does not keep to the protocol.
    Protocol(String),
    /// It answered an event twice.
    AnsweredTwice,
    /// It answered, and then did not ask for the next event.
    Lingered,
    /// The function is stopped.
    Stopped,
}

/// How long a killed process is waited for. Only the kernel can make it longer.
const REAP: Duration = Duration::from_secs(5);
/// How long a process that can't come up may take to end by itself.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How long nothing must have come from a process that has ended.
const SILENCE: Duration = Duration::from_millis(20);
/// A process that ends this soon without an event is as bad as one that does not come up.
const TOO_SOON: Duration = Duration::from_secs(10);

impl Slot {
    /// Ends the process and settles what it had.
    pub(crate) async fn finish(mut self, mut end: End) {
        self.dispatcher.retire(self.id);
        // Whoever runs it ends it, too.
        let is_left = matches!(end, End::Stopped) && self.process.is_beside();
        match &end {
            End::Exited(_) => {
                self.process.kill();
                end = self.last_words().await.unwrap_or(end);
            }
            End::InitFailed(_) => drop(timeout(LAST_WORDS, self.process.wait()).await),
            _ => {}
        }
        if !is_left {
            self.process.kill();
        }
        if !is_left && timeout(REAP, self.process.wait()).await.is_err() {
            tracing::error!(
                function = self.dispatcher.config.name,
                "a killed handler process does not end: it is left to the kernel"
            );
        }
        self.tell(&end);
        let soon = !self.session.has_worked() && self.started.elapsed() < TOO_SOON;
        let never_up = self.session.is_init() || soon;
        let why = failure(end);
        self.settle_event(&why);
        let why = (never_up && !matches!(why, Failure::Stopped)).then_some(why);
        match why {
            // When it is started again is decided elsewhere: it must find somebody who listens.
            Some(why) if self.process.is_beside() => self.dispatcher.gone_beside(self.id, &why),
            why => self.dispatcher.gone(self.id, why),
        }
    }

    /// What the process still said before it ended: its connections may be behind its end.
    async fn last_words(&mut self) -> Option<End> {
        if self.event.is_none() && !self.session.is_init() {
            return None;
        }
        let until = Instant::now() + LAST_WORDS;
        while Instant::now() < until {
            match timeout(SILENCE, self.listener.call()).await {
                Ok(call @ (Call::Answer { .. } | Call::InitError { .. })) => {
                    if let Some(end @ End::InitFailed(_)) = self.called(call) {
                        return Some(end);
                    }
                }
                // It must not be given another event.
                Ok(Call::Next { .. } | Call::Garbage(_)) => {}
                Err(_) => break,
            }
        }
        None
    }

    /// Gives the event that the process had its failure, or to another process if this one never saw it.
    fn settle_event(&mut self, why: &Failure) {
        let seen = self.session.has_event() || matches!(why, Failure::TimedOut(_) | Failure::Stopped);
        if seen {
            self.answered(Err(why.clone()));
        } else if let Some(admitted) = self.event.take() {
            self.dispatcher.give_back(self.id, admitted);
        }
        self.process.drain_logs(LogTo { config: &self.dispatcher.config, id: "", tail: None });
        self.mailbox.close();
        while let Ok(admitted) = self.mailbox.try_recv() {
            self.dispatcher.give_back(self.id, admitted);
        }
    }

    fn tell(&self, end: &End) {
        let (function, version) = (&self.dispatcher.config.name, &self.dispatcher.config.version);
        if !matches!(end, End::Stopped) {
            tracing::warn!(function, version, process = self.id, "a handler process ends: {end:?}");
        }
    }
}

fn failure(end: End) -> Failure {
    match end {
        End::Exited(status) => Failure::Exited(status),
        End::TimedOut(limit) => Failure::TimedOut(limit),
        End::InitTimedOut(limit) => Failure::InitTimedOut(limit),
        End::InitFailed(why) => why,
        End::Protocol(what) => Failure::Protocol(what),
        // Neither has an event to fail.
        End::AnsweredTwice => Failure::Protocol("The runtime answered an event twice".to_owned()),
        End::Lingered => Failure::Protocol("The runtime did not ask for the next event".to_owned()),
        End::Stopped => Failure::Stopped,
    }
}
