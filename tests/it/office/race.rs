//! Two answers in the same millisecond; a restart in the middle of ringing (spec/hunt-groups.md §13);
//! the number the phones are shown meanwhile.

use crate::sim::town::{group, settings};
use frontdesk::ids::{LegId, PhoneId, TrunkId};
use frontdesk::office::contact::Outcome;
use frontdesk::office::memory::{Change, Memory};
use frontdesk::office::{Action, Arrived, Input, Office};
use frontdesk::settings::Strategy;
use frontdesk::sip::{Destination, Ending, HangupReason, Source};
use frontdesk::time::{Now, Tick};
use std::sync::Arc;

fn now() -> Now {
    Now { tick: Tick::ZERO, wall: "2026-11-23T09:00:00Z".parse().unwrap() }
}

fn office(memory: Memory) -> Office {
    let members = [("anna", 0), ("bo", 0)];
    Office::new(Arc::new(settings(vec![group("main", Strategy::Everyone, &members)])), memory, now())
}

fn ringing(office: &mut Office) -> Vec<Action> {
    ringing_for(office, "+4520000001")
}

fn ringing_for(office: &mut Office, caller: &str) -> Vec<Action> {
    let mut out = Vec::new();
    for phone in ["anna-desk", "bo-desk"] {
        office.handle(now(), Input::Registered { phone: PhoneId::from(phone), contacts: 1 }, &mut out);
    }
    let arrived = Arrived {
        leg: LegId(2),
        from: Source::Trunk(TrunkId::from("provider")),
        caller: caller.into(),
        caller_name: "kim".into(),
        dialled: "+4533445566".into(),
        replaces: None,
        max_forwards: 70,
    };
    office.handle(now(), Input::Arrived(Box::new(arrived)), &mut out);
    out
}

#[test]
fn two_answers_at_once_make_one_bridge_and_the_loser_logs_no_missed_call() {
    let mut office = office(Memory::default());
    let rung: Vec<LegId> = ringing(&mut office)
        .iter()
        .filter_map(|action| if let Action::Place(place) = action { Some(place.leg) } else { None })
        .collect();
    assert_eq!(rung.len(), 2);
    let mut out = Vec::new();
    for leg in &rung {
        office.handle(now(), Input::Answered { leg: *leg }, &mut out);
    }
    let bridges = out.iter().filter(|action| matches!(action, Action::Bridge { .. })).count();
    assert_eq!(bridges, 1);
    let loser = Action::Hangup { leg: rung[1], because: HangupReason::AnsweredElsewhere };
    assert_eq!(out.iter().filter(|action| **action == loser).count(), 1);
}

#[test]
fn a_restart_in_the_middle_of_ringing_loses_no_record() {
    let saved = ringing(&mut office(Memory::default())).into_iter().find_map(|action| match action {
        Action::Save(Change::Contact(contact)) => Some(*contact),
        _ => None,
    });
    let memory = Memory { open_contacts: saved.into_iter().collect(), last_call: 1, ..Memory::default() };
    let mut office = office(memory);
    let mut out = Vec::new();
    office.handle(now(), Input::Tick, &mut out);
    let [Action::Save(Change::Contact(contact))] = &out[..] else { panic!("{out:?}") };
    assert_eq!(contact.outcome, Some(Outcome::FailedTechnical));
    assert_eq!(office.board(now()).owed, 1);
}

#[test]
fn the_caller_is_gone_and_every_phone_falls_silent_in_the_same_input() {
    let mut office = office(Memory::default());
    ringing(&mut office);
    let mut out = Vec::new();
    office.handle(now(), Input::Ended { leg: LegId(2), how: Ending::Cancelled }, &mut out);
    let silenced =
        |action: &&Action| matches!(action, Action::Hangup { because: HangupReason::CallerGone, .. });
    assert_eq!(out.iter().filter(silenced).count(), 2, "{out:?}");
}

#[test]
fn phones_are_shown_the_number_as_the_provider_wrote_it_and_the_row_keeps_the_whole_one() {
    for written in ["20000001", "+4520000001", "004520000001"] {
        let actions = ringing_for(&mut office(Memory::default()), written);
        let shown: Vec<&str> = actions
            .iter()
            .filter_map(
                |action| if let Action::Place(place) = action { Some(place.caller.as_str()) } else { None },
            )
            .collect();
        assert_eq!(shown, [written, written]);
        let kept = actions.iter().find_map(|action| match action {
            Action::Save(Change::Contact(contact)) => contact.from.number.clone(),
            _ => None,
        });
        assert_eq!(kept.unwrap().as_str(), "+4520000001");
    }
}

/// spec/hunt-groups.md §1, "Take turns": anna and bo end their talk in the same instant, bo first: bo is
/// the longer idle, before a restart and after it.
#[test]
fn whose_turn_it_is_outlives_a_restart() {
    let turns = [group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])];
    let settings = Arc::new(settings(turns.to_vec()));
    let mut office = Office::new(settings.clone(), Memory::default(), now());
    let mut out = Vec::new();
    for phone in ["anna-desk", "bo-desk"] {
        office.handle(now(), Input::Registered { phone: PhoneId::from(phone), contacts: 1 }, &mut out);
    }
    let anna = Arrived {
        leg: LegId(2),
        from: Source::Phone(PhoneId::from("anna-desk")),
        caller: String::new(),
        caller_name: String::new(),
        dialled: "12".into(),
        replaces: None,
        max_forwards: 70,
    };
    office.handle(now(), Input::Arrived(Box::new(anna)), &mut out);
    let bo = rung(&out)[0].0;
    office.handle(now(), Input::Answered { leg: bo }, &mut out);
    office.handle(now(), Input::Ended { leg: bo, how: Ending::Bye }, &mut out);
    let people = out.iter().filter_map(|action| match action {
        Action::Save(Change::Person { person, memory }) => Some((person.clone(), memory.clone())),
        _ => None,
    });
    let memory = Memory { people: people.collect(), last_call: 1, last_leg: bo.0, ..Memory::default() };
    let mut restarted = Office::new(settings, memory, now());
    for office in [&mut office, &mut restarted] {
        let rung = rung(&ringing(office));
        assert_eq!(rung.iter().map(|(_, phone)| phone.as_str()).collect::<Vec<_>>(), ["bo-desk"]);
    }
}

fn rung(actions: &[Action]) -> Vec<(LegId, PhoneId)> {
    let places = actions.iter().filter_map(|action| match action {
        Action::Place(place) => match &place.to {
            Destination::Phone(phone) => Some((place.leg, phone.clone())),
            Destination::Trunk { .. } => None,
        },
        _ => None,
    });
    places.collect()
}
