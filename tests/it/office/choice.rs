//! Who is rung for whom: skills, who knows the caller, important callers (spec/hunt-groups.md §1, §7).

use super::script::{check_with, play};
use crate::sim::town::{group, number, settings};
use expect_test::expect;
use frontdesk::office::contact::Happened;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{Goal, Mailbox, Menu, Secret, Security, Server, Settings, Strategy};
use std::time::Duration;

/// Anna knows billing well, bo a little, cy not at all.
fn billing(strategy: Strategy) -> Settings {
    let mut main = group("main", strategy, &[("cy", 0), ("bo", 0), ("anna", 0)]);
    main.topic = Some("billing".into());
    let mut office = settings(vec![main]);
    for (person, level) in [(0, 3), (1, 2)] {
        office.people[person].skills.insert("billing".into(), level);
    }
    office
}

/// The best first, one level less after 20 s, anybody after 45 s; the others ring on.
#[test]
fn the_need_relaxes_and_nobody_stops_ringing() {
    check_with(
        billing(Strategy::Everyone),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 cy arrives
         09:00:10 kim calls
         09:00:56 cy answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:30 ring bo-desk "kim · main 0:20"
            09:00:55 ring cy-desk "kim · main 0:45"
            09:00:56 hang up anna AnsweredElsewhere
            09:00:56 hang up bo AnsweredElsewhere
            09:00:56 join kim cy
        "#]],
    );
}

/// Nobody who knows it is free: the best there is rings at once.
#[test]
fn no_skill_leaves_a_phone_silent() {
    check_with(
        billing(Strategy::TakeTurns),
        "09:00:00 cy arrives
         09:00:10 kim calls",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring cy-desk "kim · main"
        "#]],
    );
}

#[test]
fn the_story_says_why() {
    let office = billing(Strategy::Everyone);
    let played = play(
        office,
        Memory::default(),
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:20 anna answers
         09:00:40 kim hangs-up
         09:05:00 kim calls
         09:05:10 anna answers",
    );
    let story = &played.contacts["kim"].story;
    let rang = story.iter().find_map(|line| match &line.what {
        Happened::Rang { free, skill, knows, .. } => Some((*free, skill.clone(), *knows)),
        _ => None,
    });
    let free = Duration::from_secs(4 * 60 + 20);
    assert_eq!(rang, Some((Some(free), Some(("billing".into(), 3)), true)));
}

/// Bo spoke with kim: bo's phone alone rings for eight seconds, then everybody's.
#[test]
fn who_knows_the_caller_has_eight_seconds() {
    let main = group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)]);
    check_with(
        settings(vec![main]),
        "09:00:00 bo arrives
         09:00:10 kim calls
         09:00:20 bo answers
         09:00:40 kim hangs-up
         09:01:00 anna arrives
         09:05:00 kim calls
         09:05:09 anna answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring bo-desk "kim · main"
            09:00:20 join kim bo
            09:00:40 hang up bo Normal
            09:00:40 remember bo Available
            09:00:40 end of kim: Answered waited 10s talked 20s held 0ns
            09:05:00 accept kim
            09:05:00 play kim welcome
            09:05:00 ring bo-desk "kim · main"
            09:05:08 ring anna-desk "kim · main 0:08"
            09:05:09 hang up bo AnsweredElsewhere
            09:05:09 join kim anna
        "#]],
    );
}

/// Minutes of an important caller come before others by the clock, never for ever.
#[test]
fn an_important_caller_stands_where_their_minutes_put_them() {
    let main = group("main", Strategy::Everyone, &[("anna", 0)]);
    let mut office = settings(vec![main]);
    office.office.vip.insert(number("+4520000009"), Duration::from_secs(60));
    let played = play(
        office,
        Memory::default(),
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 old calls-as +4520000002
         09:01:00 new calls-as +4520000003
         09:01:20 vip calls-as +4520000009",
    );
    let line: Vec<_> = played.board.line.iter().map(|row| row.customer.clone().unwrap()).collect();
    assert_eq!(line, ["old", "vip", "new"]);
}

#[test]
fn the_callers_of_a_group_with_weight_stand_before_those_of_another() {
    let mut sales = group("sales", Strategy::Everyone, &[("anna", 0)]);
    sales.weight = Duration::from_secs(120);
    let main = group("main", Strategy::Everyone, &[("anna", 0)]);
    check_with(
        settings(vec![main, sales]),
        "09:00:00 anna arrives
         09:00:10 kim calls-as +4520000002
         09:01:00 lee calls-as +4520000003 +4533445568
         09:01:05 anna answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:01:00 accept lee
            09:01:00 play lee music
            09:01:00 hang up anna AnsweredElsewhere
            09:01:00 ring anna-desk "lee · sales"
            09:01:00 chime
            09:01:05 play anna group-sales (or the-group-1 n-2) n-5 seconds
        "#]],
    );
}

/// §7: the number dialled says what a call is about, and so does a key. It chooses who rings, the story says
/// why, and a promise keeps it over a restart.
#[test]
fn a_number_or_a_key_says_what_a_call_is_about() {
    let main = group("main", Strategy::Everyone, &[("cy", 0), ("bo", 0), ("anna", 0)]);
    let mut by_number = settings(vec![main.clone()]);
    by_number.numbers[0].topic = Some("billing".into());
    let mut by_key = settings(vec![main]);
    by_key.menus.push(Menu {
        id: "front".into(),
        prompt: "front-menu".into(),
        keys: [('2', Goal::Topic("main".into(), "billing".into()))].into(),
        timeout: Duration::from_secs(6),
        language: None,
        otherwise: Goal::Group("main".into()),
    });
    by_key.numbers[0].to = Goal::Menu("front".into());
    for (mut office, key) in [(by_number, "waits"), (by_key, "presses 2")] {
        office.people[1].skills.insert("billing".into(), 2);
        let script = format!(
            "09:00:00 anna arrives
             09:00:00 bo arrives
             09:00:00 cy arrives
             09:00:10 kim calls
             09:00:12 kim {key}
             09:00:20 kim presses 11
             09:00:25 kim hears-the-end
             09:00:30 office restarts
             09:00:40 anna arrives
             09:00:40 bo arrives
             09:00:40 cy arrives
             09:01:40 bo answers"
        );
        let played = play(office, Memory::default(), &script);
        let rings: Vec<&str> = played.transcript.lines().filter(|line| line.contains(" ring ")).collect();
        // Within the first 20 s of a wait bo alone; after a restart the promise has waited longer.
        assert!(rings[0].contains("ring bo-desk"), "{rings:?}");
        let story = &played.contacts["kim"].story;
        let about: Vec<_> = story.iter().filter(|line| matches!(line.what, Happened::About { .. })).collect();
        assert_eq!(about.len(), 1, "{about:?}");
        let rang = story.iter().rev().find_map(|line| match &line.what {
            Happened::Rang { person, skill, .. } if person.as_str() == "bo" => skill.clone(),
            _ => None,
        });
        assert_eq!(rang, Some(("billing".into(), 2)), "{}", played.transcript);
    }
}

/// Who called a customer back spoke with them last, also after a restart: their phone rings alone at first.
#[test]
fn who_kept_a_promise_knows_the_customer() {
    let kept = "10:00:00 anna promises +4520000001 main
         10:00:05 bo arrives
         10:00:10 bo answers
         10:00:11 bo presses 1
         10:00:15 outside answers
         10:01:30 outside hangs-up";
    let calls = "10:20:00 anna arrives
         10:20:00 bo arrives
         10:20:10 kim calls
         10:20:20 kim hangs-up";
    let rung = |script: &str| {
        let main = group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)]);
        let transcript = play(settings(vec![main]), Memory::default(), script).transcript;
        let rings = transcript.lines().filter(|line| line.starts_with("10:20:1") && line.contains(" ring "));
        rings.map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let order = ["10:20:10 ring bo-desk", "10:20:18 ring anna-desk"];
    assert_eq!(rung(&format!("{kept}\n{calls}")), order);
    assert_eq!(rung(&format!("{kept}\n10:10:00 office restarts\n{calls}")), order);
}

/// hunt-groups.md §12: where everybody rings, the phone of who writes a mail joins after 8 s. A second caller has it
/// at once, for nobody else is free; and two who write are as everybody.
#[test]
fn who_writes_a_mail_joins_after_eight_seconds() {
    let mut office = settings(vec![group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])]);
    office.mailboxes.push(mailbox());
    check_with(
        office,
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:10 bo writes
         09:00:12 kim calls
         09:00:22 kim hangs-up
         09:00:25 bo writes
         09:00:26 lee calls
         09:00:28 max calls
         09:00:30 lee hangs-up
         09:00:30 max hangs-up
         09:00:32 bo writes
         09:00:32 anna writes
         09:00:33 nia calls
         09:00:34 nia hangs-up",
        expect![[r#"
            09:00:10 reply Ok(Ok)
            09:00:12 accept kim
            09:00:12 play kim welcome
            09:00:12 ring anna-desk "kim · main"
            09:00:20 ring bo-desk "kim · main 0:08"
            09:00:22 hang up anna CallerGone
            09:00:22 hang up bo CallerGone
            09:00:22 end of kim: Abandoned waited 10s talked 0ns held 0ns
            09:00:22 remember anna Available
            09:00:25 reply Ok(Ok)
            09:00:26 accept lee
            09:00:26 play lee welcome
            09:00:26 ring anna-desk "lee · main"
            09:00:28 accept max
            09:00:28 play max welcome
            09:00:28 ring bo-desk "max · main"
            09:00:30 hang up anna CallerGone
            09:00:30 end of lee: AbandonedShort waited 4s talked 0ns held 0ns
            09:00:30 ring anna-desk "max · main 0:02"
            09:00:30 hang up anna CallerGone
            09:00:30 hang up bo CallerGone
            09:00:30 end of max: AbandonedShort waited 2s talked 0ns held 0ns
            09:00:32 reply Ok(Ok)
            09:00:32 reply Ok(Ok)
            09:00:33 accept nia
            09:00:33 play nia welcome
            09:00:33 ring anna-desk "nia · main"
            09:00:33 ring bo-desk "nia · main"
            09:00:34 hang up anna CallerGone
            09:00:34 hang up bo CallerGone
            09:00:34 end of nia: AbandonedShort waited 1s talked 0ns held 0ns
        "#]],
    );
}

fn mailbox() -> Mailbox {
    let server = || Server {
        host: "mail.example".into(),
        port: 993,
        security: Security::Tls,
        user: "info".into(),
        password: Secret("s".into()),
    };
    Mailbox {
        id: "info".into(),
        address: "info@hansen.example".into(),
        group: "main".into(),
        imap: server(),
        smtp: server(),
        oauth: None,
        aliases: Vec::new(),
        first_reply: Duration::from_secs(4 * 3600),
        auto_reply: false,
        call_back: false,
    }
}
