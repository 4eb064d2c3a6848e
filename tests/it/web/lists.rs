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
        row.message = Some(Message { length, saved_at: row.started_at, heard_at: None, done: None });
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
