//! Pure. All customers, found by number and by address without a walk: the office's memory of who calls.
//!
//! A merge moves nothing: the one that goes into another keeps what it had, and points there. So undoing it
//! loses nothing either: what came since belongs to whoever its number or address belongs to.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::card::{Block, Card, Customer, Edit, Fault, Guess, Maybe, Merged};
use crate::ids::{ConversationId, CustomerId, PersonId};
use crate::number::Number;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Customers in all.
pub const CUSTOMERS_MAX: usize = 50_000;
/// Guesses kept of one customer, rejected ones included.
const MAYBES_MAX: usize = 30;
/// Those among them that wait for somebody's word.
const MAYBES_OPEN_MAX: usize = 10;
/// Customers that went into one another.
const PARTS_MAX: usize = 200;

/// Why something is not done with a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum No {
    NoSuchCustomer,
    /// It goes on there.
    Merged(CustomerId),
    /// Somebody else changed it since.
    Changed,
    TooMany,
    /// Into itself, or nothing to undo, or judged already.
    NotNow,
    /// Whom we refuse would be put together with whom we do not.
    OneBlocked,
    /// The card would say nothing, or too much.
    Bad(Fault),
}

/// What a person says of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    Right,
    Wrong,
}

/// The customers.
#[derive(Clone, Debug, Default)]
pub struct Book {
    all: BTreeMap<CustomerId, Customer>,
    /// By what each has itself.
    by_number: BTreeMap<Number, BTreeSet<CustomerId>>,
    by_address: BTreeMap<String, BTreeSet<CustomerId>>,
    /// Who went into whom.
    parts: BTreeMap<CustomerId, BTreeSet<CustomerId>>,
    last: u64,
    version: u64,
}

impl Book {
    /// What the store remembers; `last` is the highest number ever given.
    pub fn restore(all: Vec<Customer>, last: u64) -> Book {
        let mut book = Book { last, ..Book::default() };
        all.into_iter().for_each(|one| book.put(one));
        book
    }

    /// Moves with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Every customer, those that went into another one among them.
    pub fn all(&self) -> impl Iterator<Item = &Customer> {
        self.all.values()
    }

    /// A customer as kept.
    pub fn get(&self, id: CustomerId) -> Option<&Customer> {
        self.all.get(&id)
    }

    /// Where a customer goes on after all merges.
    pub fn root(&self, id: CustomerId) -> CustomerId {
        let next = |id: &CustomerId| self.all.get(id)?.merged.as_ref().map(|merged| merged.into);
        std::iter::successors(Some(id), next).take(PARTS_MAX).last().unwrap_or(id)
    }

    /// A customer and everybody who went into them.
    pub fn whole(&self, id: CustomerId) -> BTreeSet<CustomerId> {
        let (mut whole, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(one) = open.pop() {
            if whole.insert(one) {
                open.extend(self.parts.get(&one).into_iter().flatten());
            }
        }
        whole
    }

    /// Whose number it is; several: nobody can tell.
    pub fn of_number(&self, number: &Number) -> BTreeSet<CustomerId> {
        self.by_number.get(number).into_iter().flatten().map(|id| self.root(*id)).collect()
    }

    /// Whose address it is.
    pub fn of_address(&self, address: &str) -> BTreeSet<CustomerId> {
        self.by_address.get(address).into_iter().flatten().map(|id| self.root(*id)).collect()
    }

    /// All numbers of the one whose number this is, itself among them; only itself where nobody can tell.
    pub fn numbers_beside(&self, number: &Number) -> BTreeSet<Number> {
        let mut numbers = BTreeSet::from([number.clone()]);
        if let Some(id) = only(&self.of_number(number)) {
            numbers.extend(self.numbers(id));
        }
        numbers
    }

    /// The numbers on which somebody with this one is reached: itself, and those by which one of its customers can be
    /// told.
    pub fn numbers_for(&self, number: &Number) -> BTreeSet<Number> {
        let whose = self.of_number(number).into_iter();
        whose.flat_map(|id| self.own_numbers(id)).chain([number.clone()]).collect()
    }

    /// All numbers of a customer that are nobody else's.
    pub fn own_numbers(&self, id: CustomerId) -> BTreeSet<Number> {
        self.numbers(id).into_iter().filter(|number| self.of_number(number).len() == 1).collect()
    }

    /// All addresses of a customer that are nobody else's.
    pub fn own_addresses(&self, id: CustomerId) -> BTreeSet<String> {
        self.addresses(id).into_iter().filter(|address| self.of_address(address).len() == 1).collect()
    }

    /// How the callers from a number are called: the names joined where there are several.
    pub fn title_of(&self, number: &Number) -> Option<String> {
        let found = self.of_number(number);
        let titles: Vec<String> =
            found.iter().take(3).filter_map(|id| Some(self.all.get(id)?.card.title())).collect();
        (!titles.is_empty()).then(|| titles.join(" / "))
    }

    /// Important by a flag of theirs, whoever of several it is.
    pub fn is_vip(&self, number: &Number) -> bool {
        self.of_number(number).into_iter().any(|id| self.parts_of(id).any(|one| one.card.vip))
    }

    /// Blocked at this instant: everybody whose number it is, so that nobody is shut out by a neighbour.
    pub fn is_number_blocked(&self, number: &Number, now: Timestamp) -> bool {
        self.are_blocked(&self.of_number(number), now)
    }

    /// Blocked at this instant, likewise.
    pub fn is_address_blocked(&self, address: &str, now: Timestamp) -> bool {
        self.are_blocked(&self.of_address(address), now)
    }

    fn are_blocked(&self, found: &BTreeSet<CustomerId>, now: Timestamp) -> bool {
        !found.is_empty() && found.iter().all(|id| self.block_of(*id, now).is_some())
    }

    /// The block of a customer at this instant. Those who went into another one keep theirs, which say nothing
    /// until they are parted again.
    pub fn block_of(&self, id: CustomerId, now: Timestamp) -> Option<&Block> {
        let block = self.all.get(&id)?.blocked.as_ref();
        block.filter(|block| block.until.is_none_or(|until| until > now))
    }

    /// A new one.
    pub fn create(&mut self, card: Card, at: Timestamp) -> Result<CustomerId, No> {
        card.check().map_err(No::Bad)?;
        if self.all.len() >= CUSTOMERS_MAX {
            return Err(No::TooMany);
        }
        self.last += 1;
        let id = CustomerId(self.last);
        self.put(Customer {
            id,
            version: 1,
            card,
            blocked: None,
            maybes: Vec::new(),
            last_maybe: 0,
            last_note: 0,
            created_at: at,
            changed_at: at,
            merged: None,
        });
        Ok(id)
    }

    /// Writes on a card; the rows that changed. `seen`: the version the writer saw.
    pub fn change(
        &mut self,
        id: CustomerId,
        seen: Option<u64>,
        edit: Edit,
        at: Timestamp,
    ) -> Result<Vec<CustomerId>, No> {
        let known = self.standing(id)?;
        if seen.is_some_and(|seen| seen != known.version) {
            return Err(No::Changed);
        }
        let whole = self.whole(id);
        let others: BTreeSet<CustomerId> = whole.iter().copied().filter(|part| *part != id).collect();
        let mut rows: Vec<Customer> = whole.iter().filter_map(|id| self.all.get(id).cloned()).collect();
        for row in rows.iter_mut().filter(|row| row.id == id) {
            let elsewhere = |number: &Number| others.iter().any(|part| self.has_number(*part, number));
            add_new(&mut row.card.numbers, edit.numbers.as_deref(), elsewhere);
            let elsewhere = |address: &String| others.iter().any(|part| self.has_address(*part, address));
            add_new(&mut row.card.addresses, edit.addresses.as_deref(), elsewhere);
        }
        for row in &mut rows {
            write(&mut row.card, &edit, row.id == id);
            match row.card.check() {
                Err(Fault::Empty) if !others.is_empty() => {}
                Err(fault) => return Err(No::Bad(fault)),
                Ok(()) => {}
            }
        }
        let changed: Vec<Customer> = rows
            .into_iter()
            .filter(|row| self.all.get(&row.id).is_some_and(|old| old.card != row.card))
            .collect();
        Ok(self.keep_all(changed, id, at))
    }

    /// One goes into another.
    pub fn merge(
        &mut self,
        id: CustomerId,
        into: CustomerId,
        by: Option<PersonId>,
        at: Timestamp,
    ) -> Result<Vec<CustomerId>, No> {
        self.standing(id)?;
        self.standing(into)?;
        if id == into {
            return Err(No::NotNow);
        }
        if self.whole(id).len() + self.whole(into).len() > PARTS_MAX / 2 {
            return Err(No::TooMany);
        }
        if self.block_of(id, at).is_some() != self.block_of(into, at).is_some() {
            return Err(No::OneBlocked);
        }
        let mut row = self.standing(id)?.clone();
        row.merged = Some(Merged { into, at, by });
        Ok(self.keep_all(vec![row], into, at))
    }

    /// They are two again.
    pub fn unmerge(&mut self, id: CustomerId, at: Timestamp) -> Result<Vec<CustomerId>, No> {
        let mut row = self.all.get(&id).cloned().ok_or(No::NoSuchCustomer)?;
        let root = self.root(id);
        row.merged.take().ok_or(No::NotNow)?;
        Ok(self.keep_all(vec![row], root, at))
    }

    /// Blocked, or not any more.
    pub fn block(
        &mut self,
        id: CustomerId,
        block: Option<Block>,
        at: Timestamp,
    ) -> Result<Vec<CustomerId>, No> {
        let known = self.standing(id)?;
        if known.blocked == block {
            return Ok(Vec::new());
        }
        let row = Customer { blocked: block, ..known.clone() };
        Ok(self.keep_all(vec![row], id, at))
    }

    /// The number of the next note.
    pub fn note(&mut self, id: CustomerId, at: Timestamp) -> Result<u32, No> {
        let mut row = self.standing(id)?.clone();
        row.last_note += 1;
        let note = row.last_note;
        self.keep_all(vec![row], id, at);
        Ok(note)
    }

    /// Something that may belong to a customer; `None`: it does, or was judged, or there are too many.
    pub fn guess(
        &mut self,
        id: CustomerId,
        what: Guess,
        conversation: Option<ConversationId>,
        at: Timestamp,
    ) -> Option<CustomerId> {
        let known = self.parts_of(id).any(|one| {
            let same = |maybe: &Maybe| maybe.what == what;
            one.maybes.iter().any(same) || has(&one.card, &what)
        });
        let open = |row: &&Customer| row.maybes.iter().filter(|maybe| !maybe.rejected).count();
        let row = self.standing(id).ok().filter(|row| !known && open(row) < MAYBES_OPEN_MAX)?;
        let mut row = row.clone();
        row.last_maybe += 1;
        row.maybes.push(Maybe { id: row.last_maybe, what, at, conversation, rejected: false });
        if row.maybes.len() > MAYBES_MAX {
            // The oldest that was rejected may come again: better than that none ever comes.
            let oldest = row.maybes.iter().position(|maybe| maybe.rejected);
            oldest.map(|place| row.maybes.remove(place));
        }
        self.keep_all(vec![row], id, at);
        Some(id)
    }

    /// A person has judged a guess.
    pub fn judge(
        &mut self,
        id: CustomerId,
        maybe: u32,
        judged: Judged,
        at: Timestamp,
    ) -> Result<Vec<CustomerId>, No> {
        let mut row = self.standing(id)?.clone();
        let place = row.maybes.iter().position(|one| one.id == maybe && !one.rejected).ok_or(No::NotNow)?;
        if judged == Judged::Right {
            let maybe = row.maybes.remove(place);
            take(&mut row.card, maybe.what);
            row.card.check().map_err(No::Bad)?;
        } else if let Some(maybe) = row.maybes.get_mut(place) {
            maybe.rejected = true;
        }
        Ok(self.keep_all(vec![row], id, at))
    }

    /// Forgets a customer and all who went into them: who they were.
    pub fn forget(&mut self, id: CustomerId) -> BTreeSet<CustomerId> {
        let whole = self.whole(id);
        for id in &whole {
            self.take_out(*id);
            self.parts.remove(id);
        }
        self.version += 1;
        whole
    }

    /// All numbers of a customer and those who went into them, each once, their own first.
    pub fn numbers(&self, id: CustomerId) -> Vec<Number> {
        each_once(self.own_first(id).flat_map(|one| one.card.numbers.iter().cloned()))
    }

    /// All addresses, likewise.
    pub fn addresses(&self, id: CustomerId) -> Vec<String> {
        each_once(self.own_first(id).flat_map(|one| one.card.addresses.iter().cloned()))
    }

    fn own_first(&self, id: CustomerId) -> impl Iterator<Item = &Customer> {
        let others = self.parts_of(id).filter(move |one| one.id != id);
        self.all.get(&id).into_iter().chain(others)
    }

    fn parts_of(&self, id: CustomerId) -> impl Iterator<Item = &Customer> {
        self.whole(id).into_iter().filter_map(|id| self.all.get(&id))
    }

    /// A customer that has not gone on in another.
    fn standing(&self, id: CustomerId) -> Result<&Customer, No> {
        let known = self.all.get(&id).ok_or(No::NoSuchCustomer)?;
        match known.merged {
            Some(_) => Err(No::Merged(self.root(id))),
            None => Ok(known),
        }
    }

    fn has_number(&self, id: CustomerId, number: &Number) -> bool {
        self.by_number.get(number).is_some_and(|ids| ids.contains(&id))
    }

    fn has_address(&self, id: CustomerId, address: &str) -> bool {
        self.by_address.get(address).is_some_and(|ids| ids.contains(&id))
    }

    /// Keeps rows, and moves the version of the one that is shown.
    fn keep_all(&mut self, mut rows: Vec<Customer>, shown: CustomerId, at: Timestamp) -> Vec<CustomerId> {
        if !rows.iter().any(|row| row.id == shown) {
            rows.extend(self.all.get(&shown).cloned());
        }
        let ids = rows.iter().map(|row| row.id).collect();
        for mut row in rows {
            (row.version, row.changed_at) = (row.version + 1, at);
            self.put(row);
        }
        ids
    }

    fn put(&mut self, row: Customer) {
        self.take_out(row.id);
        for number in &row.card.numbers {
            self.by_number.entry(number.clone()).or_default().insert(row.id);
        }
        for address in &row.card.addresses {
            self.by_address.entry(address.clone()).or_default().insert(row.id);
        }
        if let Some(merged) = &row.merged {
            self.parts.entry(merged.into).or_default().insert(row.id);
        }
        self.last = self.last.max(row.id.0);
        self.version += 1;
        self.all.insert(row.id, row);
    }

    fn take_out(&mut self, id: CustomerId) {
        let Some(old) = self.all.remove(&id) else { return };
        for number in &old.card.numbers {
            leave(&mut self.by_number, number, id);
        }
        for address in &old.card.addresses {
            leave(&mut self.by_address, address, id);
        }
        if let Some(merged) = &old.merged {
            leave(&mut self.parts, &merged.into, id);
        }
    }
}

/// The only one there is.
pub fn only(found: &BTreeSet<CustomerId>) -> Option<CustomerId> {
    found.first().copied().filter(|_| found.len() == 1)
}

fn leave<K: Ord>(index: &mut BTreeMap<K, BTreeSet<CustomerId>>, key: &K, id: CustomerId) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

/// Adds what is wanted and lies with nobody who went into this one: that stays theirs. In the order wanted.
fn add_new<T: Clone + PartialEq>(own: &mut Vec<T>, wanted: Option<&[T]>, elsewhere: impl Fn(&T) -> bool) {
    if let Some(wanted) = wanted {
        let stays = |value: &&T| own.contains(value) || !elsewhere(value);
        *own = wanted.iter().filter(stays).cloned().collect();
    }
}

/// The texts are the shown one's; a value that is not wanted any more leaves whoever brought it.
fn write(card: &mut Card, edit: &Edit, is_shown: bool) {
    if let Some(numbers) = &edit.numbers {
        card.numbers.retain(|number| numbers.contains(number));
    }
    if let Some(addresses) = &edit.addresses {
        card.addresses.retain(|address| addresses.contains(address));
    }
    match edit.vip {
        Some(vip) if is_shown || !vip => card.vip = vip,
        _ => {}
    }
    if is_shown {
        let texts = [
            (&mut card.name, &edit.name),
            (&mut card.company, &edit.company),
            (&mut card.about, &edit.about),
        ];
        for (text, wanted) in texts {
            if let Some(wanted) = wanted {
                text.clone_from(wanted);
            }
        }
    }
}

fn has(card: &Card, what: &Guess) -> bool {
    match what {
        Guess::Number(number) => card.numbers.contains(number),
        Guess::Address(address) => card.addresses.contains(address),
        Guess::Company(company) => card.company.to_lowercase() == company.to_lowercase(),
    }
}

/// Somebody may have typed it in meanwhile.
fn take(card: &mut Card, what: Guess) {
    match what {
        Guess::Number(number) if card.numbers.contains(&number) => {}
        Guess::Address(address) if card.addresses.contains(&address) => {}
        Guess::Number(number) => card.numbers.push(number),
        Guess::Address(address) => card.addresses.push(address),
        Guess::Company(company) => card.company = company,
    }
}

fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}
