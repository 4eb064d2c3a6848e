//! Pure. The line: one order over all groups, and what callers hear in it. Who is rung for them is
//! [`super::ring`]'s business.
//!
//! | file | what it decides |
//! | --- | --- |
//! | `line` | who stands where |
//! | `choice` | who suits a caller best |
//! | `announce` | what a caller is told, and when |
//! | `dialogue` | what a caller's keys mean |
//! | `matter` | what a caller says it is about, recorded |
//! | `offer` | when calling back is offered, and what is promised |
//! | `estimate` | how long it takes, as it is told and shown |
//! | `future` | the next minutes, played through |
//! | `ladder` | what happens to those who wait long |
//! | `whisper` | what a member hears before the caller |
//! | `talks` | what the last 30 days say: how long talks are, who knows whom |
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod announce;
mod choice;
mod dialogue;
mod estimate;
mod future;
mod ladder;
mod line;
pub(super) mod matter;
mod offer;
pub mod talks;
mod whisper;

pub(super) use announce::Told;
pub(super) use choice::Fit;
pub(super) use dialogue::Asking;
pub(super) use future::Wait;
pub(super) use line::{Line, in_order};
pub(super) use talks::Talks;
pub(super) use whisper::Whisper;

use super::call::{Entry, LegState, Nobody, Phase, Waiting};
use super::callback::{Back, Order};
use super::contact::Happened;
use super::timers::Timer;
use super::{Action, Callers, Chime, Office, prompts};
use crate::ids::{CallId, GroupId, LegId, PersonId, PlayId};
use crate::settings::Strategy;
use crate::sip::{Ending, HangupReason};
use std::collections::BTreeSet;
use std::time::Duration;

/// The caller is told after nobody was there so long (§9).
const NOBODY_AFTER: Duration = Duration::from_secs(20);
/// The chime sounds again after this.
const CHIME_EVERY: Duration = Duration::from_secs(60);

/// A place in the line: when it was entered, then the order of arrival. Live callers and promises to
/// call back stand in one line (spec/callback.md §1).
pub(super) type Place = (Order, CallId);

impl Office {
    /// A caller enters, or comes back to, the line of a group, at the place its first entry gives.
    pub(super) fn enter_line(&mut self, id: CallId, caller: LegId, group: &GroupId, welcome: Welcome) {
        let back = self.knows_caller(id, group);
        if let Back::Yes(promise) = back {
            return self.take_over(id, caller, promise);
        }
        let now = self.now;
        let knows = self.who_knows(id, group);
        let full = self.is_full(group);
        let earlier = self.head_start_of(self.number_of_caller(id), group);
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.put_away(now.tick);
        call.entered.get_or_insert(now.tick);
        let order = call.take_place(now.tick, earlier);
        call.contact.entered_at.get_or_insert(now.wall);
        call.belongs_to(group);
        call.phase = Phase::Waiting(Waiting {
            caller,
            entry: Entry::new(group.clone()),
            playing: None,
            greeted: welcome == Welcome::None,
            nobody: Nobody::No,
            since: now.tick,
            knows,
            told: Told::new(full),
            asking: Asking::Nothing,
        });
        self.accept(caller);
        match back {
            Back::Perhaps => self.ask_whether_back(id),
            // Who is sent on at once hears why, and no welcome.
            _ if self.sends_on(id, group) => {}
            _ => self.greet(id, caller, welcome),
        }
        self.line.stand_live(group.clone(), (order, id));
        let place = self.place_of(group, (order, id));
        self.tell(id, Happened::EnteredGroup { group: group.clone(), place });
        self.wake_for(id, group);
        self.look_for_nobody(id);
        self.dirty.insert(group.clone());
        self.save(id);
    }

    fn greet(&mut self, id: CallId, caller: LegId, welcome: Welcome) {
        if welcome == Welcome::None {
            self.ask_to_wait_or_play(id, caller);
            return;
        }
        let play = self.play_prompt(caller, prompts::WELCOME);
        self.tell(id, Happened::HeardWelcome);
        self.remember_playing(id, play);
    }

    /// Everybody is in a call and nothing rings: the caller is asked to wait. Else music.
    fn ask_to_wait_or_play(&mut self, id: CallId, caller: LegId) {
        if self.waiting(id).is_some_and(|w| w.entry.offers.is_empty() && self.everybody_talks(&w.entry.group))
        {
            let play = self.play_prompt(caller, prompts::PLEASE_WAIT);
            self.remember_playing(id, play);
        } else {
            self.music_or_more(id);
        }
    }

    /// What is due to be said, else music.
    fn music_or_more(&mut self, id: CallId) {
        if let Some(waiting) = self.waiting_mut(id) {
            waiting.playing = None;
        }
        if !self.announce(id)
            && let Some(caller) = self.waiting(id).map(|waiting| waiting.caller)
        {
            self.play_music(caller);
        }
    }

    /// Is somebody of this group in a call, and nobody free?
    fn everybody_talks(&self, group: &GroupId) -> bool {
        let members = self.directory.group(group).map_or(&[][..], |group| &group.members);
        let mut staff = members.iter().filter_map(|member| self.people.get(&member.person));
        let mut talks = false;
        staff.all(|staff| {
            talks |= staff.is_busy();
            !staff.can_take()
        }) && talks
    }

    pub(super) fn remember_playing(&mut self, id: CallId, play: PlayId) {
        if let Some(Phase::Waiting(waiting)) = self.calls.get_mut(&id).map(|call| &mut call.phase) {
            waiting.playing = Some(play);
        }
    }

    /// Wakes when a member joins by `after`.
    fn wake_for(&mut self, id: CallId, group: &GroupId) {
        let afters: BTreeSet<Duration> = self
            .directory
            .group(group)
            .map(|group| group.members.iter().map(|member| member.after).filter(|a| !a.is_zero()).collect())
            .unwrap_or_default();
        let afters: BTreeSet<Duration> =
            afters.into_iter().chain(self.choice_changes_at(id, group)).collect();
        for after in afters {
            self.timers.set(self.now.tick + after, Timer::LookAgain { call: id });
        }
    }

    /// Takes a call out of the line, if it is in it.
    pub(super) fn leave_line(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        let (Some(group), Some(order)) = (call.phase.group(), call.order) else { return };
        let group = group.clone();
        self.line.leave(&group, (order, id));
        self.dirty.insert(group);
    }

    /// The place in its group, from 1: live callers and promises ahead count alike.
    pub(super) fn place_of(&self, group: &GroupId, place: Place) -> usize {
        self.line.before(group, &place) + 1
    }

    /// A member answered: whoever answers for several groups hears first for which.
    pub(super) fn member_answered(&mut self, id: CallId, person: &PersonId, leg: LegId) {
        if !self.whisper(id, person, leg) {
            self.answered_from_line(id, person, leg);
        }
    }

    /// First answer wins; everybody else stops ringing and logs no missed call.
    pub(super) fn answered_from_line(&mut self, id: CallId, person: &PersonId, leg: LegId) {
        self.stop_matter(id);
        let Some(waiting) = self.waiting(id) else { return };
        let (caller, group) = (waiting.caller, waiting.entry.group.clone());
        let others: Vec<LegId> = waiting.entry.rung().filter(|l| *l != leg).collect();
        let only_one = waiting.entry.declined.contains_key(person) && self.is_only_one(person, &group);
        self.note_carried(id);
        self.compare_with_told(id);
        self.leave_line(id);
        if self.legs.get(&leg).is_some_and(|leg| leg.state != LegState::Up) {
            self.leg_is_up(leg);
        }
        for other in others {
            self.hang_up(other, HangupReason::AnsweredElsewhere);
        }
        self.join(id, caller, leg);
        if only_one {
            // The caller hears the person at once; the person hears this sentence first.
            self.play_prompt(leg, prompts::ONLY_YOU_LEFT);
        }
        self.tell(id, Happened::Answered { person: person.clone() });
        self.owe_wrap_of(id, person, &group);
        self.mark_answered(id, Some(person.clone()));
    }

    /// After-call work of this group follows this conversation.
    pub(super) fn owe_wrap_of(&mut self, id: CallId, person: &PersonId, group: &GroupId) {
        let length = self.directory.group(group).map_or(Duration::ZERO, |group| group.wrap_up);
        self.owe_wrap_up(person, id, length);
    }

    /// The caller left: every phone falls silent, and long enough rung is a miss.
    pub(super) fn caller_left_line(&mut self, id: CallId, how: Ending) {
        let tick = self.now.tick;
        let Some(waiting) = self.waiting(id) else { return };
        let group = self.directory.group(&waiting.entry.group);
        let strategy = group.map_or(Strategy::Everyone, |group| group.strategy);
        let rung: Vec<(PersonId, Duration)> = waiting
            .entry
            .offers
            .iter()
            .filter(|(_, offer)| offer.whisper.is_none())
            .filter_map(|(person, offer)| Some((person.clone(), tick.since(offer.rang?))))
            .collect();
        self.tell_left(id, how);
        self.hangs_up_for_callback(id);
        let outcome = self.outcome_of_end(id, how);
        self.finish(id, outcome, &HangupReason::CallerGone);
        for (person, rang) in rung {
            self.count_miss(&person, rang, strategy);
        }
    }

    /// An announcement ended by itself: what is due, or music, follows; a question was not answered.
    pub(super) fn prompt_ended(&mut self, id: CallId, play: PlayId) {
        if let Some(leg) = self.whispered_by(id, play) {
            return self.whisper_ends(id, leg);
        }
        let Some(waiting) = self.waiting_mut(id) else { return };
        if waiting.playing == Some(play) {
            waiting.playing = None;
            let (caller, greeted) = (waiting.caller, std::mem::replace(&mut waiting.greeted, true));
            match greeted {
                true => self.unanswered(id),
                false => self.ask_to_wait_or_play(id, caller),
            }
        }
    }

    /// Is anybody signed in who answers for this group?
    pub(super) fn anybody_here(&self, group: &GroupId) -> bool {
        if self.sent.contains_key(group) {
            return self.is_sent_to_owner(group) && self.owner_is_here();
        }
        let members = self.directory.group(group).map_or(&[][..], |group| &group.members);
        members.iter().any(|member| {
            self.people.get(&member.person).is_some_and(|staff| staff.is_here() || staff.is_busy())
        })
    }

    pub(super) fn look_for_absence(&mut self, groups: &BTreeSet<GroupId>) {
        for group in groups {
            // Only the change from "somebody" to "nobody" and back is looked at, not every input.
            if !self.line.has(group) || self.absent.contains(group) != self.anybody_here(group) {
                continue;
            }
            let calls: Vec<CallId> = self.line.live(group).map(|(_, id)| id).collect();
            if !self.absent.remove(group) {
                self.absent.insert(group.clone());
            }
            for id in calls {
                self.look_for_nobody(id);
            }
        }
    }

    /// Starts, stops or ends the twenty seconds after which a caller is told that nobody is there.
    pub(super) fn look_for_nobody(&mut self, id: CallId) {
        let now = self.now.tick;
        let Some(waiting) = self.waiting(id) else { return };
        let here = self.anybody_here(&waiting.entry.group);
        let sent = self.sent.get(&waiting.entry.group).map(|sent| sent.to);
        let sent = sent.filter(|to| *to != Callers::Owner);
        let next = match (here, waiting.nobody, sent) {
            (true, ..) => Nobody::No,
            (false, Nobody::No | Nobody::Since(_), Some(to)) => {
                self.send_caller(id, to);
                Nobody::Told
            }
            (false, Nobody::No, None) => {
                self.timers.set(now + NOBODY_AFTER, Timer::NobodyHere { call: id });
                Nobody::Since(now)
            }
            (false, Nobody::Since(since), None) if now.since(since) >= NOBODY_AFTER => {
                self.say_nobody_is_here(id);
                Nobody::Told
            }
            (false, as_it_was, _) => as_it_was,
        };
        let back = next == Nobody::No;
        if let Some(waiting) = self.waiting_mut(id) {
            let changed = std::mem::replace(&mut waiting.nobody, next) != next;
            if changed && back {
                self.announce(id);
            }
        }
    }

    /// The chime: somebody waits and no phone rings for them.
    pub(super) fn look_for_chime(&mut self, groups: &BTreeSet<GroupId>) {
        let due = self.chimed.is_none_or(|at| self.now.tick.since(at) >= CHIME_EVERY);
        let unserved = groups.iter().any(|group| self.has_unserved(group));
        if !unserved {
            return;
        }
        if due {
            self.chimed = Some(self.now.tick);
            self.act(Action::Chime(Chime::CallerWaits));
            self.timers.set(self.now.tick + CHIME_EVERY, Timer::ChimeAgain);
        }
    }

    /// Is there a caller in this group for whom nothing rings?
    pub(super) fn has_unserved(&self, group: &GroupId) -> bool {
        let unserved = |id| self.waiting(id).is_some_and(|waiting| waiting.entry.offers.is_empty());
        self.line.live(group).any(|(_, id)| unserved(id))
    }

    /// A phone that could ring for somebody and does not: there must be none (the invariant of §13).
    pub(super) fn silent_phone(&self) -> Option<(PersonId, CallId)> {
        self.line.groups().find_map(|group| {
            let mut idle = self.ringable(group);
            idle.retain(|p| self.people.get(p).is_some_and(|staff| staff.ringing.is_empty()));
            // Where nobody is idle the line is not walked.
            let line = self.line.live(group).take_while(|_| !idle.is_empty());
            let waiting = line.filter_map(|(_, id)| Some((id, self.waiting(id)?)));
            let mut unserved = waiting.filter(|(_, waiting)| waiting.entry.offers.is_empty());
            unserved.find_map(|(id, waiting)| {
                let silent = idle.iter().find(|person| self.may_ring(&waiting.entry, person))?;
                Some((silent.clone(), id))
            })
        })
    }

    /// A group that is gone from the settings cannot be waited in: its callers leave a message for another.
    pub(super) fn leave_lost_groups(&mut self) {
        let lost: Vec<CallId> = self
            .line
            .groups()
            .filter(|group| self.directory.group(group).is_none())
            .flat_map(|group| self.line.live(group).map(|(_, id)| id))
            .collect();
        for id in lost {
            let Some(caller) = self.waiting(id).map(|waiting| waiting.caller) else { continue };
            self.stop_ringing_for(id);
            self.leave_line(id);
            self.take_message_instead(id, caller);
        }
    }

    /// Nobody rings for a caller who leaves the line for something else.
    pub(super) fn stop_ringing_for(&mut self, id: CallId) {
        let rung: Vec<PersonId> =
            self.entry(id).map(|entry| entry.offers.keys().cloned().collect()).unwrap_or_default();
        for person in rung {
            self.withdraw(id, &person);
        }
    }
}

/// Does the number greet its callers?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Welcome {
    Spoken,
    None,
}
