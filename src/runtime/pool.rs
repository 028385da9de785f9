//! Which process handles which event: pure decisions, carried out by [`crate::dispatch`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use crate::backoff::Backoff;

/// A handler process, over its whole life.
pub(crate) type ProcessId = u64;
/// An event's place among those admitted.
pub(crate) type Ticket = u64;

/// An admitted event.
#[derive(Debug, PartialEq)]
pub(crate) struct Admitted<E> {
    pub(crate) ticket: Ticket,
    pub(crate) event: E,
}

/// What is to be done.
#[derive(Debug, PartialEq)]
pub(crate) enum Action<E, F> {
    /// Start this process.
    Start(ProcessId),
    /// Give the event to this idle process.
    Hand(ProcessId, Admitted<E>),
    /// Answer the event, no process will.
    Fail(E, F),
}

/// Why an event is not admitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// As many events as may be are being handled and wait.
    Full,
    /// The function is being stopped.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Does not ask for events yet.
    Starting,
    Idle,
    /// Has an event that is not answered.
    Busy,
    /// Has answered, or is ending: takes no event until it says otherwise.
    Away,
}

/// Processes, the events that wait for one, and the failures of late.
#[derive(Debug)]
pub(crate) struct Pool<E, F> {
    max_processes: usize,
    max_events: usize,
    processes: BTreeMap<ProcessId, State>,
    /// The most recently used last.
    idle: Vec<ProcessId>,
    reserved: BTreeSet<Ticket>,
    waiting: VecDeque<Admitted<E>>,
    backoff: Backoff<F>,
    next_process: ProcessId,
    next_ticket: Ticket,
    closed: bool,
}

impl<E, F: Clone> Pool<E, F> {
    pub(crate) fn new(max_processes: usize, queue: usize) -> Self {
        Self {
            max_processes,
            max_events: max_processes.saturating_add(queue),
            processes: BTreeMap::new(),
            idle: Vec::new(),
            reserved: BTreeSet::new(),
            waiting: VecDeque::new(),
            backoff: Backoff::new(),
            next_process: 0,
            next_ticket: 0,
            closed: false,
        }
    }

    fn busy(&self) -> usize {
        self.processes.values().filter(|&&state| state == State::Busy).count()
    }

    /// Events admitted and not answered.
    pub(crate) fn in_flight(&self) -> usize {
        self.reserved.len() + self.waiting.len() + self.busy()
    }

    /// Admits an event before its body is read, so that bodies in memory are bounded too.
    pub(crate) fn reserve(&mut self) -> Result<Ticket, Refusal> {
        if self.closed {
            return Err(Refusal::Closed);
        }
        if self.in_flight() >= self.max_events {
            return Err(Refusal::Full);
        }
        self.next_ticket += 1;
        self.reserved.insert(self.next_ticket);
        Ok(self.next_ticket)
    }

    /// The event of a reservation is here.
    pub(crate) fn submit(&mut self, ticket: Ticket, event: E) {
        self.reserved.remove(&ticket);
        self.waiting.push_back(Admitted { ticket, event });
    }

    /// The caller has left: an event that does not run yet is forgotten.
    pub(crate) fn abandon(&mut self, ticket: Ticket) {
        if !self.reserved.remove(&ticket) {
            self.waiting.retain(|admitted| admitted.ticket != ticket);
        }
    }

    /// The process asks for an event.
    pub(crate) fn ready(&mut self, process: ProcessId) {
        if let Some(state) = self.processes.get_mut(&process)
            && matches!(state, State::Starting | State::Away)
        {
            if *state == State::Away {
                self.backoff.reset();
            }
            *state = State::Idle;
            self.idle.push(process);
        }
    }

    /// The process's event has its answer, from whomever.
    pub(crate) fn answered(&mut self, process: ProcessId) {
        self.away(process, State::Busy);
    }

    /// The process is about to end: it gets no more events. Its present one is in flight until [`Self::answered`].
    pub(crate) fn retire(&mut self, process: ProcessId) {
        self.idle.retain(|&other| other != process);
        self.away(process, State::Idle);
    }

    fn away(&mut self, process: ProcessId, from: State) {
        if let Some(state) = self.processes.get_mut(&process)
            && *state == from
        {
            *state = State::Away;
        }
    }

    /// The event was handed to a process that ended before it saw it.
    pub(crate) fn give_back(&mut self, process: ProcessId, admitted: Admitted<E>) {
        self.answered(process);
        self.waiting.push_front(admitted);
    }

    /// The process has ended and is waited for; `why` if it never came up.
    pub(crate) fn gone(&mut self, process: ProcessId, why: Option<F>, now: Instant) {
        self.retire(process);
        self.processes.remove(&process);
        if let Some(why) = why {
            self.backoff.failed(why, now);
        }
    }

    /// Admits nothing more; what is admitted goes on.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// Gives up what waits.
    pub(crate) fn clear(&mut self, why: &F) -> Vec<Action<E, F>> {
        self.waiting.drain(..).map(|admitted| Action::Fail(admitted.event, why.clone())).collect()
    }

    /// What is to be done after any change.
    pub(crate) fn settle(&mut self, now: Instant) -> Vec<Action<E, F>> {
        let mut actions = Vec::new();
        while !self.waiting.is_empty()
            && let Some(process) = self.idle.pop()
            && let Some(admitted) = self.waiting.pop_front()
        {
            self.processes.insert(process, State::Busy);
            actions.push(Action::Hand(process, admitted));
        }
        let held = self.backoff.holds(now);
        if held.is_none() {
            for _ in 0..self.missing() {
                self.next_process += 1;
                self.processes.insert(self.next_process, State::Starting);
                actions.push(Action::Start(self.next_process));
            }
        } else if let Some(why) = held
            && self.processes.is_empty()
        {
            actions.extend(self.clear(&why));
        }
        actions
    }

    /// Processes to start now.
    fn missing(&self) -> usize {
        let suspicious = self.backoff.is_suspicious();
        // One is kept ready, unless starts fail: then only an event is a reason for the next.
        let least = usize::from(!suspicious && !self.closed);
        let wanted = (self.busy() + self.waiting.len()).max(least).min(self.max_processes);
        let missing = wanted.saturating_sub(self.processes.len());
        let starting = self.processes.values().any(|&state| state == State::Starting);
        match (suspicious, starting) {
            (false, _) => missing,
            // One at a time, until one has shown that it works.
            (true, false) => missing.min(1),
            (true, true) => 0,
        }
    }
}
