//! Pure. What becomes of an outward mail after an attempt to send it (spec/mail.md §5).
//!
//! A row is on the disk before the socket opens, so a fall leaves one of two questions: was it never with
//! the server, or may it be? Only the second needs care.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::{SignedDuration, Timestamp};

/// A mail is tried for so long.
pub const TRIED_FOR: SignedDuration = SignedDuration::from_hours(72);
/// The first wait; each further one is twice as long, up to the longest.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(60);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(4);

/// Who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Somebody of the office: it must arrive once, and nobody may be left believing that it did.
    Person,
    /// Nobody: better never than twice.
    Automatic,
}

/// A mail that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Who wrote it.
    pub writer: Writer,
    /// When it was first tried.
    pub first_try: Timestamp,
    /// How often it was tried, the last attempt counted.
    pub tries: u32,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server has it.
    Taken,
    /// An earlier attempt is found in the Sent folder.
    FoundInSent,
    /// One is found there, and some had it before the last attempt: theirs, or the others', nothing can tell.
    FoundForSome,
    /// 4xx, or the network: nothing was taken.
    Later(String),
    /// 5xx: nothing will be taken.
    Refused(String),
    /// The connection ended after the final dot and before the answer; or it had, and Sent could not be
    /// looked at since.
    Unknown,
    /// As [`Ended::Unknown`], and there is no Sent folder that could ever tell.
    NoSentFolder,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is sent; a copy goes to the Sent folder.
    Sent,
    /// Once more, not before `at`.
    Again {
        /// When.
        at: Timestamp,
        /// What must be done first.
        look: Look,
    },
    /// It becomes an item in the inbox: somebody must decide.
    Item(Why),
    /// It is given up, and nobody needs to know.
    Dropped,
}

/// What precedes an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing: the server never had it.
    No,
    /// It may have arrived: look for its Message-ID in the Sent folder.
    AtSent,
}

/// Why somebody must look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server's sentence.
    Refused(String),
    /// 72 hours are over; the last sentence.
    Expired(String),
    /// It has no mailbox to leave from; our own sentence.
    Stuck(String),
    /// Whether it arrived is not known, after 72 hours or because nothing can tell: only somebody's yes sends
    /// it again.
    Unclear,
}

impl Why {
    /// The key of the sentence in `i18n`, and what the server said.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Why::Refused(said) => ("mail.refused", said),
            Why::Expired(said) => ("mail.expired", said),
            Why::Stuck(said) => ("mail.stuck", said),
            Why::Unclear => ("mail.unclear", ""),
        }
    }
}

/// What follows an attempt that ended at `now`. `luck` spreads the waits: any number, best a random one.
pub fn after(row: &Row, ended: Ended, now: Timestamp, luck: u32) -> Next {
    match (ended, row.writer) {
        (Ended::Taken | Ended::FoundInSent, _) => Next::Sent,
        (Ended::Unknown | Ended::NoSentFolder | Ended::FoundForSome, Writer::Automatic) => Next::Dropped,
        (Ended::NoSentFolder | Ended::FoundForSome, Writer::Person) => Next::Item(Why::Unclear),
        (Ended::Unknown, Writer::Person) => again(row, now, luck, Look::AtSent, Why::Unclear),
        (Ended::Later(said), _) => again(row, now, luck, Look::No, Why::Expired(said)),
        (Ended::Refused(_), Writer::Automatic) => Next::Dropped,
        (Ended::Refused(said), Writer::Person) => Next::Item(Why::Refused(said)),
    }
}

/// What follows for a row that was with the server when the program fell.
pub fn after_fall(row: &Row, now: Timestamp) -> Next {
    match row.writer {
        Writer::Automatic => Next::Dropped,
        Writer::Person => Next::Again { at: now, look: Look::AtSent },
    }
}

fn again(row: &Row, now: Timestamp, luck: u32, look: Look, over: Why) -> Next {
    let at = now.saturating_add(wait(row.tries, luck)).unwrap_or(Timestamp::MAX);
    let is_in_time = at.duration_since(row.first_try) <= TRIED_FOR;
    match (is_in_time, row.writer) {
        (true, _) => Next::Again { at, look },
        (false, Writer::Person) => Next::Item(over),
        (false, Writer::Automatic) => Next::Dropped,
    }
}

/// 1, 2, 4 … 240 minutes, each up to a quarter longer or shorter.
pub fn wait(tries: u32, luck: u32) -> SignedDuration {
    let doubled = FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let seconds = doubled.min(LONGEST_WAIT).as_secs();
    let spread = seconds / 2;
    let luck = i64::from(luck) % (spread + 1);
    SignedDuration::from_secs(seconds - spread / 2 + luck)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn row(writer: Writer, tries: u32) -> Row {
        Row { writer, first_try: Timestamp::UNIX_EPOCH, tries }
    }

    fn later() -> Ended {
        Ended::Later("451 try later".into())
    }

    #[test]
    fn a_4xx_is_tried_again_with_longer_and_longer_waits_up_to_72_hours() {
        for luck in [0, 7, u32::MAX] {
            let (mut now, mut tries, mut last) = (Timestamp::UNIX_EPOCH, 1, SignedDuration::ZERO);
            while let Next::Again { at, look } = after(&row(Writer::Person, tries), later(), now, luck) {
                let waited = at.duration_since(now);
                assert!(waited >= SignedDuration::from_secs(45) && waited <= HOUR * 5, "{waited}");
                assert!(waited >= last, "{waited} after {last}");
                assert_eq!(look, Look::No);
                (now, tries, last) = (at, tries + 1, waited);
            }
            let tried_for = now.duration_since(Timestamp::UNIX_EPOCH);
            assert!(tried_for <= TRIED_FOR && tried_for > TRIED_FOR - HOUR * 6, "{tried_for}");
            let end = after(&row(Writer::Person, tries), later(), now, luck);
            assert_eq!(end, Next::Item(Why::Expired("451 try later".into())));
        }
    }

    #[test]
    fn waits_differ_by_luck() {
        let waits: std::collections::BTreeSet<_> = (0..1000).map(|luck| wait(5, luck)).collect();
        assert!(waits.len() > 400);
        assert_eq!(
            (waits.first(), waits.last()),
            (Some(&SignedDuration::from_mins(12)), Some(&SignedDuration::from_mins(20)))
        );
    }

    #[test]
    fn a_5xx_becomes_an_item_with_the_servers_sentence() {
        let refused = || Ended::Refused("550 no such user".into());
        let next = after(&row(Writer::Person, 1), refused(), Timestamp::UNIX_EPOCH, 0);
        assert_eq!(next, Next::Item(Why::Refused("550 no such user".into())));
        assert_eq!(after(&row(Writer::Automatic, 1), refused(), Timestamp::UNIX_EPOCH, 0), Next::Dropped);
    }

    #[test]
    fn a_reply_that_may_have_arrived_is_looked_for_first() {
        let next = after(&row(Writer::Person, 1), Ended::Unknown, Timestamp::UNIX_EPOCH, 0);
        assert!(matches!(next, Next::Again { look: Look::AtSent, .. }), "{next:?}");
        assert_eq!(after(&row(Writer::Person, 2), Ended::FoundInSent, Timestamp::UNIX_EPOCH, 0), Next::Sent);
        let fallen = after_fall(&row(Writer::Person, 1), Timestamp::UNIX_EPOCH);
        assert_eq!(fallen, Next::Again { at: Timestamp::UNIX_EPOCH, look: Look::AtSent });
    }

    #[test]
    fn what_stays_unknown_waits_for_somebodys_yes() {
        let late = Timestamp::UNIX_EPOCH + TRIED_FOR;
        assert_eq!(after(&row(Writer::Person, 9), Ended::Unknown, late, 0), Next::Item(Why::Unclear));
        assert_eq!(Why::Unclear.words(), ("mail.unclear", ""));
        let no_folder = after(&row(Writer::Person, 1), Ended::NoSentFolder, Timestamp::UNIX_EPOCH, 0);
        assert_eq!(no_folder, Next::Item(Why::Unclear), "no later look could tell");
        let partly = after(&row(Writer::Person, 2), Ended::FoundForSome, Timestamp::UNIX_EPOCH, 0);
        assert_eq!(partly, Next::Item(Why::Unclear), "whose copy it is, only a person can find out");
    }

    #[test]
    fn an_automatic_reply_is_never_repeated_after_doubt() {
        assert_eq!(
            after(&row(Writer::Automatic, 1), Ended::Unknown, Timestamp::UNIX_EPOCH, 0),
            Next::Dropped
        );
        let no_folder = after(&row(Writer::Automatic, 1), Ended::NoSentFolder, Timestamp::UNIX_EPOCH, 0);
        assert_eq!(no_folder, Next::Dropped);
        assert_eq!(after_fall(&row(Writer::Automatic, 1), Timestamp::UNIX_EPOCH), Next::Dropped);
    }
}
