//! Hours: calling hours, closing, another day, the clock (spec/callback.md §8, §13).

use super::script::{check_with, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{AfterClose, Settings, Span, Strategy};
use std::time::Duration;

/// Open on weekdays from eight to four; the script begins on a Monday, at midnight.
fn office_hours() -> Settings {
    let mut settings = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    let day = Span { from: jiff::civil::time(8, 0, 0, 0), to: Some(jiff::civil::time(16, 0, 0, 0)) };
    settings.hours.week =
        std::array::from_fn(|day_of_week| if day_of_week < 5 { vec![day] } else { Vec::new() });
    settings
}

fn always_open() -> Settings {
    settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])])
}

/// §13.8: after closing what is due is still kept for a quarter of an hour, while somebody is there.
#[test]
fn promises_are_kept_after_closing() {
    check_with(
        office_hours(),
        "15:58:00 kim calls
         15:58:05 kim presses 11
         15:58:09 kim hears-the-end
         16:05:00 bo arrives
         16:05:03 bo answers
         16:05:04 bo presses 1
         16:05:20 outside answers
         16:06:20 outside hangs-up",
        expect![[r#"
            15:58:00 accept kim
            15:58:00 play kim welcome
            15:58:00 chime
            15:58:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            15:58:05 play kim (4s)
            15:58:05 keep first kim: Some(Waiting)
            15:58:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            15:58:09 hang up kim Normal
            15:58:09 end of kim: CallbackRequested, callback of kim: Waiting
            16:05:00 ring bo-desk "↩ kim (7 min)"
            16:05:03 play bo callback-preview-1 n-7 minutes (180ms) callback-preview-2
            16:05:04 keep first kim: Some(Dialing)
            16:05:04 play bo ringback
            16:05:04 call out +4520000001 as +4533445566
            16:05:20 join outside bo
            16:05:20 callback of kim: Connected [Reached]
            16:06:20 hang up bo Normal
            16:06:20 remember bo Available
            16:06:20 callback of kim: Done [Reached] by Callback
        "#]],
    );
}

/// §13.8: what is left waits for the next opening and ten minutes more, then one for one with live callers.
#[test]
fn promises_are_carried_to_the_next_day() {
    check_with(
        office_hours(),
        "15:58:00 anna promises +4520000011 main
         15:59:00 anna promises +4520000012 main
         16:20:00 bo arrives
         32:05:00 max calls
         32:05:05 bo answers
         32:09:00 nia calls
         32:11:00 max hangs-up
         32:11:20 bo answers
         32:11:21 bo presses 1
         32:11:30 outside answers
         32:12:00 outside hangs-up
         32:12:20 bo answers
         32:13:00 nia hangs-up
         32:13:20 bo answers
         32:13:21 bo presses 1",
        expect![[r#"
            15:58:00 keep first anna: Some(Waiting)
            15:58:00 reply Ok(Call(C-1))
            15:59:00 keep first anna: Some(Waiting)
            15:59:00 reply Ok(Call(C-2))
            32:05:00 accept max
            32:05:00 play max welcome
            32:05:00 ring bo-desk "max · main"
            32:05:05 join max bo
            32:09:00 accept nia
            32:09:00 play nia welcome
            32:09:00 chime
            32:10:00 chime
            32:11:00 hang up bo Normal
            32:11:00 remember bo Available
            32:11:00 end of max: Answered waited 5s talked 355s held 0ns
            32:11:00 chime
            32:11:15 ring bo-desk "↩ 20 00 00 11 (973 min)"
            32:11:20 play bo callback-preview-1 n-16 hours and n-13 minutes (180ms) callback-preview-2
            32:11:21 keep first anna: Some(Dialing)
            32:11:21 play bo ringback
            32:11:21 call out +4520000011 as +4533445566
            32:11:30 join outside bo
            32:12:00 hang up bo Normal
            32:12:00 remember bo Available
            32:12:00 end of anna: Answered, callback of anna: Done [Reached] by Callback
            32:12:00 chime
            32:12:15 ring bo-desk "nia · main 3:15"
            32:12:20 join nia bo
            32:13:00 hang up bo Normal
            32:13:00 remember bo Available
            32:13:00 end of nia: Answered waited 200s talked 40s held 0ns
            32:13:15 ring bo-desk "↩ 20 00 00 12 (974 min)"
            32:13:20 play bo callback-preview-1 n-16 hours and n-14 minutes (180ms) callback-preview-2
            32:13:21 keep first anna: Some(Dialing)
            32:13:21 play bo ringback
            32:13:21 call out +4520000012 as +4533445566
        "#]],
    );
}

/// §8: two business days old: a person's task.
#[test]
fn too_old_for_the_line() {
    check_with(
        office_hours(),
        "15:58:00 kim calls
         15:58:05 kim presses 11
         15:58:09 kim hears-the-end
         64:00:00 max calls",
        expect![[r#"
            15:58:00 accept kim
            15:58:00 play kim welcome
            15:58:00 chime
            15:58:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            15:58:05 play kim (4s)
            15:58:05 keep first kim: Some(Waiting)
            15:58:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            15:58:09 hang up kim Normal
            15:58:09 end of kim: CallbackRequested, callback of kim: Waiting
            63:58:09 callback of kim: Expired
            64:00:00 accept max
            64:00:00 play max closed-until-1 tomorrow (180ms) weekday-4 at n-8 am offer-at-opening offer-message (6s)
        "#]],
    );
}

/// §8: never before eight or after eight in the evening, also where the office is open.
#[test]
fn nobody_is_called_at_night() {
    check_with(
        always_open(),
        "19:58:00 kim calls
         19:58:05 kim presses 11
         19:58:09 kim hears-the-end
         20:01:00 bo arrives
         20:02:00 bo calls-now kim
         32:00:40 bo answers",
        expect![[r#"
            19:58:00 accept kim
            19:58:00 play kim welcome
            19:58:00 chime
            19:58:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            19:58:05 play kim (4s)
            19:58:05 keep first kim: Some(Waiting)
            19:58:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            19:58:09 hang up kim Normal
            19:58:09 end of kim: CallbackRequested, callback of kim: Waiting
            20:02:00 reply Err(Policy { rule: "calling-hours" })
            32:00:09 ring bo-desk "↩ kim (722 min)"
            32:00:40 play bo callback-preview-1 n-12 hours and n-3 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// §8: never on a Sunday.
#[test]
fn nobody_is_called_on_a_sunday() {
    check_with(
        always_open(),
        "138:00:00 bo arrives
         163:58:00 kim calls
         163:58:05 kim presses 11
         163:58:09 kim hears-the-end
         164:01:00 kim calls
         164:01:05 bo answers",
        expect![[r#"
            163:58:00 accept kim
            163:58:00 play kim welcome
            163:58:00 ring bo-desk "kim · main"
            163:58:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            163:58:05 play kim (4s)
            163:58:05 keep first kim: Some(Waiting)
            163:58:05 hang up bo AnsweredElsewhere
            163:58:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            163:58:09 hang up kim Normal
            163:58:09 end of kim: CallbackRequested, callback of kim: Waiting
            164:01:00 accept kim
            164:01:00 play kim welcome-back place-in-line-1 number n-1 welcome-back-keys
            164:01:00 callback of kim: Merged
            164:01:00 ring bo-desk "kim · main 3:00"
            164:01:05 join kim bo
            164:01:05 callback of kim: Connected
        "#]],
    );
}

/// §13.13: the clock is found to be wrong by three hours: nothing leaves outside hours, before and after.
#[test]
fn a_clock_that_jumps() {
    check_with(
        always_open(),
        "05:30:00 clock is-wrong
         05:31:00 kim calls
         05:31:05 kim presses 11
         05:31:09 kim hears-the-end
         05:32:00 bo arrives
         05:40:00 clock jumps 10800
         05:40:01 clock is-right
         05:40:05 bo answers
         05:40:06 bo presses 1
         05:40:15 outside answers
         05:41:15 outside hangs-up",
        expect![[r#"
            05:31:00 accept kim
            05:31:00 play kim welcome
            05:31:00 chime
            05:31:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            05:31:05 play kim (4s)
            05:31:05 keep first kim: Some(Waiting)
            05:31:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            05:31:09 hang up kim Normal
            05:31:09 end of kim: CallbackRequested, callback of kim: Waiting
            05:40:01 ring bo-desk "↩ kim (9 min)"
            05:40:05 play bo callback-preview-1 n-9 minutes (180ms) callback-preview-2
            05:40:06 keep first kim: Some(Dialing)
            05:40:06 play bo ringback
            05:40:06 call out +4520000001 as +4533445566
            05:40:15 join outside bo
            05:40:15 callback of kim: Connected [Reached]
            05:41:15 hang up bo Normal
            05:41:15 remember bo Available
            05:41:15 callback of kim: Done [Reached] by Callback
        "#]],
    );
}

/// §8 (b): what is left when the doors have been closed for long enough is a person's task.
#[test]
fn promises_that_are_left_are_left_to_staff() {
    let mut office = office_hours();
    office.groups[0].callback.drain = Duration::from_secs(300);
    office.groups[0].callback.after_close = AfterClose::Staff;
    check_with(
        office,
        "15:58:00 kim calls
         15:58:05 kim presses 11
         15:58:09 kim hears-the-end
         16:04:00 bo arrives
         16:04:03 bo declines
         16:06:00 bo waits",
        expect![[r#"
            15:58:00 accept kim
            15:58:00 play kim welcome
            15:58:00 chime
            15:58:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            15:58:05 play kim (4s)
            15:58:05 keep first kim: Some(Waiting)
            15:58:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            15:58:09 hang up kim Normal
            15:58:09 end of kim: CallbackRequested, callback of kim: Waiting
            16:04:00 ring bo-desk "↩ kim (6 min)"
            16:05:00 callback of kim: Expired
        "#]],
    );
}

/// §8: nobody is called before the hour the owner says, nor from the one they name last.
#[test]
fn the_hours_to_call_at_are_the_owners() {
    let mut office = always_open();
    let (from, to) = (jiff::civil::time(10, 0, 0, 0), Some(jiff::civil::time(11, 0, 0, 0)));
    office.callback.calling_hours = Span { from, to };
    check_with(
        office,
        "09:50:00 anna promises +4520000011 main
         09:50:10 bo arrives
         10:00:05 bo answers
         10:00:06 bo presses 3
         10:00:07 bo presses 2
         11:00:00 anna promises +4520000012 main
         11:05:00 bo waits",
        expect![[r#"
            09:50:00 keep first anna: Some(Waiting)
            09:50:00 reply Ok(Call(C-1))
            10:00:00 ring bo-desk "↩ 20 00 00 11 (10 min)"
            10:00:05 play bo callback-preview-1 n-10 minutes (180ms) callback-preview-2
            10:00:06 play bo callback-reason
            10:00:07 hang up bo Normal
            10:00:07 end of anna: Unreached, callback of anna: Done by Person(bo)
            10:00:07 end of anna: Unreached waited 0ns talked 0ns held 0ns
            11:00:00 keep first anna: Some(Waiting)
            11:00:00 reply Ok(Call(C-2))
        "#]],
    );
}

/// §5: how long a desk phone that answered has to say no; with "0s" only key 1 says yes.
#[test]
fn an_answer_accepts_after_the_time_the_owner_says() {
    for (accepts, then) in [(6, "10:01:11 keep first anna: Some(Dialing)"), (0, "10:01:25 hang up bo Normal")]
    {
        let mut office = always_open();
        office.callback.answer_accepts = Duration::from_secs(accepts);
        let script = "10:00:00 anna promises +4520000011 main
             10:01:00 bo arrives
             10:01:05 bo answers
             10:01:40 bo waits";
        let played = super::script::play(office, frontdesk::office::memory::Memory::default(), script);
        let after: Vec<&str> =
            played.transcript.lines().skip_while(|line| !line.contains("preview-1")).collect();
        assert_eq!(after.get(1), Some(&then), "{}", played.transcript);
    }
}

/// §8: with so many left for the next opening a message is offered instead, in the line and at the door.
#[test]
fn no_more_are_promised_than_the_next_day_can_keep() {
    let mut office = office_hours();
    office.groups[0].callback.carry_max = 1;
    office.hours.after = Some(frontdesk::settings::Goal::Callback("main".into()));
    check_with(
        office,
        "15:58:00 kim calls
         15:58:05 kim presses 11
         15:58:09 kim hears-the-end
         15:59:00 lee calls
         15:59:05 lee presses 1
         15:59:08 lee presses 2
         15:59:20 lee hangs-up
         16:20:00 max calls
         16:20:30 max hangs-up",
        expect![[r#"
            15:58:00 accept kim
            15:58:00 play kim welcome
            15:58:00 chime
            15:58:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            15:58:05 play kim (4s)
            15:58:05 keep first kim: Some(Waiting)
            15:58:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            15:58:09 hang up kim Normal
            15:58:09 end of kim: CallbackRequested, callback of kim: Waiting
            15:59:00 accept lee
            15:59:00 play lee welcome
            15:59:00 chime
            15:59:05 play lee offer-message (6s)
            15:59:08 play lee leave-message tone
            15:59:20 end of lee: Abandoned waited 8s talked 0ns held 0ns
            16:20:00 accept max
            16:20:00 play max closed-until-1 tomorrow (180ms) weekday-2 at n-8 am leave-message tone
            16:20:30 end of max: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// reliability §4: a clock that is set forward by days, for good or for a minute, makes no promise old: it has its
/// two business days from the request, and the list of tasks its thirty.
#[test]
fn a_clock_set_forward_makes_nothing_old() {
    for back in ["10:02:00 clock jumps 0", "10:02:00 clock jumps -34560000"] {
        let script = format!(
            "10:00:00 kim calls
             10:00:05 kim presses 11
             10:00:10 kim hears-the-end
             10:01:00 clock jumps 34560000
             10:01:45 bo waits
             {back}
             10:03:00 bo waits
             45:00:00 bo waits
             82:00:00 bo waits"
        );
        let transcript = play(office_hours(), Memory::default(), &script).transcript;
        let early = transcript.lines().find(|line| line.contains("Expired") && *line < "58:00:00");
        assert_eq!(early, None, "{back}");
        assert!(transcript.contains("Expired"), "two business days are over: {transcript}");
    }
}

/// §3, §8: what is promised is what the hours to call at leave: until they end, and nothing for today on an evening
/// or a Sunday, though the office is open.
#[test]
fn a_promise_is_spoken_within_the_hours_to_call_at() {
    for (before, words) in [
        ("18:59:00 bo arrives", "call-before-1 n-8 pm"),
        ("18:59:00 clock jumps 3500", "call-when-in"),
        ("18:59:00 clock jumps 518400", "call-when-in"),
    ] {
        let script = format!(
            "18:58:00 bo arrives
             {before}
             19:00:00 kim calls
             19:00:05 kim presses 11"
        );
        let played = play(always_open(), Memory::default(), &script);
        let last = played.transcript.lines().last().unwrap();
        let last = played.transcript.lines().rfind(|line| line.contains("place-in-line")).unwrap_or(last);
        assert!(last.contains(words), "{before}: {last}");
    }
}
