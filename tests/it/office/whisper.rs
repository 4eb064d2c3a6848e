//! What a member of several groups hears before the caller (spec/hunt-groups.md §11).

use super::script::{check, play};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::GroupId;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Goal, Group, Strategy};

/// Anna answers for both groups, bo for the first only.
fn two_groups() -> Vec<Group> {
    vec![
        group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)]),
        group("sales", Strategy::Everyone, &[("anna", 0)]),
    ]
}

/// The caller hears music, bo's phone rings on, until two and a half seconds are over.
#[test]
fn a_member_of_two_groups_hears_which_it_is() {
    check(
        two_groups(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 anna answers
         09:00:18 kim waits
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:15 play anna group-main (or the-group-1 n-1) n-5 seconds
            09:00:17 hang up bo AnsweredElsewhere
            09:00:17 join kim anna
            09:00:30 hang up anna Normal
            09:00:30 remember anna Available
            09:00:30 end of kim: Answered waited 7.5s talked 12.5s held 0ns
        "#]],
    );
}

#[test]
fn any_key_ends_it_and_its_end_does() {
    check(
        two_groups(),
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:15 anna answers
         09:00:16 anna presses 5
         09:00:30 kim hangs-up
         09:01:10 lee calls
         09:01:15 anna answers
         09:01:16 anna hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:15 play anna group-main (or the-group-1 n-1) n-5 seconds
            09:00:16 join kim anna
            09:00:30 hang up anna Normal
            09:00:30 remember anna Available
            09:00:30 end of kim: Answered waited 6s talked 14s held 0ns
            09:01:10 accept lee
            09:01:10 play lee welcome
            09:01:10 ring anna-desk "lee · main"
            09:01:15 play anna group-main (or the-group-1 n-1) n-5 seconds
            09:01:16 join lee anna
        "#]],
    );
}

/// The caller keeps the place, and the other phone never stopped ringing.
#[test]
fn who_hangs_up_in_it_leaves_the_caller_where_they_are() {
    check(
        two_groups(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 anna answers
         09:00:16 anna hangs-up
         09:00:20 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:15 play anna group-main (or the-group-1 n-1) n-5 seconds
            09:00:20 join kim bo
        "#]],
    );
}

/// The other one is quicker: no second of waiting for the end of a whisper.
#[test]
fn a_colleague_of_one_group_who_answers_meanwhile_has_the_call() {
    check(
        two_groups(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:00:15 anna answers
         09:00:16 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 ring bo-desk "kim · main"
            09:00:15 play anna group-main (or the-group-1 n-1) n-5 seconds
            09:00:16 hang up anna AnsweredElsewhere
            09:00:16 join kim bo
        "#]],
    );
}

#[test]
fn the_caller_may_hang_up_during_it() {
    check(
        two_groups(),
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:25 anna answers
         09:00:26 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:25 play anna group-main (or the-group-1 n-1) n-15 seconds
            09:00:26 hang up anna CallerGone
            09:00:26 end of kim: Abandoned waited 16s talked 0ns held 0ns
        "#]],
    );
}

/// The last member missed calls, so the owner is called in; what the owner's phone does when the member answers
/// and then this happens.
#[track_caller]
fn called_in(then: &str, expected: [&str; 2]) {
    let turns = group("main", Strategy::TakeTurns, &[("bo", 0)]);
    let together = group("side", Strategy::Everyone, &[("bo", 0)]);
    let script = format!(
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 kim calls
         09:01:42 kim hangs-up
         09:02:00 lee calls +4533445568
         09:02:10 bo answers
         {then}"
    );
    let transcript = play(settings(vec![turns, together]), Memory::default(), &script).transcript;
    let annas = transcript.lines().filter(|line| line >= &"09:02" && line.contains("anna"));
    assert_eq!(annas.collect::<Vec<&str>>(), expected);
}

/// It rings on until the two are joined.
#[test]
fn an_owner_who_was_called_in_rings_on_in_a_whisper() {
    let joined = "09:02:12 hang up anna AnsweredElsewhere";
    called_in("09:02:14 lee waits", ["09:02:00 ring anna-desk \"lee · side\"", joined]);
}

/// Who answered does not want it: the owner is still called, though nobody would call them in anew.
#[test]
fn an_owner_who_was_called_in_rings_on_when_a_whisper_breaks_off() {
    let script = "09:02:11 bo hangs-up
         09:02:15 anna answers";
    called_in(script, ["09:02:00 ring anna-desk \"lee · side\"", "09:02:15 join lee anna"]);
}

/// The same where another group could ring the owner, and needs nobody: who rings for its caller is cy, in turn.
#[test]
fn an_owner_who_was_called_in_rings_on_though_another_group_could_ring_them() {
    let mut office = settings(vec![
        group("main", Strategy::TakeTurns, &[("bo", 0)]),
        group("own", Strategy::TakeTurns, &[("cy", 0), ("bo", 0), ("anna", 0)]),
        group("side", Strategy::Everyone, &[("bo", 0)]),
    ]);
    office.numbers[1].to = Goal::Group(GroupId::from("own"));
    let script = "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:01:42 kim hangs-up
         09:02:00 lee calls +4533445568
         09:02:05 max calls +4533445567
         09:02:10 bo answers
         09:02:11 bo hangs-up
         09:02:15 anna answers";
    let transcript = play(office, Memory::default(), script).transcript;
    let later = transcript.lines().filter(|line| line >= &"09:02");
    let rung = later.filter(|line| line.contains("anna") || line.contains("cy-desk"));
    let expected = [
        "09:02:00 ring anna-desk \"lee · side\"",
        "09:02:05 ring cy-desk \"max · own\"",
        "09:02:15 join lee anna",
    ];
    assert_eq!(rung.collect::<Vec<&str>>(), expected, "{transcript}");
}
