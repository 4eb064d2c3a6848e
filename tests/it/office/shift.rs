//! People's week plans (spec/hunt-groups.md §2, §4, §6): bo is planned 09:00-12:00 and 13:00-17:00, cy is not.
//!
//! Everything is tried twice: as it is, and with a power cut just before it is looked at.

use super::script::{Played, check_changing, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::PersonId;
use frontdesk::office::board::PersonState::{self, Available, Off, Paused, Talking, WrapUp};
use frontdesk::office::memory::{Memory, PersonMemory};
use frontdesk::settings::{Settings, Span, Strategy};
use jiff::civil::time;

fn planned() -> Settings {
    let mut office = settings(vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])]);
    let mut hours = office.hours.clone();
    let span = |from, to| Span { from: time(from, 0, 0, 0), to: Some(time(to, 0, 0, 0)) };
    hours.week = std::array::from_fn(|_| vec![span(9, 12), span(13, 17)]);
    office.people[1].hours = Some(hours);
    office
}

fn bo(played: &Played) -> PersonState {
    played.board.people[1].state
}

/// What bo is at a time, after a script.
#[track_caller]
fn at(script: &str, time: &str) -> PersonState {
    let script = format!("00:00:01 bo arrives\n{script}");
    let straight = bo(&play(planned(), Memory::default(), &format!("{script}\n{time} bo waits")));
    let cut = format!("{script}\n{time} office restarts\n{time} bo arrives");
    assert_eq!(bo(&play(planned(), Memory::default(), &cut)), straight, "after a power cut");
    straight
}

#[test]
fn the_plan_signs_in_and_out() {
    for (time, state) in [
        ("08:59:59", Off),
        ("09:00:00", Available),
        ("11:59:59", Available),
        ("12:00:00", Off),
        ("13:00:00", Available),
        ("17:00:00", Off),
    ] {
        assert_eq!(at("", time), state, "{time}");
    }
}

#[test]
fn what_is_chosen_by_hand_holds_until_the_plans_next_change() {
    let home = "10:00:00 bo off";
    assert_eq!(at(home, "12:30:00"), Off);
    assert_eq!(at(home, "13:00:00"), Available);
    let lunch = "12:10:00 bo available";
    assert_eq!(at(lunch, "12:59:00"), Available);
    assert_eq!(at(lunch, "16:59:00"), Available);
    assert_eq!(at(lunch, "17:00:00"), Off);
    assert_eq!(at("17:10:00 bo available", "23:00:00"), Available);
}

#[test]
fn a_pause_by_hand_lasts_as_long_as_it_was_meant_to() {
    let over_the_end = "11:50:00 bo pauses bo 2026-11-23T12:30:00Z";
    assert_eq!(at(over_the_end, "12:10:00"), Paused);
    assert_eq!(at(over_the_end, "12:30:00"), Off, "not back on duty after the shift");
    let over_the_beginning = "11:50:00 bo pauses bo 2026-11-23T13:10:00Z";
    assert_eq!(at(over_the_beginning, "13:05:00"), Paused);
    assert_eq!(at(over_the_beginning, "13:10:00"), Available);
    let outside = "17:10:00 bo available\n17:20:00 bo pauses bo 2026-11-23T17:40:00Z";
    assert_eq!(at(outside, "17:41:00"), Available, "as before the pause");
    let open = "11:50:00 bo pauses bo";
    assert_eq!(at(open, "17:30:00"), Paused, "until it is ended by hand");
}

#[test]
fn a_pause_that_came_by_itself_ends_with_the_shift() {
    let missed = |time: &str| {
        let memory = PersonMemory {
            state: Paused,
            since: "2026-11-22T23:00:00Z".parse().unwrap(),
            until: Some("2026-11-23T23:00:00Z".parse().unwrap()),
            reason: Some("did not answer".into()),
            last_talked_at: None,
            misses: 0,
        };
        let memory = Memory { people: vec![(PersonId::from("bo"), memory)], ..Memory::default() };
        bo(&play(planned(), memory, &format!("00:00:01 bo arrives\n{time} bo waits")))
    };
    assert_eq!(missed("08:59:00"), Paused);
    assert_eq!(missed("09:00:00"), Available);
    let work = "11:50:00 kim calls
                11:50:05 bo answers
                11:50:20 kim hangs-up
                11:50:21 bo extends
                11:50:22 bo extends
                11:50:23 bo extends";
    assert_eq!(at(work, "11:59:00"), Paused);
    assert_eq!(at(work, "12:00:00"), Off);
    assert_eq!(at(work, "13:00:00"), Available);
}

/// reliability §4: an hour and a half comes twice, and the plan's change in it does as well.
#[test]
fn a_clock_that_is_set_back_brings_the_plans_change_again() {
    let set_back = "13:30:00 clock jumps -5400\n13:31:00 bo off";
    assert_eq!(at(set_back, "14:29:00"), Off);
    assert_eq!(at(set_back, "14:30:30"), Available);
}

#[test]
fn at_the_end_of_the_shift_the_call_and_its_work_come_first() {
    let talk = "00:00:01 bo arrives
                11:59:00 kim calls
                11:59:05 bo answers";
    let state = |more: &str| bo(&play(planned(), Memory::default(), &format!("{talk}\n{more}")));
    assert_eq!(state("12:00:30 bo waits"), Talking);
    let over = "12:01:00 kim hangs-up";
    assert_eq!(state(&format!("{over}\n12:01:14 bo waits")), WrapUp);
    assert_eq!(state(&format!("{over}\n12:01:15 bo waits")), Off);
    let next = format!("{talk}\n{over}\n12:01:10 lee calls\n12:01:30 lee hangs-up");
    let heard = play(planned(), Memory::default(), &next).transcript;
    assert!(!heard.contains("ring bo-desk \"lee"), "off duty before the next caller:\n{heard}");
    assert_eq!(state("12:00:30 bo available\n12:01:00 kim hangs-up\n12:02:00 bo waits"), Available);
    assert_eq!(state("12:00:30 office restarts\n12:00:30 bo arrives"), Off, "the cut call is over");
}

#[test]
fn a_plan_that_is_written_later_holds_at_once() {
    let without = settings(vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])]);
    check_changing(
        without,
        planned(),
        "08:00:00 bo arrives
         11:00:00 owner applies
         12:30:00 bo available
         12:40:00 owner applies
         12:50:00 bo waits",
        expect![[r#"
            12:00:00 remember bo Off
            12:30:00 remember bo Available
            12:30:00 reply Ok(Ok)
        "#]],
    );
}
