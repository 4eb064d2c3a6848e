//! Shell. Power cuts, replayed (spec/reliability.md §3): everything synced survives, any prefix of the writes
//! after it, the last one torn at 512 bytes.
//!
//! A real run of the store is recorded write by write; from the record the disk is rebuilt as it may be after
//! a cut at any moment, and the real store opens it. `FRONTDESK_CRASH_STATES=10000` looks at more of them.

use super::promises::fresh;
use super::{at, contact, event, open, receipt};
use frontdesk::office::contact::Contact;
use frontdesk::office::memory::Change;
use frontdesk::office::promise::{Callback, CallbackState};
use frontdesk::store::{FILE, Opened, StoreEvent};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const STATES: usize = 500;
/// Promises of the recorded run: enough for a checkpoint while it works, and a few starts.
const PROMISES: u64 = 200;
const SESSION: u64 = 180;
/// Where the recorded run says aloud what it was told is stored.
const SPOKEN: &str = "spoken";

/// Builds the library that watches a program's files, or plays a bad disk for it.
pub fn witness(folder: &Path) -> PathBuf {
    let library = folder.join("witness.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store/witness.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(built.unwrap().success(), "a C compiler is needed, as for SQLite itself");
    library
}

/// The recorded run: the test below starts it once more, watched, in a process of its own. Else it does nothing.
#[test]
fn workload() {
    let Some(data) = std::env::var_os("FRONTDESK_CRASH_DATA").map(PathBuf::from) else { return };
    let mut spoken = OpenOptions::new().append(true).create(true).open(data.join(SPOKEN)).unwrap();
    let mut opened = open(&data).unwrap();
    for id in 1..=PROMISES {
        keep(&mut opened, with(id, CallbackState::Waiting));
        spoken.write_all(format!("promised {id}\n").as_bytes()).unwrap();
        opened.writer.save(vec![Change::Contact(Box::new(contact(1000 + id)))]);
        if id % 3 == 0 {
            keep(&mut opened, with(id, CallbackState::Dialing));
            spoken.write_all(format!("dialled {id}\n").as_bytes()).unwrap();
        }
        if id % 6 == 0 {
            opened.writer.save(vec![Change::Contact(Box::new(with(id, CallbackState::Done)))]);
        }
        if id % SESSION == 0 {
            opened.writer.close();
            opened = open(&data).unwrap();
        }
    }
}

fn keep(opened: &mut Opened, contact: Contact) {
    let receipt = receipt(contact.id.0);
    opened.writer.save_then(receipt, Change::Contact(Box::new(contact)));
    assert_eq!(event(opened), StoreEvent::Stored(receipt));
}

/// A contact with a promise in this state.
fn with(id: u64, state: CallbackState) -> Contact {
    Contact { callback: Some(Callback { state, ..fresh() }), ..contact(id) }
}

/// One thing the run did to its disk.
#[derive(Clone, Debug, PartialEq)]
enum Did {
    Wrote {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Cut {
        file: String,
        at: usize,
    },
    Removed {
        file: String,
    },
    Synced {
        file: String,
    },
    /// It told somebody.
    Spoke(String),
}

fn recorded() -> Vec<Did> {
    let folder = tempfile::tempdir().unwrap();
    let (data, record) = (folder.path().join("data"), folder.path().join("record"));
    std::fs::create_dir(&data).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["store::crash::workload", "--exact", "--test-threads=1"])
        .env("FRONTDESK_CRASH_DATA", &data)
        .env("LD_PRELOAD", witness(folder.path()))
        .env("RECORD", &record)
        .env("RECORD_BELOW", &data)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    let did = read(&std::fs::read(record).unwrap(), &data);
    let kinds = [
        did.iter().any(|did| matches!(did, Did::Removed { file } if file.ends_with("-wal"))),
        did.iter().filter(|did| matches!(did, Did::Synced { file } if file == FILE)).count() > 2,
    ];
    assert_eq!(kinds, [true; 2], "the log was folded in while it worked, and when it closed");
    did
}

fn read(mut record: &[u8], data: &Path) -> Vec<Did> {
    let mut did = Vec::new();
    while !record.is_empty() {
        let (head, rest) = record.split_at(21);
        let number = |from: usize, bytes: usize| {
            let mut whole = [0; 8];
            whole[..bytes].copy_from_slice(&head[from..from + bytes]);
            usize::try_from(u64::from_le_bytes(whole)).unwrap()
        };
        let (name, at, count) = (number(1, 4), number(5, 8), number(13, 8));
        let (path, rest) = rest.split_at(name);
        let (bytes, rest) = rest.split_at(count);
        record = rest;
        let path = Path::new(std::str::from_utf8(path).unwrap());
        let file = path.strip_prefix(data).unwrap().to_str().unwrap().to_owned();
        if file.ends_with("-shm") || file == "frontdesk.lock" {
            continue; // made anew by every start
        }
        did.push(match head[0] {
            b'w' if file == SPOKEN => {
                Did::Spoke(String::from_utf8(bytes.to_vec()).unwrap().trim().to_owned())
            }
            b'w' => Did::Wrote { file, at, bytes: bytes.to_vec() },
            b't' => Did::Cut { file, at },
            b'u' => Did::Removed { file },
            b's' => Did::Synced { file },
            other => panic!("{other}"),
        });
    }
    did
}

type Files = BTreeMap<String, Vec<u8>>;

/// A disk with its cache: what is synced, and what was written since, in order.
#[derive(Clone, Default)]
struct Disk {
    synced: Files,
    cached: Vec<Did>,
    promised: BTreeSet<u64>,
    dialled: BTreeSet<u64>,
}

impl Disk {
    fn take(&mut self, did: &Did) {
        match did {
            Did::Synced { file } => {
                let is_its = |one: &Did| match one {
                    Did::Wrote { file: of, .. } | Did::Cut { file: of, .. } => of == file,
                    // The folder itself: names that came and went.
                    Did::Removed { file: of } => of == file || file.is_empty(),
                    Did::Synced { .. } | Did::Spoke(_) => false,
                };
                let (its, others) = self.cached.drain(..).partition::<Vec<Did>, _>(is_its);
                its.iter().for_each(|one| apply(&mut self.synced, one, usize::MAX));
                self.cached = others;
            }
            Did::Spoke(words) => {
                let (what, id) = words.split_once(' ').unwrap();
                let told = if what == "promised" { &mut self.promised } else { &mut self.dialled };
                told.insert(id.parse().unwrap());
            }
            other => self.cached.push(other.clone()),
        }
    }

    /// The files after a cut: so many of the cached writes came through, the last one only in part.
    fn after_a_cut(&self, came_through: usize, torn_at: usize) -> Files {
        let mut files = self.synced.clone();
        let mut writes = self.cached.iter().take(came_through).peekable();
        while let Some(write) = writes.next() {
            apply(&mut files, write, if writes.peek().is_none() { torn_at } else { usize::MAX });
        }
        files
    }
}

fn apply(files: &mut Files, did: &Did, at_most: usize) {
    match did {
        Did::Wrote { file, at, bytes } => {
            let bytes = &bytes[..bytes.len().min(at_most)];
            let content = files.entry(file.clone()).or_default();
            content.resize(content.len().max(at + bytes.len()), 0);
            content[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        Did::Cut { file, at } => files.entry(file.clone()).or_default().resize(*at, 0),
        Did::Removed { file } => drop(files.remove(file)),
        Did::Synced { .. } | Did::Spoke(_) => {}
    }
}

/// A cheap source of choices; the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Rebuilds this many disks as a power cut may leave them and looks at each, half of them on either core; the
/// first fault found.
fn first_fault(did: &[Did], states: usize, seed: u64) -> Option<String> {
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || first_fault_of(half, did, states, seed)));
        halves.into_iter().find_map(|half| half.join().unwrap())
    })
}

fn first_fault_of(half: usize, did: &[Did], states: usize, seed: u64) -> Option<String> {
    let mut dice = Dice(seed);
    let mut moments: Vec<usize> = (0..states).map(|_| dice.below(did.len() + 1)).collect();
    moments.sort_unstable();
    let (mut disk, mut done) = (Disk::default(), 0);
    for (place, moment) in moments.into_iter().enumerate() {
        did[done..moment].iter().for_each(|did| disk.take(did));
        done = moment;
        let came_through = dice.below(disk.cached.len() + 1);
        let torn_at = if dice.below(2) == 0 { usize::MAX } else { 512 * dice.below(9) };
        if place % 2 != half {
            continue;
        }
        let files = disk.after_a_cut(came_through, torn_at);
        if let Some(fault) = fault(&disk, &files) {
            return Some(format!(
                "cut at {moment}, {came_through} cached writes through, torn {torn_at}: {fault}"
            ));
        }
    }
    None
}

fn fault(disk: &Disk, files: &Files) -> Option<String> {
    let folder = laid_out(files);
    let opened = match open(folder.path()) {
        Ok(opened) => opened,
        Err(problem) => return Some(problem.to_string()),
    };
    let found = opened.reader.contacts_between(at(0), contact(PROMISES + 1).started_at).unwrap();
    let promises = found.into_iter().filter_map(|contact| Some((contact.id.0, contact.callback?.state)));
    let states: BTreeMap<u64, CallbackState> = promises.collect();
    // A writer that is only let go ends some time later: thousands of them hold more files than one may have.
    opened.writer.close();
    let state = |id: &u64| states.get(id).copied();
    let lost = disk.promised.iter().find(|id| state(id).is_none());
    let again = disk.dialled.iter().find(|id| state(id) == Some(CallbackState::Waiting));
    let lost = lost.map(|id| format!("promise {id} is lost"));
    lost.or_else(|| again.map(|id| format!("promise {id} was dialled and would be dialled again")))
}

/// In memory where there is such a folder: nothing here needs a real disk.
fn laid_out(files: &Files) -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.exists() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

#[test]
fn no_power_cut_loses_a_promise_or_has_one_kept_twice() {
    let did = recorded();
    let states = std::env::var("FRONTDESK_CRASH_STATES").map_or(STATES, |count| count.parse().unwrap());
    assert_eq!(first_fault(&did, states, 1), None);
    println!("{states} states: 0 lost, 0 doubled");

    // The same eyes on a store that never syncs.
    let unsynced: Vec<Did> = did.iter().filter(|did| !matches!(did, Did::Synced { .. })).cloned().collect();
    let fault = first_fault(&unsynced, STATES, 1).expect("synchronous=OFF is noticed");
    assert!(fault.contains("lost") || fault.contains("again"), "{fault}");

    // And on one that speaks before the commit, of either kind.
    for kind in ["promised", "dialled"] {
        let fault =
            first_fault(&hasty(&did, kind), STATES, 1).expect("a receipt before its commit is noticed");
        assert!(fault.contains(if kind == "promised" { "lost" } else { "again" }), "{fault}");
    }

    // Some of them with the real program.
    let mut disk = Disk::default();
    for (at, one) in did.iter().enumerate() {
        disk.take(one);
        if at % (did.len() / 4) == 1 {
            let folder = laid_out(&disk.after_a_cut(disk.cached.len(), 512));
            let said = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
                .args(["verify", "--data"])
                .arg(folder.path())
                .output()
                .unwrap();
            let empty = String::from_utf8_lossy(&said.stderr).contains("there is no office");
            assert!(said.status.success() || (empty && disk.promised.is_empty()), "{said:?}");
        }
    }
}

/// The same run, had it spoken as soon as it was asked: every word of this kind before the writes it is about.
fn hasty(did: &[Did], kind: &str) -> Vec<Did> {
    let mut hasty: Vec<Did> = Vec::new();
    let mut since_last_word = 0;
    for one in did {
        match one {
            Did::Spoke(words) if words.starts_with(kind) => hasty.insert(since_last_word, one.clone()),
            other => hasty.push(other.clone()),
        }
        if matches!(one, Did::Spoke(_)) {
            since_last_word = hasty.len();
        }
    }
    hasty
}
