//! Mobiles of our people: rung beside the desk phone, an answer only after key 1, a channel kept for callers.

use super::script::check_with;
use crate::sim::town::{group, number, settings};
use expect_test::{Expect, expect};
use frontdesk::ids::PhoneId;
use frontdesk::settings::{Phone, Settings, Strategy};

/// bo has a desk phone and a mobile, dan a mobile only.
fn office() -> Settings {
    let mut settings = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    let mobile = |id: &str, text: &str| Phone::Mobile { id: PhoneId::from(id), number: number(text) };
    settings.people[1].phones.push(mobile("bo/mobile-2", "+4520304050"));
    settings.people[3].phones = vec![mobile("dan/mobile-1", "+4520304051")];
    settings
}

fn with_dan() -> Settings {
    let mut settings = office();
    settings.groups[0] = group("main", Strategy::Everyone, &[("dan", 0)]);
    settings
}

#[track_caller]
fn check(script: &str, expect: Expect) {
    check_with(office(), script, expect);
}

#[test]
fn an_answer_counts_only_after_key_1_and_the_desk_phone_rings_on() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 outside answers
         09:00:18 outside presses 5
         09:00:20 outside presses 1
         09:00:40 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:10 call out +4520304050 as +4533445566
            09:00:15 play outside mobile-call (1.5s)
            09:00:20 stop outside
            09:00:20 hang up bo AnsweredElsewhere
            09:00:20 join kim outside
            09:00:40 hang up outside Normal
            09:00:40 remember bo Available
            09:00:40 end of kim: Answered waited 10s talked 20s held 0ns
        "#]],
    );
}

#[test]
fn the_desk_phone_answers_while_the_mobile_is_asked() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 outside answers
         09:00:18 bo answers
         09:00:40 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:10 call out +4520304050 as +4533445566
            09:00:15 play outside mobile-call (1.5s)
            09:00:18 hang up outside AnsweredElsewhere
            09:00:18 join kim bo
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of kim: Answered waited 8s talked 22s held 0ns
        "#]],
    );
}

#[test]
fn a_voicemail_never_swallows_a_caller() {
    check_with(
        with_dan(),
        "09:00:10 kim calls
         09:00:15 outside answers
         09:01:30 outside answers
         09:01:33 outside presses 1
         09:01:50 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 call out +4520304051 as +4533445566
            09:00:15 play outside mobile-call (1.5s)
            09:00:27 hang up outside Normal
            09:00:27 remember dan Available
            09:00:27 chime
            09:01:27 call out +4520304051 as +4533445566
            09:01:30 play outside mobile-call (1.5s)
            09:01:33 stop outside
            09:01:33 remember dan Available
            09:01:33 join kim outside
            09:01:50 hang up outside Normal
            09:01:50 remember dan Available
            09:01:50 end of kim: Answered waited 83s talked 17s held 0ns
        "#]],
    );
}

#[test]
fn a_mobile_that_is_busy_says_nothing_about_the_desk_phone() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 outside declines
         09:00:20 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:10 call out +4520304050 as +4533445566
            09:00:20 join kim bo
        "#]],
    );
}

#[test]
fn one_channel_stays_free_for_a_caller() {
    let mut settings = office();
    settings.trunks[0].channels = 2;
    check_with(
        settings,
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:15 join kim bo
        "#]],
    );
}

#[test]
fn without_a_channel_or_a_trunk_a_mobile_is_no_phone() {
    let mut settings = with_dan();
    settings.trunks[0].channels = 3;
    check_with(
        settings,
        "09:00:05 lee calls +4533445567
         09:00:10 kim calls
         09:00:20 lee hangs-up
         09:00:25 outside hangs-up
         09:00:30 provider fails-to-log-in
         09:02:00 provider logs-in",
        expect![[r#"
            09:00:05 accept lee
            09:00:05 play lee leave-message tone
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:20 end of lee: Abandoned waited 0ns talked 0ns held 0ns
            09:00:20 call out +4520304051 as +4533445566
            09:00:50 play kim nobody-here offer-message (6s)
            09:01:10 chime
            09:02:00 call out +4520304051 as +4533445566
        "#]],
    );
}

#[test]
fn called_directly_and_by_a_colleague() {
    check_with(
        with_dan(),
        "09:00:00 bo arrives
         09:00:10 bo dials 14
         09:00:15 outside answers
         09:00:18 outside presses 1
         09:00:40 bo hangs-up
         09:01:10 bo dials 14
         09:01:15 outside answers
         09:01:30 bo arrives",
        expect![[r#"
            09:00:10 call out +4520304051 as +4533445566
            09:00:10 bo hears it ring
            09:00:15 play outside mobile-call (1.5s)
            09:00:18 stop outside
            09:00:18 accept bo
            09:00:18 join bo outside
            09:00:40 remember bo Available
            09:00:40 hang up outside Normal
            09:00:40 remember dan Available
            09:00:40 end of bo: Internal waited 0ns talked 22s held 0ns
            09:01:10 call out +4520304051 as +4533445566
            09:01:10 bo hears it ring
            09:01:15 play outside mobile-call (1.5s)
            09:01:27 hang up outside Normal
            09:01:27 refuse bo Unavailable
            09:01:27 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn on_the_mobile_codes_work_as_at_the_desk() {
    check_with(
        with_dan(),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 outside answers
         09:00:18 outside presses 1
         09:00:20 outside presses *212#
         09:00:25 bo answers
         09:00:40 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 call out +4520304051 as +4533445566
            09:00:15 play outside mobile-call (1.5s)
            09:00:18 stop outside
            09:00:18 join kim outside
            09:00:20 part kim
            09:00:20 play kim music
            09:00:20 play outside dial-number
            09:00:20 part kim
            09:00:20 hang up outside Normal
            09:00:20 remember dan Available
            09:00:20 ring bo-desk "kim"
            09:00:20 call out +4520304050 as +4533445566
            09:00:20 play kim music
            09:00:25 hang up outside AnsweredElsewhere
            09:00:25 join kim bo
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
        "#]],
    );
}

/// The mobile takes the one channel there is to dial through: the phones ring on, and who says yes has it.
#[test]
fn a_mobile_on_the_last_channel_does_not_silence_the_phones_that_ring_for_a_promise() {
    let mut settings = office();
    settings.trunks[0].channels = 2;
    check_with(
        settings,
        "09:00:00 bo arrives
         09:00:10 anna promises +4520000009 main
         09:00:20 bo answers
         09:00:21 bo presses 1
         09:00:30 outside answers",
        expect![[r#"
            09:00:10 keep first anna: Some(Waiting)
            09:00:10 reply Ok(Call(C-1))
            09:00:10 ring bo-desk "↩ 20 00 00 09 (0 min)"
            09:00:10 call out +4520304050 as +4533445566
            09:00:20 hang up outside AnsweredElsewhere
            09:00:20 play bo callback-preview-1 n-10 seconds (180ms) callback-preview-2
            09:00:21 keep first anna: Some(Dialing)
            09:00:21 play bo ringback
            09:00:21 call out +4520000009 as +4533445566
            09:00:30 join outside bo
        "#]],
    );
}
