//! Pure. The office: every decision, no I/O.
//!
//! [`Input`] is everything that can happen, [`Action`] everything we can ask for. The office knows no
//! header, no session description, no SQL, no JSON, and cannot fail: every input yields actions,
//! possibly a refusal.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod alone;
pub mod board;
mod call;
pub mod callback;
mod codes;
pub mod contact;
pub mod customers;
mod day;
pub mod desk;
pub mod directory;
mod ending;
pub mod group;
pub mod hours;
pub mod inbox;
mod keys;
mod lamps;
mod language;
mod leaving;
mod legs;
mod listening;
pub mod memory;
mod menu;
mod messages;
mod missed;
mod mobile;
mod outbound;
pub mod owed;
mod parking;
mod people;
pub mod promise;
pub mod prompts;
pub mod queue;
mod reach;
mod receipts;
mod register;
mod ring;
mod routing;
mod shift;
pub mod studio;
pub mod timers;
mod transfer;
mod typing;
mod voicemail;
mod watch;

pub use leaving::{Callers, SentOn};
pub use watch::Concern;

use crate::ids::{
    CallId, GroupId, ItemId, LegId, MailboxId, PersonId, PhoneId, PlayId, Receipt, Ticket, TrunkId,
};
use crate::media::{Playlist, Verdict};
use crate::settings::Settings;
use crate::sip::{Ending, Failure, HangupReason, Refusal, Source, TransferTarget};
use crate::time::{Now, Tick};
use call::{Call, Leg};
use contact::Contact;
use day::Day;
use directory::Directory;
use jiff::Timestamp;
use memory::{Change, Memory, Override};
use outbound::Spending;
use people::Staff;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use timers::{Timer, Timers};
use watch::Alarms;

/// The longest nap of the loop: bounds what a stepped clock can do.
const NAP_MAX: Duration = Duration::from_secs(60);

/// Everything that can happen to an office.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Time passed; some deadline may be due.
    Tick,
    /// A call came in on an arriving leg.
    Arrived(Box<Arrived>),
    /// A call that was refused because nothing it offered can be heard here: no codec of ours, or no readable
    /// offer (RFC 3261 §21.4.26).
    Unsound(Box<Arrived>),
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
    /// A recording ended: its length, on the disk; `None`: it could not be kept.
    Recorded { leg: LegId, length: Option<Duration> },
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
    /// Something about the backups needs a person, or does no longer.
    Concern { what: Concern, stands: bool },
    /// The recordings that the settings name and that are nowhere.
    Recordings { missing: Vec<String> },
    /// The clock on the wall can, or cannot, be believed; nothing that depends on hours is dialled without.
    Clock { trusted: bool },
    /// A mail that the store has.
    Mail(Box<inbox::MailCame>),
    /// What a mail that the store has says of its sender.
    Signed(Box<customers::Signed>),
    /// What became of an outward mail; its conversation as the store has it.
    Posted { conversation: Box<inbox::Conversation>, how: inbox::Posted },
    /// How a mailbox is.
    Mailbox { mailbox: MailboxId, news: inbox::MailboxNews },
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
    /// Write what a leg says to this file of the data folder; answered by [`Input::Recorded`].
    Record { leg: LegId, file: Arc<str>, at_most: Duration },
    /// The recording is over.
    StopRecording { leg: LegId },
    /// Let a leg hear itself.
    Echo { leg: LegId },
    /// A prompt of the owner's own changed: read them again.
    ReloadSounds,
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
    /// Send this mail of the outbox.
    Post { item: ItemId },
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
    directory: Directory,
    now: Now,
    people: BTreeMap<PersonId, Staff>,
    /// Phones that can be rung, whoever they belong to.
    registered: BTreeSet<PhoneId>,
    trunks_up: BTreeSet<TrunkId>,
    calls: BTreeMap<CallId, Call>,
    /// The same, and the messages, by whose they are.
    register: register::Register,
    legs: BTreeMap<LegId, Leg>,
    /// Those who wait, live or for a call they were promised, in one order over all groups.
    line: queue::Line,
    /// Park slots in use.
    park: BTreeMap<u8, (CallId, Timestamp)>,
    /// What is promised once the store has it.
    pledges: BTreeMap<Receipt, (CallId, receipts::Pledge)>,
    /// Messages being recorded; the end of one may be told after its leg's.
    recordings: BTreeMap<LegId, (CallId, voicemail::Recorded)>,
    /// Codes being typed in conversations.
    typing: BTreeMap<LegId, typing::Typing>,
    /// Ended contacts with a message nobody is done with.
    messages: BTreeMap<CallId, Contact>,
    callbacks: callback::Callbacks,
    inbox: inbox::Inbox,
    customers: customers::book::Book,
    timers: Timers,
    /// Ends of pauses by the clock on the wall.
    returns: BTreeSet<(Timestamp, PersonId)>,
    /// Next changes of people's week plans by the same clock.
    shifts: BTreeSet<(Timestamp, PersonId)>,
    /// Groups for which "who rings for whom" is to be worked out anew.
    dirty: BTreeSet<GroupId>,
    /// Groups with callers and nobody at the phones.
    absent: BTreeSet<GroupId>,
    /// Last members who do not answer, since when.
    last_missed: BTreeMap<PersonId, (Tick, Timestamp)>,
    chimed: Option<Tick>,
    /// Where callers go of groups that nobody is in.
    sent: BTreeMap<GroupId, SentOn>,
    /// What the legs to numbers outside cost a minute, until each is over.
    prices: BTreeMap<LegId, outbound::Price>,
    spending: Spending,
    day: Day,
    alarms: Alarms,
    /// The owner's word over the opening hours.
    overrides: Vec<Override>,
    /// Those on their way to the disk.
    words: BTreeMap<Receipt, hours::Word>,
    /// What the talks of the last 30 days say.
    talks: queue::Talks,
    /// What a caller would wait now, for the board, and when that was worked out.
    estimates: BTreeMap<GroupId, queue::Wait>,
    estimated: Option<Tick>,
    /// Contacts cut before the start, to be closed with the first input.
    cut: Vec<Contact>,
    /// When the latest conversation ended.
    last_talk: Option<Timestamp>,
    last_call: u64,
    last_leg: u64,
    last_play: u64,
    last_receipt: u64,
    version: u64,
    out: Vec<Action>,
}

impl Office {
    /// Opens the office with what the store remembers. Contacts without an end were cut; the first
    /// [`handle`](Self::handle) saves them as `failed_technical`.
    pub fn new(settings: Arc<Settings>, mut memory: Memory, now: Now) -> Office {
        let mut office = Office {
            directory: Directory::new(settings),
            now,
            people: BTreeMap::new(),
            registered: BTreeSet::new(),
            trunks_up: BTreeSet::new(),
            calls: BTreeMap::new(),
            register: register::Register::default(),
            legs: BTreeMap::new(),
            line: queue::Line::default(),
            park: BTreeMap::new(),
            pledges: BTreeMap::new(),
            recordings: BTreeMap::new(),
            typing: BTreeMap::new(),
            messages: BTreeMap::new(),
            callbacks: callback::Callbacks::new(now.tick),
            inbox: inbox::Inbox::default(),
            customers: customers::book::Book::default(),
            timers: Timers::default(),
            returns: BTreeSet::new(),
            shifts: BTreeSet::new(),
            dirty: BTreeSet::new(),
            absent: BTreeSet::new(),
            last_missed: BTreeMap::new(),
            chimed: None,
            sent: BTreeMap::new(),
            prices: BTreeMap::new(),
            spending: Spending::default(),
            day: Day::default(),
            alarms: Alarms::default(),
            overrides: Vec::new(),
            words: BTreeMap::new(),
            talks: queue::Talks::default(),
            estimates: BTreeMap::new(),
            estimated: None,
            cut: Vec::new(),
            last_talk: None,
            last_call: memory.last_call,
            last_leg: memory.last_leg | 1,
            last_play: 0,
            last_receipt: 0,
            version: 1,
            out: Vec::new(),
        };
        people::restore(&mut office, &memory, now);
        office.restore_overrides(memory.overrides.clone());
        office.restore_sent(std::mem::take(&mut memory.sent_on));
        let (open, held) = (std::mem::take(&mut memory.conversations), std::mem::take(&mut memory.held));
        let (drafts, mentions) = (std::mem::take(&mut memory.drafts), std::mem::take(&mut memory.mentions));
        let begun = (drafts, mentions, std::mem::take(&mut memory.awaited));
        office.restore_inbox(open, held, begun, (memory.last_conversation, memory.last_item));
        let customers = std::mem::take(&mut memory.customers);
        office.customers = customers::book::Book::restore(customers, memory.last_customer);
        office.restore_contacts(memory);
        office
    }

    /// The only way in. Never fails; what cannot be done is refused by an action.
    pub fn handle(&mut self, now: Now, input: Input, out: &mut Vec<Action>) {
        let is_set_back = now.wall < self.now.wall;
        self.now = now;
        std::mem::swap(&mut self.out, out);
        if is_set_back {
            self.know_shifts();
        }
        self.close_cut_contacts();
        self.save_promises();
        self.do_what_is_due();
        self.take(input);
        self.end_sent();
        self.ring_the_line();
        self.move_estimates();
        self.watch();
        std::mem::swap(&mut self.out, out);
    }

    /// How long the shell may sleep, and why it will be woken.
    pub fn next_wake(&self, now: Now) -> (Duration, &'static str) {
        let timer = self.timers.next().map(|(at, why)| (at.0.saturating_sub(now.tick.0), why));
        let left = |at: Timestamp| Duration::try_from(at.duration_since(now.wall)).unwrap_or(Duration::ZERO);
        let pause = self.returns.first().map(|(at, _)| (left(*at), "a pause ends"));
        let shift = self.next_shift().map(|at| (left(at), "somebody's shift begins or ends"));
        let word = self.next_override_end().map(|at| (left(at), "the hours hold again"));
        let idle = (NAP_MAX, "nothing is due");
        [timer, pause, shift, word, Some(idle)].into_iter().flatten().min().unwrap_or(idle)
    }

    /// Moves with every visible change.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Tick => {}
            Input::Stored { receipt } => self.on_receipt(receipt, true),
            Input::NotStored { receipt } => self.on_receipt(receipt, false),
            Input::Arrived(arrived) => self.on_arrived(&arrived),
            Input::Unsound(arrived) => self.on_unsound(&arrived),
            Input::Rang { leg } => self.on_rang(leg),
            Input::Answered { leg } => self.on_answered(leg),
            Input::Failed { leg, why } => self.on_failed(leg, why),
            Input::Ended { leg, how } => self.on_ended(leg, how),
            Input::Held { leg } => self.on_held(leg),
            Input::Resumed { leg } => self.on_resumed(leg),
            Input::Played { leg, id } => self.on_played(leg, id),
            Input::Digit { leg, digit } => self.on_digit(leg, digit),
            Input::Recorded { leg, length } => self.on_recorded(leg, length),
            Input::TransferAsked { leg, to } => self.on_transfer_asked(leg, &to),
            Input::Heard { leg, verdict } => self.on_heard(leg, verdict),
            Input::Registered { phone, contacts } => self.on_registered(&phone, contacts),
            Input::Trunk { trunk, usable } => self.on_trunk(&trunk, usable),
            Input::Desk { ticket, who, command } => self.on_desk(ticket, &who, command),
            Input::Store { keeps_promises } => self.on_store(keeps_promises),
            Input::Concern { what, stands } => self.on_concern(what, stands),
            Input::Recordings { missing } => self.on_recordings(missing),
            Input::Clock { trusted } => self.on_clock(trusted),
            Input::Mail(came) => self.on_mail(*came),
            Input::Signed(signed) => self.on_signed(*signed),
            Input::Posted { conversation, how } => self.on_posted(*conversation, how),
            Input::Mailbox { mailbox, news } => self.on_mailbox(mailbox, news),
            Input::Configured(settings) => self.on_configured(settings),
        }
    }

    fn do_what_is_due(&mut self) {
        self.end_pauses();
        self.change_shifts();
        self.end_overrides();
        while let Some(timer) = self.timers.pop(self.now.tick) {
            self.on_timer(timer);
        }
    }

    fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::TurnEnds { call, person } => self.on_turn_ends(call, &person),
            Timer::LookAgain { call } => {
                if let Some(group) = self.calls.get(&call).and_then(Call::group) {
                    self.dirty.insert(group.clone());
                }
            }
            Timer::Announce { call } => self.on_announce(call),
            Timer::WhisperEnds { call, leg } => self.whisper_ends(call, leg),
            Timer::NobodyHere { call } => self.look_for_nobody(call),
            Timer::ReachEnds { call } => self.on_reach_ends(call),
            Timer::ParkEnds { call, slot } => self.on_park_ends(call, slot),
            Timer::WrapUpEnds { person } => self.on_wrap_up_due(&person),
            Timer::RestEnds { person } => self.end_rest(&person),
            Timer::OwnerJoins | Timer::ChimeAgain => self.dirty.extend(self.line.groups().cloned()),
            Timer::MinuteBegins { leg } => self.on_minute(leg),
            Timer::RecordingEnds { leg } => self.on_recording_ends(leg),
            Timer::TypingEnds { leg } => self.on_typing_ends(leg),
            Timer::EchoEnds { call } => self.on_echo_ends(call),
            Timer::KeyEnds { leg } => self.on_key_ends(leg),
            Timer::Settle { call } => self.stop_listening(call),
            Timer::CallbackStep { call } => self.on_callback_step(call),
            Timer::CallbackRound { call } => self.on_callback_round(call),
            Timer::CallbackSorry { call } => self.on_callback_sorry(call),
            Timer::LookAtPromises => self.on_look_at_promises(),
            Timer::LookAtMail => self.on_look_at_mail(),
            Timer::LookAtPromise { call } => self.look_at_promise(call),
            Timer::ReceiptDue { receipt } => self.on_receipt(receipt, false),
        }
    }

    fn on_configured(&mut self, settings: Arc<Settings>) {
        self.directory = Directory::new(settings);
        self.know_everybody(self.now);
        self.leave_lost_groups();
        self.end_overrides();
        self.forget_past_hours();
        self.look_at_promises();
        self.look_at_mail();
        self.dirty.extend(self.line.groups().cloned());
        self.changed();
    }
}
