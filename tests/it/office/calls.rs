//! Direct calls, calls between colleagues, calls out, hours (spec/reliability.md §2).

use super::script::{check, check_with, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::office::Input;
use frontdesk::office::board::Board;
use frontdesk::office::contact::Outcome;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Group, Strategy};

/// The same call, with nothing in its offer that can be heard here.
pub fn unheard(input: Input) -> Input {
    match input {
        Input::Arrived(arrived) => Input::Unsound(arrived),
        other => other,
    }
}

fn main_line() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

#[test]
fn a_colleague_is_called_by_extension() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 anna dials 12
         09:00:15 bo answers
         09:00:20 bo hangs-up
         09:00:30 anna dials 99
         09:00:40 anna dials 14",
        expect![[r#"
            09:00:10 ring bo-desk "anna"
            09:00:10 anna hears it ring
            09:00:15 accept anna
            09:00:15 join anna bo
            09:00:20 remember bo Available
            09:00:20 hang up anna Normal
            09:00:20 remember anna Available
            09:00:20 end of anna: Internal waited 0ns talked 5s held 0ns
            09:00:30 refuse anna NotFound
            09:00:30 end of anna: Internal waited 0ns talked 0ns held 0ns
            09:00:40 refuse anna Unavailable
            09:00:40 end of anna: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn home_goes_out_premium_is_refused_in_words_and_emergency_always_passes() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:10 anna dials +4520304050
         09:00:15 outside answers
         09:00:20 anna hangs-up
         09:00:30 anna dials +4590123456
         09:00:32 anna hangs-up
         23:00:00 anna dials +46701234567
         23:00:02 anna hangs-up
         23:00:10 anna dials 112",
        expect![[r#"
            09:00:10 call out +4520304050 as +4533445567
            09:00:10 anna hears it ring
            09:00:15 accept anna
            09:00:15 join anna outside
            09:00:20 remember anna Available
            09:00:20 hang up outside Normal
            09:00:20 end of anna: Answered waited 0ns talked 5s held 0ns
            09:00:30 accept anna
            09:00:30 play anna not-allowed
            09:00:32 end of anna: Rejected waited 0ns talked 0ns held 0ns
            23:00:00 accept anna
            23:00:00 play anna not-allowed
            23:00:02 end of anna: Rejected waited 0ns talked 0ns held 0ns
            23:00:10 call out 112 as +4533445567
            23:00:10 anna hears it ring
        "#]],
    );
}

#[test]
fn after_hours_a_caller_hears_that_it_is_closed_and_is_asked() {
    let mut settings = settings(main_line());
    settings.hours.week[0] = Vec::new();
    check_with(
        settings,
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:14 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim closed-until-1 tomorrow (180ms) weekday-2 at midnight offer-at-opening offer-message (6s)
            09:00:14 end of kim: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// A call that is on hold is not held once more: the story tells it once.
#[test]
fn a_held_call_is_not_held_twice() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 bo clicks-hold kim
         09:00:25 bo clicks-hold kim",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 reply Ok(Ok)
            09:00:25 reply Err(NotNow)
        "#]],
    );
}

#[test]
fn a_call_nobody_could_hear_is_owed_and_an_alarm_until_one_is_heard() {
    let unheard = "09:00:00 bo arrives
                   09:00:10 kim calls-unheard";
    let played = play(settings(main_line()), Memory::default(), unheard);
    let row = played.contacts.values().next().unwrap();
    assert_eq!(row.outcome, Some(Outcome::FailedTechnical));
    assert!(row.from.number.is_some() && row.ended_at.is_some());
    let codes = |board: &Board| board.alarms.iter().map(|alarm| alarm.code).collect::<Vec<_>>();
    assert_eq!(codes(&played.board), ["trunk-no-codec"]);
    assert_eq!(played.board.owed, 1);
    assert!(!played.transcript.contains("ring"), "{}", played.transcript);

    let heard = format!("{unheard}\n09:00:20 lee calls");
    assert_eq!(codes(&play(settings(main_line()), Memory::default(), &heard).board), [""; 0]);
}

/// A number that leads to one person: off duty or in a pause their phone is silent for customers, who leave a message
/// at once (spec/hunt-groups.md §6, §9); for a colleague who dials them it rings.
#[test]
fn who_is_off_duty_is_not_rung_for_a_customer() {
    check(
        main_line(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 anna off
         09:00:20 kim calls +4533445567
         09:00:25 kim hangs-up
         09:01:00 anna pauses
         09:01:10 lee calls +4533445567
         09:01:15 lee hangs-up
         09:02:00 bo dials 11
         09:02:05 bo hangs-up",
        expect![[r#"
            09:00:10 remember anna Off
            09:00:10 reply Ok(Ok)
            09:00:20 accept kim
            09:00:20 play kim leave-message tone
            09:00:25 end of kim: Abandoned waited 0ns talked 0ns held 0ns
            09:01:00 remember anna Paused (lunch)
            09:01:00 reply Ok(Ok)
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:15 end of lee: Abandoned waited 0ns talked 0ns held 0ns
            09:02:00 ring anna-desk "bo"
            09:02:00 bo hears it ring
            09:02:05 hang up anna CallerGone
            09:02:05 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}
