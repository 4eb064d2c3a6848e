//! What a search of the mailbox takes: `cargo bench --bench search [mails]`, 100,000 of them unless told.
//!
//! Prints, asserts nothing. The goal is 100 ms (spec/mail.md §2). Mails of some forty words from a thousand customers are
//! stored as the mail desk stores them; each search is asked as the screen asks it, twenty times, and the slowest
//! counts. Among them are words that are in every mail, and writing without blanks.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use frontdesk::figures::Figures;
use frontdesk::ids::{ConversationId, ItemId, MailboxId};
use frontdesk::mail::place::Place;
use frontdesk::office::inbox::{Correspondent, ItemKind};
use frontdesk::store::mail::{Arriving, ConversationFilter, MailFact};
use frontdesk::store::{self, Reader};
use frontdesk::switchboard::clock::Clock;
use jiff::Timestamp;
use std::time::Instant;

const TIMES: usize = 20;
const BLOCK: u64 = 500;
const PAGE: u32 = 51;
const WORDS: [&str; 24] = [
    "boiler",
    "invoice",
    "monday",
    "leak",
    "radiator",
    "kælder",
    "Åse",
    "offert",
    "värmepump",
    "factuur",
    "afspraak",
    "漏水",
    "冷氣機",
    "thermostat",
    "valve",
    "pressure",
    "estimate",
    "visit",
    "tak",
    "hilsen",
    "regards",
    "morgen",
    "week",
    "number",
];

fn main() {
    let mails = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let opened = store::open(folder.path(), Clock::start(), Figures::new()).unwrap();
    let began = Instant::now();
    for block in 0..mails / BLOCK {
        let some = (1..=BLOCK).map(|number| mail(block * BLOCK + number)).collect();
        opened.writer.keep_mail(MailFact::Mails(some)).blocking_recv().unwrap().unwrap();
    }
    println!("{mails} mails stored in {:.1} s", began.elapsed().as_secs_f64());
    println!("| search | found | median ms | slowest ms |");
    println!("| --- | ---: | ---: | ---: |");
    let last = format!("case {mails}");
    for search in
        ["boiler", "boiler monday", "customer", "kæld", "漏水", &last, "absent", "customer17@kunde.example"]
    {
        measure(&opened.reader, search);
    }
}

fn measure(reader: &Reader, search: &str) {
    let filter = ConversationFilter { search: Some(search.into()), ..ConversationFilter::default() };
    let mut found = 0;
    let mut took: Vec<f64> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            found = reader.conversations(&filter, PAGE).unwrap().len();
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    println!("| {search} | {found} | {:.1} | {:.1} |", took[TIMES / 2], took[TIMES - 1]);
}

/// Every one of them says "customer" and "Dear"; a third of the other words comes in each.
fn mail(number: u64) -> Arriving {
    let customer = number % 1_000;
    let from = Correspondent {
        address: format!("customer{customer}@kunde.example"),
        name: format!("Customer {customer}"),
    };
    let words = (0..40).map(|place| WORDS[(number.wrapping_mul(place + 7) % 24) as usize]);
    let text = format!("Dear all, case {number}: {}.", words.collect::<Vec<_>>().join(" "));
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&number.to_le_bytes());
    Arriving {
        item: ItemId(2 * number),
        begins: ConversationId(2 * number),
        mailbox: MailboxId::from("info"),
        group: "main".into(),
        folder: "inbox",
        place: Place { epoch: 1, uid: u32::try_from(number).unwrap(), uid_validity: 7, stated_size: 900 },
        internal_date: Timestamp::from_second(1_700_000_000 + 300 * i64::try_from(number).unwrap()).unwrap(),
        hash,
        gone: std::sync::Arc::default(),
        history: false,
        kind: ItemKind::Mail,
        customer: from.clone(),
        from,
        to: vec![Correspondent { address: "info@hansen.example".into(), name: String::new() }],
        subject: format!("Matter {number}"),
        thread_subject: format!("matter {number}"),
        text,
        message_id: Some(format!("<{number}@kunde.example>")),
        refs: Vec::new(),
        attachments: Vec::new(),
        labels: Vec::new(),
        has_html: false,
        returns: None,
    }
}
