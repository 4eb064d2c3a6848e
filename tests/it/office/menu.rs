//! Menus: a key at any time, the wrong key, no key, two levels, and every way to hang up in one.

use super::script::check_with;
use crate::sim::town::{group, number, settings};
use expect_test::{Expect, expect};
use frontdesk::ids::{GroupId, MenuId, PersonId};
use frontdesk::settings::{Goal, Menu, Settings, Strategy};
use std::time::Duration;

fn to_group(id: &str) -> Goal {
    Goal::Group(GroupId::from(id))
}

fn menu(id: &str, keys: &[(char, Goal)], otherwise: Goal) -> Menu {
    Menu {
        id: MenuId::from(id),
        prompt: format!("{id}-menu"),
        keys: keys.iter().cloned().collect(),
        timeout: Duration::from_secs(6),
        language: None,
        otherwise,
    }
}

/// 1 sales (a second menu: 1 the group, 5 again, 9 a number outside), 2 main, 3 anna, 4 a message; else main.
fn office() -> Settings {
    let mut settings = settings(vec![
        group("main", Strategy::Everyone, &[("bo", 0)]),
        group("sales", Strategy::Everyone, &[("cy", 0)]),
    ]);
    let front = [
        ('1', Goal::Menu(MenuId::from("sales"))),
        ('2', to_group("main")),
        ('3', Goal::Person(PersonId::from("anna"))),
        ('4', Goal::Voicemail(GroupId::from("main"))),
    ];
    let sales = [
        ('1', to_group("sales")),
        ('5', Goal::Menu(MenuId::from("sales"))),
        ('9', Goal::Number(number("+4520304050"))),
    ];
    settings.menus = vec![menu("front", &front, to_group("main")), menu("sales", &sales, to_group("sales"))];
    settings.numbers[0].to = Goal::Menu(MenuId::from("front"));
    settings
}

#[track_caller]
fn check(script: &str, expect: Expect) {
    check_with(office(), script, expect);
}

#[test]
fn a_key_during_the_prompt_stops_it_and_leads_on() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:11 kim presses 2
         09:00:15 bo answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:11 play kim music
            09:00:11 ring bo-desk "kim · main"
            09:00:15 join kim bo
        "#]],
    );
}

#[test]
fn a_person_is_rung_with_the_ringing_tone_for_a_caller_who_hears_us() {
    check(
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:12 kim presses 3
         09:00:20 anna answers
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:12 ring anna-desk "kim"
            09:00:12 play kim ringback
            09:00:20 join kim anna
            09:00:30 hang up anna Normal
            09:00:30 remember anna Available
            09:00:30 end of kim: Answered waited 0ns talked 10s held 0ns
        "#]],
    );
}

#[test]
fn a_wrong_key_is_said_to_be_and_the_third_goes_on_without() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:12 kim presses 7
         09:00:14 kim presses 8
         09:00:16 kim presses 9",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:12 play kim key-not-in-use front-menu (6s)
            09:00:14 play kim key-not-in-use front-menu (6s)
            09:00:16 play kim music
            09:00:16 ring bo-desk "kim · main"
        "#]],
    );
}

#[test]
fn no_key_repeats_once_and_then_goes_otherwise() {
    check(
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:22 kim hears-the-end
         09:00:34 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:22 play kim front-menu (6s)
            09:00:34 play kim music
            09:00:34 ring bo-desk "kim · main"
        "#]],
    );
}

#[test]
fn the_second_level_and_back_by_star_and_0_for_otherwise() {
    check(
        "09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:12 kim presses 1
         09:00:14 kim presses *
         09:00:16 kim presses *
         09:00:18 kim presses 1
         09:00:20 kim presses 0",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:12 play kim sales-menu (6s)
            09:00:14 play kim front-menu (6s)
            09:00:16 play kim front-menu (6s)
            09:00:18 play kim sales-menu (6s)
            09:00:20 play kim music
            09:00:20 ring cy-desk "kim · sales"
        "#]],
    );
}

#[test]
fn to_a_number_outside_from_the_second_level() {
    check(
        "09:00:10 kim calls
         09:00:12 kim presses 159
         09:00:20 outside answers
         09:00:30 kim hangs-up",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:12 play kim sales-menu (6s)
            09:00:12 play kim sales-menu (6s)
            09:00:12 call out +4520304050 as +4533445566
            09:00:12 play kim ringback
            09:00:20 join kim outside
            09:00:30 hang up outside Normal
            09:00:30 end of kim: Overflowed waited 0ns talked 10s held 0ns
        "#]],
    );
}

#[test]
fn hanging_up_in_a_menu_is_an_abandoned_call_that_is_owed() {
    check(
        "09:00:10 kim calls
         09:00:11 kim hangs-up
         09:01:10 lee calls
         09:01:11 lee presses 7
         09:01:12 lee hangs-up
         09:02:10 ann calls
         09:02:12 ann presses 1
         09:02:20 ann vanishes",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:11 end of kim: Abandoned waited 0ns talked 0ns held 0ns
            09:01:10 accept lee
            09:01:10 play lee welcome front-menu (6s)
            09:01:11 play lee key-not-in-use front-menu (6s)
            09:01:12 end of lee: Abandoned waited 0ns talked 0ns held 0ns
            09:02:10 accept ann
            09:02:10 play ann welcome front-menu (6s)
            09:02:12 play ann sales-menu (6s)
            09:02:20 end of ann: FailedTechnical waited 0ns talked 0ns held 0ns
        "#]],
    );
}

#[test]
fn who_hears_the_same_menus_again_and_again_is_let_out() {
    let mut settings = office();
    settings.hours.week[0] = Vec::new();
    settings.hours.after = Some(Goal::Menu(MenuId::from("front")));
    check_with(
        settings,
        "09:00:10 kim calls
         09:00:12 kim presses 2222222
         09:00:20 kim presses 2",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:12 play kim front-menu (6s)
            09:00:20 play kim transfer-failed
        "#]],
    );
}

#[test]
fn a_menu_that_the_owner_removes_says_goodbye_at_the_next_key() {
    let mut later = office();
    later.menus.clear();
    later.numbers[0].to = to_group("main");
    super::script::check_changing(
        office(),
        later,
        "09:00:10 kim calls
         09:00:12 anna applies
         09:00:14 kim presses 2",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome front-menu (6s)
            09:00:14 play kim transfer-failed
        "#]],
    );
}

/// Nobody is left in silence: a menu without its recording leads on at once, and the board says so.
#[test]
fn a_menu_whose_recording_does_not_exist_is_passed_by() {
    let mut settings = office();
    settings.menus[1].otherwise = Goal::Menu(MenuId::from("sales"));
    let script = "08:59:00 bo arrives
         08:59:10 recordings are-missing sales-menu
         09:00:00 kim calls
         09:00:05 kim presses 1
         09:00:20 recordings are-missing front-menu
         09:01:00 lee calls
         09:01:05 lee hangs-up
         09:02:00 recordings are-there
         09:03:00 max calls
         09:03:05 recordings are-missing front-menu";
    let played = super::script::play(settings, Default::default(), script);
    expect![[r#"
        09:00:00 accept kim
        09:00:00 play kim welcome front-menu (6s)
        09:00:05 play kim transfer-failed
        09:01:00 accept lee
        09:01:00 play lee welcome
        09:01:00 ring bo-desk "lee · main"
        09:01:05 hang up bo CallerGone
        09:01:05 end of lee: Abandoned waited 5s talked 0ns held 0ns
        09:03:00 accept max
        09:03:00 play max welcome front-menu (6s)
    "#]]
    .assert_eq(&played.transcript);
    let alarm = played.board.alarms.iter().find(|alarm| alarm.code == "prompt-missing").unwrap();
    assert_eq!(alarm.parameters, [("prompt", "front-menu".to_owned())]);
    assert_eq!(alarm.since.to_string(), "2026-11-23T09:03:05Z");
}
