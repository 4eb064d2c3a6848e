//! Shell. Backups: what goes in comes back, what is not whole or not ours is refused, and a power cut in
//! between leaves one office, the old or the new.

use super::mail::{conversation, note};
use super::promises::fresh;
use super::{at, contact, event, open, receipt};
use frontdesk::ids::{CallId, ItemId};
use frontdesk::office::Concern;
use frontdesk::office::contact::Contact;
use frontdesk::office::inbox::{Conversation, Item, ItemKind, Outgoing, SentState, State};
use frontdesk::office::memory::Change;
use frontdesk::office::promise::CallbackState;
use frontdesk::store::backup::restore::{Wanted, restore};
use frontdesk::store::backup::{self, BackupError, Whole, nightly};
use frontdesk::store::{self, FILE, Opened, StoreError, StoreEvent};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

fn promise(opened: &mut Opened, id: u64) {
    let promised = Contact { callback: Some(fresh()), ..contact(id) };
    opened.writer.save_then(receipt(id), Change::Contact(Box::new(promised)));
    assert_eq!(event(opened), StoreEvent::Stored(receipt(id)));
}

/// An office with promises up to this number, and a file in every folder.
fn office(data: &Path, promises: u64) -> Opened {
    let mut opened = open(data).unwrap();
    (1..=promises).for_each(|id| promise(&mut opened, id));
    for (path, text) in [
        ("voicemail/C-1.wav", "hello, it is about the leak"),
        ("recordings/C-2.wav", "a call"),
        ("sounds/da/welcome.wav", "velkommen"),
        ("tls/ca.pem", "a certificate"),
        ("backups/old.tar", "not backed up"),
        ("control.sock.note", "not ours"),
    ] {
        std::fs::create_dir_all(data.join(path).parent().unwrap()).unwrap();
        std::fs::write(data.join(path), text).unwrap();
    }
    opened
}

fn back_up(data: &Path, file: &Path) -> Result<backup::Manifest, BackupError> {
    backup::put(file, |out| backup::write(data, Whole::Everything, at(0), out).map(drop))
}

fn bring_back(data: &Path, file: &Path) -> Result<(), BackupError> {
    restore(data, file, Wanted::Everything, at(1000)).map(drop)
}

fn ids(data: &Path) -> Vec<u64> {
    let opened = open(data).unwrap();
    let all = opened.reader.contacts_between(jiff::Timestamp::MIN, jiff::Timestamp::MAX).unwrap();
    opened.writer.close();
    all.iter().map(|contact| contact.id.0).collect()
}

/// Every file below a folder with its content, but for the database and what works on it.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_backup_made_at_work_brings_the_whole_office_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    let mut opened = office(&data, 5);
    let manifest = back_up(&data, &file).unwrap();
    assert_eq!((manifest.contacts, manifest.promised), (5, 5));
    assert_eq!(
        manifest.entries.keys().collect::<Vec<_>>(),
        [FILE, "recordings/C-2.wav", "sounds/da/welcome.wav", "tls/ca.pem", "voicemail/C-1.wav"]
    );
    promise(&mut opened, 6);
    std::fs::write(data.join("voicemail/C-6.wav"), "later").unwrap();
    assert!(matches!(bring_back(&data, &file), Err(BackupError::Store(StoreError::InUse { .. }))));
    opened.writer.close();

    bring_back(&data, &file).unwrap();
    assert_eq!(ids(&data), [1, 2, 3, 4, 5]);
    assert!(!data.join("voicemail/C-6.wav").exists(), "what came later is not mixed with what was before");
    assert_eq!(std::fs::read(data.join("voicemail/C-1.wav")).unwrap(), b"hello, it is about the leak");
    assert_eq!(std::fs::read(data.join("backups/old.tar")).unwrap(), b"not backed up");
    let replaced = data.join("replaced-2026-01-05T08-16-40");
    assert_eq!(std::fs::read(replaced.join("voicemail/C-6.wav")).unwrap(), b"later");
    assert_eq!(ids(&replaced), [1, 2, 3, 4, 5, 6], "the office as it was");

    let new_machine = folder.path().join("new");
    bring_back(&new_machine, &file).unwrap();
    assert_eq!(ids(&new_machine), [1, 2, 3, 4, 5]);
}

#[test]
fn a_restored_promise_is_for_a_person_because_it_may_have_been_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    office(&data, 1).writer.close();
    back_up(&data, &file).unwrap();
    bring_back(&data, &file).unwrap();
    let opened = open(&data).unwrap();
    assert_eq!(opened.memory.promised[0].callback.as_ref().unwrap().state, CallbackState::Perhaps);
}

/// Whoever has logged out since would be in again.
#[test]
fn nobody_is_logged_in_by_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    office(&data, 1).writer.close();
    let kept = || rusqlite::Connection::open(data.join(FILE)).unwrap();
    let row = "INSERT INTO log_in VALUES (zeroblob(32), 'anna', zeroblob(32), 0, 0)";
    kept().execute(row, []).unwrap();
    back_up(&data, &file).unwrap();
    bring_back(&data, &file).unwrap();
    let left = kept().query_row("SELECT count(*) FROM log_in", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn a_restored_reply_is_for_a_person_because_it_may_have_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    let mut opened = office(&data, 0);
    let states = [
        (2, SentState::Held),
        (4, SentState::Queued),
        (6, SentState::Sending),
        (8, SentState::Sent),
        (10, SentState::Failed),
    ];
    for (id, state) in states {
        let waits = Conversation { state: State::Closed, owed_since: None, ..conversation(id) };
        let reply = Item { kind: ItemKind::Reply, conversation: waits.id, ..note(id + 1, "Monday.") };
        let outgoing = Outgoing { item: reply.id, conversation: waits.id, state, due_at: at(9) };
        opened.writer.save(vec![Change::Conversation(Box::new(waits))]);
        opened.writer.save_then(receipt(id), Change::Sending(Box::new((outgoing, reply))));
        assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(id)));
    }
    opened.writer.close();
    back_up(&data, &file).unwrap();
    bring_back(&data, &file).unwrap();
    let opened = open(&data).unwrap();
    assert_eq!((opened.memory.held.len(), opened.reader.outbox_due(at(9_999), 10).unwrap()), (0, vec![]));
    let sent = |id: u64| opened.reader.item(ItemId(id + 1)).unwrap().unwrap().sent.unwrap().state;
    let unsure = SentState::Unsure;
    assert_eq!(states.map(|(id, _)| sent(id)), [unsure, unsure, unsure, SentState::Sent, SentState::Failed]);
    let owed = opened.reader.mail_owed().unwrap();
    let owed: Vec<_> = owed.iter().map(|one| (one.id.0, one.state, one.owed_since)).collect();
    assert_eq!(owed, [2, 4, 6].map(|id| (id, State::Open, Some(at(1000)))));
}

#[test]
fn what_is_damaged_anywhere_is_refused_and_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    office(&data, 3).writer.close();
    back_up(&data, &file).unwrap();
    office(&data, 0).writer.close();
    let good = std::fs::read(&file).unwrap();
    let before = content(&data);
    let bad = folder.path().join("bad.backup");
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(&bad, bytes).unwrap();
        let problem = bring_back(&data, &bad).expect_err(what);
        assert!(matches!(problem, BackupError::Damaged(_) | BackupError::Foreign), "{what}: {problem}");
        assert_eq!(content(&data), before, "{what}");
    };
    // The last kilobyte is the end of the tar: without it all of the office is there.
    let meant_bytes = good.len() - 2_048;
    for length in (0..meant_bytes).step_by(good.len() / 12) {
        refused(&good[..length], &format!("cut off at {length} of {}", good.len()));
    }
    // Padding of a tar means nothing: bytes that are zero are left alone.
    let meant: Vec<usize> = (700..meant_bytes).filter(|at| good[*at] != 0).collect();
    let places: Vec<usize> = meant.iter().step_by(meant.len() / 30).copied().collect();
    for at in places {
        let mut flipped = good.clone();
        flipped[at] ^= 0x10;
        refused(&flipped, &format!("flipped at {at}"));
    }
}

/// A tar of these entries, sealed as our own are.
fn forged(file: &Path, entries: &[(&str, &[u8])], folders: &[&str], kind: tar::EntryType) {
    let mut tar = tar::Builder::new(std::fs::File::create(file).unwrap());
    let mut add = |path: &str, content: &[u8], kind: tar::EntryType| {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        header.set_cksum();
        tar.append(&header, content).unwrap();
    };
    add("frontdesk-backup", b"1\n", tar::EntryType::Regular);
    let mut listed = serde_json::Map::new();
    for (path, content) in entries {
        use sha2::Digest;
        add(path, content, kind);
        let hash: String = sha2::Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        listed.insert((*path).to_owned(), serde_json::json!({"bytes": content.len(), "sha256": hash}));
    }
    let manifest = serde_json::json!({
        "made_at": 0, "version": "0.1.0", "folders": folders, "contacts": 0, "promised": 0, "entries": listed
    });
    add("MANIFEST.json", manifest.to_string().as_bytes(), tar::EntryType::Regular);
    tar.into_inner().unwrap().flush().unwrap();
}

/// The bytes of an empty office's database, after this SQL.
fn database(sql: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().writer.close();
    let path = folder.path().join(FILE);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
    connection.execute_batch(sql).unwrap();
    drop(connection);
    std::fs::read(path).unwrap()
}

#[test]
fn what_would_reach_elsewhere_or_run_by_itself_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("forged.tar"));
    let plain = database("");
    let regular = tar::EntryType::Regular;
    forged(&file, &[(FILE, &plain)], &["voicemail"], regular);
    bring_back(&data, &file).unwrap(); // the forger knows our form: this one is harmless
    for path in ["../evil", "/etc/evil", "voicemail/../../evil", "frontdesk.lock", "backups/evil.tar"] {
        forged(&file, &[(FILE, &plain), (path, b"evil")], &[], regular);
        assert!(matches!(bring_back(&data, &file), Err(BackupError::Damaged(_))), "{path}");
    }
    assert!(!folder.path().join("evil").exists());
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Fifo] {
        forged(&file, &[("voicemail/x", b"")], &[], kind);
        assert!(matches!(bring_back(&data, &file), Err(BackupError::Damaged(_))), "{kind:?}");
    }
    forged(&file, &[(FILE, &plain)], &["../elsewhere"], regular);
    assert!(matches!(bring_back(&data, &file), Err(BackupError::Damaged(_))));
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON contact BEGIN DELETE FROM token; END",
        "CREATE VIEW v AS SELECT * FROM token",
        "CREATE TABLE extra (x)",
        "CREATE INDEX i ON contact (abs(id))",
        "DROP TABLE token",
    ] {
        forged(&file, &[(FILE, &database(sql))], &[], regular);
        let problem = bring_back(&data, &file).unwrap_err();
        assert!(
            matches!(&problem, BackupError::Damaged(why) if why.contains("not one frontdesk made")),
            "{sql}"
        );
    }
    forged(&file, &[(FILE, &database("PRAGMA user_version = 99"))], &[], regular);
    assert!(matches!(bring_back(&data, &file), Err(BackupError::Newer)));
    forged(&file, &[(FILE, b"no database")], &[], regular);
    assert!(bring_back(&data, &file).is_err());
    forged(&file, &[], &[], regular);
    assert!(matches!(bring_back(&data, &file), Err(BackupError::Damaged(_))));
}

#[test]
fn a_restore_that_is_cut_anywhere_is_finished_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.backup"));
    office(&data, 2).writer.close();
    back_up(&data, &file).unwrap();
    for moved in 0..4 {
        let cut = folder.path().join(format!("cut-{moved}"));
        office(&cut, 4).writer.close();
        // As a power cut leaves it: all of it unpacked beside, and only some of it moved.
        let unpacked = folder.path().join(format!("unpacked-{moved}"));
        bring_back(&unpacked, &file).unwrap();
        let restored = cut.join("restored");
        std::fs::rename(&unpacked, &restored).unwrap();
        std::fs::remove_file(restored.join("frontdesk.lock")).unwrap();
        for one in [FILE, "voicemail", "recordings"].iter().take(moved) {
            let aside = cut.join("replaced-2026-01-01T00-00-00");
            std::fs::create_dir_all(&aside).unwrap();
            std::fs::write(restored.join(".to"), "replaced-2026-01-01T00-00-00").unwrap();
            std::fs::rename(cut.join(one), aside.join(one)).unwrap();
            std::fs::rename(restored.join(one), cut.join(one)).unwrap();
        }
        assert_eq!(ids(&cut), [1, 2], "{moved}");
        assert!(!restored.exists());
        assert_eq!(std::fs::read(cut.join("voicemail/C-1.wav")).unwrap(), b"hello, it is about the leak");
        let replaced: Vec<PathBuf> = std::fs::read_dir(&cut)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("replaced-"))
            .collect();
        assert_eq!(replaced.len(), 1, "all that was before is in one place: {replaced:?}");
        assert_eq!(ids(&replaced[0]), [1, 2, 3, 4]);
    }
}

#[test]
fn another_file_is_never_overwritten_by_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("office.toml"));
    office(&data, 1).writer.close();
    std::fs::write(&file, "[office]\n").unwrap();
    let problem = back_up(&data, &file).unwrap_err().to_string();
    assert!(problem.contains("another file of that name"), "{problem}");
    assert_eq!(std::fs::read(&file).unwrap(), b"[office]\n");
    let file = folder.path().join("office.backup");
    back_up(&data, &file).unwrap();
    back_up(&data, &file).unwrap();
    let left: Vec<String> = content(folder.path()).into_keys().filter(|name| name.starts_with('.')).collect();
    assert_eq!(left, Vec::<String>::new(), "nothing half made stays behind");
}

#[test]
fn a_damaged_database_gives_way_to_the_last_good_backup_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    office(data, 7).writer.close();
    let (first, second) = ("2026-01-04".parse().unwrap(), "2026-01-05".parse().unwrap());
    nightly::make(data, first, at(0)).unwrap();
    let mut opened = open(data).unwrap();
    promise(&mut opened, 8);
    opened.writer.close();
    nightly::make(data, second, at(10)).unwrap();
    let newest = data.join("backups/frontdesk-2026-01-05.tar");
    assert!(std::fs::read(&newest).unwrap().windows(9).all(|part| part != b"recording"), "left out at night");

    let damage = || {
        let path = data.join(FILE);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[4096..12_000].fill(0x5a);
        std::fs::write(&path, &bytes).unwrap();
        bytes
    };
    let evidence = damage();
    assert!(open(data).is_err(), "a command never exchanges anything");
    let start = || {
        store::open_or_recover(
            data,
            frontdesk::switchboard::clock::Clock::start(),
            frontdesk::figures::Figures::new(),
        )
    };
    let mut opened = start().unwrap();
    let concern = StoreEvent::Concern { what: Concern::Restored, stands: true };
    assert_eq!(event(&mut opened), concern);
    assert_eq!(opened.memory.promised.len(), 8);
    assert!(opened.memory.last_call > 8, "numbers given since the backup are not given again");
    assert!(opened.reader.contact(CallId(8)).unwrap().is_some());
    opened.writer.close();
    let kept =
        content(data).into_iter().find(|(name, _)| name.starts_with("replaced-") && name.ends_with(FILE));
    assert_eq!(kept.unwrap().1, evidence, "the evidence stays");
    assert!(data.join("recordings/C-2.wav").exists() && data.join("voicemail/C-1.wav").exists());

    // The newest backup is rotten as well: the one before it.
    damage();
    let mut bytes = std::fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 9].fill(1);
    std::fs::write(&newest, bytes).unwrap();
    let opened = start().unwrap();
    assert_eq!(opened.memory.promised.len(), 7);
    opened.writer.close();

    // No good one: refused, and never an empty office.
    damage();
    std::fs::remove_dir_all(data.join("backups")).unwrap();
    assert!(matches!(start(), Err(StoreError::Failed { .. })));
}

#[test]
fn nightly_backups_stay_within_their_number() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    office(data, 1).writer.close();
    let backups = data.join("backups");
    std::fs::write(backups.join(".frontdesk-2025-12-31.tar.17"), "half of one").unwrap();
    for day in 1..=20 {
        std::fs::write(backups.join(format!("frontdesk-2026-01-{day:02}.tar")), "old").unwrap();
    }
    nightly::make(data, "2026-01-21".parse().unwrap(), at(0)).unwrap();
    let left: Vec<String> = nightly::nights(data).iter().map(ToString::to_string).collect();
    let weeks = ["2026-01-04", "2026-01-11", "2026-01-14"];
    let days = (15..=21).map(|day| format!("2026-01-{day}"));
    assert_eq!(left, weeks.map(str::to_owned).into_iter().chain(days).collect::<Vec<_>>());
    assert!(!backups.join(".frontdesk-2025-12-31.tar.17").exists());
    assert!(backups.join("old.tar").exists(), "what is not ours by name stays");
}
