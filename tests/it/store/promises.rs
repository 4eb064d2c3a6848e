//! Shell. Promises and overrides are read back as they were written, and a restart finds those still open.

use super::{at, contact, event, number, open, person, receipt};
use frontdesk::ids::CallId;
use frontdesk::office::contact::Contact;
use frontdesk::office::memory::{Change, Override, OverrideKind};
use frontdesk::office::promise::{
    Asked, Callback, CallbackState, CameTo, Message, Settled, SettledBy, Try, Window,
};
use frontdesk::office::{Callers, SentOn};
use frontdesk::settings::Language;
use frontdesk::store::{Opened, StoreEvent};
use frontdesk::switchboard::clock::Clock;
use jiff::SignedDuration;
use std::time::Duration;

const STATES: [CallbackState; 14] = [
    CallbackState::Waiting,
    CallbackState::Reserved,
    CallbackState::Confirmed,
    CallbackState::Dialing,
    CallbackState::Reached,
    CallbackState::Connected,
    CallbackState::Snoozed,
    CallbackState::Merged,
    CallbackState::Done,
    CallbackState::Cancelled,
    CallbackState::Unreached,
    CallbackState::Expired,
    CallbackState::Invalid,
    CallbackState::Perhaps,
];

const CAME_TO: [CameTo; 8] = [
    CameTo::Nothing,
    CameTo::Reached,
    CameTo::Voicemail,
    CameTo::NoAnswer,
    CameTo::Busy,
    CameTo::Rejected,
    CameTo::Invalid,
    CameTo::Fault,
];

fn settlers() -> Vec<SettledBy> {
    vec![
        SettledBy::Callback,
        SettledBy::CustomerCalled,
        SettledBy::OtherCall,
        SettledBy::Person(person("anna")),
        SettledBy::Customer,
    ]
}

/// A promise with every field set.
fn rich(state: CallbackState, asked: Asked, by: SettledBy, language: Language) -> Callback {
    Callback {
        state,
        number: number("+4520304050"),
        asked,
        requested_at: at(10),
        order_at: at(5),
        promised: Some(Window { from: at(600), to: at(1500) }),
        connected_at: Some(at(700)),
        tries: CAME_TO.iter().map(|came_to| Try { at: at(650), came_to: *came_to }).collect(),
        not_before: Some(at(640)),
        given_to: Some(person("bo")),
        settled: Some(Settled { at: at(800), by }),
        language,
        matter: Some(Duration::from_millis(6_400)),
    }
}

/// A promise as it is made: a callback to a short number nobody has tried yet.
pub fn fresh() -> Callback {
    Callback::new(number("600"), Asked::Key, at(10), at(5), Language::Da)
}

fn message(done: Option<SettledBy>) -> Message {
    Message {
        length: Duration::from_millis(12_345),
        saved_at: at(40),
        heard_at: done.as_ref().map(|_| at(90)),
        assigned: done.as_ref().map(|_| "anna".into()),
        done: done.map(|by| Settled { at: at(95), by }),
    }
}

fn keep(opened: &mut Opened, contact: Contact) {
    let receipt = receipt(contact.id.0);
    opened.writer.save_then(receipt, Change::Contact(Box::new(contact)));
    assert_eq!(event(opened), StoreEvent::Stored(receipt));
}

#[test]
fn every_promise_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let mut promises = vec![fresh()];
    for asked in [Asked::Key, Asked::Implicit, Asked::Staff, Asked::Cut] {
        promises.push(rich(CallbackState::Waiting, asked, SettledBy::Callback, Language::En));
    }
    for language in [Language::En, Language::Sv, Language::Da, Language::Nl, Language::ZhHant] {
        promises.push(rich(CallbackState::Done, Asked::Key, SettledBy::Callback, language));
    }
    promises.extend(STATES.map(|state| rich(state, Asked::Key, SettledBy::Callback, Language::En)));
    promises.extend(settlers().into_iter().map(|by| rich(CallbackState::Done, Asked::Key, by, Language::En)));
    let messages = settlers().into_iter().map(Some).chain([None]).map(message);

    let mut contacts = Vec::new();
    for callback in promises {
        contacts.push(Contact { callback: Some(callback), ..contact(contacts.len() as u64 + 1) });
    }
    for message in messages {
        contacts.push(Contact { message: Some(message), ..contact(contacts.len() as u64 + 1) });
    }
    for contact in contacts {
        keep(&mut opened, contact.clone());
        assert_eq!(opened.reader.contact(contact.id).unwrap(), Some(contact));
    }
}

#[test]
fn a_restart_finds_the_promises_that_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let mut expected = Vec::new();
    for (id, state) in (1..).zip(STATES) {
        let callback = Callback { state, ..fresh() };
        let contact = Contact { callback: Some(callback), ..contact(id) };
        if state.is_open() || state.is_task() || state == CallbackState::Connected {
            expected.push(contact.clone());
        }
        keep(&mut opened, contact);
    }
    for (id, done) in [(101, None), (102, Some(SettledBy::Person(person("anna"))))] {
        let contact = Contact { message: Some(message(done.clone())), ..contact(id) };
        expected.extend(done.is_none().then(|| contact.clone()));
        keep(&mut opened, contact);
    }
    keep(&mut opened, contact(103));
    assert_eq!(opened.reader.promised().unwrap(), expected);
    opened.writer.close();
    let mut again = open(folder.path()).unwrap();
    assert_eq!(again.memory.promised, expected);

    // Settled: nobody has to know of it at a start.
    let mut settled = expected.remove(0);
    settled.callback.as_mut().unwrap().state = CallbackState::Done;
    keep(&mut again, settled);
    assert_eq!(again.reader.promised().unwrap(), expected);
}

#[test]
fn overrides_are_kept_whole_until_they_end() {
    let folder = tempfile::tempdir().unwrap();
    let far = jiff::Timestamp::from_second(4_000_000_000).unwrap();
    let all = vec![
        Override { group: None, kind: OverrideKind::Closed, until: far },
        Override { group: Some("main".into()), kind: OverrideKind::Open, until: far },
    ];
    let ended = Override { group: Some("sales".into()), kind: OverrideKind::Open, until: at(0) };
    let kept = |change: Option<Vec<Override>>| {
        let opened = open(folder.path()).unwrap();
        opened.writer.save(change.map(Change::Overrides).into_iter().collect());
        opened.writer.close();
        opened.memory.overrides
    };
    assert_eq!(kept(Some(all.iter().cloned().chain([ended]).collect())), []);
    assert_eq!(kept(None), all);
    assert_eq!(kept(Some(all[1..].to_vec())), all);
    assert_eq!(kept(Some(Vec::new())), all[1..]);
    assert_eq!(kept(None), []);
}

#[test]
fn where_the_last_one_sent_callers_is_kept_whole() {
    let folder = tempfile::tempdir().unwrap();
    let sent = |group: &str, to| SentOn { group: group.into(), to, since: at(0) };
    let all = vec![
        sent("main", Callers::Voicemail),
        sent("sales", Callers::Callback),
        sent("side", Callers::Owner),
    ];
    let kept = |change: Option<&[SentOn]>| {
        let opened = open(folder.path()).unwrap();
        opened.writer.save(change.map(|all| Change::SentOn(all.to_vec())).into_iter().collect());
        opened.writer.close();
        opened.memory.sent_on
    };
    assert_eq!(kept(Some(&all)), []);
    assert_eq!(kept(Some(&all[1..])), all);
    assert_eq!(kept(Some(&[])), all[1..]);
    assert_eq!(kept(None), []);
}

#[test]
fn what_a_later_version_wrote_stays_readable_for_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&mut opened, Contact { callback: Some(fresh()), ..contact(1) });
    opened.writer.close();
    let later = rusqlite::Connection::open(folder.path().join(frontdesk::store::FILE)).unwrap();
    later
        .execute_batch(
            "ALTER TABLE contact ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm';
             UPDATE contact SET mood = 'merry', story = '[{\"at\":0,\"what\":\"sang\"},{\"at\":0,\"what\":\"called_in\"}]',
                 callback = replace(callback, '\"waiting\"', '\"pondered\"');
             PRAGMA user_version = 99;",
        )
        .unwrap();
    drop(later);

    let mut opened = open(folder.path()).unwrap();
    let mut known = opened.reader.contact(CallId(1)).unwrap().unwrap();
    assert_eq!(known.callback.as_ref().unwrap().state, CallbackState::Perhaps, "a person decides");
    assert_eq!(known.story.len(), 1);
    known.from.name = "Kim Kimsen".into();
    keep(&mut opened, known);
    opened.writer.close();
    let later = rusqlite::Connection::open(folder.path().join(frontdesk::store::FILE)).unwrap();
    let mood = later.query_row("SELECT mood FROM contact", [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(mood, "merry", "a column of the later version survives our writing");
}

/// What says whether a number may be promised another: of the last day, and within a year those its customer took
/// back.
#[test]
fn a_restart_finds_the_measures_of_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let now = Clock::start().now().wall;
    let cases = [
        (1, 2, CallbackState::Waiting, None),
        (2, 40 * 24, CallbackState::Cancelled, Some(SettledBy::Customer)),
        (3, 40 * 24, CallbackState::Done, Some(SettledBy::Callback)),
        (4, 400 * 24, CallbackState::Cancelled, Some(SettledBy::Customer)),
    ];
    for (id, hours, state, by) in cases {
        let started_at = now - SignedDuration::from_hours(hours);
        let settled = by.map(|by| Settled { at: started_at, by });
        let callback = Callback { state, settled, requested_at: started_at, ..fresh() };
        keep(&mut opened, Contact { started_at, callback: Some(callback), ..contact(id) });
    }
    opened.writer.close();
    let opened = open(folder.path()).unwrap();
    let states: Vec<CallbackState> = opened.memory.measured.iter().map(|callback| callback.state).collect();
    assert_eq!(states, [CallbackState::Cancelled, CallbackState::Waiting], "oldest first");
}
