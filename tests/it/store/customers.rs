//! Shell. Customers are kept, found again, and have one timeline over calls, mails and notes.

use super::mail::{conversation, note as mail_note};
use super::{at, contact, event, open, receipt};
use frontdesk::ids::{CallId, ConversationId, CustomerId, PersonId};
use frontdesk::number::{Country, Number};
use frontdesk::office::customers::Note;
use frontdesk::office::customers::book::Book;
use frontdesk::office::customers::card::{Block, Card, Guess};
use frontdesk::office::memory::Change;
use frontdesk::office::owed::Caller;
use frontdesk::store::Opened;
use frontdesk::store::customers::{About, CustomerFilter, EventKind, Mark};

fn number(text: &str) -> Number {
    Number::parse(text, Country(*b"DK")).unwrap()
}

/// Kim, who went into Kim B.; and Åse, who shares a number with Kim.
fn book() -> Book {
    let card = |name: &str, company: &str, numbers: &[&str], addresses: &[&str]| Card {
        name: name.into(),
        company: company.into(),
        about: "a \"quoted\"\nline".into(),
        numbers: numbers.iter().map(|text| number(text)).collect(),
        addresses: addresses.iter().map(|text| (*text).to_owned()).collect(),
        vip: true,
    };
    let mut book = Book::default();
    book.create(card("Kim", "Acme", &["+4520000001", "+4533000000"], &["kim@kunde.example"]), at(1)).unwrap();
    book.create(card("Kim B.", "", &["+4520000002"], &[]), at(2)).unwrap();
    book.create(card("Åse", "", &["+4533000000"], &["aase@x.example"]), at(3)).unwrap();
    let block = Block { since: at(4), until: Some(at(5)), by: Some(PersonId::from("bo")) };
    book.block(CustomerId(3), Some(block), at(4)).unwrap();
    book.guess(CustomerId(3), Guess::Company("Åses VVS".into()), Some(ConversationId(2)), at(4)).unwrap();
    book.guess(CustomerId(3), Guess::Number(number("+4599999999")), None, at(4)).unwrap();
    book.merge(CustomerId(1), CustomerId(2), Some(PersonId::from("anna")), at(6)).unwrap();
    book
}

fn keep(opened: &mut Opened, mut changes: Vec<Change>) {
    let last = changes.pop().unwrap();
    opened.writer.save(changes);
    opened.writer.save_then(receipt(1), last);
    while event(opened) != frontdesk::store::StoreEvent::Stored(receipt(1)) {}
}

fn rows(book: &Book) -> Vec<Change> {
    let rows = (1..=3).filter_map(|id| book.get(CustomerId(id)));
    rows.map(|row| Change::Customer(Box::new(row.clone()))).collect()
}

#[test]
fn customers_are_the_same_after_a_restart_and_no_number_is_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let book = book();
    keep(&mut opened, rows(&book));
    opened.writer.close();
    let again = open(folder.path()).unwrap();
    let kept: Vec<_> = (1..=3).map(|id| book.get(CustomerId(id)).unwrap().clone()).collect();
    assert_eq!((again.memory.customers, again.memory.last_customer), (kept, 3));
}

fn found(opened: &Opened, search: &str) -> Vec<u64> {
    let search = (!search.is_empty()).then(|| search.to_owned());
    let filter = CustomerFilter { search, after: None };
    opened.reader.customers(&filter, 50).unwrap().iter().map(|one| one.id.0).collect()
}

#[test]
fn customers_are_found_by_words_and_digits_also_of_who_went_into_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&mut opened, rows(&book()));
    for (search, wanted) in [
        ("", &[2, 3][..]),
        ("ACME kim", &[2]),
        ("åse", &[3]),
        ("20 00 00 01", &[2]),
        ("033 00 00 00", &[2, 3]),
        ("AASE@X", &[3]),
        ("100%", &[]),
        ("nobody", &[]),
    ] {
        assert_eq!(found(&opened, search), wanted, "{search}");
    }
    let after = |key: &str, id| CustomerFilter { search: None, after: Some((key.into(), CustomerId(id))) };
    assert_eq!(opened.reader.customers(&after("kim b.", 2), 50).unwrap().len(), 1);
    assert_eq!(opened.reader.customers(&after("åse", 3), 50).unwrap().len(), 0);
}

#[test]
fn a_customer_comes_with_what_went_into_it_and_who_shares_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&mut opened, rows(&book()));
    let (id, near) = opened.reader.customer(CustomerId(1)).unwrap().unwrap();
    assert_eq!(id, CustomerId(2));
    let numbers: Vec<String> = near.numbers(id).iter().map(ToString::to_string).collect();
    assert_eq!(numbers, ["+4520000002", "+4520000001", "+4533000000"]);
    assert_eq!(near.of_number(&number("+4533000000")), [CustomerId(2), CustomerId(3)].into());
    assert_eq!(opened.reader.customer(CustomerId(9)).unwrap().map(|(id, _)| id), None);
    let known =
        opened.reader.known(&["+4533000000".into(), "+4520000001".into()], &["aase@x.example".into()]);
    let known = known.unwrap();
    assert_eq!(known.number("+4533000000").len(), 2);
    assert_eq!(known.number("+4520000001"), [(CustomerId(2), "Kim B.".to_owned())]);
    assert_eq!(known.address("aase@x.example"), [(CustomerId(3), "Åse".to_owned())]);
}

#[test]
fn one_timeline_holds_calls_mails_and_notes_and_is_paged_without_gap_or_double() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let mut changes = Vec::new();
    for id in 1..=4 {
        let mut call = contact(id);
        call.started_at = at(100 * i64::try_from(id).unwrap());
        call.from.number = Some(number(if id == 3 { "+4511111111" } else { "+4520000001" }));
        changes.push(Change::Contact(Box::new(call)));
    }
    changes.push(Change::Conversation(Box::new(conversation(2))));
    for (id, when) in [(1, 150), (3, 200)] {
        let mut item = mail_note(id, "called back?");
        (item.conversation, item.at) = (ConversationId(2), at(when));
        changes.push(Change::Item(Box::new(item)));
    }
    let note = |number, when| Note {
        customer: CustomerId(1),
        number,
        at: at(when),
        person: Some(PersonId::from("bo")),
        text: "Two cats.".into(),
    };
    changes.push(Change::CustomerNote(Box::new(note(1, 200))));
    changes.push(Change::CustomerNote(Box::new(note(2, 500))));
    keep(&mut opened, changes);
    let about = About {
        customers: [CustomerId(1)].into(),
        numbers: vec![number("+4520000001")],
        addresses: vec!["kim@kunde.example".into()],
    };
    let name = |kind: &EventKind| match kind {
        EventKind::Contact(contact) => contact.id.to_string(),
        EventKind::Item(item, _) => item.id.to_string(),
        EventKind::Note(note) => format!("note {}", note.number),
    };
    let wanted = ["note 2", "C-4", "note 1", "I-3", "C-2", "I-1", "C-1"];
    for limit in [1, 2, 3, 50] {
        let (mut all, mut before): (Vec<String>, Option<Mark>) = (Vec::new(), None);
        loop {
            let page = opened.reader.timeline(&about, before, limit).unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.mark);
            all.extend(page.iter().map(|event| name(&event.kind)));
        }
        assert_eq!(all, wanted, "{limit} a page");
    }
    let nobody = About::default();
    assert_eq!(opened.reader.timeline(&nobody, None, 50).unwrap(), []);
    assert_eq!(CallId(1).to_string(), "C-1");
}

#[test]
fn numbers_of_one_customer_stand_for_one_another_unless_two_have_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&mut opened, rows(&book()));
    // Kim's two cards are one; +4533000000 is Kim's and Åse's.
    let all = ["+4520000001", "+4520000002", "+4533000000", "+4577777777"];
    let callers = |asked: &[&str], reached: &str| {
        let beside = opened.reader.beside(&asked.iter().map(|text| number(text)).collect()).unwrap();
        let found = beside.callers(&Caller::Number(number(reached)));
        found.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(" ")
    };
    let shown = |texts: &[&str]| {
        let each = texts.iter().map(|text| format!("{:?}", Caller::Number(number(text))));
        each.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(callers(&all, "+4520000001"), shown(&all[..3]));
    assert_eq!(callers(&all, "+4520000002"), shown(&all[..3]));
    assert_eq!(callers(&all, "+4533000000"), shown(&all[2..3]), "nobody can tell who was reached");
    assert_eq!(callers(&all, "+4577777777"), shown(&all[3..]));
    // Only of what was asked about is told.
    assert_eq!(callers(&all[2..], "+4520000001"), shown(&["+4520000001", "+4533000000"]));
    assert_eq!(callers(&[], "+4520000001"), shown(&["+4520000001"]));
}
