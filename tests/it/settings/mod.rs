//! Pure. `office.toml`: the whole sample is understood, wrong files get their sentence and line, and
//! what is printed reads back the same.

use expect_test::{Expect, expect};
use frontdesk::settings::{
    Draft, Goal, Phone, Secret, Secrets, Settings, Strategy, diff, draft_json, draft_toml, parse_toml,
    print_toml, to_json,
};
use std::time::Duration;

const FULL: &str = include_str!("full.toml");
const SMALL: &str = "[office]\nname = \"A\"\ncountry = \"DK\"\ntime_zone = \"Europe/Copenhagen\"\n";

fn full() -> Settings {
    complete(draft_toml(FULL, "office.toml", None).unwrap())
}

/// What the shell does to a draft, without its randomness.
fn complete(draft: Draft) -> Settings {
    let mut settings = draft.settings;
    for (id, password) in draft.passwords {
        let person = settings.people.iter_mut().find(|person| person.id == id).unwrap();
        person.password_hash = Some(Secret(format!("$argon2id$of {}", password.0).into()));
    }
    settings
}

#[test]
fn the_documented_sample_is_understood_whole() {
    let office = full();
    assert_eq!(office.people.len(), 2);
    assert_eq!(office.people[0].skills.get("billing"), Some(&3));
    let plan = office.people[0].hours.as_ref().unwrap();
    assert_eq!((plan.week[0].len(), plan.week[1].len(), plan.closed.len()), (1, 0, 1));
    assert!(plan.holidays && office.people[1].hours.is_none());
    assert!(
        matches!(&office.people[0].phones[1], Phone::Mobile { number, .. } if number.as_str() == "+4520304050")
    );
    assert_eq!(office.trunks[0].port, None);
    assert_eq!(office.groups[0].members[1].after, Duration::from_secs(10));
    assert_eq!(office.groups[0].overflow.choice_after, Duration::from_secs(300));
    assert_eq!(office.menus[0].keys[&'0'], Goal::Person("anna".into()));
    assert_eq!(office.hours.week[0].len(), 1);
    assert!(office.hours.week[6].is_empty(), "a day left out is closed");
    assert_eq!(office.hours.after, Some(Goal::Voicemail("main".into())));
    assert_eq!(office.mailboxes[0].imap.port, 993);
    assert_eq!(office.privacy.voicemail.unwrap().days, 90);
    assert_eq!(office.outbound.daily_cost_limit.hundredths, 2000);
}

#[test]
fn defaults_are_those_of_the_table() {
    let text = format!(
        "{SMALL}[[group]]\nid = \"g\"\nname = \"G\"\n[[trunk]]\nid = \"t\"\nhost = \"sip.example:5080\"\nuser = \"u\"\n"
    );
    let office = parse_toml(&text, "office.toml", None).unwrap();
    let group = &office.groups[0];
    assert_eq!((group.ring, group.wrap_up), (Duration::from_secs(15), Duration::from_secs(15)));
    assert_eq!((group.target.percent, group.target.within), (80, Duration::from_secs(20)));
    assert_eq!(group.strategy, Strategy::Everyone);
    assert_eq!((office.trunks[0].port, office.trunks[0].channels), (Some(5080), 4));
    assert_eq!(office.outbound.countries, vec![office.office.country]);
    assert!(office.hours.week.iter().all(|day| day.len() == 1), "no [hours]: always open");
}

#[test]
fn printed_settings_read_back_the_same() {
    let office = full();
    let shown = print_toml(&office, Secrets::Shown);
    assert_eq!(parse_toml(&shown, "export", None).unwrap(), office);
    let hidden = print_toml(&office, Secrets::Hidden);
    assert!(!hidden.contains("correct horse") && !hidden.contains("argon2"), "{hidden}");
    let again = draft_toml(&hidden, "export", Some(&office)).unwrap();
    assert_eq!((again.settings, again.passwords), (office.clone(), vec![]));
    let json = to_json(&office, Secrets::Hidden);
    assert_eq!(draft_json(&json, Some(&office)).unwrap().settings, office);
    assert_eq!(diff(&office, &office), Vec::<String>::new());
}

#[test]
fn what_changes_is_told_in_words_and_without_secrets() {
    let old = full();
    let mut new = old.clone();
    new.groups[0].ring = Duration::from_secs(20);
    new.people[0].name = "Anna Holm".into();
    new.people[0].password_hash = Some(Secret("$argon2id$other".into()));
    new.people[1].extension = new.people[0].extension.take();
    new.trunks.clear();
    new.hours.week[5] = new.hours.week[0].clone();
    new.groups.swap(0, 1);
    expect![[r#"
        person anna name changes from "Anna Berg" to "Anna Holm"
        person anna password_hash changes
        person anna extension is removed
        person bo extension is added
        group main ring changes from "15s" to "20s"
        hours sat changes from none to "08:00-16:00"
        trunk provider is removed"#]]
    .assert_eq(&diff(&old, &new).join("\n"));
}

fn refused(text: &str, expected: Expect) {
    let problems = draft_toml(text, "office.toml", None).expect_err("must be refused");
    let lines: Vec<String> = problems.iter().map(|problem| problem.to_string()).collect();
    expected.assert_eq(&lines.join("\n"));
}

fn with(rest: &str) -> String {
    format!("{SMALL}{rest}")
}

#[test]
fn syntax_is_refused_with_its_line() {
    refused(
        "[office\nname = 1",
        expect![[
            r#"office.toml line 1: found something that is not TOML (unclosed table, expected `]`), expected a line such as name = "value" or [section]."#
        ]],
    );
    refused("", expect!["office.toml: office: found nothing, expected a section."]);
    refused("office = 3", expect!["office.toml line 1: office: found 3, expected a section."]);
    refused(
        &with("name = \"B\"\n"),
        expect![[
            r#"office.toml line 5: found something that is not TOML (duplicate key), expected a line such as name = "value" or [section]."#
        ]],
    );
}

#[test]
fn unknown_keys_and_wrong_types_are_refused() {
    refused(
        &with("colour = \"red\"\n[[person]]\nid = \"a\"\nname = 7\nrole = \"boss\"\n"),
        expect![[r#"
        office.toml line 5: office: found the unknown key "colour", expected one of "name", "language", "country", "time_zone" or "vip".
        office.toml line 8: person "a" name: found 7, expected a text in quotes, at most 80 characters.
        office.toml line 9: person "a" role: found "boss", expected one of "owner", "lead", "agent" or "viewer"."#]],
    );
    refused(
        &with("[sales]\nx = 1\n"),
        expect![[
            r#"office.toml line 5: found the unknown key "sales", expected one of "office", "person", "trunk", "group", "menu", "hours", "callback", "number", "mailbox", "privacy", "network" or "outbound"."#
        ]],
    );
    refused(
        &with("[[person]]\nid = \"a b\"\nname = \"\"\nextension = 11\nskills = { x = 4 }\n"),
        expect![[r#"
            office.toml line 6: person "a b" id: found "a b", expected a name of letters, digits, "-", "_" and ".", at most 64 characters.
            office.toml line 7: person "a b" name: found "", expected a text in quotes, at most 80 characters.
            office.toml line 8: person "a b" extension: found 11, expected a short number of 2 to 6 digits such as "11".
            office.toml line 9: person "a b" skills: found "x" = 4, expected a table of topics and levels 0 to 3, such as { billing = 3 }."#]],
    );
    refused(
        &with("[[group]]\nid = \"g\"\nname = \"G\"\nring = \"fast\"\nwrap_up = \"6m\"\ntarget = 80\n"),
        expect![[r#"
            office.toml line 8: group "g" ring: found "fast", expected a duration from 5s to 5m, such as "15s" or "5m".
            office.toml line 9: group "g" wrap_up: found "6m", expected a duration from 0s to 5m, such as "15s" or "5m".
            office.toml line 10: group "g" target: found 80, expected a section."#]],
    );
    refused(
        &with("[hours]\nmon = [\"08:00-12:00\", \"11:00-16:00\", \"17-18\"]\ntue = \"08:00-16:00\"\n"),
        expect![[r#"
            office.toml line 6: hours mon: found "17-18", expected a list, each hours such as "08:00-16:00" within one day ("24:00" is its end).
            office.toml line 6: hours mon: found "08:00-12:00" and "11:00-16:00", expected hours that do not overlap.
            office.toml line 7: hours tue: found "08:00-16:00", expected a list, each hours such as "08:00-16:00" within one day ("24:00" is its end)."#]],
    );
    refused(
        &with("[[trunk]]\nid = \"t\"\nhost = \"a b\"\nfrom = [\"10.0.0.1/8\"]\nchannels = 0\n"),
        expect![[r#"
            office.toml line 5: trunk "t" user: found nothing, expected the user name at the provider, or register = false.
            office.toml line 7: trunk "t" host: found "a b", expected a host name or address, with a port if it needs one, such as "sip.provider.example".
            office.toml line 8: trunk "t" from: found "10.0.0.1/8", expected a list, each a range such as "198.51.100.0/28", or with a port "127.0.0.1/32:5080".
            office.toml line 9: trunk "t" channels: found 0, expected a whole number from 1 to 10000."#]],
    );
    refused(
        "[office]\nname = \"A\"\ncountry = \"XX\"\ntime_zone = \"Europe/Kopenhagen\"\n",
        expect![[r#"
            office.toml line 3: office country: found "XX", expected a country as the two capital letters of ISO 3166, such as "DK".
            office.toml line 4: office time_zone: found "Europe/Kopenhagen", expected a time zone such as "Europe/Copenhagen"."#]],
    );
    refused(
        &with("[outbound]\ncountries = [\"dk\"]\ndaily_cost_limit = 20\nnight = \"22-6\"\n"),
        expect![[r#"
            office.toml line 6: outbound countries: found "dk", expected a list, each a country as the two capital letters of ISO 3166, such as "DK".
            office.toml line 7: outbound daily_cost_limit: found 20, expected an amount such as "20 EUR".
            office.toml line 8: outbound night: found "22-6", expected hours such as "22:00-06:00", or "never"."#]],
    );
    refused(
        &with("[[person]]\nid = \"a\"\nname = \"A\"\nhours = { after = \"group:g\" }\n"),
        expect![[
            r#"office.toml line 8: person "a" hours: found the unknown key "after", expected one of "mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays" or "closed"."#
        ]],
    );
    refused(
        &with("[privacy]\nmail = \"soon\"\n"),
        expect![[
            r#"office.toml line 6: privacy mail: found "soon", expected a time such as "24 months" or "90 days", or "for ever"."#
        ]],
    );
}

/// callback §6: at most five attempts.
#[test]
fn nobody_is_tried_six_times() {
    refused(
        &with("[[group]]\nid = \"g\"\nname = \"G\"\ncallback = { attempts = 6 }\n"),
        expect![[
            r#"office.toml line 8: group "g" callback attempts: found 6, expected a whole number from 1 to 5."#
        ]],
    );
}

#[test]
fn what_points_nowhere_is_refused() {
    refused(
        &with(
            "[[group]]\nid = \"g\"\nname = \"G\"\nmembers = [{ person = \"nobody\" }]\n[[number]]\nnumber = \"+4533445566\"\nto = \"group:h\"\n[hours]\nafter = \"voicemail:x\"\n",
        ),
        expect![[r#"
            office.toml line 8: group "g" members "nobody" person: found "nobody", expected the id of a person in this file.
            office.toml line 11: number "+4533445566" to: found "group:h", expected the id of a group in this file.
            office.toml line 13: hours after: found "voicemail:x", expected the id of a group in this file."#]],
    );
    refused(
        &with(
            "[[menu]]\nid = \"m\"\nprompt = \"p\"\nkeys = { \"1\" = \"person:x\", \"12\" = \"menu:m\" }\notherwise = \"fax:1\"\n",
        ),
        expect![[r##"
            office.toml line 8: menu "m" keys: found "person:x", expected the id of a person in this file.
            office.toml line 8: menu "m" keys: found "12" = "menu:m", expected a table of keys 0–9, "*" or "#" and goals, such as { "1" = "group:main" }.
            office.toml line 9: menu "m" otherwise: found "fax:1", expected "group:…" (or "group:…/topic"), "menu:…", "person:…", "voicemail:…", "callback:…" or "number:…"."##]],
    );
}

#[test]
fn what_is_there_twice_is_refused() {
    refused(
        &with(
            "[[person]]\nid = \"a\"\nname = \"A\"\nextension = \"11\"\n[[person.phone]]\nid = \"p\"\n[[person]]\nid = \"a\"\nname = \"B\"\nextension = \"11\"\n[[person.phone]]\nid = \"p\"\n",
        ),
        expect![[r#"
            office.toml line 12: person "a" id: found "a" for the second time (first on line 6), expected each person once.
            office.toml line 14: person "a" extension: found "11" for the second time (first on line 8), expected each extension once.
            office.toml line 16: person "a" phone "p" id: found "p" for the second time (first on line 10), expected each phone once."#]],
    );
    refused(
        &with(
            "[[group]]\nid = \"g\"\nname = \"G\"\n[[number]]\nnumber = \"+45 33 44 55 66\"\nto = \"group:g\"\n[[number]]\nnumber = \"+4533445566\"\nto = \"group:g\"\n",
        ),
        expect![[
            r#"office.toml line 12: number "+4533445566" number: found "+4533445566" for the second time (first on line 9), expected each number once."#
        ]],
    );
}

#[test]
fn phones_and_passwords_say_what_they_are() {
    refused(
        &with(
            "[[person]]\nid = \"a\"\nname = \"A\"\npassword = \"short\"\n[[person.phone]]\nsecret = \"x\"\n",
        ),
        expect![[r#"
            office.toml line 8: person "a" password: found a short one, expected at least 8 characters.
            office.toml line 9: person "a" phone 1: found neither one nor the other, or both, expected an "id" (with its "secret") or a "mobile"."#]],
    );
    refused(
        &with("[[person]]\nid = \"a\"\nname = \"A\"\npassword_hash = \"plain text\"\n"),
        expect![[
            r#"office.toml line 8: person "a" password_hash: found something else, expected a text beginning with "$argon2id$"."#
        ]],
    );
}

#[test]
fn no_text_makes_the_parser_panic() {
    let bytes = FULL.as_bytes();
    for cut in (0..bytes.len()).step_by(5) {
        if let Ok(text) = std::str::from_utf8(&bytes[..cut]) {
            let _ = draft_toml(text, "f", None);
        }
    }
    for (at, c) in FULL.char_indices().step_by(31) {
        for odd in ["\"", "[", "{", "=", "\n", "9", "ø", "\0"] {
            let text = format!("{}{odd}{}", &FULL[..at], &FULL[at + c.len_utf8()..]);
            let _ = draft_toml(&text, "f", None);
        }
    }
}

#[test]
fn an_extension_that_would_stand_before_help_is_refused() {
    refused(
        &with("[[person]]\nid = \"a\"\nname = \"A\"\nextension = \"112\"\n"),
        expect![[r#"
            office.toml line 8: person "a" extension: found the emergency number "112", expected a number that calls no help in this country."#]],
    );
}

#[test]
fn menus_that_lead_round_or_three_deep_are_refused() {
    let menu = |id: &str, key: &str, otherwise: &str| {
        format!(
            "[[menu]]\nid = \"{id}\"\nprompt = \"p\"\nkeys = {{ \"1\" = \"{key}\" }}\notherwise = \"{otherwise}\"\n"
        )
    };
    let group = "[[group]]\nid = \"g\"\nname = \"G\"\n";
    refused(
        &with(&(menu("m", "group:g", "menu:m") + group)),
        expect![[r#"
            office.toml line 9: menu "m" otherwise: found "menu:m", expected a goal other than a menu that leads to a menu: menus go two levels deep."#]],
    );
    refused(
        &with(
            &(menu("m", "menu:n", "group:g")
                + &menu("n", "group:g", "menu:o")
                + &menu("o", "group:g", "group:g")
                + group),
        ),
        expect![[r#"
            office.toml line 8: menu "m" keys: found "menu:n", expected a goal other than a menu that leads to a menu: menus go two levels deep."#]],
    );
    let again = menu("m", "menu:m", "group:g") + group;
    assert!(draft_toml(&with(&again), "office.toml", None).is_ok());
    let two =
        menu("m", "menu:n", "menu:o") + &menu("n", "group:g", "group:g") + &menu("o", "group:g", "group:g");
    assert!(draft_toml(&with(&(two + group)), "office.toml", None).is_ok());
}
