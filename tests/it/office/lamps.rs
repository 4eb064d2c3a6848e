//! What the lamps beside the phones' keys show (spec/hunt-groups.md §6, §10).

use super::script::play;
use crate::sim::town::{group, settings};
use frontdesk::office::memory::Memory;
use frontdesk::settings::Strategy;
use frontdesk::sip::Lamp::{self, Blinking, Dark, Lit};

/// The lamps of these keys after a script.
fn shown<const N: usize>(script: &str, keys: [&str; N]) -> [Lamp; N] {
    let groups = vec![group("main", Strategy::Everyone, &[("bo", 0), ("cy", 0)])];
    let lamps = play(settings(groups), Memory::default(), script).lamps;
    keys.map(|key| lamps[key])
}

#[test]
fn a_colleague_is_free_rings_talks_and_works_after_the_call() {
    let script = "09:00:00 bo arrives
                  09:00:00 cy arrives
                  09:00:10 kim calls
                  09:00:12 bo answers
                  09:00:20 kim hangs-up
                  09:00:40 bo waits";
    let lines: Vec<&str> = script.lines().collect();
    let after = |lines: &[&str]| shown(&lines.join("\n"), ["12", "bo-desk", "13", "cy-soft"]);
    assert_eq!(after(&lines[..2]), [Dark; 4]);
    assert_eq!(after(&lines[..3]), [Blinking; 4]);
    assert_eq!(after(&lines[..4]), [Lit, Lit, Dark, Dark], "talks");
    assert_eq!(after(&lines[..5]), [Lit, Lit, Dark, Dark], "after-call work");
    assert_eq!(after(&lines), [Dark; 4]);
}

#[test]
fn who_pauses_or_is_off_duty_does_not_answer_and_who_is_unplugged_is_dark() {
    let paused = "09:00:00 bo arrives
                  09:00:00 cy arrives
                  09:00:10 bo dials *1230
                  09:00:20 cy dials *10
                  09:00:25 cy presses 1";
    assert_eq!(shown(paused, ["12", "13", "14"]), [Lit, Lit, Dark]);
}

#[test]
fn a_park_slot_is_lit_while_somebody_is_in_it() {
    let parked = "09:00:00 bo arrives
                  09:00:10 kim calls
                  09:00:12 bo answers
                  09:00:20 bo parks kim";
    assert_eq!(shown(parked, ["*70", "*71"]), [Lit, Dark]);
    assert_eq!(shown(&format!("{parked}\n09:00:30 kim hangs-up"), ["*70", "*71"]), [Dark, Dark]);
}

#[test]
fn the_owners_word_over_the_hours_has_a_lamp_and_ends_with_it() {
    assert_eq!(shown("09:00:00 bo arrives", ["*28"]), [Dark]);
    let closed = "09:00:00 anna closed-until 2026-11-23T09:30:00Z";
    assert_eq!(shown(closed, ["*28"]), [Lit]);
    assert_eq!(shown(&format!("{closed}\n09:31:00 bo waits"), ["*28"]), [Dark]);
    let pressed = "09:00:00 cy arrives\n09:00:10 cy dials *2830";
    assert_eq!(shown(pressed, ["*28"]), [Lit]);
    assert_eq!(shown(&format!("{pressed}\n09:01:00 cy hangs-up\n09:02:00 cy dials *28"), ["*28"]), [Dark]);
}
