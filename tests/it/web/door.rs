//! Shell. Who gets in, for how long, and how often somebody may try.

use super::{OFFICE, Office, empty_board};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use frontdesk::settings::Role;
use frontdesk::store::settings_desk::{ApplyError, SettingsSource};
use frontdesk::web::{SetUpCode, totp};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tower::ServiceExt;

/// A feed that is open; each piece is awaited with patience.
struct Feed(Body);

impl Feed {
    async fn open(office: &Office, token: &str) -> Feed {
        let request = Request::builder().uri("/api/v1/live").header("host", "box.local:8080");
        let request = request.header("authorization", format!("Bearer {token}"));
        let from = ConnectInfo(SocketAddr::from(([192, 168, 1, 7], 50_000)));
        let request = request.extension(from).body(Body::empty()).unwrap();
        let response = office.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        Feed(response.into_body())
    }

    /// The next piece; `None` when the feed has ended.
    async fn next(&mut self) -> Option<String> {
        let piece = tokio::time::timeout(Duration::from_secs(10), self.0.frame()).await;
        let frame = piece.expect("the feed says something, or ends")?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_feed_ends_at_once_when_its_token_is_replaced() {
    let office = Office::open(None).await;
    let old = office.token(Role::Viewer).await;
    let mut feed = Feed::open(&office, &old).await;
    assert!(feed.next().await.unwrap().starts_with("event: board"));
    // Another token is made: this feed goes on.
    let other = office.desk.new_token("other".into(), Role::Agent, Timestamp::UNIX_EPOCH).await.unwrap();
    office.board.send_replace(Arc::new(empty_board()));
    assert!(feed.next().await.unwrap().starts_with("event: board"));
    let mut other_feed = Feed::open(&office, &other).await;
    assert!(other_feed.next().await.unwrap().starts_with("event: board"));
    // One of the same name replaces it. No board moves, and the feed ends all the same.
    let new = office.token(Role::Viewer).await;
    assert_eq!(feed.next().await, None);
    office.board.send_replace(Arc::new(empty_board()));
    assert!(other_feed.next().await.unwrap().starts_with("event: board"), "the other token stands");
    for (token, status) in [(&old, StatusCode::UNAUTHORIZED), (&new, StatusCode::OK)] {
        let bearer = format!("Bearer {token}");
        let answer = office.ask("GET", "/api/v1/board", &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn tokens_nobody_knows_are_counted_by_their_source_and_known_ones_never_held_up() {
    let office = Office::open(None).await;
    let good = format!("Bearer {}", office.token(Role::Viewer).await);
    let board = async |token: &str| {
        let answer = office.ask("GET", "/api/v1/board", &[("authorization", token)], "").await;
        (answer.status, answer.header("retry-after").to_owned())
    };
    for guess in 0..10 {
        let status = board(&format!("Bearer fd_{guess}")).await.0;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "guess {guess}");
    }
    let held_up = (StatusCode::TOO_MANY_REQUESTS, "900".to_owned());
    assert_eq!(board("Bearer fd_11").await, held_up);
    assert_eq!(office.ask("GET", "/tv?token=fd_12", &[], "").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(board(&good).await.0, StatusCode::OK, "the TV beside the script goes on");
    let right = r#"{"person":"anna","password":"correct horse"}"#;
    assert_eq!(office.ask("POST", "/api/v1/session", &[], right).await.status, StatusCode::OK);
    office.seconds.store(900, Ordering::Relaxed);
    assert_eq!(board("Bearer fd_13").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_metrics_say_what_format_they_are_in() {
    let office = Office::open(None).await;
    let bearer = format!("Bearer {}", office.token(Role::Viewer).await);
    let answer = office.ask("GET", "/metrics", &[("authorization", &bearer)], "").await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert!(answer.text.contains("# TYPE frontdesk_calls_total counter\n"), "{}", answer.text);
}

fn with_role(role: &str) -> SettingsSource {
    let mut office: Value = serde_json::from_str(OFFICE).unwrap();
    office["person"][0]["role"] = json!(role);
    SettingsSource::Json(office)
}

#[tokio::test]
async fn the_last_owner_cannot_be_taken_away() {
    let office = Office::open(None).await;
    let before = office.desk.current();
    let refused = office.desk.apply(with_role("lead")).await;
    let Err(ApplyError::Problems(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!(
        problems[0].to_string(),
        "person: found nobody with role \"owner\", expected at least one, or nobody could change the settings \
         from a screen any more."
    );
    assert!(office.desk.what_if(&with_role("agent")).await.is_err(), "a dry run says the same");
    assert_eq!(office.desk.current(), before);
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    let SettingsSource::Json(body) = with_role("lead") else { unreachable!() };
    let headers = [("authorization", bearer.as_str())];
    let answer = office.ask("PUT", "/api/v1/office", &headers, &body.to_string()).await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("bad_office"))
    );
}

#[tokio::test]
async fn an_office_led_from_the_console_alone_needs_no_owner() {
    let office = Office::open(Some(frontdesk::web::SetUpCode::new().unwrap())).await;
    let refused = office.desk.apply(with_role("lead")).await;
    assert!(matches!(refused, Err(ApplyError::Problems(_))), "somebody could log in and change nothing");
    let SettingsSource::Json(mut body) = with_role("agent") else { unreachable!() };
    body["person"][0].as_object_mut().unwrap().remove("password");
    office.desk.apply(SettingsSource::Json(body)).await.unwrap();
}

/// Set up by the password and the app's first code, asked for from then on, each code once; a recovery code in place of
/// a lost phone, once; and off again (spec/reliability.md §5).
#[tokio::test]
async fn a_second_factor_is_set_up_asked_for_and_ended() {
    let rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 6238, appendix B
    assert_eq!(totp::shown(rfc, Timestamp::from_second(1_111_111_111).unwrap()).unwrap(), "050471");
    let office = Office::open(None).await;
    let now = || -> Timestamp { "2026-11-21T12:00:00Z".parse().unwrap() };
    let later = |by: u64| {
        office.seconds.fetch_add(by, Ordering::Relaxed);
        now() + Duration::from_secs(office.seconds.load(Ordering::Relaxed))
    };
    let log_in = async |totp: &str| {
        let body = json!({"person": "anna", "password": "correct horse", "totp": totp}).to_string();
        let answer =
            office.ask("POST", "/api/v1/session", &[("origin", "http://box.local:8080")], &body).await;
        let cookie = answer.headers.get("set-cookie").map(|set| set.to_str().unwrap().to_owned());
        (answer.status, answer.json()["code"].clone(), cookie.unwrap_or_default())
    };
    let (_, _, cookie) = log_in("").await;
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let here = [("cookie", cookie.as_str()), ("origin", "http://box.local:8080")];
    let ask = async |path: &str, body: Value| office.ask("POST", path, &here, &body.to_string()).await;
    let code = |answer: &super::Answer| (answer.status, answer.json()["code"].clone());
    let begun = ask("/api/v1/session/totp", json!({"password": "wrong horse"})).await;
    assert_eq!(code(&begun), (StatusCode::UNAUTHORIZED, json!("wrong_password")));
    let confirmed = ask("/api/v1/session/totp/confirm", json!({"code": "123456"})).await;
    assert_eq!(code(&confirmed), (StatusCode::CONFLICT, json!("totp_not_begun")));
    let begun = ask("/api/v1/session/totp", json!({"password": "correct horse"})).await.json();
    let key = begun["key"].as_str().unwrap().to_owned();
    assert!(
        begun["link"].as_str().unwrap().starts_with("otpauth://totp/Hansen%20VVS:anna?secret="),
        "{begun}"
    );
    let picture = &begun["picture"];
    assert!(
        picture["size"].as_u64() > Some(28) && picture["path"].as_str().unwrap().starts_with("M4 4h7v1h-7z")
    );
    assert_eq!(log_in("").await.0, StatusCode::OK, "begun is not on");
    let shown = totp::shown(&key, later(0)).unwrap();
    let confirmed = ask("/api/v1/session/totp/confirm", json!({"code": shown})).await.json();
    let recovery = confirmed["recovery"].as_array().unwrap().clone();
    assert_eq!(recovery.len(), 10);
    let denied = |code: &str| (StatusCode::UNAUTHORIZED, json!(code), String::new());
    assert_eq!(log_in("").await, denied("totp_needed"));
    assert_eq!(log_in(&shown).await, denied("wrong_totp"), "used for the confirmation");
    let shown = totp::shown(&key, later(60)).unwrap();
    assert_eq!(log_in(&shown).await.0, StatusCode::OK);
    assert_eq!(log_in(&shown).await, denied("wrong_totp"), "each code once");
    let lost = recovery[3].as_str().unwrap();
    assert_eq!(log_in(lost).await.0, StatusCode::OK);
    assert_eq!(log_in(lost).await, denied("wrong_totp"), "each recovery code once");
    later(901);
    let printed = office.desk.current().unwrap();
    assert!(!format!("{printed:?}").contains(&key.replace(' ', "")), "nothing secret is shown");
    let off = ask("/api/v1/session/totp/off", json!({"password": "correct horse"})).await;
    assert_eq!(off.status, StatusCode::OK);
    assert_eq!(log_in("").await.0, StatusCode::OK);
    let token = format!("Bearer {}", office.token(Role::Owner).await);
    let by_token = [("authorization", token.as_str())];
    let answer = office.ask("POST", "/api/v1/session/totp", &by_token, r#"{"password":"x"}"#).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a program has no second factor");
}

#[tokio::test]
async fn of_two_set_ups_at_once_one_makes_the_office() {
    let code = SetUpCode::new().unwrap();
    let office = Office::open(Some(code.clone())).await;
    let mut body: Value = serde_json::from_str(OFFICE).unwrap();
    body["code"] = json!(code.to_string());
    let body = body.to_string();
    let (one, other) = tokio::join!(
        office.ask("POST", "/api/v1/setup", &[], &body),
        office.ask("POST", "/api/v1/setup", &[], &body)
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}
