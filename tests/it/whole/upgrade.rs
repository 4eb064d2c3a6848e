//! Shell. `install/install` again upgrades a running office, and takes the upgrade back when the new version
//! is no good. A script stands in for systemd.

use crate::cli::{frontdesk, told};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OFFICE: &str = "[office]\nname = \"A\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n";

/// Starts and stops what lies in the folder, as a service manager would.
const SERVICE: &str = r#"#!/bin/sh
stop() {
    [ -e "$ROOT/pid" ] || return 0
    kill "$(cat "$ROOT/pid")" 2>/dev/null && tail --pid="$(cat "$ROOT/pid")" -f /dev/null
    rm -f "$ROOT/pid"
}
start() {
    "$ROOT/usr/local/bin/frontdesk" serve --data "$ROOT/var/lib/frontdesk" --http 127.0.0.1:0 \
        --https 127.0.0.1:0 --sip 127.0.0.1:0 --sips 127.0.0.1:0 >"$ROOT/log" 2>&1 </dev/null &
    echo $! >"$ROOT/pid"
}
case $1 in
start) start ;;
stop) stop ;;
restart) stop; start ;;
is-active) [ -e "$ROOT/pid" ] && kill -0 "$(cat "$ROOT/pid")" ;;
esac
"#;

struct Machine {
    root: tempfile::TempDir,
    built: tempfile::TempDir,
}

impl Machine {
    /// A machine with an office that runs as a service.
    fn with_an_office() -> Machine {
        let machine = Machine { root: tempfile::tempdir().unwrap(), built: tempfile::tempdir().unwrap() };
        put(&machine.path("service"), SERVICE.as_bytes());
        put(&machine.built.path().join("frontdesk"), &real());
        std::fs::create_dir_all(machine.data()).unwrap();
        assert!(machine.install().status.success());
        let file = machine.path("office.toml");
        std::fs::write(&file, OFFICE).unwrap();
        assert_eq!(told(frontdesk(&machine.data(), &["apply", file.to_str().unwrap()], "")).0, 0);
        machine.service("start");
        let (code, _, err) = told(frontdesk(&machine.data(), &["wait", "healthy"], ""));
        assert_eq!((code, err.as_str()), (0, ""));
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("var/lib/frontdesk")
    }

    fn program(&self) -> Vec<u8> {
        std::fs::read(self.path("usr/local/bin/frontdesk")).unwrap()
    }

    fn service(&self, what: &str) {
        let status = Command::new(self.path("service")).arg(what).env("ROOT", self.root.path()).status();
        assert!(status.unwrap().success(), "{what}");
    }

    fn install(&self) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("install/install");
        let mut command = Command::new(script);
        command.arg("--from").arg(self.built.path()).env("DESTDIR", self.root.path());
        command.env("FRONTDESK_SERVICE", self.path("service")).env("ROOT", self.root.path());
        command.env("FRONTDESK_HEALTHY_WITHIN", "3s").env("FRONTDESK_IDLE_WITHIN", "30s");
        command.output().unwrap()
    }

    /// Tries to upgrade to this program; exit code and what was said.
    fn upgrade_to(&self, program: &[u8]) -> (i32, String) {
        put(&self.built.path().join("frontdesk"), program);
        let out = self.install();
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    }

    fn is_at_work(&self) {
        let (code, out, err) = told(frontdesk(&self.data(), &["wait", "healthy", "--for", "20s"], ""));
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        let (_, office, _) = told(frontdesk(&self.data(), &["export"], ""));
        assert!(office.contains("name = \"A\""), "{office}");
    }

    fn backups(&self) -> usize {
        let entries = std::fs::read_dir(self.data().join("backups")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("before-upgrade-")).count()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = Command::new(self.path("service")).arg("stop").env("ROOT", self.root.path()).status();
    }
}

fn real() -> Vec<u8> {
    std::fs::read(env!("CARGO_BIN_EXE_frontdesk")).unwrap()
}

/// The real program with something behind its end: another version that works the same.
fn another() -> Vec<u8> {
    [real(), b"another version".to_vec()].concat()
}

fn put(at: &Path, program: &[u8]) {
    let new = at.with_extension("new");
    std::fs::write(&new, program).unwrap();
    std::fs::set_permissions(&new, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::rename(new, at).unwrap();
}

#[test]
fn an_upgrade_backs_up_swaps_and_is_healthy() {
    let machine = Machine::with_an_office();
    let (code, said) = machine.upgrade_to(&another());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("frontdesk is upgraded and runs"), "{said}");
    assert_eq!(machine.program(), another());
    assert_eq!(machine.backups(), 1);
    machine.is_at_work();
    let (code, said) = machine.upgrade_to(&another());
    assert_eq!(code, 0, "{said}");
    assert_eq!(machine.backups(), 1, "the same version is no upgrade");
}

#[test]
fn a_version_that_does_not_work_is_taken_back() {
    let machine = Machine::with_an_office();
    let (code, said) = machine.upgrade_to(b"#!/bin/sh\nexit 1\n");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("the upgrade was taken back, the version before runs"), "{said}");
    assert_eq!(machine.program(), real());
    machine.is_at_work();
}

#[test]
fn a_database_the_version_before_cannot_read_comes_back_from_the_backup() {
    let machine = Machine::with_an_office();
    // It changes the database beyond the old version's understanding, and then it fails.
    let spoils = "#!/usr/bin/env python3\nimport sqlite3, sys\n\
                  data = sys.argv[sys.argv.index('--data') + 1]\n\
                  base = sqlite3.connect(data + '/frontdesk.sqlite')\n\
                  base.execute('UPDATE compatible SET oldest = 99')\n\
                  base.execute('PRAGMA user_version = 99')\n\
                  base.commit()\nsys.exit(1)\n";
    let (code, said) = machine.upgrade_to(spoils.as_bytes());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("restoring the backup") && said.contains("the upgrade was taken back"), "{said}");
    assert_eq!(machine.program(), real());
    machine.is_at_work();
}

#[test]
fn without_a_backup_nothing_is_changed() {
    let machine = Machine::with_an_office();
    // Nothing can be written where the backups go.
    std::fs::write(machine.data().join("backups"), "in the way").unwrap();
    let (code, said) = machine.upgrade_to(&another());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(machine.program(), real());
    machine.is_at_work();
}
