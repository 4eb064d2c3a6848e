//! Shell. Links by which whoever has no password chooses one (INTERFACES.md §2): shown once, good once, for a week.

use super::{Answer, OFFICE, Office};
use axum::http::StatusCode;
use frontdesk::settings::{Role, Secrets, print_toml};
use frontdesk::store::settings_desk::SettingsSource;
use frontdesk::web::SetUpCode;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// The office of the other tests, and Bo, who has no password.
fn with_bo() -> Value {
    let mut office: Value = serde_json::from_str(OFFICE).unwrap();
    let bo = json!({"id": "bo", "name": "Bo Lind", "role": "agent"});
    office["person"].as_array_mut().unwrap().push(bo);
    office
}

async fn owned() -> (Office, String) {
    let office = Office::open(None).await;
    office.desk.apply(SettingsSource::Json(with_bo())).await.unwrap();
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    (office, bearer)
}

/// Makes a link for Bo and gives its code.
async fn code_for_bo(office: &Office, bearer: &str) -> String {
    let made = office.ask("POST", "/api/v1/people/bo/invite", &[("authorization", bearer)], "").await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    code_of(&made.json())
}

fn code_of(invite: &Value) -> String {
    let link = invite["link"].as_str().unwrap();
    link.strip_prefix("http://box.local:8080/invite#").expect(link).to_owned()
}

async fn look(office: &Office, code: &str) -> Answer {
    office.ask("POST", "/api/v1/invites/look", &[], &json!({"code": code}).to_string()).await
}

async fn choose(office: &Office, code: &str, password: &str) -> Answer {
    let body = json!({"code": code, "password": password}).to_string();
    office.ask("POST", "/api/v1/invites/use", &[], &body).await
}

fn is_problem(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].clone()), (status, json!(code)), "{}", answer.text);
}

#[tokio::test]
async fn the_set_up_invites_whoever_has_no_password_and_they_choose_one_once() {
    let set_up = SetUpCode::new().unwrap();
    let office = Office::open(Some(set_up.clone())).await;
    let mut body = with_bo();
    body["code"] = json!(set_up.to_string());
    let answer = office.ask("POST", "/api/v1/setup", &[], &body.to_string()).await.json();
    let invites = answer["invites"].as_array().unwrap();
    assert_eq!(invites.len(), 1, "anna has a password: {answer}");
    assert_eq!(
        (&invites[0]["person"], &invites[0]["name"], &invites[0]["ends_at"]),
        (&json!("bo"), &json!("Bo Lind"), &json!("2026-11-28T12:00:00.000Z"))
    );
    let code = code_of(&invites[0]);
    let kept = print_toml(&office.desk.current().unwrap(), Secrets::Shown);
    assert!(kept.contains("invite = ") && !kept.contains(&code), "only its hash is kept");
    assert!(!print_toml(&office.desk.current().unwrap(), Secrets::Hidden).contains("invite"));

    for _ in 0..2 {
        let seen = look(&office, &code).await;
        assert_eq!(seen.status, StatusCode::OK, "it is not used up by looking: {}", seen.text);
        let seen = seen.json();
        assert_eq!((&seen["person"], &seen["office"]), (&json!("bo"), &json!("Hansen VVS")));
    }
    is_problem(&choose(&office, &code, "1234567").await, StatusCode::UNPROCESSABLE_ENTITY, "short_password");
    let chosen = choose(&office, &code, "a new long one").await;
    assert_eq!((chosen.status, chosen.json()["role"].clone()), (StatusCode::OK, json!("agent")));
    let cookie = chosen.header("set-cookie").split(';').next().unwrap().to_owned();
    let who = office.ask("GET", "/api/v1/session", &[("cookie", &cookie)], "").await;
    assert_eq!(who.json()["person"]["id"], "bo");

    is_problem(&look(&office, &code).await, StatusCode::GONE, "no_invite");
    is_problem(&choose(&office, &code, "another long one").await, StatusCode::GONE, "no_invite");
    for (password, status) in
        [("a new long one", StatusCode::OK), ("another long one", StatusCode::UNAUTHORIZED)]
    {
        let log_in = json!({"person": "bo", "password": password}).to_string();
        assert_eq!(office.ask("POST", "/api/v1/session", &[], &log_in).await.status, status);
    }
}

#[tokio::test]
async fn an_invite_ends_after_a_week_with_a_newer_one_and_with_a_password() {
    let (office, bearer) = owned().await;
    let first = code_for_bo(&office, &bearer).await;
    let second = code_for_bo(&office, &bearer).await;
    assert_eq!(look(&office, &first).await.status, StatusCode::GONE, "a newer one was made");
    office.desk.apply(SettingsSource::Json(with_bo())).await.unwrap();
    assert_eq!(look(&office, &second).await.status, StatusCode::OK, "what is left out of a file stays");
    const WEEK: u64 = 7 * 24 * 3600;
    office.seconds.store(WEEK - 1, Ordering::Relaxed);
    assert_eq!(look(&office, &second).await.status, StatusCode::OK);
    office.seconds.store(WEEK, Ordering::Relaxed);
    is_problem(&look(&office, &second).await, StatusCode::GONE, "no_invite");
    is_problem(&choose(&office, &second, "a new long one").await, StatusCode::GONE, "no_invite");

    let third = code_for_bo(&office, &bearer).await;
    office.desk.set_password(&"bo".into(), "a new long one".into()).await.unwrap();
    assert_eq!(look(&office, &third).await.status, StatusCode::GONE, "the console was quicker");
    let nobody = office.ask("POST", "/api/v1/people/nobody/invite", &[("authorization", &bearer)], "").await;
    is_problem(&nobody, StatusCode::NOT_FOUND, "no_such_person");
}

#[tokio::test]
async fn who_is_new_is_invited_and_nobody_twice() {
    let office = Office::open(None).await;
    let bearer = format!("Bearer {}", office.token(Role::Owner).await);
    let auth = [("authorization", bearer.as_str())];
    let put = async || office.ask("PUT", "/api/v1/office", &auth, &with_bo().to_string()).await.json();
    let first = put().await;
    assert_eq!(first["invites"][0]["person"], "bo", "{first}");
    let again = put().await;
    assert_eq!(again, json!({"changes": [], "invites": []}));
    let people = office.ask("GET", "/api/v1/people?limit=1", &auth, "").await.json();
    assert_eq!(
        people,
        json!({"items": [{"id": "anna", "name": "Anna Berg", "role": "owner", "has_password": true, "totp": false,
                          "invite_ends_at": null}], "next_cursor": "anna"})
    );
    let people = office.ask("GET", "/api/v1/people?cursor=anna", &auth, "").await.json();
    let bo = &people["items"][0];
    assert_eq!(
        (&bo["has_password"], &bo["invite_ends_at"]),
        (&json!(false), &json!("2026-11-28T12:00:00.000Z"))
    );
}

#[tokio::test]
async fn codes_nobody_knows_are_counted_and_a_good_one_is_never_held_up() {
    let (office, bearer) = owned().await;
    let code = code_for_bo(&office, &bearer).await;
    for guess in 0..5 {
        is_problem(&look(&office, &format!("fdi_{guess}")).await, StatusCode::GONE, "no_invite");
        is_problem(&choose(&office, "fdi_", "a long guess").await, StatusCode::GONE, "no_invite");
    }
    is_problem(&look(&office, "fdi_x").await, StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
    let held_up = choose(&office, "fdi_x", "a long guess").await;
    is_problem(&held_up, StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
    assert_eq!(choose(&office, &code, "a new long one").await.status, StatusCode::OK);
}
