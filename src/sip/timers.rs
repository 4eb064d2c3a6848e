//! Pure. Deadlines by owner: one each, the earliest found without a search.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::Tick;
use std::collections::{BTreeMap, BTreeSet};

/// At most one deadline for each `K`.
#[derive(Debug)]
pub struct Timers<K> {
    queue: BTreeSet<(Tick, K)>,
    by_owner: BTreeMap<K, Tick>,
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Timers { queue: BTreeSet::new(), by_owner: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Timers<K> {
    /// Sets, moves or (with `None`) clears the deadline of `owner`.
    pub fn set(&mut self, owner: &K, due: Option<Tick>) {
        let before = match due {
            Some(due) => self.by_owner.insert(owner.clone(), due),
            None => self.by_owner.remove(owner),
        };
        if before == due {
            return;
        }
        if let Some(before) = before {
            self.queue.remove(&(before, owner.clone()));
        }
        if let Some(due) = due {
            self.queue.insert((due, owner.clone()));
        }
    }

    /// The earliest deadline and whose it is.
    pub fn first(&self) -> Option<(Tick, &K)> {
        self.queue.first().map(|(due, owner)| (*due, owner))
    }

    /// Takes one deadline that is not after `now`.
    pub fn pop_due(&mut self, now: Tick) -> Option<K> {
        if self.first()?.0 > now {
            return None;
        }
        let (_, owner) = self.queue.pop_first()?;
        self.by_owner.remove(&owner);
        Some(owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn moves_and_clears_without_leaving_the_old_deadline() {
        let mut timers = Timers::default();
        let at = |s| Tick(Duration::from_secs(s));
        timers.set(&"a", Some(at(5)));
        timers.set(&"b", Some(at(3)));
        timers.set(&"a", Some(at(1)));
        assert_eq!(timers.first(), Some((at(1), &"a")));
        timers.set(&"a", None);
        assert_eq!(timers.pop_due(at(2)), None);
        assert_eq!(timers.pop_due(at(9)), Some("b"));
        assert_eq!(timers.pop_due(at(9)), None);
    }
}
