//! Mail in peace: a pause with an end, and only while a colleague is there (spec/hunt-groups.md §12).

use crate::sim::town::{group, settings};
use frontdesk::ids::{PersonId, PhoneId, Ticket};
use frontdesk::office::desk::{Actor, Command, Done, Refusal, WantedState};
use frontdesk::office::memory::Memory;
use frontdesk::office::{Action, Input, Office};
use frontdesk::settings::{Role, Strategy};
use frontdesk::time::{Now, Tick};
use jiff::Timestamp;
use std::sync::Arc;

fn now() -> Now {
    Now { tick: Tick::ZERO, wall: "2026-11-23T10:00:00Z".parse().unwrap() }
}

/// Bo asks for it, with these phones registered: the answer, and until when he is paused.
fn asks(phones: &[&str], until: Option<&str>) -> (Result<Done, Refusal>, Option<Timestamp>) {
    let groups = vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])];
    let mut office = Office::new(Arc::new(settings(groups)), Memory::default(), now());
    let mut out = Vec::new();
    for phone in phones {
        office.handle(now(), Input::Registered { phone: PhoneId::from(*phone), contacts: 1 }, &mut out);
    }
    let bo = PersonId::from("bo");
    let until = until.map(|until| until.parse().unwrap());
    let state = WantedState::Paused { reason: "mail".into(), until };
    let who = Actor { person: Some(bo.clone()), role: Role::Agent };
    let command = Command::SetState { person: bo, state, callers: None };
    office.handle(now(), Input::Desk { ticket: Ticket(1), who, command }, &mut out);
    let answer = out.into_iter().find_map(|action| match action {
        Action::Reply { result, .. } => Some(result),
        _ => None,
    });
    (answer.unwrap(), office.board(now()).people[1].until)
}

#[test]
fn it_ends_after_45_minutes_at_most() {
    let both = ["bo-desk", "cy-desk"];
    let longest = Some("2026-11-23T10:45:00Z".parse().unwrap());
    assert_eq!(asks(&both, None), (Ok(Done::Ok), longest));
    assert_eq!(asks(&both, Some("2026-11-23T12:00:00Z")), (Ok(Done::Ok), longest));
    let shorter = "2026-11-23T10:20:00Z";
    assert_eq!(asks(&both, Some(shorter)), (Ok(Done::Ok), Some(shorter.parse().unwrap())));
}

#[test]
fn the_only_one_who_is_there_answers_the_phone() {
    assert_eq!(asks(&["bo-desk"], None), (Err(Refusal::NobodyElse), None));
}
