//! Shell. Files of what is written, and mails that are begun: kept over a restart and in a backup, and gone with whom
//! they were for.

use super::mail::{conversation, note};
use super::{at, event, open, person, receipt};
use frontdesk::ids::{ConversationId, ItemId};
use frontdesk::office::customers::forget::{Receipt, Things, Wanted};
use frontdesk::office::inbox::{
    Begun, Correspondent, Item, ItemKind, Moving, Outgoing, Place, SentState, State, Upload,
};
use frontdesk::office::memory::Change;
use frontdesk::store::backup::restore::{Wanted as Much, restore};
use frontdesk::store::backup::{self, Whole};
use frontdesk::store::forget::{Before, finish};
use frontdesk::store::mail::{Attachment, ConversationFilter, MailFact, uploads};
use frontdesk::store::{Opened, StoreEvent};
use std::path::Path;

fn file(id: &str) -> Upload {
    Upload { id: id.into(), name: format!("{id}.pdf"), kind: "application/pdf".into(), size: 4 }
}

fn put(id: &str, by: &str, place: Place) -> Change {
    Change::Upload { person: person(by), at: at(1), place, upload: Box::new(file(id)) }
}

fn answer() -> Place {
    Place::Answer(ConversationId(2))
}

fn draft(id: &str) -> Place {
    Place::Begun(id.into())
}

fn begun(id: &str, to: &str, text: &str) -> Change {
    let (id, address, mailbox) = (id.into(), String::new(), Some("info".into()));
    let begun = Begun { id, address, mailbox, to: to.into(), subject: "Boiler".into(), text: text.into() };
    Change::Begun { person: person("bo"), at: at(2), begun: Box::new(begun) }
}

fn keep(opened: &mut Opened, mut changes: Vec<Change>) {
    let last = changes.pop().unwrap();
    opened.writer.save(changes);
    opened.writer.save_then(receipt(1), last);
    while event(opened) != StoreEvent::Stored(receipt(1)) {}
}

/// Bytes of these, and half of another.
fn lay(data: &Path, ids: &[&str]) {
    std::fs::create_dir_all(data.join("mail")).unwrap();
    ids.iter().for_each(|id| std::fs::write(uploads::path(data, id), id).unwrap());
    std::fs::write(uploads::half(data, "half"), "ha").unwrap();
}

fn laid(data: &Path) -> Vec<String> {
    let names = std::fs::read_dir(data.join("mail")).unwrap();
    let mut names: Vec<String> = names.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn there(opened: &Opened, place: &Place) -> Vec<String> {
    opened.reader.uploads(place, &person("bo")).unwrap().into_iter().map(|one| one.id).collect()
}

fn reply(id: u64, files: &[&str]) -> Item {
    Item {
        kind: ItemKind::Reply,
        files: files.iter().map(|id| file(id)).collect(),
        ..note(id, "See inside.")
    }
}

fn sending(item: Item, state: SentState) -> Change {
    let outgoing = Outgoing { item: item.id, conversation: item.conversation, state, due_at: at(9) };
    Change::Sending(Box::new((outgoing, item)))
}

#[test]
fn files_are_there_after_a_restart_go_with_the_reply_and_come_back_when_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = open(data).unwrap();
    let rows = vec![
        Change::Conversation(Box::new(conversation(2))),
        put("offer", "bo", answer()),
        put("plan", "bo", answer()),
        put("hers", "anna", answer()),
    ];
    keep(&mut opened, rows);
    lay(data, &["offer", "plan", "hers", "stray"]);
    opened.writer.close();
    drop(opened);
    let mut opened = open(data).unwrap();
    assert_eq!(there(&opened, &answer()), ["offer", "plan"]);
    assert_eq!(
        laid(data),
        ["upload-hers", "upload-offer", "upload-plan"],
        "bytes without a row are nobody's"
    );
    keep(&mut opened, vec![sending(reply(7, &["plan"]), SentState::Held)]);
    assert_eq!(there(&opened, &answer()), ["offer"]);
    keep(&mut opened, vec![Change::NoUpload { person: person("bo"), id: "plan".into() }]);
    assert!(opened.reader.has_upload("plan").unwrap(), "what goes along is not taken away");
    let search = ConversationFilter { search: Some("plan.pdf".into()), ..ConversationFilter::default() };
    assert_eq!(opened.reader.conversations(&search, 9).unwrap().len(), 1);
    opened.writer.close();
    drop(opened);
    let mut opened = open(data).unwrap();
    assert_eq!(opened.memory.held[0].1.files, [file("plan")]);
    assert_eq!(laid(data).len(), 3);
    let undone = Outgoing { state: SentState::Undone, ..opened.memory.held[0].0.clone() };
    let (item, conversation) = (ItemId(7), ConversationId(2));
    let again = Change::DraftAgain { item, conversation, person: person("bo"), text: "See inside.".into() };
    keep(&mut opened, vec![Change::Outgoing(undone), again]);
    assert_eq!(there(&opened, &answer()), ["offer", "plan"]);
    keep(&mut opened, vec![Change::NoUpload { person: person("anna"), id: "offer".into() }]);
    assert_eq!(there(&opened, &answer()).len(), 2, "nobody takes away another's");
    keep(&mut opened, vec![Change::NoUpload { person: person("bo"), id: "offer".into() }]);
    assert_eq!(there(&opened, &answer()), ["plan"]);
}

#[test]
fn once_a_mail_is_written_out_its_files_are_parts_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let rows = vec![
        Change::Conversation(Box::new(conversation(2))),
        put("plan", "bo", draft("d1")),
        sending(reply(7, &["plan"]), SentState::Queued),
    ];
    keep(&mut opened, rows);
    assert_eq!(there(&opened, &draft("d1")), [""; 0], "it goes with the reply, wherever it was begun");
    let part = Attachment {
        name: "plan.pdf".into(),
        kind: "application/pdf".into(),
        size: 4,
        part: 0,
        upload: None,
    };
    let message_id = "<7@hansen.example>".into();
    let fact = MailFact::Composed { item: ItemId(7), message_id, attachments: vec![part.clone()] };
    opened.writer.keep_mail(fact).blocking_recv().unwrap().unwrap();
    assert_eq!(opened.reader.item(ItemId(7)).unwrap().unwrap().attachments, [part]);
    assert!(!opened.reader.has_upload("plan").unwrap());
}

/// A disk that was too slow: the writer was told that it is not sent, and finds it as it was.
#[test]
fn files_of_a_new_mail_that_is_not_sent_after_all_are_its_drafts_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let rows = vec![
        Change::Conversation(Box::new(conversation(2))),
        begun("d1", "kim@kunde.example", "It is here."),
        put("plan", "bo", draft("d1")),
        sending(reply(7, &["plan"]), SentState::Held),
    ];
    keep(&mut opened, rows);
    let (item, conversation) = (ItemId(7), ConversationId(2));
    let undone = Outgoing { item, conversation, state: SentState::Undone, due_at: at(3) };
    keep(&mut opened, vec![Change::Outgoing(undone)]);
    assert_eq!(there(&opened, &draft("d1")), ["plan"]);
}

/// A file that came as its mail was discarded is nobody's.
#[test]
fn a_file_without_what_it_was_for_goes_with_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(
        &mut opened,
        vec![put("late", "bo", draft("gone")), put("plan", "bo", draft("d1")), begun("d1", "", "It")],
    );
    lay(folder.path(), &["late", "plan"]);
    opened.writer.close();
    drop(opened);
    let opened = open(folder.path()).unwrap();
    assert_eq!((there(&opened, &draft("gone")), there(&opened, &draft("d1"))), (vec![], vec!["plan".into()]));
    assert_eq!(laid(folder.path()), ["upload-plan"]);
}

#[test]
fn a_mail_that_is_begun_outlives_a_restart_and_goes_with_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = open(data).unwrap();
    keep(&mut opened, vec![begun("d1", "kim@", "It"), put("offer", "bo", draft("d1"))]);
    keep(&mut opened, vec![begun("d1", "kim@kunde.example", "It is here.")]);
    let hers = match begun("d1", "eve@x.example", "mine") {
        Change::Begun { at, begun, .. } => Change::Begun { person: person("anna"), at, begun },
        other => other,
    };
    keep(&mut opened, vec![hers]);
    opened.writer.close();
    drop(opened);
    let mut opened = open(data).unwrap();
    let all = opened.reader.begun(&person("bo")).unwrap();
    let all: Vec<_> = all.iter().map(|one| (one.to.as_str(), one.text.as_str())).collect();
    assert_eq!(all, [("kim@kunde.example", "It is here.")], "nobody writes over another's");
    assert_eq!(opened.reader.begun(&person("anna")).unwrap(), []);
    assert_eq!(there(&opened, &draft("d1")), ["offer"]);
    keep(&mut opened, vec![Change::NotBegun { person: person("bo"), id: "d1".into() }]);
    assert_eq!(opened.reader.begun_one(&person("bo"), "d1").unwrap(), None);
    assert!(!opened.reader.has_upload("offer").unwrap());
}

#[test]
fn a_backup_holds_what_is_being_written_with_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    let mut opened = open(&data).unwrap();
    keep(&mut opened, vec![begun("d1", "kim@", "It"), put("offer", "bo", draft("d1"))]);
    lay(&data, &["offer"]);
    backup::put(&file, |out| backup::write(&data, Whole::Everything, at(0), out).map(drop)).unwrap();
    opened.writer.close();
    drop(opened);
    let new = folder.path().join("new");
    restore(&new, &file, Much::Everything, at(10)).unwrap();
    let opened = open(&new).unwrap();
    assert_eq!(
        (there(&opened, &draft("d1")), laid(&new)),
        (vec!["offer".into()], vec!["upload-offer".into()])
    );
    assert_eq!(std::fs::read(uploads::path(&new, "offer")).unwrap(), b"offer");
}

/// Kim's conversation with a draft, a reply that waits and a mail that is begun; and somebody else's of each.
fn written(data: &Path) -> Opened {
    let mut opened = open(data).unwrap();
    let mut other = conversation(4);
    other.customer.address = "lee@kunde.example".into();
    let rows = vec![
        Change::Conversation(Box::new(conversation(2))),
        Change::Conversation(Box::new(other)),
        put("draft", "bo", answer()),
        put("reply", "bo", answer()),
        put("begun", "bo", draft("d1")),
        put("lee", "bo", Place::Answer(ConversationId(4))),
        put("lees", "bo", draft("d2")),
        begun("d1", "Kim <KIM@kunde.example>", "to kim"),
        begun("d2", "lee@kunde.example, ukim@kunde.example", "to lee"),
        sending(reply(7, &["reply"]), SentState::Held),
    ];
    keep(&mut opened, rows);
    lay(data, &["draft", "reply", "begun", "lee", "lees"]);
    opened
}

fn receipt_of(things: Things) -> Receipt {
    Receipt { id: "one".into(), customer: None, at: at(9), person: None, counts: Default::default(), things }
}

fn kim() -> Wanted {
    Wanted { addresses: ["kim@kunde.example".to_owned()].into(), ..Wanted::default() }
}

#[test]
fn what_was_written_to_who_is_forgotten_goes_with_its_files_also_from_an_older_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    let mut opened = written(&data);
    backup::put(&file, |out| backup::write(&data, Whole::Everything, at(0), out).map(drop)).unwrap();
    let (things, _) = opened.reader.things_of(&data, &kim()).unwrap();
    assert_eq!((things.uploads.join(" "), things.begun.join(" ")), ("begun draft reply".into(), "d1".into()));
    let made = receipt_of(things);
    keep(&mut opened, vec![Change::Forgotten(Box::new(made.clone()))]);
    finish(&data, &made).unwrap();
    let is_gone = |opened: &Opened| {
        let begun = opened.reader.begun(&person("bo")).unwrap();
        assert_eq!(begun.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["d2"]);
        assert_eq!(there(opened, &answer()), [""; 0]);
        assert_eq!((there(opened, &draft("d2")).len(), opened.reader.has_upload("lee").unwrap()), (1, true));
        assert_eq!(
            laid(&data).iter().filter(|name| name.starts_with("upload")).collect::<Vec<_>>(),
            ["upload-lee", "upload-lees"]
        );
    };
    is_gone(&opened);
    opened.writer.close();
    drop(opened);
    restore(&data, &file, Much::Everything, at(100)).unwrap();
    is_gone(&open(&data).unwrap());
}

#[test]
fn what_was_begun_long_ago_goes_with_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = written(data);
    let before = |seconds| Before { mail: Some(at(seconds)), ..Before::default() };
    assert_eq!(opened.reader.things_before(data, before(2)).unwrap().0, Things::default());
    let (things, _) = opened.reader.things_before(data, before(3)).unwrap();
    assert_eq!((things.begun.join(" "), things.uploads.join(" ")), ("d1 d2".into(), "begun lees".into()));
    let made = receipt_of(things);
    keep(&mut opened, vec![Change::Forgotten(Box::new(made.clone()))]);
    finish(data, &made).unwrap();
    assert_eq!(opened.reader.things_before(data, before(3)).unwrap().0, Things::default());
    assert_eq!(opened.reader.begun(&person("bo")).unwrap(), []);
    assert!(
        laid(data).contains(&"upload-draft".to_owned()) && !laid(data).contains(&"upload-lees".to_owned())
    );
    let mut closed = conversation(2);
    closed.state = State::Closed;
    let undone = Outgoing {
        item: ItemId(7),
        conversation: ConversationId(2),
        state: SentState::Undone,
        due_at: at(9),
    };
    keep(&mut opened, vec![Change::Outgoing(undone), Change::Conversation(Box::new(closed))]);
    let (things, _) = opened.reader.things_before(data, before(1000)).unwrap();
    assert_eq!(things.uploads.join(" "), "draft reply");
}

#[test]
fn another_customers_rest_is_named_in_what_is_forgotten_of_joined_conversations() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut opened = open(data).unwrap();
    let mut lee = conversation(4);
    lee.customer = Correspondent { address: "lee@kunde.example".into(), name: "Lee".into() };
    let theirs = Item { conversation: ConversationId(4), ..note(9, "what Lee is about") };
    let rows = vec![
        Change::Conversation(Box::new(conversation(2))),
        Change::Conversation(Box::new(lee)),
        Change::Item(Box::new(note(5, "what Kim is about"))),
        Change::Item(Box::new(theirs)),
    ];
    keep(&mut opened, rows);
    let joined = |opened: &Opened| opened.reader.things_of(data, &kim()).unwrap().0.joined;
    assert_eq!(joined(&opened), []);
    let (from, to) = (ConversationId(4), ConversationId(2));
    keep(&mut opened, vec![Change::Moved { from, to, what: Moving::All }]);
    assert_eq!(joined(&opened), [ConversationId(2)]);
    let things = opened.reader.things_of(data, &kim()).unwrap().0;
    keep(&mut opened, vec![Change::Forgotten(Box::new(receipt_of(things)))]);
    let rest = opened.reader.conversation(ConversationId(2)).unwrap().unwrap();
    assert_eq!((rest.state, rest.customer.address.as_str()), (State::Open, ""), "Lee's matter goes on");
    assert_eq!(opened.reader.items(ConversationId(2)).unwrap().len(), 1);
}
