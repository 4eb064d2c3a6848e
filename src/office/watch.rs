//! Pure. Alarms: what needs a person, and the invariants that must never break.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::board::Alarm;
use super::{Callers, Office};
use crate::ids::{PersonId, TrunkId};
use crate::time::Tick;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// A long line makes looking for silent phones dear; in tests it is done after every input.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// What the store reports of its backups: an alarm while it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// The nightly backup was not made, or could not be restored when it was tried.
    BackupFailed,
    /// There was no room for it.
    BackupNoRoom,
    /// The database was damaged at the start, and the last good backup took its place.
    Restored,
}

impl Concern {
    fn code(self) -> &'static str {
        match self {
            Concern::BackupFailed => "backup-failed",
            Concern::BackupNoRoom => "backup-no-room",
            Concern::Restored => "restored-from-backup",
        }
    }
}

/// Conditions of the office that are not seen from calls and people.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    trunks_down: BTreeMap<TrunkId, Timestamp>,
    /// Whose last call offered no sound we can carry.
    trunks_unsound: BTreeMap<TrunkId, Timestamp>,
    store_refuses: Option<Timestamp>,
    concerns: BTreeMap<Concern, Timestamp>,
    /// Recordings that are nowhere.
    unheard: BTreeMap<String, Timestamp>,
    silent: Option<(PersonId, Timestamp)>,
    watched: Option<Tick>,
}

impl Alarms {
    /// The disk takes no promises.
    pub(super) fn refuses_promises(&self) -> bool {
        self.store_refuses.is_some()
    }
}

impl Office {
    /// Whether the last call of a trunk could be heard.
    pub(super) fn trunk_has_sound(&mut self, trunk: &TrunkId, has: bool) {
        if has {
            self.alarms.trunks_unsound.remove(trunk);
        } else {
            self.alarms.trunks_unsound.entry(trunk.clone()).or_insert(self.now.wall);
        }
    }

    /// A trunk can, or cannot, carry calls.
    pub(super) fn on_trunk(&mut self, trunk: &TrunkId, usable: bool) {
        if usable {
            self.trunks_up.insert(trunk.clone());
            self.alarms.trunks_down.remove(trunk);
        } else {
            self.trunks_up.remove(trunk);
            self.alarms.trunks_down.entry(trunk.clone()).or_insert(self.now.wall);
        }
        if self.directory.has_mobiles() {
            self.know_everybody(self.now);
            self.look_at_mobiles();
        }
        self.look_at_promises();
        self.changed();
    }

    /// The store can, or cannot, keep promises.
    pub(super) fn on_store(&mut self, keeps_promises: bool) {
        match keeps_promises {
            true => self.alarms.store_refuses = None,
            false => {
                self.alarms.store_refuses.get_or_insert(self.now.wall);
            }
        }
        self.changed();
    }

    /// Something about the backups stands, or is over.
    pub(super) fn on_concern(&mut self, what: Concern, stands: bool) {
        if stands {
            self.alarms.concerns.entry(what).or_insert(self.now.wall);
        } else {
            self.alarms.concerns.remove(&what);
        }
        self.changed();
    }

    /// Which recordings of the settings are nowhere.
    pub(super) fn on_recordings(&mut self, missing: Vec<String>) {
        let known = std::mem::take(&mut self.alarms.unheard);
        let since = |name: &String| known.get(name).copied().unwrap_or(self.now.wall);
        self.alarms.unheard = missing.into_iter().map(|name| (name.clone(), since(&name))).collect();
        self.changed();
    }

    /// Is this recording nowhere?
    pub(super) fn is_unheard(&self, name: &str) -> bool {
        self.alarms.unheard.contains_key(name)
    }

    /// Does the store keep promises at present?
    pub(super) fn keeps_promises(&self) -> bool {
        self.alarms.store_refuses.is_none()
    }

    /// No idle phone is silent while somebody waits (spec/hunt-groups.md §13).
    pub(super) fn watch(&mut self) {
        if self.line.is_empty() {
            self.alarms.silent = None;
            return;
        }
        let fresh = self.alarms.watched.is_some_and(|at| self.now.tick.since(at) < WATCH_EVERY);
        if fresh && !cfg!(debug_assertions) {
            return;
        }
        self.alarms.watched = Some(self.now.tick);
        debug_assert!(self.is_filed(), "a row is missing in the register");
        match self.silent_phone() {
            None => self.alarms.silent = None,
            Some((person, call)) => {
                if self.alarms.silent.is_none() {
                    tracing::error!(%person, %call, "a phone is silent while somebody waits");
                    self.alarms.silent = Some((person.clone(), self.now.wall));
                }
                debug_assert!(self.alarms.silent.is_none(), "{person} is silent while {call} waits");
            }
        }
    }

    /// Everything that needs a person, for the board.
    pub(super) fn alarms(&self) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        let down = self.alarms.trunks_down.iter().map(|row| ("trunk-down", row));
        let unsound = self.alarms.trunks_unsound.iter().map(|row| ("trunk-no-codec", row));
        let known = |trunk: &TrunkId| self.directory.trunk(trunk).is_some();
        for (code, (trunk, since)) in down.chain(unsound).filter(|(_, (trunk, _))| known(trunk)) {
            alarms.push(alarm(code, "trunk", trunk.to_string(), *since));
        }
        for (person, (_, since)) in &self.last_missed {
            alarms.push(alarm("last-person-missed", "person", self.name_of(person), *since));
        }
        if let Some((person, since)) = &self.alarms.silent {
            alarms.push(alarm("silent-phone", "person", self.name_of(person), *since));
        }
        if let Some(since) = self.alarms.store_refuses {
            alarms.push(Alarm { code: "store-refuses-promises", parameters: Vec::new(), since });
        }
        let concerns = self.alarms.concerns.iter();
        alarms.extend(concerns.map(|(what, since)| Alarm {
            code: what.code(),
            parameters: Vec::new(),
            since: *since,
        }));
        let unheard = self.alarms.unheard.iter();
        alarms.extend(unheard.map(|(name, since)| alarm("prompt-missing", "prompt", name.clone(), *since)));
        alarms.extend(self.callback_alarms());
        alarms.extend(self.mailbox_alarms());
        alarms.extend(self.nobody_alarms());
        alarms.extend(self.sent_alarms());
        alarms
    }

    pub(super) fn name_of(&self, person: &PersonId) -> String {
        self.directory.person(person).map_or_else(|| person.to_string(), |person| person.name.clone())
    }

    /// Where callers go whom nobody of their group answers, as the last one there has said.
    fn sent_alarms(&self) -> Vec<Alarm> {
        let sent = self.sent.iter().filter_map(|(id, sent)| {
            let code = match sent.to {
                Callers::Callback => "callers-to-callback",
                Callers::Voicemail => "callers-to-voicemail",
                Callers::Owner => "callers-to-owner",
                Callers::Wait => return None,
            };
            Some(alarm(code, "group", self.directory.group(id)?.name.clone(), sent.since))
        });
        sent.collect()
    }

    fn nobody_alarms(&self) -> Vec<Alarm> {
        let groups = self.directory.settings.groups.iter();
        let unsaid = groups.filter(|group| !self.sent.contains_key(&group.id));
        let empty = unsaid.filter(|group| self.is_group_open(&group.id) && !self.anybody_here(&group.id));
        empty
            .map(|group| {
                let left = group.members.iter().filter_map(|member| self.people.get(&member.person));
                let since = left.map(|staff| staff.since).max().unwrap_or(self.now.wall);
                alarm("nobody-signed-in", "group", group.name.clone(), since)
            })
            .collect()
    }
}

fn alarm(code: &'static str, name: &'static str, value: String, since: Timestamp) -> Alarm {
    Alarm { code, parameters: vec![(name, value)], since }
}
