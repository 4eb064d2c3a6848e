//! Shell. What is forgotten is gone from rows, index and folders, keeps its figures, and stays forgotten after an
//! older backup is brought back.

use super::mail::{conversation, mail, note};
use super::promises::fresh;
use super::{at, contact, event, number, open, receipt};
use frontdesk::ids::{CallId, ConversationId, CustomerId, ItemId};
use frontdesk::office::contact::{By, Happened, Outcome, StoryLine};
use frontdesk::office::customers::Note;
use frontdesk::office::customers::book::Book;
use frontdesk::office::customers::card::Card;
use frontdesk::office::customers::forget::{Receipt, Things, Wanted};
use frontdesk::office::inbox::Moving;
use frontdesk::office::memory::Change;
use frontdesk::office::promise::{Callback, CallbackState};
use frontdesk::settings::{Privacy, Retention};
use frontdesk::store::backup::restore::drop_replaced;
use frontdesk::store::forget::{Before, finish};
use frontdesk::store::mail::ConversationFilter;
use frontdesk::store::{FILE, Opened, StoreEvent, retention};
use std::path::Path;

const KIM: &str = "+4520304050";
/// What no file of the folder may hold afterwards.
const WORDS: [&str; 5] = ["Zebulon", "+4520304050", "zeb@kunde.example", "boilerword", "catword"];

fn keep(opened: &mut Opened, mut changes: Vec<Change>) {
    let last = changes.pop().unwrap();
    opened.writer.save(changes);
    opened.writer.save_then(receipt(1), last);
    while event(opened) != StoreEvent::Stored(receipt(1)) {}
}

/// Zebulon has called twice, one call is another's; has a conversation, a card and a note.
fn filled(data: &Path) -> Opened {
    let mut opened = open(data).unwrap();
    let mut changes = Vec::new();
    for id in 1..=3 {
        let mut call = contact(id);
        call.from.name = if id == 3 { "Lee".into() } else { "Zebulon".into() };
        call.from.number = Some(number(if id == 3 { "+4512121212" } else { KIM }));
        call.story.push(StoryLine {
            at: at(1),
            what: Happened::CallbackClosed {
                by: By::Customer,
                reason: if id == 3 { "Lee said so" } else { "Zebulon said catword" }.into(),
            },
        });
        changes.push(Change::Contact(Box::new(call)));
    }
    let mut known = conversation(2);
    known.customer.address = "zeb@kunde.example".into();
    known.customer.name = "Zebulon".into();
    changes.push(Change::Conversation(Box::new(known)));
    let mut item = note(5, "the boilerword is cold");
    item.conversation = ConversationId(2);
    changes.push(Change::Item(Box::new(item)));
    let mut book = Book::default();
    let card = Card {
        name: "Zebulon".into(),
        numbers: vec![number(KIM)],
        addresses: vec!["zeb@kunde.example".into()],
        ..Card::default()
    };
    book.create(card, at(1)).unwrap();
    changes.push(Change::Customer(Box::new(book.get(CustomerId(1)).unwrap().clone())));
    let about = Note { customer: CustomerId(1), number: 1, at: at(2), person: None, text: "catword".into() };
    changes.push(Change::CustomerNote(Box::new(about)));
    keep(&mut opened, changes);
    for (folder, name) in [
        ("voicemail", "C-1.wav"),
        ("voicemail", "C-3.wav"),
        ("recordings", "C-1-2.wav"),
        ("recordings", "C-11.wav"),
        ("mail", "I-5.eml"),
    ] {
        std::fs::create_dir_all(data.join(folder)).unwrap();
        std::fs::write(data.join(folder).join(name), "boilerword").unwrap();
    }
    opened
}

fn zebulon() -> Wanted {
    Wanted {
        customers: [CustomerId(1)].into(),
        numbers: [number(KIM)].into(),
        addresses: ["zeb@kunde.example".to_owned()].into(),
    }
}

fn forget(opened: &mut Opened, data: &Path) -> Receipt {
    let (things, counts) = opened.reader.things_of(data, &zebulon()).unwrap();
    let made =
        Receipt { id: "one".into(), customer: Some(CustomerId(1)), at: at(9), person: None, counts, things };
    keep(opened, vec![Change::Forgotten(Box::new(made.clone()))]);
    finish(data, &made).unwrap();
    made
}

/// An older database in place of this one; its log must not meet it.
fn put_back(data: &Path, database: &[u8]) {
    for companion in ["frontdesk.sqlite-wal", "frontdesk.sqlite-shm"] {
        let _ = std::fs::remove_file(data.join(companion));
    }
    std::fs::write(data.join(FILE), database).unwrap();
}

fn is_said(data: &Path, word: &str) -> bool {
    let files = [FILE, "frontdesk.sqlite-wal", "forgotten.jsonl"];
    let holds = |bytes: Vec<u8>| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    files.iter().any(|name| std::fs::read(data.join(name)).is_ok_and(holds))
}

fn files(data: &Path) -> Vec<String> {
    let list = |folder: &str| {
        std::fs::read_dir(data.join(folder))
            .unwrap()
            .map(|one| one.unwrap().file_name().into_string().unwrap())
            .collect::<Vec<_>>()
    };
    let mut all: Vec<String> =
        ["voicemail", "recordings", "mail"].iter().flat_map(|folder| list(folder)).collect();
    all.sort();
    all
}

#[test]
fn nothing_of_who_is_forgotten_stays_in_any_file_and_the_figures_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    assert!(WORDS.iter().all(|word| is_said(data, word)), "they were there");
    let made = forget(&mut opened, data);
    let counts = made.counts;
    assert_eq!(
        (counts.contacts, counts.voicemails, counts.recordings, counts.conversations, counts.notes),
        (2, 1, 1, 1, 2)
    );
    assert_eq!(files(data), ["C-11.wav", "C-3.wav"]);
    let row = opened.reader.contact(CallId(1)).unwrap().unwrap();
    assert_eq!((row.outcome, row.from.number, row.from.name.as_str()), (Some(Outcome::Abandoned), None, ""));
    assert!(
        row.story.iter().any(|line| matches!(line.what, Happened::MissedSettled { .. })),
        "nobody could be called"
    );
    let other = opened.reader.contact(CallId(3)).unwrap().unwrap();
    assert_eq!((other.from.name.as_str(), other.story.len()), ("Lee", 2));
    let search = ConversationFilter { search: Some("boilerword".into()), ..ConversationFilter::default() };
    assert_eq!(opened.reader.conversations(&search, 9).unwrap(), []);
    assert_eq!(opened.reader.customer(CustomerId(1)).unwrap().map(|(id, _)| id), None);
    assert_eq!(opened.reader.forgotten().unwrap(), [made]);
    opened.writer.close();
    drop(opened);
    // The log of the database is folded in when its last user leaves.
    open(data).unwrap().writer.close();
    for word in WORDS {
        assert!(!is_said(data, word), "{word}");
    }
}

#[test]
fn what_an_older_database_brings_back_is_forgotten_again_and_another_row_of_that_number_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let opened = filled(data);
    opened.writer.close();
    drop(opened);
    // The log is folded in at the next start.
    open(data).unwrap().writer.close();
    let before = std::fs::read(data.join(FILE)).unwrap();
    let mut opened = open(data).unwrap();
    forget(&mut opened, data);
    opened.writer.close();
    drop(opened);
    put_back(data, &before);
    std::fs::write(data.join("voicemail/C-1.wav"), "x").unwrap();
    std::fs::write(data.join("mail/I-5.eml"), "x").unwrap();
    let again = open(data).unwrap();
    assert_eq!(again.reader.contact(CallId(1)).unwrap().unwrap().from.number, None);
    assert_eq!(again.reader.item(ItemId(5)).unwrap(), None);
    assert!(again.memory.customers.is_empty());
    assert_eq!(files(data), ["C-11.wav", "C-3.wav"]);
    again.writer.close();
    drop(again);
    // A database in which C-1 is another call: it began at another time.
    put_back(data, &before);
    let other = rusqlite::Connection::open(data.join(FILE)).unwrap();
    other.execute("UPDATE contact SET started_at = started_at + 1 WHERE id = 1", []).unwrap();
    drop(other);
    std::fs::write(data.join("voicemail/C-1.wav"), "x").unwrap();
    let again = open(data).unwrap();
    assert!(again.reader.contact(CallId(1)).unwrap().unwrap().from.number.is_some());
    assert!(files(data).contains(&"C-1.wav".to_owned()));
}

#[test]
fn a_mail_that_an_older_database_never_had_is_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let opened = filled(data);
    opened.writer.close();
    drop(opened);
    open(data).unwrap().writer.close();
    let before = std::fs::read(data.join(FILE)).unwrap();
    let mut opened = open(data).unwrap();
    let theirs = |number, uid| {
        let mut one = mail(number, uid);
        one.customer.address = "zeb@kunde.example".into();
        one.from.address = "zeb@kunde.example".into();
        one
    };
    super::mail::keep(&opened, vec![theirs(20, 4), theirs(21, 5)]);
    let made = forget(&mut opened, data);
    assert_eq!(made.counts.mails, 2);
    opened.writer.close();
    drop(opened);
    put_back(data, &before);
    let again = open(data).unwrap();
    // The server still has them, under these numbers or others; and a third mail that is somebody else's.
    super::mail::keep(&again, vec![theirs(20, 4), theirs(21, 9), mail(22, 6)]);
    let known: Vec<_> = [20, 21, 22].map(|one| again.reader.item(ItemId(2 * one)).unwrap().is_some()).into();
    assert_eq!(known, [false, false, true]);
    // Once more the same bytes are another mail.
    super::mail::keep(&again, vec![frontdesk::store::mail::Arriving { item: ItemId(90), ..theirs(20, 11) }]);
    assert!(again.reader.item(ItemId(90)).unwrap().is_some());
}

#[test]
fn half_a_line_swallows_no_receipt_and_bytes_that_are_no_text_stop_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let opened = filled(data);
    opened.writer.close();
    drop(opened);
    open(data).unwrap().writer.close();
    let before = std::fs::read(data.join(FILE)).unwrap();
    std::fs::write(data.join("forgotten.jsonl"), b"{\"receipt\":\"ha\xff").unwrap();
    let mut opened = open(data).unwrap();
    forget(&mut opened, data);
    opened.writer.close();
    drop(opened);
    put_back(data, &before);
    assert!(
        open(data).unwrap().memory.customers.is_empty(),
        "forgotten again by the line after the torn one"
    );
}

#[test]
fn who_wanted_to_be_called_on_their_number_keeps_what_is_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    let mut lee = contact(4);
    lee.from.name = "Lee".into();
    lee.from.number = Some(number("+4512121212"));
    lee.callback = Some(Callback { number: number(KIM), ..fresh() });
    let mut withheld = contact(5);
    withheld.from.name = "Somebody".into();
    withheld.from.number = None;
    withheld.callback = Some(Callback { number: number(KIM), ..fresh() });
    keep(&mut opened, vec![Change::Contact(Box::new(lee)), Change::Contact(Box::new(withheld))]);
    let made = forget(&mut opened, data);
    assert_eq!(made.things.promises.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [4]);
    let row = opened.reader.contact(CallId(4)).unwrap().unwrap();
    assert_eq!((row.from.name.as_str(), row.from.number), ("Lee", Some(number("+4512121212"))));
    assert_eq!(row.callback.unwrap().number.as_str(), "0");
    let row = opened.reader.contact(CallId(5)).unwrap().unwrap();
    assert_eq!((row.from.name.as_str(), row.from.number), ("", None));
}

#[test]
fn what_a_restore_put_aside_goes_when_it_is_older() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for name in ["replaced-2026-10-01T08-00-00", "replaced-2026-11-01T08-00-00-2", "backups"] {
        std::fs::create_dir(data.join(name)).unwrap();
    }
    let left = || {
        let names =
            std::fs::read_dir(data).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    drop_replaced(data, "2026-10-15T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(left(), ["backups", "replaced-2026-11-01T08-00-00-2"].map(str::to_owned).into());
    drop_replaced(data, "2026-11-01T08:00:01Z".parse().unwrap()).unwrap();
    assert_eq!(left(), ["backups".to_owned()].into());
}

#[test]
fn what_is_old_goes_in_parts_and_a_long_conversation_is_found_until_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    let mut closed = conversation(2);
    closed.state = frontdesk::office::inbox::State::Closed;
    closed.customer.address = "zeb@kunde.example".into();
    let mut changes = vec![Change::Conversation(Box::new(closed))];
    for id in 100..600 {
        let mut item = note(2 * id + 1, "old");
        item.conversation = ConversationId(2);
        changes.push(Change::Item(Box::new(item)));
    }
    changes.extend((10..90).map(|id| Change::Contact(Box::new(contact(id)))));
    keep(&mut opened, changes);
    let late = Some(at(1_000_000));
    let before = Before { contacts: late, mail: late, voicemail: None };
    let mut parts = Vec::new();
    loop {
        let things = opened.reader.things_before(data, before).unwrap().0;
        if things.is_empty() {
            break;
        }
        parts.push((things.contacts.len(), things.items.len(), things.conversations.len()));
        let (id, counts) = (format!("{}", parts.len()), Default::default());
        let made = Receipt { id, customer: None, at: at(9), person: None, counts, things };
        keep(&mut opened, vec![Change::Forgotten(Box::new(made))]);
    }
    assert_eq!(parts, [(50, 200, 0), (33, 200, 0), (0, 101, 1)]);
}

#[test]
fn what_is_old_waits_for_the_night_behind_it_and_for_silence() {
    let at = |text: &str| format!("{text}[Europe/Copenhagen]").parse::<jiff::Zoned>().unwrap();
    let done = Some("2026-11-22".parse().unwrap());
    assert_eq!(retention::due(&at("2026-11-23T02:59:00"), done, 0), None);
    assert_eq!(retention::due(&at("2026-11-23T03:00:00"), done, 0), Some("2026-11-23".parse().unwrap()));
    // A backup waits no longer than a day; this waits for as long as somebody calls.
    assert_eq!(retention::due(&at("2026-11-25T03:00:00"), done, 1), None);
}

#[test]
fn of_two_conversations_that_were_joined_each_customers_own_mails_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    let mut lee = conversation(4);
    lee.customer.address = "lee@kunde.example".into();
    let mut item = note(7, "what Lee is about");
    item.conversation = ConversationId(4);
    let (from, to) = (ConversationId(2), ConversationId(4));
    keep(&mut opened, vec![Change::Conversation(Box::new(lee)), Change::Item(Box::new(item))]);
    keep(&mut opened, vec![Change::Moved { from, to, what: Moving::All }]);
    let of = |address: &str| {
        let wanted = Wanted { addresses: [address.to_owned()].into(), ..Wanted::default() };
        let things = opened.reader.things_of(data, &wanted).unwrap().0;
        things.items.iter().map(|(id, _)| id.0).collect::<Vec<_>>()
    };
    assert_eq!((of("zeb@kunde.example"), of("lee@kunde.example")), (vec![5], vec![7]));
}

#[test]
fn a_receipt_whose_bytes_a_power_cut_left_is_ended_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    let (things, counts) = opened.reader.things_of(data, &zebulon()).unwrap();
    let made = Receipt { id: "one".into(), customer: None, at: at(9), person: None, counts, things };
    keep(&mut opened, vec![Change::Forgotten(Box::new(made))]);
    opened.writer.close();
    drop(opened);
    assert!(files(data).contains(&"C-1.wav".to_owned()));
    open(data).unwrap().writer.close();
    assert_eq!(files(data), ["C-11.wav", "C-3.wav"]);
    assert!(std::fs::read_to_string(data.join("forgotten.jsonl")).unwrap().contains("\"one\""));
}

#[test]
fn what_is_older_than_it_is_kept_is_found_once_and_what_is_owed_stays() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    let mut owed = contact(4);
    owed.callback = None;
    owed.ended_at = None;
    keep(&mut opened, vec![Change::Contact(Box::new(owed))]);
    let late = Some(at(1_000_000));
    let none = Before::default();
    let found = |before| opened.reader.things_before(data, before).unwrap().0;
    assert_eq!(found(none), Things::default());
    let contacts = found(Before { contacts: late, ..none });
    assert_eq!(
        contacts.contacts.iter().map(|(id, _)| id.0).collect::<Vec<_>>(),
        [1, 2, 3],
        "not the one that goes on"
    );
    // Open work is not history, however old.
    assert_eq!(found(Before { mail: late, ..none }), Things::default());
    let mut closed = conversation(2);
    closed.state = frontdesk::office::inbox::State::Closed;
    closed.customer.address = "zeb@kunde.example".into();
    keep(&mut opened, vec![Change::Conversation(Box::new(closed))]);
    let mails = opened.reader.things_before(data, Before { mail: late, ..none }).unwrap().0;
    assert_eq!((mails.items.len(), mails.conversations.len()), (1, 1));
    let both = Things { contacts: contacts.contacts, ..mails };
    let made = Receipt {
        id: "old".into(),
        customer: None,
        at: at(9),
        person: None,
        counts: Default::default(),
        things: both,
    };
    keep(&mut opened, vec![Change::Forgotten(Box::new(made))]);
    let rest =
        opened.reader.things_before(data, Before { contacts: late, mail: late, voicemail: late }).unwrap().0;
    assert_eq!(rest, Things::default());
}

/// spec/callback.md §3: the customer's own voice goes with the messages, and with who is forgotten; not while the
/// promise is open.
#[test]
fn what_a_callback_was_about_is_kept_as_long_as_a_message() {
    let spoken = |id, state| {
        let matter = Some(std::time::Duration::from_secs(6));
        let mut row = contact(id);
        row.from.number = Some(number(KIM));
        row.callback = Some(Callback { state, matter, ..fresh() });
        row
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = filled(data);
    let (done, open_one) = (spoken(7, CallbackState::Done), spoken(8, CallbackState::Waiting));
    keep(&mut opened, [done, open_one].map(|row| Change::Contact(Box::new(row))).into());
    for id in [7, 8] {
        std::fs::write(data.join(format!("voicemail/C-{id}-matter.wav")), "x").unwrap();
    }
    let before = Before { voicemail: Some(at(1_000_000)), ..Before::default() };
    let (things, counts) = opened.reader.things_before(data, before).unwrap();
    assert_eq!(things.messages.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [7]);
    assert_eq!(counts.voicemails, 1);
    let made = Receipt { id: "old".into(), customer: None, at: at(9), person: None, counts, things };
    keep(&mut opened, vec![Change::Forgotten(Box::new(made.clone()))]);
    finish(data, &made).unwrap();
    let matter = |opened: &Opened, id| {
        opened.reader.contact(CallId(id)).unwrap().unwrap().callback.unwrap().matter.is_some()
    };
    assert_eq!((matter(&opened, 7), matter(&opened, 8)), (false, true));
    assert!(
        !data.join("voicemail/C-7-matter.wav").exists() && data.join("voicemail/C-8-matter.wav").exists()
    );
    assert_eq!(opened.reader.things_before(data, before).unwrap().0, Things::default(), "once");
    let counts = forget(&mut opened, data).counts;
    assert_eq!(counts.voicemails, 2, "C-1's message, and what C-8 said");
    assert!(!matter(&opened, 8) && !data.join("voicemail/C-8-matter.wav").exists());
}

#[test]
fn the_time_things_are_kept_is_counted_by_the_calendar() {
    let privacy = Privacy {
        contacts: Some(Retention { months: 24, days: 0 }),
        voicemail: Some(Retention { months: 0, days: 90 }),
        mail: None,
    };
    let now: jiff::Zoned = "2028-02-29T09:00:00[Europe/Copenhagen]".parse().unwrap();
    let before = retention::before(&privacy, &now);
    assert_eq!(before.contacts.unwrap().to_string(), "2026-02-28T08:00:00Z");
    assert_eq!(before.voicemail.unwrap().to_string(), "2027-12-01T08:00:00Z");
    assert_eq!(before.mail, None);
}
