//! Installing and removing: the files, the unit's lock, and that the scripts may be run twice.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The most `systemd-analyze security` may say.
const EXPOSURE_MAX: f64 = 2.0;

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Exposure of a unit, 0 to 10.
fn exposure(unit: &Path) -> f64 {
    let out = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--no-pager"])
        .arg(unit)
        .output()
        .expect("systemd-analyze is installed by tests/run");
    let text = String::from_utf8(out.stdout).unwrap();
    let overall =
        text.lines().find_map(|l| l.split_once("Overall exposure level for ")).expect("an overall level");
    let number = overall.1.split_whitespace().nth(1).unwrap();
    number.parse().unwrap_or_else(|_| panic!("no number in {overall:?}"))
}

#[test]
fn the_service_is_locked_up() {
    let unit = top().join("install/frontdesk.service");
    let level = exposure(&unit);
    assert!(level <= EXPOSURE_MAX, "{level}");
    // the gate can fail: each of these opens the door
    let text = std::fs::read_to_string(unit).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for lock in ["SystemCallFilter=", "CapabilityBoundingSet=", "User="] {
        let open: String = text.lines().filter(|l| !l.starts_with(lock)).map(|l| format!("{l}\n")).collect();
        let mutant = folder.path().join("frontdesk.service");
        std::fs::write(&mutant, open).unwrap();
        assert!(exposure(&mutant) > EXPOSURE_MAX, "without {lock} still {}", exposure(&mutant));
    }
}

/// Runs a script of install/ into a folder.
fn script(name: &str, args: &[&str], destdir: &Path) -> Output {
    let out =
        Command::new(top().join("install").join(name)).args(args).env("DESTDIR", destdir).output().unwrap();
    assert!(out.status.success(), "{name}: {}", String::from_utf8_lossy(&out.stderr));
    out
}

/// The files below a folder, relative and sorted.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn install_and_uninstall_may_be_run_twice_and_keep_the_data() {
    let built = tempfile::tempdir().unwrap();
    for program in ["frontdesk", "frontdesk-speaker"] {
        std::fs::copy(env!("CARGO_BIN_EXE_frontdesk"), built.path().join(program)).unwrap();
    }
    let root = tempfile::tempdir().unwrap();
    let from = built.path().to_str().unwrap();
    for _ in 0..2 {
        script("install", &["--from", from], root.path());
        let expected = [
            "etc/systemd/system/frontdesk.service",
            "usr/local/bin/frontdesk",
            "usr/local/bin/frontdesk-speaker",
        ];
        assert_eq!(files_below(root.path()), expected);
    }
    let data = root.path().join("var/lib/frontdesk");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("frontdesk.sqlite"), "the office").unwrap();
    for _ in 0..2 {
        script("uninstall", &[], root.path());
        assert_eq!(files_below(root.path()), ["var/lib/frontdesk/frontdesk.sqlite"]);
    }
    for _ in 0..2 {
        script("uninstall", &["--data-too"], root.path());
        assert_eq!(files_below(root.path()), Vec::<String>::new());
    }
}

#[test]
fn an_upgrade_replaces_the_program() {
    let built = tempfile::tempdir().unwrap();
    let root = tempfile::tempdir().unwrap();
    let from = built.path().to_str().unwrap();
    for version in ["one", "two"] {
        let program = built.path().join("frontdesk");
        std::fs::write(&program, version).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        script("install", &["--from", from], root.path());
        let installed = std::fs::read_to_string(root.path().join("usr/local/bin/frontdesk")).unwrap();
        assert_eq!(installed, version);
    }
}

#[test]
fn wrong_usage_says_so_and_does_nothing() {
    for (script, args) in
        [("install", &["--nonsense"][..]), ("uninstall", &["--data"]), ("uninstall", &["--data-too", "x"])]
    {
        let root = tempfile::tempdir().unwrap();
        let out = Command::new(top().join("install").join(script))
            .args(args)
            .env("DESTDIR", root.path())
            .output()
            .unwrap();
        assert_eq!(out.status.code(), Some(2), "{script} {args:?}");
        assert!(files_below(root.path()).is_empty());
    }
}
