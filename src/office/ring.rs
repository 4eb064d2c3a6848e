//! Pure. Ringing for the line: who is rung for which caller, turns, refusals and silence.
//!
//! Who rings is worked out anew by [`super::group::share`] whenever a caller or a person changed, for
//! the groups that share people with the changed one, and the difference is carried out.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::call::{Entry, Offer, Phase, Waiting};
use super::contact::Happened;
use super::group::{Wish, share};
use super::queue::{Fit, Place, in_order};
use super::timers::Timer;
use crate::ids::{CallId, GroupId, LegId, PersonId};
use crate::settings::{Group, Strategy};
use crate::sip::{Failure, HangupReason};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Who declined is not rung again for this caller so long (spec/hunt-groups.md §4).
const DECLINED_FOR: Duration = Duration::from_secs(60);
/// Unless nobody else is there.
const DECLINED_ALONE_FOR: Duration = Duration::from_secs(20);

impl Office {
    /// Carries out who rings for whom in the groups that changed.
    pub(super) fn ring_the_line(&mut self) {
        while let Some(group) = self.dirty.pop_first() {
            let Some(together) = self.rung_together(&group) else { continue };
            for other in together.iter() {
                self.dirty.remove(other);
            }
            if together.iter().any(|group| self.line.has(group)) {
                self.ring_together(&together);
                self.look_for_chime(&together);
                self.look_for_absence(&together);
            }
        }
    }

    /// The groups that share people with this one; owners who were called in are shared, too.
    fn rung_together(&self, group: &GroupId) -> Option<Arc<BTreeSet<GroupId>>> {
        let together = self.directory.neighbours(group)?;
        let mut shared = self.groups_of_owners();
        if shared.is_empty() {
            return Some(together.clone());
        }
        let bosses = self.directory.bosses().iter();
        shared.extend(bosses.flat_map(|boss| self.directory.groups_rung_for(boss)).cloned());
        if shared.is_disjoint(together) {
            return Some(together.clone());
        }
        let neighbours = shared.iter().filter_map(|group| self.directory.neighbours(group));
        Some(Arc::new(neighbours.flat_map(|groups| groups.iter().cloned()).collect()))
    }

    fn ring_together(&mut self, groups: &BTreeSet<GroupId>) {
        let mut free: Vec<PersonId> = Vec::new();
        let mut numbers: BTreeMap<PersonId, usize> = BTreeMap::new();
        for group in groups.iter().filter(|group| self.line.has(group)) {
            for person in self.ringable(group) {
                if !numbers.contains_key(&person) {
                    numbers.insert(person.clone(), free.len());
                    free.push(person);
                }
            }
        }
        let due = self.promises_due(groups);
        let calls = self.head_of_line(groups, free.len(), &due);
        let serves = |id: &CallId| self.waiting(*id).is_some() || due.contains(id);
        let wish = |id: &CallId| if serves(id) { self.wish_of(*id, &numbers) } else { Wish::default() };
        let wishes: Vec<Wish> = calls.iter().map(wish).collect();
        let shared = share(&wishes);
        self.withdraw_unshared(&calls, &free, &shared);
        for (person, place) in &shared {
            self.offer(calls[*place], &free[*person]);
        }
    }

    /// Members, and owners when it has come to that, who can ring for this group or do.
    pub(super) fn ringable(&self, group: &GroupId) -> Vec<PersonId> {
        let Some(settings) = self.directory.group(group) else { return Vec::new() };
        let bosses = if self.owners_join(group) { self.directory.bosses() } else { &[] };
        let members = settings.members.iter().map(|member| &member.person);
        let people = members.chain(self.backup_of(settings)).chain(bosses);
        people.filter(|person| self.can_ring(person)).cloned().collect()
    }

    fn can_ring(&self, person: &PersonId) -> bool {
        self.people.get(person).is_some_and(|staff| {
            staff.can_take()
                && !self.callbacks.is_reserved(person)
                && staff.ringing.iter().all(|leg| self.rings_from_line(person, *leg))
                && (!staff.ringing.is_empty() || self.has_ringable_phone(person))
        })
    }

    /// Rung by the line's own choice, which may change.
    fn rings_from_line(&self, person: &PersonId, leg: LegId) -> bool {
        let call = self.legs.get(&leg).and_then(|leg| self.calls.get(&leg.call));
        call.and_then(|call| call.phase.entry()).is_some_and(|entry| !entry.picked.contains(person))
    }

    /// The oldest callers and due promises, as many as could be served; those whom not everybody may be
    /// rung for, and those with ringing phones besides.
    fn head_of_line(&self, groups: &BTreeSet<GroupId>, free: usize, due: &BTreeSet<CallId>) -> Vec<CallId> {
        let mut places: Vec<Place> = Vec::new();
        for group in groups {
            let mut open = free;
            let promises = self.places_in(group, due).into_iter();
            for place in in_order(self.line.live(group), promises) {
                let Some(entry) = self.entry(place.1) else { continue };
                // Needs nobody, or others than those who are free.
                let special = self.is_choosy(place.1, entry) || entry.is_answered();
                if open == 0 {
                    break;
                }
                places.push(place);
                if !special {
                    open = open.saturating_sub(1);
                }
            }
        }
        places.extend(self.rung_for(groups));
        places.sort_unstable();
        places.dedup();
        self.in_turns(places)
    }

    /// Those for whom phones ring, wherever they stand: a phone may be needed further ahead.
    fn rung_for(&self, groups: &BTreeSet<GroupId>) -> impl Iterator<Item = Place> {
        let ringing = self.people.values().flat_map(|staff| &staff.ringing);
        ringing.filter_map(|leg| {
            let id = self.legs.get(leg)?.call;
            let call = self.calls.get(&id)?;
            let here = call.phase.entry().is_some_and(|entry| groups.contains(&entry.group));
            Some((call.order.filter(|_| here)?, id))
        })
    }

    pub(super) fn waiting(&self, id: CallId) -> Option<&Waiting> {
        match &self.calls.get(&id)?.phase {
            Phase::Waiting(waiting) => Some(waiting),
            _ => None,
        }
    }

    pub(super) fn waiting_mut(&mut self, id: CallId) -> Option<&mut Waiting> {
        match &mut self.calls.get_mut(&id)?.phase {
            Phase::Waiting(waiting) => Some(waiting),
            _ => None,
        }
    }

    /// The entry of a call in the line whom members can be rung for.
    pub(super) fn entry(&self, id: CallId) -> Option<&Entry> {
        self.calls.get(&id)?.phase.entry()
    }

    pub(super) fn entry_mut(&mut self, id: CallId) -> Option<&mut Entry> {
        self.calls.get_mut(&id)?.phase.entry_mut()
    }

    fn wish_of(&self, id: CallId, numbers: &BTreeMap<PersonId, usize>) -> Wish {
        let (Some(entry), Some(call)) = (self.entry(id), self.calls.get(&id)) else {
            return Wish::default();
        };
        let Some(group) = self.directory.group(&entry.group) else { return Wish::default() };
        let waited = call.waited(self.now.tick);
        let number = |person: &PersonId| numbers.get(person).copied();
        let turns = group.strategy == Strategy::TakeTurns || self.customer_is_first(id);
        let mut candidates = match entry.is_answered() {
            // Phones that ring go on, also an owner's who was called in; none begins.
            true => entry.offers.keys().filter(|person| self.can_ring(person)).cloned().collect(),
            false => self.candidates(id, group, entry, waited),
        };
        candidates.retain(|person| self.may_keep_promise(id, person));
        let joined =
            |(person, fit): &(&PersonId, Fit)| !turns && fit.suits() && member_after(group, person) <= waited;
        let fits = self.fit(id, group, &candidates, waited);
        let joiners = candidates.iter().zip(fits).filter(joined);
        Wish {
            joiners: joiners.filter_map(|(person, _)| number(person)).collect(),
            candidates: candidates.iter().filter_map(number).collect(),
            ringing: entry.offers.keys().filter(|p| !entry.tried.contains(*p)).filter_map(number).collect(),
        }
    }

    /// Has this person not declined this caller lately?
    pub(super) fn may_ring(&self, entry: &Entry, person: &PersonId) -> bool {
        entry.declined.get(person).is_none_or(|until| *until <= self.now.tick)
    }

    /// Who may be rung for this caller, best first: who had no turn in this round, by skill, who spoke
    /// with them last, the longest idle where turns are taken, by rank.
    fn candidates(&self, id: CallId, group: &Group, entry: &Entry, waited: Duration) -> Vec<PersonId> {
        let mut people = self.ringable(&group.id);
        people.retain(|person| self.may_ring(entry, person));
        let fits = self.fit(id, group, &people, waited);
        let turns = group.strategy == Strategy::TakeTurns;
        let idle = |person: &PersonId| self.people.get(person).and_then(|staff| staff.last_talked_at);
        let mut ranked: Vec<_> = people.into_iter().zip(fits).collect();
        ranked.sort_by_cached_key(|(person, fit)| match turns {
            true => (entry.tried.contains(person), *fit, idle(person)),
            false => (false, *fit, None),
        });
        ranked.into_iter().map(|(person, _)| person).collect()
    }

    fn withdraw_unshared(&mut self, calls: &[CallId], free: &[PersonId], shared: &BTreeMap<usize, usize>) {
        let kept: BTreeSet<(CallId, &PersonId)> =
            shared.iter().map(|(person, place)| (calls[*place], &free[*person])).collect();
        for id in calls {
            let Some(entry) = self.entry(*id) else { continue };
            // Whom this group could not ring now rings on while a member hears what the call is about, and
            // when that member hangs up.
            let stays = |person: &PersonId| entry.offers.get(person).is_some_and(|offer| offer.rings_on);
            // Asked only of those few: who the group could ring is worked out anew each time.
            let called_in = |person: &PersonId| {
                let taken = || kept.iter().any(|(_, taken)| *taken == person);
                stays(person) && !taken() && !self.ringable(&entry.group).contains(person)
            };
            let rings_on = |person: &PersonId| {
                let left_alone = entry.is_answered() && !free.contains(person);
                (left_alone || called_in(person)) && self.can_ring(person)
            };
            let unshared = |person: &&PersonId| !kept.contains(&(*id, *person)) && !rings_on(person);
            let offered: Vec<PersonId> = moveable(entry).filter(unshared).cloned().collect();
            for person in offered {
                self.withdraw(*id, &person);
            }
        }
    }

    /// Stops ringing a person for a caller; the phone logs no missed call.
    pub(super) fn withdraw(&mut self, id: CallId, person: &PersonId) {
        let Some(offer) = self.entry_mut(id).and_then(|entry| entry.offers.remove(person)) else {
            return;
        };
        for leg in offer.legs {
            self.hang_up(leg, HangupReason::AnsweredElsewhere);
        }
        self.tell(id, Happened::StoppedRinging { person: person.clone() });
        self.look_for_ringers(id);
    }

    /// Rings a person who asked to pick this caller up, whatever the line thinks.
    pub(super) fn offer_picked(&mut self, id: CallId, person: &PersonId) {
        self.offer(id, person);
        if let Some(entry) = self.entry_mut(id)
            && entry.offers.contains_key(person)
        {
            entry.picked.insert(person.clone());
        }
    }

    /// Rings a person for a caller, on all registered phones, unless it rings already.
    fn offer(&mut self, id: CallId, person: &PersonId) {
        let Some(entry) = self.entry(id) else { return };
        if entry.offers.contains_key(person) {
            return;
        }
        if self.customer_is_first(id) {
            return self.reserve_for(id, person);
        }
        let group = entry.group.clone();
        let caller = self.waiting(id).map(|waiting| waiting.caller);
        let shown = self.shown_for_promise(id);
        let (number, name) = shown.unwrap_or_else(|| self.shown_for_group(id, &group));
        let legs = self.ring_person(id, person, caller, &number, &name);
        if legs.is_empty() {
            return;
        }
        let since = self.now.tick;
        if let Some(entry) = self.entry_mut(id) {
            entry
                .offers
                .insert(person.clone(), Offer { legs, since, rang: None, whisper: None, rings_on: false });
        }
        self.tell_choice(id, person, &group);
        self.begin_round(id);
        self.set_turn(id, person, &group);
    }

    /// "Rang Bo: free 4 min, billing 2/3": why this person (§7).
    fn tell_choice(&mut self, id: CallId, person: &PersonId, group: &GroupId) {
        let skill = self.directory.group(group).and_then(|group| self.skill_for(id, group, person));
        let knows = self.waiting(id).is_some_and(|waiting| waiting.knows.as_ref() == Some(person));
        let free = self.free_for(person);
        self.tell(id, Happened::Rang { person: person.clone(), free, skill, knows });
    }

    fn set_turn(&mut self, id: CallId, person: &PersonId, group: &GroupId) {
        if let Some(group) = self.directory.group(group)
            && group.strategy == Strategy::TakeTurns
        {
            let ends = self.now.tick + group.ring.max(Duration::from_secs(1));
            self.timers.set(ends, Timer::TurnEnds { call: id, person: person.clone() });
        }
    }

    /// `Hansen · Sales 2:10`: the customer's name first (spec/hunt-groups.md §11).
    fn shown_for_group(&self, id: CallId, group: &GroupId) -> (String, String) {
        let (number, name) = self.shown(id);
        let who = if name.is_empty() { &number } else { &name };
        let group = self.directory.group(group).map_or("", |group| group.name.as_str());
        let waited = self.calls.get(&id).map_or(0, |call| call.waited(self.now.tick).as_secs());
        let shown = match waited {
            0 => format!("{who} · {group}"),
            _ => format!("{who} · {group} {}:{:02}", waited / 60, waited % 60),
        };
        (number, shown)
    }

    /// A turn is over: a miss, and the next one's turn; with nobody else there it rings on without a gap.
    pub(super) fn on_turn_ends(&mut self, id: CallId, person: &PersonId) {
        let tick = self.now.tick;
        let Some(entry) = self.entry(id) else { return };
        let Some(offer) = entry.offers.get(person) else { return };
        let group = entry.group.clone();
        let ring = self.directory.group(&group).map_or(Duration::ZERO, |group| group.ring);
        if tick.since(offer.since) < ring {
            return;
        }
        let rang = offer.rang.map_or(Duration::ZERO, |rang| tick.since(rang));
        self.tell(id, Happened::RangOut { person: person.clone(), rang });
        self.next_turn(id, person, &group);
        self.count_miss(person, rang, Strategy::TakeTurns);
        self.dirty.insert(group);
    }

    fn next_turn(&mut self, id: CallId, person: &PersonId, group: &GroupId) {
        let people = self.ringable(group);
        let tick = self.now.tick;
        if let Some(entry) = self.entry_mut(id) {
            entry.tried.insert(person.clone());
            if people.iter().all(|p| entry.tried.contains(p)) {
                entry.tried.retain(|tried| tried == person);
            }
            if let Some(offer) = entry.offers.get_mut(person) {
                offer.since = tick;
                offer.rang = offer.rang.map(|_| tick);
            }
        }
        self.set_turn(id, person, group);
    }

    /// A phone rung for a waiting caller came to nothing.
    pub(super) fn offer_failed(&mut self, id: CallId, person: &PersonId, leg: LegId, why: Failure) {
        let tick = self.now.tick;
        let Some(entry) = self.entry_mut(id) else { return };
        let Some(offer) = entry.offers.get_mut(person) else { return };
        offer.legs.remove(&leg);
        // A phone that never rang was busy or set to "do not disturb"; only a person declines.
        let by_hand = offer.rang.is_some() && matches!(why.status, 486 | 600 | 603);
        if !by_hand && !offer.legs.is_empty() {
            return;
        }
        entry.picked.remove(person);
        let Some(offer) = entry.offers.remove(person) else { return };
        if offer.whisper.is_some() {
            entry.offers.values_mut().for_each(|other| other.rings_on = true);
        }
        let group = entry.group.clone();
        for other in offer.legs {
            self.hang_up(other, HangupReason::AnsweredElsewhere);
        }
        let rang = offer.rang.map_or(Duration::ZERO, |rang| tick.since(rang));
        // Who hangs up in the whisper does not want this call.
        if offer.whisper.is_some() || by_hand || matches!(why.status, 486 | 600 | 603) {
            self.declined(id, person, &group);
        } else {
            self.not_answered(id, person, rang, &group);
        }
        self.look_for_ringers(id);
        self.dirty.insert(group);
    }

    fn declined(&mut self, id: CallId, person: &PersonId, group: &GroupId) {
        self.tell(id, Happened::Declined { person: person.clone() });
        let tick = self.now.tick;
        let alone = self.is_only_one(person, group);
        let first = self.entry(id).is_some_and(|entry| !entry.declined.contains_key(person));
        let pause = if alone && first { DECLINED_ALONE_FOR } else { DECLINED_FOR };
        if let Some(entry) = self.entry_mut(id) {
            entry.declined.insert(person.clone(), tick + pause);
        }
        self.timers.set(tick + pause, Timer::LookAgain { call: id });
        if self.promised(id).is_some() {
            self.puts_off(id, person);
        }
    }

    /// Could nobody else be rung for this group?
    pub(super) fn is_only_one(&self, person: &PersonId, group: &GroupId) -> bool {
        self.ringable(group).iter().all(|other| other == person)
    }

    fn not_answered(&mut self, id: CallId, person: &PersonId, rang: Duration, group: &GroupId) {
        let strategy = self.directory.group(group).map_or(Strategy::Everyone, |group| group.strategy);
        if rang < Duration::from_secs(10) {
            self.tell_unreachable(id, person);
            self.rest(person);
            return;
        }
        self.tell(id, Happened::RangOut { person: person.clone(), rang });
        self.count_miss(person, rang, strategy);
    }

    /// One of the rung phones rings.
    pub(super) fn offer_rang(&mut self, id: CallId, person: &PersonId) {
        let tick = self.now.tick;
        if let Some(offer) = self.entry_mut(id).and_then(|entry| entry.offers.get_mut(person)) {
            offer.rang.get_or_insert(tick);
        }
    }
}

/// Those rung by the line's own choice, who have not answered.
fn moveable(entry: &Entry) -> impl Iterator<Item = &PersonId> {
    let open = entry.offers.iter().filter(|(_, offer)| offer.whisper.is_none());
    open.map(|(person, _)| person).filter(|person| !entry.picked.contains(*person))
}

fn member_after(group: &Group, person: &PersonId) -> Duration {
    group.members.iter().find(|member| member.person == *person).map_or(Duration::ZERO, |member| member.after)
}
