//! Pure. The line in memory: who stands in it, in what order, at which place.
//!
//! Each group has two rows in one order, the live callers and the promises, so that whoever looks for the
//! one need not step over the other; and a promise that rests until a known hour is not among those that are
//! looked at for somebody free. A row is a sorted queue: who comes goes to its end, who is served leaves
//! its front, a place is found by halving. Who gives up in the middle moves the entries of the shorter side,
//! sixteen bytes each in one piece: with 10,000 waiting that is still less than a thousandth of what the
//! hang-up costs otherwise, and a tree that counts would be longer, and slower at any length there is.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Place;
use crate::ids::GroupId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Everybody who waits, live or for a call they were promised, by group.
#[derive(Debug, Default)]
pub(in crate::office) struct Line {
    groups: BTreeMap<GroupId, Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    live: Row,
    promised: Row,
    /// Promises that nothing of their own keeps back.
    ready: BTreeSet<Place>,
}

/// Places in order, each once.
#[derive(Debug, Default)]
struct Row(VecDeque<Place>);

impl Row {
    fn insert(&mut self, place: Place) {
        if let Err(at) = self.0.binary_search(&place) {
            self.0.insert(at, place);
        }
    }

    fn remove(&mut self, place: &Place) {
        if let Ok(at) = self.0.binary_search(place) {
            self.0.remove(at);
        }
    }

    fn before(&self, place: &Place) -> usize {
        self.0.partition_point(|other| other < place)
    }

    /// Those before a place, or all of them; the youngest first.
    fn back_from(&self, place: Option<&Place>) -> impl Iterator<Item = Reverse<Place>> {
        let many = place.map_or(self.0.len(), |place| self.before(place));
        self.0.range(..many).rev().copied().map(Reverse)
    }
}

impl Rows {
    fn len(&self) -> usize {
        self.live.0.len() + self.promised.0.len()
    }

    fn take_promise(&mut self, place: &Place) {
        self.promised.remove(place);
        self.ready.remove(place);
    }
}

impl Line {
    /// Somebody waits on the line from here on; one who was promised a call is back at their place.
    pub(in crate::office) fn stand_live(&mut self, group: GroupId, place: Place) {
        let rows = self.groups.entry(group).or_default();
        rows.take_promise(&place);
        rows.live.insert(place);
    }

    /// Somebody waits for a call from here on.
    pub(in crate::office) fn stand_promised(&mut self, group: GroupId, place: Place) {
        let rows = self.groups.entry(group).or_default();
        rows.promised.insert(place);
        rows.ready.insert(place);
    }

    /// A promise in the line rests, or may be kept as soon as somebody is free.
    pub(in crate::office) fn rest(&mut self, group: &GroupId, place: Place, rests: bool) {
        let Some(rows) = self.groups.get_mut(group) else { return };
        match rests || rows.promised.0.binary_search(&place).is_err() {
            true => rows.ready.remove(&place),
            false => rows.ready.insert(place),
        };
    }

    /// Somebody waits no longer.
    pub(in crate::office) fn leave(&mut self, group: &GroupId, place: Place) {
        let Some(rows) = self.groups.get_mut(group) else { return };
        rows.live.remove(&place);
        rows.take_promise(&place);
        if rows.len() == 0 {
            self.groups.remove(group);
        }
    }

    /// Does nobody wait anywhere?
    pub(in crate::office) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Does somebody wait in this group?
    pub(in crate::office) fn has(&self, group: &GroupId) -> bool {
        self.groups.contains_key(group)
    }

    /// How many wait in this group.
    pub(in crate::office) fn len(&self, group: &GroupId) -> usize {
        self.groups.get(group).map_or(0, Rows::len)
    }

    /// How many of this group stand before a place.
    pub(in crate::office) fn before(&self, group: &GroupId, place: &Place) -> usize {
        self.groups.get(group).map_or(0, |rows| rows.live.before(place) + rows.promised.before(place))
    }

    /// Those of this group before a place, or all of them; the youngest first.
    pub(in crate::office) fn back_from(
        &self,
        group: &GroupId,
        place: Option<&Place>,
    ) -> impl Iterator<Item = Place> {
        let rows = self.groups.get(group).into_iter();
        let both =
            rows.flat_map(move |rows| in_order(rows.live.back_from(place), rows.promised.back_from(place)));
        both.map(|Reverse(place)| place)
    }

    /// The groups in which somebody waits.
    pub(in crate::office) fn groups(&self) -> impl Iterator<Item = &GroupId> {
        self.groups.keys()
    }

    /// Those on the line, oldest first.
    pub(in crate::office) fn live(&self, group: &GroupId) -> impl Iterator<Item = Place> {
        self.groups.get(group).into_iter().flat_map(|rows| rows.live.0.iter().copied())
    }

    /// Those who were promised a call, oldest first.
    pub(in crate::office) fn promised(&self, group: &GroupId) -> impl Iterator<Item = Place> {
        self.groups.get(group).into_iter().flat_map(|rows| rows.promised.0.iter().copied())
    }

    /// Those of them who do not rest.
    pub(in crate::office) fn ready(&self, group: &GroupId) -> impl Iterator<Item = Place> {
        self.groups.get(group).into_iter().flat_map(|rows| rows.ready.iter().copied())
    }

    /// Those on the line and those who were promised a call, in one order.
    pub(in crate::office) fn all(&self, group: &GroupId) -> impl Iterator<Item = Place> {
        in_order(self.live(group), self.promised(group))
    }
}

/// Two rows as one.
pub(in crate::office) fn in_order<T: Ord>(
    one: impl Iterator<Item = T>,
    other: impl Iterator<Item = T>,
) -> impl Iterator<Item = T> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(first), Some(second)) if second < first => other.next(),
        (None, _) => other.next(),
        _ => one.next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CallId;
    use crate::office::callback::Order;
    use crate::time::Tick;
    use std::time::Duration;

    fn at(second: u64) -> Place {
        (Order::at(Tick(Duration::from_secs(second))), CallId(second))
    }

    #[test]
    fn live_callers_and_promises_count_alike_and_stand_in_one_order() {
        let (group, mut line) = (GroupId::from("main"), Line::default());
        for second in [50, 10, 30] {
            line.stand_live(group.clone(), at(second));
        }
        for second in [40, 20] {
            line.stand_promised(group.clone(), at(second));
        }
        assert_eq!(line.all(&group).collect::<Vec<_>>(), [10, 20, 30, 40, 50].map(at));
        assert_eq!((line.before(&group, &at(40)), line.before(&group, &at(10)), line.len(&group)), (3, 0, 5));
        assert_eq!(line.back_from(&group, Some(&at(40))).collect::<Vec<_>>(), [30, 20, 10].map(at));
        assert_eq!(line.back_from(&group, None).take(2).collect::<Vec<_>>(), [50, 40].map(at));
        line.stand_live(group.clone(), at(20));
        assert_eq!(line.live(&group).collect::<Vec<_>>(), [10, 20, 30, 50].map(at), "back at the old place");
        assert_eq!(line.promised(&group).collect::<Vec<_>>(), [at(40)]);
    }

    #[test]
    fn a_promise_that_rests_keeps_its_place() {
        let (group, mut line) = (GroupId::from("main"), Line::default());
        line.stand_promised(group.clone(), at(1));
        line.stand_promised(group.clone(), at(2));
        line.rest(&group, at(1), true);
        assert_eq!((line.ready(&group).collect::<Vec<_>>(), line.before(&group, &at(2))), (vec![at(2)], 1));
        line.rest(&group, at(1), false);
        line.rest(&group, at(3), false);
        assert_eq!(line.ready(&group).collect::<Vec<_>>(), [at(1), at(2)], "nobody is brought in by it");
    }

    #[test]
    fn who_leaves_is_gone_and_the_last_one_closes_the_line() {
        let (group, mut line) = (GroupId::from("main"), Line::default());
        line.stand_live(group.clone(), at(1));
        line.stand_live(group.clone(), at(1));
        line.stand_promised(group.clone(), at(2));
        line.leave(&group, at(1));
        assert_eq!(line.len(&group), 1, "nobody stands twice");
        line.leave(&group, at(1));
        assert!(line.has(&group), "who is gone takes nobody along");
        line.leave(&group, at(2));
        assert!(line.is_empty() && !line.has(&group));
    }
}
