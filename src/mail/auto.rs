//! Pure. The automatic reply: who gets one, what it says, and the number in an answer to it
//! (spec/mail.md §4, RFC 3834).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod number;
mod stop;
mod words;

pub use number::number_in_reply;
pub use stop::says_stop;
pub use words::{CallBack, Expect, Words, promised, text};

use super::address::Address;
use super::message::{Message, ReturnPath};
use crate::number::{Country, Number};
use jiff::SignedDuration;

/// One sender hears of one topic once in so long.
pub const ONCE_IN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So many an hour in all.
pub const HOURLY_MAX: usize = 20;
/// An older mail is history.
pub const AGE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Names nobody reads the mail of; compared with what stands before the `@`, without `-`, `_` and `.`.
const ROBOTS: &[&str] = &[
    "mailerdaemon",
    "postmaster",
    "noreply",
    "donotreply",
    "dontreply",
    "noresponse",
    "nepasrepondre",
    "nichtantworten",
    "ikkesvar",
    "svarikke",
    "inteesvar",
    "svarainte",
    "bounce",
    "bounces",
    "listserv",
    "majordomo",
    "mailman",
    "daemon",
    "autoresponder",
    "robot",
];

/// An automatic reply that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// To whom.
    pub to: Address,
    /// About what: [`super::thread::plain_subject`] of the mail.
    pub topic: String,
    /// How long ago.
    pub ago: SignedDuration,
}

/// All a decision needs.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The mail.
    pub message: &'a Message,
    /// How long ago the server took it in (INTERNALDATE).
    pub age: SignedDuration,
    /// Addresses of our mailboxes and their aliases.
    pub ours: &'a [Address],
    /// Automatic replies of the last seven days.
    pub told: &'a [Told],
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It was written by a program (`Auto-Submitted` other than `no`).
    Automatic,
    /// It came over a list (`List-…`).
    List,
    /// `Precedence: bulk`, `list` or `junk`.
    Bulk,
    /// Its return path is empty: it is a report, or wants no answer.
    NoReturn,
    /// It reports about a mail of ours.
    Report,
    /// There is no address to answer to.
    Nobody,
    /// It comes from us, or an answer would go to us.
    Ourselves,
    /// It comes from, or an answer would go to, an address nobody reads.
    Robot,
    /// It does not name us in To or Cc.
    NotToUs,
    /// A filter marked it as spam.
    Spam,
    /// It is more than a day old.
    Old,
    /// This sender heard of this topic within seven days.
    Told,
    /// Enough went out this hour.
    TooMany,
}

/// To whom an automatic reply may go, or why none goes. The first reason that holds is named.
pub fn may_answer<'a>(facts: &Facts<'a>) -> Result<&'a Address, Silence> {
    let to = is_from_somebody(facts)?;
    match () {
        () if times_told(facts, to) > 0 => Err(Silence::Told),
        () if is_hour_full(facts.told) => Err(Silence::TooMany),
        () => Ok(to),
    }
}

/// Whom to call, and on which number: somebody answered an automatic reply with it. One call a reply: who was
/// told of it already, or is nobody an automatic reply goes to, is not heard.
pub fn asks_for_call<'a>(facts: &Facts<'a>, home: Country) -> Option<(&'a Address, Number)> {
    let to = is_from_somebody(facts).ok().filter(|to| times_told(facts, to) == 1)?;
    Some((to, number_in_reply(&facts.message.text, home)?))
}

/// Whether so much was said automatically that nothing more is said this hour.
pub fn is_hour_full(told: &[Told]) -> bool {
    told.iter().filter(|told| told.ago < SignedDuration::from_hours(1)).count() >= HOURLY_MAX
}

/// Who wrote it to us, and reads an answer.
fn is_from_somebody<'a>(facts: &Facts<'a>) -> Result<&'a Address, Silence> {
    let message = facts.message;
    let to = message.answer_to().ok_or(Silence::Nobody)?;
    let reasons = [
        (message.auto_submitted.as_deref().is_some_and(|word| word != "no"), Silence::Automatic),
        (message.is_from_list, Silence::List),
        (
            message.precedence.as_deref().is_some_and(|word| matches!(word, "bulk" | "list" | "junk")),
            Silence::Bulk,
        ),
        (message.return_path == ReturnPath::Empty, Silence::NoReturn),
        (message.report.is_some(), Silence::Report),
        (involved(message, to).any(|address| facts.ours.contains(address)), Silence::Ourselves),
        (message.network.is_some() || involved(message, to).any(is_robot), Silence::Robot),
        (!names_us(message, facts.ours), Silence::NotToUs),
        (message.is_marked_spam, Silence::Spam),
        (facts.age > AGE_MAX, Silence::Old),
    ];
    match reasons.into_iter().find(|(holds, _)| *holds) {
        Some((_, why)) => Err(why),
        None => Ok(to),
    }
}

/// Everybody an answer could reach or be blamed on: the writers, the return path, and who is answered.
fn involved<'m>(message: &'m Message, to: &'m Address) -> impl Iterator<Item = &'m Address> {
    let path = match &message.return_path {
        ReturnPath::To(address) => Some(address),
        ReturnPath::Empty | ReturnPath::Missing => None,
    };
    message.from.iter().filter_map(|party| party.address.as_ref()).chain(path).chain([to])
}

/// `no-reply+x@`, `MAILER-DAEMON@`, `owner-list@`, `list-request@`.
fn is_robot(address: &Address) -> bool {
    let local = address.local().split('+').next().unwrap_or_default();
    let plain: String = local.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    ROBOTS.contains(&plain.as_str())
        || ["noreply", "donotreply", "mailerdaemon"]
            .iter()
            .any(|name| plain.starts_with(name) || plain.ends_with(name))
        || local.starts_with("owner-")
        || local.ends_with("-request")
        || local.starts_with("bounce-")
        || local.starts_with("bounces-")
}

fn names_us(message: &Message, ours: &[Address]) -> bool {
    let mut named = message.to.iter().chain(&message.cc).filter_map(|party| party.address.as_ref());
    named.any(|address| ours.contains(address))
}

/// How often they heard of this topic lately.
fn times_told(facts: &Facts<'_>, to: &Address) -> usize {
    let topic = super::thread::plain_subject(&facts.message.subject);
    let same = |told: &&Told| told.to == *to && told.topic == topic && told.ago < ONCE_IN;
    facts.told.iter().filter(same).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged_with(fields: &str, age_hours: i64, told: &[Told]) -> Result<String, Silence> {
        let raw = format!("To: info@hansen.example\nSubject: Offer\n{fields}\n\nhello");
        let message = Message::read(raw.as_bytes()).unwrap();
        let ours: Vec<Address> =
            ["info@hansen.example", "hello@hansen.example"].iter().filter_map(|a| Address::read(a)).collect();
        let facts =
            Facts { message: &message, age: SignedDuration::from_hours(age_hours), ours: &ours, told };
        may_answer(&facts).map(ToString::to_string)
    }

    fn judged(fields: &str) -> Result<String, Silence> {
        judged_with(&format!("From: Kim <kim@firm.test>\n{fields}"), 0, &[])
    }

    fn told(to: &str, topic: &str, ago: SignedDuration) -> Told {
        Told { to: Address::read(to).unwrap(), topic: topic.into(), ago }
    }

    #[test]
    fn a_number_in_the_answer_to_an_automatic_reply_is_called_once() {
        let asks = |fields: &str, text: &str, told: &[Told]| {
            let raw = format!(
                "To: info@hansen.example\nFrom: kim@firm.test\nSubject: Re: Offer\n{fields}\n\n{text}"
            );
            let message = Message::read(raw.as_bytes()).unwrap();
            let ours = [Address::read("info@hansen.example").unwrap()];
            let facts = Facts { message: &message, age: SignedDuration::ZERO, ours: &ours, told };
            asks_for_call(&facts, Country(*b"DK")).map(|(to, number)| (to.to_string(), number.to_string()))
        };
        let once = [told("kim@firm.test", "offer", SignedDuration::from_mins(5))];
        let twice = [once[0].clone(), told("kim@firm.test", "offer", SignedDuration::from_mins(1))];
        let wish = Some(("kim@firm.test".to_owned(), "+4512345678".to_owned()));
        assert_eq!(asks("X: y", "12 34 56 78", &once), wish);
        assert_eq!(asks("X: y", "yes please", &once), None, "no number");
        assert_eq!(asks("X: y", "12 34 56 78", &[]), None, "nobody offered it");
        assert_eq!(
            asks("X: y", "12 34 56 78", &twice),
            None,
            "another number is asked for by the second answer"
        );
        assert_eq!(asks("Auto-Submitted: auto-replied", "12 34 56 78", &once), None, "away until Monday");
        assert_eq!(asks("X-Spam-Flag: YES", "12 34 56 78", &once), None);
    }

    #[test]
    fn an_ordinary_mail_is_answered() {
        assert_eq!(judged("X: y"), Ok("kim@firm.test".into()));
        assert_eq!(judged("Return-Path: <kim@firm.test>\nAuto-Submitted: no"), Ok("kim@firm.test".into()));
        assert_eq!(judged("Reply-To: lee@firm.test"), Ok("lee@firm.test".into()));
        assert_eq!(judged("Precedence: normal"), Ok("kim@firm.test".into()));
    }

    #[test]
    fn a_program_is_not_answered() {
        for value in ["auto-replied", "auto-generated", "Auto-Generated; x=y", "AUTO-NOTIFIED", "yes"] {
            assert_eq!(judged(&format!("Auto-Submitted: {value}")), Err(Silence::Automatic), "{value}");
        }
    }

    #[test]
    fn a_list_is_not_answered() {
        for field in [
            "List-Id: <a.firm.test>",
            "LIST-UNSUBSCRIBE: <https://x.test>",
            "List-Post: NO",
            "List-Whatever: x",
        ] {
            assert_eq!(judged(field), Err(Silence::List), "{field}");
        }
    }

    #[test]
    fn bulk_is_not_answered() {
        for value in ["bulk", "List", "JUNK"] {
            assert_eq!(judged(&format!("Precedence: {value}")), Err(Silence::Bulk), "{value}");
        }
    }

    #[test]
    fn an_empty_return_path_is_not_answered() {
        assert_eq!(judged("Return-Path: <>"), Err(Silence::NoReturn));
    }

    #[test]
    fn a_report_is_not_answered() {
        assert_eq!(judged("X-Failed-Recipients: lee@firm.test"), Err(Silence::Report));
    }

    #[test]
    fn nobody_is_not_answered() {
        assert_eq!(judged_with("X: y", 0, &[]), Err(Silence::Nobody));
        assert_eq!(judged_with("From: nonsense", 0, &[]), Err(Silence::Nobody));
    }

    #[test]
    fn we_do_not_answer_ourselves() {
        for from in ["info@hansen.example", "INFO@Hansen.Example", "hello@hansen.example"] {
            assert_eq!(judged_with(&format!("From: {from}"), 0, &[]), Err(Silence::Ourselves), "{from}");
        }
        assert_eq!(judged("Reply-To: hello@hansen.example"), Err(Silence::Ourselves));
        assert_eq!(judged("Return-Path: <info@hansen.example>"), Err(Silence::Ourselves));
    }

    #[test]
    fn robots_are_not_answered() {
        for from in [
            "MAILER-DAEMON@firm.test",
            "postmaster@firm.test",
            "no-reply@firm.test",
            "noreply@firm.test",
            "no_reply@firm.test",
            "do-not-reply@firm.test",
            "noreply-orders@firm.test",
            "orders-noreply@firm.test",
            "no.reply+17@firm.test",
            "bounces-17@firm.test",
            "owner-list@firm.test",
            "list-request@firm.test",
            "notification@facebookmail.com",
        ] {
            assert_eq!(judged_with(&format!("From: {from}"), 0, &[]), Err(Silence::Robot), "{from}");
        }
        assert_eq!(judged("Reply-To: noreply@firm.test"), Err(Silence::Robot));
        assert_eq!(judged("Return-Path: <bounces-17@firm.test>"), Err(Silence::Robot));
        assert_eq!(judged_with("From: norea.plyms@firm.test", 0, &[]), Ok("norea.plyms@firm.test".into()));
    }

    #[test]
    fn only_a_mail_that_names_us_is_answered() {
        let ours = [Address::read("info@hansen.example").unwrap()];
        for (to, expected) in [
            ("To: kim@firm.test", Some(Silence::NotToUs)),
            ("To: undisclosed-recipients:;", Some(Silence::NotToUs)),
            ("Bcc: info@hansen.example", Some(Silence::NotToUs)),
            ("Cc: Info <info@hansen.example>", None),
        ] {
            let message = Message::read(format!("From: kim@firm.test\n{to}\n\nhello").as_bytes()).unwrap();
            let facts = Facts { message: &message, age: SignedDuration::ZERO, ours: &ours, told: &[] };
            assert_eq!(may_answer(&facts).err(), expected, "{to}");
        }
    }

    #[test]
    fn spam_is_not_answered() {
        assert_eq!(judged("X-Spam-Flag: YES"), Err(Silence::Spam));
    }

    #[test]
    fn an_old_mail_is_not_answered() {
        assert_eq!(judged_with("From: kim@firm.test", 25, &[]), Err(Silence::Old));
        assert!(judged_with("From: kim@firm.test", 24, &[]).is_ok());
    }

    #[test]
    fn a_sender_hears_of_a_topic_once_in_seven_days() {
        let judged = |told: Told| judged_with("From: kim@firm.test", 0, &[told]);
        let days = |n: i64| SignedDuration::from_hours(24 * n);
        assert_eq!(judged(told("kim@firm.test", "offer", days(6))), Err(Silence::Told));
        assert!(judged(told("kim@firm.test", "offer", days(7))).is_ok());
        assert!(judged(told("kim@firm.test", "invoice", days(1))).is_ok());
        assert!(judged(told("lee@firm.test", "offer", days(1))).is_ok());
    }

    #[test]
    fn twenty_an_hour_is_enough() {
        let each = |n: usize| told(&format!("{n}@firm.test"), "x", SignedDuration::from_mins(59));
        let twenty: Vec<Told> = (0..HOURLY_MAX).map(each).collect();
        assert_eq!(judged_with("From: kim@firm.test", 0, &twenty), Err(Silence::TooMany));
        assert!(judged_with("From: kim@firm.test", 0, &twenty[1..]).is_ok());
        let old: Vec<Told> =
            twenty.into_iter().map(|t| Told { ago: SignedDuration::from_mins(60), ..t }).collect();
        assert!(judged_with("From: kim@firm.test", 0, &old).is_ok());
    }

    /// Two offices with automatic replies: one mail there, one reply back, and no third.
    #[test]
    fn our_own_automatic_reply_is_not_answered() {
        use crate::mail::compose::{By, Draft, Person, answering, compose, reply_subject};
        let first = Message::read(
            b"From: info@other.example\nTo: info@hansen.example\nMessage-ID: <1@x>\nSubject: Hi\n\nhi",
        )
        .unwrap();
        let reply = Draft {
            id: super::super::message::MessageId::read("2@hansen.example").unwrap(),
            date: jiff::Timestamp::UNIX_EPOCH,
            from: Person { name: String::new(), address: "info@hansen.example".into() },
            to: vec![Person { name: String::new(), address: "info@other.example".into() }],
            cc: vec![],
            subject: reply_subject(&first.subject),
            text: "We have it.".into(),
            thread: answering(&first),
            by: By::Automatic,
            files: vec![],
        };
        let back = Message::read(&compose(&reply).unwrap().bytes).unwrap();
        let theirs = [Address::read("info@other.example").unwrap()];
        let facts = Facts { message: &back, age: SignedDuration::ZERO, ours: &theirs, told: &[] };
        assert_eq!(may_answer(&facts), Err(Silence::Automatic));
    }
}
