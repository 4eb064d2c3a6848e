//! What never happens to a promise: dialled when the hours to call at have ended, two to one customer, reserved
//! by nobody, forgotten on the board (spec/callback.md §1, §4, §8).

use super::script::{check, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::office::memory::Memory;
use frontdesk::office::promise::CallbackState;
use frontdesk::settings::{Group, Strategy};

fn one() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

/// The phone rang within the hours, and was answered at their end.
#[test]
fn the_hours_end_while_a_phone_rings_for_it() {
    check(
        one(),
        "19:55:00 kim calls
         19:55:05 kim presses 11
         19:55:09 kim hears-the-end
         19:59:50 bo arrives
         19:59:57 bo answers
         20:00:10 bo hears-the-end",
        expect![[r#"
            19:55:00 accept kim
            19:55:00 play kim welcome
            19:55:00 chime
            19:55:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            19:55:05 play kim (4s)
            19:55:05 keep first kim: Some(Waiting)
            19:55:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            19:55:09 hang up kim Normal
            19:55:09 end of kim: CallbackRequested, callback of kim: Waiting
            19:59:50 ring bo-desk "↩ kim (4 min)"
            19:59:57 play bo callback-preview-1 n-5 minutes (180ms) callback-preview-2
            20:00:01 keep first kim: Some(Dialing)
            20:00:01 play bo ringback
            20:00:01 play bo callback-not-now
            20:00:10 hang up bo Normal
        "#]],
    );
}

/// Perhaps reached before the power went, and asked anew since: the new promise is the one that is kept.
#[test]
fn a_task_is_not_taken_up_beside_a_newer_promise() {
    let script = "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 bo presses 1
         10:01:10 office restarts
         10:02:00 kim calls
         10:02:05 kim presses 11
         10:02:09 kim hears-the-end
         10:03:00 bo calls-now C-1
         10:03:01 bo puts-off C-1 600
         10:03:02 bo corrects C-1 +4520000001";
    let played = play(settings(one()), Memory::default(), script);
    let refused = "reply Err(Policy { rule: \"callback-open\" })";
    assert_eq!(played.transcript.matches(refused).count(), 3, "{}", played.transcript);
    let states: Vec<CallbackState> = played.board.callbacks.iter().map(|row| row.state).collect();
    assert_eq!(states, [CallbackState::Perhaps, CallbackState::Waiting]);
}

/// Taken for a person, marked as a machine afterwards; its customer has asked anew meanwhile.
#[test]
fn a_kept_promise_is_not_taken_up_beside_a_newer_one() {
    let script = "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 bo presses 1
         10:01:10 outside answers
         10:01:25 outside hangs-up
         10:01:27 bo pauses bo
         10:02:00 kim calls
         10:02:05 kim presses 11
         10:02:09 kim hears-the-end
         10:03:00 bo says-voicemail C-1";
    let played = play(settings(one()), Memory::default(), script);
    assert!(played.transcript.ends_with("10:03:00 reply Err(NotNow)\n"), "{}", played.transcript);
    let states: Vec<CallbackState> = played.board.callbacks.iter().map(|row| row.state).collect();
    assert_eq!(states, [CallbackState::Done, CallbackState::Waiting]);
}

/// Reserved is a promise for which a phone rings.
#[test]
fn nobody_is_reserved_when_the_last_phone_fell_silent() {
    let states = |more: &str| {
        let script = format!("10:00:00 anna promises +4520000009 main\n10:01:00 bo arrives\n{more}");
        let board = play(settings(one()), Memory::default(), &script).board;
        board.callbacks.iter().map(|row| (row.state, row.person.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(states(""), [(CallbackState::Reserved, true)]);
    assert_eq!(states("10:01:05 bo declines"), [(CallbackState::Waiting, false)]);
    assert_eq!(states("10:01:05 bo fails"), [(CallbackState::Waiting, false)]);
}

/// Taken for a talk and marked as a machine afterwards: it is owed again.
#[test]
fn what_a_machine_answered_is_owed_at_once_and_after_a_restart() {
    let promised = "10:00:00 anna promises +4520000009 main
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 bo presses 1
         10:01:10 outside answers
         10:01:25 outside hangs-up";
    let owed =
        |more: &str| play(settings(one()), Memory::default(), &format!("{promised}\n{more}")).board.owed;
    assert_eq!(owed(""), 0);
    assert_eq!(owed("10:02:00 bo says-voicemail C-1"), 1);
    assert_eq!(owed("10:02:00 bo says-voicemail C-1\n10:03:00 office restarts"), 1);
}

/// What staff promised is owed like everything else that was promised.
#[test]
fn what_staff_promise_is_owed_at_once_and_after_a_restart() {
    let owed = |script: &str| play(settings(one()), Memory::default(), script).board.owed;
    let promised = "10:00:00 anna promises +4520000009 main";
    assert_eq!(owed(promised), 1);
    assert_eq!(owed(&format!("{promised}\n10:01:00 office restarts")), 1);
    assert_eq!(owed(&format!("{promised}\n10:01:00 anna has-done C-1")), 0);
}
