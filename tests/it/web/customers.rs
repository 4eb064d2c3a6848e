//! Customers over HTTP: the card, names on every row, the timeline, the pop of a ringing call.

use super::*;
use frontdesk::ids::{CallId, ConversationId, CustomerId, ItemId};
use frontdesk::number::{Country, Number};
use frontdesk::office::board::{CallRow, CallRowState};
use frontdesk::office::customers::Order;
use frontdesk::office::customers::book::Book;
use frontdesk::office::customers::card::{Card, Edit, Guess};
use frontdesk::office::inbox::{Item, ItemKind, Outgoing, SentState};
use frontdesk::office::memory::Change;
use frontdesk::office::promise::{Asked, Callback, Message};
use frontdesk::store::mail::MailFact;

pub const KIM: &str = "+4520304050";

fn number(text: &str) -> Number {
    Number::parse(text, Country(*b"DK")).unwrap()
}

fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

impl Office {
    /// Kim of Acme, with the address that wrote, a guess, and Kim's old card; Kim rings at Anna (C-7).
    pub async fn has_customer(&self) {
        let mut book = Book::default();
        let card = |name: &str, company: &str, text: &str, address: &str| Card {
            name: name.into(),
            company: company.into(),
            numbers: vec![number(text)],
            addresses: vec![address.into()],
            ..Card::default()
        };
        book.create(card("Kim", "Acme", KIM, "kim@kunde.example"), at()).unwrap();
        book.create(card("Kim at home", "", "+4520000009", "kim@home.example"), at()).unwrap();
        book.create(card("Lee", "", "+4520000008", "lee@home.example"), at()).unwrap();
        book.guess(CustomerId(1), Guess::Number(number("+4520000008")), None, at()).unwrap();
        book.merge(CustomerId(2), CustomerId(1), Some("anna".into()), at()).unwrap();
        for id in 1..=3 {
            let row = book.get(CustomerId(id)).unwrap().clone();
            self.keep_change(Change::Customer(Box::new(row))).await;
        }
        let mut board = empty_board();
        board.calls.push(CallRow {
            contact: CallId(7),
            customer: Some("Kim, Acme".into()),
            customer_id: Some(CustomerId(1)),
            number: Some(number(KIM)),
            group: Some("main".into()),
            person: Some("anna".into()),
            ringing: vec!["anna".into()],
            since: "2026-11-21T11:59:00Z".parse().unwrap(),
            state: CallRowState::Ringing,
        });
        self.board.send_replace(Arc::new(board));
    }

    /// Somebody left a message from this number.
    async fn has_message(&self, id: u64, from: &str) {
        let mut row = crate::store::contact(id);
        row.from.number = Some(number(from));
        let (length, saved_at) = (std::time::Duration::from_secs(9), row.started_at);
        row.message = Some(Message { length, saved_at, heard_at: None, assigned: None, done: None });
        self.keep_change(Change::Contact(Box::new(row))).await;
    }

    async fn as_agent(&self, method: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token(Role::Agent).await);
        self.ask(method, path, &[("authorization", &bearer)], body).await
    }

    fn last_order(&self) -> (Option<CustomerId>, Order) {
        match self.asked.lock().unwrap().last() {
            Some(Command::Customer { id, order }) => (*id, order.clone()),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_card_shows_what_came_by_merges_what_may_be_theirs_and_whose_it_is_already() {
    let office = Office::open(None).await;
    office.has_customer().await;
    let card = office.as_agent("GET", "/api/v1/customers/K-2", "").await.json();
    assert_eq!((&card["id"], &card["name"]), (&json!("K-1"), &json!("Kim")));
    assert_eq!(card["numbers"], json!([KIM, "+4520000009"]));
    assert_eq!(card["addresses"], json!(["kim@kunde.example", "kim@home.example"]));
    assert_eq!((&card["merged"][0]["id"], &card["merged"][0]["by"]), (&json!("K-2"), &json!("anna")));
    assert_eq!(card["maybes"][0]["value"], "+4520000008");
    assert_eq!(card["maybes"][0]["customers"][0]["id"], "K-3");
    let list = office.as_agent("GET", "/api/v1/customers?limit=1", "").await.json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["id"]), (1, &json!("K-1")));
    let cursor = list["next_cursor"].as_str().unwrap().replace(' ', "%20").replace(',', "%2C");
    let next = office.as_agent("GET", &format!("/api/v1/customers?limit=1&cursor={cursor}"), "").await.json();
    assert_eq!((&next["items"][0]["id"], &next["next_cursor"]), (&json!("K-3"), &Value::Null));
    let found = office.as_agent("GET", "/api/v1/customers?q=20%2000%2000%2009", "").await.json();
    assert_eq!(found["items"][0]["id"], "K-1");
    assert_eq!(office.as_agent("GET", "/api/v1/customers/K-77", "").await.json()["code"], "no_such_customer");
    assert_eq!(office.as_agent("GET", "/api/v1/customers/C-1", "").await.status, StatusCode::NOT_FOUND);
    let answer = office.as_agent("GET", "/api/v1/customers?cursor=x", "").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_written_on_a_card_is_made_whole_or_refused_by_field() {
    let office = Office::open(None).await;
    office.has_customer().await;
    let body = r#"{"name":" Bo \u0000 Dahl\n","numbers":["20 30 40 51","+45 20304051"],"addresses":["BO@Dahl.Example "]}"#;
    assert_eq!(office.as_agent("POST", "/api/v1/customers", body).await.status, StatusCode::OK);
    let card = Card {
        name: "Bo Dahl".into(),
        numbers: vec![number("+4520304051")],
        addresses: vec!["bo@dahl.example".into()],
        ..Card::default()
    };
    assert_eq!(office.last_order(), (None, Order::Create(card)));
    for (body, code) in [
        (r#"{"name":"x","numbers":["11"]}"#, "bad_number"),
        (r#"{"name":"x","numbers":["=cmd"]}"#, "bad_number"),
        (r#"{"name":"x","addresses":["a@b\r\nBcc: c@d"]}"#, "bad_address"),
        (r#"{"name":7}"#, "bad_request"),
    ] {
        assert_eq!(office.as_agent("POST", "/api/v1/customers", body).await.json()["code"], code, "{body}");
    }
    office.as_agent("PATCH", "/api/v1/customers/K-1", r#"{"version":3,"about":" hot "}"#).await;
    let edit = Edit { about: Some("hot".into()), ..Edit::default() };
    assert_eq!(office.last_order(), (Some(CustomerId(1)), Order::Change { seen: Some(3), edit }));
}

#[tokio::test]
async fn the_timeline_and_the_lists_name_the_customer() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    let timeline = office.as_agent("GET", "/api/v1/customers/K-1/timeline", "").await.json();
    let kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["reply", "mail"]);
    assert_eq!(timeline["items"][1]["mail"]["subject"], "Leak");
    assert_eq!(timeline["items"][1]["mail"]["attachments"], 1);
    assert_eq!(timeline["items"][0]["person"], "anna");
    let conversation = office.as_agent("GET", "/api/v1/conversations/M-2", "").await.json();
    assert_eq!(
        (&conversation["customer_name"], &conversation["customer_id"]),
        (&json!("Kim, Acme"), &json!("K-1"))
    );
    let owed = office.as_agent("GET", "/api/v1/owed", "").await.json();
    assert_eq!(
        (&owed["items"][0]["customer"], &owed["items"][0]["customer_id"]),
        (&json!("Kim, Acme"), &json!("K-1"))
    );
}

/// spec/mail.md §3, §6: calls, promises and messages stand between the mails of a customer we know.
#[tokio::test]
async fn what_was_spoken_stands_between_the_mails() {
    let office = Office::open(None).await;
    office.has_mail().await;
    let call = |id: u64, from: &str, time: &str, has_message: bool| {
        let mut row = crate::store::contact(id);
        row.from.number = Some(number(from));
        row.started_at = format!("2026-11-21T{time}:00Z").parse().unwrap();
        let (length, saved_at) = (Duration::from_secs(12), row.started_at);
        row.message =
            has_message.then_some(Message { length, saved_at, heard_at: None, assigned: None, done: None });
        Change::Contact(Box::new(row))
    };
    office.keep_change(call(1, KIM, "08:00", true)).await; // nobody is done with it
    office.keep_change(call(2, KIM, "08:30", false)).await; // another matter
    office.keep_change(call(3, KIM, "09:30", true)).await;
    office.keep_change(call(4, "+4520000009", "10:30", false)).await; // their other number
    office.keep_change(call(5, "+4520000008", "10:31", false)).await; // Lee's
    let kinds = async || {
        let one = office.as_agent("GET", "/api/v1/conversations/M-2", "").await.json();
        let word =
            |item: &Value| format!("{} {}", item["id"].as_str().unwrap(), item["kind"].as_str().unwrap());
        (one["items"].as_array().unwrap().iter().map(word).collect::<Vec<_>>(), one)
    };
    assert_eq!(kinds().await.0, ["I-2 mail", "I-5 reply"], "a stranger's calls are nobody's");
    office.has_customer().await;
    let (found, one) = kinds().await;
    assert_eq!(found, ["C-1 voicemail", "I-2 mail", "C-3 voicemail", "I-5 reply", "C-4 call"]);
    assert_eq!(one["items"][2]["contact"]["message"]["length_ms"], json!(12_000));
    assert_eq!(
        (&one["items"][2]["at"], &one["items"][2]["text"]),
        (&json!("2026-11-21T09:30:00.000Z"), &json!(""))
    );
}

#[tokio::test]
async fn the_pop_tells_who_rings_before_anybody_answers() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    let pop = office.as_agent("GET", "/api/v1/calls/C-7/pop", "").await.json();
    assert_eq!((&pop["customer"]["name"], &pop["customer"]["company"]), (&json!("Kim"), &json!("Acme")));
    assert_eq!((&pop["group"]["name"], &pop["waited_ms"]), (&json!("Main line"), &json!(60_000)));
    assert_eq!(pop["history"].as_array().unwrap().len(), 2);
    assert_eq!((&pop["owed"][0]["kind"], &pop["conversations"][0]["id"]), (&json!("mail"), &json!("M-2")));
    assert_eq!(office.as_agent("GET", "/api/v1/calls/C-8/pop", "").await.json()["code"], "no_such_call");
    let board = office.as_agent("GET", "/api/v1/board", "").await.json();
    assert_eq!(
        (&board["calls"][0]["customer_id"], &board["calls"][0]["ringing"]),
        (&json!("K-1"), &json!(["anna"]))
    );
    let bearer = format!("Bearer {}", office.token(Role::Viewer).await);
    let tv = office.ask("GET", "/api/v1/board", &[("authorization", &bearer)], "").await.json();
    assert_eq!((&tv["calls"][0]["customer"], &tv["calls"][0]["customer_id"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn all_that_waits_with_a_customer_is_claimed_at_once() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    for (id, from) in [(31, KIM), (32, "+4520000008")] {
        office.has_message(id, from).await;
    }
    let body = r#"{"person":"anna","password":"correct horse"}"#;
    let cookie = office.ask("POST", "/api/v1/session", &[], body).await;
    let cookie = cookie.header("set-cookie").split(';').next().unwrap().to_owned();
    let claimed = office.ask("POST", "/api/v1/customers/K-1/claim", &[("cookie", &cookie)], "").await;
    assert_eq!(claimed.json()["conversations"], json!(["M-2"]));
    assert_eq!(claimed.json()["messages"], json!(["C-31"]), "Kim's own, not Lee's");
    let program = office.as_agent("POST", "/api/v1/customers/K-1/claim", "").await;
    assert_eq!(program.status, StatusCode::FORBIDDEN, "a program has no hands");
}

#[tokio::test]
async fn a_file_is_looked_at_before_anything_is_done_and_done_only_as_it_was_shown() {
    let office = Office::open(None).await;
    office.has_customer().await;
    let bearer = format!("Bearer {}", office.token(Role::Lead).await);
    let file = "name;phone;email\r\nKim;20304050;new@kunde.example\r\nNia;12345678;\r\n;x;\r\n";
    let send = async |path: &str, file: &str| {
        let headers = [("authorization", bearer.as_str()), ("content-type", "text/csv")];
        office.ask_with("POST", path, &headers, file.as_bytes().to_vec()).await
    };
    let look = send("/api/v1/customers/import?format=csv", file).await.json();
    assert_eq!([&look["created"], &look["merged"], &look["refused"]].map(|n| n.as_u64().unwrap()), [1, 1, 1]);
    assert_eq!((&look["rows"][0]["what"], &look["rows"][0]["why"]), (&json!("refuse"), &json!("bad_number")));
    assert_eq!(
        (&look["rows"][1]["customer"]["id"], &look["rows"][1]["adds"]),
        (&json!("K-1"), &json!(["new@kunde.example"]))
    );
    assert!(office.asked.lock().unwrap().is_empty(), "a look does nothing");
    let token = look["token"].as_str().unwrap();
    let other =
        send(&format!("/api/v1/customers/import?format=csv&apply={token}"), &file.replace("Nia", "Mia"))
            .await;
    assert_eq!((other.status, other.json()["code"].clone()), (StatusCode::CONFLICT, json!("changed")));
    let done = send(&format!("/api/v1/customers/import?format=csv&apply={token}"), file).await.json();
    assert_eq!((&done["applied"], &done["token"]), (&json!(true), &Value::Null));
    let cards = match office.asked.lock().unwrap().last() {
        Some(Command::Customers { cards }) => cards.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(cards.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [Some(CustomerId(1)), None]);
    let bad = send("/api/v1/customers/import?format=vcard", file).await;
    assert_eq!(
        (bad.status, bad.json()["code"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("bad_file"))
    );
}

#[tokio::test]
async fn all_customers_are_written_as_a_table_and_as_cards_and_read_back_as_nothing_new() {
    let office = Office::open(None).await;
    office.has_customer().await;
    let bearer = format!("Bearer {}", office.token(Role::Lead).await);
    let headers = [("authorization", bearer.as_str())];
    for (path, format) in [("export.csv", "csv"), ("export.vcf", "vcard")] {
        let file = office.ask("GET", &format!("/api/v1/customers/{path}"), &headers, "").await;
        assert!(file.header("content-disposition").starts_with("attachment"));
        let path = format!("/api/v1/customers/import?format={format}");
        let look = office.ask_with("POST", &path, &headers, file.text.into_bytes()).await.json();
        assert_eq!((&look["unchanged"], look["rows"].as_array().unwrap().len()), (&json!(2), 2), "{look}");
    }
}

/// spec/callback.md §7: an answer of ours by mail only suggests that the callback is settled; what never left, and what
/// the office writes by itself, does not even that.
#[tokio::test]
async fn a_mail_of_ours_suggests_that_a_callback_is_settled() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    let mut call = super::super::store::contact(9);
    call.started_at = "2026-11-21T09:30:00Z".parse().unwrap();
    call.outcome = Some(frontdesk::office::contact::Outcome::CallbackRequested);
    let asked_at = call.started_at;
    call.callback = Some(Callback::new(number(KIM), Asked::Key, asked_at, asked_at, Language::En));
    office.keep_change(Change::Contact(Box::new(call))).await;
    let conversation = ConversationId(2);
    let (item, due_at) = (ItemId(7), "2026-11-21T10:05:00Z".parse().unwrap());
    let letter = Item {
        id: item,
        conversation,
        version: 3,
        kind: ItemKind::AutoReply,
        at: due_at,
        person: None,
        to: Vec::new(),
        subject: "Your call back".into(),
        text: "We call you back.".into(),
        mentions: Vec::new(),
        files: Vec::new(),
    };
    let outgoing = Outgoing { item, conversation, state: SentState::Sent, due_at };
    office.keep_change(Change::Sending(Box::new((outgoing, letter)))).await;
    let suggested = async || {
        let owed = office.as_agent("GET", "/api/v1/customers/K-1/owed", "").await.json();
        let row = owed["items"].as_array().unwrap().iter().find(|row| row["kind"] == "callback").cloned();
        row.unwrap()["suggested"].clone()
    };
    assert_eq!(suggested().await, Value::Null);
    let (state, said) = (SentState::Sent, None);
    let left = MailFact::Sending { item: ItemId(5), state, due_at, attempts: 1, said };
    office.writer.keep_mail(left).await.unwrap().unwrap();
    let by_mail = suggested().await;
    assert_eq!(
        (&by_mail["by"], &by_mail["id"], &by_mail["person"]),
        (&json!("mail"), &json!("I-5"), &json!("anna"))
    );
}

#[tokio::test]
async fn a_talk_suggests_that_a_mail_is_settled_and_settles_nothing_by_itself() {
    let office = Office::open(None).await;
    office.has_mail().await;
    office.has_customer().await;
    let mut call = super::super::store::contact(9);
    call.started_at = "2026-11-21T09:30:00Z".parse().unwrap();
    call.answered_at = Some(call.started_at);
    call.outcome = Some(frontdesk::office::contact::Outcome::Answered);
    call.from.number = Some(number("+4520000009"));
    call.person = Some("anna".into());
    office.keep_change(Change::Contact(Box::new(call))).await;
    let owed = office.as_agent("GET", "/api/v1/customers/K-1/owed", "").await.json();
    let row = owed["items"].as_array().unwrap().iter().find(|row| row["kind"] == "mail").unwrap();
    assert_eq!(row["suggested"]["by"], "call");
    assert_eq!((&row["suggested"]["id"], &row["suggested"]["person"]), (&json!("C-9"), &json!("anna")));
}
