//! Pure. The dial: written down first, placed when it is on the disk (spec/callback.md §5, §9).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Step;
use crate::ids::{CallId, LegId, PersonId};
use crate::number::Number;
use crate::office::call::{LegState, Origin};
use crate::office::contact::Happened;
use crate::office::outbound::{No, Way};
use crate::office::promise::{CallbackState, CameTo, Try};
use crate::office::receipts::Pledge;
use crate::office::timers::Timer;
use crate::office::{Office, prompts};
use crate::sip::{Failure, HangupReason};
use crate::time::Tick;
use std::time::Duration;

/// The customer's phone rings so long: mailboxes answer after that.
const RINGS_FOR: Duration = Duration::from_secs(25);
/// A member who gives up sooner has not tried.
const NO_TRY: Duration = Duration::from_secs(5);
/// A phone that rang no longer was turned down (§6).
const AT_ONCE: Duration = Duration::from_secs(4);
/// Dials kept in a row; the oldest that did not count go first.
const TRIES_KEPT: usize = 24;

impl Office {
    /// A member said yes, or is kept free for it: the dial is written down.
    pub(super) fn confirmed(&mut self, id: CallId, person: &PersonId, leg: Option<LegId>) {
        let Some(number) = self.promise(id).map(|(_, _, callback)| callback.number.clone()) else { return };
        if let Some(promised) = self.promised_mut(id) {
            promised.rounds = 0;
            promised.wanted_by = None;
        }
        // Rung for while nobody spoke to this customer: by now another group does, or is about to.
        if self.is_number_live(id, &number) {
            self.forget_dial(id);
            return self.after_dial(id, leg, prompts::CALLBACK_NOT_NOW);
        }
        let way = match self.way_back(&number) {
            Ok(way) => way,
            Err(no) => return self.cannot_dial(id, leg, no),
        };
        let wall = self.now.wall;
        self.tell(id, Happened::CallbackTaken { person: person.clone() });
        if let Some(callback) = self.callback_mut(id) {
            callback.tries.push(Try { at: wall, came_to: CameTo::Nothing });
            callback.state = CallbackState::Dialing;
            forget_old_tries(&mut callback.tries);
        }
        self.set_step(id, Step::Writing { person: person.clone(), leg, way }, self.now.tick);
        self.pledge(id, Pledge::Dial);
        if let Some(leg) = leg {
            self.play_ringback(leg);
        }
    }

    /// The way to a customer: the policy of all calls out, on a line that is up.
    fn way_back(&mut self, number: &Number) -> Result<Way, No> {
        if self.is_callable(number).is_err() {
            return Err(No::Rule("callback-not-allowed"));
        }
        let way = self.way_for_office(number)?;
        if self.trunks_up.contains(&way.trunk) { Ok(way) } else { Err(No::NoTrunk) }
    }

    /// Not a try: the line, or the policy, does not allow it now.
    fn cannot_dial(&mut self, id: CallId, leg: Option<LegId>, no: No) {
        if let No::Rule(rule) = no {
            self.tell(id, Happened::RefusedByPolicy { why: rule.to_owned() });
        }
        self.fault(id);
        self.after_dial(id, leg, prompts::CALLBACK_NOT_NOW);
    }

    /// The dial is on the disk: now it may leave. It is not, the hours to call at ended while a phone rang
    /// for it (§8), or the customer called another group meanwhile (§1): nothing leaves.
    pub(in crate::office) fn dial_answered(&mut self, id: CallId, kept: bool) {
        let Some(Step::Writing { person, leg, way }) =
            self.promised(id).map(|promised| promised.step.clone())
        else {
            return;
        };
        if kept && self.is_hour_to_call(&way.number) && !self.is_number_live(id, &way.number) {
            return self.dial_customer(id, person, leg, &way);
        }
        self.forget_dial(id);
        if !kept {
            self.fault(id);
        }
        self.after_dial(id, leg, prompts::CALLBACK_NOT_NOW);
    }

    fn dial_customer(&mut self, id: CallId, person: PersonId, leg: Option<LegId>, way: &Way) {
        let tick = self.now.tick;
        let shown = self.number_to_show(id, way);
        self.count_dial(&way.number);
        let customer = self.call_out_as(id, way, leg, &shown);
        let until = tick + RINGS_FOR;
        self.set_step(id, Step::Dialing { person, leg, customer, since: tick, rang: false }, until);
        self.timers.set(until, Timer::CallbackStep { call: id });
    }

    /// The number the customer dialled, if this trunk carries it, else its first; one that was turned down
    /// sees the first (§5, §6).
    fn number_to_show(&self, id: CallId, way: &Way) -> String {
        let Some(trunk) = self.directory.trunk(&way.trunk) else { return String::new() };
        let call = self.calls.get(&id);
        let dialled = call.and_then(|call| call.contact.to.number.as_ref());
        let turned_down = call
            .and_then(|call| call.contact.callback.as_ref())
            .is_some_and(|callback| callback.tries.iter().any(|one| one.came_to == CameTo::Rejected));
        let own = dialled.filter(|number| !turned_down && trunk.numbers.contains(number));
        own.or(trunk.numbers.first()).map_or_else(|| trunk.user.clone(), |number| number.as_str().to_owned())
    }

    /// The customer's phone rings.
    pub(in crate::office) fn customer_rang(&mut self, id: CallId, leg: LegId) {
        if let Some(Step::Dialing { customer, rang, .. }) =
            self.promised_mut(id).map(|promised| &mut promised.step)
            && *customer == leg
        {
            *rang = true;
        }
    }

    /// The customer answered.
    pub(in crate::office) fn customer_answered(&mut self, id: CallId, leg: LegId) {
        let Some(Step::Dialing { person, leg: member, customer, .. }) =
            self.promised(id).map(|promised| promised.step.clone())
        else {
            return self.hang_up(leg, HangupReason::Fault);
        };
        if customer != leg {
            return self.hang_up(leg, HangupReason::Fault);
        }
        match member {
            Some(member) => self.connect_promise(id, leg, member, &person),
            None => self.greet_customer(id, leg, person),
        }
    }

    /// Customer and member hear each other: the promise is kept, as far as the office goes.
    pub(super) fn connect_promise(&mut self, id: CallId, customer: LegId, member: LegId, person: &PersonId) {
        let placed = self.legs.get(&customer).is_some_and(|leg| leg.origin == Origin::Placed);
        if placed && self.legs.get(&customer).is_some_and(|leg| leg.state == LegState::Early) {
            self.leg_is_up(customer);
        }
        self.set_step(id, Step::InLine, self.now.tick);
        self.leave_line(id);
        self.note_carried(id);
        self.join(id, customer, member);
        self.tell(id, Happened::ReachedOutside);
        if let Some(group) = self.calls.get(&id).and_then(|call| call.contact.group.clone()) {
            self.owe_wrap_of(id, person, &group);
        }
        self.mark_answered(id, Some(person.clone()));
        self.on_minute(customer);
    }

    /// The customer's phone came to nothing.
    pub(in crate::office) fn customer_failed(&mut self, id: CallId, leg: LegId, why: Failure) {
        let Some(Step::Dialing { leg: member, customer, since, rang, .. }) =
            self.promised(id).map(|promised| promised.step.clone())
        else {
            return;
        };
        if customer == leg {
            self.tell(id, Happened::NotReached { status: why.status });
            let at_once = rang && self.now.tick.since(since) < AT_ONCE;
            let came_to = self.unless_turned_down(id, super::outcome::meaning_of(why, rang), at_once);
            self.came_to(id, came_to);
            self.after_dial(id, member, prompts::CALLBACK_NO_ANSWER);
        }
    }

    /// A phone that rings and falls silent at once is turned down, whatever the network calls it; twice, and its owner
    /// wants no call of ours, or a program of theirs takes none (§6).
    fn unless_turned_down(&mut self, id: CallId, came_to: CameTo, at_once: bool) -> CameTo {
        let might_be = at_once && matches!(came_to, CameTo::Busy | CameTo::NoAnswer);
        let Some(promised) = self.promised_mut(id).filter(|_| might_be) else { return came_to };
        promised.quick_nos = promised.quick_nos.saturating_add(1);
        if promised.quick_nos > 1 { CameTo::Rejected } else { came_to }
    }

    /// Rung as long as is polite.
    pub(super) fn rung_long_enough(&mut self, id: CallId, customer: LegId) {
        let Some(Step::Dialing { leg, rang, .. }) = self.promised(id).map(|promised| promised.step.clone())
        else {
            return;
        };
        self.hang_up(customer, HangupReason::Normal);
        self.tell(id, Happened::NotReached { status: 408 });
        let came_to = self.dial_unanswered(id, rang);
        self.came_to(id, came_to);
        self.after_dial(id, leg, prompts::CALLBACK_NO_ANSWER);
    }

    /// A line on which nothing came back at all is at fault itself: no phone rang, and no attempt was made (§6).
    /// Twice in a row it is a provider that never says so, and a customer who may have been rung.
    fn dial_unanswered(&self, id: CallId, rang: bool) -> CameTo {
        let before = self.promise(id).and_then(|(.., callback)| callback.tries.iter().rev().nth(1));
        let again = before.is_some_and(|before| before.came_to == CameTo::Fault);
        if rang || again { CameTo::NoAnswer } else { CameTo::Fault }
    }

    /// The member hung up while the customer's phone rang.
    pub(super) fn aborted(
        &mut self,
        id: CallId,
        person: &PersonId,
        customer: LegId,
        (since, rang): (Tick, bool),
    ) {
        self.hang_up(customer, HangupReason::Normal);
        if self.now.tick.since(since) < NO_TRY {
            self.forget_dial(id);
            self.not_now_by(id, person);
        } else {
            let came_to = self.dial_unanswered(id, rang);
            self.came_to(id, came_to);
            self.after_dial(id, None, prompts::CALLBACK_NO_ANSWER);
        }
        self.save(id);
    }

    /// A dial that never was one.
    pub(super) fn forget_dial(&mut self, id: CallId) {
        self.forget_unplaced(id);
        if let Some(callback) = self.callback_mut(id) {
            callback.state = CallbackState::Waiting;
        }
        self.save(id);
    }

    pub(super) fn forget_unplaced(&mut self, id: CallId) {
        if let Some(callback) = self.callback_mut(id)
            && callback.tries.last().is_some_and(|last| last.came_to == CameTo::Nothing)
        {
            callback.tries.pop();
        }
    }

    /// What a member who waits is told; then the line again, or the list of tasks.
    pub(super) fn after_dial(&mut self, id: CallId, leg: Option<LegId>, prompt: &'static str) {
        let open = self.promise(id).is_some_and(|(_, _, callback)| callback.is_open());
        match leg {
            Some(leg) => self.tell_and_go(id, leg, prompt),
            None if open => self.wait_again(id),
            None => {}
        }
        if !open {
            self.leave_promise(id);
        }
        self.save(id);
    }
}

/// Faults of ours are many while a line is down; the row keeps what the customer noticed.
fn forget_old_tries(tries: &mut Vec<Try>) {
    if tries.len() > TRIES_KEPT {
        let fault = tries.iter().position(|one| one.came_to == CameTo::Fault);
        tries.remove(fault.unwrap_or(0));
    }
}
