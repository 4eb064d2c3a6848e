//! Codes from a phone: each does what a screen could, says so, and hangs up; inside a call from our side only.

use super::script::{check, check_with};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 60)])]
}

#[test]
fn off_and_on_duty_pause_and_ready() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 bo dials *10
         09:00:12 bo hears-the-end
         09:00:20 bo dials *11
         09:00:22 bo hears-the-end
         09:00:30 bo dials *12
         09:00:32 bo presses 30#
         09:00:36 bo hears-the-end
         09:00:40 bo dials *13
         09:00:42 bo hangs-up
         09:00:50 bo dials *1245
         09:00:53 bo hears-the-end
         09:01:00 bo dials *12
         09:01:05 bo presses #
         09:01:07 bo hears-the-end",
        expect![[r#"
            09:00:10 remember bo Off
            09:00:10 accept bo
            09:00:10 play bo off-duty
            09:00:12 hang up bo Normal
            09:00:12 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:20 remember bo Available
            09:00:20 accept bo
            09:00:20 play bo on-duty
            09:00:22 hang up bo Normal
            09:00:22 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:30 accept bo
            09:00:30 play bo pause-minutes (10s)
            09:00:32 play bo (4s)
            09:00:32 play bo (4s)
            09:00:32 remember bo Paused (other)
            09:00:32 play bo paused-for-1 n-30 minutes
            09:00:36 hang up bo Normal
            09:00:36 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:40 remember bo Available
            09:00:40 accept bo
            09:00:40 play bo on-duty
            09:00:42 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:50 remember bo Paused (other)
            09:00:50 accept bo
            09:00:50 play bo paused-for-1 n-45 minutes
            09:00:53 hang up bo Normal
            09:00:53 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:01:00 accept bo
            09:01:00 play bo pause-minutes (10s)
            09:01:05 remember bo Paused (other)
            09:01:05 play bo paused
            09:01:07 hang up bo Normal
            09:01:07 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn a_pause_with_minutes_ends_by_itself_and_one_typed_slowly_counts() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 bo dials *12
         09:00:12 bo presses 2
         09:00:16 bo hears-the-end
         09:00:20 bo hears-the-end
         09:03:00 dan arrives",
        expect![[r#"
            09:00:10 accept bo
            09:00:10 play bo pause-minutes (10s)
            09:00:12 play bo (4s)
            09:00:16 remember bo Paused (other)
            09:00:16 play bo paused-for-1 n-2 minutes
            09:00:20 hang up bo Normal
            09:00:20 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:02:16 remember bo Available
        "#]],
    );
}

/// A word over the hours always has an end, and is kept before it is said.
#[test]
fn the_key_of_the_hours_closes_for_the_minutes_typed_and_takes_a_word_back() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 anna dials *28
         09:00:14 anna presses 30#
         09:00:20 anna hears-the-end
         09:01:00 kim calls
         09:01:05 kim hangs-up
         09:02:00 anna dials *28
         09:02:05 anna hears-the-end
         09:03:00 lee calls
         09:03:05 lee hangs-up
         09:04:00 anna dials *28
         09:04:14 anna hears-the-end
         09:04:20 anna hears-the-end
         09:05:00 bo dials *28
         09:05:05 bo hears-the-end
         10:05:00 max calls",
        expect![[r#"
            09:00:10 accept anna
            09:00:10 play anna hours-close (10s)
            09:00:14 play anna (4s)
            09:00:14 play anna (4s)
            09:00:14 play anna (5s)
            09:00:14 keep first the hours: the office Closed until 2026-11-23T09:30:14Z
            09:00:14 play anna closed-for-1 n-30 minutes
            09:00:20 hang up anna Normal
            09:00:20 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:01:00 accept kim
            09:01:00 play kim closed-until-1 today at n-9 n-30 am offer-at-opening offer-message (6s)
            09:01:05 end of kim: AfterHours waited 0ns talked 0ns held 0ns
            09:02:00 accept anna
            09:02:00 play anna (5s)
            09:02:00 keep first the hours: as planned
            09:02:00 play anna hours-as-planned
            09:02:05 hang up anna Normal
            09:02:05 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:03:00 accept lee
            09:03:00 play lee welcome
            09:03:00 ring bo-desk "lee · main"
            09:03:05 hang up bo CallerGone
            09:03:05 end of lee: Abandoned waited 5s talked 0ns held 0ns
            09:04:00 accept anna
            09:04:00 play anna hours-close (10s)
            09:04:14 play anna (5s)
            09:04:14 keep first the hours: the office Closed until 2026-11-23T10:04:14Z
            09:04:14 play anna closed-for-1 one-hour
            09:04:20 hang up anna Normal
            09:04:20 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:05:00 accept bo
            09:05:00 play bo not-allowed
            09:05:05 hang up bo Normal
            09:05:05 end of bo: Internal waited 0ns talked 0ns held 0ns
            10:04:14 remember the hours: as planned
            10:05:00 accept max
            10:05:00 play max welcome
            10:05:00 ring bo-desk "max · main"
        "#]],
    );
}

/// Closed by its hours, the same key opens; what the disk refuses is not said to hold.
#[test]
fn the_key_of_the_hours_opens_what_is_closed_and_nothing_holds_that_is_not_kept() {
    let mut office = settings(main_line());
    office.hours.week[0] = Vec::new();
    check_with(
        office,
        "09:00:00 cy arrives
         09:00:10 cy dials *2890
         09:00:15 cy hears-the-end
         09:01:00 kim calls
         09:01:05 kim hangs-up
         09:02:00 store fails
         09:02:10 cy dials *28
         09:02:15 cy hears-the-end
         09:03:00 lee calls
         09:03:05 lee hangs-up",
        expect![[r#"
            09:00:10 accept cy
            09:00:10 play cy (5s)
            09:00:10 keep first the hours: the office Open until 2026-11-23T10:30:10Z
            09:00:10 play cy open-for-1 one-hour and n-30 minutes
            09:00:15 hang up cy Normal
            09:00:15 end of cy: Internal waited 0ns talked 0ns held 0ns
            09:01:00 accept kim
            09:01:00 play kim welcome
            09:01:00 ring cy-desk "kim · main"
            09:01:05 hang up cy CallerGone
            09:01:05 end of kim: Abandoned waited 5s talked 0ns held 0ns
            09:02:10 accept cy
            09:02:10 play cy (5s)
            09:02:10 keep first the hours: as planned
            09:02:10 remember the hours: the office Open until 2026-11-23T10:30:10Z
            09:02:10 play cy code-not-now
            09:02:15 hang up cy Normal
            09:02:15 end of cy: Internal waited 0ns talked 0ns held 0ns
            09:03:00 accept lee
            09:03:00 play lee welcome
            09:03:00 ring cy-desk "lee · main"
            09:03:05 hang up cy CallerGone
            09:03:05 end of lee: Abandoned waited 5s talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn more_wrap_up_by_code_does_not_end_it() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 kim hangs-up
         09:00:25 bo dials *14
         09:00:28 bo hears-the-end
         09:00:40 lee calls
         09:01:10 bo dials *14
         09:01:12 bo hears-the-end
         09:01:15 bo dials *14
         09:01:18 bo hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 hang up bo Normal
            09:00:20 remember bo Available
            09:00:20 end of kim: Answered waited 2s talked 8s held 0ns
            09:00:25 accept bo
            09:00:25 play bo more-wrap-up
            09:00:28 hang up bo Normal
            09:00:28 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:40 accept lee
            09:00:40 play lee welcome
            09:00:40 chime
            09:01:05 ring bo-desk "lee · main 0:25"
            09:01:10 accept bo
            09:01:10 play bo code-not-now
            09:01:10 hang up bo AnsweredElsewhere
            09:01:12 hang up bo Normal
            09:01:12 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:01:12 ring bo-desk "lee · main 0:32"
            09:01:15 accept bo
            09:01:15 play bo code-not-now
            09:01:15 hang up bo AnsweredElsewhere
            09:01:18 hang up bo Normal
            09:01:18 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:01:18 ring bo-desk "lee · main 0:38"
        "#]],
    );
}

#[test]
fn a_wrong_code_is_refused_in_words_and_never_dialled_out() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 bo dials *99
         09:00:12 bo hears-the-end
         09:00:20 bo dials *4520304050
         09:00:22 bo hears-the-end
         09:00:30 bo dials *14
         09:00:32 bo hears-the-end",
        expect![[r#"
            09:00:10 accept bo
            09:00:10 play bo code-not-known
            09:00:12 hang up bo Normal
            09:00:12 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:20 accept bo
            09:00:20 play bo code-not-known
            09:00:22 hang up bo Normal
            09:00:22 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:00:30 accept bo
            09:00:30 play bo code-not-now
            09:00:32 hang up bo Normal
            09:00:32 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn pick_up_what_rings_at_a_colleague() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:05 dan dials *8
         09:00:07 dan hears-the-end
         09:00:10 kim calls
         09:00:12 dan dials *8
         09:00:30 dan hangs-up
         09:01:00 lee calls +4533445567
         09:01:10 dan dials *8",
        expect![[r#"
            09:00:05 accept dan
            09:00:05 play dan nothing-rings
            09:00:07 hang up dan Normal
            09:00:07 end of dan: Internal waited 0ns talked 0ns held 0ns
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 accept dan
            09:00:12 end of dan: Internal waited 0ns talked 0ns held 0ns
            09:00:12 hang up bo AnsweredElsewhere
            09:00:12 join kim dan
            09:00:30 remember dan Available
            09:00:30 hang up kim Normal
            09:00:30 end of kim: Answered waited 2s talked 18s held 0ns
            09:01:00 accept lee
            09:01:00 play lee leave-message tone
            09:01:10 accept dan
            09:01:10 play dan nothing-rings
        "#]],
    );
}

#[test]
fn pick_up_what_a_colleagues_own_number_rings() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 dan arrives
         09:01:00 lee calls +4533445567
         09:01:10 dan dials *8
         09:01:30 lee hangs-up",
        expect![[r#"
            09:01:00 ring anna-desk "lee"
            09:01:00 lee hears it ring
            09:01:10 accept dan
            09:01:10 end of dan: Internal waited 0ns talked 0ns held 0ns
            09:01:10 hang up anna AnsweredElsewhere
            09:01:10 accept lee
            09:01:10 join lee dan
            09:01:30 hang up dan Normal
            09:01:30 remember dan Available
            09:01:30 end of lee: Answered waited 0ns talked 20s held 0ns
        "#]],
    );
}

#[test]
fn the_echo_test_ends_when_one_hangs_up_or_after_five_minutes() {
    check(
        main_line(),
        "09:00:00 bo arrives
         09:00:10 bo dials *43
         09:00:14 bo hears-the-end
         09:00:20 bo presses 5
         09:00:30 bo hangs-up
         09:01:00 bo dials *43
         09:01:04 bo hears-the-end
         09:07:00 dan arrives",
        expect![[r#"
            09:00:10 accept bo
            09:00:10 play bo echo-test
            09:00:14 echo to bo
            09:00:30 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:01:00 accept bo
            09:01:00 play bo echo-test
            09:01:04 echo to bo
            09:06:04 hang up bo Normal
            09:06:04 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn an_owner_records_a_menus_prompt_by_its_number() {
    let mut office = settings(main_line());
    office.menus = vec![frontdesk::settings::Menu {
        id: "front".into(),
        prompt: "welcome front-menu".into(),
        keys: [('1', frontdesk::settings::Goal::Group("main".into()))].into(),
        timeout: std::time::Duration::from_secs(6),
        language: None,
        otherwise: frontdesk::settings::Goal::Group("main".into()),
    }];
    check_with(
        office,
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 anna dials *77
         09:00:15 anna presses 1#
         09:00:25 anna hears-the-end
         09:00:40 anna presses #
         09:00:40 anna speaks 15
         09:00:50 anna hears-the-end
         09:01:00 anna dials *77
         09:01:05 anna presses 999#
         09:01:10 anna hears-the-end
         09:02:00 anna dials *77
         09:02:05 anna presses 101#
         09:02:15 anna hears-the-end
         09:02:20 anna cannot-be-recorded
         09:02:25 anna hears-the-end
         09:03:00 bo dials *77
         09:03:05 bo hears-the-end",
        expect![[r#"
            09:00:10 accept anna
            09:00:10 play anna prompt-number (10s)
            09:00:15 play anna (4s)
            09:00:15 play anna front-menu prompt-record tone
            09:00:25 record anna to sounds/en/front-menu.wav
            09:00:25 play anna (123s)
            09:00:40 stop recording anna
            09:00:40 read the sounds again
            09:00:40 play anna front-menu prompt-saved
            09:00:50 hang up anna Normal
            09:00:50 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:01:00 accept anna
            09:01:00 play anna prompt-number (10s)
            09:01:05 play anna (4s)
            09:01:05 play anna (4s)
            09:01:05 play anna (4s)
            09:01:05 play anna prompt-unknown
            09:01:10 hang up anna Normal
            09:01:10 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:02:00 accept anna
            09:02:00 play anna prompt-number (10s)
            09:02:05 play anna (4s)
            09:02:05 play anna (4s)
            09:02:05 play anna (4s)
            09:02:05 play anna busy prompt-record tone
            09:02:15 record anna to sounds/en/busy.wav
            09:02:15 play anna (123s)
            09:02:20 play anna prompt-not-kept
            09:02:25 hang up anna Normal
            09:02:25 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:03:00 accept bo
            09:03:00 play bo not-allowed
            09:03:05 hang up bo Normal
            09:03:05 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}
