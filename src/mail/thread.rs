//! Pure. Where a mail belongs: by the mails it names, else by customer and subject (spec/mail.md §2).
//! It never joins two customers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::message::MessageId;
use jiff::{SignedDuration, Timestamp};

/// A conversation takes a mail by its subject for so long after its last one.
pub const SAME_SUBJECT_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Prefixes taken off a subject, one after the other; no mail program writes more.
const PREFIXES_MAX: usize = 50;

/// What mail programs put before a subject, in lower case: replies, then what was passed on.
const PREFIXES: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "antwoord",
    "sv",
    "svar",
    "vs",
    "ref",
    "réf",
    "r",
    "rif",
    "res",
    "resp",
    "odp",
    "ynt",
    "cevap",
    "απ",
    "σχετ",
    "отв",
    "ответ",
    "відп",
    "на",
    "vá",
    "val",
    "bls",
    "atb",
    "ats",
    "rép",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "回信",
    "返信",
    "답장",
    "회신",
    "רה",
    "השב",
    "תשובה",
    "رد",
    "ตอบ",
    "trả lời",
    "fw",
    "fwd",
    "wg",
    "vb",
    "vl",
    "vid",
    "videresendt",
    "doorst",
    "tr",
    "trs",
    "rv",
    "enc",
    "i",
    "inoltra",
    "pd",
    "ilt",
    "πρθ",
    "fs",
    "továbbítás",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "הועבר",
    "إعادة توجيه",
];

/// A conversation a mail may belong to.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'c> {
    /// Whose it is: any key that is one for each customer.
    pub customer: &'c str,
    /// Its subject as [`plain_subject`] gives it.
    pub subject: &'c str,
    /// When its last mail came or went.
    pub last_at: Timestamp,
    /// The names of its mails.
    pub ids: &'c [MessageId],
}

/// The mail to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'m> {
    /// Who wrote it, by the same key.
    pub customer: &'m str,
    /// Its subject as [`plain_subject`] gives it.
    pub subject: &'m str,
    /// When the server took it in.
    pub at: Timestamp,
    /// The mails it answers.
    pub in_reply_to: &'m [MessageId],
    /// The mails before it, the oldest first.
    pub references: &'m [MessageId],
}

/// The place of the conversation among `candidates` the mail belongs to; `None`: it begins one.
pub fn belongs(mail: &Arrived<'_>, candidates: &[Candidate<'_>]) -> Option<usize> {
    let own = || {
        candidates
            .iter()
            .enumerate()
            .filter(|(_, c)| !mail.customer.is_empty() && c.customer == mail.customer)
    };
    let named = mail.in_reply_to.iter().chain(mail.references.iter().rev());
    let by_name = named.flat_map(|id| own().find(|(_, c)| c.ids.contains(id))).map(|(at, _)| at).next();
    let is_near = |c: &Candidate| mail.at.duration_since(c.last_at).abs() <= SAME_SUBJECT_WITHIN;
    let same = || own().filter(|(_, c)| !mail.subject.is_empty() && c.subject == mail.subject && is_near(c));
    by_name.or_else(|| same().max_by_key(|(_, c)| c.last_at).map(|(at, _)| at))
}

/// A subject in lower case without what replying put before it; empty when nothing else was there.
pub fn plain_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    for _ in 0..PREFIXES_MAX {
        match without_prefix(rest) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Whether a mail program has marked a subject as an answer or as passed on.
pub fn is_answer(subject: &str) -> bool {
    without_prefix(subject.trim()).is_some()
}

/// `Re:`, `AW :`, `Re[2]:`, `RE(3):`, `回覆：` and the blanks behind.
fn without_prefix(text: &str) -> Option<&str> {
    let (before, behind) = text.split_once([':', '：'])?;
    let word = before.trim_end();
    let word = word.find(['[', '(', '^']).filter(|at| is_count(&word[*at..])).map_or(word, |at| &word[..at]);
    PREFIXES.contains(&word.trim_end().to_lowercase().as_str()).then(|| behind.trim_start())
}

/// `[2]`, `(3)`, `^4`.
fn is_count(text: &str) -> bool {
    let digits = text.trim_matches(['[', ']', '(', ')', '^']);
    !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_many_languages_are_no_part_of_a_subject() {
        for subject in [
            "Offer",
            "Re: Offer",
            "RE: re: Offer",
            "AW: Offer",
            "SV: Offer",
            "VS: Offer",
            "Antw: Offer",
            "Betr.: Offer",
            "回覆: Offer",
            "回复：Offer",
            "Re[2]: Offer",
            "RE(3) : Offer",
            "Re^2: Offer",
            "Fwd: AW: SV: Offer",
            "WG: Offer",
            "VB: Offer",
            "轉寄: Offer",
            "  re:offer ",
            "Re:  OFFER",
        ] {
            let expected = if subject.starts_with("Betr") { "betr.: offer" } else { "offer" };
            assert_eq!(plain_subject(subject), expected, "{subject:?}");
        }
        assert_eq!(plain_subject("Re: Re:"), "");
        assert_eq!(plain_subject("Order: 17"), "order: 17");
        assert_eq!(plain_subject("Re: 17:30 meeting"), "17:30 meeting");
        assert!(is_answer("SV: x") && !is_answer("x: y"));
    }

    fn id(text: &str) -> MessageId {
        MessageId::read(text).unwrap()
    }

    fn at(days: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days)
    }

    fn place(customer: &str, subject: &str, day: i64, refs: &[MessageId]) -> Option<usize> {
        let (kim, lee, old) = ([id("1@x"), id("2@x")], [id("3@x")], [id("4@x")]);
        let candidates = [
            Candidate { customer: "kim", subject: "offer", last_at: at(100), ids: &kim },
            Candidate { customer: "lee", subject: "offer", last_at: at(100), ids: &lee },
            Candidate { customer: "kim", subject: "offer", last_at: at(90), ids: &old },
        ];
        let (reply, references) = refs.split_at(refs.len().min(1));
        belongs(&Arrived { customer, subject, at: at(day), in_reply_to: reply, references }, &candidates)
    }

    #[test]
    fn a_named_mail_wins_over_subject_and_time() {
        assert_eq!(place("kim", "another", 500, &[id("2@x")]), Some(0));
        assert_eq!(place("kim", "offer", 100, &[id("4@x")]), Some(2));
        assert_eq!(
            place("kim", "another", 500, &[id("lost@x"), id("4@x"), id("2@x")]),
            Some(0),
            "the latest first"
        );
    }

    #[test]
    fn the_same_subject_joins_within_14_days() {
        assert_eq!(place("kim", "offer", 101, &[]), Some(0), "the latest of two");
        assert_eq!(place("kim", "offer", 114, &[]), Some(0));
        assert_eq!(place("kim", "offer", 115, &[]), None);
        assert_eq!(place("kim", "", 100, &[]), None, "no subject joins nothing");
        assert_eq!(place("kim", "invoice", 100, &[]), None);
        assert_eq!(place("kim", "offer", 103, &[id("unknown@x")]), Some(0));
    }

    #[test]
    fn two_customers_are_never_joined() {
        assert_eq!(place("lee", "another", 100, &[id("1@x")]), None);
        assert_eq!(place("lee", "offer", 100, &[id("1@x")]), Some(1), "by subject, to their own");
        assert_eq!(place("sam", "offer", 100, &[id("3@x")]), None);
        assert_eq!(place("", "offer", 100, &[]), None);
    }
}
