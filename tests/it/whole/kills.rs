//! Shell. `kill -9` of the real program while promises are made: what was said to be promised is there
//! afterwards, once (spec/reliability.md §3).

use super::office::until;
use super::program::{Program, WayIn, set_up};
use std::sync::{Arc, Mutex};

/// Promises call after call to numbers of its own until nobody answers; notes what it was told is promised.
fn promise_on(office: &WayIn, from: u32, told: &Mutex<Vec<String>>) {
    for number in from.. {
        let body = format!("{{\"number\":\"+45203{number:05}\",\"group\":\"main\"}}");
        let Ok(answer) = office.ask("POST /api/v1/callbacks", &body) else { return };
        let Some((head, body)) = answer.split_once("\r\n\r\n") else { return };
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        let Ok(done) = serde_json::from_str::<serde_json::Value>(body) else { return };
        told.lock().unwrap().push(done["contact"].as_str().unwrap().to_owned());
    }
}

/// The promises that are open: their contacts and their numbers.
fn open(office: &Program) -> Vec<(String, String)> {
    let answer = office.ask("GET /api/v1/callbacks", "");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let list: serde_json::Value = serde_json::from_str(body).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| (text(&item["id"]), text(&item["number"]))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_while_promises_are_made_loses_none_and_keeps_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let told = Arc::new(Mutex::new(Vec::new()));
    for (round, more) in (0..).zip([1, 2, 5, 9]) {
        let program = Program::start(&data, "");
        if round == 0 {
            set_up(&data, "127.0.0.1:9".parse().unwrap());
        }
        let enough = told.lock().unwrap().len() + more;
        let (office, telling) = (program.way_in(), told.clone());
        let promising = std::thread::spawn(move || promise_on(&office, round * 100, &telling));
        until(|| told.lock().unwrap().len() >= enough).await;
        program.kill();
        promising.join().unwrap();

        let program = Program::start(&data, "");
        let found = open(&program);
        for promised in told.lock().unwrap().iter() {
            let times = found.iter().filter(|(id, _)| id == promised).count();
            assert_eq!(times, 1, "{promised} of {found:?}");
        }
        let mut numbers: Vec<&String> = found.iter().map(|(_, number)| number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), found.len(), "nobody is called twice: {found:?}");
    }
}
