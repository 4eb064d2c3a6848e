//! Pure. Who suits a caller best: skills, who spoke with them last, and since when that counts
//! (spec/hunt-groups.md §1, §7).
//!
//! A choice never leaves a phone silent: where nobody suits, the best there is rings at once.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{CallId, GroupId, PersonId};
use crate::number::Number;
use crate::office::Office;
use crate::office::customers::VIP_EARLIER;
use crate::settings::{Group, Strategy};
use std::time::Duration;

/// The need is one level lower after this, …
const RELAXED_AFTER: Duration = Duration::from_secs(20);
/// … and gone after this.
const ANYBODY_AFTER: Duration = Duration::from_secs(45);
/// Who spoke with a caller last rings alone so long.
const HEAD_START: Duration = Duration::from_secs(8);
/// Who writes a mail joins in after this, where everybody rings (§12).
const WRITER_AFTER: Duration = Duration::from_secs(8);

/// How well somebody suits a caller: the less, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::office) struct Fit {
    /// Levels short of what is needed.
    short: u8,
    /// Writes a mail, and a colleague does not.
    writes: bool,
    /// Somebody else spoke with this caller last, and may answer first.
    stranger: bool,
}

impl Fit {
    /// Rings at once, not only where nobody else does.
    pub(in crate::office) fn suits(self) -> bool {
        self.short == 0 && !self.writes && !self.stranger
    }
}

impl Office {
    /// Who spoke with this caller last, if they answer for the group.
    pub(super) fn who_knows(&self, id: CallId, group: &GroupId) -> Option<PersonId> {
        let number = self.calls.get(&id)?.contact.from.number.as_ref()?;
        let person = self.talks.last_with(number, self.now.wall)?;
        let members = &self.directory.group(group)?.members;
        members.iter().any(|member| member.person == *person).then(|| person.clone())
    }

    /// The minutes by which a caller stands before those who came at the same time: importance and the
    /// group's weight. Whoever came earlier by more stays in front.
    pub(in crate::office) fn head_start_of(&self, number: Option<&Number>, group: &GroupId) -> Duration {
        let vip = number.and_then(|number| self.directory.settings.office.vip.get(number).copied());
        let flag = number.filter(|number| self.customers.is_vip(number)).map(|_| VIP_EARLIER);
        let weight = self.directory.group(group).map_or(Duration::ZERO, |group| group.weight);
        vip.max(flag).unwrap_or_default() + weight
    }

    /// The number of who called in.
    pub(in crate::office) fn number_of_caller(&self, id: CallId) -> Option<&Number> {
        self.calls.get(&id)?.contact.from.number.as_ref()
    }

    /// How well each of these people suits a caller who has waited so long.
    pub(in crate::office) fn fit(
        &self,
        id: CallId,
        group: &Group,
        people: &[PersonId],
        waited: Duration,
    ) -> Vec<Fit> {
        let knows = self.waiting(id).and_then(|waiting| waiting.knows.as_ref());
        let knows = knows.filter(|person| waited < HEAD_START && people.contains(person));
        let topic = self.topic_of(id, group);
        let need = self.need(group, topic, waited);
        let writer = self.only_writer(id, group, people).filter(|_| waited < WRITER_AFTER);
        let fit = |person: &PersonId| Fit {
            short: need.saturating_sub(self.level(topic, person)),
            writes: writer == Some(person),
            stranger: knows.is_some_and(|knows| knows != person),
        };
        people.iter().map(fit).collect()
    }

    /// The one of these who writes a mail and whose phone is silent; two who write are as everybody.
    fn only_writer<'a>(&self, id: CallId, group: &Group, people: &'a [PersonId]) -> Option<&'a PersonId> {
        let mut writers = people.iter().filter(|person| self.is_writing(person));
        let (Some(one), None) = (writers.next(), writers.next()) else { return None };
        let rings = self.entry(id).is_some_and(|entry| entry.offers.contains_key(one));
        (group.strategy == Strategy::Everyone && !rings).then_some(one)
    }

    /// What a call is about: by its number or key, else what all calls of its group are about.
    fn topic_of<'a>(&'a self, id: CallId, group: &'a Group) -> Option<&'a str> {
        let own = self.calls.get(&id).and_then(|call| call.topic.as_deref());
        own.or(group.topic.as_deref())
    }

    /// The level a caller of this group needs now: the best there is, then one less, then none.
    fn need(&self, group: &Group, topic: Option<&str>, waited: Duration) -> u8 {
        let levels = group.members.iter().map(|member| self.level(topic, &member.person));
        let best = levels.max().unwrap_or(0);
        match waited {
            _ if waited < RELAXED_AFTER => best,
            _ if waited < ANYBODY_AFTER => best.saturating_sub(1),
            _ => 0,
        }
    }

    /// What somebody knows about it.
    fn level(&self, topic: Option<&str>, person: &PersonId) -> u8 {
        let skills = self.directory.person(person).map(|person| &person.skills);
        topic.and_then(|topic| skills?.get(topic)).copied().unwrap_or(0)
    }

    /// Topic and level, for the story.
    pub(in crate::office) fn skill_for(
        &self,
        id: CallId,
        group: &Group,
        person: &PersonId,
    ) -> Option<(String, u8)> {
        let topic = self.topic_of(id, group);
        topic.map(|known| (known.to_owned(), self.level(topic, person)))
    }

    /// When the choice of people for a caller changes by itself.
    pub(super) fn choice_changes_at(&self, id: CallId, group: &GroupId) -> Vec<Duration> {
        let Some(group) = self.directory.group(group) else { return Vec::new() };
        let mut changes = Vec::new();
        if self.waiting(id).is_some_and(|waiting| waiting.knows.is_some()) {
            changes.push(HEAD_START);
        }
        if !self.directory.settings.mailboxes.is_empty() {
            changes.push(WRITER_AFTER);
        }
        if self.topic_of(id, group).is_some() {
            changes.extend([RELAXED_AFTER, ANYBODY_AFTER]);
        }
        if !group.overflow.backup.is_empty() {
            changes.push(group.overflow.backup_after);
        }
        changes
    }
}
