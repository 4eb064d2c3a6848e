//! Shell. Promises, messages, opening hours and prompts over HTTP.

use super::{Answer, Office};
use crate::store::{contact, number};
use axum::http::StatusCode;
use frontdesk::ids::{CallId, GroupId, PersonId, Receipt};
use frontdesk::office::contact::{Contact, Outcome};
use frontdesk::office::desk::{CallbackOrder, Command};
use frontdesk::office::memory::Change;
use frontdesk::office::promise::{
    Asked, Callback, CallbackState, CameTo, Message, Settled, SettledBy, Try, Window,
};
use frontdesk::settings::{Language, Role};
use frontdesk::store::StoreEvent;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

fn at(time: &str) -> Timestamp {
    format!("2026-11-21T{time}Z").parse().unwrap()
}

/// Number 2041 asked at 11:30 to be called back, was promised 11:40–11:55, and was tried twice.
fn promised(state: CallbackState) -> Contact {
    let mut row = contact(2041);
    row.started_at = at("11:28:00");
    row.outcome = Some(Outcome::CallbackRequested);
    row.callback = Some(Callback {
        state,
        number: number("+4512345678"),
        asked: Asked::Key,
        requested_at: at("11:30:00"),
        order_at: at("11:28:00"),
        promised: Some(Window { from: at("11:40:00"), to: at("11:55:00") }),
        connected_at: None,
        tries: vec![
            Try { at: at("11:41:00"), came_to: CameTo::NoAnswer },
            Try { at: at("11:46:00"), came_to: CameTo::Fault },
        ],
        not_before: Some(at("12:06:00")),
        given_to: Some(PersonId::from("anna")),
        settled: None,
        language: Language::Da,
        matter: None,
    });
    row
}

/// Number 2042 left a message of 12 s yesterday evening in the office's time.
fn message() -> Contact {
    let mut row = contact(2042);
    row.started_at = "2026-11-20T22:30:00Z".parse().unwrap();
    row.outcome = Some(Outcome::Voicemail);
    row.from.number = Some(number("+4520000042"));
    let length = Duration::from_secs(12);
    row.message =
        Some(Message { length, saved_at: row.started_at, heard_at: None, assigned: None, done: None });
    row
}

/// Number 2043 gave up this morning.
fn missed() -> Contact {
    let mut row = contact(2043);
    row.started_at = at("08:00:00");
    row.from.number = Some(number("+4520000043"));
    row
}

impl Office {
    async fn with(contacts: Vec<Contact>) -> Office {
        let office = Office::open(None).await;
        for row in contacts {
            office.keep(row).await;
        }
        office
    }

    async fn owner(&self, method: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token(Role::Owner).await);
        self.ask(method, path, &[("authorization", &bearer)], body).await
    }

    fn last_asked(&self) -> Command {
        self.asked.lock().unwrap().last().cloned().unwrap()
    }
}

#[tokio::test]
async fn a_contact_row_shows_its_promise_and_its_message() {
    let mut done = promised(CallbackState::Done);
    let settled = Settled { at: at("11:50:00"), by: SettledBy::Person(PersonId::from("anna")) };
    let callback = done.callback.as_mut().unwrap();
    (callback.settled, callback.connected_at) = (Some(settled), Some(at("11:49:00")));
    let office = Office::with(vec![done, message()]).await;
    let rows = office.owner("GET", "/api/v1/contacts", "").await.json();
    assert_eq!(
        rows["items"][1]["callback"],
        json!({
            "state": "done", "requested_at": "2026-11-21T11:30:00.000Z",
            "promised_from": "2026-11-21T11:40:00.000Z", "promised_to": "2026-11-21T11:55:00.000Z",
            "connected_at": "2026-11-21T11:49:00.000Z", "attempts": 1, "settled_by": "person:anna",
        }),
        "a fault of ours is no attempt"
    );
    assert_eq!(rows["items"][1]["message"], Value::Null);
    assert_eq!(rows["items"][0]["callback"], Value::Null);
    assert_eq!(rows["items"][0]["message"]["length_ms"], 12_000);
}

#[tokio::test]
async fn what_is_owed_is_one_list_oldest_first_with_its_kinds_and_what_is_late() {
    let office = Office::with(vec![promised(CallbackState::Snoozed), message(), missed()]).await;
    let owed = office.owner("GET", "/api/v1/owed", "").await.json();
    let rows: Vec<_> = owed["items"].as_array().unwrap().iter().collect();
    let short = |row: &&Value| {
        (row["contact"].clone(), row["kind"].clone(), row["late"].clone(), row["number"].clone())
    };
    let row =
        |id: &str, kind: &str, late: bool, number: &str| (json!(id), json!(kind), json!(late), json!(number));
    // The message is of 23:30 on Friday in Copenhagen; at 13:00 the promise until 12:55 has passed.
    assert_eq!(
        rows.iter().map(short).collect::<Vec<_>>(),
        [
            row("C-2042", "voicemail", true, "+4520000042"),
            row("C-2043", "missed", false, "+4520000043"),
            row("C-2041", "callback", true, "+4512345678"),
        ]
    );
    assert_eq!(rows[2]["callback"]["state"], "snoozed");
    assert_eq!(rows[0]["message"]["heard_at"], Value::Null);
}

#[tokio::test]
async fn who_is_reached_is_owed_nothing_though_the_message_can_still_be_heard() {
    let mut reached = contact(2044);
    reached.started_at = at("11:00:00");
    reached.outcome = Some(Outcome::Answered);
    reached.from.number = Some(number("+4520000042"));
    let office = Office::with(vec![message(), missed(), reached]).await;
    let owed = office.owner("GET", "/api/v1/owed", "").await.json();
    let contacts: Vec<_> =
        owed["items"].as_array().unwrap().iter().map(|row| row["contact"].clone()).collect();
    assert_eq!(contacts, [json!("C-2043")]);
    let messages = office.owner("GET", "/api/v1/voicemails", "").await.json();
    assert_eq!(messages["items"][0]["id"], "C-2042");
}

#[tokio::test]
async fn open_promises_are_listed_with_their_tries_and_settled_ones_are_not() {
    let office = Office::with(vec![promised(CallbackState::Snoozed)]).await;
    let list = office.owner("GET", "/api/v1/callbacks", "").await.json();
    let one = &list["items"][0];
    assert_eq!(one["id"], "C-2041");
    assert_eq!(one["number"], "+4512345678", "what is dialled, not what called");
    assert_eq!((one["given_to"].clone(), one["late"].clone()), (json!("anna"), json!(true)));
    assert_eq!(one["not_before"], "2026-11-21T12:06:00.000Z");
    let tries: Vec<_> = one["tries"].as_array().unwrap().iter().map(|one| one["came_to"].clone()).collect();
    assert_eq!(tries, [json!("no_answer"), json!("fault")]);
    office.keep(promised(CallbackState::Cancelled)).await;
    assert_eq!(office.owner("GET", "/api/v1/callbacks", "").await.json()["items"], json!([]));
    assert_eq!(office.owner("GET", "/api/v1/owed", "").await.json()["items"], json!([]));
}

/// §6: a typed number that does not exist is offered to be replaced by the one they called from.
#[tokio::test]
async fn a_wrong_number_names_the_one_its_customer_called_from() {
    let called = |state, from: &str| {
        let mut row = promised(state);
        row.from.number = Some(number(from));
        row
    };
    let office = Office::with(vec![called(CallbackState::Invalid, "+4520000009")]).await;
    for list in ["callbacks", "owed"] {
        let rows = office.owner("GET", &format!("/api/v1/{list}"), "").await.json();
        assert_eq!(rows["items"][0]["callback"]["called_from"], "+4520000009", "{rows}");
    }
    for (state, from) in [(CallbackState::Invalid, "+4512345678"), (CallbackState::Unreached, "+4520000009")]
    {
        office.keep(called(state, from)).await;
        let rows = office.owner("GET", "/api/v1/owed", "").await.json();
        assert_eq!(rows["items"][0]["callback"]["called_from"], Value::Null, "{rows}");
    }
}

/// The columns of §10, one promise a line.
#[tokio::test]
async fn promises_are_a_table_for_other_programs() {
    let office = Office::with(vec![promised(CallbackState::Unreached), message()]).await;
    let span = "from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z";
    let table = office.owner("GET", &format!("/api/v1/export/callbacks.csv?{span}"), "").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = table.text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "contact_id,joined_at,requested_at,promised_from,promised_to,connected_at,attempts,outcome,settled_by,channel"
    );
    assert_eq!(
        lines[1],
        "C-2041,2026-01-06T18:01:00.000Z,2026-11-21T11:30:00.000Z,2026-11-21T11:40:00.000Z,2026-11-21T11:55:00.000Z,,1,unreached,,key"
    );
    assert_eq!(lines[2..], [""]);
    let wrong = "from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z";
    let wrong = office.owner("GET", &format!("/api/v1/export/callbacks.csv?{wrong}"), "").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

/// §9: cut while it was dialled, perhaps reached; cut in the talk, perhaps done.
#[tokio::test]
async fn what_a_power_cut_broke_off_is_said_of_a_promise() {
    let dialled = promised(CallbackState::Perhaps);
    let mut talked = promised(CallbackState::Perhaps);
    talked.id = CallId(2040);
    talked.callback.as_mut().unwrap().connected_at = Some(at("11:49:00"));
    let office = Office::with(vec![talked, dialled]).await;
    let list = office.owner("GET", "/api/v1/callbacks", "").await.json();
    assert_eq!(list["items"][0]["callback"]["cut"], "talk");
    assert_eq!(list["items"][1]["callback"]["cut"], "dial");
}

/// Messages that somebody is done with are listed when asked for, and only then.
#[tokio::test]
async fn messages_that_are_done_can_be_found_again() {
    let mut done = message();
    done.message.as_mut().unwrap().done = Some(Settled { at: at("08:30:00"), by: SettledBy::CustomerCalled });
    let mut open = message();
    open.id = CallId(2040);
    let office = Office::with(vec![open, done, missed()]).await;
    let ids = async |query: &str| {
        let list = office.owner("GET", &format!("/api/v1/voicemails{query}"), "").await.json();
        list["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [json!("C-2040")]);
    assert_eq!(ids("?done=true").await, [json!("C-2042")]);
    let list = office.owner("GET", "/api/v1/voicemails?done=true", "").await.json();
    assert_eq!(list["items"][0]["message"]["settled_by"], "customer_called");
}

#[tokio::test]
async fn each_order_about_a_promise_is_one_command() {
    let office = Office::open(None).await;
    let call = CallId(2041);
    let minutes = |n: u64| CallbackOrder::Later(Duration::from_secs(n * 60));
    let cancel = CallbackOrder::Cancel { reason: "asked for by mistake".into() };
    let cases = [
        ("call-now", "", CallbackOrder::CallNow),
        ("later", r#"{"minutes":30}"#, minutes(30)),
        ("later", r#"{"minutes":10080}"#, minutes(10_080)),
        ("done", "", CallbackOrder::Done),
        ("cancel", r#"{"reason":" asked for\n by mistake "}"#, cancel),
        ("give", r#"{"person":"anna"}"#, CallbackOrder::Give(Some(PersonId::from("anna")))),
        ("give", r#"{"person":null}"#, CallbackOrder::Give(None)),
        ("number", r#"{"number":" +45 87 65 43 21 "}"#, CallbackOrder::Number("+45 87 65 43 21".into())),
    ];
    for (verb, body, what) in cases {
        let answer = office.owner("POST", &format!("/api/v1/callbacks/C-2041/{verb}"), body).await;
        assert_eq!(answer.status, StatusCode::OK, "{verb}: {}", answer.text);
        assert_eq!(office.last_asked(), Command::Callback { call, what }, "{verb}");
    }
    let new = office.owner("POST", "/api/v1/callbacks", r#"{"number":"+4520304050","group":"main"}"#).await;
    assert_eq!(new.status, StatusCode::OK);
    let command = Command::NewCallback { number: "+4520304050".into(), group: GroupId::from("main") };
    assert_eq!(office.last_asked(), command);
}

#[tokio::test]
async fn an_order_that_says_too_little_or_too_much_is_refused_before_the_office_hears_it() {
    let office = Office::open(None).await;
    let cases = [
        ("C-2041/later", r#"{"minutes":0}"#, StatusCode::BAD_REQUEST),
        ("C-2041/later", r#"{"minutes":10081}"#, StatusCode::BAD_REQUEST),
        ("C-2041/later", r#"{"minutes":-1}"#, StatusCode::BAD_REQUEST),
        ("C-2041/cancel", r#"{"reason":" \n "}"#, StatusCode::BAD_REQUEST),
        ("C-2041/number", r#"{"number":""}"#, StatusCode::UNPROCESSABLE_ENTITY),
        ("2041/done", "", StatusCode::NOT_FOUND),
    ];
    for (path, body, status) in cases {
        let answer = office.owner("POST", &format!("/api/v1/callbacks/{path}"), body).await;
        assert_eq!(answer.status, status, "{path} {body}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
    assert!(office.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_message_is_heard_whole_or_in_part_and_noted_once() {
    let office = Office::with(vec![message()]).await;
    let folder = office.data.path().join("voicemail");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("C-2042.wav"), b"RIFF and sound").unwrap();
    let list = office.owner("GET", "/api/v1/voicemails", "").await.json();
    assert_eq!(list["items"][0]["audio"], "/api/v1/voicemails/C-2042/audio");
    let whole = office.owner("GET", "/api/v1/voicemails/C-2042/audio", "").await;
    assert_eq!((whole.status, whole.text.as_str()), (StatusCode::OK, "RIFF and sound"));
    assert_eq!(whole.header("content-type"), "audio/wav");
    assert_eq!(whole.header("content-disposition"), "inline; filename=\"C-2042.wav\"");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(office.last_asked(), Command::MessageHeard { call: CallId(2042) });
    let bearer = format!("Bearer {}", office.token(Role::Agent).await);
    for (range, status, text, place) in [
        ("bytes=5-7", StatusCode::PARTIAL_CONTENT, "and", "bytes 5-7/14"),
        ("bytes=-5", StatusCode::PARTIAL_CONTENT, "sound", "bytes 9-13/14"),
        ("bytes=14-", StatusCode::RANGE_NOT_SATISFIABLE, "", "bytes */14"),
    ] {
        let headers = [("authorization", bearer.as_str()), ("range", range)];
        let part = office.ask("GET", "/api/v1/voicemails/C-2042/audio", &headers, "").await;
        assert_eq!((part.status, part.text.as_str()), (status, text), "{range}");
        assert_eq!(part.header("content-range"), place);
    }
    let mut heard = message();
    heard.message.as_mut().unwrap().heard_at = Some(at("11:00:00"));
    office.keep(heard).await;
    office.asked.lock().unwrap().clear();
    office.owner("GET", "/api/v1/voicemails/C-2042/audio", "").await;
    assert!(office.asked.lock().unwrap().is_empty(), "heard already");
    office.owner("POST", "/api/v1/voicemails/C-2042/claim", "").await;
    assert_eq!(office.last_asked(), Command::MessageClaim { call: CallId(2042) });
    office.owner("POST", "/api/v1/voicemails/C-2042/done", "").await;
    assert_eq!(office.last_asked(), Command::MessageDone { call: CallId(2042) });
}

/// spec/callback.md §6: "seems to block us: mail?"
#[tokio::test]
async fn who_turned_us_down_twice_seems_to_block_us() {
    let seems = async |came_to| {
        let mut row = promised(CallbackState::Unreached);
        row.callback.as_mut().unwrap().tries =
            [came_to; 2].map(|came_to| Try { at: at("11:41:00"), came_to }).into();
        let list = Office::with(vec![row]).await.owner("GET", "/api/v1/callbacks", "").await.json();
        list["items"][0]["callback"]["seems"].clone()
    };
    assert_eq!(seems(CameTo::Rejected).await, "blocked");
    assert_eq!(seems(CameTo::NoAnswer).await, Value::Null);
}

/// spec/callback.md §3: what it is about is heard by staff, and leads nowhere else.
#[tokio::test]
async fn what_a_callback_is_about_is_heard() {
    let mut row = promised(CallbackState::Waiting);
    row.callback.as_mut().unwrap().matter = Some(Duration::from_millis(6_400));
    let office = Office::with(vec![row.clone(), message()]).await;
    let path = "/api/v1/callbacks/C-2041/audio";
    let list = office.owner("GET", "/api/v1/callbacks", "").await.json();
    assert_eq!(list["items"][0]["callback"]["matter"], json!({ "length_ms": 6_400, "audio": path }));
    assert_eq!(office.owner("GET", path, "").await.status, StatusCode::NOT_FOUND, "forgotten meanwhile");
    let folder = office.data.path().join("voicemail");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("C-2041-matter.wav"), b"RIFF and sound").unwrap();
    std::fs::write(folder.join("C-2042-matter.wav"), b"RIFF and sound").unwrap();
    let whole = office.owner("GET", path, "").await;
    assert_eq!((whole.status, whole.text.as_str()), (StatusCode::OK, "RIFF and sound"));
    assert_eq!(whole.header("content-disposition"), "inline; filename=\"C-2041-matter.wav\"");
    for (role, status) in [(Role::Agent, StatusCode::OK), (Role::Viewer, StatusCode::FORBIDDEN)] {
        let bearer = format!("Bearer {}", office.token(role).await);
        let answer = office.ask("GET", path, &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status, status, "{role:?}");
    }
    let other = office.owner("GET", "/api/v1/callbacks/C-2042/audio", "").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "its row holds no promise");
    row.callback.as_mut().unwrap().matter = None;
    office.keep(row).await;
    assert_eq!(office.owner("GET", path, "").await.status, StatusCode::NOT_FOUND, "nothing was said");
}

#[tokio::test]
async fn a_message_that_is_not_there_is_not_found_and_no_name_leads_elsewhere() {
    let office = Office::with(vec![message(), missed()]).await;
    for id in ["C-2042", "C-2043", "C-9", "..%2F..%2Ffrontdesk.sqlite", "frontdesk"] {
        let answer = office.owner("GET", &format!("/api/v1/voicemails/{id}/audio"), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    assert!(office.asked.lock().unwrap().is_empty(), "what was not heard is not noted as heard");
}

/// The office is in Denmark; today is Saturday the 21st of November 2026.
#[tokio::test]
async fn the_week_and_the_closed_days_of_a_year_ahead() {
    let office = Office::open(None).await;
    let mut settings: Value = serde_json::from_str(super::OFFICE).unwrap();
    settings["hours"] = json!({
        "mon": ["08:00-12:00", "12:30-16:00"], "sun": ["20:00-24:00"], "holidays": true,
        "closed": [{"date": "2026-11-20", "why": "gone"}, {"date": "2026-12-25", "why": "Julefrokost"}],
    });
    let put = office.owner("PUT", "/api/v1/office", &settings.to_string()).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    let hours = office.owner("GET", "/api/v1/hours", "").await.json();
    assert_eq!(
        (hours["today"].clone(), hours["plans"][0]["name"].clone()),
        (json!("2026-11-21"), Value::Null)
    );
    let week = &hours["plans"][0]["week"];
    let span = |from: &str, to: &str| json!({"from": from, "to": to});
    assert_eq!(week[0], json!([span("08:00", "12:00"), span("12:30", "16:00")]));
    assert_eq!((week[1].clone(), week[6].clone()), (json!([]), json!([span("20:00", "24:00")])));
    let day = |i: usize| {
        (
            hours["ahead"][i]["date"].clone(),
            hours["ahead"][i]["kind"].clone(),
            hours["ahead"][i]["name"].clone(),
        )
    };
    assert_eq!(
        day(0),
        (json!("2026-12-25"), json!("closed_day"), json!("Julefrokost")),
        "the owner's words win"
    );
    assert_eq!(day(1), (json!("2026-12-26"), json!("holiday"), json!("2. juledag")));
}

#[tokio::test]
async fn a_prompt_is_replaced_by_ones_own_and_taken_back() {
    let office = Office::open(None).await;
    let find = async || {
        let list = office.owner("GET", "/api/v1/prompts?lang=en", "").await.json();
        let one = list["items"].as_array().unwrap().iter().find(|one| one["name"] == "welcome").cloned();
        one.expect("the welcome is shipped")
    };
    let shipped = find().await;
    assert_eq!((shipped["own"].clone(), shipped["lang"].clone()), (json!(false), json!("en")));
    assert!(shipped["text"].as_str().unwrap().starts_with("Welcome"), "{shipped}");
    assert_eq!(shipped["number"], Value::Null, "the office speaks Danish: *77 records that");
    let sent = office.send("/api/v1/prompts/en/welcome", tone()).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    assert_eq!(find().await["own"], true);
    let part = [("range", "bytes=0-3")];
    let bearer = format!("Bearer {}", office.token(Role::Agent).await);
    let headers = [("authorization", bearer.as_str()), part[0]];
    let heard = office.ask("GET", "/api/v1/prompts/en/welcome", &headers, "").await;
    assert_eq!((heard.status, heard.text.as_str()), (StatusCode::PARTIAL_CONTENT, "RIFF"));
    office.owner("DELETE", "/api/v1/prompts/en/welcome", "").await;
    assert_eq!(find().await["own"], false);
}

#[tokio::test]
async fn what_is_no_recording_is_refused_with_its_code_and_changes_nothing() {
    let office = Office::open(None).await;
    let cases: [(&str, Vec<u8>, StatusCode, &str); 5] = [
        ("en/welcome", b"hello".to_vec(), StatusCode::UNPROCESSABLE_ENTITY, "prompt.not_sound"),
        ("en/welcome", vec![0; (5 << 20) + 1], StatusCode::PAYLOAD_TOO_LARGE, "prompt.too_large"),
        ("en/welcome", vec![0; (5 << 20) + 2], StatusCode::PAYLOAD_TOO_LARGE, "prompt.too_large"),
        ("en/..%2Fwelcome", tone(), StatusCode::UNPROCESSABLE_ENTITY, "prompt.name"),
        ("xx/welcome", tone(), StatusCode::NOT_FOUND, "not_found"),
    ];
    for (name, file, status, code) in cases {
        let answer = office.send(&format!("/api/v1/prompts/{name}"), file).await;
        assert_eq!((answer.status, answer.json()["code"].clone()), (status, json!(code)), "{name}");
    }
    assert!(!office.data.path().join("sounds").exists());
}

#[tokio::test]
async fn sound_is_for_those_who_work_here_and_replaced_by_the_owner_alone() {
    let office = Office::with(vec![message()]).await;
    std::fs::create_dir_all(office.data.path().join("voicemail")).unwrap();
    std::fs::write(office.data.path().join("voicemail/C-2042.wav"), b"RIFF").unwrap();
    let roles = [Role::Owner, Role::Lead, Role::Agent, Role::Viewer];
    for role in roles {
        let bearer = format!("Bearer {}", office.token(role).await);
        let headers = [("authorization", bearer.as_str()), ("content-type", "audio/wav")];
        let heard = office.ask_with("GET", "/api/v1/voicemails/C-2042/audio", &headers, Vec::new()).await;
        let kept = office.ask_with("PUT", "/api/v1/prompts/en/welcome", &headers, tone()).await;
        let wanted = |may: bool| if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(heard.status, wanted(role != Role::Viewer), "{role:?}");
        assert_eq!(kept.status, wanted(role == Role::Owner), "{role:?}");
    }
    for (method, path) in [("GET", "/api/v1/voicemails/C-2042/audio"), ("PUT", "/api/v1/prompts/en/welcome")]
    {
        assert_eq!(office.ask(method, path, &[], "").await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

/// Half a second of a tone: 16-bit PCM at 16 kHz.
fn tone() -> Vec<u8> {
    let sound = (0..8_000).flat_map(|n| ((8_000.0 * (f64::from(n) / 6.0).sin()) as i16).to_le_bytes());
    let sound: Vec<u8> = sound.collect();
    let length = u32::try_from(sound.len()).unwrap();
    let mut file = Vec::new();
    for part in [
        b"RIFF".as_slice(),
        &(36 + length).to_le_bytes(),
        b"WAVEfmt ",
        &16_u32.to_le_bytes(),
        &1_u16.to_le_bytes(), // PCM
        &1_u16.to_le_bytes(), // one channel
        &16_000_u32.to_le_bytes(),
        &32_000_u32.to_le_bytes(),
        &2_u16.to_le_bytes(),
        &16_u16.to_le_bytes(),
        b"data",
        &length.to_le_bytes(),
        &sound,
    ] {
        file.extend_from_slice(part);
    }
    file
}

/// One route for every row of the list: what it asks for is what the row is.
#[tokio::test]
async fn a_row_of_what_is_owed_is_settled_by_those_who_work_here() {
    let mut again = missed();
    again.id = CallId(2050);
    let office = Office::with(vec![promised(CallbackState::Unreached), message(), missed(), again]).await;
    for role in [Role::Owner, Role::Lead, Role::Agent, Role::Viewer] {
        let bearer = format!("Bearer {}", office.token(role).await);
        let settle = async |id: &str| {
            let path = format!("/api/v1/contacts/{id}/settle");
            office.ask("POST", &path, &[("authorization", &bearer)], "").await.status
        };
        let wanted = match role {
            Role::Viewer => (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
            _ => (StatusCode::OK, StatusCode::NOT_FOUND),
        };
        assert_eq!((settle("C-2043").await, settle("C-9999").await), wanted, "{role:?}");
    }
    let last = |command: Command| match command {
        Command::Settle { missed } => missed.iter().map(|contact| contact.id.0).collect(),
        _ => Vec::new(),
    };
    office.owner("POST", "/api/v1/contacts/C-2050/settle", "").await;
    assert_eq!(last(office.last_asked()), [2043, 2050], "a caller who rang twice is one row");
    office.owner("POST", "/api/v1/contacts/C-2041/settle", "").await;
    let done = Command::Callback { call: CallId(2041), what: CallbackOrder::Done };
    assert_eq!(office.last_asked(), done);
    office.owner("POST", "/api/v1/contacts/C-2042/settle", "").await;
    assert_eq!(office.last_asked(), Command::MessageDone { call: CallId(2042) });
}

impl Office {
    async fn keep(&self, row: Contact) {
        self.writer.save_then(Receipt(1), Change::Contact(Box::new(row)));
        let mut events = self.events.lock().await;
        while events.recv().await.expect("the writer lives") != StoreEvent::Stored(Receipt(1)) {}
    }

    async fn send(&self, path: &str, file: Vec<u8>) -> Answer {
        let bearer = format!("Bearer {}", self.token(Role::Owner).await);
        self.ask_with("PUT", path, &[("authorization", &bearer), ("content-type", "audio/wav")], file).await
    }
}
