//! The room's speaker: the helper is told, supervised, and never missed.

use frontdesk::office::Chime;
use frontdesk::speaker::{Speaker, word};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tokio::io::{AsyncBufReadExt, BufReader};

/// A helper made of a shell script, and the pipe it reports to.
struct Room {
    folder: tempfile::TempDir,
    reports: BufReader<tokio::fs::File>,
}

impl Room {
    async fn with(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("reports");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let helper = folder.path().join("helper");
        std::fs::write(&helper, format!("#!/bin/sh\nexec 3>{}\n{script}\n", pipe.display())).unwrap();
        std::fs::set_permissions(&helper, PermissionsExt::from_mode(0o755)).unwrap();
        // read and write, so that opening does not wait for the other end
        let open = tokio::fs::OpenOptions::new().read(true).write(true).open(&pipe).await.unwrap();
        Self { folder, reports: BufReader::new(open) }
    }

    fn helper(&self) -> PathBuf {
        self.folder.path().join("helper")
    }

    async fn report(&mut self) -> String {
        let mut line = String::new();
        self.reports.read_line(&mut line).await.unwrap();
        line.trim().to_owned()
    }
}

#[tokio::test]
async fn a_chime_reaches_the_helper_as_its_word() {
    let mut room = Room::with("while read word; do echo heard $word >&3; done").await;
    let speaker = Speaker::with_helper(room.helper());
    speaker.chime(Chime::CallerWaits);
    assert_eq!(room.report().await, format!("heard {}", word(Chime::CallerWaits)));
    speaker.chime(Chime::CallerWaits);
    assert_eq!(room.report().await, format!("heard {}", word(Chime::CallerWaits)));
}

#[tokio::test]
async fn a_helper_that_died_is_started_again() {
    let mut room = Room::with("read word; echo heard $word >&3; exit 1").await;
    let speaker = Speaker::with_helper(room.helper());
    for _ in 0..2 {
        assert_eq!(heard(&mut room, &speaker).await, "heard caller-waits");
    }
}

#[tokio::test]
async fn a_helper_that_comes_later_is_found() {
    let mut room = Room::with("while read word; do echo heard $word >&3; done").await;
    let away = room.folder.path().join("away");
    std::fs::rename(room.helper(), &away).unwrap();
    let speaker = Speaker::with_helper(room.helper());
    speaker.chime(Chime::CallerWaits);
    tokio::task::yield_now().await;
    std::fs::rename(away, room.helper()).unwrap();
    assert_eq!(heard(&mut room, &speaker).await, "heard caller-waits");
}

/// The next report; during a pause a chime is dropped, so it is asked for again until one is heard.
async fn heard(room: &mut Room, speaker: &Speaker) -> String {
    loop {
        speaker.chime(Chime::CallerWaits);
        let wait = std::time::Duration::from_millis(100);
        if let Ok(heard) = tokio::time::timeout(wait, room.report()).await {
            return heard;
        }
    }
}

/// Libraries the dynamic linker would want for this program.
fn libraries(program: &Path) -> String {
    let ldd = Command::new("ldd").arg(program).output().unwrap();
    String::from_utf8(ldd.stdout).unwrap()
}

#[test]
fn the_program_does_not_want_alsa() {
    let program = Path::new(env!("CARGO_BIN_EXE_frontdesk"));
    assert!(!libraries(program).contains("libasound"));
    // the check can fail: the helper does want it
    #[cfg(feature = "speaker")]
    assert!(libraries(Path::new(env!("CARGO_BIN_EXE_frontdesk-speaker"))).contains("libasound"));
}

#[test]
fn the_program_starts_in_a_bare_root() {
    let root = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_frontdesk"));
    let listed = libraries(program);
    let wanted: Vec<&Path> =
        listed.split_whitespace().filter(|w| w.starts_with('/')).map(Path::new).chain([program]).collect();
    for file in wanted {
        let copy = root.path().join(file.strip_prefix("/").unwrap());
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(file, copy).unwrap();
    }
    let ours = if rustix::process::getuid().is_root() { None } else { Some("--map-root-user") };
    let mut child = Command::new("unshare")
        .args(ours)
        .arg("--root")
        .arg(root.path())
        .arg(program)
        .arg("--version")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "did not start in a bare root: {said}");
}
