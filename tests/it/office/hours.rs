//! Opening hours and the owner's word over them (spec/hunt-groups.md §10).

use super::script::{check_changing, check_with};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::ids::{GroupId, Ticket};
use frontdesk::office::desk::{Actor, Command, Refusal};
use frontdesk::office::memory::{Change, Memory, Override, OverrideKind};
use frontdesk::office::{Action, Input, Office};
use frontdesk::settings::{ClosedDay, Goal, Role, Settings, Span, Strategy};
use frontdesk::time::{Now, Tick};
use jiff::Timestamp;
use jiff::civil::{date, time};
use std::sync::Arc;
use std::time::Duration;

fn office() -> Settings {
    settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("night", Strategy::Everyone, &[("cy", 0)]),
    ])
}

/// Open day and night, but on Mondays not at all; the day of the scripts is a Monday.
fn closed_today() -> Settings {
    let mut settings = office();
    settings.hours.week[0] = Vec::new();
    settings
}

#[test]
fn closed_by_the_owners_word_until_it_ends_by_itself() {
    check_with(
        office(),
        "08:00:00 bo arrives
         09:00:00 anna closed-until 2026-11-23T09:30:00Z
         09:10:00 kim calls
         09:10:12 kim hears-the-end
         09:10:18 kim hears-the-end
         09:31:00 lee calls
         09:31:05 bo answers
         09:31:20 lee hangs-up",
        expect![[r#"
            09:00:00 keep first the hours: the office Closed until 2026-11-23T09:30:00Z
            09:00:00 reply Ok(Ok)
            09:10:00 accept kim
            09:10:00 play kim closed-until-1 today at n-9 n-30 am offer-at-opening offer-message (6s)
            09:10:12 play kim closed-until-1 today at n-9 n-30 am call-again-then
            09:10:18 hang up kim Normal
            09:10:18 end of kim: AfterHours waited 0ns talked 0ns held 0ns
            09:30:00 remember the hours: as planned
            09:31:00 accept lee
            09:31:00 play lee welcome
            09:31:00 ring bo-desk "lee · main"
            09:31:05 join lee bo
            09:31:20 hang up bo Normal
            09:31:20 remember bo Available
            09:31:20 end of lee: Answered waited 5s talked 15s held 0ns
        "#]],
    );
}

#[test]
fn open_by_the_owners_word_on_a_day_without_hours() {
    check_with(
        closed_today(),
        "08:00:00 bo arrives
         09:00:00 cy open-until 2026-11-23T09:30:00Z main
         09:10:00 kim calls
         09:10:05 bo answers
         09:10:20 kim hangs-up
         09:30:00 lee calls
         09:30:05 lee hangs-up",
        expect![[r#"
            09:00:00 keep first the hours: main Open until 2026-11-23T09:30:00Z
            09:00:00 reply Ok(Ok)
            09:10:00 accept kim
            09:10:00 play kim welcome
            09:10:00 ring bo-desk "kim · main"
            09:10:05 join kim bo
            09:10:20 hang up bo Normal
            09:10:20 remember bo Available
            09:10:20 end of kim: Answered waited 5s talked 15s held 0ns
            09:30:00 remember the hours: as planned
            09:30:00 accept lee
            09:30:00 play lee closed-until-1 tomorrow (180ms) weekday-2 at midnight offer-at-opening offer-message (6s)
            09:30:05 end of lee: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// The day of the scripts is a Monday: tomorrow by its name, then by the clock.
#[test]
fn the_next_opening_is_worked_out_and_spoken() {
    let mut settings = closed_today();
    settings.hours.week[1] = vec![Span { from: time(8, 0, 0, 0), to: Some(time(16, 30, 0, 0)) }];
    settings.hours.week[2] = Vec::new();
    let mut later = settings.clone();
    later.hours.closed = vec![ClosedDay { date: date(2026, 11, 24), why: "inventory".into() }];
    check_changing(
        settings,
        later,
        "09:00:00 kim calls
         09:00:10 kim hangs-up
         09:01:00 owner applies
         09:02:00 lee calls
         09:02:10 lee hangs-up",
        expect![[r#"
            09:00:00 accept kim
            09:00:00 play kim closed-until-1 tomorrow (180ms) weekday-2 at n-8 am offer-at-opening offer-message (6s)
            09:00:10 end of kim: AfterHours waited 0ns talked 0ns held 0ns
            09:02:00 accept lee
            09:02:00 play lee closed-until-1 on-weekday-4 at midnight offer-at-opening offer-message (6s)
            09:02:10 end of lee: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

/// Nobody leaves a message to a machine without knowing when people are back.
#[test]
fn the_next_opening_comes_before_the_message() {
    let mut settings = closed_today();
    settings.hours.after = Some(Goal::Voicemail(GroupId::from("main")));
    check_with(
        settings,
        "09:00:00 kim calls
         09:00:10 kim hangs-up",
        expect![[r#"
            09:00:00 accept kim
            09:00:00 play kim closed-until-1 tomorrow (180ms) weekday-2 at midnight leave-message tone
            09:00:10 end of kim: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn an_office_that_never_opens_says_no_time_and_takes_a_message() {
    let mut settings = office();
    settings.hours.week = std::array::from_fn(|_| Vec::new());
    check_with(
        settings,
        "09:00:00 kim calls
         09:00:10 kim hangs-up",
        expect![[r#"
            09:00:00 accept kim
            09:00:00 play kim leave-message tone
            09:00:10 end of kim: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn the_last_word_counts_and_can_be_taken_back() {
    check_with(
        office(),
        "09:00:00 anna closed-until 2026-11-23T12:00:00Z main
         09:01:00 anna open-until 2026-11-23T11:00:00Z night
         09:02:00 anna closed-until 2026-11-23T10:00:00Z
         09:03:00 anna open-until 2026-11-23T11:00:00Z main
         09:04:00 anna as-planned - main
         09:05:00 anna as-planned -",
        expect![[r#"
            09:00:00 keep first the hours: main Closed until 2026-11-23T12:00:00Z
            09:00:00 reply Ok(Ok)
            09:01:00 keep first the hours: main Closed until 2026-11-23T12:00:00Z, night Open until 2026-11-23T11:00:00Z
            09:01:00 reply Ok(Ok)
            09:02:00 keep first the hours: the office Closed until 2026-11-23T10:00:00Z
            09:02:00 reply Ok(Ok)
            09:03:00 keep first the hours: the office Closed until 2026-11-23T10:00:00Z, main Open until 2026-11-23T11:00:00Z
            09:03:00 reply Ok(Ok)
            09:04:00 keep first the hours: the office Closed until 2026-11-23T10:00:00Z
            09:04:00 reply Ok(Ok)
            09:05:00 keep first the hours: as planned
            09:05:00 reply Ok(Ok)
        "#]],
    );
}

/// With one that a restart forgets, phones would ring that should be silent: it holds once it is on the disk.
#[test]
fn a_word_holds_once_it_is_kept_and_outlives_a_restart() {
    check_with(
        office(),
        "08:00:00 bo arrives
         09:00:00 store stalls
         09:00:01 anna closed-until 2026-11-23T12:00:00Z
         09:00:02 kim calls
         09:00:02 kim hangs-up
         09:00:03 store stores
         09:01:00 office restarts
         09:01:00 bo arrives
         09:02:00 lee calls
         09:02:05 lee hangs-up
         09:03:00 store fails
         09:03:10 anna as-planned -
         09:04:00 store stalls
         09:04:10 anna as-planned -
         09:05:00 disk is-full
         09:05:10 anna as-planned -
         09:06:00 max calls
         09:06:05 max hangs-up",
        expect![[r#"
            09:00:01 keep first the hours: the office Closed until 2026-11-23T12:00:00Z
            09:00:02 accept kim
            09:00:02 play kim welcome
            09:00:02 ring bo-desk "kim · main"
            09:00:02 hang up bo CallerGone
            09:00:02 end of kim: AbandonedShort waited 0ns talked 0ns held 0ns
            09:00:03 reply Ok(Ok)
            -- restart
            09:02:00 accept lee
            09:02:00 play lee closed-until-1 today at noon offer-at-opening offer-message (6s)
            09:02:05 end of lee: AfterHours waited 0ns talked 0ns held 0ns
            09:03:10 keep first the hours: as planned
            09:03:10 remember the hours: the office Closed until 2026-11-23T12:00:00Z
            09:03:10 reply Err(NotKept)
            09:04:10 keep first the hours: as planned
            09:04:13 remember the hours: the office Closed until 2026-11-23T12:00:00Z
            09:04:13 reply Err(NotKept)
            09:05:10 reply Err(NotKept)
            09:06:00 accept max
            09:06:00 play max closed-until-1 today at noon call-again-then
            09:06:05 end of max: AfterHours waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn a_word_about_a_group_that_is_no_more_goes_with_it() {
    check_changing(
        office(),
        settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]),
        "09:00:00 anna closed-until 2026-11-23T12:00:00Z night
         09:01:00 owner applies",
        expect![[r#"
            09:00:00 keep first the hours: night Closed until 2026-11-23T12:00:00Z
            09:00:00 reply Ok(Ok)
            09:01:00 remember the hours: as planned
        "#]],
    );
}

fn now(seconds: u64) -> Now {
    let start: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
    Now { tick: Tick(Duration::from_secs(seconds)), wall: start + Duration::from_secs(seconds) }
}

fn word(until: &str) -> Override {
    Override { group: None, kind: OverrideKind::Closed, until: until.parse().unwrap() }
}

#[track_caller]
fn refused(role: Role, group: Option<&str>, until: &str, refusal: Refusal) {
    let mut office = Office::new(Arc::new(office()), Memory::default(), now(0));
    let who = Actor { person: None, role };
    let set = Some((OverrideKind::Closed, until.parse().unwrap()));
    let command = Command::Override { group: group.map(GroupId::from), set };
    let mut out = Vec::new();
    office.handle(now(1), Input::Desk { ticket: Ticket(1), who, command }, &mut out);
    assert_eq!(out, [Action::Reply { ticket: Ticket(1), result: Err(refusal) }]);
}

#[test]
fn who_may_and_until_when() {
    refused(Role::Agent, None, "2026-11-23T12:00:00Z", Refusal::NotAllowed);
    refused(Role::Viewer, None, "2026-11-23T12:00:00Z", Refusal::NotAllowed);
    refused(Role::Lead, Some("sales"), "2026-11-23T12:00:00Z", Refusal::NoSuchGroup);
    refused(Role::Owner, None, "2026-11-23T09:00:01Z", Refusal::BadTime);
    refused(Role::Owner, None, "2027-11-26T12:00:00Z", Refusal::BadTime);
}

#[test]
fn a_restart_knows_the_word_and_wakes_for_its_end() {
    let kept = vec![word("2026-11-23T09:00:30Z"), word("2026-11-23T08:59:00Z")];
    let memory = Memory { overrides: kept, ..Memory::default() };
    let mut office = Office::new(Arc::new(office()), memory, now(0));
    assert_eq!(office.board(now(0)).overrides, [word("2026-11-23T09:00:30Z")]);
    assert!(office.board(now(0)).groups.iter().all(|group| !group.open));
    assert_eq!(office.next_wake(now(0)), (Duration::from_secs(30), "the hours hold again"));
    let mut out = Vec::new();
    office.handle(now(30), Input::Tick, &mut out);
    assert_eq!(out, [Action::Save(Change::Overrides(Vec::new()))]);
    let board = office.board(now(30));
    assert!(board.overrides.is_empty() && board.groups.iter().all(|group| group.open));
}
