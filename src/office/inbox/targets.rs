//! Pure. Targets in business hours, and what happens by itself: snoozed mail wakes, mail of somebody who is
//! away goes back to all, what was to be sent later goes (spec/mail.md §3, spec/hunt-groups.md §12).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::State;
use crate::ids::{ConversationId, GroupId, ItemId, MailboxId, PersonId};
use crate::office::Office;
use crate::office::hours::{self, Plan};
use crate::office::memory::Override;
use crate::office::people::Duty;
use crate::office::timers::Timer;
use crate::settings::Settings;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Somebody off duty for longer is away.
const AWAY_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// What depends on the clock on the wall is looked at this often, for the clock may be put.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Spans looked through for a target; more than a year of them.
const SPANS_MAX: usize = 2_000;

impl Plan<'_> {
    /// The instant by which so much time will have passed while it is open; `None`: not within a year.
    pub fn after_open(&self, from: Timestamp, length: SignedDuration) -> Option<Timestamp> {
        let (mut at, mut left) = (from, length);
        for _ in 0..SPANS_MAX {
            match self.state_at(at) {
                hours::State::Open { closes_at: None } => return at.checked_add(left).ok(),
                hours::State::Open { closes_at: Some(end) } => {
                    let span = end.duration_since(at);
                    if span >= left {
                        return at.checked_add(left).ok();
                    }
                    (at, left) = (end, left - span);
                }
                hours::State::Closed { opens_at, .. } => at = opens_at?,
            }
        }
        None
    }
}

/// When a mail that came `at` should have its answer, by its mailbox's target and its group's hours;
/// `None`: there is no such mailbox any more, or it does not open within a year.
pub fn first_reply_due(
    settings: &Settings,
    overrides: &[Override],
    (mailbox, group): (&MailboxId, &GroupId),
    at: Timestamp,
) -> Option<Timestamp> {
    let target = settings.mailboxes.iter().find(|one| one.id == *mailbox)?.first_reply;
    let plan = Plan::of(settings, Some(group), overrides);
    plan.after_open(at, SignedDuration::try_from(target).ok()?)
}

impl Office {
    /// When a mail that came `at` into a conversation should have its answer.
    pub(super) fn first_reply_due(&self, id: ConversationId, at: Timestamp) -> Option<Timestamp> {
        let known = self.inbox.all.get(&id)?;
        first_reply_due(&self.directory.settings, &self.overrides, (&known.mailbox, &known.group), at)
    }

    /// Does what is due, and sees to be woken for what comes next.
    pub(in crate::office) fn look_at_mail(&mut self) {
        self.wake_snoozed();
        self.release_due();
        self.give_back_of_absent();
        self.forget_presence();
        let idle = self.inbox.all.is_empty() && self.inbox.held.is_empty() && self.inbox.present.is_empty();
        if idle {
            return;
        }
        let next = self.now.tick + self.next_look_at_mail();
        let later = self.inbox.looks_at.is_none_or(|at| at <= self.now.tick || next < at);
        if later {
            self.inbox.looks_at = Some(next);
            self.timers.set(next, Timer::LookAtMail);
        }
    }

    /// The time to look has come, unless somebody looked in between.
    pub(in crate::office) fn on_look_at_mail(&mut self) {
        if self.inbox.looks_at.is_some_and(|at| at <= self.now.tick) {
            self.changed(); // something may have become late
            self.look_at_mail();
        }
    }

    fn next_look_at_mail(&self) -> Duration {
        let snoozed = self.inbox.all.values().filter_map(|one| one.snoozed_until);
        let late = self.inbox.all.values().filter(|one| one.is_owed()).filter_map(|one| one.due_at);
        let held = self.inbox.held.values().map(|(outgoing, _)| outgoing.due_at);
        let wall = self.now.wall;
        let next = snoozed.chain(late).chain(held).filter(|at| *at > wall).min();
        let left = next.and_then(|at| Duration::try_from(at.duration_since(wall)).ok());
        [left, self.next_presence_end(), Some(LOOK_EVERY)].into_iter().flatten().min().unwrap_or(LOOK_EVERY)
    }

    fn wake_snoozed(&mut self) {
        let wall = self.now.wall;
        let is_due = |until: Option<Timestamp>| until.is_some_and(|until| until <= wall);
        let snoozed = self.inbox.all.values().filter(|one| one.state == State::Snoozed);
        let due: Vec<ConversationId> =
            snoozed.filter(|one| is_due(one.snoozed_until)).map(|one| one.id).collect();
        for id in due {
            if let Some(known) = self.inbox.all.get_mut(&id) {
                (known.state, known.snoozed_until) = (known.work_state(), None);
            }
            self.keep(id);
        }
    }

    fn release_due(&mut self) {
        let held = self.inbox.held.values().filter(|(outgoing, _)| outgoing.due_at <= self.now.wall);
        let due: Vec<ItemId> = held.map(|(outgoing, _)| outgoing.item).collect();
        for item in due {
            self.release(item);
        }
    }

    /// Work of somebody who is away for more than a day is everybody's again.
    fn give_back_of_absent(&mut self) {
        let away: Vec<PersonId> = self.people.keys().filter(|person| self.is_away(person)).cloned().collect();
        let has = |person: &Option<PersonId>| person.as_ref().is_some_and(|one| self.is_gone(one, &away));
        let work = self.inbox.all.values().filter(|one| one.state == State::Open && has(&one.assigned));
        let back: Vec<ConversationId> = work.map(|one| one.id).collect();
        for id in back {
            let Some(known) = self.inbox.all.get_mut(&id) else { continue };
            let person = known.assigned.take();
            known.state = State::New;
            let name = person.as_ref().map_or_else(String::new, |person| self.name_of(person));
            let language = self.directory.settings.office.language;
            let text = crate::i18n::say(language, "mail.given-back", &[("person", name)]);
            self.add_own_note(id, text);
        }
    }

    /// Away, or no longer one of us.
    fn is_gone(&self, person: &PersonId, away: &[PersonId]) -> bool {
        away.contains(person) || !self.people.contains_key(person)
    }

    fn is_away(&self, person: &PersonId) -> bool {
        let off = |staff: &crate::office::people::Staff| {
            staff.duty == Duty::Off && self.now.wall.duration_since(staff.since) > AWAY_AFTER
        };
        self.people.get(person).is_some_and(off)
    }
}
