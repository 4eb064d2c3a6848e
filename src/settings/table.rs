//! Pure. The one table of settings: every key of `office.toml` with its type, default, bounds and help.
//!
//! The parser takes defaults and bounds from here, refuses keys that are not here, and words its
//! sentences with it, and `export` explains with it what it prints.

/// One key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The section it stands in: `group`, `group.callback`, `person.phone` …
    pub section: &'static str,
    pub key: &'static str,
    pub kind: Kind,
    pub default: LeftOut,
    /// What it does, for a person: a comment in what `export` prints.
    pub help: &'static str,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Any text, at most this many characters.
    Text(usize),
    /// A name made of letters, digits, `-`, `_` and `.`.
    Id,
    /// The id of something else in the file: `person`, `group` …
    Reference(&'static str),
    /// A text nobody else sees.
    Secret,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Whole number within bounds.
    Whole(i64, i64),
    Flag,
    /// A duration within bounds, in seconds.
    Duration(u64, u64),
    /// A text of a special form, in words with an example.
    Form(&'static str),
    /// A list of texts of a special form.
    Forms(&'static str),
    /// A section, or a table in one line.
    Section,
    /// A list of sections.
    Sections,
    /// A table whose keys the owner chooses.
    Map(&'static str),
}

/// What holds when a key is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LeftOut {
    /// It must be there.
    Needed,
    /// Nothing; the help text says what that means.
    Nothing,
    Text(&'static str),
    Whole(i64),
    Flag(bool),
}

impl Kind {
    /// What a value of this kind is, for "expected …".
    pub fn words(self) -> String {
        match self {
            Kind::Text(max) => format!("a text in quotes, at most {max} characters"),
            Kind::Id => "a name of letters, digits, \"-\", \"_\" and \".\", at most 64 characters".to_owned(),
            Kind::Reference(what) => format!("the id of a {what} in this file"),
            Kind::Secret => "a text in quotes".to_owned(),
            Kind::OneOf(words) => format!("one of {}", list(words)),
            Kind::Whole(low, high) => format!("a whole number from {low} to {high}"),
            Kind::Flag => "true or false".to_owned(),
            Kind::Duration(low, high) => format!(
                "a duration from {} to {}, such as \"15s\" or \"5m\"",
                print_seconds(low),
                print_seconds(high)
            ),
            Kind::Form(form) => form.to_owned(),
            Kind::Forms(form) => format!("a list, each {form}"),
            Kind::Section => "a section".to_owned(),
            Kind::Sections => "a list of sections".to_owned(),
            Kind::Map(form) => form.to_owned(),
        }
    }
}

fn print_seconds(seconds: u64) -> String {
    super::values::print_duration(std::time::Duration::from_secs(seconds))
}

/// `"a", "b" or "c"`.
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} or {last}", first.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// The row of a key.
pub fn row(section: &str, key: &str) -> Option<&'static Row> {
    rows(section).find(|row| row.key == key)
}

/// The rows of a section, in the order of the file.
pub fn rows(section: &str) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().skip_while(move |row| row.section != section).take_while(move |row| row.section == section)
}

const fn row_of(
    section: &'static str,
    key: &'static str,
    kind: Kind,
    default: LeftOut,
    help: &'static str,
) -> Row {
    Row { section, key, kind, default, help }
}

use Kind::{
    Duration as Lasts, Flag, Form, Forms, Id, Map, OneOf, Reference, Secret, Section, Sections, Text, Whole,
};
use LeftOut::{Flag as Yes, Needed, Nothing, Text as Says, Whole as Is};

const GOAL: &str = "\"group:…\" (or \"group:…/topic\"), \"menu:…\", \"person:…\", \"voicemail:…\", \"callback:…\" or \"number:…\"";
const LANGUAGES: &[&str] = &["en", "sv", "da", "nl", "zh-Hant"];
const DAY: &str = "hours such as \"08:00-16:00\" within one day (\"24:00\" is its end)";
const DAY_HELP: &str = "When the office is open on this day; [] is closed all day.";
const SHIFT_HELP: &str = "When the person is on duty on this day; [] is a day off.";
const NUMBER: &str = "a telephone number such as \"+4533445566\"";
const KEPT: &str = "a time such as \"24 months\" or \"90 days\", or \"for ever\"";
const HOST: &str = "a host name or address, with a port if it needs one, such as \"sip.provider.example\"";

/// Every setting there is. Sections stand together, in the order of the file.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row_of("", "office", Section, Needed, "The office itself."),
    row_of("", "person", Sections, Nothing, "Who works here."),
    row_of("", "trunk", Sections, Nothing, "Telephone providers."),
    row_of("", "group", Sections, Nothing, "Those who answer a line together."),
    row_of("", "menu", Sections, Nothing, "\"Press 1 for …\": callers choose by key, two levels deep."),
    row_of("", "hours", Section, Nothing, "Opening hours; left out, the office is always open."),
    row_of("", "callback", Section, Nothing, "Calling customers back, in every group."),
    row_of("", "number", Sections, Nothing, "Our telephone numbers and where each leads."),
    row_of("", "mailbox", Sections, Nothing, "Shared mailboxes."),
    row_of("", "privacy", Section, Nothing, "How long personal data stays."),
    row_of("", "network", Section, Nothing, "Who may reach this box."),
    row_of("", "outbound", Section, Nothing, "Limits on calls out, against fraud."),
    row_of("office", "name", Text(80), Needed, "The name shown to callers and on screens."),
    row_of("office", "language", OneOf(LANGUAGES), Says("en"), "The language of screens, prompts and mails."),
    row_of("office", "country", Form("a country as the two capital letters of ISO 3166, such as \"DK\""), Needed, "Number plan and emergency numbers."),
    row_of("office", "time_zone", Form("a time zone such as \"Europe/Copenhagen\""), Needed, "Hours and days are meant in this zone."),
    row_of("office", "vip", Map("a table of numbers and durations, such as { \"+4520304050\" = \"5m\" }"), Nothing, "Callers who stand in the line as if they had come so much earlier, at most an hour."),
    row_of("person", "id", Id, Needed, "Short name, used for logging in."),
    row_of("person", "name", Text(80), Needed, "The name shown to colleagues."),
    row_of("person", "role", OneOf(&["owner", "lead", "agent", "viewer"]), Says("agent"), "What the person may do."),
    row_of("person", "password", Secret, Nothing, "At least 8 characters; kept as Argon2id only. Left out: the present one stays; where there is none, `apply` prints a link by which the person chooses one within 7 days."),
    row_of("person", "password_hash", Secret, Nothing, "The password as Argon2id, as `export --secrets` prints it."),
    row_of("person", "second_factor", Secret, Nothing, "The authenticator app and its recovery codes, as the person set them up; `export --secrets` prints it. Left out: the present one stays. `person passwd` ends it."),
    row_of("person", "invite", Secret, Nothing, "What is kept of a link by which the person may choose a password; `export --secrets` prints it. Left out: the present one stays. `person invite` makes a new one."),
    row_of("person", "extension", Form("a short number of 2 to 6 digits such as \"11\""), Nothing, "The number colleagues dial."),
    row_of("person", "skills", Map("a table of topics and levels 0 to 3, such as { billing = 3 }"), Nothing, "Topic and level; 0 is not at all, 3 is best."),
    row_of("person", "hours", Section, Nothing, "The week plan: on duty when it begins, off duty when it ends, after the call at hand. What is chosen by hand holds until its next change. Left out: on and off duty by hand."),
    row_of("person", "phone", Sections, Nothing, "The person's phones: each with an `id`, or a `mobile`."),
    row_of("person.phone", "id", Id, Nothing, "The SIP user name of the phone."),
    row_of("person.phone", "secret", Secret, Nothing, "The SIP password. Left out: the present one stays, or one is made."),
    row_of("person.phone", "mobile", Form(NUMBER), Nothing, "A mobile reached through a provider; its answer counts only after key 1."),
    row_of("person.hours", "mon", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "tue", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "wed", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "thu", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "fri", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "sat", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "sun", Forms(DAY), Nothing, SHIFT_HELP),
    row_of("person.hours", "holidays", Flag, Yes(true), "Off duty on the public holidays of the country."),
    row_of("person.hours", "closed", Sections, Nothing, "Days off, each with its `date`."),
    row_of("trunk", "id", Id, Needed, "Short name."),
    row_of("trunk", "host", Form(HOST), Needed, "The provider's server; without a port it is looked up by SRV."),
    row_of("trunk", "transport", OneOf(&["udp", "tcp", "tls"]), Says("udp"), "How to reach it."),
    row_of("trunk", "register", Flag, Yes(true), "Log in to the provider; false when it knows us by address."),
    row_of("trunk", "user", Text(128), Says(""), "User name at the provider."),
    row_of("trunk", "secret", Secret, Nothing, "Password at the provider. Left out: the present one stays."),
    row_of("trunk", "from", Forms("a range such as \"198.51.100.0/28\", or with a port \"127.0.0.1/32:5080\""), Nothing, "Where its calls may come from."),
    row_of("trunk", "numbers", Forms(NUMBER), Nothing, "The numbers it brings us."),
    row_of("trunk", "channels", Whole(1, 10_000), Is(4), "Calls it carries at once, in and out: none is placed beyond it, and callbacks leave one free. Calls in are taken, as many as the provider brings."),
    row_of("group", "id", Id, Needed, "Short name."),
    row_of("group", "name", Text(80), Needed, "The name shown on screens."),
    row_of("group", "strategy", OneOf(&["everyone", "in-order", "take-turns"]), Nothing, "Who rings: everyone at once, one after another joining in, or in turn. Left out: everyone up to four members, else in turn."),
    row_of("group", "members", Sections, Nothing, "Who answers, in order of rank."),
    row_of("group", "ring", Lasts(5, 300), Says("15s"), "How long each person's phone rings in take-turns."),
    row_of("group", "wrap_up", Lasts(0, 300), Says("15s"), "Pause after each conversation."),
    row_of("group", "topic", Id, Nothing, "What its calls are about: members with the highest level in it under `skills` ring first, others join in after 20 s and 45 s."),
    row_of("group", "weight", Lasts(0, 3600), Says("0s"), "Its callers stand in the line as if they had come so much earlier."),
    row_of("group", "info", Forms("the name of a prompt in the data folder's sounds/, such as \"spring-offer\""), Nothing, "What those who wait are told between the other announcements, in turn."),
    row_of("group", "hours", Section, Nothing, "This group's own hours; left out, the office's hold."),
    row_of("group", "target", Section, Nothing, "The service level aimed at."),
    row_of("group", "callback", Section, Nothing, "Offering to call back."),
    row_of("group", "overflow", Section, Nothing, "What happens to those who wait long."),
    row_of("group.members", "person", Reference("person"), Needed, "Who."),
    row_of("group.members", "after", Lasts(0, 600), Says("0s"), "Joins in after this long."),
    row_of("group.target", "percent", Whole(1, 100), Is(80), "This share of calls …"),
    row_of("group.target", "within", Lasts(1, 3600), Says("20s"), "… answered within this time."),
    row_of("group.callback", "offer_after", Lasts(0, 3600), Says("30s"), "Offered after waiting this long."),
    row_of("group.callback", "first", OneOf(&["agent", "customer"]), Says("agent"), "Who is rung first."),
    row_of("group.callback", "attempts", Whole(1, 5), Is(3), "How often the customer is tried."),
    row_of("group.callback", "just_hang_up", Flag, Yes(false), "Callers are told that they may hang up and keep their place; whoever does is called back."),
    row_of("group.callback", "drain", Lasts(0, 7200), Says("15m"), "Promises are still kept so long after closing, while somebody is signed in."),
    row_of("group.callback", "after_close", OneOf(&["carry", "staff", "expire"]), Says("carry"), "What is left then: called by itself after the next opening, a task that a person decides on, or ended with a mail that we could not call, where the customer's address is on a card (else a task)."),
    row_of("group.callback", "carry_max", Whole(0, 500), Is(20), "With so many promises left no more are made for the next opening; a message is offered instead."),
    row_of("group.callback", "head_start", Flag, Yes(false), "A member is rung 20 s before the time of the next attempt, to read who it is; not where the customer is rung first."),
    row_of("group.callback", "mail_confirm", Flag, Yes(false), "A customer with a mail address on a card is told by mail that we call back; STOP in the answer takes it back."),
    row_of("group.callback", "mail_unreached", Flag, Yes(true), "After the last attempt such a customer is told by mail when we tried."),
    row_of("group.callback", "record_matter", Flag, Yes(false), "Who asks to be called back says in at most ten seconds who they are and what it is about; the member hears it before the call. It is kept as long as a message."),
    row_of("group.overflow", "backup_after", Lasts(0, 3600), Says("25s"), "The backup joins in."),
    row_of("group.overflow", "backup", Forms("the id of a person in this file"), Nothing, "Who joins in then, besides the members."),
    row_of("group.overflow", "message_after", Lasts(0, 3600), Says("90s"), "A message is offered."),
    row_of("group.overflow", "choice_after", Lasts(0, 7200), Says("5m"), "The caller is asked: wait, callback or message."),
    row_of("group.overflow", "max", Whole(1, 10_000), Nothing, "With so many waiting a new caller is asked at once. Left out: five for each member."),
    row_of("menu", "id", Id, Needed, "Short name."),
    row_of("menu", "prompt", Text(200), Needed, "What is played: a file in the data folder's sounds/ (\"front.wav\"), or recordings by name (\"front-menu\", in sounds/<language>/), spoken one after another."),
    row_of("menu", "keys", Map("a table of keys and goals, such as { \"1\" = \"group:main\" }"), Needed, "Where each key leads. Left out, 0 leads to `otherwise` and * a level up."),
    row_of("menu", "timeout", Lasts(1, 60), Says("6s"), "How long to wait for a key."),
    row_of("menu", "language", OneOf(LANGUAGES), Nothing, "Callers who hear this menu are spoken to in this language from then on, and when they are called back. Left out: as before."),
    row_of("menu", "otherwise", Form(GOAL), Needed, "Where callers go who are asked twice and press no key."),
    row_of("hours", "mon", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "tue", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "wed", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "thu", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "fri", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "sat", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "sun", Forms(DAY), Nothing, DAY_HELP),
    row_of("hours", "holidays", Flag, Yes(true), "Closed on the public holidays of the country."),
    row_of("hours", "closed", Sections, Nothing, "Days on which the office is closed."),
    row_of("hours", "after", Form(GOAL), Nothing, "Where calls go outside hours. Left out: callers hear when we open, and are asked whether to be called back then or to leave a message."),
    row_of("hours.closed", "date", Form("a date such as \"2026-12-24\""), Needed, "The day."),
    row_of("hours.closed", "why", Text(80), Says(""), "The reason, for colleagues."),
    row_of("callback", "calling_hours", Form(DAY), Says("08:00-20:00"), "Nobody is called back at other hours, nor on Sundays and public holidays of the number's country."),
    row_of("callback", "answer_accepts", Lasts(0, 60), Says("4s"), "A desk phone that answered has said yes after this; \"0s\": only key 1 does. A mobile has pressed 1 already."),
    row_of("callback", "read_back", OneOf(&["whole", "last-four"]), Says("whole"), "The number we call back is read to its caller whole, or only its last four digits, where others may hear."),
    row_of("callback", "switchboard", Forms(NUMBER), Nothing, "Numbers that several customers call from: a caller is asked whether it is they who wait for a call back."),
    row_of("number", "number", Form(NUMBER), Needed, "The number dialled."),
    row_of("number", "to", Form(GOAL), Needed, "Where it leads."),
    row_of("number", "topic", Id, Nothing, "What calls to it are about, instead of the group's `topic`; a key of a menu says it as \"group:main/billing\"."),
    row_of("number", "welcome", Flag, Yes(true), "Greet callers first."),
    row_of("number", "language", OneOf(LANGUAGES), Nothing, "Callers of this number are spoken to in this language, also when they are called back. Left out: the office's."),
    row_of("mailbox", "id", Id, Needed, "Short name."),
    row_of("mailbox", "address", Form("a mail address such as \"info@hansen.example\""), Needed, "The address customers write to."),
    row_of("mailbox", "aliases", Forms("a mail address such as \"info@hansen.example\""), Nothing, "Other addresses of the office whose mail arrives here."),
    row_of("mailbox", "group", Reference("group"), Needed, "Who answers."),
    row_of("mailbox", "imap", Section, Needed, "Where mail is read."),
    row_of("mailbox", "smtp", Section, Needed, "Where mail is sent."),
    row_of("mailbox", "oauth", Section, Nothing, "Log in by consent instead of passwords, under your own client id."),
    row_of("mailbox", "first_reply", Lasts(60, 2_592_000), Says("4h"), "A mail has its first reply within so much open time; later it is late."),
    row_of("mailbox", "auto_reply", Flag, Yes(false), "Tell the writer when to expect an answer."),
    row_of("mailbox", "call_back", Flag, Yes(false), "The automatic reply offers a call: a number in an answer to it stands in the line since that mail came."),
    row_of("mailbox.imap", "host", Form(HOST), Needed, "The server."),
    row_of("mailbox.imap", "port", Whole(1, 65_535), Is(993), "Its port."),
    row_of("mailbox.imap", "security", OneOf(&["tls", "starttls", "none"]), Says("tls"), "How the connection is protected."),
    row_of("mailbox.imap", "user", Text(254), Needed, "User name."),
    row_of("mailbox.imap", "password", Secret, Nothing, "Password. Left out: the present one stays."),
    row_of("mailbox.smtp", "host", Form(HOST), Needed, "The server."),
    row_of("mailbox.smtp", "port", Whole(1, 65_535), Is(587), "Its port."),
    row_of("mailbox.smtp", "security", OneOf(&["tls", "starttls", "none"]), Says("starttls"), "How the connection is protected."),
    row_of("mailbox.smtp", "user", Text(254), Needed, "User name."),
    row_of("mailbox.smtp", "password", Secret, Nothing, "Password. Left out: the present one stays."),
    row_of("mailbox.oauth", "provider", OneOf(&["microsoft", "google"]), Needed, "Whose mail it is."),
    row_of("mailbox.oauth", "client_id", Text(254), Needed, "The id of your own application at the provider."),
    row_of("mailbox.oauth", "client_secret", Secret, Nothing, "Its secret, if it has one. Left out: the present one stays."),
    row_of("mailbox.oauth", "refresh_token", Secret, Nothing, "What the consent gave. Left out: the present one stays; the mailbox's page asks for a new one."),
    row_of("mailbox.oauth", "ends_at", Form("an instant such as \"2027-05-04T09:00:00Z\""), Nothing, "When the provider says that it ends."),
    row_of("privacy", "contacts", Form(KEPT), Says("24 months"), "Then names and numbers are forgotten; figures stay."),
    row_of("privacy", "voicemail", Form(KEPT), Says("90 days"), "Then messages are deleted."),
    row_of("privacy", "mail", Form(KEPT), Says("24 months"), "Then mails are deleted."),
    row_of("network", "remote_phones", Flag, Yes(false), "Phones may register from outside private address ranges."),
    row_of("network", "https_only", Flag, Yes(false), "Refuse plain HTTP."),
    row_of("outbound", "countries", Forms("a country as the two capital letters of ISO 3166, such as \"DK\""), Nothing, "Where calls may go; left out, the office's own country."),
    row_of("outbound", "daily_cost_limit", Form("an amount such as \"20 EUR\""), Says("20 EUR"), "Calls abroad and paid numbers stop here each day."),
    row_of("outbound", "foreign_at_once", Whole(0, 1_000), Is(2), "Calls abroad at the same time."),
    row_of("outbound", "new_calls_per_minute", Whole(1, 1_000), Is(5), "New calls out a minute from one phone."),
    row_of("outbound", "night", Form("hours such as \"22:00-06:00\", or \"never\""), Says("22:00-06:00"), "No calls abroad or to paid numbers in these hours."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sections_stand_together_and_no_key_twice() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            assert!(seen.insert((row.section, row.key)), "{} {} twice", row.section, row.key);
            assert_eq!(super::row(row.section, row.key), Some(row), "section {} is torn apart", row.section);
        }
    }

    #[test]
    fn defaults_are_of_their_kind() {
        for row in TABLE {
            let fits = match (row.kind, row.default) {
                (_, Needed | Nothing) => true,
                (Lasts(low, high), Says(text)) => {
                    super::super::values::duration(text).is_some_and(|d| (low..=high).contains(&d.as_secs()))
                }
                (Whole(low, high), Is(number)) => (low..=high).contains(&number),
                (OneOf(words), Says(word)) => words.contains(&word),
                (Flag, Yes(_)) | (Text(_) | Form(_), Says(_)) => true,
                _ => false,
            };
            assert!(fits, "{} {}", row.section, row.key);
        }
    }
}
