//! Shell. `kill -9` of the real program in every state of a callback: what stands after the restart, and that
//! its customer is called once in the two lives together (spec/callback.md §9, §13.6).

use super::office::{At, Scene, customers, office_toml, phone_so, registered, staff, until};
use super::program::{Program, set_up_so};
use frontdesk::demo::exchange::Manner;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// The promise that the program is killed over, and one made afterwards: nobody overtakes the first.
const FIRST: &str = "+4520000001";
const SECOND: &str = "+4520000002";
/// As good as for ever.
const LONG: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_millis(300);

/// How those around the office behave so that it comes to the state, and what stands after the kill.
struct Killed {
    /// `None`: nobody has a phone yet.
    staff: Option<Manner>,
    customers: Manner,
    first: &'static str,
    /// The moment has come when one of its answers says this.
    when: (&'static str, &'static str),
    stands: &'static str,
}

fn rings(long: Duration, manner: Manner) -> Manner {
    Manner { rings: long, ..manner }
}

fn says_yes() -> Manner {
    Manner { calls_back: Some(SOON), ..staff() }
}

const BOARD: &str = "GET /api/v1/board";
const CALLBACKS: &str = "GET /api/v1/callbacks";

fn open(data: &Path, first: &str, provider: std::net::SocketAddr) {
    let wrap = "wrap_up = \"1s\"\n";
    let who = format!("{wrap}callback = {{ first = \"{first}\" }}\n");
    set_up_so(data, &office_toml(provider).replace(wrap, &who));
}

fn promise(office: &Program, number: &str) {
    let body = format!("{{\"number\":\"{number}\",\"group\":\"main\"}}");
    let answer = office.ask("POST /api/v1/callbacks", &body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// The open promise or task about a number: its state, and how often it was dialled.
fn stands(office: &Program, number: &str) -> Option<(String, usize)> {
    let answer = office.ask(CALLBACKS, "");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let list: Value = serde_json::from_str(body).unwrap();
    let row = list["items"].as_array().unwrap().iter().find(|row| row["number"] == number)?;
    let state = row["callback"]["state"].as_str().unwrap().to_owned();
    Some((state, row["tries"].as_array().unwrap().len()))
}

impl Killed {
    /// The first life: a promise is made and comes to the state; then the power goes.
    async fn first_life(&self, data: &Path) {
        let program = Program::start_with(data, "", &["--calls-back-any-time"]);
        let mut scene = Scene::set();
        let provider = scene.provider_so(program.sip(), self.customers.clone()).await;
        open(data, self.first, provider.address);
        let mut phone = At::idle();
        if let Some(manner) = self.staff.clone() {
            phone = At::work(phone_so(program.sip(), manner, &scene.tell).await);
            registered(&mut scene.told).await;
        }
        promise(&program, FIRST);
        let (what, word) = self.when;
        until(|| program.ask(what, "").contains(word)).await;
        program.kill();
        phone.vanish().await;
        provider.vanish().await;
    }

    /// The second: the promise stands as it must, a further one is made, and everybody is at work again.
    async fn second_life(&self, data: &Path) {
        let program = Program::start_with(data, "", &["--calls-back-any-time"]);
        let tries = usize::from(self.stands == "perhaps");
        until(|| stands(&program, FIRST) == Some((self.stands.to_owned(), tries))).await;
        let mut scene = Scene::set();
        let provider = scene.provider(program.sip()).await;
        open(data, "agent", provider.address);
        promise(&program, SECOND);
        let _phone = At::work(phone_so(program.sip(), says_yes(), &scene.tell).await);
        registered(&mut scene.told).await;
        // A talk that short is tried again later: the row stays, with the dial in it.
        until(|| stands(&program, SECOND) == Some(("waiting".to_owned(), 1))).await;
        assert_eq!(stands(&program, FIRST), Some((self.stands.to_owned(), 1)), "once in two lives");
    }

    async fn happens(self) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        self.first_life(&data).await;
        self.second_life(&data).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_waits_it_is_kept_afterwards() {
    let when = (BOARD, "\"state\":\"waiting\"");
    Killed { staff: None, customers: customers(), first: "agent", when, stands: "waiting" }.happens().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_phone_rings_for_it_it_waits_again() {
    let staff = Some(rings(LONG, staff()));
    let when = (BOARD, "\"state\":\"reserved\"");
    Killed { staff, customers: customers(), first: "agent", when, stands: "waiting" }.happens().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_a_member_has_answered_for_it_it_waits_again() {
    let when = (BOARD, "\"state\":\"talking\"");
    Killed { staff: Some(staff()), customers: customers(), first: "agent", when, stands: "waiting" }
        .happens()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_is_dialled_it_is_a_persons_task() {
    let customers = rings(LONG, customers());
    let when = (CALLBACKS, "\"state\":\"dialing\"");
    Killed { staff: Some(says_yes()), customers, first: "agent", when, stands: "perhaps" }.happens().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_its_customer_has_answered_it_is_a_persons_task() {
    let when = (CALLBACKS, "\"state\":\"reached\"");
    Killed { staff: Some(staff()), customers: customers(), first: "customer", when, stands: "perhaps" }
        .happens()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_talk_it_is_a_persons_task() {
    let staff = Some(Manner { calls_back: Some(LONG), ..staff() });
    let when = ("GET /api/v1/contacts", "\"state\":\"connected\"");
    Killed { staff, customers: customers(), first: "agent", when, stands: "perhaps" }.happens().await;
}
