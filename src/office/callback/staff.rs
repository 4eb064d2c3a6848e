//! Pure. What screens, programs and codes ask for (spec/callback.md §11).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{NoCallback, Order, Promised, Step};
use crate::ids::{CallId, GroupId, PersonId, Ticket};
use crate::number::Number;
use crate::office::call::{Entry, Phase};
use crate::office::contact::{By, Happened, Kind, Party};
use crate::office::desk::{Actor, CallbackOrder, Done, Refusal};
use crate::office::promise::{Asked, Callback, CallbackState, SettledBy};
use crate::office::receipts::Pledge;
use crate::office::{Action, Office};
use crate::settings::Role;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Hops of a call that nobody placed yet.
const HOPS: u8 = 69;
/// "Later" is within a week.
const LATER_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

impl Office {
    /// `POST /callbacks`: an outbound contact. It is answered when the promise is on the disk.
    pub(in crate::office) fn new_callback(
        &mut self,
        ticket: Ticket,
        who: &Actor,
        number: &str,
        group: &GroupId,
    ) {
        match self.make_callback(who, number, group) {
            Ok(id) => self.pledge(id, Pledge::Made(ticket)),
            Err(refusal) => self.act(Action::Reply { ticket, result: Err(refusal) }),
        }
    }

    fn make_callback(&mut self, who: &Actor, number: &str, group: &GroupId) -> Result<CallId, Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        let number = Number::parse(number, self.directory.country()).ok_or(Refusal::BadNumber)?;
        self.directory.group(group).ok_or(Refusal::NoSuchGroup)?;
        let customer = Party { number: Some(number), ..Party::default() };
        let party = who.person.as_ref().map_or_else(Party::default, |person| self.party_of(person));
        let by = By::staff(who.person.clone());
        self.promise_outward((by, party), customer, group, self.now.wall).map_err(refused)
    }

    /// A callback that no call asked for, with the place of who joined the line `at`; it stands in it once it is
    /// on the disk.
    pub(in crate::office) fn promise_outward(
        &mut self,
        (by, from): (By, Party),
        customer: Party,
        group: &GroupId,
        at: Timestamp,
    ) -> Result<CallId, NoCallback> {
        let number = customer.number.clone().ok_or(NoCallback::NotAllowed)?;
        self.may_be_called_back(&number)?;
        if self.promise_to(&number, group).is_some() {
            return Err(NoCallback::Open);
        }
        let id = self.new_call(Kind::Outbound, from, customer, HOPS);
        let (now, language) = (self.now, self.directory.settings.office.language);
        let at = at.min(now.wall);
        self.count_request(&number);
        if let Some(call) = self.calls.get_mut(&id) {
            call.contact.group = Some(group.clone());
            call.contact.callback = Some(Callback::new(number, Asked::Staff, at, at, language));
            call.order = Some(Order::remembered(now, at));
        }
        self.file(id);
        self.tell(id, Happened::CallbackAsked { by });
        Ok(id)
    }

    /// A callback that staff asked for is on the disk, or is not made.
    pub(in crate::office) fn made_answered(&mut self, id: CallId, ticket: Ticket, kept: bool) {
        let made = self.promise_is_made(id, kept);
        let result = if made { Ok(Done::Call(id)) } else { Err(refused(NoCallback::NotKept)) };
        self.act(Action::Reply { ticket, result });
    }

    /// The store has answered about such a callback: it stands in the line, or there is none.
    pub(in crate::office) fn promise_is_made(&mut self, id: CallId, kept: bool) -> bool {
        let made = match self.calls.get_mut(&id) {
            Some(call) if kept => {
                if let Some(group) = call.contact.group.clone() {
                    call.phase = Phase::Promised(Promised::new(Entry::new(group)));
                }
                self.stand_in_line(id);
                self.owe_anew(id);
                true
            }
            _ => {
                self.settle_row(id, CallbackState::Cancelled, SettledBy::Callback);
                self.close_promise(id);
                false
            }
        };
        self.changed();
        made
    }

    /// `POST /callbacks/{id}/…`.
    pub(in crate::office) fn order_callback(
        &mut self,
        who: &Actor,
        id: CallId,
        what: &CallbackOrder,
    ) -> Result<Done, Refusal> {
        if who.role == Role::Viewer {
            return Err(Refusal::NotAllowed);
        }
        if *what == CallbackOrder::Voicemail {
            return if self.that_was_voicemail(id) { Ok(Done::Ok) } else { Err(Refusal::NotNow) };
        }
        let (_, promised, callback) = self.promise(id).ok_or(Refusal::NoSuchCall)?;
        let at_rest = matches!(promised.step, Step::InLine | Step::Settled { .. });
        // What was kept cannot be unsaid: it is taken up again, or stays as it is.
        let ours = callback.is_open() || callback.state.is_task();
        let number = callback.number.clone();
        // A task is not taken up beside the promise its customer was given since.
        let again = match what {
            CallbackOrder::CallNow | CallbackOrder::Later(_) => self.is_promised_anew(id, &number),
            _ => false,
        };
        if again {
            return Err(Refusal::Policy { rule: "callback-open" });
        }
        match what {
            CallbackOrder::CallNow if at_rest => self.call_now(who, id, &number)?,
            CallbackOrder::Later(wait) if at_rest => self.later(who, id, *wait)?,
            CallbackOrder::Done if ours => self.close_by(who, id, CallbackState::Done, ""),
            CallbackOrder::Cancel { reason } if ours && !reason.trim().is_empty() => {
                self.close_by(who, id, CallbackState::Cancelled, reason.trim());
            }
            CallbackOrder::Give(person) if ours && at_rest => self.give(id, person.as_ref())?,
            // Also what was kept: it may have been somebody else who was reached.
            CallbackOrder::Number(text) if at_rest => self.correct(id, text)?,
            _ => return Err(Refusal::NotNow),
        }
        self.save(id);
        Ok(Done::Ok)
    }

    /// Rings the asker's own phone, then the customer; also for a task, and for what settled itself.
    fn call_now(&mut self, who: &Actor, id: CallId, number: &Number) -> Result<(), Refusal> {
        self.is_callable(number).map_err(refused)?;
        if !self.is_hour_to_call(number) {
            return Err(Refusal::Policy { rule: "calling-hours" });
        }
        let Some(person) = who.person.clone() else {
            self.make_due(id);
            return Ok(());
        };
        if self.people.get(&person).is_none_or(|staff| staff.online.is_empty()) {
            return Err(Refusal::NoPhone);
        }
        let outsider = !self.is_in_group_of(id, &person);
        if outsider {
            self.can_ring_outsider(id, &person, number)?;
        }
        self.end_wrap_up(&person);
        self.take_up(id);
        self.stop_ringing_for(id);
        self.begin_round_of(id, &person);
        self.stand_in_line(id);
        if outsider {
            self.offer_picked(id, &person);
        }
        Ok(())
    }

    /// A program has no phone of its own: nothing that was put off keeps the promise back any more, and the line
    /// rings whom it rings.
    fn make_due(&mut self, id: CallId) {
        self.take_up(id);
        if let Some(promised) = self.promised_mut(id) {
            promised.rests = None;
            promised.entry.put_off.clear();
        }
        if let Some(callback) = self.callback_mut(id) {
            callback.not_before = None;
            if callback.state == CallbackState::Snoozed {
                callback.state = CallbackState::Waiting;
            }
        }
        self.stand_in_line(id);
    }

    fn is_in_group_of(&self, id: CallId, person: &PersonId) -> bool {
        let group = self.calls.get(&id).and_then(|call| call.contact.group.as_ref());
        group.is_some_and(|group| self.is_rung_for(person, group))
    }

    /// The line never rings who is not in the group: this phone is rung at once, or not at all.
    fn can_ring_outsider(&self, id: CallId, person: &PersonId, number: &Number) -> Result<(), Refusal> {
        self.can_be_rung(person)?;
        match self.people.get(person) {
            Some(staff) if !staff.ringing.is_empty() => Err(Refusal::Busy),
            _ if !self.could_dial_now(id, number) => Err(Refusal::NotNow),
            _ => Ok(()),
        }
    }

    /// A task, or what settled itself, goes back into the line.
    fn take_up(&mut self, id: CallId) {
        if self.promise(id).is_some_and(|(_, promised, _)| matches!(promised.step, Step::Settled { .. })) {
            self.reopen(id);
        }
    }

    fn later(&mut self, who: &Actor, id: CallId, wait: Duration) -> Result<(), Refusal> {
        let wait = SignedDuration::try_from(wait.min(LATER_MAX)).map_err(|_| Refusal::BadTime)?;
        self.take_up(id);
        self.stop_ringing_for(id);
        self.tell(id, Happened::CallbackPutOff { by: By::staff(who.person.clone()) });
        self.not_before(id, wait);
        if let Some(callback) = self.callback_mut(id) {
            callback.state = CallbackState::Snoozed;
        }
        if let Some(promised) = self.promised_mut(id) {
            promised.wanted_by = None;
        }
        self.stand_in_line(id);
        Ok(())
    }

    /// Is there another open promise to this number in the group of this one? There is never a second (§1).
    pub(super) fn is_promised_anew(&self, id: CallId, number: &Number) -> bool {
        let group = self.calls.get(&id).and_then(|call| call.contact.group.as_ref());
        group.and_then(|group| self.promise_to(number, group)).is_some_and(|other| other != id)
    }

    fn close_by(&mut self, who: &Actor, id: CallId, state: CallbackState, reason: &str) {
        let by = By::staff(who.person.clone());
        self.tell(id, Happened::CallbackClosed { by, reason: reason.to_owned() });
        let by = who.person.clone().map_or(SettledBy::OtherCall, SettledBy::Person);
        self.settle_promise(id, state, by);
    }

    fn give(&mut self, id: CallId, person: Option<&PersonId>) -> Result<(), Refusal> {
        if person.is_some_and(|person| !self.people.contains_key(person)) {
            return Err(Refusal::NoSuchPerson);
        }
        if person.is_some_and(|person| !self.is_in_group_of(id, person)) {
            return Err(Refusal::NotInGroup);
        }
        if let Some(callback) = self.callback_mut(id) {
            callback.given_to = person.cloned();
        }
        self.dirty_group_of(id);
        self.changed();
        Ok(())
    }

    /// The right number: a task about a wrong one goes back into the line.
    fn correct(&mut self, id: CallId, text: &str) -> Result<(), Refusal> {
        let number = Number::parse(text, self.directory.country()).ok_or(Refusal::BadNumber)?;
        self.may_be_called_back(&number).map_err(refused)?;
        if self.is_promised_anew(id, &number) {
            return Err(Refusal::Policy { rule: "callback-open" });
        }
        self.take_up(id);
        if let Some(callback) = self.callback_mut(id) {
            callback.number = number;
        }
        self.file(id);
        self.stand_in_line(id);
        self.owe_anew(id);
        Ok(())
    }

    /// `*66`: the oldest open promise of this person's groups, now; their phone rings when it is free.
    pub(in crate::office) fn call_next_open_callback(&mut self, person: &PersonId) -> bool {
        let groups = self.directory.groups_of(person).to_vec();
        let mut places: Vec<_> = groups.iter().flat_map(|group| self.line.promised(group)).collect();
        places.sort_unstable();
        let who = Actor { person: Some(person.clone()), role: Role::Agent };
        places.into_iter().any(|(_, id)| self.order_callback(&who, id, &CallbackOrder::CallNow).is_ok())
    }
}

fn refused(no: NoCallback) -> Refusal {
    Refusal::Policy { rule: no.rule() }
}
