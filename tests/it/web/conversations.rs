//! Conversations over HTTP: their JSON, what a writer has not seen, the bytes of a mail.

use super::*;
use frontdesk::ids::{ConversationId, ItemId, Receipt};
use frontdesk::mail::place::Place;
use frontdesk::office::desk::Refusal;
use frontdesk::office::inbox::{
    Conversation, Correspondent, Doing, Item, ItemKind, MailBoard, Order, Outgoing, Present, SentState, State,
};
use frontdesk::office::memory::Change;
use frontdesk::store::mail::{Arriving, Attachment, MailFact};

/// A mail with hostile HTML, a picture, bytes that are no text, and a line end alone.
const RAW: &[u8] = b"From: kim@kunde.example\r\nSubject: Leak\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
<p onclick=\"x()\">It leaks</p><script>alert(1)</script><img src=\"cid:one\">\
<img src=\"https://track.example/p.gif\">\r\n\
--b\r\nContent-Type: image/png; name=\"leak.png\"\r\nContent-ID: <one>\r\n\
Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n\xff\xfe\x00 caf\xe9\nend";

/// What the office answers to a reply whose writer has not seen everything.
pub fn unseen(command: &Command) -> Option<Refusal> {
    match command {
        Command::Mail { known, order: Order::Reply(reply) } if reply.seen < known.version => {
            Some(Refusal::Unseen { version: known.version })
        }
        other => super::roles::last(other),
    }
}

fn at(time: &str) -> Timestamp {
    format!("2026-11-21T{time}:00Z").parse().unwrap()
}

fn kim() -> Correspondent {
    Correspondent { address: "kim@kunde.example".into(), name: "Kim".into() }
}

fn arriving() -> Arriving {
    Arriving {
        item: ItemId(2),
        begins: ConversationId(2),
        mailbox: "info".into(),
        group: "main".into(),
        folder: "inbox",
        place: Place { epoch: 1, uid: 1, uid_validity: 7, stated_size: 9 },
        internal_date: at("09:00"),
        hash: [1; 32],
        gone: std::sync::Arc::default(),
        history: false,
        kind: ItemKind::Mail,
        customer: kim(),
        from: kim(),
        to: vec![Correspondent { address: "info@hansen.example".into(), name: "Hansen".into() }],
        subject: "Leak".into(),
        thread_subject: "leak".into(),
        text: "The boiler leaks.".into(),
        message_id: Some("<1@kunde.example>".into()),
        refs: Vec::new(),
        attachments: vec![Attachment {
            name: "leak.png".into(),
            kind: "image/png".into(),
            size: 70,
            part: 0,
            upload: None,
        }],
        labels: vec!["too-complex".into()],
        has_html: true,
        returns: None,
    }
}

impl Office {
    /// A mail of Kim's, and a reply of Anna's that failed.
    pub async fn has_mail(&self) {
        let folder = self.data.path().join("mail");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("I-2.eml"), RAW).unwrap();
        self.writer.keep_mail(MailFact::Mails(vec![arriving()])).await.unwrap().unwrap();
        let item = ItemId(5);
        let reply = Item {
            id: item,
            conversation: ConversationId(2),
            version: 3,
            kind: ItemKind::Reply,
            at: at("10:00"),
            person: Some("anna".into()),
            to: vec![kim()],
            subject: "Leak".into(),
            text: "We come on Monday.".into(),
            mentions: Vec::new(),
            files: Vec::new(),
        };
        let outgoing =
            Outgoing { item, conversation: ConversationId(2), state: SentState::Queued, due_at: at("10:00") };
        let conversation = Conversation {
            id: ConversationId(2),
            version: 1,
            state: State::Open,
            mailbox: "info".into(),
            group: "main".into(),
            subject: "Leak".into(),
            customer: kim(),
            assigned: Some("anna".into()),
            owed_since: Some(at("09:00")),
            due_at: Some(at("11:00")),
            snoozed_until: None,
            last_at: at("10:00"),
            merged_into: None,
            settled: None,
            awaits: None,
        };
        self.writer.save(vec![
            Change::Sending(Box::new((outgoing, reply))),
            Change::Noted { item: ItemId(2), version: 1 },
            Change::Draft { conversation: ConversationId(2), person: "anna".into(), text: "half a".into() },
        ]);
        self.keep_change(Change::Conversation(Box::new(conversation))).await;
        let failed = MailFact::Sending {
            item,
            state: SentState::Failed,
            due_at: at("10:00"),
            attempts: 1,
            said: Some("550 no such user".into()),
        };
        self.writer.keep_mail(failed).await.unwrap().unwrap();
    }

    pub async fn keep_change(&self, change: Change) {
        self.writer.save_then(Receipt(99), change);
        let mut events = self.events.lock().await;
        while events.recv().await.unwrap() != StoreEvent::Stored(Receipt(99)) {}
    }
}

async fn logged_in(office: &Office) -> String {
    let body = r#"{"person":"anna","password":"correct horse"}"#;
    let answer = office.ask("POST", "/api/v1/session", &[], body).await;
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_conversation_is_what_the_interface_says() {
    let office = Office::open(None).await;
    office.has_mail().await;
    let mail = MailBoard {
        unassigned: 1,
        oldest_at: Some(at("09:00")),
        overdue: 1,
        present: vec![
            Present { conversation: ConversationId(2), person: "anna".into(), doing: Doing::Writing },
            Present { conversation: ConversationId(4), person: "bo".into(), doing: Doing::Looking },
        ],
        ..MailBoard::default()
    };
    office.board.send_replace(Arc::new(Board { mail, ..empty_board() }));
    let cookie = logged_in(&office).await;
    let ask = async |path: &str| office.ask("GET", path, &[("cookie", &cookie)], "").await.json();
    let one = ask("/api/v1/conversations/M-2").await;
    let base = "/api/v1/conversations/M-2/items/I-2";
    let wanted = json!({
        "id": "M-2", "version": 1, "state": "open", "subject": "Leak",
        "customer_name": null, "customer_id": null, "customer": {"name": "Kim", "address": "kim@kunde.example"},
        "mailbox": "info", "group": "main", "assigned": "anna",
        "due_at": "2026-11-21T11:00:00.000Z", "owed_since": "2026-11-21T09:00:00.000Z", "snoozed_until": null,
        "last_at": "2026-11-21T10:00:00.000Z", "merged_into": null, "viewing": [], "writing": ["anna"],
        "draft": "half a", "attached": [],
        "items": [{
            "id": "I-2", "kind": "mail", "at": "2026-11-21T09:00:00.000Z",
            "from": {"name": "Kim", "address": "kim@kunde.example"}, "person": null,
            "to": [{"name": "Hansen", "address": "info@hansen.example"}],
            "subject": "Leak", "text": "The boiler leaks.", "html_url": format!("{base}/html"),
            "attachments": [{"id": "0", "name": "leak.png", "type": "image/png", "size": 70,
                             "url": format!("{base}/attachments/0")}],
            "raw_url": format!("{base}/raw"), "sent_state": null, "sent_at": null, "sent_error": null,
            "mentions": [], "labels": ["too-complex"], "contact": null
        }, {
            "id": "I-5", "kind": "reply", "at": "2026-11-21T10:00:00.000Z",
            "from": {"name": "Anna Berg", "address": ""}, "person": "anna",
            "to": [{"name": "Kim", "address": "kim@kunde.example"}],
            "subject": "Leak", "text": "We come on Monday.", "html_url": null, "attachments": [], "raw_url": null,
            "sent_state": "failed", "sent_at": null, "sent_error": "550 no such user", "mentions": [],
            "labels": [], "contact": null
        }]
    });
    assert_eq!(one, wanted);
    let list = ask("/api/v1/conversations?state=open&assigned=anna&q=boil").await;
    assert_eq!((list["items"][0]["id"].clone(), list["next_cursor"].clone()), (json!("M-2"), Value::Null));
    assert_eq!(list["items"][0].get("items"), None);
    for none in ["state=new", "assigned=bo", "q=absent"] {
        let list = ask(&format!("/api/v1/conversations?{none}")).await;
        assert_eq!(list["items"], json!([]), "{none}");
    }
    let owed = ask("/api/v1/owed").await["items"][0].clone();
    assert_eq!(
        (owed["kind"].clone(), owed["conversation"].clone(), owed["late"].clone()),
        (json!("mail"), json!("M-2"), json!(true))
    );
    let board = ask("/api/v1/board").await["mail"].clone();
    assert_eq!(
        (board["unassigned"].clone(), board["oldest_at"].clone(), board["overdue"].clone()),
        (json!(1), json!("2026-11-21T09:00:00.000Z"), json!(1))
    );
}

#[tokio::test]
async fn what_a_writer_has_not_seen_is_shown_and_nothing_is_sent() {
    let office = Office::open(None).await;
    office.has_mail().await;
    let cookie = logged_in(&office).await;
    let reply = async |body: &str| {
        office.ask("POST", "/api/v1/conversations/M-2/reply", &[("cookie", &cookie)], body).await
    };
    let answer = reply(r#"{"text":"Soon.","seen":0}"#).await;
    assert_eq!((answer.status, answer.json()["code"].clone()), (StatusCode::CONFLICT, json!("unseen")));
    let shown: Vec<Value> =
        answer.json()["unseen"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(
        (shown, answer.json()["parameters"]["version"].clone()),
        (vec![json!("I-2"), json!("I-5")], json!("1"))
    );
    assert_eq!(reply(r#"{"text":"Soon.","seen":1}"#).await.status, StatusCode::OK);
    for (body, status) in [
        (r#"{"text":"Soon."}"#, 400),
        (r#"{"text":"Soon.","seen":1,"to":["kim@kunde.example\r\nBcc: eve@x.example"]}"#, 400),
        (r#"{"text":"Soon.","seen":1,"to":[]}"#, 400),
        (r#"{"text":"Soon.","seen":1,"later":"soon"}"#, 400),
        (r#"{"text":"Soon.","seen":1,"later":"2026-12-24T14:00"}"#, 200),
    ] {
        assert_eq!(reply(body).await.status.as_u16(), status, "{body}");
    }
    let elsewhere = "/api/v1/conversations/M-4/reply";
    let answer = office.ask("POST", elsewhere, &[("cookie", &cookie)], r#"{"text":"Soon.","seen":1}"#).await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (StatusCode::NOT_FOUND, json!("no_such_conversation"))
    );
}

impl Office {
    /// The answer with its bytes as they are.
    pub async fn fetch(&self, cookie: &str, path: &str) -> (axum::http::response::Parts, Vec<u8>) {
        let from = SocketAddr::from(([192, 168, 1, 7], 50_000));
        let request = Request::builder().uri(path).header("host", "box").header("cookie", cookie);
        let request = request.extension(ConnectInfo(from)).body(Body::empty()).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        (parts, to_bytes(body, 1 << 20).await.unwrap().to_vec())
    }
}

#[tokio::test]
async fn a_mail_is_downloaded_bit_for_bit() {
    let office = Office::open(None).await;
    office.has_mail().await;
    let cookie = logged_in(&office).await;
    let base = "/api/v1/conversations";
    let (parts, bytes) = office.fetch(&cookie, &format!("{base}/M-2/items/I-2/raw")).await;
    assert_eq!((parts.status, bytes.as_slice()), (StatusCode::OK, RAW));
    assert_eq!(parts.headers["content-disposition"], "attachment; filename=\"I-2.eml\"");
    assert_eq!(parts.headers["x-content-type-options"], "nosniff");
    for none in [
        "M-2/items/I-5/raw",
        "M-2/items/I-9/raw",
        "M-4/items/I-2/raw",
        "M-2/items/..%2fI-2/raw",
        "M-2/items/I-5/html",
        "M-2/items/I-2/attachments/1",
        "M-2/items/I-2/attachments/x",
    ] {
        let (parts, _) = office.fetch(&cookie, &format!("{base}/{none}")).await;
        assert_eq!(parts.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn a_strangers_html_has_a_page_of_its_own_in_which_nothing_runs_and_nothing_is_fetched() {
    let office = Office::open(None).await;
    office.has_mail().await;
    let cookie = logged_in(&office).await;
    let path = "/api/v1/conversations/M-2/items/I-2/html";
    let (parts, page) = office.fetch(&cookie, path).await;
    let page = String::from_utf8(page).unwrap();
    assert_eq!(parts.status, StatusCode::OK);
    for hostile in ["script", "onclick", "track.example"] {
        assert!(!page.contains(hostile), "{hostile}: {page}");
    }
    assert!(page.contains("It leaks") && page.contains("data:image/png;base64,iVBORw0KGgo="), "{page}");
    let policy = |parts: &axum::http::response::Parts| {
        parts.headers["content-security-policy"].to_str().unwrap().to_owned()
    };
    assert!(policy(&parts).contains("sandbox") && policy(&parts).starts_with("default-src 'none'"));
    assert!(!policy(&parts).contains("https:") && !policy(&parts).contains("allow-scripts"));
    assert_eq!(
        parts.headers.get_all("content-security-policy").iter().count(),
        1,
        "and no laxer one beside it"
    );
    assert_eq!(parts.headers["x-frame-options"], "SAMEORIGIN");
    assert_eq!(parts.headers["frontdesk-pictures-left-out"], "1");
    // one click: pictures, and still nothing else
    let (parts, page) = office.fetch(&cookie, &format!("{path}?images=1")).await;
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("https://track.example/p.gif") && !page.contains("script"), "{page}");
    assert!(policy(&parts).contains("img-src") && policy(&parts).contains("https:"));
    assert_eq!(parts.headers["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn a_file_of_a_mail_is_saved_and_never_shown() {
    let office = Office::open(None).await;
    office.has_mail().await;
    let cookie = logged_in(&office).await;
    let (parts, bytes) = office.fetch(&cookie, "/api/v1/conversations/M-2/items/I-2/attachments/0").await;
    assert_eq!((parts.status, bytes.as_slice()), (StatusCode::OK, b"\x89PNG\r\n\x1a\n".as_slice()));
    assert_eq!(parts.headers["content-type"], "application/octet-stream");
    assert_eq!(parts.headers["x-content-type-options"], "nosniff");
    let disposition = parts.headers["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"leak.png\"; filename*=UTF-8''leak.png");
}
