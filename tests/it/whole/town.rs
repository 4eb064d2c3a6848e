//! The demonstration is a test of the whole program: a real office, every call checked by ear, every count
//! compared with the API. Its gate must be able to fail.

use frontdesk::demo::api::Api;
use frontdesk::demo::letterbox::Letters;
use frontdesk::demo::town::{Pace, Tally, Town};
use frontdesk::settings::Role;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

async fn an_afternoon() -> (Town, Tally, Api, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let pace = Pace { speed: 5.0, lasts: Some(Duration::from_secs(7)) };
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mut town = Town::open(folder.path(), "a password", pace, any).await.unwrap();
    let token = town.token("test", Role::Owner).await.unwrap();
    let at = town.dashboard().unwrap();
    let tally = town.run(std::future::pending()).await;
    (town, tally, Api { at, token }, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_served_or_called_back_with_sound_both_ways_and_the_counts_agree() {
    let (town, tally, api, _folder) = an_afternoon().await;
    assert!(tally.carried >= 3, "{tally:?}");
    assert_eq!(tally.deaf, 0, "{tally:?}");
    assert_eq!((tally.promised, tally.kept, tally.messages), (1, 1, 1), "{tally:?}");
    assert!(tally.mail.written >= 3 && tally.mail.answered >= 1, "{tally:?}");
    assert_eq!(tally.mail.late, 1, "{tally:?}");
    let day = api.fetch("/api/v1/reports/day").await.unwrap();
    let first_reply = &day["mail"][1];
    assert_eq!(
        (first_reply["metric"].as_str(), first_reply["parts"][0]["id"].as_str()),
        (Some("M14"), Some("answered"))
    );
    assert_eq!(first_reply["parts"][0]["value"].as_f64(), Some(tally.mail.answered as f64), "{first_reply}");
    town.check(&tally, &api).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_office_does_not_know_or_nobody_heard_fails_the_demonstration() {
    let (town, tally, api, _folder) = an_afternoon().await;
    let deaf = Tally { carried: tally.carried - 1, deaf: tally.deaf + 1, ..tally.clone() };
    let unknown = Tally { called: tally.called + 1, ..tally.clone() };
    let unkept = Tally { kept: tally.kept - 1, ..tally.clone() };
    let unread =
        Tally { mail: Letters { written: tally.mail.written + 1, ..tally.mail.clone() }, ..tally.clone() };
    let unanswered =
        Tally { mail: Letters { answered: tally.mail.answered + 1, ..tally.mail.clone() }, ..tally.clone() };
    let unheard = Tally { messages: tally.messages + 1, ..tally };
    assert!(town.compare(&unread, &api).await.is_err(), "a mail nobody finds");
    assert!(town.compare(&unanswered, &api).await.is_err(), "an answer nobody got");
    assert!(town.compare(&deaf, &api).await.is_err());
    assert!(town.compare(&unknown, &api).await.is_err());
    assert!(town.compare(&unkept, &api).await.is_err(), "a promise that was not kept");
    assert!(town.compare(&unheard, &api).await.is_err(), "a message nobody finds");
}

/// Ctrl-C, `kill`, a terminal that closes: what lay in the temporary folder, keys and names, goes with it.
#[test]
fn however_it_is_ended_the_demonstration_leaves_nothing_behind() {
    // One after the other: each looks for free ports when it starts.
    for signal in ["INT", "TERM", "HUP"] {
        let folder = tempfile::tempdir().unwrap();
        let mut demo = Command::new("timeout");
        demo.args(["--foreground", "120", env!("CARGO_BIN_EXE_frontdesk"), "demo"]);
        demo.env("TMPDIR", folder.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut demo = demo.spawn().unwrap();
        let mut said = BufReader::new(demo.stdout.take().unwrap()).lines();
        let first = said.next().expect("the demonstration says where it is").unwrap();
        assert!(first.starts_with("A living office"), "{first}");
        assert_eq!(files(&folder), 1);
        end(&mut demo, signal);
        said.for_each(drop);
        assert_eq!(demo.wait().unwrap().code(), Some(0), "{signal}");
        assert_eq!(files(&folder), 0, "{signal}");
    }
}

fn end(demo: &mut Child, signal: &str) {
    let sent = Command::new("kill").args(["-s", signal, &demo.id().to_string()]).status().unwrap();
    assert!(sent.success(), "{signal}");
}

fn files(folder: &tempfile::TempDir) -> usize {
    std::fs::read_dir(folder.path()).unwrap().count()
}
