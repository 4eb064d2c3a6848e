//! Shell. The roles of the web and of the office behind it, joined: what a route asks of the office is asked of
//! the real one, for everybody who works there and for tokens of each role.

use super::{OFFICE, Office, ROUTES};
use crate::office::script::answer::answer_after;
use crate::sim::town::group;
use crate::store::contact;
use axum::http::StatusCode;
use expect_test::expect;
use frontdesk::ids::{CallId, GroupId, PersonId};
use frontdesk::office::Callers;
use frontdesk::office::contact::Outcome;
use frontdesk::office::desk::{Actor, Command, Refusal, WantedState};
use frontdesk::office::memory::Memory;
use frontdesk::office::promise::Message;
use frontdesk::settings::{Role, Strategy};
use serde_json::json;
use std::time::Duration;

/// By a log-in: the owner, a lead, the agent whose call it is, another agent, a screen on the wall.
const PEOPLE: [(&str, &str, Role); 5] = [
    ("owner", "anna", Role::Owner),
    ("lead", "cy", Role::Lead),
    ("agent", "bo", Role::Agent),
    ("other", "dan", Role::Agent),
    ("viewer", "vi", Role::Viewer),
];
const TOKENS: [(&str, Role); 4] = [
    ("token-owner", Role::Owner),
    ("token-lead", Role::Lead),
    ("token-agent", Role::Agent),
    ("token-viewer", Role::Viewer),
];

/// What has happened before: C-1 is there to be asked about.
fn scene(command: &Command) -> (Memory, &'static str) {
    let talk = "10:00:00 bo arrives\n10:00:05 kim calls\n10:00:07 bo answers";
    let script = match command {
        Command::Hold { .. } | Command::Park { .. } | Command::Transfer { .. } | Command::Hangup { .. } => {
            talk
        }
        Command::Resume { .. } => {
            "10:00:00 bo arrives\n10:00:05 kim calls\n10:00:07 bo answers\n10:00:09 bo clicks-hold kim"
        }
        Command::Answer { .. } => "10:00:00 bo arrives\n10:00:05 kim calls",
        Command::Callback { .. } => "10:00:00 anna promises +4520000009 main",
        _ => "10:00:00 bo arrives",
    };
    let is_of_message = matches!(command, Command::MessageDone { .. } | Command::MessageClaim { .. });
    (if is_of_message { with_message() } else { Memory::default() }, script)
}

fn with_message() -> Memory {
    let mut row = contact(1);
    row.id = CallId(1);
    row.group = Some(GroupId::from("main"));
    row.outcome = Some(Outcome::Voicemail);
    row.ended_at = Some(row.started_at);
    let length = Duration::from_secs(12);
    row.message =
        Some(Message { length, saved_at: row.started_at, heard_at: None, assigned: None, done: None });
    Memory { promised: vec![row], ..Memory::default() }
}

/// Does the real office do it for them, as far as who they are goes?
fn lets(command: &Command, who: Actor) -> bool {
    let (memory, script) = scene(command);
    let groups = vec![group("main", Strategy::Everyone, &[("bo", 0)])];
    let answer = answer_after(groups, memory, script, who, command.clone());
    assert!(answer.starts_with("Ok(") || answer.starts_with("Err("), "{command:?}: {answer}");
    let is_about = matches!(command, Command::MessageDone { .. } | Command::MessageClaim { .. });
    if is_about || matches!(command, Command::Hold { .. } | Command::Callback { .. }) {
        assert_ne!(answer, "Err(NoSuchCall)", "{command:?}: there is nothing to be refused");
    }
    answer != "Err(NotAllowed)"
}

#[tokio::test]
#[allow(clippy::too_many_lines)] // a line a route
async fn what_the_web_lets_through_the_office_judges_by_whose_it_is() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    let mut table = String::new();
    for (method, path, body, weakest) in ROUTES {
        office.asked.lock().unwrap().clear();
        let answer = office.ask(method, path, &[("authorization", &bearer)], body).await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text);
        let commands = std::mem::take(&mut *office.asked.lock().unwrap());
        if commands.is_empty() || *body == OFFICE {
            continue;
        }
        let may = |role: Role, person: Option<&str>| {
            let actor = || Actor { person: person.map(PersonId::from), role };
            role <= *weakest && commands.iter().all(|command| lets(command, actor()))
        };
        let people = PEOPLE.iter().filter(|(_, id, role)| may(*role, Some(id))).map(|(name, ..)| *name);
        let tokens = TOKENS.iter().filter(|(_, role)| may(*role, None)).map(|(name, _)| *name);
        let who: Vec<&str> = people.chain(tokens).collect();
        table.push_str(&format!("{method} {}: {}\n", path.trim_start_matches("/api/v1"), who.join(" ")));
    }
    expect![[r#"
        POST /callbacks: owner lead agent other token-owner token-lead token-agent
        POST /callbacks/C-1/call-now: owner lead agent other token-owner token-lead token-agent
        POST /callbacks/C-1/later: owner lead agent other token-owner token-lead token-agent
        POST /callbacks/C-1/done: owner lead agent other token-owner token-lead token-agent
        POST /callbacks/C-1/cancel: owner lead agent other token-owner token-lead token-agent
        POST /callbacks/C-1/give: owner lead agent other token-owner token-lead token-agent
        POST /callbacks/C-1/number: owner lead agent other token-owner token-lead token-agent
        POST /conversations/next: owner lead agent other
        POST /conversations/M-2/claim: owner lead agent other
        POST /conversations/M-2/assign: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/note: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/snooze: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/close: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/reopen: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/present: owner lead agent other
        POST /conversations/M-2/draft: owner lead agent other
        POST /conversations/M-2/merge: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/unmerge: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/split: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/reply: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/undo: owner lead agent other token-owner token-lead token-agent
        POST /conversations/M-2/send-again: owner lead agent other token-owner token-lead token-agent
        POST /customers: owner lead agent other token-owner token-lead token-agent
        PATCH /customers/K-1: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/merge: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/unmerge: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/note: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/block: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/unblock: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/maybes/1/accept: owner lead agent other token-owner token-lead token-agent
        POST /customers/K-1/maybes/1/reject: owner lead agent other token-owner token-lead token-agent
        DELETE /customers/K-3: owner lead token-owner token-lead
        PUT /saved-replies/greeting: owner lead agent other token-owner token-lead token-agent
        DELETE /saved-replies/greeting: owner lead agent other token-owner token-lead token-agent
        POST /voicemails/C-1/claim: owner lead agent
        POST /voicemails/C-1/done: owner lead agent token-owner token-lead
        POST /people/anna/state: owner lead token-owner token-lead
        POST /calls: owner lead token-owner token-lead
        POST /calls/C-1/answer: owner lead agent other token-owner token-lead token-agent
        POST /calls/C-1/hold: owner lead agent token-owner token-lead
        POST /calls/C-1/resume: owner lead agent token-owner token-lead
        POST /calls/C-1/transfer: owner lead agent token-owner token-lead
        POST /calls/C-1/park: owner lead agent token-owner token-lead
        POST /calls/C-1/hangup: owner lead agent token-owner token-lead
        PUT /hours/override: owner lead token-owner token-lead
        DELETE /hours/override: owner lead token-owner token-lead
    "#]]
    .assert_eq(&table);
}

/// Who is called `last` is the last one there.
pub fn last(command: &Command) -> Option<Refusal> {
    match command {
        Command::SetState { person, callers: None, .. } if person.as_str() == "last" => {
            Some(Refusal::LastPerson { choices: vec![Callers::Callback, Callers::Wait] })
        }
        _ => None,
    }
}

#[tokio::test]
async fn who_leaves_as_the_last_one_is_told_what_can_be_said_of_callers() {
    let office = Office::open(None).await;
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    let path = "/api/v1/people/last/state";
    let set = async |body: &str| office.ask("POST", path, &[("authorization", &bearer)], body).await;
    let asked = set(r#"{"state":"off"}"#).await;
    assert_eq!((asked.status, asked.json()["code"].clone()), (StatusCode::CONFLICT, json!("last_person")));
    assert_eq!(asked.json()["parameters"], json!({"choices": "callback wait"}));
    let wrong = set(r#"{"state":"off","callers":"nowhere"}"#).await;
    assert_eq!((wrong.status, wrong.json()["code"].clone()), (StatusCode::BAD_REQUEST, json!("bad_request")));
    assert_eq!(set(r#"{"state":"off","callers":"callback"}"#).await.status, StatusCode::OK);
    let said = Command::SetState {
        person: PersonId::from("last"),
        state: WantedState::Off,
        callers: Some(Callers::Callback),
    };
    assert_eq!(office.asked.lock().unwrap().last(), Some(&said));
}
