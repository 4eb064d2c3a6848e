//! Shell. Opening hours over the API: what happens then, and the owner's word.

use super::{Answer, Office};
use axum::http::StatusCode;
use frontdesk::ids::GroupId;
use frontdesk::office::desk::Command;
use frontdesk::office::memory::{Override, OverrideKind};
use frontdesk::settings::Role;
use frontdesk::store::settings_desk::SettingsSource;
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;

const HOURS: &str = r#"{
    "office": {"name": "Hansen VVS", "language": "en", "country": "DK", "time_zone": "Europe/Copenhagen"},
    "person": [{"id": "anna", "name": "Anna Berg", "role": "owner", "password": "correct horse"}],
    "trunk": [{"id": "provider", "host": "sip.example", "register": false, "from": ["192.0.2.1"], "numbers": ["+4533445566"]}],
    "group": [{"id": "main", "name": "Main line", "members": [{"person": "anna"}]}],
    "hours": {"mon": ["08:00-16:00"], "holidays": true, "after": "voicemail:main"},
    "number": [{"number": "+4533445566", "to": "group:main", "welcome": false}]
}"#;

async fn open() -> (Office, String) {
    let office = Office::open(None).await;
    let source = SettingsSource::Json(serde_json::from_str(HOURS).unwrap());
    office.desk.apply(source).await.unwrap();
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    (office, bearer)
}

async fn ask(office: &Office, bearer: &str, method: &str, path: &str, body: &str) -> Answer {
    office.ask(method, path, &[("authorization", bearer), ("accept-language", "en")], body).await
}

#[tokio::test]
async fn a_time_on_the_offices_clock_is_answered_in_sentences() {
    let (office, bearer) = open().await;
    // Monday 28 December 2026, ten to four.
    let answer = ask(&office, &bearer, "GET", "/api/v1/hours/at?time=2026-12-28T15:50", "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let told = answer.json();
    assert_eq!(
        (&told["time"], &told["local"]),
        (&json!("2026-12-28T14:50:00.000Z"), &json!("2026-12-28T15:50"))
    );
    let open = json!([{"id": "main", "name": "Main line", "open": true, "closes_at": "2026-12-28T15:00:00.000Z",
        "opens_at": null, "why": null, "reason": null}]);
    assert_eq!(told["groups"], open);
    let steps = json!(["Main line is open until 16:00.", "All of them ring: Anna Berg."]);
    assert_eq!(told["numbers"], json!([{"number": "+4533445566", "steps": steps}]));
    assert_eq!(told["lines"][0], "If somebody calls on Monday 28 December at 15:50:");
}

#[tokio::test]
async fn a_holiday_is_closed_by_its_name() {
    let (office, bearer) = open().await;
    // Whit Monday 2027: the Monday after is the next opening.
    let answer = ask(&office, &bearer, "GET", "/api/v1/hours/at?time=2027-05-17T08:00:00Z", "").await;
    let group = answer.json()["groups"][0].clone();
    let expected = ("holiday", "Whit Monday", "2027-05-24T06:00:00.000Z");
    let told = (group["why"].as_str(), group["reason"].as_str(), group["opens_at"].as_str());
    assert_eq!(told, (Some(expected.0), Some(expected.1), Some(expected.2)));
}

#[tokio::test]
async fn the_owners_word_is_in_the_answer() {
    let (office, bearer) = open().await;
    let until: Timestamp = "2026-12-28T12:00:00Z".parse().unwrap();
    let word = Override { group: None, kind: OverrideKind::Closed, until };
    office.board.send_modify(|board| Arc::make_mut(board).overrides = vec![word]);
    let answer = ask(&office, &bearer, "GET", "/api/v1/hours/at?time=2026-12-28T10:00", "").await;
    let steps = &answer.json()["numbers"][0]["steps"];
    let expected = json!([
        "Main line is closed (closed by hand) until 13:00.",
        "The caller can leave a message for Main line."
    ]);
    assert_eq!(*steps, expected);
    let board = ask(&office, &bearer, "GET", "/api/v1/board", "").await.json();
    let shown = json!([{"group": null, "open": false, "until": "2026-12-28T12:00:00.000Z"}]);
    assert_eq!(board["overrides"], shown);
}

#[tokio::test]
async fn a_word_is_set_and_taken_back() {
    let (office, bearer) = open().await;
    let path = "/api/v1/hours/override";
    let body = r#"{"group":"main","open":true,"until":"2026-12-24T14:00"}"#;
    assert_eq!(ask(&office, &bearer, "PUT", path, body).await.status, StatusCode::OK);
    assert_eq!(ask(&office, &bearer, "DELETE", path, "").await.status, StatusCode::OK);
    let of_main = "/api/v1/hours/override?group=main";
    assert_eq!(ask(&office, &bearer, "DELETE", of_main, "").await.status, StatusCode::OK);
    let (main, until) = (Some(GroupId::from("main")), "2026-12-24T13:00:00Z".parse().unwrap());
    let asked = [
        Command::Override { group: main.clone(), set: Some((OverrideKind::Open, until)) },
        Command::Override { group: None, set: None },
        Command::Override { group: main, set: None },
    ];
    assert_eq!(*office.asked.lock().unwrap(), asked);
}

#[tokio::test]
async fn what_is_no_time_is_refused_in_words() {
    let (office, bearer) = open().await;
    let bad = [
        ("GET", "/api/v1/hours/at?time=tomorrow", ""),
        ("PUT", "/api/v1/hours/override", r#"{"open":true,"until":"late"}"#),
        ("PUT", "/api/v1/hours/override", r#"{"open":true}"#),
        ("PUT", "/api/v1/hours/override", "closed"),
    ];
    for (method, path, body) in bad {
        let answer = ask(&office, &bearer, method, path, body).await;
        let told = (answer.status, answer.json()["code"].clone());
        assert_eq!(told, (StatusCode::BAD_REQUEST, json!("bad_request")), "{method} {path} {body}");
    }
    assert!(office.asked.lock().unwrap().is_empty());
}
