//! How long it takes, as spoken and on the board (spec/hunt-groups.md §8).

use super::script::{Played, play};
use crate::sim::town::{group, settings};
use expect_test::{Expect, expect};
use frontdesk::office::contact::Happened;
use frontdesk::office::memory::Memory;
use frontdesk::office::queue::talks::Talk;
use frontdesk::settings::Strategy;
use std::time::Duration;

/// So many talks of so many minutes each, yesterday.
fn talks(count: usize, minutes: u64) -> Memory {
    let talk = Talk {
        group: Some("main".into()),
        person: "bo".into(),
        number: None,
        ended_at: "2026-11-22T12:00:00Z".parse().unwrap(),
        talked: Duration::from_secs(60 * minutes),
    };
    Memory { talks: vec![talk; count], ..Memory::default() }
}

fn played(memory: Memory, script: &str) -> Played {
    let main = group("main", Strategy::Everyone, &[("anna", 0)]);
    play(settings(vec![main]), memory, script)
}

fn told(played: &Played, who: &str) -> Vec<String> {
    let lines = played.contacts[who].story.iter();
    let about = |what: &&Happened| matches!(what, Happened::ToldWait { .. } | Happened::WaitCame { .. });
    lines.map(|line| &line.what).filter(about).map(|what| format!("{what:?}")).collect()
}

#[track_caller]
fn check(played: &Played, expect: Expect) {
    expect.assert_eq(&played.transcript);
}

/// Anna has talked for 30 s of the four minutes that talks take, and wraps up for 15 s: 3:51 to 4 minutes.
#[test]
fn the_wait_is_told_with_the_place() {
    let script = "09:00:00 anna arrives
         09:00:00 kim calls
         09:00:10 anna answers
         09:00:20 lee calls
         09:00:25 lee hears-the-end
         09:00:30 lee hears-the-end
         09:04:10 kim hangs-up
         09:04:30 anna answers";
    let played = played(talks(15, 4), script);
    check(
        &played,
        expect![[r#"
        09:00:00 accept kim
        09:00:00 play kim welcome
        09:00:00 ring anna-desk "kim · main"
        09:00:10 join kim anna
        09:00:20 accept lee
        09:00:20 play lee welcome
        09:00:20 chime
        09:00:25 play lee please-wait
        09:00:30 play lee music
        09:00:40 play lee place-in-line-1 number n-1 wait-about-1 n-3 to n-4 minutes offer-callback
        09:01:20 chime
        09:02:20 chime
        09:03:20 chime
        09:04:10 hang up anna Normal
        09:04:10 remember anna Available
        09:04:10 end of kim: Answered waited 10s talked 240s held 0ns
        09:04:20 chime
        09:04:25 ring anna-desk "lee · main 4:05"
        09:04:30 join lee anna
    "#]],
    );
    let expected = ["ToldWait { place: 1, low: 180s, high: 240s }", "WaitCame { as_told: true }"];
    assert_eq!(told(&played, "lee"), expected);
    let estimate = played.board.groups[0].estimate;
    assert!(estimate.is_some(), "{estimate:?}");
}

#[test]
fn with_fewer_than_15_talks_nothing_is_said_about_the_wait() {
    let script = "09:00:00 anna arrives
         09:00:00 kim calls
         09:00:10 anna answers
         09:00:20 lee calls
         09:00:25 lee hears-the-end
         09:00:30 lee hears-the-end
         09:00:41 lee waits";
    let played = played(talks(14, 4), script);
    check(
        &played,
        expect![[r#"
        09:00:00 accept kim
        09:00:00 play kim welcome
        09:00:00 ring anna-desk "kim · main"
        09:00:10 join kim anna
        09:00:20 accept lee
        09:00:20 play lee welcome
        09:00:20 chime
        09:00:25 play lee please-wait
        09:00:30 play lee music
        09:00:40 play lee place-in-line-1 number n-1
    "#]],
    );
    assert_eq!(played.board.groups[0].estimate, None);
}

/// The promised window is made of the estimate: five minutes' steps, ten at least.
#[test]
fn the_promise_names_a_window() {
    let script = "09:00:00 anna arrives
         09:00:00 kim calls
         09:00:10 anna answers
         09:00:20 lee calls-as +4520000002
         09:00:25 lee presses 1
         09:00:30 lee presses 1";
    let played = played(talks(15, 4), script);
    check(
        &played,
        expect![[r#"
        09:00:00 accept kim
        09:00:00 play kim welcome
        09:00:00 ring anna-desk "kim · main"
        09:00:10 join kim anna
        09:00:20 accept lee
        09:00:20 play lee welcome
        09:00:20 chime
        09:00:25 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
        09:00:30 play lee (4s)
        09:00:30 keep first lee: Some(Waiting)
        09:00:30 play lee place-in-line-1 number n-1 expect-between-1 n-9 am expect-between-2 n-9 n-10 am try-more-1 n-2 try-more-2 goodbye
    "#]],
    );
    let promised = played.contacts["lee"].callback.as_ref().unwrap().promised.unwrap();
    let window = (promised.from.to_string(), promised.to.to_string());
    assert_eq!(window, ("2026-11-23T09:00:00Z".into(), "2026-11-23T09:10:00Z".into()));
}
