//! Pure. The office: every decision, no I/O.
//!
//! [`Input`] is everything that can happen, [`Action`] everything we can ask for. The office knows no
//! header, no session description, no SQL, no JSON, and cannot fail: every input yields actions,
//! possibly a refusal.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod board;
pub mod contact;
pub mod desk;
pub mod memory;
pub mod prompts;
pub mod timers;

use crate::ids::{LegId, PhoneId, PlayId, Receipt, Ticket, TrunkId};
use crate::media::{Playlist, Verdict};
use crate::settings::Settings;
use crate::sip::{Ending, Failure, HangupReason, Refusal, Source, TransferTarget};
use crate::time::Now;
use board::Board;
use memory::{Change, Memory};
use std::sync::Arc;
use std::time::Duration;

/// Everything that can happen to an office.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Time passed; some deadline may be due.
    Tick,
    /// A call came in on an arriving leg.
    Arrived(Box<Arrived>),
    /// A placed leg rings.
    Rang { leg: LegId },
    /// A placed leg was answered, and its sound is connected.
    Answered { leg: LegId },
    /// A placed leg came to nothing.
    Failed { leg: LegId, why: Failure },
    /// A leg is over.
    Ended { leg: LegId, how: Ending },
    /// The far end put us on hold.
    Held { leg: LegId },
    /// The far end is back.
    Resumed { leg: LegId },
    /// A key (RFC 4733, INFO or in-band; told once).
    Digit { leg: LegId, digit: char },
    /// A playback ended by itself.
    Played { leg: LegId, id: PlayId },
    /// The phone of this leg asks for a transfer of the other party.
    TransferAsked { leg: LegId, to: TransferTarget },
    /// What was heard on a leg, told once after it closed.
    Heard { leg: LegId, verdict: Verdict },
    /// A phone's bindings changed; 0 contacts: offline.
    Registered { phone: PhoneId, contacts: usize },
    /// A trunk can, or cannot, carry calls.
    Trunk { trunk: TrunkId, usable: bool },
    /// A command from a screen or a program; answered by exactly one [`Action::Reply`].
    Desk { ticket: Ticket, who: desk::Actor, command: desk::Command },
    /// The fact behind this receipt is on the disk.
    Stored { receipt: Receipt },
    /// It could not be stored.
    NotStored { receipt: Receipt },
    /// The store can, or cannot, keep promises.
    Store { keeps_promises: bool },
    /// The settings changed; calls go on.
    Configured(Arc<Settings>),
}

/// A call that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// The caller's leg (even).
    pub leg: LegId,
    /// The phone or trunk that vouches for it.
    pub from: Source,
    /// The calling number as sent; empty: withheld.
    pub caller: String,
    /// The caller's display name; may be empty.
    pub caller_name: String,
    /// What was dialled.
    pub dialled: String,
    /// This call takes over that leg (Replaces).
    pub replaces: Option<LegId>,
    /// Hops left; placed legs of this call get one less.
    pub max_forwards: u8,
}

/// Everything the office can ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Tell the caller that it rings (180).
    Progress { leg: LegId },
    /// Answer an arriving leg (200).
    Accept { leg: LegId },
    /// Refuse an arriving leg.
    Refuse { leg: LegId, refusal: Refusal },
    /// Place a leg: ring a phone, or call out through a trunk.
    Place(Box<Place>),
    /// End a leg, whatever its state.
    Hangup { leg: LegId, because: HangupReason },
    /// Let two legs hear each other.
    Bridge { a: LegId, b: LegId },
    /// Part them; each hears silence until something is played.
    Unbridge { leg: LegId },
    /// Play to a leg.
    Play { leg: LegId, id: PlayId, what: Playlist },
    /// Stop playing to a leg.
    Stop { leg: LegId },
    /// How a transfer asked by a phone fares (100, 180, 200, or the status it failed with).
    TransferProgress { leg: LegId, status: u16 },
    /// Keep a fact; calls do not wait for it.
    Save(Change),
    /// Keep a fact and say when it is on the disk: [`Input::Stored`] or [`Input::NotStored`].
    SaveThen { receipt: Receipt, change: Change },
    /// The answer to a command.
    Reply { ticket: Ticket, result: Result<desk::Done, desk::Refusal> },
    /// Sound in the room.
    Chime(Chime),
}

/// A leg to place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Minted by the office (odd).
    pub leg: LegId,
    /// Where to.
    pub to: crate::sip::Destination,
    /// The leg it will be bridged with, so that it is offered the same codec first.
    pub like: Option<LegId>,
    /// The number shown.
    pub caller: String,
    /// The name shown.
    pub caller_name: String,
    /// Hops left.
    pub max_forwards: u8,
}

/// A sound in the room (`speaker`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    /// Somebody waits and nobody is free.
    CallerWaits,
}

/// The office: who is here, who calls, who waits, and what follows from it.
#[derive(Debug)]
pub struct Office {
    settings: Arc<Settings>,
    memory: Memory,
    version: u64,
}

impl Office {
    /// Opens the office with what the store remembers. Contacts without an end were cut; the first
    /// [`handle`](Self::handle) saves them as `failed_technical`.
    pub fn new(settings: Arc<Settings>, memory: Memory, _now: Now) -> Office {
        Office { settings, memory, version: 0 }
    }

    /// The only way in. Never fails; what cannot be done is refused by an action.
    pub fn handle(&mut self, _now: Now, input: Input, _out: &mut Vec<Action>) {
        if let Input::Configured(settings) = input {
            self.settings = settings;
        }
        self.version += 1;
    }

    /// How long the shell may sleep, and why it will be woken.
    pub fn next_wake(&self, _now: Now) -> (Duration, &'static str) {
        (Duration::from_secs(60), "nothing is due")
    }

    /// The picture for the screens.
    pub fn board(&self, now: Now) -> Board {
        let _ = &self.memory;
        Board {
            version: self.version,
            now: now.wall,
            groups: Vec::new(),
            line: Vec::new(),
            calls: Vec::new(),
            people: Vec::new(),
            parked: Vec::new(),
            owed: 0,
            alarms: Vec::new(),
        }
    }

    /// Moves with every visible change.
    pub fn version(&self) -> u64 {
        self.version
    }
}
