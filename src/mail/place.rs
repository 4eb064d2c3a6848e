//! Pure. Which mail is which: places in a folder, and what a renumbered folder means.
//!
//! A place is (UIDVALIDITY, epoch, UID). The epoch counts every time UIDs lost their meaning: another
//! UIDVALIDITY, UIDNEXT running backwards, a UID that now names another mail. In a new epoch everything is
//! fetched once more, and content decides what is new: [`settle`] (spec/mail.md §1). Within an epoch a mail may
//! come back under another UID: put away and back by somebody, or numbered anew by a server that lost its index
//! and kept its UIDVALIDITY.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How wrong the clocks of two machines may be before a date stops saying "older".
const CLOCKS_APART: SignedDuration = SignedDuration::from_hours(24);

/// Where a mail lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub epoch: u32,
    pub uid: u32,
    pub uid_validity: u32,
    /// In bytes, as the server states it (RFC822.SIZE): not the size of the file.
    pub stated_size: u64,
}

/// What is stored of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub uid_validity: u32,
    pub epoch: u32,
    /// The first connection.
    pub first_contact_at: Timestamp,
    /// UIDNEXT at the first connection: mails from there on came after it.
    pub first_uid_next: u32,
    /// Every mail of this epoch that is stored, in any order.
    pub known: Vec<Known>,
}

/// A stored mail, as far as the server can be asked about it without fetching it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    pub uid: u32,
    pub internal_date: Timestamp,
    pub stated_size: u64,
}

impl Standing {
    /// The first sight of a folder.
    pub fn first(uid_validity: u32, uid_next: u32, now: Timestamp) -> Self {
        Self { uid_validity, epoch: 1, first_contact_at: now, first_uid_next: uid_next, known: Vec::new() }
    }

    /// Another epoch: nothing known by UID any more.
    pub fn renumbered(&self, uid_validity: u32) -> Self {
        Self { uid_validity, epoch: self.epoch + 1, known: Vec::new(), ..self.clone() }
    }

    /// Whether what the server says of the folder contradicts what is known.
    pub fn is_void(&self, uid_validity: u32, uid_next: Option<u32>) -> bool {
        let last = self.last_uid();
        uid_validity != self.uid_validity || uid_next.is_some_and(|next| last > 0 && next <= last)
    }

    /// The highest UID that is stored; 0 before the first.
    pub fn last_uid(&self) -> u32 {
        self.known.iter().map(|known| known.uid).max().unwrap_or(0)
    }

    /// UIDs whose mails are not in the folder any more: stored, dated after `since`, and not among `listed`,
    /// which holds every UID of the folder since then, in order.
    pub fn gone(&self, since: Timestamp, listed: &[u32]) -> BTreeSet<u32> {
        let since = since.saturating_add(CLOCKS_APART).unwrap_or(since);
        let is_gone =
            |known: &&Known| known.internal_date >= since && listed.binary_search(&known.uid).is_err();
        self.known.iter().filter(is_gone).map(|known| known.uid).collect()
    }

    /// Whether a mail was there before us: it arrives closed. A mail that came into the folder after the first
    /// connection must be clearly older, so that a wrong clock cannot close what is owed.
    pub fn is_history(&self, uid: u32, internal_date: Timestamp) -> bool {
        let came_later = self.epoch == 1 && uid >= self.first_uid_next;
        let slack = if came_later { CLOCKS_APART } else { SignedDuration::ZERO };
        internal_date.checked_add(slack).is_ok_and(|date| date < self.first_contact_at)
    }
}

/// What a fetched mail is to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// This place with this content is stored already.
    Already,
    /// The content is stored at this place, where it is no more: its place moves here.
    Moved {
        epoch: u32,
        uid: u32,
    },
    New,
}

/// Decides about a mail fetched at (`epoch`, `uid`), given the places (epoch, UID) of every stored mail of the
/// same folder with the same content hash, and the UIDs of this epoch that are `gone` from the folder. Each
/// stored mail is matched once: two identical mails stay two. Only the twin, byte for byte, of a mail that was
/// deleted before is taken for that mail.
pub fn settle(same_content: &[(u32, u32)], epoch: u32, uid: u32, gone: &BTreeSet<u32>) -> Settled {
    if same_content.contains(&(epoch, uid)) {
        return Settled::Already;
    }
    let left = |(theirs, at): &&(u32, u32)| *theirs < epoch || *theirs == epoch && gone.contains(at);
    // the one that most probably is this very mail: same UID, else the latest
    let best = same_content.iter().filter(left).max_by_key(|(theirs, at)| (*at == uid, *theirs, *at));
    best.map_or(Settled::New, |&(epoch, uid)| Settled::Moved { epoch, uid })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(uids: &[u32]) -> Standing {
        let at = |uid: u32| Known {
            uid,
            internal_date: Timestamp::from_second(i64::from(uid)).unwrap(),
            stated_size: 10,
        };
        Standing {
            known: uids.iter().map(|uid| at(*uid)).collect(),
            ..Standing::first(7, 4, Timestamp::from_second(1_000_000).unwrap())
        }
    }

    #[test]
    fn a_folder_is_void_when_its_numbers_changed_or_ran_backwards() {
        let stored = standing(&[3, 9, 5]);
        for (validity, next, void) in [
            (7, Some(10), false),
            (7, None, false),
            (8, Some(10), true),
            (7, Some(9), true),
            (7, Some(1), true),
        ] {
            assert_eq!(stored.is_void(validity, next), void, "{validity} {next:?}");
        }
        assert!(!standing(&[]).is_void(7, Some(1)));
    }

    #[test]
    fn each_stored_mail_is_matched_once() {
        let settle = |same: &[(u32, u32)], gone: &[u32]| settle(same, 2, 5, &gone.iter().copied().collect());
        assert_eq!(settle(&[], &[]), Settled::New);
        assert_eq!(settle(&[(2, 5)], &[]), Settled::Already);
        // a twin in the same epoch is another mail, unless it is there no more
        assert_eq!(settle(&[(2, 4)], &[3]), Settled::New);
        assert_eq!(settle(&[(2, 4), (2, 3)], &[3]), Settled::Moved { epoch: 2, uid: 3 });
        assert_eq!(settle(&[(1, 4), (2, 6)], &[4]), Settled::Moved { epoch: 1, uid: 4 });
        // the same UID is taken first, so that twins do not change places
        assert_eq!(settle(&[(1, 9), (1, 5)], &[]), Settled::Moved { epoch: 1, uid: 5 });
    }

    /// What lies before the span that was listed is not gone because it is not listed.
    #[test]
    fn gone_is_what_was_there_and_is_not() {
        let days = |n: i64| Timestamp::from_second(n * 24 * 3600).unwrap();
        let known = |uid, day| Known { uid, internal_date: days(day), stated_size: 10 };
        let stored = Standing { known: vec![known(1, 3), known(2, 6), known(3, 7)], ..standing(&[]) };
        assert_eq!(stored.gone(days(5), &[3, 9]), BTreeSet::from([2]));
        assert_eq!(stored.gone(days(5), &[]), BTreeSet::from([2, 3]));
    }

    #[test]
    fn history_is_what_was_there_before_us() {
        let stored = standing(&[]);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(stored.is_history(3, at(999_999)));
        assert!(!stored.is_history(3, at(1_000_000)));
        // came after the first connection: a clock an hour apart does not close it, a day and more does
        assert!(!stored.is_history(4, at(999_999)));
        assert!(stored.is_history(4, at(1_000_000 - 24 * 3600 - 1)));
        // in another epoch UIDs say nothing
        assert!(stored.renumbered(8).is_history(4, at(999_999)));
    }
}
