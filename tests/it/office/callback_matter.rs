//! "Say your name and what it is about": recorded before the promise, heard by the member before the call, and never
//! in its way (spec/callback.md §3).

use super::script::{Played, check_with, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::office::memory::Memory;
use frontdesk::office::promise::Asked;
use frontdesk::settings::{Settings, Strategy};
use std::time::Duration;

/// Up to the tone.
const ASKS: &str = "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:11 kim hears-the-end
         ";

fn office() -> Settings {
    let mut office = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    office.groups[0].callback.record_matter = true;
    office
}

fn played(script: &str) -> Played {
    play(office(), Memory::default(), &format!("{ASKS}{script}"))
}

/// How the promise was asked for, and how long they spoke; `None`: there is no promise.
fn promise(played: &Played) -> Option<(Asked, Option<Duration>)> {
    let callback = played.contacts["kim"].callback.as_ref()?;
    Some((callback.asked, callback.matter))
}

fn is_told(played: &Played) -> bool {
    played.transcript.contains("play kim place-in-line-1")
}

#[test]
fn what_it_is_about_is_recorded_and_heard_by_the_member() {
    check_with(
        office(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:11 kim hears-the-end
         10:00:18 kim speaks 06
         10:00:26 kim hears-the-end
         10:07:00 bo arrives
         10:07:03 bo answers
         10:07:14 bo waits",
        expect![[r#"
            10:00:00 accept kim
            10:00:00 play kim welcome
            10:00:00 chime
            10:00:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            10:00:05 play kim say-matter tone
            10:00:11 record kim to voicemail/C-1-matter.wav
            10:00:11 play kim (13s)
            10:00:18 play kim (4s)
            10:00:18 keep first kim: Some(Waiting)
            10:00:18 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            10:00:26 hang up kim Normal
            10:00:26 end of kim: CallbackRequested, callback of kim: Waiting
            10:07:00 ring bo-desk "↩ kim (7 min)"
            10:07:03 play bo callback-preview-1 n-7 minutes (180ms) callback-preview-2 voicemail/C-1-matter.wav
            10:07:13 keep first kim: Some(Dialing)
            10:07:13 play bo ringback
            10:07:13 call out +4520000001 as +4533445566
        "#]],
    );
}

/// Any key but the three ends the listening; the time to say no is what it is without.
#[test]
fn the_member_has_heard_enough() {
    let script = "10:00:18 kim speaks 06
         10:00:26 kim hears-the-end
         10:07:00 bo arrives
         10:07:03 bo answers
         10:07:05 bo presses 5
         10:07:10 bo waits";
    let after = played(script);
    let lines: Vec<&str> = after.transcript.lines().skip_while(|line| !line.contains("preview-1")).collect();
    assert_eq!(
        (lines[1], lines[2]),
        ("10:07:05 stop bo", "10:07:09 keep first kim: Some(Dialing)"),
        "{}",
        after.transcript
    );
    let at_once = played(&script.replace("presses 5", "presses 1"));
    assert!(at_once.transcript.contains("10:07:05 keep first kim: Some(Dialing)"), "{}", at_once.transcript);
    let unheard = play(
        settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]),
        Memory::default(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:09 kim hears-the-end
         10:07:00 bo arrives
         10:07:03 bo answers
         10:07:05 bo presses 5
         10:07:10 bo waits",
    );
    assert!(!unheard.transcript.contains("record"), "off by default");
    assert!(!unheard.transcript.contains("stop bo"), "there is nothing to skip");
    assert!(unheard.transcript.contains("10:07:07 keep first kim: Some(Dialing)"), "{}", unheard.transcript);
}

/// Nothing said, nothing that could be kept, an end that was never told: the promise is made all the same.
#[test]
fn silence_and_a_disk_that_takes_no_sound_cost_no_promise() {
    for how in ["kim speaks 00", "kim cannot-be-recorded", "kim hears-the-end"] {
        let after = played(&format!("10:00:24 {how}\n10:00:32 kim hears-the-end"));
        assert_eq!(promise(&after), Some((Asked::Key, None)), "{how}");
        assert!(is_told(&after), "{how}: {}", after.transcript);
    }
    // The end of a recording that nobody waits for any more adds nothing.
    let late = played("10:00:24 kim hears-the-end\n10:00:25 kim speaks 06");
    assert_eq!(promise(&late), Some((Asked::Key, None)));
}

/// A key goes to the tone, another one ends the recording.
#[test]
fn a_key_goes_on() {
    let after = play(
        office(),
        Memory::default(),
        "10:00:00 kim calls
         10:00:05 kim presses 11
         10:00:07 kim presses 1
         10:00:08 kim hears-the-end
         10:00:12 kim presses #
         10:00:12 kim speaks 04",
    );
    for line in ["10:00:07 play kim tone", "10:00:08 record kim to", "10:00:12 stop recording kim"] {
        assert!(after.transcript.contains(line), "{line}: {}", after.transcript);
    }
    assert_eq!(promise(&after), Some((Asked::Key, Some(Duration::from_secs(4)))));
}

/// The number was confirmed: who hangs up is called back, and what they said until then is kept.
#[test]
fn hanging_up_in_it_is_no_loss() {
    let speaking = played("10:00:15 kim hangs-up\n10:00:15 kim speaks 04");
    assert_eq!(promise(&speaking), Some((Asked::Key, Some(Duration::from_secs(4)))));
    let silent = played("10:00:15 kim hangs-up\n10:02:00 bo waits");
    assert_eq!(promise(&silent), Some((Asked::Key, None)));
    let script = "10:00:00 kim calls\n10:00:05 kim presses 11\n10:00:07 kim hangs-up";
    let at_tone = play(office(), Memory::default(), script);
    assert_eq!(promise(&at_tone), Some((Asked::Key, None)));
}

/// Phones ring on: who is answered, or presses star, is not recorded any longer, and is promised nothing.
#[test]
fn who_is_answered_or_waits_on_is_not_recorded() {
    let answered = played("10:00:12 bo arrives\n10:00:14 bo answers\n10:00:14 kim speaks 03");
    assert!(answered.transcript.contains("10:00:14 stop recording kim"), "{}", answered.transcript);
    assert!(answered.transcript.contains("10:00:14 join kim bo"), "{}", answered.transcript);
    let waits = played("10:00:14 kim presses *\n10:00:14 kim speaks 03\n10:00:20 kim hangs-up");
    assert!(waits.transcript.contains("10:00:14 stop recording kim"), "{}", waits.transcript);
    for after in [answered, waits] {
        assert!(!after.transcript.contains("keep first"), "{}", after.transcript);
        assert!(!is_told(&after));
    }
}

/// Nothing is recorded of whom nothing can be promised.
#[test]
fn a_disk_that_keeps_nothing_records_nothing() {
    let script = "10:00:00 kim calls\n10:00:04 disk is-full\n10:00:05 kim presses 11\n10:00:20 kim waits";
    let after = play(office(), Memory::default(), script);
    assert!(!after.transcript.contains("record") && !is_told(&after), "{}", after.transcript);
}

/// The disk refuses the row: nothing was promised, though they spoke.
#[test]
fn a_promise_that_is_not_kept_is_not_spoken() {
    let script =
        "10:00:00 kim calls\n10:00:04 store fails\n10:00:05 kim presses 11\n10:00:11 kim hears-the-end
         10:00:18 kim speaks 06\n10:00:19 kim waits";
    let after = play(office(), Memory::default(), script);
    assert!(!is_told(&after), "{}", after.transcript);
    assert!(after.transcript.contains("10:00:18 play kim stay-on-line"), "{}", after.transcript);
}
