//! Pure. Commands from screens and programs: may they, does it make sense, what then.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::{Hold, Phase, Reaching, Stay, Target, Why};
use super::contact::{Contact, Kind};
use super::customers;
use super::inbox::{Conversation, NewMail, Order, Writing};
use super::memory::OverrideKind;
use super::outbound::No;
use super::people::{Duty, Extended, PausedBy};
use super::routing::Dialled;
use super::transfer::{AskedBy, NoTransfer};
use super::{Action, Callers, Office};
use crate::ids::{CallId, ConversationId, CustomerId, GroupId, ItemId, LegId, PersonId, Ticket};
use crate::settings::Role;
use crate::sip::HangupReason;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// No pause is longer.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);
/// The reason of a pause for the mail.
const MAIL_FOCUS: &str = "mail";
/// It lasts so long at most (spec/hunt-groups.md §12).
const MAIL_FOCUS_MAX: SignedDuration = SignedDuration::from_mins(45);

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `None`: an API token.
    pub person: Option<PersonId>,
    pub role: Role,
}

/// What can be asked (INTERFACES.md §3).
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `POST /people/{id}/state`
    SetState { person: PersonId, state: WantedState, callers: Option<Callers> },
    /// More wrap-up for a person (`*14`, +30 s / +2 min).
    ExtendWrapUp { person: PersonId },
    /// `POST /calls {from_person, to}`: ring the person's phones, then dial.
    Dial { from: PersonId, to: String },
    /// `POST /calls/{id}/hold`
    Hold { call: CallId },
    /// `POST /calls/{id}/resume`
    Resume { call: CallId },
    /// `POST /calls/{id}/hangup`
    Hangup { call: CallId },
    /// `POST /calls/{id}/transfer`
    Transfer { call: CallId, to: String, kind: TransferKind },
    /// `POST /calls/{id}/park`
    Park { call: CallId },
    /// `POST /calls/{id}/answer`: pick up a ringing, waiting or parked call with one's own phone.
    Answer { call: CallId },
    /// `POST /callbacks {number, group}`
    NewCallback { number: String, group: GroupId },
    /// `POST /callbacks/{id}/…`: a promise, by the number of its contact.
    Callback { call: CallId, what: CallbackOrder },
    /// `PUT`, `DELETE /hours/override`: for a group, or for the office with all its groups; `None` ends it.
    Override { group: Option<GroupId>, set: Option<(OverrideKind, Timestamp)> },
    /// A message was listened to.
    MessageHeard { call: CallId },
    /// `POST /voicemails/{id}/claim`
    MessageClaim { call: CallId },
    /// `POST /voicemails/{id}/done`
    MessageDone { call: CallId },
    /// `POST /conversations/{id}/…`; `known` is the conversation as the store has it.
    Mail { known: Box<Conversation>, order: Order },
    /// `POST /conversations/next`
    NextMail,
    /// `POST /conversations`
    NewMail(Box<NewMail>),
    /// `/drafts…`, `/conversations/{id}/attachments…`
    Write(Box<Writing>),
    /// `PUT`, `DELETE /saved-replies/{name}`
    SavedReply { name: String, text: Option<String> },
    /// `POST /customers…`, `PATCH`; without an id: a new one.
    Customer { id: Option<CustomerId>, order: customers::Order },
    /// `POST /customers/import`: a part of a file, one order each.
    Customers { cards: Vec<(Option<CustomerId>, customers::card::Card)> },
    /// `DELETE /customers/{id}`: what the store has of them goes by the receipt.
    Forget { wanted: Box<customers::forget::Wanted>, receipt: Box<customers::forget::Receipt> },
    /// `POST /contacts/{id}/settle`: missed calls of one caller, as the store has them.
    Settle { missed: Vec<Contact> },
}

/// What staff can do with a promise to call back (spec/callback.md §11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackOrder {
    /// Rings the asker's own phone, then the customer.
    CallNow,
    /// Not before so long from now.
    Later(Duration),
    Done,
    /// A machine answered, in the talk that goes on or ended a moment ago.
    Voicemail,
    Cancel {
        reason: String,
    },
    /// Only this person is asked; `None`: anybody again.
    Give(Option<PersonId>),
    /// The right number.
    Number(String),
}

/// The states a person can be put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedState {
    Available,
    Paused { reason: String, until: Option<Timestamp> },
    Off,
}

/// With or without speaking first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferKind {
    Blind,
    Attended,
}

/// It was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    Ok,
    /// A call was started.
    Call(CallId),
    /// Parked in this slot: 70 is fetched with `*70`.
    Slot(u8),
    /// The conversation to go on with.
    Conversation(ConversationId),
    /// A note.
    Item(ItemId),
    /// The customer to go on with.
    Customer(CustomerId),
    /// What became of the cards of a file, in their order.
    Added(Vec<customers::adding::Added>),
    /// A mail of ours, and where it is.
    Mail(ConversationId, ItemId),
}

/// It was not done, and why; `web` turns it into status, code and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role does not allow it.
    NotAllowed,
    NoSuchCall,
    NoSuchPerson,
    NoSuchGroup,
    /// The group's calls do not ring this person.
    NotInGroup,
    /// Somebody else answered it.
    AlreadyAnswered {
        by: PersonId,
    },
    /// The call is not in a state for this.
    NotNow,
    /// None of the person's phones is reachable.
    NoPhone,
    /// The person is in a call.
    Busy,
    /// All park slots are taken.
    NoSlot,
    /// Not a number we can call.
    BadNumber,
    /// spec/reliability.md §2, with the rule's code.
    Policy {
        rule: &'static str,
    },
    /// Leaving as the last one: say first where callers shall go.
    LastPerson {
        choices: Vec<Callers>,
    },
    /// Nobody else of the group is there.
    NobodyElse,
    NoSuchConversation,
    /// Something came that the writer has not seen; the conversation's version now.
    Unseen {
        version: u64,
    },
    /// Somebody else has this conversation.
    AlreadyTaken {
        by: PersonId,
    },
    /// There is no mail to go on with.
    NoMail,
    /// It is sent already.
    TooLate,
    /// An empty text, or one that is too long.
    BadText,
    /// A file without a byte in it.
    EmptyFile,
    /// The files of one mail are too large together.
    FilesTooLarge,
    /// A mail takes no more files.
    TooManyFiles,
    /// This file is not there any more.
    NoSuchFile,
    /// The disk does not take it.
    NotKept,
    /// It is done, but the disk has not taken it yet.
    KeptLater,
    NoSuchCustomer,
    /// This customer goes on in that one.
    CustomerMerged {
        into: CustomerId,
    },
    /// Whom we refuse would be put together with whom we do not.
    OneBlocked,
    /// Somebody else changed it in between.
    Changed,
    /// There is no room for more.
    TooMany,
    /// Not an address mail could be sent to.
    BadAddress,
    /// A text of a card that is empty where it must not be, or too long.
    BadCard {
        field: &'static str,
    },
    /// A pause, or a word over the hours, that would end before it began, or in more than a year.
    BadTime,
}

impl Office {
    /// A command: exactly one answer.
    pub(super) fn on_desk(&mut self, ticket: Ticket, who: &Actor, command: Command) {
        self.changed();
        // A page says by itself that it is open; everything else is somebody's hand.
        let by_itself = matches!(&command, Command::Mail { order: Order::Present(_), .. });
        if let Some(person) = who.person.as_ref().filter(|_| !by_itself) {
            self.shows_up(person);
        }
        let result = match command {
            Command::NewCallback { number, group } => return self.new_callback(ticket, who, &number, &group),
            Command::Mail { known, order: Order::Reply(reply) } => {
                return self.reply_to_mail(ticket, who, *known, reply);
            }
            Command::Mail { known, order } => return self.order_mail_then_reply(ticket, who, *known, order),
            Command::Forget { wanted, receipt } => return self.forget(ticket, who, &wanted, *receipt),
            Command::Customers { cards } => return self.add_customers(ticket, who, cards),
            Command::Customer { id, order } => return self.order_customer(ticket, who, id, order),
            Command::Override { group, set } => return self.override_hours(ticket, who, group, set),
            Command::NextMail => return self.next_mail_then_reply(ticket, who),
            Command::NewMail(mail) => return self.write_new_mail(ticket, who, *mail),
            Command::Write(writing) => return self.write_draft(ticket, who, *writing),
            Command::SavedReply { name, text } => return self.keep_saved_reply(ticket, who, name, text),
            command => self.obey(who, command),
        };
        self.act(Action::Reply { ticket, result });
    }

    /// Does what a screen, a program or a code asks.
    pub(super) fn obey(&mut self, who: &Actor, command: Command) -> Result<Done, Refusal> {
        match command {
            Command::SetState { person, state, callers } => self.set_state(who, &person, state, callers),
            Command::ExtendWrapUp { person } => {
                self.may_act_for(who, &person)?;
                match self.extend_wrap_up(&person) {
                    Extended::Nothing => Err(Refusal::NotNow),
                    Extended::Longer | Extended::Paused => Ok(Done::Ok),
                }
            }
            Command::Dial { from, to } => self.dial(who, &from, to),
            Command::Hold { call } => {
                let leg = self.leg_in_talk(who, call)?;
                if self.talk_of(leg).is_none_or(|(_, talking)| talking.hold != Hold::None) {
                    return Err(Refusal::NotNow);
                }
                self.hold(call, Hold::Screen(leg));
                Ok(Done::Ok)
            }
            Command::Resume { call } => self.resume_or_return(who, call),
            Command::Hangup { call } => self.hang_up_call(who, call),
            Command::Transfer { call, to, kind } => {
                let leg = self.leg_in_talk(who, call)?;
                let result = match kind {
                    TransferKind::Blind => self.transfer_blind(leg, &to, AskedBy::Screen),
                    TransferKind::Attended => self.consult(call, leg, &to),
                };
                result.map(|()| Done::Ok).map_err(refusal_of)
            }
            Command::Park { call } => {
                let leg = self.leg_in_talk(who, call)?;
                self.park(call, leg, None).map(Done::Slot).ok_or(Refusal::NoSlot)
            }
            Command::Answer { call } => self.pick_up(who, call),
            Command::Callback { call, what } => self.order_callback(who, call, &what),
            // Answered when it is on the disk.
            Command::NewCallback { .. }
            | Command::Override { .. }
            | Command::Mail { .. }
            | Command::NextMail
            | Command::Customer { .. }
            | Command::Customers { .. }
            | Command::NewMail(_)
            | Command::Write(_)
            | Command::Forget { .. }
            | Command::SavedReply { .. } => Err(Refusal::NotNow),
            Command::MessageHeard { call } => self.message_heard(who, call),
            Command::MessageClaim { call } => self.message_claim(who, call),
            Command::MessageDone { call } => self.message_done(who, call),
            Command::Settle { missed } => self.settle_missed(who, missed),
        }
    }

    fn may_act_for(&self, who: &Actor, person: &PersonId) -> Result<(), Refusal> {
        if !self.people.contains_key(person) {
            return Err(Refusal::NoSuchPerson);
        }
        match who.role {
            Role::Owner | Role::Lead => Ok(()),
            Role::Agent if who.person.as_ref() == Some(person) => Ok(()),
            Role::Agent | Role::Viewer => Err(Refusal::NotAllowed),
        }
    }

    fn set_state(
        &mut self,
        who: &Actor,
        person: &PersonId,
        state: WantedState,
        callers: Option<Callers>,
    ) -> Result<Done, Refusal> {
        self.may_act_for(who, person)?;
        if let WantedState::Paused { until: Some(until), .. } = &state {
            self.can_pause_until(*until)?;
        }
        let duty = match state {
            WantedState::Available => Duty::Available,
            WantedState::Paused { reason, until } if reason == MAIL_FOCUS => {
                self.mail_focus(person, until)?
            }
            WantedState::Paused { reason, until } => Duty::Paused { reason, until, by: PausedBy::Hand },
            WantedState::Off => Duty::Off,
        };
        if duty == Duty::Available {
            self.end_wrap_up(person);
        } else {
            self.leave_callers(person, callers)?;
        }
        self.set_duty(person, duty);
        Ok(Done::Ok)
    }

    /// Nobody but callers waits for who answers mail in peace: a colleague has to be there, and it ends by
    /// itself (spec/hunt-groups.md §12).
    fn mail_focus(&self, person: &PersonId, until: Option<Timestamp>) -> Result<Duty, Refusal> {
        if self.is_last(person) {
            return Err(Refusal::NobodyElse);
        }
        let longest = self.now.wall.checked_add(MAIL_FOCUS_MAX).ok();
        let until = until.into_iter().chain(longest).min();
        Ok(Duty::Paused { reason: MAIL_FOCUS.to_owned(), until, by: PausedBy::Hand })
    }

    fn can_pause_until(&self, until: Timestamp) -> Result<(), Refusal> {
        let left = until.duration_since(self.now.wall);
        if left.is_positive() && left <= PAUSE_MAX { Ok(()) } else { Err(Refusal::BadTime) }
    }

    /// The leg of the person whose conversation this is, if the actor may act in it.
    fn leg_in_talk(&self, who: &Actor, call: CallId) -> Result<LegId, Refusal> {
        let known = self.calls.get(&call).ok_or(Refusal::NoSuchCall)?;
        let Phase::Talking(talking) = &known.phase else { return Err(Refusal::NotNow) };
        self.own_leg(who, &[talking.b, talking.a])
    }

    fn own_leg(&self, who: &Actor, legs: &[LegId]) -> Result<LegId, Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        let person_of = |leg: &LegId| self.legs.get(leg).and_then(|leg| leg.person.as_ref());
        let own = legs.iter().find(|leg| person_of(leg).is_some() && person_of(leg) == who.person.as_ref());
        let any = legs.iter().find(|leg| person_of(leg).is_some());
        match (own, any, who.role) {
            (Some(leg), _, _) => Ok(*leg),
            (None, Some(leg), Role::Owner | Role::Lead) => Ok(*leg),
            (None, Some(_), _) => Err(Refusal::NotAllowed),
            (None, None, _) => Err(Refusal::NotNow),
        }
    }

    fn resume_or_return(&mut self, who: &Actor, call: CallId) -> Result<Done, Refusal> {
        let known = self.calls.get(&call).ok_or(Refusal::NoSuchCall)?;
        match &known.phase {
            Phase::Consulting(consulting) => {
                let leg = consulting.by_leg;
                self.own_leg(who, &[leg])?;
                self.consult_back(call);
            }
            Phase::Talking(talking) if talking.hold != Hold::None => {
                self.leg_in_talk(who, call)?;
                self.resume(call);
            }
            _ => return Err(Refusal::NotNow),
        }
        Ok(Done::Ok)
    }

    fn hang_up_call(&mut self, who: &Actor, call: CallId) -> Result<Done, Refusal> {
        let known = self.calls.get(&call).ok_or(Refusal::NoSuchCall)?;
        if matches!(known.phase, Phase::Over) {
            return Err(Refusal::NoSuchCall);
        }
        let legs = known.phase.legs();
        let takes_part = legs.iter().any(|leg| {
            self.legs.get(leg).is_some_and(|leg| leg.person.is_some() && leg.person == who.person)
        });
        match who.role {
            Role::Owner | Role::Lead => {}
            Role::Agent if takes_part => {}
            Role::Agent | Role::Viewer => return Err(Refusal::NotAllowed),
        }
        let outcome = self.outcome_of_leaving(call);
        self.finish(call, outcome, &HangupReason::Normal);
        Ok(Done::Ok)
    }

    /// Rings the person's own phone, then dials.
    fn dial(&mut self, who: &Actor, from: &PersonId, to: String) -> Result<Done, Refusal> {
        self.may_act_for(who, from)?;
        let dialled = self.dialled(&to);
        if dialled == Dialled::Unknown {
            return Err(Refusal::BadNumber);
        }
        self.can_be_rung(from)?;
        if self.people.get(from).is_some_and(|staff| !staff.ringing.is_empty()) {
            return Err(Refusal::Busy);
        }
        let kind = if matches!(dialled, Dialled::Outside(_)) { Kind::Outbound } else { Kind::Internal };
        if let Dialled::Outside(number) = &dialled {
            self.may_call_out(number).map_err(|no| refusal_of(NoTransfer::Outbound(no)))?;
        }
        let (caller, callee) = (self.party_of(from), self.party_dialled(&dialled, &to));
        let id = self.new_call(kind, caller, callee, 69);
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.person = Some(from.clone());
        }
        self.save(id);
        self.reach(id, None, Target::Person(from.clone()), Why::First { then: to });
        Ok(Done::Call(id))
    }

    pub(super) fn can_be_rung(&self, person: &PersonId) -> Result<(), Refusal> {
        let staff = self.people.get(person).ok_or(Refusal::NoSuchPerson)?;
        if staff.is_busy() {
            return Err(Refusal::Busy);
        }
        if staff.online.is_empty() { Err(Refusal::NoPhone) } else { Ok(()) }
    }

    /// The first leg of a call dialled on a screen is answered: now the number.
    pub(super) fn first_answered(&mut self, id: CallId, leg: LegId, then: &str) {
        let Some(person) = self.legs.get(&leg).and_then(|leg| leg.person.clone()) else { return };
        let dialled = self.dialled(then);
        let stay = Stay { leg, heard: super::call::Hears::Us };
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Arriving { leg: Some(leg) };
        }
        self.end_wrap_up(&person);
        self.lead_dialled(id, stay, dialled);
    }

    /// Picks up a waiting, ringing or parked call with the actor's own phone.
    fn pick_up(&mut self, who: &Actor, call: CallId) -> Result<Done, Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        // A program has a token and no phone to pick up with.
        let person = who.person.clone().ok_or(Refusal::NoPhone)?;
        let known = self.calls.get(&call).ok_or(Refusal::NoSuchCall)?;
        match &known.phase {
            Phase::Talking(_) => {
                let by = known.contact.person.clone();
                return Err(by.map_or(Refusal::NotNow, |by| Refusal::AlreadyAnswered { by }));
            }
            Phase::Waiting(_) => {
                self.free_to_pick_up(&person, call)?;
                self.offer_picked(call, &person);
            }
            Phase::Parked(_) => {
                self.free_to_pick_up(&person, call)?;
                self.fetch(call, &person);
            }
            // What rings at a number outside is a colleague's own call: nothing to pick up.
            Phase::Reaching(Reaching {
                stay: Some(stay),
                target: Target::Person(_),
                why: Why::Direct | Why::Return,
                ..
            }) => {
                let stay = stay.leg;
                self.free_to_pick_up(&person, call)?;
                self.ring_also(call, stay, &person);
            }
            _ => return Err(Refusal::NotNow),
        }
        Ok(Done::Ok)
    }

    fn free_to_pick_up(&mut self, person: &PersonId, call: CallId) -> Result<(), Refusal> {
        self.can_be_rung(person)?;
        let elsewhere = self.people.get(person).is_some_and(|staff| {
            staff.ringing.iter().any(|leg| self.legs.get(leg).is_some_and(|leg| leg.call != call))
        });
        if elsewhere {
            return Err(Refusal::Busy);
        }
        self.end_wrap_up(person);
        Ok(())
    }

    fn ring_also(&mut self, id: CallId, stay: LegId, person: &PersonId) {
        let rings = self.people.get(person).is_some_and(|staff| !staff.ringing.is_empty());
        if rings {
            return;
        }
        let (number, name) = self.shown(id);
        let more = self.ring_person(id, person, Some(stay), &number, &name);
        if let Some(Phase::Reaching(reaching)) = self.calls.get_mut(&id).map(|call| &mut call.phase) {
            reaching.legs.extend(more);
        }
    }
}

fn refusal_of(no: NoTransfer) -> Refusal {
    match no {
        NoTransfer::NotNow | NoTransfer::Taken => Refusal::NotNow,
        NoTransfer::Unknown => Refusal::BadNumber,
        NoTransfer::Outbound(No::Rule(rule)) => Refusal::Policy { rule },
        NoTransfer::Outbound(No::NoTrunk) => Refusal::Policy { rule: "no-trunk" },
    }
}
