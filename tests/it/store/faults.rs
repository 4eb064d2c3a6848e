//! Shell. Disks that refuse, files that are damaged, power that fails: nothing promised is lost.

use super::{contact, event, open, receipt};
use frontdesk::ids::CallId;
use frontdesk::office::memory::Change;
use frontdesk::settings::Settings;
use frontdesk::store::{FILE, Opened, StoreError, StoreEvent, Trouble};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const SMALL: &str = "[office]\nname = \"A\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n";

fn save(id: u64) -> Change {
    Change::Contact(Box::new(contact(id)))
}

fn promise(opened: &mut Opened, id: u64) -> StoreEvent {
    opened.writer.save_then(receipt(id), save(id));
    event(opened)
}

#[test]
fn what_was_promised_survives_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    for id in 1..=40 {
        assert_eq!(promise(&mut opened, id), StoreEvent::Stored(receipt(id)));
        if id % 8 == 0 {
            // The files as a killed process leaves them: no clean close, the log not folded in.
            let left = copied(folder.path());
            let again = open(left.path()).unwrap();
            let found = again.reader.contacts_between(super::at(0), super::at(86_400)).unwrap();
            let ids: Vec<u64> = found.iter().map(|contact| contact.id.0).collect();
            assert_eq!(ids, (1..=id).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_log_torn_by_a_power_cut_loses_no_more_than_its_torn_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    for id in 1..=10 {
        assert_eq!(promise(&mut opened, id), StoreEvent::Stored(receipt(id)));
    }
    let whole = std::fs::metadata(folder.path().join("frontdesk.sqlite-wal")).unwrap().len();
    for torn in (0..whole).step_by(4096 * 3 + 512) {
        let left = copied(folder.path());
        let log = std::fs::OpenOptions::new().write(true).open(left.path().join("frontdesk.sqlite-wal"));
        log.unwrap().set_len(torn).unwrap();
        // What is left is a prefix of what was written: contacts 1 to n without a gap, or no table yet.
        let again = open(left.path()).unwrap();
        let found = again.reader.contacts_between(super::at(0), super::at(86_400)).unwrap();
        let ids: Vec<u64> = found.iter().map(|contact| contact.id.0).collect();
        assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>(), "cut at {torn} of {whole}");
    }
}

fn copied(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["frontdesk.sqlite", "frontdesk.sqlite-wal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

#[test]
fn while_the_disk_refuses_promises_are_refused_and_facts_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let other = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    opened.writer.save(vec![save(1)]);
    opened.writer.save_then(receipt(2), save(2));
    let refused = [event(&mut opened), event(&mut opened)];
    assert!(refused.contains(&StoreEvent::NotStored(receipt(2))), "{refused:?}");
    assert!(refused.contains(&StoreEvent::KeepsPromises(false)), "{refused:?}");
    assert_eq!(promise(&mut opened, 3), StoreEvent::NotStored(receipt(3)));
    let answer = opened.writer.keep_office(Arc::new(Settings::not_set_up())).blocking_recv().unwrap();
    assert!(answer.is_err());

    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(event(&mut opened), StoreEvent::KeepsPromises(true));
    assert_eq!(promise(&mut opened, 4), StoreEvent::Stored(receipt(4)));
    let kept = |id| opened.reader.contact(CallId(id)).unwrap().is_some();
    assert_eq!([1, 2, 3, 4].map(kept), [true, false, false, true]);
}

#[test]
fn a_full_disk_is_told_in_a_sentence_and_leaves_the_office_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("office.toml");
    std::fs::write(&file, SMALL).unwrap();
    let apply = |limit: &str| {
        // SIGXFSZ ignored: the write itself fails, as it does on a full disk.
        let script = format!("trap '' XFSZ; {limit} exec \"$0\" apply \"$1\" --data \"$2\"");
        let program = env!("CARGO_BIN_EXE_frontdesk");
        let output =
            Command::new("sh").args(["-c", &script, program]).arg(&file).arg(&data).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(apply(""), (0, String::new()));
    let people: String = (0..3000).map(|n| format!("[[person]]\nid = \"p{n}\"\nname = \"P\"\n")).collect();
    std::fs::write(&file, format!("{SMALL}{people}")).unwrap();
    let (code, err) = apply("ulimit -f 160;");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("it could not be stored: the disk"), "{err}");
    let kept = open(&data).unwrap().settings.unwrap();
    assert_eq!((kept.office.name.as_str(), kept.people.len()), ("A", 0));
}

#[test]
fn one_folder_serves_one_office() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let second = open(folder.path()).unwrap_err();
    assert!(matches!(second, StoreError::InUse { .. }), "{second}");
    first.writer.close();
    open(folder.path()).unwrap();
}

#[test]
fn what_is_kept_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let mut opened = open(&data).unwrap();
    promise(&mut opened, 1);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in std::fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_told() {
    let problem = open(Path::new("/proc/frontdesk")).unwrap_err();
    assert!(matches!(problem, StoreError::Folder { .. }), "{problem}");
    let words = problem.to_string();
    assert!(words.contains("/proc/frontdesk") && words.contains("--data"), "{words}");
}

#[test]
fn a_damaged_database_is_refused_and_left_alone() {
    for (place, bytes) in [(0, b"not a database, not at all".as_slice()), (4096, &[0x5a; 9000])] {
        let folder = tempfile::tempdir().unwrap();
        let mut opened = open(folder.path()).unwrap();
        for id in 1..=60 {
            promise(&mut opened, id);
        }
        opened.writer.close();
        let path = folder.path().join(FILE);
        let mut file = std::fs::read(&path).unwrap();
        file[place..place + bytes.len()].copy_from_slice(bytes);
        std::fs::write(&path, &file).unwrap();
        let problem = open(folder.path()).unwrap_err();
        assert!(matches!(problem, StoreError::Failed { trouble: Trouble::Damaged, .. }), "{problem}");
        assert!(problem.to_string().contains("restore the last good backup"), "{problem}");
        assert_eq!(std::fs::read(&path).unwrap(), file, "the evidence stays");
    }
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().writer.close();
    let newer = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer.execute("UPDATE compatible SET oldest = 99", []).unwrap();
    drop(newer);
    assert!(matches!(open(folder.path()), Err(StoreError::Newer)));
}

/// In what the witness saw, was everything in the log synced before the first word to the outside?
fn spoken_after_stored(seen: &[String]) -> bool {
    let spoken = seen.iter().position(|line| line == "write stdout").expect("something was said");
    let on_log = |what: &str| {
        let wanted = |line: &String| line.starts_with(what) && line.ends_with("frontdesk.sqlite-wal");
        seen[..spoken].iter().rposition(wanted)
    };
    let (written, synced) = (on_log("write"), on_log("sync"));
    written.is_some() && synced > written
}

#[test]
fn nothing_is_said_before_it_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (super::crash::witness(folder.path()), folder.path().join("seen"));
    let data = folder.path().join("data");
    let file = folder.path().join("office.toml");
    std::fs::write(&file, SMALL).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command.args(arguments).env("FRONTDESK_DATA", &data);
        let status = command
            .stdout(std::process::Stdio::null())
            .env("LD_PRELOAD", &witness)
            .env("WITNESS", &log)
            .status()
            .unwrap();
        assert!(status.success());
    };
    run(&["apply", file.to_str().unwrap()]);
    let seen = std::fs::read_to_string(&log).unwrap();
    let seen: Vec<String> = seen.lines().map(str::to_owned).collect();
    assert!(spoken_after_stored(&seen), "{seen:#?}");

    // The same eyes on a program with `synchronous=OFF`, and on one that speaks first.
    let unsynced: Vec<String> = seen.iter().filter(|line| !line.starts_with("sync")).cloned().collect();
    assert!(!spoken_after_stored(&unsynced));
    let on_log = |line: &String| line.starts_with("write") && line.ends_with("-wal");
    let last_write = seen.iter().rposition(on_log).unwrap();
    let mut hasty = seen.clone();
    hasty.insert(last_write + 1, "write stdout".to_owned());
    assert!(!spoken_after_stored(&hasty));
}
