//! What a dial came to, and what follows (spec/callback.md §6, §13).

use super::script::{check, check_with};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::GroupId;
use frontdesk::office::promise::{CallbackState, CameTo};
use frontdesk::settings::{Goal, Group, Strategy};

fn one() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

/// §13.3: not there: the next one is served, and the promise stands before whoever came later, when it is time.
#[test]
fn who_does_not_answer_keeps_the_place() {
    check(
        one(),
        "10:01:00 lee calls
         10:01:05 lee presses 11
         10:01:09 lee hears-the-end
         10:02:00 max calls
         10:02:10 bo arrives
         10:02:12 bo answers
         10:02:50 bo hears-the-end
         10:02:55 bo answers
         10:03:00 nia calls
         10:03:55 max hangs-up
         10:04:15 bo answers
         10:09:00 nia hangs-up
         10:09:01 oda calls
         10:09:20 bo answers",
        expect![[r#"
            10:01:00 accept lee
            10:01:00 play lee welcome
            10:01:00 chime
            10:01:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:01:05 play lee (4s)
            10:01:05 keep first lee: Some(Waiting)
            10:01:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:01:09 hang up lee Normal
            10:01:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:02:00 accept max
            10:02:00 play max welcome
            10:02:00 chime
            10:02:10 ring bo-desk "↩ lee (1 min)"
            10:02:12 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:02:16 keep first lee: Some(Dialing)
            10:02:16 play bo ringback
            10:02:16 call out +4520000002 as +4533445566
            10:02:41 hang up outside Normal
            10:02:41 play bo callback-no-answer
            10:02:41 callback of lee: Waiting [NoAnswer] not before 10:07:41
            10:02:50 hang up bo Normal
            10:02:50 ring bo-desk "max · main 0:50"
            10:02:55 join max bo
            10:03:00 accept nia
            10:03:00 play nia welcome
            10:03:00 chime
            10:03:55 hang up bo Normal
            10:03:55 remember bo Available
            10:03:55 end of max: Answered waited 55s talked 60s held 0ns
            10:04:00 chime
            10:04:10 ring bo-desk "nia · main 1:10"
            10:04:15 join nia bo
            10:09:00 hang up bo Normal
            10:09:00 remember bo Available
            10:09:00 end of nia: Answered waited 75s talked 285s held 0ns
            10:09:01 accept oda
            10:09:01 play oda welcome
            10:09:01 chime
            10:09:15 ring bo-desk "↩ lee (8 min)"
            10:09:20 play bo callback-preview-1 n-8 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// §6: busy is half an attempt, three full ones and a person must look after it.
#[test]
fn after_the_last_attempt_it_is_a_persons_task() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:05 outside declines
         10:01:06 bo hears-the-end
         10:04:10 bo answers
         10:04:11 bo presses 1
         10:04:15 outside fails-with 480
         10:04:16 bo hears-the-end
         10:09:20 bo answers
         10:09:21 bo presses 1
         10:09:25 outside fails-with 480
         10:09:26 bo hears-the-end
         10:29:30 bo answers
         10:29:31 bo presses 1
         10:29:35 outside fails-with 480
         10:29:36 bo hears-the-end",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first lee: Some(Dialing)
            10:01:02 play bo ringback
            10:01:02 call out +4520000002 as +4533445566
            10:01:05 play bo callback-no-answer
            10:01:05 callback of lee: Waiting [Busy] not before 10:04:05
            10:01:06 hang up bo Normal
            10:04:05 ring bo-desk "↩ lee (4 min)"
            10:04:10 play bo callback-preview-1 n-4 minutes (180ms) callback-preview-2
            10:04:11 keep first lee: Some(Dialing)
            10:04:11 play bo ringback
            10:04:11 call out +4520000002 as +4533445566
            10:04:15 play bo callback-no-answer
            10:04:15 callback of lee: Waiting [Busy NoAnswer] not before 10:09:15
            10:04:16 hang up bo Normal
            10:09:15 ring bo-desk "↩ lee (9 min)"
            10:09:20 play bo callback-preview-1 n-9 minutes (180ms) callback-preview-2
            10:09:21 keep first lee: Some(Dialing)
            10:09:21 play bo ringback
            10:09:21 call out +4520000002 as +4533445566
            10:09:25 play bo callback-no-answer
            10:09:25 callback of lee: Waiting [Busy NoAnswer NoAnswer] not before 10:29:25
            10:09:26 hang up bo Normal
            10:29:25 ring bo-desk "↩ lee (29 min)"
            10:29:30 play bo callback-preview-1 n-30 minutes (180ms) callback-preview-2
            10:29:31 keep first lee: Some(Dialing)
            10:29:31 play bo ringback
            10:29:31 call out +4520000002 as +4533445566
            10:29:35 play bo callback-no-answer
            10:29:35 callback of lee: Unreached [Busy NoAnswer NoAnswer NoAnswer]
            10:29:36 hang up bo Normal
        "#]],
    );
}

/// §6: a number that does not exist is nobody's to dial again.
#[test]
fn a_number_that_does_not_exist() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:05 outside fails-with 404
         10:01:08 bo hears-the-end",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first lee: Some(Dialing)
            10:01:02 play bo ringback
            10:01:02 call out +4520000002 as +4533445566
            10:01:05 play bo callback-no-answer
            10:01:05 callback of lee: Invalid [Invalid]
            10:01:08 hang up bo Normal
        "#]],
    );
}

/// §6: turned down twice, the second time with the main number shown.
#[test]
fn turned_down_twice() {
    let mut settings = settings(one());
    settings.numbers[1].to = Goal::Group(GroupId::from("main"));
    check_with(
        settings,
        "10:00:00 lee calls +4533445567
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:05 outside fails-with 603
         10:01:08 bo hears-the-end
         10:06:10 bo answers
         10:06:11 bo presses 1
         10:06:15 outside fails-with 603
         10:06:18 bo hears-the-end",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee music
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first lee: Some(Dialing)
            10:01:02 play bo ringback
            10:01:02 call out +4520000002 as +4533445567
            10:01:05 play bo callback-no-answer
            10:01:05 callback of lee: Waiting [Rejected] not before 10:06:05
            10:01:08 hang up bo Normal
            10:06:05 ring bo-desk "↩ lee (6 min)"
            10:06:10 play bo callback-preview-1 n-6 minutes (180ms) callback-preview-2
            10:06:11 keep first lee: Some(Dialing)
            10:06:11 play bo ringback
            10:06:11 call out +4520000002 as +4533445566
            10:06:15 play bo callback-no-answer
            10:06:15 callback of lee: Unreached [Rejected Rejected]
            10:06:18 hang up bo Normal
        "#]],
    );
}

/// §13.9: the line is down, or says nothing: no attempt is spent.
#[test]
fn our_fault_is_no_attempt() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:05 outside fails
         10:01:08 bo hears-the-end
         10:01:30 provider fails-to-log-in
         10:06:00 provider logs-in
         10:06:05 bo answers
         10:06:06 bo presses 1
         10:06:20 outside answers
         10:07:00 outside hangs-up",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first lee: Some(Dialing)
            10:01:02 play bo ringback
            10:01:02 call out +4520000002 as +4533445566
            10:01:05 play bo callback-no-answer
            10:01:05 callback of lee: Waiting [Fault] not before 10:02:05
            10:01:08 hang up bo Normal
            10:06:00 ring bo-desk "↩ lee (6 min)"
            10:06:05 play bo callback-preview-1 n-6 minutes (180ms) callback-preview-2
            10:06:06 keep first lee: Some(Dialing)
            10:06:06 play bo ringback
            10:06:06 call out +4520000002 as +4533445566
            10:06:20 join outside bo
            10:06:20 callback of lee: Connected [Fault Reached]
            10:07:00 hang up bo Normal
            10:07:00 remember bo Available
            10:07:00 callback of lee: Done [Fault Reached] by Callback
        "#]],
    );
}

/// §9: the dial is on the disk before it leaves, or it does not leave.
#[test]
fn no_dial_without_its_row() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:00:30 store stalls
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:08 bo hears-the-end",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first lee: Some(Dialing)
            10:01:02 play bo ringback
            10:01:05 play bo callback-not-now
            10:01:05 callback of lee: Waiting [Fault] not before 10:02:05
            10:01:08 hang up bo Normal
        "#]],
    );
}

/// §13.11: a machine answered: half an hour later, at the old place.
#[test]
fn a_machine_is_tried_again_later() {
    check(
        one(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:15 outside answers
         10:01:40 bo says-voicemail lee
         10:01:41 bo hangs-up
         10:31:50 kim calls
         10:31:55 bo answers",
        expect![[r#"
            10:00:00 accept lee
            10:00:00 play lee welcome
            10:00:00 chime
            10:00:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:00:05 play lee (4s)
            10:00:05 keep first lee: Some(Waiting)
            10:00:05 play lee place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up lee Normal
            10:00:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:01:00 ring bo-desk "↩ lee (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first lee: Some(Dialing)
            10:01:02 play bo ringback
            10:01:02 call out +4520000002 as +4533445566
            10:01:15 join outside bo
            10:01:15 callback of lee: Connected [Reached]
            10:01:40 reply Ok(Ok)
            10:01:41 remember bo Available
            10:01:41 hang up outside Normal
            10:01:41 callback of lee: Waiting [Voicemail] not before 10:31:41
            10:31:41 ring bo-desk "↩ lee (31 min)"
            10:31:50 accept kim
            10:31:50 play kim welcome
            10:31:50 chime
            10:31:55 play bo callback-preview-1 n-32 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// §6, §11: the member has heard that the number does not exist; a person corrects it, and it is called.
#[test]
fn a_number_that_does_not_exist_is_corrected() {
    check(
        one(),
        "10:00:00 anna promises +4520000002 main
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:05 outside fails-with 404
         10:01:08 bo hears-the-end
         10:02:00 anna corrects anna +4520000007
         10:02:05 bo answers
         10:02:06 bo presses 1",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 ring bo-desk "↩ 20 00 00 02 (1 min)"
            10:01:01 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:02 keep first anna: Some(Dialing)
            10:01:02 play bo ringback
            10:01:02 call out +4520000002 as +4533445566
            10:01:05 play bo callback-no-answer
            10:01:05 end of anna: Unreached, callback of anna: Invalid [Invalid]
            10:01:08 hang up bo Normal
            10:02:00 callback of anna: Waiting [Invalid]
            10:02:00 reply Ok(Ok)
            10:02:00 ring bo-desk "↩ 20 00 00 07 (2 min)"
            10:02:05 play bo callback-preview-1 n-2 minutes (180ms) callback-preview-2
            10:02:06 keep first anna: Some(Dialing)
            10:02:06 play bo ringback
            10:02:06 call out +4520000007 as +4533445566
        "#]],
    );
}

/// §6: a provider that says nothing at all rang nobody: no attempt, and the board says so.
#[test]
fn a_provider_that_says_nothing_costs_no_attempt() {
    let script = "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:00:30 provider is-silent
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:30 bo hears-the-end
         10:02:20 bo pauses bo";
    let played = super::script::play(settings(one()), Default::default(), script);
    let promise = played.contacts["lee"].callback.as_ref().unwrap();
    let tries: Vec<_> = promise.tries.iter().map(|one| one.came_to).collect();
    assert_eq!(tries, [CameTo::Fault], "{}", played.transcript);
    assert!(played.board.alarms.iter().any(|alarm| alarm.code == "callback-no-line"));
}

/// §6: a phone that rings and is turned down within four seconds, whatever the network says of it: the second time it
/// counts as declined, is tried once more with the main number shown, and then it is a person's task.
#[test]
fn turned_down_at_once_twice() {
    let tries = |second: &str, third: &str| {
        let script = format!(
            "10:00:00 lee calls
             10:00:05 lee presses 11
             10:00:09 lee hears-the-end
             10:01:00 bo arrives
             10:01:01 bo answers
             10:01:02 bo presses 1
             10:01:05 outside declines
             10:01:06 bo hears-the-end
             10:04:10 bo answers
             10:04:11 bo presses 1
             {second} outside fails-with 480
             10:04:16 bo hears-the-end
             10:09:20 bo answers
             10:09:21 bo presses 1
             {third} outside fails-with 480
             10:09:26 bo hears-the-end"
        );
        let played = super::script::play(settings(one()), Default::default(), &script);
        let promise = played.contacts["lee"].callback.clone().unwrap();
        (promise.state, promise.tries.iter().map(|one| one.came_to).collect::<Vec<_>>())
    };
    use CameTo::{Busy, NoAnswer, Rejected};
    let (state, came_to) = tries("10:04:14", "10:09:24");
    assert_eq!((state, came_to), (CallbackState::Unreached, vec![Busy, Rejected, Rejected]));
    let (state, came_to) = tries("10:04:15", "10:09:25");
    assert_eq!((state, came_to), (CallbackState::Waiting, vec![Busy, NoAnswer, NoAnswer]));
}
