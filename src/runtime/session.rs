//! How far one handler process is in the protocol, and what its calls mean there.

/// The state of the conversation with one process.
#[derive(Debug)]
pub(crate) struct Session {
    phase: Phase,
    /// The id it answered last.
    last: Option<String>,
    /// It has answered an earlier event again: it is replaced once its present event has its answer.
    condemned: bool,
}

#[derive(Debug, PartialEq)]
enum Phase {
    /// Has not asked for an event yet.
    Init,
    /// Asks for an event.
    Idle,
    /// Has an event, or is about to get it.
    Busy { id: String, delivered: bool },
    /// Has answered and not asked again yet.
    Answered,
}

/// What a request for the next event means.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// It can be given an event from now on.
    Ready,
    /// It asks once more; the later request counts.
    Again,
    /// It is to get the event that an earlier request did not get to it.
    Deliver,
    /// It has not answered yet.
    Unanswered,
    /// It has to go.
    Condemned,
}

/// What an answer means.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// It is the event's answer.
    First,
    /// The event was answered before; no other is at stake.
    Twice,
    /// An earlier event was answered before, and another is being handled.
    TwiceLate,
    /// There is no such event.
    Unknown,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self { phase: Phase::Init, last: None, condemned: false }
    }

    pub(crate) fn next(&mut self) -> Next {
        match self.phase {
            Phase::Answered if self.condemned => Next::Condemned,
            Phase::Init | Phase::Answered => {
                self.phase = Phase::Idle;
                Next::Ready
            }
            Phase::Idle => Next::Again,
            Phase::Busy { delivered: false, .. } => Next::Deliver,
            Phase::Busy { delivered: true, .. } => Next::Unanswered,
        }
    }

    /// The process is to get this event.
    pub(crate) fn begin(&mut self, id: &str) {
        self.phase = Phase::Busy { id: id.to_owned(), delivered: false };
    }

    /// The event is on its way to the process.
    pub(crate) fn delivered(&mut self) {
        if let Phase::Busy { delivered, .. } = &mut self.phase {
            *delivered = true;
        }
    }

    pub(crate) fn answer(&mut self, answered: &str) -> Answer {
        let repeated = self.last.as_deref() == Some(answered);
        match &self.phase {
            // The order matters: a caller may use one id for two events in a row.
            Phase::Busy { id, delivered: true } if id == answered => {
                self.last = Some(answered.to_owned());
                self.phase = Phase::Answered;
                Answer::First
            }
            Phase::Busy { .. } if repeated => {
                self.condemned = true;
                Answer::TwiceLate
            }
            Phase::Idle | Phase::Answered if repeated => Answer::Twice,
            _ => Answer::Unknown,
        }
    }

    /// Whether the process has yet to ask for its first event.
    pub(crate) fn is_init(&self) -> bool {
        self.phase == Phase::Init
    }

    /// Whether the process has ever got an event.
    pub(crate) fn has_worked(&self) -> bool {
        self.last.is_some() || self.has_event()
    }

    /// Whether the process has an event that it saw and did not answer.
    pub(crate) fn has_event(&self) -> bool {
        matches!(self.phase, Phase::Busy { delivered: true, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle() -> Session {
        let mut session = Session::new();
        assert_eq!(session.next(), Next::Ready);
        session
    }

    #[test]
    fn one_event_after_the_other() {
        let mut session = Session::new();
        assert!(session.is_init());
        assert_eq!(session.answer("a"), Answer::Unknown);
        assert_eq!(session.next(), Next::Ready);
        assert_eq!(session.next(), Next::Again);
        for id in ["a", "b", "b"] {
            session.begin(id);
            assert_eq!(session.next(), Next::Deliver);
            assert_eq!(session.answer("c"), Answer::Unknown);
            session.delivered();
            assert_eq!(session.next(), Next::Unanswered);
            assert_eq!(session.answer(id), Answer::First);
            assert_eq!(session.next(), Next::Ready);
        }
    }

    #[test]
    fn an_answer_before_the_event_is_unknown() {
        let mut session = idle();
        session.begin("a");
        assert_eq!(session.answer("a"), Answer::Unknown);
    }

    #[test]
    fn a_second_answer_is_told_from_an_unknown_one() {
        let mut session = idle();
        session.begin("a");
        session.delivered();
        assert_eq!(session.answer("a"), Answer::First);
        assert_eq!(session.answer("a"), Answer::Twice);
        assert_eq!(session.answer("b"), Answer::Unknown);
        assert_eq!(session.next(), Next::Ready);
        assert_eq!(session.answer("a"), Answer::Twice);
    }

    #[test]
    fn a_late_second_answer_spares_the_event_in_between() {
        let mut session = idle();
        session.begin("a");
        session.delivered();
        session.answer("a");
        session.next();
        session.begin("b");
        session.delivered();
        assert_eq!(session.answer("a"), Answer::TwiceLate);
        assert_eq!(session.answer("b"), Answer::First);
        assert_eq!(session.next(), Next::Condemned);
    }
}
