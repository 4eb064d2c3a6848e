//! Leaving a message, and "it is saved" only once it is; listening at the phone, and done.

use super::script::{check_changing, check_with, play};
use crate::sim::town::{group, settings};
use expect_test::{Expect, expect};
use frontdesk::ids::GroupId;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Goal, Settings, Strategy};

/// The number leads to the messages of main, for which bo answers.
fn office() -> Settings {
    let mut settings = settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("side", Strategy::Everyone, &[("dan", 0)]),
    ]);
    settings.numbers[0].to = Goal::Voicemail(GroupId::from("main"));
    settings.numbers[0].welcome = false;
    settings
}

#[track_caller]
fn check(script: &str, expect: Expect) {
    check_with(office(), script, expect);
}

#[test]
fn saved_is_said_after_the_file_and_the_row_are_on_the_disk() {
    check(
        "09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim presses 5#
         09:00:30 kim speaks 14
         09:00:35 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:30 stop recording kim
            09:00:30 play kim (5s)
            09:00:30 keep first kim: None
            09:00:30 play kim message-saved
            09:00:35 hang up kim Normal
            09:00:35 end of kim: Voicemail waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn a_key_goes_straight_to_the_tone_and_silence_ends_the_message() {
    check(
        "09:00:10 kim calls
         09:00:11 kim presses 1
         09:00:12 kim hears-the-end
         09:00:30 kim speaks 12
         09:00:33 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:11 play kim tone
            09:00:12 record kim to voicemail/C-1.wav
            09:00:12 play kim (183s)
            09:00:30 play kim (5s)
            09:00:30 keep first kim: None
            09:00:30 play kim message-saved
            09:00:33 end of kim: Voicemail waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn hanging_up_while_speaking_keeps_the_message() {
    check(
        "09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim hangs-up
         09:00:30 kim speaks 14",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:30 end of kim: Voicemail waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// Five seconds of fsync (spec/reliability.md §3): the caller has gone, and the message is there.
#[test]
fn a_slow_disk_keeps_the_message_of_a_caller_who_has_hung_up() {
    check(
        "09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim hangs-up
         09:00:40 kim speaks 14",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:40 end of kim: Voicemail waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn too_short_is_no_message_and_owed_as_missed() {
    check(
        "09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:17 kim hangs-up
         09:00:17 kim speaks 01
         09:01:10 lee calls
         09:01:16 lee hears-the-end
         09:01:17 lee presses #
         09:01:17 lee speaks 01
         09:01:20 lee hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:17 end of kim: Abandoned waited 0ns talked 0ns held 0ns
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:16 record lee to voicemail/C-2.wav
            09:01:16 play lee (183s)
            09:01:17 stop recording lee
            09:01:17 play lee message-too-short
            09:01:20 hang up lee Normal
            09:01:20 end of lee: Abandoned waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn what_cannot_be_recorded_or_stored_is_said_and_owed() {
    check(
        "09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:20 kim cannot-be-recorded
         09:00:25 kim hears-the-end
         09:01:10 lee calls
         09:01:16 lee hears-the-end
         09:01:29 store fails
         09:01:30 lee presses #
         09:01:30 lee speaks 14
         09:01:35 lee hears-the-end
         09:02:00 store stalls
         09:02:10 ann calls
         09:02:16 ann hears-the-end
         09:02:30 ann presses #
         09:02:30 ann speaks 14
         09:02:34 store stores
         09:02:37 ann hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:20 play kim message-not-kept
            09:00:25 hang up kim Normal
            09:00:25 end of kim: Abandoned waited 0ns talked 0ns held 0ns
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:16 record lee to voicemail/C-2.wav
            09:01:16 play lee (183s)
            09:01:30 stop recording lee
            09:01:30 play lee (5s)
            09:01:30 keep first lee: None
            09:01:30 play lee message-not-kept
            09:01:35 hang up lee Normal
            09:01:35 end of lee: Abandoned waited 0ns talked 0ns held 0ns
            09:02:10 accept ann
            09:02:10 play ann leave-message tone
            09:02:16 record ann to voicemail/C-3.wav
            09:02:16 play ann (183s)
            09:02:30 stop recording ann
            09:02:30 play ann (5s)
            09:02:30 keep first ann: None
            09:02:33 play ann message-not-kept
            09:02:37 hang up ann Normal
            09:02:37 end of ann: Abandoned waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn hanging_up_in_the_greeting_or_while_it_is_stored() {
    check(
        "09:00:10 kim calls
         09:00:12 kim hangs-up
         09:01:05 store stalls
         09:01:10 lee calls
         09:01:16 lee hears-the-end
         09:01:30 lee presses #
         09:01:30 lee speaks 14
         09:01:31 lee hangs-up
         09:01:32 store stores
         09:01:40 bo arrives",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:12 end of kim: Abandoned waited 0ns talked 0ns held 0ns
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:16 record lee to voicemail/C-2.wav
            09:01:16 play lee (183s)
            09:01:30 stop recording lee
            09:01:30 play lee (5s)
            09:01:30 keep first lee: None
            09:01:31 end of lee: Voicemail waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn a_recording_whose_end_is_never_told_is_owed() {
    check(
        "09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim hangs-up
         09:01:40 bo arrives",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:01:30 end of kim: Abandoned waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn after_hours_a_message_counts_as_one_and_none_as_after_hours() {
    let mut settings = office();
    settings.numbers[0].to = Goal::Group(GroupId::from("main"));
    settings.hours.week[0] = Vec::new();
    settings.hours.after = Some(Goal::Voicemail(GroupId::from("main")));
    check_with(
        settings,
        "09:00:10 kim calls
         09:00:12 kim hangs-up
         09:01:10 lee calls
         09:01:16 lee hears-the-end
         09:01:30 lee hangs-up
         09:01:30 lee speaks 14",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim closed-until-1 tomorrow (180ms) weekday-2 at midnight leave-message tone
            09:00:12 end of kim: AfterHours waited 0ns talked 0ns held 0ns
            09:01:10 accept lee
            09:01:10 play lee closed-until-1 tomorrow (180ms) weekday-2 at midnight leave-message tone
            09:01:16 record lee to voicemail/C-2.wav
            09:01:16 play lee (183s)
            09:01:30 end of lee: Voicemail waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn listened_to_by_phone_new_ones_first_then_done() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim hangs-up
         09:00:30 kim speaks 14
         09:01:10 lee calls
         09:01:16 lee hears-the-end
         09:01:30 lee hangs-up
         09:01:30 lee speaks 14
         09:02:00 bo dials *97
         09:02:05 bo presses 1
         09:02:10 bo presses 2
         09:02:20 bo hangs-up
         09:03:00 bo dials *97
         09:03:10 bo presses 3
         09:03:20 bo presses 3
         09:03:25 bo hears-the-end
         09:04:00 bo dials *97
         09:04:05 bo hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:30 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:01:10 accept lee
            09:01:10 play lee leave-message tone
            09:01:16 record lee to voicemail/C-2.wav
            09:01:16 play lee (183s)
            09:01:30 end of lee: Voicemail waited 0ns talked 0ns held 0ns
            09:02:00 accept bo
            09:02:00 play bo new-messages-1 n-2 message-of-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 (180ms) today at n-9 am voicemail/C-1.wav message-keys (10s)
            09:02:05 play bo message-of-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 (180ms) today at n-9 am voicemail/C-1.wav message-keys (10s)
            09:02:10 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:02:10 play bo message-of-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 (180ms) today at n-9 oh n-1 am voicemail/C-2.wav message-keys (10s)
            09:02:20 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:03:00 accept bo
            09:03:00 play bo new-messages-1 n-1 message-of-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-2 (180ms) today at n-9 oh n-1 am voicemail/C-2.wav message-keys (10s)
            09:03:10 end of lee: Voicemail waited 0ns talked 0ns held 0ns
            09:03:10 end of lee: Voicemail waited 0ns talked 0ns held 0ns
            09:03:10 play bo message-done message-of-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 (180ms) today at n-9 am voicemail/C-1.wav message-keys (10s)
            09:03:20 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:03:20 play bo message-done no-more-messages
            09:03:25 hang up bo Normal
            09:03:25 end of bo: Internal waited 0ns talked 0ns held 0ns
            09:04:00 accept bo
            09:04:00 play bo no-messages
            09:04:05 hang up bo Normal
            09:04:05 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn call_back_by_key_and_the_message_is_done_when_they_talk() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim hangs-up
         09:00:30 kim speaks 14
         09:02:00 bo dials *97
         09:02:10 bo presses 4
         09:02:15 outside answers
         09:03:00 bo hangs-up
         09:04:00 bo dials *97
         09:04:05 bo hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:30 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:02:00 accept bo
            09:02:00 play bo new-messages-1 n-1 message-of-1 n-2 n-0 (300ms) n-0 n-0 (300ms) n-0 n-0 (300ms) n-0 n-1 (180ms) today at n-9 am voicemail/C-1.wav message-keys (10s)
            09:02:10 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:02:10 call out +4520000001 as +4533445566
            09:02:10 play bo ringback
            09:02:15 join bo outside
            09:03:00 remember bo Available
            09:03:00 hang up outside Normal
            09:03:00 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:03:00 end of bo: Answered waited 0ns talked 45s held 0ns
            09:04:00 accept bo
            09:04:00 play bo no-messages
            09:04:05 hang up bo Normal
            09:04:05 end of bo: Internal waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn only_those_of_the_group_hear_its_messages_and_a_screen_marks_them() {
    check(
        "09:00:00 bo arrives
         09:00:00 dan arrives
         09:00:00 anna arrives
         09:00:10 kim calls
         09:00:16 kim hears-the-end
         09:00:30 kim hangs-up
         09:00:30 kim speaks 14
         09:01:00 dan dials *97
         09:01:05 dan hears-the-end
         09:01:10 dan has-heard kim
         09:01:12 bo has-heard kim
         09:01:14 bo is-done-with kim
         09:01:16 bo is-done-with kim
         09:02:00 anna dials *97",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim leave-message tone
            09:00:16 record kim to voicemail/C-1.wav
            09:00:16 play kim (183s)
            09:00:30 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:01:00 accept dan
            09:01:00 play dan no-messages
            09:01:05 hang up dan Normal
            09:01:05 end of dan: Internal waited 0ns talked 0ns held 0ns
            09:01:10 reply Err(NotAllowed)
            09:01:12 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:01:12 reply Ok(Ok)
            09:01:14 end of kim: Voicemail waited 0ns talked 0ns held 0ns
            09:01:14 reply Ok(Ok)
            09:01:16 reply Err(NoSuchCall)
            09:02:00 accept anna
            09:02:00 play anna no-messages
        "#]],
    );
}

#[test]
fn a_disk_that_keeps_nothing_is_said_before_anybody_speaks() {
    check_changing(
        office(),
        office(),
        "09:00:00 disk is-full
         09:00:10 kim calls
         09:00:15 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim message-not-kept
            09:00:15 hang up kim Normal
            09:00:15 end of kim: Abandoned waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// spec/mail.md §6: a message is an item of the inbox, and one of those who may hear it takes it.
#[test]
fn a_message_is_seen_to_by_one() {
    let script = "09:00:00 bo arrives\n09:00:10 kim calls\n09:00:16 kim hears-the-end\n09:00:30 kim hangs-up\n\
        09:00:30 kim speaks 14\n09:01:00 dan takes-message kim\n09:01:01 bo takes-message kim\n\
        09:01:02 anna takes-message kim\n09:01:03 bo takes-message kim\n09:01:04 bo is-done-with kim";
    let played = play(office(), Memory::default(), script);
    let message = played.contacts["kim"].message.clone().unwrap();
    assert_eq!((message.assigned, message.done.is_some()), (Some("bo".into()), true));
    let said: Vec<&str> = played
        .transcript
        .lines()
        .filter_map(|line| line.split_once(" reply ").map(|(_, said)| said))
        .collect();
    assert_eq!(
        (said.len(), said[0], said[1], said[3], said[4]),
        (5, "Err(NotAllowed)", "Ok(Ok)", "Ok(Ok)", "Ok(Ok)")
    );
    assert!(said[2].starts_with("Err(AlreadyTaken"), "{}", said[2]);
}
