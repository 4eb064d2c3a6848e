//! Phones that are unplugged, and callers who go (spec/hunt-groups.md §4, §13).

use super::script::check;
use crate::sim::town::{group, settings};
use expect_test::{Expect, expect};
use frontdesk::office::Office;
use frontdesk::office::board::PersonState;
use frontdesk::office::memory::Memory;
use frontdesk::settings::Strategy;
use frontdesk::time::{Now, Tick};
use std::sync::Arc;

#[test]
fn unplugged_while_ringing_it_stops_and_the_colleague_rings_on() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 bo leaves
         09:00:20 bo arrives
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:15 hang up bo Normal
            09:00:20 ring bo-desk "kim · main 0:10"
            09:00:30 hang up anna CallerGone
            09:00:30 hang up bo CallerGone
            09:00:30 end of kim: Abandoned waited 20s talked 0ns held 0ns
            09:00:30 remember anna Available
            09:00:30 remember bo Available
        "#]],
    );
}

#[test]
fn unplugged_while_talking_the_call_goes_on_until_the_sound_is_lost() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo leaves
         09:00:21 anna arrives
         09:00:50 bo vanishes
         09:00:55 anna answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:50 remember bo Available
            09:00:50 play kim music
            09:00:50 ring anna-desk "kim · main 0:40"
            09:00:55 join kim anna
        "#]],
    );
}

#[track_caller]
fn alone(strategy: Strategy, expect: Expect) {
    check(
        vec![group("main", strategy, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 lee calls
         09:00:24 lee hears-the-end
         09:00:28 lee hears-the-end
         09:00:30 kim hangs-up
         09:00:50 bo declines
         09:01:15 bo answers
         09:01:16 bo hears-the-end
         09:01:20 bo hangs-up",
        expect,
    );
}

#[test]
fn one_member_with_every_rule_everyone() {
    alone(
        Strategy::Everyone,
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 accept lee
            09:00:20 play lee welcome
            09:00:20 chime
            09:00:24 play lee please-wait
            09:00:28 play lee music
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 end of kim: Answered waited 2s talked 18s held 0ns
            09:00:40 play lee place-in-line-1 number n-1
            09:00:45 ring bo-desk "lee · main 0:25"
            09:01:10 ring bo-desk "lee · main 0:50"
            09:01:15 join lee bo
            09:01:15 play bo only-you-left
            09:01:20 remember bo Available
            09:01:20 hang up lee Normal
            09:01:20 end of lee: Answered waited 55s talked 5s held 0ns
        "#]],
    );
}

#[test]
fn one_member_with_every_rule_in_order() {
    alone(
        Strategy::InOrder,
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 accept lee
            09:00:20 play lee welcome
            09:00:20 chime
            09:00:24 play lee please-wait
            09:00:28 play lee music
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 end of kim: Answered waited 2s talked 18s held 0ns
            09:00:40 play lee place-in-line-1 number n-1
            09:00:45 ring bo-desk "lee · main 0:25"
            09:01:10 ring bo-desk "lee · main 0:50"
            09:01:15 join lee bo
            09:01:15 play bo only-you-left
            09:01:20 remember bo Available
            09:01:20 hang up lee Normal
            09:01:20 end of lee: Answered waited 55s talked 5s held 0ns
        "#]],
    );
}

#[test]
fn one_member_with_every_rule_take_turns() {
    alone(
        Strategy::TakeTurns,
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 accept lee
            09:00:20 play lee welcome
            09:00:20 chime
            09:00:24 play lee please-wait
            09:00:28 play lee music
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 end of kim: Answered waited 2s talked 18s held 0ns
            09:00:40 play lee place-in-line-1 number n-1
            09:00:45 ring bo-desk "lee · main 0:25"
            09:01:10 ring bo-desk "lee · main 0:50"
            09:01:15 join lee bo
            09:01:15 play bo only-you-left
            09:01:20 remember bo Available
            09:01:20 hang up lee Normal
            09:01:20 end of lee: Answered waited 55s talked 5s held 0ns
        "#]],
    );
}

#[test]
fn when_all_decline_the_caller_waits_and_nothing_loops() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0), ("cy", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:11 anna declines
         09:00:12 bo declines
         09:00:13 cy declines
         09:01:05 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:10 ring cy-desk "kim · main"
            09:00:13 chime
            09:01:05 end of kim: Abandoned waited 55s talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn the_owner_rings_a_minute_after_the_last_one_missed() {
    check(
        vec![group("main", Strategy::TakeTurns, &[("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:01:45 anna answers
         09:02:00 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:25 remember bo Available
            09:00:40 remember bo Available
            09:00:55 remember bo Available
            09:01:10 remember bo Available
            09:01:25 remember bo Available
            09:01:40 remember bo Available
            09:01:40 hang up bo AnsweredElsewhere
            09:01:40 ring anna-desk "kim · main 1:30"
            09:01:45 join kim anna
            09:02:00 hang up anna Normal
            09:02:00 remember anna Available
            09:02:00 end of kim: Answered waited 95s talked 15s held 0ns
        "#]],
    );
}

#[test]
fn who_has_no_phone_has_none_that_is_offline() {
    let mut settings = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    settings.people[0].phones.clear();
    let now = Now { tick: Tick::ZERO, wall: jiff::Timestamp::UNIX_EPOCH };
    let board = Office::new(Arc::new(settings), Memory::default(), now).board(now);
    let states: Vec<_> = board.people.iter().map(|person| (person.id.as_str(), person.state)).collect();
    assert_eq!(states[..2], [("anna", PersonState::Off), ("bo", PersonState::PhoneOffline)]);
}
