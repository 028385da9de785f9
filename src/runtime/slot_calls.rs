//! What a handler process's calls do.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::Instant;

use crate::event::Outcome;
use crate::failure::Failure;
use crate::log_pipe::LogTo;
use crate::pool::Admitted;
use crate::runtime_answers::Verdict;
use crate::runtime_api::Call;
use crate::session::{Answer, Next, Session};
use crate::slot::Slot;
use crate::slot_end::End;

/// How long a process may at least take from its answer to the next request.
const AFTERWARDS: Duration = Duration::from_secs(2);
const UNANSWERED: &str = "The runtime asked for the next event before it answered the present one";

impl Slot {
    /// What a call makes of the process.
    pub(crate) fn called(&mut self, call: Call) -> Option<End> {
        match call {
            Call::Next { poll, peer } => {
                self.process.met(peer);
                let mut next = self.session.next();
                if next == Next::Unanswered && self.process.is_beside() {
                    // It was started again before anybody saw its end.
                    self.answered(Err(Failure::Exited(ExitStatus::from_raw(0))));
                    self.session = Session::new();
                    next = self.session.next();
                }
                match next {
                    Next::Ready | Next::Again | Next::Deliver => self.poll = Some(poll),
                    Next::Unanswered => return Some(End::Protocol(UNANSWERED.to_owned())),
                    Next::Condemned => return Some(End::AnsweredTwice),
                }
                match next {
                    Next::Ready => {
                        self.deadline = None;
                        self.dispatcher.ready(self.id);
                    }
                    _ => self.deliver(),
                }
                None
            }
            Call::Answer { id, outcome, verdict } => {
                let answer = self.session.answer(&id);
                let said = match answer {
                    Answer::First => {
                        self.answered(outcome);
                        Verdict::Accepted
                    }
                    Answer::Twice | Answer::TwiceLate | Answer::Unknown => Verdict::InvalidRequestId,
                };
                let _ = verdict.send(said);
                (answer == Answer::Twice).then_some(End::AnsweredTwice)
            }
            Call::InitError { why, verdict } => {
                let init = self.session.is_init();
                let _ = verdict.send(if init { Verdict::Accepted } else { Verdict::InvalidStateTransition });
                init.then_some(End::InitFailed(why))
            }
            Call::Garbage(what) => Some(End::Protocol(what)),
        }
    }

    /// Gives the event its answer, after all that was printed before.
    pub(crate) fn answered(&mut self, outcome: Outcome) {
        if let Some(Admitted { event, .. }) = self.event.take() {
            let (config, id, tail) = (&self.dispatcher.config, &*event.input.id, event.tail.as_deref());
            self.process.drain_logs(LogTo { config, id, tail });
            if let Some(tail) = tail {
                tail.end(config, id, &outcome);
            }
            // First, so that a caller that reads its answer finds its place free.
            self.dispatcher.answered(self.id);
            let _ = event.reply.send(outcome);
            self.deadline = self.deadline.max(Some(Instant::now() + AFTERWARDS));
        }
    }
}
