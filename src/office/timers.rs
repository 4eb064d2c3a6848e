//! Pure. Named deadlines on the monotonic clock, in order.

use crate::ids::{CallId, LegId, PersonId, Receipt};
use crate::time::Tick;
use std::collections::BTreeSet;

/// Why the office wants to be woken. A deadline is not cancelled when its reason goes away: whoever
/// handles it looks whether it still holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// One person's turn to ring for a call is over (spec/hunt-groups.md §3).
    TurnEnds { call: CallId, person: PersonId },
    /// Somebody may join, or be rung again for, this waiting call.
    LookAgain { call: CallId },
    /// Something is due to be said to this waiting call.
    Announce { call: CallId },
    /// A member who answered has heard what it is about.
    WhisperEnds { call: CallId, leg: LegId },
    /// Look whether this waiting call has anybody who could answer it.
    NobodyHere { call: CallId },
    /// A person or a number has been rung long enough.
    ReachEnds { call: CallId },
    /// A parked call goes back to the one who parked it.
    ParkEnds { call: CallId, slot: u8 },
    /// After-call work is over.
    WrapUpEnds { person: PersonId },
    /// A phone that failed may be tried again.
    RestEnds { person: PersonId },
    /// The owner's phone joins because the last member does not answer.
    OwnerJoins,
    /// The chime may sound again.
    ChimeAgain,
    /// The next minute of a leg that costs money begins.
    MinuteBegins { leg: LegId },
    /// The end of a recording should have been told by now.
    RecordingEnds { leg: LegId },
    /// No more keys are typed in a conversation.
    TypingEnds { leg: LegId },
    /// Somebody has listened to themselves long enough.
    EchoEnds { call: CallId },
    /// A mobile that answered has not pressed its key.
    KeyEnds { leg: LegId },
    /// A finished contact is written for the last time, with or without its verdicts.
    Settle { call: CallId },
    /// A callback's step has lasted long enough.
    CallbackStep { call: CallId },
    /// A minute of ringing for a callback is over.
    CallbackRound { call: CallId },
    /// A customer whom we called has waited for long enough to hear why.
    CallbackSorry { call: CallId },
    /// What depends on the clock is looked at for every promise.
    LookAtPromises,
    /// The mailbox is looked at: what was put off, what is due, who is gone.
    LookAtMail,
    /// The hour has come before which this promise rested.
    LookAtPromise { call: CallId },
    /// The store has had long enough to keep a fact.
    ReceiptDue { receipt: Receipt },
}

impl Timer {
    /// The reason in words, for the loop's log.
    pub fn why(&self) -> &'static str {
        match self {
            Timer::TurnEnds { .. } => "a turn to ring ends",
            Timer::LookAgain { .. } => "somebody may ring again",
            Timer::Announce { .. } => "a caller is told something",
            Timer::WhisperEnds { .. } => "a whisper ends",
            Timer::NobodyHere { .. } => "is anybody at the phones",
            Timer::ReachEnds { .. } => "rung long enough",
            Timer::ParkEnds { .. } => "a parked call returns",
            Timer::WrapUpEnds { .. } => "after-call work ends",
            Timer::RestEnds { .. } => "a phone may be tried again",
            Timer::OwnerJoins => "the owner joins",
            Timer::ChimeAgain => "the chime may sound again",
            Timer::MinuteBegins { .. } => "a paid minute begins",
            Timer::RecordingEnds { .. } => "a recording has ended",
            Timer::TypingEnds { .. } => "no more keys are typed",
            Timer::EchoEnds { .. } => "the echo ends",
            Timer::KeyEnds { .. } => "a mobile has had its time",
            Timer::Settle { .. } => "a contact is written for the last time",
            Timer::CallbackStep { .. } => "a callback goes on",
            Timer::CallbackRound { .. } => "nobody took a callback",
            Timer::CallbackSorry { .. } => "a customer called back still waits",
            Timer::LookAtPromises => "promises are looked at",
            Timer::LookAtMail => "the mailbox is looked at",
            Timer::LookAtPromise { .. } => "a promise is looked at",
            Timer::ReceiptDue { .. } => "the store has had long enough",
        }
    }
}

/// Deadlines in order.
#[derive(Debug, Default)]
pub struct Timers {
    due: BTreeSet<(Tick, Timer)>,
}

impl Timers {
    /// Adds a deadline.
    pub fn set(&mut self, at: Tick, timer: Timer) {
        self.due.insert((at, timer));
    }

    /// Takes the first deadline that has come.
    pub fn pop(&mut self, now: Tick) -> Option<Timer> {
        let first = self.due.first()?;
        if first.0 > now {
            return None;
        }
        self.due.pop_first().map(|(_, timer)| timer)
    }

    /// The first deadline.
    pub fn next(&self) -> Option<(Tick, &'static str)> {
        self.due.first().map(|(at, timer)| (*at, timer.why()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn deadlines_come_in_order_and_not_before_their_time() {
        let second = |n| Tick(Duration::from_secs(n));
        let mut timers = Timers::default();
        timers.set(second(9), Timer::OwnerJoins);
        timers.set(second(3), Timer::ChimeAgain);
        assert_eq!(timers.next(), Some((second(3), "the chime may sound again")));
        assert_eq!(timers.pop(second(2)), None);
        assert_eq!(timers.pop(second(9)), Some(Timer::ChimeAgain));
        assert_eq!(timers.pop(second(9)), Some(Timer::OwnerJoins));
        assert_eq!(timers.pop(second(9)), None);
    }
}
