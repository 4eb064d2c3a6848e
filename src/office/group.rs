//! Pure. Who rings for whom: the split of free people over waiting callers (spec/hunt-groups.md §1).
//!
//! With W callers and F free people each of the first min(W, F) callers gets at least one ringing
//! phone, oldest first; what is left over goes to the oldest. This is a matching: a caller who finds
//! nobody idle may take a phone over from one who has several, or from one who can be served by
//! somebody else, but never leaves an older caller without.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::{BTreeMap, BTreeSet};

/// One waiting caller, as far as ringing is concerned. People are small numbers here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Who may ring for this caller, best first.
    pub candidates: Vec<usize>,
    /// Who rings for this caller besides the one it needs: those who have joined by now.
    pub joiners: BTreeSet<usize>,
    /// Who rings for it at present.
    pub ringing: BTreeSet<usize>,
}

/// Who rings for whom from now on: person → place in `wishes`.
pub fn share(wishes: &[Wish]) -> BTreeMap<usize, usize> {
    let busy_ringing = wishes.iter().flat_map(|wish| wish.ringing.iter().copied()).collect();
    let mut shared = Shared { wishes, taken: BTreeMap::new(), busy_ringing };
    for place in 0..wishes.len() {
        shared.serve(place, &mut BTreeSet::new());
    }
    shared.keep_ringing();
    shared.give_the_rest();
    shared.taken
}

struct Shared<'a> {
    wishes: &'a [Wish],
    taken: BTreeMap<usize, usize>,
    busy_ringing: BTreeSet<usize>,
}

impl Shared<'_> {
    /// Finds one person for this caller, moving others where they can be moved.
    fn serve(&mut self, place: usize, seen: &mut BTreeSet<usize>) -> bool {
        if let Some(person) = self.pick_free(place) {
            self.taken.insert(person, place);
            return true;
        }
        for &person in &self.wishes[place].candidates {
            if !seen.insert(person) {
                continue;
            }
            let Some(&other) = self.taken.get(&person) else { continue };
            // Taken while its caller looks for somebody else.
            if self.serve(other, seen) {
                self.taken.insert(person, place);
                return true;
            }
        }
        false
    }

    /// Those who ring for it already come first, then the silent ones, best first, then those who ring
    /// for somebody else, lowest rank first.
    fn pick_free(&self, place: usize) -> Option<usize> {
        let wish = &self.wishes[place];
        let open = |person: &&usize| !self.taken.contains_key(*person);
        let own = wish.candidates.iter().filter(open).find(|p| wish.ringing.contains(*p));
        let silent = || wish.candidates.iter().filter(open).find(|p| !self.busy_ringing.contains(*p));
        let moved = || wish.candidates.iter().rev().find(open);
        own.or_else(silent).or_else(moved).copied()
    }

    /// Whoever rings for a caller and was not needed elsewhere goes on ringing.
    fn keep_ringing(&mut self) {
        for (place, wish) in self.wishes.iter().enumerate() {
            for &person in wish.joiners.intersection(&wish.ringing) {
                self.taken.entry(person).or_insert(place);
            }
        }
    }

    /// Extras go to the oldest caller they may ring for.
    fn give_the_rest(&mut self) {
        for (place, wish) in self.wishes.iter().enumerate() {
            for &person in &wish.joiners {
                self.taken.entry(person).or_insert(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everyone(candidates: &[usize], ringing: &[usize]) -> Wish {
        Wish {
            candidates: candidates.to_vec(),
            joiners: candidates.iter().copied().collect(),
            ringing: ringing.iter().copied().collect(),
        }
    }

    fn one_by_one(candidates: &[usize], ringing: &[usize]) -> Wish {
        Wish { joiners: BTreeSet::new(), ..everyone(candidates, ringing) }
    }

    #[test]
    fn all_ring_for_a_single_caller() {
        assert_eq!(share(&[everyone(&[0, 1, 2], &[])]), BTreeMap::from([(0, 0), (1, 0), (2, 0)]));
    }

    #[test]
    fn a_second_caller_gets_the_lowest_ranked_phone_of_the_first() {
        let wishes = [everyone(&[0, 1, 2], &[0, 1, 2]), everyone(&[0, 1, 2], &[])];
        assert_eq!(share(&wishes), BTreeMap::from([(0, 0), (1, 0), (2, 1)]));
    }

    #[test]
    fn the_last_phone_is_never_taken_from_an_older_caller() {
        let wishes = [everyone(&[0], &[0]), everyone(&[0], &[])];
        assert_eq!(share(&wishes), BTreeMap::from([(0, 0)]));
    }

    #[test]
    fn an_older_caller_takes_the_phone_of_a_younger_one() {
        let wishes = [everyone(&[0], &[]), everyone(&[0], &[0])];
        assert_eq!(share(&wishes), BTreeMap::from([(0, 0)]));
    }

    #[test]
    fn a_caller_moves_over_so_that_the_next_is_served_too() {
        let wishes = [one_by_one(&[0, 1], &[0]), one_by_one(&[0], &[])];
        assert_eq!(share(&wishes), BTreeMap::from([(1, 0), (0, 1)]));
    }

    #[test]
    fn one_phone_at_a_time_leaves_the_others_silent() {
        assert_eq!(share(&[one_by_one(&[2, 0, 1], &[])]), BTreeMap::from([(2, 0)]));
    }

    /// The first min(W, F) callers are served, for every small office there can be.
    #[test]
    fn the_first_callers_each_have_a_ringing_phone() {
        for people in 0..5_usize {
            for callers in 0..6_usize {
                let all: Vec<usize> = (0..people).collect();
                let wishes: Vec<Wish> = (0..callers).map(|_| everyone(&all, &[])).collect();
                let served: BTreeSet<usize> = share(&wishes).into_values().collect();
                assert_eq!(served, (0..callers.min(people)).collect(), "{callers} callers, {people} people");
            }
        }
    }
}
