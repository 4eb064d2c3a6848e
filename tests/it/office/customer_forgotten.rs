//! Who is forgotten while calls and promises go on.

use super::customers::{KIM, LEE};
use super::script::play;
use crate::sim::town::{group, settings};
use frontdesk::number::{Country, Number};
use frontdesk::office::customers::forget::{Receipt, Wanted};
use frontdesk::office::desk::Command;
use frontdesk::office::memory::Memory;
use frontdesk::office::promise::CallbackState;
use frontdesk::settings::{First, Settings, Strategy};
use jiff::Timestamp;

/// Forgets whoever has these numbers.
pub fn forgets(numbers: &[&str], at: Timestamp) -> Command {
    let numbers = numbers.iter().map(|text| Number::parse(text, Country(*b"DK")).unwrap()).collect();
    let receipt = Box::new(Receipt {
        id: "one".into(),
        customer: None,
        at,
        person: None,
        counts: Default::default(),
        things: Default::default(),
    });
    Command::Forget { wanted: Box::new(Wanted { numbers, ..Wanted::default() }), receipt }
}

/// Lee wants to be called back, at once or on Kim's number.
const PROMISED: &str = "10:00:00 lee calls
    10:00:05 lee presses 11
    10:00:09 lee hears-the-end";

fn customer_first() -> Settings {
    let mut main = group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)]);
    main.callback.first = First::Customer;
    settings(vec![main])
}

#[test]
fn a_promise_that_was_kept_stays_kept_when_its_customer_is_forgotten() {
    let script = format!(
        "{PROMISED}\n10:01:00 bo arrives\n10:01:10 outside answers\n10:01:14 outside presses 1\n10:01:17 bo answers
         10:02:17 outside hangs-up\n10:04:00 anna forgets {LEE}\n10:04:01 bo waits"
    );
    let played = play(customer_first(), Memory::default(), &script);
    assert!(played.transcript.contains("keep that somebody is forgotten"), "{}", played.transcript);
    let callback = played.contacts["lee"].callback.clone().unwrap();
    assert_eq!((callback.state, callback.is_kept()), (CallbackState::Done, true));
    assert_eq!(played.board.callbacks, []);
}

#[test]
fn what_cannot_be_forgotten_now_is_left_as_it_is() {
    let busy =
        format!("{PROMISED}\n10:05:00 kim calls\n10:05:05 anna forgets {KIM} {LEE}\n10:05:06 bo waits");
    let played = play(customer_first(), Memory::default(), &busy);
    assert!(played.transcript.contains("reply Err(NotNow)"), "{}", played.transcript);
    assert_eq!(played.contacts["lee"].callback.clone().unwrap().state, CallbackState::Waiting);
    let quiet = format!("{PROMISED}\n10:05:05 anna forgets {LEE}\n10:05:06 bo waits");
    let played = play(customer_first(), Memory::default(), &quiet);
    assert_eq!(played.contacts["lee"].callback.clone().unwrap().state, CallbackState::Cancelled);
}
