//! The power goes in every state: no promise is lost, nobody is called twice (spec/callback.md §9, §13.6).

use super::script::{check, play};
use crate::sim::town::{group, number, settings};
use expect_test::expect;
use frontdesk::office::memory::Memory;
use frontdesk::office::promise::{Asked, Callback, CallbackState, Settled, SettledBy};
use frontdesk::settings::{Group, Language, Settings, Strategy};
use std::time::Duration;

fn one() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

/// Who waited live becomes a promise, in the old order; who was only promised waits on.
#[test]
fn callers_who_were_cut_are_called_back_in_their_old_order() {
    check(
        one(),
        "10:00:00 kim calls
         10:01:00 lee calls
         10:01:05 lee presses 11
         10:01:09 lee hears-the-end
         10:02:00 max calls
         10:03:00 office restarts
         10:03:01 bo arrives
         10:04:05 bo answers
         10:04:06 bo presses 1
         10:04:20 outside answers
         10:05:20 outside hangs-up
         10:05:40 bo answers",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:20 play kim nobody-here choice (6s)
            10:01:00 accept lee
            10:01:00 play lee welcome
            10:01:00 chime
            10:01:05 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            10:01:05 play lee (4s)
            10:01:05 keep first lee: Some(Waiting)
            10:01:05 play lee place-in-line-1 number n-2 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:01:09 hang up lee Normal
            10:01:09 end of lee: CallbackRequested, callback of lee: Waiting
            10:02:00 accept max
            10:02:00 play max welcome
            10:02:00 chime
            10:02:20 play max nobody-here choice (6s)
            -- restart
            10:03:00 end of kim: FailedTechnical, callback of kim: Waiting
            10:03:00 end of max: FailedTechnical, callback of max: Waiting
            10:04:00 ring bo-desk "↩ kim (4 min)"
            10:04:05 play bo callback-preview-cut-1 n-4 minutes (180ms) callback-preview-cut-2
            10:04:06 keep first kim: Some(Dialing)
            10:04:06 play bo ringback
            10:04:06 call out +4520000001 as +4533445566
            10:04:20 join outside bo
            10:04:20 callback of kim: Connected [Reached]
            10:05:20 hang up bo Normal
            10:05:20 remember bo Available
            10:05:20 callback of kim: Done [Reached] by Callback
            10:05:35 ring bo-desk "↩ lee (4 min)"
            10:05:40 play bo callback-preview-1 n-5 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// A phone rang, or a member had said yes: it waits again.
#[test]
fn what_was_only_decided_waits_again() {
    check(
        one(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 office restarts
         10:01:10 bo arrives
         10:02:10 bo answers",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:05 play kim (4s)
            10:00:05 keep first kim: Some(Waiting)
            10:00:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up kim Normal
            10:00:09 end of kim: CallbackRequested, callback of kim: Waiting
            10:01:00 ring bo-desk "↩ kim (1 min)"
            10:01:05 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            -- restart
            10:02:06 ring bo-desk "↩ kim (2 min)"
            10:02:10 play bo callback-preview-1 n-2 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// It was being dialled: perhaps somebody answered. A person decides, the box does not dial again.
#[test]
fn what_was_being_dialled_is_a_persons_task() {
    check(
        one(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 bo presses 1
         10:01:10 office restarts
         10:01:15 bo arrives
         10:30:00 bo calls-now kim
         10:30:05 bo answers
         10:30:06 bo presses 1",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:05 play kim (4s)
            10:00:05 keep first kim: Some(Waiting)
            10:00:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up kim Normal
            10:00:09 end of kim: CallbackRequested, callback of kim: Waiting
            10:01:00 ring bo-desk "↩ kim (1 min)"
            10:01:05 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:06 keep first kim: Some(Dialing)
            10:01:06 play bo ringback
            10:01:06 call out +4520000001 as +4533445566
            -- restart
            10:01:10 callback of kim: Perhaps [Nothing]
            10:30:00 callback of kim: Waiting [Nothing]
            10:30:00 reply Ok(Ok)
            10:30:00 ring bo-desk "↩ kim (30 min)"
            10:30:05 play bo callback-preview-1 n-30 minutes (180ms) callback-preview-2
            10:30:06 keep first kim: Some(Dialing)
            10:30:06 play bo ringback
            10:30:06 call out +4520000001 as +4533445566
        "#]],
    );
}

/// They were talking.
#[test]
fn what_was_cut_in_the_talk_is_a_persons_task() {
    check(
        one(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 bo presses 1
         10:01:10 outside answers
         10:01:30 office restarts
         10:01:35 bo arrives
         10:20:00 bo has-done kim",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:05 play kim (4s)
            10:00:05 keep first kim: Some(Waiting)
            10:00:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:09 hang up kim Normal
            10:00:09 end of kim: CallbackRequested, callback of kim: Waiting
            10:01:00 ring bo-desk "↩ kim (1 min)"
            10:01:05 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:06 keep first kim: Some(Dialing)
            10:01:06 play bo ringback
            10:01:06 call out +4520000001 as +4533445566
            10:01:10 join outside bo
            10:01:10 callback of kim: Connected [Reached]
            -- restart
            10:01:30 callback of kim: Perhaps [Reached]
            10:20:00 callback of kim: Done [Reached] by Person(bo)
            10:20:00 reply Ok(Ok)
        "#]],
    );
}

/// The request was stored and the caller still heard the goodbye.
#[test]
fn cut_in_the_goodbye() {
    check(
        one(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:06 office restarts
         10:00:10 bo arrives
         10:01:10 bo answers",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:05 play kim (4s)
            10:00:05 keep first kim: Some(Waiting)
            10:00:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            -- restart
            10:00:06 end of kim: CallbackRequested, callback of kim: Waiting
            10:01:06 ring bo-desk "↩ kim (1 min)"
            10:01:10 play bo callback-preview-1 one-minute (180ms) callback-preview-2
        "#]],
    );
}

/// One member, and a number that stands a minute before others.
fn with_an_important_number() -> Settings {
    let mut office = settings(one());
    office.office.vip.insert(number("+4520000009"), Duration::from_secs(60));
    office
}

/// Minutes of importance are part of the place: a power cut does not take them away. The member hears how long
/// the customer has waited, not how important they are.
#[test]
fn an_important_customer_keeps_the_place_over_a_restart() {
    let asked = "10:00:00 old calls-as +4520000002
         10:00:05 old presses 11
         10:00:09 old hears-the-end
         10:00:30 vip calls-as +4520000009
         10:00:35 vip presses 11
         10:00:39 vip hears-the-end";
    let live = "10:00:00 old calls-as +4520000002
         10:00:30 vip calls-as +4520000009";
    for (before, whisper) in [(asked, "callback-preview-1"), (live, "callback-preview-cut-1")] {
        let script = format!(
            "{before}
             10:01:00 office restarts
             10:01:30 bo arrives
             10:02:05 bo answers"
        );
        let played = play(with_an_important_number(), Memory::default(), &script);
        let rings =
            format!("10:02:00 ring bo-desk \"↩ vip (1 min)\"\n10:02:05 play bo {whisper} n-2 minutes");
        assert!(played.transcript.contains(&rings), "{}", played.transcript);
        let since = played.board.callbacks.iter().map(|row| row.waiting_since.to_string());
        assert_eq!(since.collect::<Vec<_>>(), ["2026-11-23T10:00:00Z", "2026-11-23T10:00:30Z"]);
    }
}

/// A callback asked for then by the caller of the scripts.
fn measured(requested_at: &str, settled_by: Option<SettledBy>) -> Callback {
    let at = requested_at.parse().unwrap();
    let mut callback = Callback::new(number("+4520000001"), Asked::Key, at, at, Language::En);
    callback.state = CallbackState::Cancelled;
    callback.settled = settled_by.map(|by| Settled { at, by });
    callback
}

/// §12: four promises within a day, and two times "no longer needed", count over a restart and over midnight.
#[test]
fn the_measures_of_a_number_outlive_a_restart_and_midnight() {
    let evening = |_| measured("2026-11-22T23:00:00Z", None);
    let by_customer = |_| measured("2026-10-22T12:00:00Z", Some(SettledBy::Customer));
    let by_bo = |_| measured("2026-10-22T12:00:00Z", Some(SettledBy::Person("bo".into())));
    let cases: [(Vec<Callback>, bool); 5] = [
        ((0..4).map(evening).collect(), false),
        ((0..3).map(evening).collect(), true),
        ((0..2).map(by_customer).collect(), false),
        ((0..1).map(by_customer).collect(), true),
        ((0..5).map(by_bo).collect(), true),
    ];
    for (measured, may) in cases {
        let memory = Memory { measured, ..Memory::default() };
        let played = play(
            settings(one()),
            memory,
            "00:30:00 kim calls
00:30:05 kim presses 1",
        );
        assert_eq!(played.transcript.contains("call-you-on"), may, "{}", played.transcript);
        assert_eq!(played.transcript.contains("type-number"), !may, "{}", played.transcript);
    }
}
