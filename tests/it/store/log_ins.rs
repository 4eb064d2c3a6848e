//! Shell. Log-ins on the disk: as hashes, for as long as they are good, and no longer than the password they were
//! opened by.

use super::{open, person};
use frontdesk::store::settings_desk::{SettingsDesk, SettingsSource};
use frontdesk::store::{FILE, Writer};
use frontdesk::time::{Now, Tick};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const OFFICE: &str = r#"
[office]
name = "Hansen VVS"
country = "DK"
time_zone = "Europe/Copenhagen"
[[person]]
id = "anna"
name = "Anna Berg"
role = "owner"
password = "correct horse"
[[person]]
id = "bo"
name = "Bo Lund"
password = "battery staple"
"#;

const NOON: &str = "2026-11-23T12:00:00Z";
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The program at work on a folder, and its way to log-ins.
struct Here {
    desk: SettingsDesk,
    writer: Writer,
}

impl Here {
    fn start(data: &Path) -> Here {
        let opened = open(data).unwrap();
        let settings = opened.settings.map(Arc::new);
        let desk = SettingsDesk::new(opened.writer.clone(), opened.reader, None, settings);
        Here { desk, writer: opened.writer }
    }

    async fn first(data: &Path) -> Here {
        let here = Here::start(data);
        let office = SettingsSource::Toml { text: OFFICE.into(), file: "office.toml".into() };
        here.desk.apply(office).await.unwrap();
        here
    }

    /// Ended and started anew.
    fn restart(self, data: &Path) -> Here {
        self.writer.close();
        drop(self);
        Here::start(data)
    }

    async fn log_in(&self, bearer: &str, who: &str, now: Now) {
        let office = self.desk.current().unwrap();
        let hash = office.person(&person(who)).unwrap().password_hash.clone().unwrap();
        self.desk.open_log_in(bearer, person(who), &hash, now).await;
    }

    async fn is_good(&self, bearer: &str, now: Now) -> bool {
        self.desk.person_of_log_in(bearer, now).await.is_some()
    }
}

/// This long after the program's start, by a clock that shows `wall` and this much more.
fn at(tick: Duration, wall: &str, more: Duration) -> Now {
    Now { tick: Tick(tick), wall: wall.parse::<jiff::Timestamp>().unwrap() + more }
}

fn rows(data: &Path) -> i64 {
    let database = rusqlite::Connection::open(data.join(FILE)).unwrap();
    database.query_row("SELECT count(*) FROM log_in", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_log_in_outlives_the_program_for_as_long_as_it_is_good() {
    let data = tempfile::tempdir().unwrap();
    let here = Here::first(data.path()).await;
    here.log_in("fd_one", "anna", at(9 * HOUR, NOON, Duration::ZERO)).await;
    let here = here.restart(data.path());
    let second = Duration::from_secs(1);
    assert_eq!(
        here.desk.person_of_log_in("fd_one", at(second, NOON, 12 * HOUR - second)).await,
        Some(person("anna"))
    );
    assert!(!here.is_good("fd_other", at(second, NOON, HOUR)).await);
    // In use: every half hour of it is written down.
    assert!(here.is_good("fd_one", at(HOUR, NOON, 13 * HOUR)).await);
    let here = here.restart(data.path());
    assert!(here.is_good("fd_one", at(second, NOON, 25 * HOUR - second)).await, "quiet since 13 h");
    let here = here.restart(data.path());
    assert!(!here.is_good("fd_one", at(second, NOON, 25 * HOUR)).await, "twelve quiet hours");
}

#[tokio::test]
async fn seven_days_are_seven_days_however_often_the_program_starts() {
    let data = tempfile::tempdir().unwrap();
    let mut here = Here::first(data.path()).await;
    here.log_in("fd_one", "anna", at(Duration::ZERO, NOON, Duration::ZERO)).await;
    for lived in 1..14 {
        here = here.restart(data.path());
        let wall = 12 * HOUR * lived - HOUR;
        assert!(here.is_good("fd_one", at(Duration::ZERO, NOON, wall)).await, "{lived}");
        assert!(here.is_good("fd_one", at(HOUR, NOON, wall + HOUR)).await, "{lived}");
    }
    here = here.restart(data.path());
    assert!(here.is_good("fd_one", at(Duration::ZERO, NOON, 7 * DAY - Duration::from_secs(1))).await);
    assert!(!here.is_good("fd_one", at(Duration::from_secs(1), NOON, 7 * DAY)).await);
}

/// A box without a clock of its own is set right some minutes after its start (spec/reliability.md §4).
#[tokio::test]
async fn a_clock_that_is_set_ends_nobodys_log_in() {
    let data = tempfile::tempdir().unwrap();
    let here = Here::first(data.path()).await;
    let epoch = "1970-01-01T00:00:30Z";
    here.log_in("fd_one", "anna", at(Duration::from_secs(30), epoch, Duration::ZERO)).await;
    assert!(here.is_good("fd_one", at(HOUR, NOON, Duration::ZERO)).await);
    let here = here.restart(data.path());
    assert!(here.is_good("fd_one", at(Duration::ZERO, NOON, HOUR)).await, "written down by the right clock");
    let here = here.restart(data.path());
    assert!(here.is_good("fd_one", at(Duration::ZERO, epoch, Duration::ZERO)).await, "no clock again");
}

#[tokio::test]
async fn a_log_out_and_another_password_take_the_rows_away() {
    let data = tempfile::tempdir().unwrap();
    let here = Here::first(data.path()).await;
    let now = at(HOUR, NOON, Duration::ZERO);
    for (bearer, who) in [("fd_1", "anna"), ("fd_2", "anna"), ("fd_3", "bo"), ("fd_4", "bo")] {
        here.log_in(bearer, who, now).await;
    }
    here.desk.close_log_in("fd_1", now).await.unwrap();
    assert!(!here.is_good("fd_1", now).await && here.is_good("fd_2", now).await);
    here.desk.set_password(&person("anna"), "battery horse".into()).await.unwrap();
    assert!(!here.is_good("fd_2", now).await && here.is_good("fd_3", now).await);
    assert_eq!(rows(data.path()), 2, "one out, one with the old password");
    let here = here.restart(data.path());
    let good =
        [here.is_good("fd_1", now).await, here.is_good("fd_2", now).await, here.is_good("fd_3", now).await];
    assert_eq!(good, [false, false, true]);
    // Whoever does not work here any more is out, whatever is applied later.
    let without = OFFICE.split("[[person]]\nid = \"bo\"").next().unwrap();
    for text in [without, OFFICE] {
        here.desk.apply(SettingsSource::Toml { text: text.into(), file: String::new() }).await.unwrap();
        assert!(!here.is_good("fd_3", now).await);
    }
    assert_eq!(rows(data.path()), 0);
}

#[tokio::test]
async fn a_copy_of_the_database_opens_nothing() {
    let data = tempfile::tempdir().unwrap();
    let here = Here::first(data.path()).await;
    let now = at(HOUR, NOON, Duration::ZERO);
    here.log_in("fd_not-to-be-found", "anna", now).await;
    here.writer.close();
    for file in std::fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = if file.is_file() { std::fs::read(&file).unwrap() } else { Vec::new() };
        assert!(!bytes.windows(9).any(|part| part == b"not-to-be"), "{}", file.display());
    }
    let database = rusqlite::Connection::open(data.path().join(FILE)).unwrap();
    let kept: String =
        database.query_row("SELECT lower(hex(hash)) FROM log_in", [], |row| row.get(0)).unwrap();
    assert_eq!(kept.len(), 64);
    for shown in [kept.clone(), format!("fd_{kept}")] {
        assert!(!here.is_good(&shown, now).await, "{shown}");
    }
}

#[tokio::test]
async fn more_log_ins_than_an_office_needs_end_the_quietest() {
    let data = tempfile::tempdir().unwrap();
    let here = Here::first(data.path()).await;
    for number in 0..513_u32 {
        let now = at(Duration::from_secs(number.into()), NOON, Duration::ZERO);
        here.log_in(&format!("fd_{number}"), "bo", now).await;
    }
    let now = at(HOUR, NOON, Duration::ZERO);
    assert!(!here.is_good("fd_0", now).await && here.is_good("fd_1", now).await);
    here.writer.close();
    assert_eq!(rows(data.path()), 512);
}
