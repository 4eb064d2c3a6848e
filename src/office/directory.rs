//! Pure. The settings by key: what would otherwise be searched for with every call.
//!
//! Rebuilt when the settings change, never while a call is being decided.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::ids::{GroupId, PersonId, PhoneId, TrunkId};
use crate::number::{Country, Number};
use crate::settings::{Goal, Group, Member, NumberPlan, Person, Phone, Role, Settings, Trunk};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Settings with their look-up tables.
#[derive(Debug)]
pub struct Directory {
    /// The settings themselves.
    pub settings: Arc<Settings>,
    people: BTreeMap<PersonId, usize>,
    groups: BTreeMap<GroupId, usize>,
    trunks: BTreeMap<TrunkId, usize>,
    numbers: BTreeMap<Number, usize>,
    extensions: BTreeMap<Number, PersonId>,
    owners: BTreeMap<PhoneId, PersonId>,
    member_of: BTreeMap<PersonId, Vec<GroupId>>,
    /// The groups a person can be rung for: as a member, or as their backup.
    rings_for: BTreeMap<PersonId, Vec<GroupId>>,
    neighbours: BTreeMap<GroupId, Arc<BTreeSet<GroupId>>>,
    bosses: Vec<PersonId>,
    mobiles: bool,
}

impl Directory {
    /// Indexes checked settings.
    pub fn new(settings: Arc<Settings>) -> Directory {
        let mut directory = Directory {
            people: settings.people.iter().enumerate().map(|(i, p)| (p.id.clone(), i)).collect(),
            groups: settings.groups.iter().enumerate().map(|(i, g)| (g.id.clone(), i)).collect(),
            trunks: settings.trunks.iter().enumerate().map(|(i, t)| (t.id.clone(), i)).collect(),
            numbers: settings.numbers.iter().enumerate().map(|(i, n)| (n.number.clone(), i)).collect(),
            extensions: extensions(&settings),
            owners: phone_owners(&settings),
            member_of: BTreeMap::new(),
            rings_for: BTreeMap::new(),
            neighbours: BTreeMap::new(),
            bosses: settings.people.iter().filter(|p| p.role == Role::Owner).map(|p| p.id.clone()).collect(),
            mobiles: settings
                .people
                .iter()
                .flat_map(|p| &p.phones)
                .any(|p| matches!(p, Phone::Mobile { .. })),
            settings,
        };
        directory.member_of = directory.memberships(&|group| ids_of(&group.members));
        directory.rings_for = directory.memberships(&|group| group.rung().cloned().collect());
        directory.neighbours = directory.joined_groups();
        directory
    }

    /// The office's country.
    pub fn country(&self) -> Country {
        self.settings.office.country
    }

    /// A person by id.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id).map(|&i| &self.settings.people[i])
    }

    /// A group by id.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.get(id).map(|&i| &self.settings.groups[i])
    }

    /// A trunk by id.
    pub fn trunk(&self, id: &TrunkId) -> Option<&Trunk> {
        self.trunks.get(id).map(|&i| &self.settings.trunks[i])
    }

    /// Where one of our numbers leads.
    pub fn plan(&self, number: &Number) -> Option<&NumberPlan> {
        self.numbers.get(number).map(|&i| &self.settings.numbers[i])
    }

    /// Whose extension this is.
    pub fn extension(&self, number: &Number) -> Option<&PersonId> {
        self.extensions.get(number)
    }

    /// Whose phone this is.
    pub fn phone_owner(&self, phone: &PhoneId) -> Option<&PersonId> {
        self.owners.get(phone)
    }

    /// The groups a person answers for.
    pub fn groups_of(&self, person: &PersonId) -> &[GroupId] {
        self.member_of.get(person).map_or(&[], Vec::as_slice)
    }

    /// The groups a person can be rung for, their backup included.
    pub fn groups_rung_for(&self, person: &PersonId) -> &[GroupId] {
        self.rings_for.get(person).map_or(&[], Vec::as_slice)
    }

    /// The groups that share people with this one, directly or over others, itself included.
    pub fn neighbours(&self, group: &GroupId) -> Option<&Arc<BTreeSet<GroupId>>> {
        self.neighbours.get(group)
    }

    /// Those with the role of an owner.
    pub fn bosses(&self) -> &[PersonId] {
        &self.bosses
    }

    /// Is anybody reached on a mobile?
    pub fn has_mobiles(&self) -> bool {
        self.mobiles
    }

    /// The number to show when this person calls out through this trunk: the person's own direct
    /// number if the trunk carries it, else the trunk's first number, else its account.
    pub fn shown_number(&self, person: &PersonId, trunk: &Trunk) -> String {
        let own = trunk
            .numbers
            .iter()
            .find(|number| self.plan(number).is_some_and(|plan| plan.to == Goal::Person(person.clone())));
        own.or(trunk.numbers.first()).map_or_else(|| trunk.user.clone(), |number| number.as_str().to_owned())
    }

    fn memberships(&self, people_of: &dyn Fn(&Group) -> Vec<PersonId>) -> BTreeMap<PersonId, Vec<GroupId>> {
        let mut member_of: BTreeMap<PersonId, Vec<GroupId>> = BTreeMap::new();
        for group in &self.settings.groups {
            for person in people_of(group) {
                let groups = member_of.entry(person).or_default();
                if groups.last() != Some(&group.id) {
                    groups.push(group.id.clone());
                }
            }
        }
        member_of
    }

    fn joined_groups(&self) -> BTreeMap<GroupId, Arc<BTreeSet<GroupId>>> {
        let mut joined = BTreeMap::new();
        for group in &self.settings.groups {
            if joined.contains_key(&group.id) {
                continue;
            }
            let together = Arc::new(self.reachable_from(&group.id));
            joined.extend(together.iter().map(|id| (id.clone(), together.clone())));
        }
        joined
    }

    fn reachable_from(&self, start: &GroupId) -> BTreeSet<GroupId> {
        let mut seen = BTreeSet::from([start.clone()]);
        let mut open = vec![start.clone()];
        while let Some(id) = open.pop() {
            let Some(group) = self.group(&id) else { continue };
            for next in group.rung().flat_map(|person| self.groups_rung_for(person)) {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    }
}

fn ids_of(members: &[Member]) -> Vec<PersonId> {
    members.iter().map(|member| member.person.clone()).collect()
}

fn extensions(settings: &Settings) -> BTreeMap<Number, PersonId> {
    settings.people.iter().filter_map(|p| Some((p.extension.clone()?, p.id.clone()))).collect()
}

fn phone_owners(settings: &Settings) -> BTreeMap<PhoneId, PersonId> {
    let mut owners = BTreeMap::new();
    for person in &settings.people {
        for phone in &person.phones {
            if let Phone::Sip { id, .. } = phone {
                owners.insert(id.clone(), person.id.clone());
            }
        }
    }
    owners
}
