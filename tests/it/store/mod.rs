//! Shell. The store on a real disk: what was promised is there afterwards, whatever happened.

mod backup;
mod contacts;
pub mod crash;
mod customers;
mod faults;
mod forget;
mod log_ins;
mod mail;
mod promises;
mod upgrade;
mod uploads;

use frontdesk::figures::Figures;
use frontdesk::ids::{CallId, LegId, PersonId, Receipt};
use frontdesk::number::{Country, Number};
use frontdesk::office::contact::{Contact, Device, Happened, Kind, LegRecord, Outcome, Party, StoryLine};
use frontdesk::store::{self, Opened, StoreError, StoreEvent};
use frontdesk::switchboard::clock::Clock;
use jiff::Timestamp;
use std::path::Path;
use std::time::Duration;

/// Opens a store as `serve` does.
pub fn open(data: &Path) -> Result<Opened, StoreError> {
    store::open(data, Clock::start(), Figures::new())
}

/// An instant of a winter Monday, as milliseconds go into the database.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_600_000 + seconds).unwrap()
}

pub fn number(text: &str) -> Number {
    Number::parse(text, Country(*b"DK")).unwrap()
}

/// A finished inbound contact with a leg and a story.
pub fn contact(id: u64) -> Contact {
    let started_at = at(60 * i64::try_from(id).unwrap());
    Contact {
        id: CallId(id),
        kind: Kind::Inbound,
        started_at,
        entered_at: Some(started_at),
        answered_at: None,
        ended_at: Some(started_at + Duration::from_secs(30)),
        from: Party { number: Some(number("+4520304050")), name: "Kim".into(), person: None },
        to: Party { number: Some(number("+4533445566")), name: String::new(), person: None },
        group: Some("main".into()),
        person: None,
        outcome: Some(Outcome::Abandoned),
        waited: Duration::from_secs(30),
        talked: Duration::ZERO,
        held: Duration::ZERO,
        wrapped: Duration::ZERO,
        callback: None,
        message: None,
        legs: vec![LegRecord {
            leg: LegId(2 * id),
            device: Device::Trunk("provider".into()),
            person: None,
            began_at: started_at,
            answered_at: None,
            ended_at: Some(started_at + Duration::from_secs(30)),
            price: None,
            verdict: None,
        }],
        story: vec![StoryLine { at: started_at, what: Happened::CalledIn }],
    }
}

/// The next event, or a failed test.
pub fn event(opened: &mut Opened) -> StoreEvent {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let next = async { tokio::time::timeout(Duration::from_secs(10), opened.events.recv()).await };
    runtime.block_on(next).expect("an event within ten seconds").expect("the writer lives")
}

pub fn receipt(number: u64) -> Receipt {
    Receipt(number)
}

pub fn person(name: &str) -> PersonId {
    PersonId::from(name)
}
