//! Shell. The demonstration's mail: a provider of its own, customers who write in the office's languages, and
//! colleagues who answer most of them. What was written and what arrived is counted at the provider's end.

use super::mail::{Protocol, Provider};
use crate::cli::serve::Running;
use crate::ids::PersonId;
use crate::mail::address::Address;
use crate::mail::compose::{self, By, Draft, Person, Thread};
use crate::office::desk::{Actor, Command};
use crate::office::inbox::{Conversation, Order, Reply, State};
use crate::settings::Role;
use crate::store::mail::ConversationFilter;
use crate::switchboard::clock::Clock;
use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The office's address, and the password of its mailbox.
const ADDRESS: &str = "info@hansen.example";
const PASSWORD: &str = "demo-mail";
/// Some letters soon, then one every four minutes.
const FIRST_LETTERS: usize = 6;
const A_LETTER_EVERY: Duration = Duration::from_secs(240);
/// One of them lay with the provider for so long, and nobody answers it: it is late when it comes.
const LATE: usize = 2;
const LAY: SignedDuration = SignedDuration::from_hours(6);
/// How long the first contact with the provider, and the last answers, may take.
const CONTACT_WITHIN: Duration = Duration::from_secs(10);
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Name, subject, text and the answer, in the languages of the office.
const LETTERS: [[&str; 4]; 5] = [
    [
        "Kim Møller",
        "Kedlen er kold",
        "Hej. Vores kedel er kold igen siden i morges. Kan I komme?",
        "Hej Kim. Vi kommer i eftermiddag.",
    ],
    [
        "Emma Wood",
        "Leaking radiator",
        "Hello, the radiator in the hall drips. When could somebody come?",
        "Dear Emma, we come on Monday at nine.",
    ],
    [
        "Åsa Lindström",
        "Offert på värmepump",
        "Hej! Vad skulle en värmepump kosta för 120 kvm?",
        "Hej Åsa. Här kommer vårt förslag.",
    ],
    [
        "Joost de Vries",
        "Factuur",
        "Goedendag, kunt u mij de factuur van maart nog eens sturen?",
        "Goedendag, hierbij de factuur.",
    ],
    ["陳美玲", "冷氣機漏水", "您好,我們的冷氣機一直漏水,請問何時可以來修?", "您好,我們星期一上午過去。"],
];

/// What came by mail, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letters {
    /// Letters customers wrote.
    pub written: usize,
    /// Those whose answer arrived.
    pub answered: usize,
    /// Those that wait longer than promised.
    pub late: usize,
}

/// The mailbox at its provider, and who wrote to it.
pub struct Letterbox {
    provider: Provider,
    imap: SocketAddr,
    smtp: SocketAddr,
    letters: Vec<Letter>,
}

/// One customer's letter.
struct Letter {
    address: String,
    answer: &'static str,
    is_late: bool,
    /// A colleague pressed "send".
    is_replied: bool,
}

impl Letterbox {
    /// Opens an empty mailbox on loopback.
    pub async fn open() -> Result<Letterbox> {
        let provider = Provider::new(ADDRESS, PASSWORD, None, Box::new(now));
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let imap = provider.listen(Protocol::Imap, any).await.context("no port for IMAP")?;
        let smtp = provider.listen(Protocol::Smtp, any).await.context("no port for SMTP")?;
        Ok(Letterbox { provider, imap, smtp, letters: Vec::new() })
    }

    /// The mailbox as the office is told of it.
    pub fn toml(&self) -> String {
        let server = |at: SocketAddr| {
            format!(
                "{{ host = \"{}\", port = {}, security = \"none\", user = \"{ADDRESS}\", password = \"{PASSWORD}\" }}",
                at.ip(),
                at.port()
            )
        };
        format!(
            "\n[[mailbox]]\nid = \"info\"\naddress = \"{ADDRESS}\"\ngroup = \"main\"\nauto_reply = true\n\
             imap = {}\nsmtp = {}\n",
            server(self.imap),
            server(self.smtp)
        )
    }

    /// Until the office has looked into its mailbox: what lay there before is history.
    pub async fn wait_for_contact(&self, office: &Running) -> Result<()> {
        let mut boards = office.handle().board();
        let checked =
            boards.wait_for(|board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some()));
        let waited = timeout(CONTACT_WITHIN, checked).await;
        waited.context("the office did not find its mailbox")?.context("the office has stopped")?;
        Ok(())
    }

    /// Every second turn of the town somebody writes, as long as there are letters; else somebody answers.
    pub async fn turn(&mut self, office: &Running, turn: u32, elapsed: Duration) {
        let due = FIRST_LETTERS + (elapsed.as_secs() / A_LETTER_EVERY.as_secs()) as usize;
        if turn.is_multiple_of(2) && self.letters.len() < due {
            self.write();
        } else {
            self.answer(office).await;
        }
    }

    /// The next customer writes.
    fn write(&mut self) {
        let number = self.letters.len();
        let [name, subject, text, answer] = LETTERS[number % LETTERS.len()];
        let is_late = number == LATE;
        let address = address_of(number);
        let at = if is_late { now().checked_sub(LAY).unwrap_or_else(|_| now()) } else { now() };
        if let Some(raw) = letter(number, (name, &address), subject, text, at)
            && self.provider.change(|folders| folders.deliver("INBOX", &raw, at)).is_some()
        {
            self.letters.push(Letter { address, answer, is_late, is_replied: false });
        }
    }

    /// A colleague answers the oldest letter that is on the screens; not the one that lay so long.
    async fn answer(&mut self, office: &Running) {
        let waits = |letter: &&mut Letter| !letter.is_late && !letter.is_replied;
        let Some(letter) = self.letters.iter_mut().find(waits) else { return };
        let Some(known) = conversation(office, &letter.address) else { return };
        let reply = Reply {
            text: letter.answer.into(),
            seen: known.version,
            to: None,
            later: None,
            files: Vec::new(),
        };
        let who = Actor { person: Some(PersonId::from("anna")), role: Role::Owner };
        let command = Command::Mail { known: Box::new(known), order: Order::Reply(reply) };
        letter.is_replied = matches!(office.handle().desk(who, command).await, Ok(Ok(_)));
    }

    /// Until every answer that was sent has arrived, and every letter is on the screens.
    pub async fn settle(&mut self, office: &Running) {
        let last = Instant::now() + SETTLED_WITHIN;
        while !self.is_settled(office) && Instant::now() < last {
            sleep(LOOK_EVERY).await;
        }
    }

    fn is_settled(&self, office: &Running) -> bool {
        self.letters.iter().all(|letter| match conversation(office, &letter.address) {
            Some(known) => !letter.is_replied || known.state == State::Waiting && self.has_arrived(letter),
            None => false,
        })
    }

    fn has_arrived(&self, letter: &Letter) -> bool {
        self.provider.sent().iter().any(|sent| sent.from == ADDRESS && sent.to.contains(&letter.address))
    }

    /// What is known at the provider's end.
    pub fn tally(&self) -> Letters {
        Letters {
            written: self.letters.len(),
            answered: self.letters.iter().filter(|letter| self.has_arrived(letter)).count(),
            late: self.letters.iter().filter(|letter| letter.is_late).count(),
        }
    }
}

/// Who writes, in this order: name and address.
pub(super) fn writers() -> impl Iterator<Item = (&'static str, String)> {
    LETTERS.iter().enumerate().map(|(number, [name, ..])| (*name, address_of(number)))
}

fn address_of(number: usize) -> String {
    format!("customer{number}@kunde.example")
}

/// A customer's conversation, once the office has taken note of what is in it.
fn conversation(office: &Running, address: &str) -> Option<Conversation> {
    let filter = ConversationFilter { search: Some(address.into()), ..ConversationFilter::default() };
    let found = office.reader().conversations(&filter, 10).ok()?;
    found.into_iter().find(|one| one.customer.address == address && one.version > 1)
}

fn letter(number: usize, from: (&str, &str), subject: &str, text: &str, date: Timestamp) -> Option<Vec<u8>> {
    let person = |name: &str, address: &str| Person { name: name.into(), address: address.into() };
    let draft = Draft {
        id: compose::message_id(number as u64, b"town", &Address::read(from.1)?),
        date,
        from: person(from.0, from.1),
        to: vec![person("Hansen VVS", ADDRESS)],
        cc: Vec::new(),
        subject: subject.into(),
        text: text.into(),
        thread: Thread::default(),
        by: By::Person,
        files: Vec::new(),
    };
    compose::compose(&draft).ok().map(|letter| letter.bytes)
}

fn now() -> Timestamp {
    Clock::start().now().wall
}
