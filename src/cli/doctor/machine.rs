//! Shell. The machine under the office: disk, memory, clock, limits, sound.

use super::Finding;
use crate::speaker;
use crate::store::{self, backup::nightly};
use crate::switchboard::clock::Clock;
use jiff::Timestamp;
use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

const MIB: u64 = 1024 * 1024;
/// Below this, promises are soon refused.
const DISK_LEAST: u64 = 200 * MIB;
/// Below this the system may end programs.
const MEMORY_LEAST: u64 = 64 * MIB;
/// Two nights may fail before a person must look.
const BACKUP_HOURS_MOST: i64 = 72;
/// Two sockets a leg, 500 calls, and what else is open.
const FILES_LEAST: u64 = 4_096;

/// Looks at all of it.
pub(super) fn look(data: &Path) -> Vec<Finding> {
    let mut findings = folder(data);
    findings.push(database(data));
    if data.join(store::FILE).exists() {
        findings
            .push(backup(nightly::last_good(data).map(|(_, made)| made.made_at), Clock::start().now().wall));
    }
    findings.push(memory(&read("/proc/meminfo")));
    findings.push(open_files(rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum));
    findings.push(clock(said("timedatectl", &["show", "--property=NTPSynchronized", "--value"]).as_deref()));
    findings.push(sound(said(&speaker::helper_path().to_string_lossy(), &["--probe"])));
    findings
}

fn folder(data: &Path) -> Vec<Finding> {
    const ABOUT: &str = "Data folder";
    let metadata = match std::fs::metadata(data) {
        Ok(metadata) => metadata,
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => {
            let says = format!("{} does not exist yet; the first start makes it.", data.display());
            return vec![Finding::notice(ABOUT, says, "Is this the right folder? Name another with --data.")];
        }
        Err(problem) => {
            let says = format!("{} cannot be looked at ({problem}).", data.display());
            return vec![Finding::wrong(
                ABOUT,
                says,
                "Run this as the service's user: sudo -u frontdesk frontdesk doctor.",
            )];
        }
    };
    vec![writable(data), private(data, &metadata), space(data)]
}

fn writable(data: &Path) -> Finding {
    match tempfile_in(data) {
        Ok(()) => Finding::well("Data folder", format!("{} can be written to.", data.display())),
        Err(problem) => Finding::wrong(
            "Data folder",
            format!("{} cannot be written to ({problem}).", data.display()),
            "Give it to the user frontdesk runs as, and see that the disk is not mounted read-only.",
        ),
    }
}

/// Writes, syncs and removes a small file.
fn tempfile_in(data: &Path) -> std::io::Result<()> {
    let path = data.join(format!(".doctor-{}", std::process::id()));
    let written =
        std::fs::write(&path, "can this be written?").and_then(|()| std::fs::File::open(&path)?.sync_all());
    written.and(std::fs::remove_file(&path))
}

fn private(data: &Path, metadata: &Metadata) -> Finding {
    let others = metadata.permissions().mode() & 0o077;
    if others == 0 {
        return Finding::well("Privacy", "only the office's own user reads the data.");
    }
    let remedy = format!("chmod 700 {}", data.display());
    Finding::wrong("Privacy", "other users of this machine can read the office's data.", remedy)
}

fn space(data: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(data) else {
        return Finding::notice("Disk", "its free space cannot be read.", "Look at it with df -h.");
    };
    enough_space(disk.f_bavail * disk.f_frsize)
}

fn enough_space(free: u64) -> Finding {
    let says = format!("{} MB are free.", free / MIB);
    if free >= DISK_LEAST {
        return Finding::well("Disk", says);
    }
    Finding::wrong(
        "Disk",
        says,
        "Make room: on a full disk calls go on, but nothing can be promised or kept.",
    )
}

fn database(data: &Path) -> Finding {
    if !data.join(store::FILE).exists() {
        return Finding::notice(
            "Database",
            "there is none yet.",
            "Set the office up: frontdesk serve shows the address and the code.",
        );
    }
    match store::examine(data) {
        Ok(()) => Finding::well("Database", "opens, and is sound."),
        Err(problem) => Finding::wrong(
            "Database",
            format!("{problem}."),
            "Stop frontdesk, keep a copy of the data folder, and bring back the last backup.",
        ),
    }
}

/// The last backup that could be restored, by the milliseconds it was made at.
fn backup(last_good: Option<i64>, now: Timestamp) -> Finding {
    const ABOUT: &str = "Backup";
    let now_do = "Make one now, best on another disk: frontdesk backup FILE.";
    let Some(made_at) = last_good else {
        return Finding::notice(ABOUT, "there is none yet; one is made every night.", now_do);
    };
    let hours = (now.as_millisecond() - made_at) / 3_600_000;
    if hours <= BACKUP_HOURS_MOST {
        return Finding::well(ABOUT, format!("the last one is {hours} hours old and was tried."));
    }
    let says = format!("the last one that can be restored is {} days old.", hours / 24);
    Finding::wrong(ABOUT, says, format!("See why: journalctl -u frontdesk. {now_do}"))
}

fn memory(meminfo: &str) -> Finding {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib: Option<u64> = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let Some(available) = kib.map(|kib| kib * 1024) else {
        return Finding::notice("Memory", "how much is free cannot be read.", "Look at it with free -m.");
    };
    let says = format!("{} MB are available.", available / MIB);
    if available >= MEMORY_LEAST {
        return Finding::well("Memory", says);
    }
    Finding::wrong("Memory", says, "Stop other programs on this machine, or give it more memory.")
}

fn open_files(most: Option<u64>) -> Finding {
    match most {
        Some(most) if most < FILES_LEAST => Finding::notice(
            "Open files",
            format!("at most {most} are allowed; enough for about {} calls at once.", most / 8),
            "The installed service may open more; from a shell: ulimit -n 65536.",
        ),
        _ => Finding::well("Open files", "as many as needed are allowed."),
    }
}

/// `timedatectl`'s own word: `yes` or `no`.
fn clock(synchronised: Option<&str>) -> Finding {
    match synchronised {
        Some("yes") => Finding::well("Clock", "is set by the network."),
        Some(_) => Finding::wrong(
            "Clock",
            "is not set by the network; opening hours may be wrong.",
            "Turn it on: sudo timedatectl set-ntp true, and see that this machine reaches the internet.",
        ),
        None => Finding::notice(
            "Clock",
            "whether the network sets it cannot be read here.",
            "Compare it with a telephone: opening hours go by it.",
        ),
    }
}

/// The sound card's name, if there is one.
fn sound(card: Option<String>) -> Finding {
    match card {
        Some(name) if !name.is_empty() => {
            Finding::well("Sound in the room", format!("the chime plays on {name}."))
        }
        _ => Finding::notice(
            "Sound in the room",
            "there is no sound card that works, so the room stays quiet; calls are not touched by this.",
            "Plug in a speaker if you want the chime; aplay -l lists what the machine sees.",
        ),
    }
}

/// What a program prints, trimmed; `None` when it is not there or fails.
fn said(program: &str, words: &[&str]) -> Option<String> {
    let out = Command::new(program).args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn figures_become_verdicts() {
        assert_eq!(enough_space(DISK_LEAST).state, State::Well);
        assert_eq!(enough_space(DISK_LEAST - 1).state, State::Wrong);
        assert_eq!(memory("MemTotal: 9 kB\nMemAvailable:   900000 kB\n").state, State::Well);
        assert_eq!(memory("MemAvailable:   900 kB\n").state, State::Wrong);
        assert_eq!(memory("nothing").state, State::Notice);
        assert_eq!(open_files(None).state, State::Well);
        assert_eq!(open_files(Some(1_024)).state, State::Notice);
        assert_eq!(clock(Some("yes")).state, State::Well);
        assert_eq!(clock(Some("no")).state, State::Wrong);
        assert_eq!(clock(None).state, State::Notice);
    }

    #[test]
    fn a_backup_grows_old() {
        let hours = |hours: i64| Timestamp::from_second(hours * 3_600).unwrap();
        assert_eq!(backup(None, hours(0)).state, State::Notice);
        assert_eq!(backup(Some(0), hours(BACKUP_HOURS_MOST)).state, State::Well);
        assert_eq!(backup(Some(0), hours(BACKUP_HOURS_MOST + 1)).state, State::Wrong);
    }

    #[test]
    fn a_room_without_sound_is_a_notice_not_a_fault() {
        assert_eq!(sound(None).state, State::Notice);
        assert_eq!(sound(Some("USB Audio".into())).state, State::Well);
    }

    #[test]
    fn an_open_folder_is_wrong_and_closing_it_helps() {
        let folder = tempfile::tempdir().unwrap();
        let state = |mode| {
            std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(mode)).unwrap();
            private(folder.path(), &std::fs::metadata(folder.path()).unwrap()).state
        };
        assert_eq!(state(0o750), State::Wrong);
        assert_eq!(state(0o700), State::Well);
    }

    #[test]
    fn a_damaged_database_is_found() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(database(folder.path()).state, State::Notice);
        std::fs::write(folder.path().join(store::FILE), [7; 8_192]).unwrap();
        assert_eq!(database(folder.path()).state, State::Wrong);
    }
}
