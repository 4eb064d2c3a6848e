//! Shell. The real binary from the command line: exit codes, sentences, and the way to a running office.

mod backup;
mod control;

use frontdesk::cli::args::Arguments;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const OFFICE: &str = include_str!("../settings/full.toml");

/// Runs the program on a data folder.
pub fn frontdesk(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .args(arguments)
        .env("FRONTDESK_DATA", data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that refuses its arguments reads no input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Exit code, standard output, standard error.
pub fn told(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn office_file(folder: &Path, text: &str) -> String {
    let path = folder.join("office.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// The owner's own recordings, as far as it matters that they are there.
fn record(data: &Path, names: &[&str]) {
    let folder = data.join("sounds/da");
    std::fs::create_dir_all(&folder).unwrap();
    for name in names {
        std::fs::write(folder.join(name).with_extension("wav"), "RIFF").unwrap();
    }
}

#[test]
fn an_office_is_applied_exported_and_applied_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = office_file(folder.path(), OFFICE);

    let (code, out, err) = told(frontdesk(&data, &["apply", &file, "--dry-run"], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.ends_with("dry run: nothing was changed\n"), "{out}");
    assert!(!data.exists(), "a dry run leaves no trace");
    record(&data, &["front-menu", "spring-offer"]);

    let (code, out, err) = told(frontdesk(&data, &["apply", &file], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    let (summed, invited) = out.split_once('\n').unwrap();
    assert_eq!(summed, "Hansen VVS is set up: people 2, groups 2, numbers 1, trunks 1");
    let link = invited.strip_prefix("person bo chooses a password within 7 days, once, at http://").unwrap();
    assert!(
        link.trim_end().split_once(":8080/invite#fdi_").is_some_and(|(_, code)| code.len() == 43),
        "{out}"
    );

    let (code, shown, _) = told(frontdesk(&data, &["export", "--secrets"], ""));
    assert_eq!(code, 0);
    assert!(shown.contains("password_hash = \"$argon2id$"), "{shown}");
    assert!(!shown.contains("password = \"correct horse\"\nextension"), "the plain password is kept nowhere");
    let (_, hidden, _) = told(frontdesk(&data, &["export"], ""));
    assert!(!hidden.contains("argon2") && !hidden.contains("correct horse"), "{hidden}");

    for text in [OFFICE, shown.as_str(), hidden.as_str()] {
        let file = office_file(folder.path(), text);
        let (code, out, err) = told(frontdesk(&data, &["apply", &file], ""));
        assert_eq!((code, out.as_str(), err.as_str()), (0, "nothing changes\n", ""));
    }
    let file = office_file(folder.path(), &hidden.replace("Main line", "Front line"));
    let (_, out, _) = told(frontdesk(&data, &["apply", &file], ""));
    assert_eq!(out, "group main name changes from \"Main line\" to \"Front line\"\n");
    let (_, again, _) = told(frontdesk(&data, &["export", "--secrets"], ""));
    assert_eq!(again, shown.replace("Main line", "Front line"), "secrets left out stay");
}

/// README's way to a mailbox: its lines put at the end of what was exported.
#[test]
fn a_mailbox_is_a_few_lines_more_in_what_was_exported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let without = OFFICE.split("[[mailbox]]").next().unwrap();
    told(frontdesk(&data, &["apply", &office_file(folder.path(), without)], ""));
    let readme = include_str!("../../../README.md");
    let from = readme.find("    [[mailbox]]").unwrap();
    let lines = readme[from..].lines().take_while(|line| line.starts_with("    "));
    let mailbox: String = lines.map(|line| format!("{}\n", line.trim_start())).collect();
    let (_, exported, _) = told(frontdesk(&data, &["export"], ""));
    let file = office_file(folder.path(), &(exported + &mailbox));
    for (flags, ending) in [(&["--dry-run"][..], "dry run: nothing was changed\n"), (&[], "")] {
        let arguments = [&["apply", file.as_str()][..], flags].concat();
        let (code, out, err) = told(frontdesk(&data, &arguments, ""));
        let changes: Vec<&str> = out.lines().filter(|line| !line.starts_with("notice: ")).collect();
        let ending: Vec<&str> = ending.lines().collect();
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(changes, [&["mailbox info is added"][..], &ending].concat());
    }
}

const TRUNK_GONE: &str = "the last trunk goes: nobody could call the office";

/// What a file that is not whole would take away is asked about first; everything else goes as before.
#[test]
fn the_last_of_a_kind_goes_when_somebody_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    told(frontdesk(&data, &["apply", &office_file(folder.path(), OFFICE)], ""));
    let before = told(frontdesk(&data, &["export", "--secrets"], "")).1;
    let bare = "[office]\nname = \"Hansen VVS\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n[[person]]\nid = \"kim\"\nname = \"Kim\"\nrole = \"owner\"\n";
    let file = office_file(folder.path(), bare);
    let (code, out, err) = told(frontdesk(&data, &["apply", &file], "y\n"));
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        err,
        format!(
            "{TRUNK_GONE}, and the last group goes: nobody would answer together, and the last number goes: no call \
             would lead anywhere, and the last person with a password goes: nobody could log in; nothing was changed, \
             and --yes says that this is meant.\n"
        )
    );
    assert_eq!(told(frontdesk(&data, &["export", "--secrets"], "")).1, before);
    let (code, out, _) = told(frontdesk(&data, &["apply", &file, "--dry-run"], ""));
    assert!(code == 0 && out.contains(&format!("{TRUNK_GONE}\n")) && out.contains("trunk "), "{out}");
    assert_eq!(told(frontdesk(&data, &["export", "--secrets"], "")).1, before);
    let (code, out, err) = told(frontdesk(&data, &["apply", &file, "--yes"], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("is removed\n") && !out.contains("the last"), "{out}");
    let (code, out, _) = told(frontdesk(&data, &["apply", &file], ""));
    assert_eq!(
        (code, out.as_str()),
        (0, "nothing changes\n"),
        "what was gone before is not asked about again"
    );
}

/// At a terminal somebody is asked, with what changes before their eyes.
#[test]
fn at_a_terminal_the_answer_decides() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    told(frontdesk(&data, &["apply", &office_file(folder.path(), OFFICE)], ""));
    let begin = OFFICE.find("[[trunk]]").unwrap();
    let after = OFFICE[begin + 1..].find("\n[[").map_or(OFFICE.len(), |at| begin + 1 + at);
    let file = office_file(folder.path(), &(OFFICE[..begin].to_owned() + &OFFICE[after..]));
    let type_in = |answer: &str| {
        let run = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
        let mut terminal = Command::new("timeout");
        terminal.args(["60", "python3", "-c", run, env!("CARGO_BIN_EXE_frontdesk"), "apply", &file]);
        terminal.env("FRONTDESK_DATA", &data).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = terminal.spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(answer.as_bytes()).unwrap();
        let (code, shown, _) = told(child.wait_with_output().unwrap());
        (code, shown)
    };
    let (code, shown) = type_in("n\n");
    assert_eq!(code, 1, "{shown}");
    let question = shown.find("Is this meant?").expect(&shown);
    let is_before = |text: &str| shown.find(text).is_some_and(|at| at < question);
    assert!(is_before(TRUNK_GONE) && is_before("trunk provider is removed"), "{shown}");
    assert!(told(frontdesk(&data, &["export"], "")).1.contains("[[trunk]]"));
    let (code, shown) = type_in("y\n");
    assert_eq!(code, 0, "{shown}");
    assert!(!told(frontdesk(&data, &["export"], "")).1.contains("[[trunk]]"));
}

#[test]
fn a_phone_without_a_secret_is_given_one_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let text = "[office]\nname = \"A\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n\
                [[person]]\nid = \"a\"\nname = \"A\"\n[[person.phone]]\nid = \"p\"\n[[person.phone]]\nid = \"q\"\n";
    let file = office_file(folder.path(), text);
    let secrets = || -> Vec<String> {
        assert_eq!(told(frontdesk(&data, &["apply", &file], "")).0, 0);
        let (_, shown, _) = told(frontdesk(&data, &["export", "--secrets"], ""));
        shown.lines().filter(|line| line.starts_with("secret")).map(str::to_owned).collect()
    };
    let first = secrets();
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|line| line.len() > 30), "{first:?}");
    assert_ne!(first[0], first[1]);
    assert_eq!(secrets(), first);
}

#[test]
fn a_wrong_office_changes_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let good = office_file(folder.path(), OFFICE);
    assert_eq!(told(frontdesk(&data, &["apply", &good], "")).0, 0);
    let before = told(frontdesk(&data, &["export", "--secrets"], "")).1;
    let bad = office_file(folder.path(), &OFFICE.replace("ring = \"15s\"", "rings = \"15s\""));
    let (code, out, err) = told(frontdesk(&data, &["apply", &bad], ""));
    assert_eq!((code, out.as_str()), (1, ""));
    let line = OFFICE.lines().position(|line| line.starts_with("ring = ")).unwrap() + 1;
    assert!(
        err.starts_with(&format!("{bad} line {line}: group \"main\": found the unknown key \"rings\"")),
        "{err}"
    );
    assert_eq!(err.lines().count(), 1, "{err}");
    assert_eq!(told(frontdesk(&data, &["export", "--secrets"], "")).1, before);
}

#[test]
fn a_password_and_a_token_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = office_file(folder.path(), OFFICE);
    told(frontdesk(&data, &["apply", &file], ""));
    let (code, out, err) = told(frontdesk(&data, &["person", "passwd", "bo"], "a new long one\n"));
    assert_eq!((code, out.as_str(), err.as_str()), (0, "person bo has a new password\n", ""));
    let (_, shown, _) = told(frontdesk(&data, &["export", "--secrets"], ""));
    assert_eq!(shown.matches("$argon2id$").count(), 2);
    for (input, id, why) in [
        ("short\n", "bo", "a password needs at least 8 characters.\n"),
        ("", "bo", "no password was given; nothing was changed.\n"),
        ("a new long one\n", "nobody", "there is no person nobody in this office.\n"),
    ] {
        let (code, _, err) = told(frontdesk(&data, &["person", "passwd", id], input));
        assert_eq!((code, err.as_str()), (1, why));
    }
    let (code, out, err) = told(frontdesk(&data, &["person", "invite", "bo"], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("/invite#fdi_") && out.lines().count() == 1, "{out}");
    let (code, out, err) = told(frontdesk(&data, &["person", "invite", "nobody"], ""));
    assert_eq!((code, out.as_str(), err.as_str()), (1, "", "there is no person nobody in this office.\n"));
    let (code, token, _) = told(frontdesk(&data, &["token", "new", "tv", "--role", "viewer"], ""));
    assert_eq!((code, token.trim().len()), (0, 46));
    let opened = super::store::open(&data).unwrap();
    let tokens = opened.reader.tokens().unwrap();
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].hash, frontdesk::store::secrets::bearer_hash(token.trim()));
    let office = opened.settings.unwrap();
    let hash = office.people[1].password_hash.as_ref().unwrap();
    assert!(frontdesk::store::secrets::verify(hash, "a new long one"));
    assert!(!frontdesk::store::secrets::verify(hash, "a new long two"));
}

#[test]
fn wrong_usage_is_2_and_failure_is_1_with_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for arguments in
        [&["fly"][..], &[], &["apply"], &["serve", "--sip", "here"], &["serve", "--rtp-ports", "9-1"]]
    {
        assert_eq!(told(frontdesk(data, arguments, "")).0, 2, "{arguments:?}");
    }
    assert_eq!(told(frontdesk(data, &["--help"], "")).0, 0);
    for arguments in
        [&["export"][..], &["apply", "/no/such/file.toml"], &["token", "new", "t", "--role", "viewer"]]
    {
        let (code, out, err) = told(frontdesk(data, arguments, ""));
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}");
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(err.ends_with(".\n") && !err.contains("rror") && !err.contains("panic"), "{err}");
    }
    // A password is not asked for where there is nobody to give it to.
    let (code, _, err) = told(frontdesk(data, &["person", "passwd", "bo"], "short\n"));
    assert!(code == 1 && err.starts_with("no office is kept in "), "{err}");
    assert_eq!(std::fs::read_dir(data).unwrap().count(), 0, "nothing was made by looking");
}

#[test]
fn every_flag_has_its_variable() {
    use clap::CommandFactory;
    let command = Arguments::command();
    let serve = command.find_subcommand("serve").unwrap();
    for flag in ["http", "https", "sip", "sips", "rtp_ports", "advertise", "data"] {
        let argument = serve.get_arguments().find(|argument| argument.get_id() == flag).unwrap();
        let wanted = format!("FRONTDESK_{}", flag.to_uppercase());
        assert_eq!(argument.get_env().and_then(|name| name.to_str()), Some(wanted.as_str()));
    }
}

#[test]
fn what_happens_if_someone_calls_then() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = office_file(folder.path(), OFFICE);
    told(frontdesk(&data, &["apply", &file], ""));

    let (code, out, err) = told(frontdesk(&data, &["hours", "--at", "2026-12-24T14:00"], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.starts_with("Hvis nogen ringer torsdag den 24. december kl. 14:00:\n+4533445566:\n"),
        "{out}"
    );
    assert!(out.contains("har lukket (Christmas) indtil "), "{out}");

    let (code, _, err) = told(frontdesk(&data, &["hours", "--at", "tomorrow"], ""));
    assert_eq!(
        (code, err.as_str()),
        (1, "a time is written like 2026-12-24T14:00, on the office's clock.\n")
    );
    let (code, out, _) = told(frontdesk(&data, &["hours"], ""));
    assert!(code == 0 && out.starts_with("Hvis nogen ringer "), "{out}");
}

/// It is taken, for the recording may come later; and it is said.
#[test]
fn a_menu_without_its_recording_is_taken_with_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = office_file(folder.path(), OFFICE);
    let runs = [
        (&["apply", &file, "--dry-run"][..], "dry run: nothing was changed\n"),
        (&["apply", &file][..], "sounds/.\n"),
        (&["apply", &file][..], "nothing changes\n"),
    ];
    for (arguments, ending) in runs {
        let (code, out, err) = told(frontdesk(&data, arguments, ""));
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(
            out.contains("notice: the recording \"front-menu\" does not exist yet; until it does"),
            "{out}"
        );
        assert!(out.ends_with(ending), "{out}");
    }
    record(&data, &["front-menu", "spring-offer"]);
    let (_, out, _) = told(frontdesk(&data, &["apply", &file], ""));
    assert_eq!(out, "nothing changes\n", "the file came later");
}
