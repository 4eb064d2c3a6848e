//! Shell. What is written is read back the same, and a restart finds what it needs.

use super::{at, contact, event, open, person, receipt};
use frontdesk::ids::{CallId, LegId};
use frontdesk::media::Verdict;
use frontdesk::number::{Country, Number};
use frontdesk::office::board::PersonState;
use frontdesk::office::contact::{Contact, Device, Happened, Kind, LegRecord, Outcome, StoryLine};
use frontdesk::office::memory::{Change, PersonMemory};
use frontdesk::office::promise::{Asked, Callback, CallbackState, Settled, SettledBy};
use frontdesk::office::queue::talks::Talk;
use frontdesk::settings::Language;
use frontdesk::store::{ContactFilter, Opened, StoreEvent};
use frontdesk::switchboard::clock::Clock;
use jiff::Timestamp;
use std::time::Duration;

fn everything_that_can_happen() -> Vec<Happened> {
    let (person, second) = (|| person("anna"), Duration::from_millis(1500));
    vec![
        Happened::CalledIn,
        Happened::DialledOut,
        Happened::HeardWelcome,
        Happened::EnteredGroup { group: "main".into(), place: 2 },
        Happened::Rang {
            person: person(),
            free: Some(second),
            skill: Some(("billing".into(), 2)),
            knows: true,
        },
        Happened::Rang { person: person(), free: None, skill: None, knows: false },
        Happened::ToldWait { place: 2, low: second, high: second },
        Happened::WaitCame { as_told: true },
        Happened::RangOut { person: person(), rang: second },
        Happened::Declined { person: person() },
        Happened::PhoneUnreachable { person: person() },
        Happened::Answered { person: person() },
        Happened::StoppedRinging { person: person() },
        Happened::Held { person: Some(person()) },
        Happened::Resumed { person: None },
        Happened::Parked { slot: 3, person: person() },
        Happened::Fetched { slot: 3, person: person() },
        Happened::TransferredBy { person: person(), to: "12 \"quoted\"".into() },
        Happened::TransferReturned { to: "12".into() },
        Happened::CallerHungUp,
        Happened::PersonHungUp { person: person() },
        Happened::LineLost,
        Happened::ReachedOutside,
        Happened::NotReached { status: 486 },
        Happened::RefusedByPolicy { why: "night".into() },
        Happened::Closed,
        Happened::CutByPowerFailure,
    ]
}

fn rich(id: u64) -> Contact {
    let mut contact = contact(id);
    let happened = everything_that_can_happen().into_iter();
    contact.story = happened.map(|what| StoryLine { at: contact.started_at, what }).collect();
    contact.legs.push(LegRecord {
        leg: LegId(7001),
        device: Device::Phone("anna-desk".into()),
        person: Some(person("anna")),
        began_at: contact.started_at,
        answered_at: Some(contact.started_at),
        ended_at: None,
        price: Some(100),
        verdict: Some(Verdict {
            packets_in: 1,
            packets_out: 2,
            lost: 3,
            strangers: 4,
            jitter: Duration::from_micros(1250),
            expected: Duration::from_secs(9),
        }),
    });
    contact
}

fn keep(opened: &mut Opened, contacts: Vec<Contact>) {
    for one in contacts {
        let number = one.id.0;
        opened.writer.save_then(receipt(number), Change::Contact(Box::new(one)));
        assert_eq!(event(opened), StoreEvent::Stored(receipt(number)));
    }
}

#[test]
fn a_contact_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let mut open_one = rich(2);
    (open_one.ended_at, open_one.outcome) = (None, None);
    open_one.from.number = None;
    keep(&mut opened, vec![rich(1), open_one.clone()]);
    assert_eq!(opened.reader.contact(CallId(1)).unwrap(), Some(rich(1)));
    assert_eq!(opened.reader.contact(CallId(2)).unwrap(), Some(open_one));
    assert_eq!(opened.reader.contact(CallId(3)).unwrap(), None);
    assert_eq!(opened.reader.contact(CallId(u64::MAX)).unwrap(), None);
}

#[test]
fn a_restart_finds_people_open_contacts_and_the_last_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let memory = PersonMemory {
        state: PersonState::Paused,
        since: at(5),
        until: Some(at(600)),
        reason: Some("lunch".into()),
        last_talked_at: None,
        misses: 2,
    };
    let mut cut = rich(8);
    (cut.ended_at, cut.outcome) = (None, None);
    let first = open(folder.path()).unwrap();
    first.writer.save(vec![Change::Person { person: person("anna"), memory: memory.clone() }]);
    first.writer.save(vec![Change::Contact(Box::new(cut.clone())), Change::Contact(Box::new(contact(9)))]);
    first.writer.close();
    let again = open(folder.path()).unwrap().memory;
    assert_eq!(again.people, vec![(person("anna"), memory)]);
    assert_eq!(again.open_contacts, vec![cut]);
    assert_eq!((again.last_call, again.last_leg), (9, 7001));
}

#[test]
fn a_restart_finds_who_is_owed_a_call_and_so_does_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |id: u64, kind, outcome, number: &str| {
        let mut contact = contact(id);
        (contact.kind, contact.outcome) = (kind, Some(outcome));
        let party = if kind == Kind::Outbound { &mut contact.to } else { &mut contact.from };
        party.number = Number::parse(number, Country(*b"DK"));
        contact
    };
    let mut taken_outside = kept(8, Kind::Inbound, Outcome::Overflowed, "+4520000008");
    taken_outside.answered_at = Some(taken_outside.started_at);
    let mut opened = open(folder.path()).unwrap();
    keep(
        &mut opened,
        vec![
            kept(1, Kind::Inbound, Outcome::Abandoned, "+4520000001"),
            kept(2, Kind::Inbound, Outcome::AbandonedShort, "+4520000002"),
            kept(3, Kind::Outbound, Outcome::Answered, "+4520000003"),
            kept(4, Kind::Outbound, Outcome::Answered, "+4520000001"),
            kept(5, Kind::Inbound, Outcome::FailedTechnical, "+4520000005"),
            kept(6, Kind::Inbound, Outcome::AfterHours, ""),
            kept(7, Kind::Inbound, Outcome::Overflowed, "+4520000007"),
            taken_outside,
        ],
    );
    let ids = |contacts: &[Contact]| contacts.iter().map(|contact| contact.id.0).collect::<Vec<_>>();
    let month = jiff::SignedDuration::from_hours(30 * 24);
    assert_eq!(ids(&opened.reader.owing(at(600), None).unwrap()), [1, 4, 5, 6, 7]);
    let of = |text: &str| [Number::parse(text, Country(*b"DK")).unwrap()];
    assert_eq!(ids(&opened.reader.owing(at(600), Some(&of("+4520000001"))).unwrap()), [1, 4]);
    assert!(ids(&opened.reader.owing(at(600), Some(&of("+4520000003"))).unwrap()).is_empty());
    assert_eq!(ids(&opened.reader.owing(at(5 * 60) + month, None).unwrap()), [5, 6, 7]);
    opened.writer.close();
}

/// A promise to another number than they called from, kept: nothing is owed to either side of it, and who kept
/// it knows the customer.
#[test]
fn a_restart_finds_which_promises_were_kept_and_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let today = Timestamp::from_millisecond(Clock::start().now().wall.as_millisecond()).unwrap();
    let promised = |id: u64, state, connected| {
        let mut contact = contact(id);
        contact.started_at = today;
        (contact.outcome, contact.person) = (Some(Outcome::CallbackRequested), Some(person("bo")));
        let number = Number::parse("20000009", Country(*b"DK")).unwrap();
        let mut callback = Callback::new(number, Asked::Key, at(1), at(1), Language::En);
        (callback.state, callback.connected_at) = (state, connected);
        callback.settled = Some(Settled { at: at(30), by: SettledBy::Callback });
        contact.callback = Some(callback);
        contact
    };
    let talk = |id: u64, number: &str| {
        let mut contact = contact(id);
        contact.started_at = today;
        (contact.kind, contact.outcome) = (Kind::Outbound, Some(Outcome::Answered));
        contact.to.number = Number::parse(number, Country(*b"DK"));
        contact
    };
    let mut opened = open(folder.path()).unwrap();
    let done = CallbackState::Done;
    keep(
        &mut opened,
        vec![
            promised(1, done, Some(at(20))),
            promised(2, CallbackState::Cancelled, None),
            talk(3, "20000009"),
            talk(4, "20000007"),
        ],
    );
    let owing: Vec<u64> =
        opened.reader.owing(at(600), None).unwrap().iter().map(|contact| contact.id.0).collect();
    assert_eq!(owing, [1, 2, 3]);
    opened.writer.close();
    let memory = open(folder.path()).unwrap().memory;
    // Of whom nothing is owed now may be one with who is owed tomorrow.
    let talked: Vec<_> = memory.talked.iter().map(|(id, number, _)| (id.0, number.to_string())).collect();
    assert_eq!(talked, [(4, "+4520000007".to_owned()), (3, "+4520000009".to_owned())]);
    let talks = memory.talks;
    let kept = promised(1, done, Some(at(20)));
    assert_eq!(talks.iter().filter(|talk| Talk::of(&kept).as_ref() == Some(talk)).count(), 1, "{talks:?}");
    assert!(talks.is_sorted_by_key(|talk| talk.ended_at), "{talks:?}");
}

#[test]
fn the_latest_value_of_a_row_wins_whatever_the_way_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    for round in 0..200 {
        let mut early = contact(1);
        early.from.name = format!("early {round}");
        let mut late = contact(1);
        late.from.name = format!("late {round}");
        let (promised, saved) = if round % 2 == 0 { (early, late.clone()) } else { (late.clone(), early) };
        if round % 2 == 0 {
            opened.writer.save_then(receipt(round), Change::Contact(Box::new(promised)));
            opened.writer.save(vec![Change::Contact(Box::new(saved))]);
        } else {
            opened.writer.save(vec![Change::Contact(Box::new(saved))]);
            opened.writer.save_then(receipt(round), Change::Contact(Box::new(promised)));
        }
        opened.writer.save_then(receipt(1000 + round), Change::Contact(Box::new(contact(2))));
        assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(round)));
        assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(1000 + round)));
        let read = opened.reader.contact(CallId(1)).unwrap().unwrap();
        assert_eq!(read.from.name, late.from.name);
    }
}

#[test]
fn contacts_are_found_by_what_one_knows_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let mut out = contact(3);
    out.kind = Kind::Outbound;
    out.to.name = "Hansen VVS".into();
    let mut answered = contact(4);
    answered.outcome = Some(Outcome::Answered);
    answered.person = Some(person("anna"));
    answered.group = Some("sales".into());
    keep(&mut opened, vec![contact(1), contact(2), out, answered]);
    let ids = |filter: ContactFilter, limit| -> Vec<u64> {
        let found = opened.reader.contacts(&filter, limit).unwrap();
        found.iter().map(|contact| contact.id.0).collect()
    };
    let any = ContactFilter::default;
    assert_eq!(ids(any(), 100), [4, 3, 2, 1]);
    assert_eq!(ids(any(), 2), [4, 3]);
    assert_eq!(ids(ContactFilter { before: Some(CallId(3)), ..any() }, 2), [2, 1]);
    assert_eq!(ids(ContactFilter { from: Some(at(120)), to: Some(at(240)), ..any() }, 9), [3, 2]);
    assert_eq!(ids(ContactFilter { customer: Some("hansen".into()), ..any() }, 9), [3]);
    assert_eq!(ids(ContactFilter { customer: Some("2030".into()), ..any() }, 9), [4, 2, 1]);
    assert_eq!(ids(ContactFilter { customer: Some("%' OR 1=1 --".into()), ..any() }, 9), [0; 0]);
    assert_eq!(ids(ContactFilter { outcome: Some(Outcome::Answered), ..any() }, 9), [4]);
    assert_eq!(ids(ContactFilter { group: Some("main".into()), ..any() }, 9), [3, 2, 1]);
    assert_eq!(ids(ContactFilter { person: Some(person("anna")), ..any() }, 9), [4]);
    let day = opened.reader.contacts_between(at(60), at(180)).unwrap();
    assert_eq!(day.iter().map(|contact| contact.id.0).collect::<Vec<_>>(), [1, 2]);
}
