//! Shell. The real program on a disk that fails, or that takes five seconds for a sync: nothing is said to be
//! kept that is not, and nobody on the phone notices (spec/reliability.md §3).

use super::office::{At, Scene, both_heard, office_toml, order, phone_at, registered, until};
use super::program::{Program, set_up};
use crate::cli::{frontdesk, told};
use crate::store::crash::witness;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An office at work on a disk with moods.
struct Office {
    program: Program,
    scene: Scene,
    provider: At,
    _phone: At,
    data: PathBuf,
    mood: PathBuf,
    folder: tempfile::TempDir,
}

impl Office {
    async fn open() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let (data, mood) = (folder.path().join("data"), folder.path().join("mood"));
        let library = witness(folder.path());
        let watched = format!("export LD_PRELOAD={} BAD_DISK={};", library.display(), mood.display());
        let program = Program::start(&data, &watched);
        let mut scene = Scene::set();
        let provider = scene.provider(program.sip()).await;
        set_up(&data, provider.address);
        let phone = At::work(phone_at(program.sip(), &scene.tell).await);
        registered(&mut scene.told).await;
        Office { program, scene, provider, _phone: phone, data, mood, folder }
    }

    /// From now on the disk is so; an empty word: it is well.
    fn disk_is(&self, mood: &str) {
        std::fs::write(&self.mood, mood).unwrap();
    }

    async fn a_call_is_heard_both_ways(&mut self) {
        self.provider.orders.send(order(Duration::from_millis(300))).await.unwrap();
        both_heard(self.scene.reports().await);
    }

    fn health(&self) -> String {
        self.program.ask("GET /healthz", "")
    }
}

/// An office.toml with another name for the group; its `apply`.
fn renamed(data: &Path, folder: &Path, name: &str, provider: SocketAddr) -> (i32, String, String) {
    let file = folder.join(format!("{name}.toml"));
    let text = office_toml(provider).replace("name = \"Main\"", &format!("name = \"{name}\""));
    std::fs::write(&file, text).unwrap();
    told(frontdesk(data, &["apply", file.to_str().unwrap()], ""))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_is_told_and_the_calls_go_on() {
    let mut office = Office::open().await;
    for mood in ["eio", "enospc"] {
        office.disk_is(mood);
        let (code, _, err) = renamed(&office.data, office.folder.path(), mood, office.provider.address);
        assert!(code == 1 && err.contains("it could not be stored: the disk"), "{mood}: {code} {err}");
        until(|| office.health().contains("refusing promises")).await;
        assert!(office.health().starts_with("HTTP/1.1 200"), "calls are taken all the same");
        office.a_call_is_heard_both_ways().await;
        office.disk_is("");
        until(|| office.health().contains("\"store\":\"ok\"")).await;
        let (code, _, err) = renamed(&office.data, office.folder.path(), mood, office.provider.address);
        assert_eq!((code, err.as_str()), (0, ""), "{mood}");
    }
    // What happened meanwhile was kept until the disk took it.
    until(|| office.program.ask("GET /api/v1/contacts", "").matches("\"answered\"").count() >= 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_five_seconds_delays_no_call() {
    let mut office = Office::open().await;
    office.disk_is("slow");
    let (data, folder) = (office.data.clone(), office.folder.path().to_owned());
    let address = office.provider.address;
    let slow = std::thread::spawn(move || renamed(&data, &folder, "Slow", address));
    office.a_call_is_heard_both_ways().await;
    assert!(office.health().starts_with("HTTP/1.1 200"));
    office.disk_is("");
    let (code, _, err) = slow.join().unwrap();
    assert_eq!((code, err.as_str()), (0, ""));
}
