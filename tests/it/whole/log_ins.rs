//! Shell. Log-ins of the real program: a restart ends none, a new password and a log-out do for good.

use super::office::until;
use super::program::{Program, set_up_so};
use crate::cli::{frontdesk, told};
use std::path::Path;

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

/// A browser that holds the cookie of a log-in.
struct Browser(String);

impl Browser {
    fn log_in(program: &Program, person: &str, password: &str) -> Browser {
        let body = format!("{{\"person\":\"{person}\",\"password\":\"{password}\"}}");
        let answer = program.way_in().ask_as("Accept: */*", "POST /api/v1/session", &body).unwrap();
        let head = answer.to_lowercase();
        let (_, cookie) = head.split_once("set-cookie: ").expect(&answer);
        let begins = answer.len() - cookie.len();
        let cookie = answer[begins..].split(';').next().unwrap();
        Browser(format!("Cookie: {cookie}"))
    }

    fn ask(&self, program: &Program, what: &str) -> u16 {
        let answer = program.way_in().ask_as(&self.0, what, "").unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn is_known(&self, program: &Program) -> u16 {
        self.ask(program, "GET /api/v1/session")
    }
}

fn kept(data: &Path) -> i64 {
    let database = rusqlite::Connection::open(data.join(frontdesk::store::FILE)).unwrap();
    database.query_row("SELECT count(*) FROM log_in", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_log_in_outlives_a_kill_and_a_restart_and_ends_with_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Program::start(&data, "");
    set_up_so(&data, OFFICE);
    let anna = Browser::log_in(&program, "anna", "correct horse");
    let [bo, out] = [(); 2].map(|()| Browser::log_in(&program, "bo", "battery staple"));
    until(|| kept(&data) == 3).await;
    program.kill();

    let program = Program::start(&data, "");
    assert_eq!([&anna, &bo, &out].map(|one| one.is_known(&program)), [200, 200, 200]);
    assert_eq!(out.ask(&program, "DELETE /api/v1/session"), 204);
    program.kill();

    let program = Program::start(&data, "");
    assert_eq!(out.is_known(&program), 401, "a log-out is on the disk before it is answered");
    let (code, _, err) = told(frontdesk(&data, &["person", "passwd", "anna"], "a new long one\n"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!([&anna, &bo, &out].map(|one| one.is_known(&program)), [401, 200, 401]);
    drop(program);

    let program = Program::start(&data, "");
    assert_eq!([&anna, &bo, &out].map(|one| one.is_known(&program)), [401, 200, 401]);
    assert_eq!(Browser::log_in(&program, "anna", "a new long one").is_known(&program), 200);
}
