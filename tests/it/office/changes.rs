//! The settings change while calls are going on: they go on.

use super::script::check_changing;
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::PhoneId;
use frontdesk::settings::{Phone, Secret, Settings, Strategy};
use std::sync::Arc;

fn office() -> Settings {
    settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("side", Strategy::Everyone, &[("cy", 0)]),
    ])
}

#[test]
fn a_group_goes_its_talk_goes_on_and_its_waiting_caller_is_told() {
    let mut later = office();
    later.groups.remove(0);
    later.numbers.remove(0);
    check_changing(
        office(),
        later,
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:20 lee calls
         09:00:30 owner applies
         09:00:35 lee hears-the-end
         09:00:40 kim hangs-up
         09:00:50 mo calls",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:20 accept lee
            09:00:20 play lee welcome
            09:00:20 chime
            09:00:30 play lee leave-message tone
            09:00:35 record lee to voicemail/C-2.wav
            09:00:35 play lee (183s)
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of kim: Answered waited 2s talked 28s held 0ns
            09:00:50 refuse mo NotFound
        "#]],
    );
}

#[test]
fn a_person_goes_the_talk_goes_on_and_the_ringing_phone_stops() {
    let mut later = office();
    later.people.retain(|person| person.id.as_str() != "bo");
    later.groups[0].members.clear();
    check_changing(
        office(),
        later,
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:30 owner applies
         09:00:40 bo hangs-up
         09:01:00 lee calls
         09:01:25 lee hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:40 remember bo Available
            09:00:40 hang up kim Normal
            09:00:40 end of kim: Answered waited 2s talked 28s held 0ns
            09:01:00 accept lee
            09:01:00 play lee welcome
            09:01:00 chime
            09:01:20 play lee nobody-here choice (6s)
            09:01:25 end of lee: Abandoned waited 25s talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn a_person_who_goes_while_ringing_stops_ringing() {
    let mut later = office();
    later.people.retain(|person| person.id.as_str() != "bo");
    later.groups[0].members[0].person = "cy".into();
    check_changing(
        office(),
        later,
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:15 owner applies
         09:00:20 cy answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:15 hang up bo AnsweredElsewhere
            09:00:15 ring cy-desk "kim · main 0:05"
            09:00:20 play cy group-main (or the-group-1 n-1) n-10 seconds
        "#]],
    );
}

#[test]
fn a_trunk_goes_and_its_calls_end_by_themselves() {
    let mut later = office();
    later.trunks.clear();
    check_changing(
        office(),
        later,
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 bo answers
         09:00:30 owner applies
         09:00:40 kim hangs-up
         09:01:00 bo dials +4520304050",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:12 join kim bo
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of kim: Answered waited 2s talked 28s held 0ns
            09:01:00 refuse bo Overloaded
            09:01:00 end of bo: FailedTechnical waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn a_phone_that_is_handed_to_another_rings_for_the_new_owner() {
    let mut later = office();
    let phone = |id: &str| Phone::Sip { id: PhoneId::from(id), secret: Secret(Arc::from("s")) };
    later.people[1].phones = vec![phone("bo-new")];
    later.people[2].phones = vec![phone("bo-desk")];
    check_changing(
        office(),
        later,
        "09:00:00 bo arrives
         09:00:05 owner applies
         09:00:10 kim calls
         09:00:20 lee calls +4533445568",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:20 accept lee
            09:00:20 play lee music
            09:00:20 ring bo-desk "lee · side"
        "#]],
    );
}
