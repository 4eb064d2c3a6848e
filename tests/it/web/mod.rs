//! Shell. The web asked directly, without sockets; and the figures, counted by hand.

mod consent;
mod conversations;
mod customers;
mod door;
mod figures;
mod hours;
mod invites;
mod listen;
mod lists;
mod promises;
mod roles;
mod writing;

use crate::mailbox::desk::{QUICK, provider, world};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use frontdesk::figures::Figures;
use frontdesk::ids::GroupId;
use frontdesk::mail::World;
use frontdesk::office::board::{Alarm, Board, GroupRow};
use frontdesk::office::desk::{Command, Done};
use frontdesk::settings::{Language, Role};
use frontdesk::store::settings_desk::{SettingsDesk, SettingsSource};
use frontdesk::store::{StoreEvent, Writer};
use frontdesk::switchboard::handle::{Handle, Health, Request as Asked};
use frontdesk::time::{Now, Tick};
use frontdesk::web::{self, Deps, SetUpCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;

/// An office with a web, a loop that says yes to everything and remembers it, and a stepped clock.
struct Office {
    router: Router,
    deps: Deps,
    desk: SettingsDesk,
    asked: Arc<Mutex<Vec<Command>>>,
    seconds: Arc<AtomicU64>,
    board: watch::Sender<Arc<Board>>,
    writer: Writer,
    events: tokio::sync::Mutex<mpsc::Receiver<StoreEvent>>,
    _health: watch::Sender<Arc<Health>>,
    data: tempfile::TempDir,
}

const OFFICE: &str = r#"{
    "office": {"name": "Hansen VVS", "language": "da", "country": "DK", "time_zone": "Europe/Copenhagen"},
    "person": [{"id": "anna", "name": "Anna Berg", "role": "owner", "password": "correct horse"}],
    "group": [{"id": "main", "name": "Main line", "strategy": "everyone", "members": [{"person": "anna"}]}]
}"#;

impl Office {
    async fn open(code: Option<SetUpCode>) -> Office {
        Office::open_in(code, |folder| world(provider(), folder, QUICK)).await
    }

    /// The same where the providers of mail are asked as this world says.
    async fn open_in(code: Option<SetUpCode>, mail: impl FnOnce(&Path) -> World) -> Office {
        let data = tempfile::tempdir().unwrap();
        let mail = mail(data.path());
        let opened = super::store::open(data.path()).unwrap();
        let desk = SettingsDesk::new(opened.writer.clone(), opened.reader.clone(), None, None);
        if code.is_none() {
            desk.apply(SettingsSource::Json(serde_json::from_str(OFFICE).unwrap())).await.unwrap();
        }
        let (requests, mut inbox) = mpsc::channel(8);
        let (board, boards) = watch::channel(Arc::new(empty_board()));
        let (health, healths) = watch::channel(Arc::new(Health::default()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seconds = Arc::new(AtomicU64::new(0));
        let (kept, ticking) = (asked.clone(), seconds.clone());
        tokio::spawn(async move {
            while let Some(request) = inbox.recv().await {
                if let Asked::Desk { command, reply, .. } = request {
                    let _ = reply.send(conversations::unseen(&command).map_or(Ok(Done::Ok), Err));
                    kept.lock().unwrap().push(command);
                }
            }
        });
        let deps = Deps {
            handle: Handle::new(requests, boards, healths),
            reader: opened.reader,
            figures: Figures::new(),
            settings: desk.clone(),
            now: Arc::new(move || {
                let passed = Duration::from_secs(ticking.load(Ordering::Relaxed));
                let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
                Now { tick: Tick(passed), wall: start + passed }
            }),
            setup_code: code,
            data: data.path().to_owned(),
            mail,
        };
        let router = web::router(deps.clone());
        let (writer, events) = (opened.writer, tokio::sync::Mutex::new(opened.events));
        Office { router, deps, desk, asked, seconds, board, writer, events, _health: health, data }
    }

    async fn token(&self, role: Role) -> String {
        self.desk.new_token(role.word().to_owned(), role, Timestamp::UNIX_EPOCH).await.unwrap()
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut headers = headers.to_vec();
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        self.ask_with(method, path, &headers, body.as_bytes().to_vec()).await
    }

    async fn ask_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "box.local:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let from = SocketAddr::from(([192, 168, 1, 7], 50_000));
        let request = request.extension(ConnectInfo(from)).body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let is_feed = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if is_feed { Vec::new() } else { to_bytes(body, 1 << 20).await.unwrap().to_vec() };
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn empty_board() -> Board {
    Board {
        version: 1,
        customers: 0,
        now: "2026-11-21T12:00:00Z".parse().unwrap(),
        groups: vec![],
        line: vec![],
        calls: vec![],
        people: vec![],
        parked: vec![],
        overrides: vec![],
        callbacks: vec![],
        mail: Default::default(),
        owed: 0,
        alarms: vec![],
    }
}

/// Method, path, body, and the weakest role that gets in.
const ROUTES: &[(&str, &str, &str, Role)] = &[
    ("GET", "/api/v1/session", "", Role::Viewer),
    ("GET", "/api/v1/board", "", Role::Viewer),
    ("GET", "/api/v1/live", "", Role::Viewer),
    ("GET", "/metrics", "", Role::Viewer),
    ("GET", "/api/v1/contacts", "", Role::Agent),
    ("GET", "/api/v1/owed", "", Role::Agent),
    ("GET", "/api/v1/reports/day", "", Role::Agent),
    (
        "GET",
        "/api/v1/reports/range?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&by=day",
        "",
        Role::Agent,
    ),
    ("GET", "/api/v1/callbacks", "", Role::Agent),
    ("POST", "/api/v1/callbacks", r#"{"number":"+4520304050","group":"main"}"#, Role::Agent),
    ("POST", "/api/v1/callbacks/C-1/call-now", "", Role::Agent),
    ("POST", "/api/v1/callbacks/C-1/later", r#"{"minutes":10}"#, Role::Agent),
    ("POST", "/api/v1/callbacks/C-1/done", "", Role::Agent),
    ("POST", "/api/v1/callbacks/C-1/cancel", r#"{"reason":"mistake"}"#, Role::Agent),
    ("POST", "/api/v1/callbacks/C-1/give", r#"{"person":"anna"}"#, Role::Agent),
    ("POST", "/api/v1/callbacks/C-1/number", r#"{"number":"+4520304050"}"#, Role::Agent),
    ("GET", "/api/v1/conversations", "", Role::Agent),
    ("GET", "/api/v1/conversations/M-2", "", Role::Agent),
    ("POST", "/api/v1/conversations/next", "", Role::Agent),
    ("POST", "/api/v1/conversations/M-2/claim", "", Role::Agent),
    ("POST", "/api/v1/conversations/M-2/assign", r#"{"person":"anna"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/note", r#"{"text":"@anna look"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/snooze", r#"{"until":"2026-12-24T14:00"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/close", "", Role::Agent),
    ("POST", "/api/v1/conversations/M-2/reopen", "", Role::Agent),
    ("POST", "/api/v1/conversations/M-2/present", r#"{"doing":"writing"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/draft", r#"{"text":"half a"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/merge", r#"{"into":"M-2"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/unmerge", "", Role::Agent),
    ("POST", "/api/v1/conversations/M-2/split", r#"{"items":["I-2"]}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/reply", r#"{"text":"Soon.","seen":1}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/undo", r#"{"item":"I-2"}"#, Role::Agent),
    ("POST", "/api/v1/conversations/M-2/send-again", r#"{"item":"I-5"}"#, Role::Agent),
    ("GET", "/api/v1/conversations/M-2/items/I-2/raw", "", Role::Agent),
    ("GET", "/api/v1/conversations/M-2/items/I-2/html", "", Role::Agent),
    ("GET", "/api/v1/conversations/M-2/items/I-2/attachments/0", "", Role::Agent),
    ("GET", "/api/v1/saved-replies", "", Role::Agent),
    ("GET", "/api/v1/customers?q=kim", "", Role::Agent),
    ("POST", "/api/v1/customers", r#"{"name":"Kim"}"#, Role::Agent),
    ("GET", "/api/v1/customers/K-1", "", Role::Agent),
    ("PATCH", "/api/v1/customers/K-1", r#"{"vip":true}"#, Role::Agent),
    ("POST", "/api/v1/customers/K-1/merge", r#"{"into":"K-2"}"#, Role::Agent),
    ("POST", "/api/v1/customers/K-1/unmerge", "", Role::Agent),
    ("POST", "/api/v1/customers/K-1/note", r#"{"text":"Has two cats."}"#, Role::Agent),
    ("POST", "/api/v1/customers/K-1/block", r#"{"until":null}"#, Role::Agent),
    ("POST", "/api/v1/customers/K-1/unblock", "", Role::Agent),
    ("POST", "/api/v1/customers/K-1/maybes/1/accept", "", Role::Agent),
    ("POST", "/api/v1/customers/K-1/maybes/1/reject", "", Role::Agent),
    ("GET", "/api/v1/customers/K-1/timeline", "", Role::Agent),
    ("GET", "/api/v1/calls/C-7/pop", "", Role::Agent),
    ("GET", "/api/v1/customers/K-1/owed", "", Role::Agent),
    ("GET", "/api/v1/customers/export.csv", "", Role::Lead),
    ("GET", "/api/v1/forgotten", "", Role::Lead),
    ("DELETE", "/api/v1/customers/K-3", "", Role::Lead),
    ("GET", "/api/v1/customers/export.vcf", "", Role::Lead),
    ("POST", "/api/v1/customers/import?format=csv", "name\nKim", Role::Lead),
    ("PUT", "/api/v1/saved-replies/greeting", r#"{"text":"We open at 8."}"#, Role::Agent),
    ("DELETE", "/api/v1/saved-replies/greeting", "", Role::Agent),
    ("GET", "/api/v1/voicemails", "", Role::Agent),
    ("POST", "/api/v1/voicemails/C-1/claim", "", Role::Agent),
    ("POST", "/api/v1/voicemails/C-1/done", "", Role::Agent),
    ("GET", "/api/v1/hours", "", Role::Agent),
    ("GET", "/api/v1/prompts", "", Role::Agent),
    ("GET", "/api/v1/prompts/en/welcome", "", Role::Agent),
    ("DELETE", "/api/v1/prompts/en/welcome", "", Role::Owner),
    ("GET", "/api/v1/people", "", Role::Owner),
    ("POST", "/api/v1/people/anna/invite", "", Role::Owner),
    ("POST", "/api/v1/people/anna/state", r#"{"state":"off"}"#, Role::Agent),
    ("POST", "/api/v1/calls", r#"{"from_person":"anna","to":"+4520304050"}"#, Role::Agent),
    ("POST", "/api/v1/calls/C-1/answer", "", Role::Agent),
    ("POST", "/api/v1/calls/C-1/hold", "", Role::Agent),
    ("POST", "/api/v1/calls/C-1/resume", "", Role::Agent),
    ("POST", "/api/v1/calls/C-1/transfer", r#"{"to":"bo","kind":"blind"}"#, Role::Agent),
    ("POST", "/api/v1/calls/C-1/park", "", Role::Agent),
    ("POST", "/api/v1/calls/C-1/hangup", "", Role::Agent),
    ("GET", "/api/v1/hours/at?time=2026-12-24T14:00", "", Role::Agent),
    ("PUT", "/api/v1/hours/override", r#"{"open":false,"until":"2026-12-24T14:00"}"#, Role::Agent),
    ("DELETE", "/api/v1/hours/override", "", Role::Agent),
    ("GET", "/api/v1/export/contacts.csv", "", Role::Agent),
    ("GET", "/api/v1/export/contacts.xlsx", "", Role::Agent),
    ("GET", "/api/v1/export/day.xlsx", "", Role::Agent),
    ("GET", "/api/v1/export/callbacks.csv", "", Role::Agent),
    ("GET", "/api/v1/office", "", Role::Owner),
    ("PUT", "/api/v1/office", OFFICE, Role::Owner),
];

#[tokio::test]
async fn every_role_gets_exactly_where_it_may() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    for role in [Role::Owner, Role::Lead, Role::Agent, Role::Viewer] {
        let bearer = format!("Bearer {}", office.token(role).await);
        for (method, path, body, weakest) in ROUTES {
            let status = office.ask(method, path, &[("authorization", &bearer)], body).await.status;
            let wanted = if role <= *weakest { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, wanted, "{role:?} {method} {path}");
        }
    }
    for (method, path, body, _) in ROUTES {
        office.seconds.fetch_add(900, Ordering::Relaxed); // or the source would have tried too often
        let status = office.ask(method, path, &[("authorization", "Bearer fd_wrong")], body).await.status;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "a wrong token, {method} {path}");
    }
    let holds = office.asked.lock().unwrap().iter().filter(|one| matches!(one, Command::Hold { .. })).count();
    assert_eq!(holds, 3, "owner, lead and agent");
}

#[tokio::test]
async fn the_description_names_every_route_and_no_matrix_forgets_one() {
    let office = Office::open(None).await;
    let api = office.ask("GET", "/api/v1/openapi.json", &[], "").await.json();
    let mut described = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    // What sends or takes sound, and what settles a row, has its roles in `promises`.
    let sound = [
        "/api/v1/prompts/{lang}/{name}",
        "/api/v1/contacts/{id}/settle",
        "/api/v1/customers/{id}/claim",
        "/api/v1/mailboxes/{id}/consent",
        "/api/v1/mailboxes/{id}/consent/ask",
    ];
    let open = ["/healthz", "/api/v1/openapi.json", "/api/v1/setup", "/api/v1/contacts/{id}"];
    // What a person writes is no program's either: its roles are in `writing`.
    let own = ["session/totp", "invites", "/drafts", "{id}/attachments"];
    let is_own = |path: &str| own.iter().any(|one| path.contains(one));
    let spell = |path: &str| {
        let path = path.split('?').next().unwrap().replace("/C-1/", "/{id}/").replace("/anna/", "/{id}/");
        let path = path
            .replace("/M-2", "/{id}")
            .replace("/K-1", "/{id}")
            .replace("/K-3", "/{id}")
            .replace("/C-7/", "/{id}/")
            .replace("/maybes/1/", "/maybes/{maybe}/")
            .replace("/I-2", "/{item}")
            .replace("/greeting", "/{name}")
            .replace("/attachments/0", "/attachments/{part}");
        path.replace("/en/welcome", "/{lang}/{name}")
    };
    let known: Vec<String> = ROUTES.iter().map(|(m, p, ..)| format!("{m} {}", spell(p))).collect();
    for one in &described {
        let path = one.split(' ').nth(1).unwrap();
        // Needs a mailbox to write from: its roles are in `consent`, where there is one.
        let is_door = path == "/api/v1/session"
            || one == "POST /api/v1/conversations"
            || is_own(path)
            || open.contains(&path)
            || path.ends_with("/audio")
            || sound.contains(&path);
        assert!(is_door || known.contains(one), "{one} is in no row of the role matrix");
    }
    assert!(known.iter().all(|one| described.contains(one)), "{known:?} against {described:?}");
}

#[tokio::test]
async fn logging_in_opens_a_session_and_logging_out_ends_it() {
    let office = Office::open(None).await;
    let body = r#"{"person":"anna","password":"correct horse"}"#;
    let answer = office.ask("POST", "/api/v1/session", &[("origin", "http://box.local:8080")], body).await;
    assert_eq!((answer.status, answer.json()["role"].clone()), (StatusCode::OK, json!("owner")));
    let set = answer.header("set-cookie").to_owned();
    assert!(set.contains("HttpOnly; SameSite=Strict") && set.starts_with("frontdesk=fd_"), "{set}");
    let cookie = set.split(';').next().unwrap();
    assert_eq!(office.ask("GET", "/api/v1/office", &[("cookie", cookie)], "").await.status, StatusCode::OK);
    let foreign = [("cookie", cookie), ("origin", "http://evil.example")];
    for (method, path) in [("POST", "/api/v1/calls/C-1/hangup"), ("GET", "/api/v1/live")] {
        let answer = office.ask(method, path, &foreign, "").await;
        assert_eq!((answer.status, answer.json()["code"].clone()), (StatusCode::FORBIDDEN, json!("origin")));
    }
    assert!(office.asked.lock().unwrap().is_empty());
    let gone = office.ask("DELETE", "/api/v1/session", &[("cookie", cookie)], "").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let after = office.ask("GET", "/api/v1/session", &[("cookie", cookie)], "").await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_quiet_session_ends_after_twelve_hours() {
    let office = Office::open(None).await;
    let body = r#"{"person":"anna","password":"correct horse"}"#;
    let answer = office.ask("POST", "/api/v1/session", &[], body).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let look = async || office.ask("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.status;
    office.seconds.store(12 * 3600 - 1, Ordering::Relaxed);
    assert_eq!(look().await, StatusCode::OK);
    office.seconds.store(24 * 3600 - 1, Ordering::Relaxed);
    assert_eq!(look().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_eleventh_guess_waits_even_when_it_is_right() {
    let office = Office::open(None).await;
    for _ in 0..10 {
        let body = r#"{"person":"anna","password":"wrong"}"#;
        let answer = office.ask("POST", "/api/v1/session", &[], body).await;
        assert_eq!(answer.json()["code"], "wrong_login");
    }
    let right = r#"{"person":"anna","password":"correct horse"}"#;
    let answer = office.ask("POST", "/api/v1/session", &[], right).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "900"));
    office.seconds.store(900, Ordering::Relaxed);
    assert_eq!(office.ask("POST", "/api/v1/session", &[], right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_set_up_opens_once_with_the_code_from_the_console() {
    let code = SetUpCode::new().unwrap();
    let office = Office::open(Some(code.clone())).await;
    let body = |code: &str| {
        let mut office: Value = serde_json::from_str(OFFICE).unwrap();
        office["code"] = json!(code);
        office.to_string()
    };
    let wrong = office.ask("POST", "/api/v1/setup", &[], &body("AAAA-AAAA")).await;
    assert_eq!((wrong.status, wrong.json()["code"].clone()), (StatusCode::FORBIDDEN, json!("wrong_code")));
    let typed = code.to_string().to_lowercase();
    let right = office.ask("POST", "/api/v1/setup", &[], &body(&typed)).await;
    assert_eq!(right.status, StatusCode::OK, "{}", right.text);
    let cookie = right.header("set-cookie").split(';').next().unwrap().to_owned();
    let who = office.ask("GET", "/api/v1/session", &[("cookie", &cookie)], "").await;
    assert_eq!(who.json()["person"]["id"], "anna");
    let again = office.ask("POST", "/api/v1/setup", &[], &body(&typed)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_forbid_what_is_inline_and_problems_repeat_nothing() {
    let office = Office::open(None).await;
    let page = office.ask("GET", "/", &[], "").await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    assert!(!page.text.contains("@build@") && page.text.contains("<html lang=\"da\">"), "{}", page.text);
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    for path in ["/api/v1/contacts?cursor=%3Cscript%3E", "/api/v1/contacts/%3Cscript%3E", "/%3Cscript%3E"] {
        let answer = office.ask("GET", path, &[("authorization", &bearer)], "").await;
        assert!(
            answer.status.is_client_error() && !answer.text.contains("script"),
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn what_cannot_be_read_and_what_cannot_be_done_are_problems_with_a_code() {
    let office = Office::open(None).await;
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    let cases = [
        ("GET", "/api/v1/contacts?limit=abc", StatusCode::BAD_REQUEST, "bad_request"),
        ("PUT", "/api/v1/board", StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        ("GET", "/api/v1/nothing", StatusCode::NOT_FOUND, "not_found"),
        ("GET", "/api/v1/contacts/%FF", StatusCode::NOT_FOUND, "not_found"),
    ];
    for (method, path, status, code) in cases {
        let answer = office.ask(method, path, &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert!(answer.text.contains(&format!("\"code\":\"{code}\"")), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_tv_gets_a_cookie_of_its_own_and_sees_the_board_only() {
    let office = Office::open(None).await;
    let token = office.token(Role::Viewer).await;
    let answer = office.ask("GET", &format!("/tv?token={token}"), &[], "").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/tv"));
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    assert_eq!(office.ask("GET", "/api/v1/board", &[("cookie", cookie)], "").await.status, StatusCode::OK);
    let other = office.ask("GET", "/api/v1/contacts", &[("cookie", cookie)], "").await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask("GET", "/tv?token=fd_wrong", &[], "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_old_picture_tells_the_time_it_is_sent_and_the_wait_it_has_become() {
    let office = Office::open(None).await;
    let mut waiting = empty_board();
    waiting.groups = vec![main_group(Some(Duration::from_secs(7)))];
    office.board.send_replace(Arc::new(waiting));
    office.seconds.store(40, Ordering::Relaxed);
    let bearer = format!("Bearer {}", office.token(Role::Agent).await);
    let board = office.ask("GET", "/api/v1/board", &[("authorization", &bearer)], "").await.json();
    assert_eq!(board["now"], "2026-11-21T12:00:40.000Z");
    // 7 s at 12:00:00 are 47 s at 12:00:40
    assert_eq!(board["groups"][0]["longest_wait_ms"], 47_000);
    assert_eq!(board["groups"][0]["takes"], json!(["anna"]), "to whom its callbacks can be given");
}

fn main_group(longest_wait: Option<Duration>) -> GroupRow {
    GroupRow {
        id: GroupId::from("main"),
        name: "Main line".into(),
        waiting: 1,
        longest_wait,
        open_callbacks: 0,
        answered_today: 0,
        abandoned_today: 0,
        service_level_today: None,
        estimate: None,
        open: true,
    }
}

#[tokio::test]
async fn a_sentence_comes_in_the_language_asked_for_with_names_for_ids() {
    let office = Office::open(None).await;
    let mut troubled = empty_board();
    let since = troubled.now;
    let parameters = vec![("group", "main".to_owned())];
    troubled.alarms = vec![Alarm { code: "nobody-signed-in", parameters, since }];
    office.board.send_replace(Arc::new(troubled));
    let bearer = format!("Bearer {}", office.token(Role::Agent).await);
    let text = async |path: &str, wish: &str| {
        let headers = [("authorization", bearer.as_str()), ("accept-language", wish)];
        office.ask("GET", path, &headers, "").await.json()["alarms"][0]["text"].as_str().unwrap().to_owned()
    };
    let swedish = "Main line har öppet, och ingen är där för att svara.";
    assert_eq!(text("/api/v1/board", "sv").await, swedish);
    assert_eq!(text("/api/v1/board?lang=sv", "nl").await, swedish, "the address wins");
    assert!(text("/api/v1/board", "fr").await.starts_with("Main line har åbent"), "the office is Danish");
}

#[tokio::test]
async fn a_transfer_names_one_of_us_or_a_number() {
    let office = Office::open(None).await;
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    for to in ["anna", "+4520304050"] {
        let body = json!({"to": to, "kind": "blind"}).to_string();
        office.ask("POST", "/api/v1/calls/C-1/transfer", &[("authorization", &bearer)], &body).await;
    }
    let asked = office.asked.lock().unwrap();
    let goals = asked.iter().filter_map(|command| match command {
        Command::Transfer { to, .. } => Some(to.as_str()),
        _ => None,
    });
    assert_eq!(goals.collect::<Vec<_>>(), ["person:anna", "+4520304050"]);
}

#[test]
fn every_alarm_of_the_office_has_its_sentence() {
    let source = include_str!("../../../src/office/watch.rs");
    let quoted =
        |marker: &'static str| source.split(marker).skip(1).filter_map(|rest| rest.split('"').next());
    let codes: Vec<&str> = quoted(" alarm(\"").chain(quoted("(alarm(\"")).chain(quoted("code: \"")).collect();
    assert!(codes.len() >= 5, "{codes:?}");
    for code in codes {
        let key = format!("alarm.{code}");
        assert_ne!(frontdesk::i18n::say(Language::En, &key, &[]), key);
    }
}
