//! Declining, missing, after-call work, presence (spec/hunt-groups.md §2, §4–§6).

use super::script::{check, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::PersonId;
use frontdesk::office::board::PersonState;
use frontdesk::office::memory::{Memory, PersonMemory};
use frontdesk::settings::Strategy;

#[test]
fn who_declines_is_left_alone_for_a_minute() {
    check(
        vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 bo declines
         09:01:20 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:01:15 ring bo-desk "kim · main 1:05"
            09:01:20 hang up anna CallerGone
            09:01:20 hang up bo CallerGone
            09:01:20 end of kim: Abandoned waited 70s talked 0ns held 0ns
            09:01:20 remember anna Available
        "#]],
    );
}

#[test]
fn the_only_one_who_declines_is_rung_once_more_after_twenty_seconds() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 bo declines
         09:00:40 bo declines
         09:01:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:15 chime
            09:00:35 ring bo-desk "kim · main 0:25"
            09:01:15 chime
            09:01:40 ring bo-desk "kim · main 1:30"
            09:01:50 hang up bo CallerGone
            09:01:50 end of kim: Abandoned waited 100s talked 0ns held 0ns
            09:01:50 remember bo Available
        "#]],
    );
}

#[test]
fn two_misses_in_turns_pause_but_never_the_last_one() {
    check(
        vec![group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:01:35 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:25 remember anna Available
            09:00:25 hang up anna AnsweredElsewhere
            09:00:25 ring bo-desk "kim · main 0:15"
            09:00:40 remember bo Available
            09:00:40 hang up bo AnsweredElsewhere
            09:00:40 ring anna-desk "kim · main 0:30"
            09:00:55 remember anna Paused (did not answer)
            09:00:55 hang up anna AnsweredElsewhere
            09:00:55 ring bo-desk "kim · main 0:45"
            09:01:10 remember bo Available
            09:01:25 remember bo Available
            09:01:35 hang up bo CallerGone
            09:01:35 end of kim: Abandoned waited 85s talked 0ns held 0ns
            09:01:35 remember bo Available
        "#]],
    );
}

#[test]
fn after_call_work_is_shared_over_groups_and_can_be_extended() {
    check(
        vec![
            group("main", Strategy::Everyone, &[("bo", 0)]),
            group("side", Strategy::Everyone, &[("bo", 0)]),
        ],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 kim hangs-up
         09:00:25 bo extends
         09:00:30 lee calls +4533445568
         09:01:10 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 play bo group-main (or the-group-1 n-1) n-2 seconds
            09:00:14 join kim bo
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:20 end of kim: Answered waited 4.5s talked 5.5s held 0ns
            09:00:25 reply Ok(Ok)
            09:00:30 accept lee
            09:00:30 play lee music
            09:00:30 chime
            09:00:50 play lee place-in-line-1 number n-1
            09:01:05 ring bo-desk "lee · side 0:35"
            09:01:10 play bo group-side (or the-group-1 n-2) n-40 seconds
        "#]],
    );
}

#[test]
fn a_pause_ends_ahead_and_within_a_year() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 bo pauses bo 2026-11-23T09:00:10Z
         09:00:20 bo pauses bo 2027-11-25T00:00:00Z
         09:00:30 bo pauses bo 2026-11-23T10:00:00Z
         10:00:05 kim calls",
        expect![[r#"
            09:00:10 reply Err(BadTime)
            09:00:20 reply Err(BadTime)
            09:00:30 remember bo Paused (lunch)
            09:00:30 reply Ok(Ok)
            10:00:00 remember bo Available
            10:00:05 accept kim
            10:00:05 play kim welcome
            10:00:05 ring bo-desk "kim · main"
        "#]],
    );
}

#[test]
fn a_call_of_ones_own_that_nobody_answers_costs_no_turn() {
    check(
        vec![group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 anna dials +4520304050
         09:00:20 anna hangs-up
         09:00:30 kim calls",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445567
            09:00:10 anna hears it ring
            09:00:20 hang up outside CallerGone
            09:00:20 end of anna: Unreached waited 0ns talked 0ns held 0ns
            09:00:30 accept kim
            09:00:30 play kim welcome
            09:00:30 ring anna-desk "kim · main"
        "#]],
    );
}

/// §4: misses in a row are in a row over a restart too: one before it, and the second after it is a pause.
#[test]
fn misses_in_a_row_outlive_a_restart() {
    check(
        vec![group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:27 bo answers
         09:00:40 kim hangs-up
         09:01:00 office restarts
         09:01:00 anna arrives
         09:01:00 bo arrives
         09:01:10 lee calls
         09:01:27 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:25 remember anna Available
            09:00:25 hang up anna AnsweredElsewhere
            09:00:25 ring bo-desk "kim · main 0:15"
            09:00:27 join kim bo
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of kim: Answered waited 17s talked 13s held 0ns
            -- restart
            09:01:10 accept lee
            09:01:10 play lee welcome
            09:01:10 ring anna-desk "lee · main"
            09:01:25 remember anna Paused (did not answer)
            09:01:25 hang up anna AnsweredElsewhere
            09:01:25 ring bo-desk "lee · main 0:15"
            09:01:27 join lee bo
        "#]],
    );
}

/// Who did not answer is there after all (§4): the pause would have lasted for hours.
#[test]
fn any_code_and_any_click_end_a_pause_that_came_by_itself() {
    let after = |reason: &str, doing: &str| {
        let memory = PersonMemory {
            state: PersonState::Paused,
            since: "2026-11-23T08:00:00Z".parse().unwrap(),
            until: Some("2026-11-23T20:00:00Z".parse().unwrap()),
            reason: Some(reason.into()),
            last_talked_at: None,
            misses: 0,
        };
        let memory = Memory { people: vec![(PersonId::from("bo"), memory)], ..Memory::default() };
        let groups = vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])];
        let script = format!("09:00:00 bo arrives\n{doing}\n09:01:00 bo waits");
        play(settings(groups), memory, &script).board.people[1].state
    };
    let code = "09:00:10 bo dials *43\n09:00:20 bo hangs-up";
    for (doing, then) in [
        ("", PersonState::Paused),
        (code, PersonState::Available),
        ("09:00:10 bo calls-now 1", PersonState::Available),
        ("09:00:10 anna calls-now 1", PersonState::Paused),
    ] {
        assert_eq!(after("did not answer", doing), then, "{doing}");
    }
    assert_eq!(after("lunch", code), PersonState::Paused, "a pause by hand is not touched");
}

/// Busy is who dials, from the first ring on, and who is asked in a consultation (§2): nothing rings beside that.
#[test]
fn who_dials_and_who_is_consulted_is_not_rung() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])],
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 bo dials +4520304050
         09:00:12 kim calls
         09:00:14 cy answers
         09:00:20 bo hangs-up
         09:00:30 cy consults kim 12
         09:00:33 bo answers
         09:00:35 lee calls
         09:00:40 lee hangs-up",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445566
            09:00:10 bo hears it ring
            09:00:12 accept kim
            09:00:12 play kim welcome
            09:00:12 ring cy-desk "kim · main"
            09:00:14 join kim cy
            09:00:20 hang up outside CallerGone
            09:00:20 end of bo: Unreached waited 0ns talked 0ns held 0ns
            09:00:30 ring bo-desk "kim"
            09:00:30 part kim
            09:00:30 play kim music
            09:00:30 play cy ringback
            09:00:30 reply Ok(Ok)
            09:00:33 join cy bo
            09:00:35 accept lee
            09:00:35 play lee welcome
            09:00:35 chime
            09:00:40 end of lee: Abandoned waited 5s talked 0ns held 0ns
        "#]],
    );
}
