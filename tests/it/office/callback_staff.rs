//! What staff can do with promises (spec/callback.md §11, §12).

use super::script::{check, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::i18n::story;
use frontdesk::office::contact::StoryLine;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Group, Language, Strategy};

fn one() -> Vec<Group> {
    vec![group("main", Strategy::Everyone, &[("bo", 0)])]
}

fn two() -> Vec<Group> {
    vec![group("main", Strategy::TakeTurns, &[("anna", 0), ("bo", 0)])]
}

/// A callback that staff asks for is an outbound contact, answered when it is on the disk.
#[test]
fn staff_ask_for_a_callback() {
    check(
        one(),
        "10:00:00 anna promises +4520000009 main
         10:00:01 anna promises +4520000009 main
         10:01:00 bo arrives
         10:01:05 bo answers
         10:01:06 bo presses 1
         10:01:15 outside answers
         10:02:15 outside hangs-up",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:00:01 reply Err(Policy { rule: "callback-open" })
            10:01:00 ring bo-desk "↩ 20 00 00 09 (1 min)"
            10:01:05 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:06 keep first anna: Some(Dialing)
            10:01:06 play bo ringback
            10:01:06 call out +4520000009 as +4533445566
            10:01:15 join outside bo
            10:02:15 hang up bo Normal
            10:02:15 remember bo Available
            10:02:15 end of anna: Answered, callback of anna: Done [Reached] by Callback
        "#]],
    );
}

/// §13.10: premium, short, our own, another country's: refused.
#[test]
fn numbers_that_are_not_called_back() {
    check(
        one(),
        "10:00:00 anna promises 90123456 main
         10:00:01 anna promises 112 main
         10:00:02 anna promises 1234 main
         10:00:03 anna promises +4533445566 main
         10:00:04 anna promises +49301234567 main
         10:00:05 anna promises nonsense main
         10:00:06 anna promises +4520000009 nowhere",
        expect![[r#"
            10:00:00 reply Err(Policy { rule: "callback-not-allowed" })
            10:00:01 reply Err(Policy { rule: "callback-not-allowed" })
            10:00:02 reply Err(Policy { rule: "callback-not-allowed" })
            10:00:03 reply Err(Policy { rule: "callback-own-number" })
            10:00:04 reply Err(Policy { rule: "callback-not-allowed" })
            10:00:05 reply Err(BadNumber)
            10:00:06 reply Err(NoSuchGroup)
        "#]],
    );
}

/// A number is promised four calls a day, and not a fifth.
#[test]
fn four_a_day() {
    check(
        one(),
        "10:00:00 anna promises +4520000009 main
         10:00:01 anna cancels anna mistake
         10:00:02 anna promises +4520000009 main
         10:00:03 anna cancels anna mistake
         10:00:04 anna promises +4520000009 main
         10:00:05 anna cancels anna mistake
         10:00:06 anna promises +4520000009 main
         10:00:07 anna cancels anna mistake
         10:00:08 anna promises +4520000009 main",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:00:01 end of anna: Unreached, callback of anna: Cancelled by Person(anna)
            10:00:01 reply Ok(Ok)
            10:00:02 keep first anna: Some(Waiting)
            10:00:02 reply Ok(Call(C-2))
            10:00:03 end of anna: Unreached, callback of anna: Cancelled by Person(anna)
            10:00:03 reply Ok(Ok)
            10:00:04 keep first anna: Some(Waiting)
            10:00:04 reply Ok(Call(C-3))
            10:00:05 end of anna: Unreached, callback of anna: Cancelled by Person(anna)
            10:00:05 reply Ok(Ok)
            10:00:06 keep first anna: Some(Waiting)
            10:00:06 reply Ok(Call(C-4))
            10:00:07 end of anna: Unreached, callback of anna: Cancelled by Person(anna)
            10:00:07 reply Ok(Ok)
            10:00:08 reply Err(Policy { rule: "callback-too-often" })
        "#]],
    );
}

/// Call now rings the asker's own phone, also before its time; given, it rings one person only.
#[test]
fn called_now_put_off_given_and_corrected() {
    check(
        two(),
        "10:00:00 lee calls
         10:00:05 lee presses 11
         10:00:09 lee hears-the-end
         10:00:20 anna puts-off lee 3600
         10:00:30 anna arrives
         10:00:30 bo arrives
         10:02:00 bo calls-now lee
         10:02:03 bo answers
         10:02:04 bo presses 2
         10:02:10 anna gives lee anna
         10:02:20 anna corrects lee +4520000007
         11:00:25 anna answers
         11:00:26 anna presses 1
         11:00:40 anna cancels lee
         11:00:41 anna cancels lee mistake",
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
            10:00:20 callback of lee: Snoozed not before 11:00:20
            10:00:20 reply Ok(Ok)
            10:02:00 reply Ok(Ok)
            10:02:00 ring bo-desk "↩ lee (2 min)"
            10:02:03 play bo callback-preview-1 n-2 minutes (180ms) callback-preview-2
            10:02:04 hang up bo Normal
            10:02:04 callback of lee: Waiting not before 11:00:20
            10:02:10 reply Ok(Ok)
            10:02:20 reply Ok(Ok)
            11:00:20 ring anna-desk "↩ lee (60 min)"
            11:00:25 play anna callback-preview-1 one-hour (180ms) callback-preview-2
            11:00:26 keep first lee: Some(Dialing)
            11:00:26 play anna ringback
            11:00:26 call out +4520000007 as +4533445566
            11:00:40 reply Err(NotNow)
            11:00:41 hang up anna Normal
            11:00:41 hang up outside Normal
            11:00:41 callback of lee: Cancelled by Person(anna)
            11:00:41 reply Ok(Ok)
        "#]],
    );
}

/// A program has no phone: what it wants called now is due now, for whoever of the group is free; the hours hold for it.
#[test]
fn a_program_calls_now() {
    check(
        one(),
        "08:59:00 anna promises +4520000009 main
         08:59:10 program puts-off C-1 7200
         08:59:20 program calls-now C-1
         10:00:30 program calls-now C-1
         10:00:40 bo arrives
         10:00:42 bo answers
         10:00:43 bo presses 1
         10:00:50 outside answers
         10:01:30 outside hangs-up
         10:01:40 program calls-now C-1",
        expect![[r#"
            08:59:00 keep first anna: Some(Waiting)
            08:59:00 reply Ok(Call(C-1))
            08:59:10 reply Ok(Ok)
            08:59:20 reply Ok(Ok)
            10:00:30 reply Ok(Ok)
            10:00:40 ring bo-desk "↩ 20 00 00 09 (61 min)"
            10:00:42 play bo callback-preview-1 one-hour and n-2 minutes (180ms) callback-preview-2
            10:00:43 keep first anna: Some(Dialing)
            10:00:43 play bo ringback
            10:00:43 call out +4520000009 as +4533445566
            10:00:50 join outside bo
            10:01:30 hang up bo Normal
            10:01:30 remember bo Available
            10:01:30 end of anna: Answered, callback of anna: Done [Reached] by Callback
            10:01:40 callback of anna: Waiting [Reached]
            10:01:40 reply Ok(Ok)
        "#]],
    );
}

/// The story tells who promised, put off and closed: one of us, or a program. Neither was the customer.
#[test]
fn the_story_names_who_did_it() {
    let told = |script: &str| -> String {
        let played = play(settings(one()), Memory::default(), script);
        let row = played.contacts.values().next().unwrap();
        let sentence = |line: &StoryLine| story(Language::En, &line.what, str::to_owned) + "|\n";
        row.story.iter().map(sentence).collect()
    };
    let by_staff = told(
        "10:00:00 anna promises +4520000009 main
         10:00:10 program puts-off C-1 600
         10:00:20 anna puts-off C-1 600
         10:00:30 program has-done C-1",
    );
    let by_program = told(
        "10:00:00 program promises +4520000009 main
         10:00:10 anna has-done C-1",
    );
    let by_mistake = told(
        "10:00:00 anna promises +4520000009 main
         10:00:10 anna cancels C-1 mistake",
    );
    expect![[r#"
        anna promised to call back.|
        A program put the callback off.|
        anna put the callback off.|
        A program closed the callback.|
        --
        A program promised to call back.|
        anna closed the callback.|
        --
        anna promised to call back.|
        anna closed the callback. mistake|
    "#]]
    .assert_eq(&[by_staff, by_program, by_mistake].join("--\n"));
}

/// `*66`: the next open callback, when the phone that dialled it is free; `*4` in the talk, and after it.
#[test]
fn codes_for_callbacks() {
    check(
        one(),
        "10:00:00 bo arrives
         10:00:01 bo dials *66
         10:00:02 bo hears-the-end
         10:00:10 bo pauses
         10:00:11 anna promises +4520000011 main
         10:00:20 bo available
         10:00:21 bo declines
         10:01:00 bo dials *66
         10:01:03 bo hears-the-end
         10:01:05 bo answers
         10:01:10 outside answers
         10:01:15 bo presses *4
         10:01:20 bo hangs-up
         10:32:00 bo answers
         10:32:10 outside answers
         10:32:40 bo hangs-up
         10:32:45 bo dials *4
         10:32:47 bo hears-the-end",
        expect![[r#"
            10:00:01 accept bo
            10:00:01 play bo code-not-now
            10:00:02 hang up bo Normal
            10:00:02 end of bo: Internal waited 0ns talked 0ns held 0ns
            10:00:10 remember bo Paused (lunch)
            10:00:10 reply Ok(Ok)
            10:00:11 keep first anna: Some(Waiting)
            10:00:11 reply Ok(Call(C-2))
            10:00:20 remember bo Available
            10:00:20 reply Ok(Ok)
            10:00:20 ring bo-desk "↩ 20 00 00 11 (0 min)"
            10:01:00 accept bo
            10:01:00 play bo callback-next
            10:01:03 hang up bo Normal
            10:01:03 end of bo: Internal waited 0ns talked 0ns held 0ns
            10:01:03 ring bo-desk "↩ 20 00 00 11 (0 min)"
            10:01:05 play bo callback-preview-1 n-54 seconds (180ms) callback-preview-2
            10:01:09 keep first anna: Some(Dialing)
            10:01:09 play bo ringback
            10:01:09 call out +4520000011 as +4533445566
            10:01:10 join outside bo
            10:01:15 play bo callback-marked
            10:01:20 remember bo Available
            10:01:20 hang up outside Normal
            10:31:20 ring bo-desk "↩ 20 00 00 11 (31 min)"
            10:32:00 play bo callback-preview-1 n-32 minutes (180ms) callback-preview-2
            10:32:04 keep first anna: Some(Dialing)
            10:32:04 play bo ringback
            10:32:04 call out +4520000011 as +4533445566
            10:32:10 join outside bo
            10:32:40 remember bo Available
            10:32:40 hang up outside Normal
            10:32:40 end of anna: Answered, callback of anna: Done [Voicemail Reached] by Callback
            10:32:45 callback of anna: Waiting [Voicemail Voicemail] not before 11:02:45
            10:32:45 accept bo
            10:32:45 play bo callback-marked
            10:32:47 hang up bo Normal
            10:32:47 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// Who is not in the group can make the call all the same: their own phone is rung for it, and only once.
#[test]
fn somebody_outside_the_group_calls_now() {
    check(
        one(),
        "10:00:00 anna promises +4520000009 main
         10:00:10 anna arrives
         10:01:00 anna calls-now anna
         10:01:05 bo arrives
         10:01:10 anna calls-now anna
         10:01:30 anna fails-with 408
         10:02:05 bo answers
         10:02:06 bo presses 2
         10:03:00 anna calls-now anna
         10:03:03 anna answers
         10:03:04 anna presses 1
         10:03:15 outside answers",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 ring anna-desk "↩ 20 00 00 09 (1 min)"
            10:01:00 reply Ok(Ok)
            10:01:10 reply Err(Busy)
            10:01:30 remember anna Available
            10:02:00 ring bo-desk "↩ 20 00 00 09 (2 min)"
            10:02:05 play bo callback-preview-1 n-2 minutes (180ms) callback-preview-2
            10:02:06 hang up bo Normal
            10:03:00 ring anna-desk "↩ 20 00 00 09 (3 min)"
            10:03:00 reply Ok(Ok)
            10:03:03 remember anna Available
            10:03:03 play anna callback-preview-1 n-3 minutes (180ms) callback-preview-2
            10:03:04 keep first anna: Some(Dialing)
            10:03:04 play anna ringback
            10:03:04 call out +4520000009 as +4533445566
            10:03:15 join outside anna
        "#]],
    );
}

/// Who asked to call now and does not come keeps the others from it for a minute, not for ever.
#[test]
fn who_calls_now_and_does_not_come() {
    check(
        two(),
        "10:00:00 bo arrives
         10:00:05 bo pauses
         10:00:10 anna promises +4520000009 main
         10:01:00 bo calls-now anna
         10:01:10 anna arrives
         10:02:05 anna answers",
        expect![[r#"
            10:00:05 remember bo Paused (lunch)
            10:00:05 reply Ok(Ok)
            10:00:10 keep first anna: Some(Waiting)
            10:00:10 reply Ok(Call(C-1))
            10:01:00 reply Ok(Ok)
            10:02:00 ring anna-desk "↩ 20 00 00 09 (1 min)"
            10:02:05 play anna callback-preview-1 n-2 minutes (180ms) callback-preview-2
        "#]],
    );
}

/// Given to somebody, it is theirs while they are here; nobody is given what their phone is not rung for.
#[test]
fn given_to_somebody_who_goes() {
    check(
        two(),
        "10:00:00 anna promises +4520000009 main
         10:00:10 anna gives anna cy
         10:00:20 anna arrives
         10:00:21 anna gives anna anna
         10:00:25 bo arrives
         10:00:40 anna leaves
         10:00:50 bo answers",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:00:10 reply Err(NotInGroup)
            10:00:20 ring anna-desk "↩ 20 00 00 09 (0 min)"
            10:00:21 reply Ok(Ok)
            10:00:35 remember anna Available
            10:00:40 hang up anna Normal
            10:00:40 ring bo-desk "↩ 20 00 00 09 (0 min)"
            10:00:50 play bo callback-preview-1 n-50 seconds (180ms) callback-preview-2
        "#]],
    );
}

/// §1: what is settled stays as it is. A kept promise is neither cancelled nor done once more, by no button.
#[test]
fn what_is_settled_is_not_written_over() {
    check(
        vec![group("main", Strategy::Everyone, &[("bo", 0)])],
        "10:00:00 anna promises +4520000011 main
         10:01:00 bo arrives
         10:01:02 bo answers
         10:01:03 bo presses 1
         10:01:10 outside answers
         10:01:30 outside hangs-up
         10:01:35 anna cancels C-1 mistake
         10:01:36 anna has-done C-1
         10:01:37 anna gives C-1 bo",
        expect![[r#"
            10:00:00 keep first anna: Some(Waiting)
            10:00:00 reply Ok(Call(C-1))
            10:01:00 ring bo-desk "↩ 20 00 00 11 (1 min)"
            10:01:02 play bo callback-preview-1 one-minute (180ms) callback-preview-2
            10:01:03 keep first anna: Some(Dialing)
            10:01:03 play bo ringback
            10:01:03 call out +4520000011 as +4533445566
            10:01:10 join outside bo
            10:01:30 hang up bo Normal
            10:01:30 remember bo Available
            10:01:30 end of anna: Answered, callback of anna: Done [Reached] by Callback
            10:01:35 reply Err(NotNow)
            10:01:36 reply Err(NotNow)
            10:01:37 reply Err(NotNow)
        "#]],
    );
}

/// §12: the box dials twenty times an hour by itself, and not once more.
#[test]
fn twenty_dials_an_hour() {
    let mut script: String =
        (0..21).map(|n| format!("10:00:{n:02} anna promises +45200001{n:02} main\n")).collect();
    script.push_str("10:01:00 bo arrives\n");
    for dial in 0..20 {
        let at = |seconds: u32| {
            let all = 70 + 30 * dial + seconds;
            format!("10:{:02}:{:02}", all / 60, all % 60)
        };
        let (answered, yes, failed, told) = (at(0), at(1), at(6), at(8));
        script.push_str(&format!(
            "{answered} bo answers\n{yes} bo presses 1\n{failed} outside fails-with 480\n{told} bo hears-the-end\n"
        ));
    }
    script.push_str("11:02:00 bo waits");
    let played = play(settings(one()), Memory::default(), &script);
    let times = |what: &str| {
        let found = played.transcript.lines().filter(|line| line.contains(what));
        found.map(|line| line[..8].to_owned()).collect::<Vec<_>>()
    };
    let (dials, rings) = (times("call out"), times("ring bo-desk"));
    assert_eq!((dials.len(), dials[0].as_str()), (20, "10:01:11"), "{}", played.transcript);
    // The first of the twenty is an hour old.
    let next = rings.iter().find(|at| *at > &dials[19]).unwrap();
    assert!(("11:01:11".."11:01:42").contains(&next.as_str()), "{next}");
}

/// §12: a number is left in peace for a while after a dial, whatever is promised to it meanwhile.
#[test]
fn a_number_cools_down() {
    let script = "10:00:00 anna promises +4520000009 main
         10:01:00 bo arrives
         10:01:01 bo answers
         10:01:02 bo presses 1
         10:01:10 outside answers
         10:01:40 outside hangs-up
         10:01:45 anna promises +4520000009 main
         10:04:10 bo waits";
    let played = play(settings(one()), Memory::default(), script);
    let rings: Vec<&str> = played.transcript.lines().filter(|line| line.contains("ring bo-desk")).collect();
    assert_eq!(rings.len(), 2, "{}", played.transcript);
    assert!(("10:03:32".."10:04:03").contains(&&rings[1][..8]), "150 s after the dial: {}", rings[1]);
}
