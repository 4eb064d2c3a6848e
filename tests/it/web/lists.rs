//! Shell. `cursor` and `limit` of the lists that are read whole (INTERFACES.md §3).

use super::Office;
use crate::store::contact;
use axum::http::StatusCode;
use frontdesk::ids::CallId;
use frontdesk::office::contact::Outcome;
use frontdesk::office::memory::Change;
use frontdesk::office::promise::Message;
use frontdesk::settings::Role;
use serde_json::Value;
use std::time::Duration;

/// Every list is walked in parts that are the whole together, and says no to what is no part of it.
#[tokio::test]
async fn a_list_is_walked_in_parts() {
    let office = Office::open(None).await;
    for id in [10, 12, 14] {
        let mut row = contact(id);
        row.id = CallId(id);
        row.outcome = Some(Outcome::Voicemail);
        let length = Duration::from_secs(12);
        row.message =
            Some(Message { length, saved_at: row.started_at, heard_at: None, assigned: None, done: None });
        office.keep_change(Change::Contact(Box::new(row))).await;
    }
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    let ask = async |path: String| office.ask("GET", &path, &[("authorization", &bearer)], "").await;
    for (path, id) in [("/api/v1/voicemails", "id"), ("/api/v1/prompts", "name")] {
        let ids = |page: &Value| {
            page["items"].as_array().unwrap().iter().map(|row| row[id].clone()).collect::<Vec<_>>()
        };
        let whole = ask(path.to_owned()).await.json();
        assert_eq!(whole["next_cursor"], Value::Null, "{path}");
        let first = ask(format!("{path}?limit=2")).await.json();
        let next = first["next_cursor"].as_str().unwrap().to_owned();
        let rest = ask(format!("{path}?cursor={next}")).await.json();
        assert_eq!([ids(&first), ids(&rest)].concat(), ids(&whole), "{path}");
        assert_eq!(ids(&first).len(), 2, "{path}");
    }
    for path in ["/api/v1/callbacks", "/api/v1/owed", "/api/v1/voicemails", "/api/v1/prompts"] {
        for wrong in ["limit=abc", "cursor=zzz"] {
            let answer = ask(format!("{path}?{wrong}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {wrong}");
        }
    }
}

/// `/export`: contacts as CSV and as a workbook, a day as a workbook; without a span, all there is.
#[tokio::test]
async fn contacts_and_days_are_taken_away_as_tables() {
    let office = Office::open(None).await;
    let mut row = contact(10);
    row.outcome = Some(Outcome::Answered);
    row.from.name = "=HYPERLINK(\"http://evil.example\")".into();
    row.started_at = "2026-11-21T09:00:00Z".parse().unwrap();
    office.keep_change(Change::Contact(Box::new(row))).await;
    let bearer = format!("Bearer {}", office.token(Role::Agent).await);
    let ask = async |path: &str| office.ask("GET", path, &[("authorization", &bearer)], "").await;
    let table = ask("/api/v1/export/contacts.csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = table.text.split_terminator("\r\n").collect();
    let json = ask("/api/v1/contacts").await.json();
    let row = json["items"][0].as_object().unwrap();
    for field in row.keys().filter(|field| !["callback", "message", "customer_id"].contains(&field.as_str()))
    {
        assert!(
            lines[0].split(',').any(|heading| heading == field),
            "{field} of a contact is no column: {}",
            lines[0]
        );
    }
    assert_eq!(lines.len(), 2, "{}", table.text);
    assert!(lines[1].starts_with("C-10,inbound,2026-11-21T09:00:00.000Z,"), "{}", lines[1]);
    assert!(lines[1].contains(",\"'=HYPERLINK(\"\"http://evil.example\"\")\","), "{}", lines[1]);
    let before = ask("/api/v1/export/contacts.csv?to=2026-11-21T09:00:00Z").await;
    assert_eq!(before.text.lines().count(), 1, "an end is left out: {}", before.text);
    for path in ["contacts.xlsx?from=2026-11-20T00:00:00Z", "day.xlsx?date=2026-11-21", "day.xlsx"] {
        let book = ask(&format!("/api/v1/export/{path}")).await;
        assert_eq!(book.status, StatusCode::OK, "{path}");
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(book.header("content-type"), kind);
        assert!(book.header("content-disposition").ends_with(".xlsx\""), "{path}");
        assert!(book.text.starts_with("PK"), "{path}");
    }
    for wrong in [
        "contacts.xlsx?from=now",
        "contacts.csv?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z",
        "day.xlsx?date=x",
    ] {
        assert_eq!(ask(&format!("/api/v1/export/{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}
