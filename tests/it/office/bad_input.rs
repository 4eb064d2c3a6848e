//! What nobody should do and somebody will: one number on two lines, a hundred at once, every phone unplugged,
//! numbers typed as people write them, the nights the clock is put, and a box that thinks it is 1970.

use super::script::{check, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::number::Country;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Settings, Span, Strategy};
use jiff::civil::time;
use jiff::tz::TimeZone;

const DAY: i64 = 24 * 3600;
/// From 1970 to the day of the scripts.
const SINCE_1970: i64 = 20_780 * DAY;

fn office() -> Settings {
    settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])])
}

/// callback §1: one open promise a number and group. The second keeps the line, and while they are on it nobody
/// dials the first.
#[test]
fn the_same_number_asks_from_two_lines() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "09:00:00 bo arrives
         09:00:10 kim calls-as +4520000001
         09:00:12 lee calls-as +4520000001
         09:00:20 kim presses 11
         09:00:25 kim hears-the-end
         09:00:30 lee presses 11
         09:00:45 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 accept lee
            09:00:12 play lee welcome
            09:00:12 chime
            09:00:20 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:20 play kim (4s)
            09:00:20 keep first kim: Some(Waiting)
            09:00:20 hang up bo AnsweredElsewhere
            09:00:20 play kim place-in-line-1 number n-1 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
            09:00:20 ring bo-desk "lee · main 0:08"
            09:00:25 hang up kim Normal
            09:00:25 end of kim: CallbackRequested, callback of kim: Waiting
            09:00:30 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            09:00:30 play lee (4s)
            09:00:30 play lee stay-on-line
            09:00:45 join lee bo
        "#]],
    );
}

/// Three channels bound what we dial. What the provider brings is answered, heard and, gone, forgotten; who came
/// first is served first.
#[test]
fn a_hundred_callers_at_once_on_three_lines() {
    let mut office = office();
    office.trunks[0].channels = 3;
    let each = |line: fn(usize) -> String| (0..100).map(line).collect::<String>();
    let calls = each(|n| format!("09:00:00 c{n} calls-as +452000{n:04}\n"));
    let leave = each(|n| if n == 0 { String::new() } else { format!("09:02:00 c{n} hangs-up\n") });
    let script = format!(
        "08:59:00 bo arrives\n{calls}09:00:30 bo answers\n09:00:40 c0 hangs-up\n09:00:41 bo pauses\n{leave}"
    );
    let played = play(office, Memory::default(), &script);
    let count = |what: &str| played.transcript.lines().filter(|line| line.contains(what)).count();
    assert_eq!((count(" accept c"), count(" refuse ")), (100, 0));
    assert!(played.transcript.contains("09:00:30 join c0 bo"), "{}", played.transcript);
    assert_eq!((played.board.line.len(), played.board.calls.len()), (0, 0));
    assert_eq!(played.contacts.values().filter(|row| row.outcome.is_some()).count(), 100);
}

/// Who waits and who was promised a call keep their places until a phone is there.
#[test]
fn every_phone_is_unplugged() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0), ("anna", 0)])],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:11 lee calls
         09:00:14 lee presses 11
         09:00:20 lee hears-the-end
         09:00:30 anna leaves
         09:00:30 bo leaves
         09:02:00 bo arrives
         09:02:05 bo answers
         09:03:00 kim hangs-up
         09:03:20 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:10 ring anna-desk "kim · main"
            09:00:11 accept lee
            09:00:11 play lee welcome
            09:00:11 hang up anna AnsweredElsewhere
            09:00:11 ring anna-desk "lee · main"
            09:00:14 play lee call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 confirm-number (6s)
            09:00:14 play lee (4s)
            09:00:14 keep first lee: Some(Waiting)
            09:00:14 hang up anna AnsweredElsewhere
            09:00:14 play lee place-in-line-1 number n-2 call-before-1 n-8 pm try-more-1 n-2 try-more-2 goodbye
            09:00:14 ring anna-desk "kim · main 0:04"
            09:00:20 hang up lee Normal
            09:00:20 end of lee: CallbackRequested, callback of lee: Waiting
            09:00:20 hang up anna AnsweredElsewhere
            09:00:20 ring anna-desk "↩ lee (0 min)"
            09:00:20 callback of lee: Reserved
            09:00:30 hang up anna Normal
            09:00:30 remember anna Available
            09:00:30 hang up bo Normal
            09:00:30 remember bo Available
            09:00:30 chime
            09:00:50 play kim nobody-here choice (6s)
            09:01:30 chime
            09:02:00 ring bo-desk "kim · main 1:50"
            09:02:05 remember bo Available
            09:02:05 join kim bo
            09:03:00 hang up bo Normal
            09:03:00 remember bo Available
            09:03:00 end of kim: Answered waited 115s talked 55s held 0ns
            09:03:15 ring bo-desk "↩ lee (3 min)"
            09:03:20 play bo callback-preview-1 n-3 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// callback §3: typed as people of each country write it, with and without the ways abroad.
#[test]
fn a_number_is_typed_in_every_national_form() {
    for (country, keys, number) in [
        ("DK", "33123456", "+4533123456"),
        ("DK", "4533123456", "+4533123456"),
        ("DK", "004533123456", "+4533123456"),
        ("SE", "0812345678", "+46812345678"),
        ("SE", "0046812345678", "+46812345678"),
        ("SE", "0701234567", "+46701234567"),
        ("NO", "22123456", "+4722123456"),
        ("NO", "004722123456", "+4722123456"),
        ("DE", "0301234567", "+49301234567"),
        ("DE", "0049301234567", "+49301234567"),
        ("NL", "0201234567", "+31201234567"),
        ("NL", "0031201234567", "+31201234567"),
        ("GB", "02079460123", "+442079460123"),
        ("GB", "00442079460123", "+442079460123"),
        ("TW", "0223456789", "+886223456789"),
        ("TW", "0912345678", "+886912345678"),
        ("TW", "002886223456789", "+886223456789"),
    ] {
        let mut office = office();
        office.office.country = Country(country.as_bytes().try_into().unwrap());
        let script = format!(
            "09:00:00 bo arrives
             09:00:10 kim calls-as -
             09:00:12 kim presses 1
             09:00:14 kim presses {keys}#
             09:00:20 kim presses 1
             09:00:25 kim hears-the-end"
        );
        let played = play(office, Memory::default(), &script);
        let promise = played.contacts["kim"].callback.as_ref();
        let promised = promise.map(|promise| promise.number.to_string());
        assert_eq!(promised.as_deref(), Some(number), "{keys} in {country}\n{}", played.transcript);
    }
}

/// callback §8: asked for on the evening before the clock is put, kept ten minutes after the clock on the wall
/// shows the opening: an hour earlier, and later, by the sun.
#[test]
fn a_promise_over_the_night_the_clock_is_put() {
    // The Saturdays before the last Sundays of March and October 2028; no Monday after them is a holiday.
    for (days, opens, arrives, rings) in
        [(488, "06:00:00", "54:05:00", "54:10:00"), (705, "07:00:00", "55:05:00", "55:10:00")]
    {
        let mut office = office();
        office.office.time_zone = TimeZone::get("Europe/Copenhagen").unwrap();
        office.hours.week = std::array::from_fn(|_| Vec::new());
        office.hours.week[0] = vec![Span { from: time(8, 0, 0, 0), to: Some(time(16, 0, 0, 0)) }];
        let script = format!(
            "00:00:01 clock jumps {}
             20:00:00 kim calls
             20:00:05 kim presses 11
             20:00:10 kim hears-the-end
             {arrives} bo arrives
             57:00:00 bo waits",
            days * DAY
        );
        let transcript = play(office, Memory::default(), &script).transcript;
        assert!(transcript.contains(&format!("callback of kim: Waiting not before {opens}")), "{transcript}");
        let rung = transcript.lines().find(|line| line.contains(" ring bo-desk"));
        assert!(rung.is_some_and(|line| line.starts_with(rings)), "{transcript}");
    }
}

/// A box without a clock of its own starts in 1970. Nobody is dialled until it knows the time, and no promise is
/// lost when it learns it.
#[test]
fn a_promise_made_in_1970() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        &format!(
            "00:00:01 clock jumps -{SINCE_1970}
             00:00:02 clock is-wrong
             00:01:00 kim calls
             00:01:05 kim presses 11
             00:01:10 kim hears-the-end
             00:02:00 bo arrives
             10:00:00 clock jumps {SINCE_1970}
             10:00:01 clock is-right
             10:00:10 bo waits"
        ),
        expect![[r#"
            00:01:00 accept kim
            00:01:00 play kim welcome
            00:01:00 chime
            00:01:05 play kim call-you-on-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 confirm-number (6s)
            00:01:05 play kim (4s)
            00:01:05 keep first kim: Some(Waiting)
            00:01:05 play kim place-in-line-1 number n-1 call-when-in try-more-1 n-2 try-more-2 goodbye
            00:01:10 hang up kim Normal
            00:01:10 end of kim: CallbackRequested, callback of kim: Waiting
            10:00:01 ring bo-desk "↩ kim (599 min)"
        "#]],
    );
}
