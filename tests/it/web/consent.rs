//! An owner's consent to a mailbox, end to end: the page asks, a token endpoint answers, the settings keep what came
//! of it and show nothing (spec/mail.md §1).

use super::*;
use crate::mailbox::tokens::{Endpoint, NEVER, token_world_in};
use frontdesk::mail::oauth::{Grant, Provider};
use frontdesk::settings::{Secret, Secrets};

fn office_with(oauth: &str) -> SettingsSource {
    let server = r#""user": "info@hansen.example""#;
    let text = OFFICE.trim_end().trim_end_matches('}').to_owned()
        + &format!(
            r#", "mailbox": [{{"id": "info", "address": "info@hansen.example", "group": "main", "oauth": {oauth},
            "imap": {{"host": "imap.example", {server}}}, "smtp": {{"host": "smtp.example", {server}}}}}]}}"#
        );
    SettingsSource::Json(serde_json::from_str(&text).unwrap())
}

async fn open(oauth: &str, answers: &[&str]) -> (Office, Endpoint, String) {
    let (endpoint, authority) = Endpoint::new(answers);
    let office = Office::open_in(None, |folder| token_world_in(&endpoint, &authority, folder)).await;
    office.desk.apply(office_with(oauth)).await.unwrap();
    let token = format!("Bearer {}", office.token(Role::Owner).await);
    (office, endpoint, token)
}

impl Office {
    async fn consent(&self, token: &str, path: &str, body: &str) -> (StatusCode, Value) {
        let path = format!("/api/v1/mailboxes/info/consent{path}");
        let answer = self.ask("POST", &path, &[("authorization", token)], body).await;
        (answer.status, answer.json())
    }

    fn refresh_token(&self) -> Option<Secret> {
        self.desk.current().unwrap().mailboxes[0].oauth.clone().unwrap().refresh_token
    }
}

#[tokio::test]
async fn a_code_for_microsoft_becomes_a_grant_that_nobody_sees() {
    let oauth = r#"{"provider": "microsoft", "client_id": "our-own"}"#;
    let (office, endpoint, token) = open(oauth, &[
        r#"{"device_code":"d1","user_code":"ABCD-EFGH","verification_uri":"https://microsoft.com/devicelogin","interval":5,"expires_in":900}"#,
        r#"{"error":"slow_down"}"#,
        r#"{"error":"authorization_pending"}"#,
        r#"{"access_token":"a1","refresh_token":"r1-secret","expires_in":3600,"refresh_token_expires_in":7776000}"#,
    ]).await;
    assert_eq!(office.consent(&token, "/ask", "{}").await.0, StatusCode::NOT_FOUND, "nothing was begun");
    let (status, page) = office.consent(&token, "", "").await;
    let wanted = json!({"page": "https://microsoft.com/devicelogin", "user_code": "ABCD-EFGH",
        "interval_ms": 5_000, "expires_in_ms": 900_000});
    assert_eq!((status, page), (StatusCode::OK, wanted));
    for _ in 0..2 {
        let slow = json!({"state": "pending", "interval_ms": 10_000, "said": null});
        assert_eq!(office.consent(&token, "/ask", "{}").await, (StatusCode::OK, slow));
    }
    let given = json!({"state": "given", "interval_ms": null, "said": null});
    assert_eq!(office.consent(&token, "/ask", "{}").await, (StatusCode::OK, given));
    assert_eq!(office.refresh_token(), Some(Secret("r1-secret".into())));
    let shown = office.ask("GET", "/api/v1/office", &[("authorization", &token)], "").await.text;
    assert!(shown.contains("our-own") && !shown.contains("r1-secret"), "{shown}");
    // kept over the file without it, forgotten with another client
    office.desk.apply(office_with(oauth)).await.unwrap();
    assert_eq!(office.refresh_token(), Some(Secret("r1-secret".into())));
    let other = r#"{"provider": "microsoft", "client_id": "another"}"#;
    office.desk.apply(office_with(other)).await.unwrap();
    assert_eq!(office.refresh_token(), None);
    assert_eq!(
        office.consent(&token, "/ask", "{}").await.0,
        StatusCode::NOT_FOUND,
        "begun for another client"
    );
    assert_eq!(endpoint.asked().len(), 4);
}

#[tokio::test]
async fn the_address_after_googles_page_is_pasted_back() {
    let oauth = r#"{"provider": "google", "client_id": "our-own", "client_secret": "s3"}"#;
    let (office, endpoint, token) =
        open(oauth, &[r#"{"access_token":"a1","refresh_token":"r1","expires_in":3600}"#]).await;
    let (_, page) = office.consent(&token, "", "").await;
    let page = page["page"].as_str().unwrap().to_owned();
    assert!(page.starts_with("https://accounts.google.com/o/oauth2/v2/auth?client_id=our-own&"), "{page}");
    assert!(
        page.contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A8766%2F&")
            && page.contains("code_challenge_method=S256"),
        "{page}"
    );
    let state = page.split("&state=").nth(1).unwrap().split('&').next().unwrap();
    for wrong in [
        "{}".to_owned(),
        json!({"address": "http://127.0.0.1:8766/?state=other&code=4%2Fx"}).to_string(),
        json!({"address": format!("http://127.0.0.1:8766/?state={state}&error=access_denied")}).to_string(),
    ] {
        let (status, problem) = office.consent(&token, "/ask", &wrong).await;
        assert_eq!(
            (status, problem["code"].clone()),
            (StatusCode::UNPROCESSABLE_ENTITY, json!("not_that_page")),
            "{wrong}"
        );
    }
    let pasted = json!({"address": format!(" http://127.0.0.1:8766/?state={state}&code=4%2Fabc&scope=x ")})
        .to_string();
    assert_eq!(office.consent(&token, "/ask", &pasted).await.1["state"], json!("given"));
    assert_eq!(office.refresh_token(), Some(Secret("r1".into())));
    let asked = endpoint.asked();
    assert!(asked[0].starts_with("oauth2.googleapis.com/token grant_type=authorization_code&"), "{asked:?}");
    for part in [
        "code=4%2Fabc",
        "client_secret=s3",
        "code_verifier=",
        "redirect_uri=http%3A%2F%2F127.0.0.1%3A8766%2F",
    ] {
        assert!(asked[0].contains(part), "{part}: {asked:?}");
    }
}

/// The owner named another client while the provider was asked: its tokens open nothing there.
#[tokio::test]
async fn what_was_given_to_another_client_is_not_kept() {
    let (office, _, _) = open(r#"{"provider": "microsoft", "client_id": "our-own"}"#, &[]).await;
    let grant = |client_id: &str, token: &str| Grant {
        provider: Provider::Microsoft,
        client_id: client_id.into(),
        client_secret: None,
        refresh_token: Secret(token.into()),
        ends_at: None,
    };
    for (client_id, token) in [("our-own", "r1"), ("the-old-one", "r2")] {
        office.desk.keep_grant(&"info".into(), grant(client_id, token)).await.unwrap();
    }
    assert_eq!(office.refresh_token(), Some(Secret("r1".into())));
}

/// A provider that never answers holds up the question it was asked, and nobody else.
#[tokio::test]
async fn a_slow_provider_delays_no_other_consent() {
    let code = r#"{"device_code":"d1","user_code":"ABCD-EFGH","verification_uri":"https://microsoft.com/devicelogin","interval":5,"expires_in":900}"#;
    let oauth = r#"{"provider": "microsoft", "client_id": "our-own"}"#;
    let (office, endpoint, token) = open(oauth, &[code, NEVER, code]).await;
    assert_eq!(office.consent(&token, "", "").await.0, StatusCode::OK);
    let again = async {
        while endpoint.asked().len() < 2 {
            tokio::task::yield_now().await;
        }
        office.consent(&token, "", "").await.0
    };
    tokio::select! {
        answer = office.consent(&token, "/ask", "{}") => panic!("{answer:?}"),
        status = again => assert_eq!(status, StatusCode::OK),
    }
}

#[tokio::test]
async fn only_the_owner_consents_and_a_refusal_is_told() {
    let (office, _, token) = open(
        r#"{"provider": "microsoft", "client_id": "our-own"}"#,
        &[r#"{"error":"unauthorized_client","error_description":"The client is not allowed."}"#],
    )
    .await;
    for role in [Role::Lead, Role::Agent, Role::Viewer] {
        let other = format!("Bearer {}", office.token(role).await);
        assert_eq!(office.consent(&other, "", "").await.0, StatusCode::FORBIDDEN, "{role:?}");
    }
    let (status, problem) = office.consent(&token, "", "").await;
    assert_eq!(
        (status, problem["detail"].clone()),
        (StatusCode::BAD_GATEWAY, json!("The client is not allowed."))
    );
    let toml = frontdesk::settings::print_toml(&office.desk.current().unwrap(), Secrets::Hidden);
    assert!(toml.contains("provider = \"microsoft\"") && !toml.contains("refresh_token"), "{toml}");
}

/// Whoever answers mail may also write first; where there is no such mailbox, nobody.
#[tokio::test]
async fn staff_writes_first() {
    let (office, _, _) = open(r#"{"provider": "microsoft", "client_id": "our-own"}"#, &[]).await;
    let write = async |role: Role, body: Value| {
        let bearer = format!("Bearer {}", office.token(role).await);
        let path = "/api/v1/conversations";
        office.ask("POST", path, &[("authorization", &bearer)], &body.to_string()).await.status
    };
    let mail = json!({"to": ["Lee@Kunde.example"], "subject": "Your boiler", "text": "It is here."});
    for role in [Role::Owner, Role::Lead, Role::Agent] {
        assert_eq!(write(role, mail.clone()).await, StatusCode::OK, "{role:?}");
    }
    assert_eq!(write(Role::Viewer, mail.clone()).await, StatusCode::FORBIDDEN);
    let with = |key: &str, value: Value| {
        let mut other = mail.clone();
        other[key] = value;
        other
    };
    assert_eq!(write(Role::Agent, with("mailbox", json!("other"))).await, StatusCode::NOT_FOUND);
    assert_eq!(write(Role::Agent, with("to", json!(["nobody"]))).await, StatusCode::BAD_REQUEST);
    let asked = office.asked.lock().unwrap();
    let Some(Command::NewMail(asked)) = asked.last() else { panic!("{asked:?}") };
    assert_eq!((asked.mailbox.as_str(), asked.to[0].address.as_str()), ("info", "lee@kunde.example"));
}
