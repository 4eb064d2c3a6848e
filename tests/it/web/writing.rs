//! What is being written over HTTP: files that go along, and mails that are begun.

use super::*;
use frontdesk::ids::{ConversationId, ItemId};
use frontdesk::office::inbox::{
    Begun, Correspondent, Draft, Item, ItemKind, Order, Outgoing, Place, SentState, Upload, Writing,
};
use frontdesk::office::memory::Change;
use frontdesk::store::mail::uploads;
use futures_util::stream;
use std::sync::atomic::AtomicBool;

const FILES: &str = "/api/v1/conversations/M-2/attachments";

fn upload(id: &str, size: u64) -> Upload {
    Upload { id: id.into(), name: format!("{id}.pdf"), kind: "application/pdf".into(), size }
}

fn at() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

/// An office with a mail, and Anna logged in.
async fn opened() -> (Office, String) {
    let office = Office::open(None).await;
    office.has_mail().await;
    let body = r#"{"person":"anna","password":"correct horse"}"#;
    let answer = office.ask("POST", "/api/v1/session", &[], body).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    office.asked.lock().unwrap().clear();
    (office, cookie)
}

impl Office {
    async fn put(&self, person: &str, place: Place, upload: Upload) {
        std::fs::write(uploads::path(self.data.path(), &upload.id), &upload.id).unwrap();
        self.keep_change(Change::Upload { person: person.into(), at: at(), place, upload: Box::new(upload) })
            .await;
    }

    fn laid(&self) -> usize {
        let names = std::fs::read_dir(self.data.path().join("mail")).unwrap();
        names.filter(|one| one.as_ref().unwrap().file_name().to_string_lossy().contains("upload-")).count()
    }

    fn written(&self) -> Vec<Writing> {
        let asked = self.asked.lock().unwrap();
        let writing = |command: &Command| match command {
            Command::Write(writing) => Some((**writing).clone()),
            _ => None,
        };
        asked.iter().filter_map(writing).collect()
    }

    /// A file block by block; was any of it read?
    async fn stream(
        &self,
        cookie: &str,
        length: Option<u64>,
        blocks: Vec<Result<Vec<u8>, ()>>,
    ) -> (u16, String, bool) {
        let read = Arc::new(AtomicBool::new(false));
        let was_read = read.clone();
        let blocks = stream::iter(blocks.into_iter().map(move |block| {
            was_read.store(true, Ordering::Relaxed);
            block.map_err(|()| std::io::Error::other("cut"))
        }));
        let mut request = Request::builder().method("POST").uri(format!("{FILES}?name=plan.pdf"));
        request = request.header("host", "box").header("cookie", cookie);
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        let from = SocketAddr::from(([192, 168, 1, 7], 50_000));
        let request = request.extension(ConnectInfo(from)).body(Body::from_stream(blocks)).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        let code = problem["code"].as_str().unwrap_or_default().to_owned();
        (parts.status.as_u16(), code, read.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn a_file_is_put_to_an_answer_under_a_name_that_leads_nowhere() {
    let (office, cookie) = opened().await;
    let headers =
        [("cookie", cookie.as_str()), ("content-type", "Application/PDF; x=y"), ("content-length", "4")];
    let path = format!("{FILES}?name=..%2F..%2Ftilbud%20p%C3%A5%20x.pdf");
    let answer = office.ask_with("POST", &path, &headers, b"%PDF".to_vec()).await;
    let json = answer.json();
    assert_eq!(
        (answer.status, &json["name"], &json["type"], &json["size"]),
        (StatusCode::OK, &json!("tilbud på x.pdf"), &json!("application/pdf"), &json!(4))
    );
    let Some(Writing::Attach { draft: Draft::Answer(known), upload, beside }) = office.written().pop() else {
        panic!()
    };
    assert_eq!((known.id, beside.len(), upload.id.len()), (ConversationId(2), 0, 32));
    let file = uploads::path(office.data.path(), &upload.id);
    assert_eq!(std::fs::read(&file).unwrap(), b"%PDF");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!((mode & 0o777, office.laid()), (0o600, 1));
}

#[tokio::test]
async fn what_is_too_much_is_refused_before_it_is_read_and_leaves_nothing_behind() {
    let (office, cookie) = opened().await;
    let megabyte = || Ok(vec![b'x'; 1_000_000]);
    let (status, code, read) = office.stream(&cookie, Some(18_000_001), vec![megabyte()]).await;
    assert_eq!((status, code.as_str(), read), (413, "files_too_large", false));
    let unsaid = (0..19).map(|_| megabyte()).collect();
    let (status, code, _) = office.stream(&cookie, None, unsaid).await;
    assert_eq!((status, code.as_str()), (413, "files_too_large"));
    let (status, code, _) = office.stream(&cookie, None, vec![megabyte(), Err(())]).await;
    assert_eq!((status, code.as_str()), (400, "bad_request"), "it did not come whole");
    for length in [None, Some(0)] {
        let (status, code, _) = office.stream(&cookie, length, Vec::new()).await;
        assert_eq!((status, code.as_str()), (422, "empty_file"));
    }
    assert_eq!((office.laid(), office.written().len()), (0, 0));
    let answer = || Place::Answer(ConversationId(2));
    office.put("anna", answer(), upload("a", 17_500_000)).await;
    let (status, code, read) = office.stream(&cookie, Some(600_000), vec![megabyte()]).await;
    assert_eq!(
        (status, code.as_str(), read),
        (413, "files_too_large", false),
        "all of a mail's files together"
    );
    for number in 1..20 {
        office.put("anna", answer(), upload(&format!("b{number}"), 1)).await;
    }
    let (status, code, read) = office.stream(&cookie, Some(1), vec![Ok(vec![1])]).await;
    assert_eq!((status, code.as_str(), read), (409, "too_many_files", false));
}

#[tokio::test]
async fn only_a_person_writes_and_only_in_their_own() {
    let (office, cookie) = opened().await;
    office.put("bo", Place::Begun("d1".into()), upload("his", 1)).await;
    let begun = |id: &str, person: &str| {
        let (id, address, mailbox) = (id.into(), String::new(), None);
        let begun =
            Begun { id, address, mailbox, to: "kim@".into(), subject: String::new(), text: "It".into() };
        Change::Begun { person: person.into(), at: at(), begun: Box::new(begun) }
    };
    office.keep_change(begun("d1", "bo")).await;
    office.keep_change(begun("d2", "anna")).await;
    let fields = r#"{"to":"kim@","subject":"","text":"It"}"#;
    let routes = [
        ("POST", format!("{FILES}?name=x")),
        ("DELETE", format!("{FILES}/his")),
        ("GET", "/api/v1/drafts".to_owned()),
        ("POST", "/api/v1/drafts".to_owned()),
        ("PUT", "/api/v1/drafts/d1".to_owned()),
        ("DELETE", "/api/v1/drafts/d1".to_owned()),
        ("POST", "/api/v1/drafts/d1/attachments?name=x".to_owned()),
        ("DELETE", "/api/v1/drafts/d1/attachments/his".to_owned()),
    ];
    for role in [Role::Owner, Role::Agent, Role::Viewer] {
        let bearer = format!("Bearer {}", office.token(role).await);
        for (method, path) in &routes {
            let status = office.ask(method, path, &[("authorization", &bearer)], fields).await.status;
            assert_eq!(status, StatusCode::FORBIDDEN, "{role:?} {method} {path}");
        }
    }
    for (method, path) in &routes[4..] {
        let answer = office.ask(method, path, &[("cookie", &cookie)], fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.text);
    }
    assert_eq!(office.written().len(), 0);
    let ask = async |method: &str, path: &str, body: &str| {
        office.ask(method, path, &[("cookie", &cookie)], body).await
    };
    let listed = ask("GET", "/api/v1/drafts", "").await.json();
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["id"]), (1, &json!("d2")));
    assert_eq!(ask("PUT", "/api/v1/drafts/d2", fields).await.status, StatusCode::OK);
    let made = ask("POST", "/api/v1/drafts", r#"{"address":"lee@x.example","to":"","subject":"","text":""}"#)
        .await
        .json();
    assert_eq!((made["id"].as_str().unwrap().len(), &made["attached"]), (32, &json!([])));
    assert_eq!(ask("DELETE", "/api/v1/drafts/d2", "").await.status, StatusCode::OK);
    let written = office.written();
    assert!(
        matches!(&written[..], [Writing::Keep(kept), Writing::Begin(made), Writing::Drop(id)]
            if kept.id == "d2" && made.address == "lee@x.example" && id == "d2"),
        "{written:?}"
    );
}

#[tokio::test]
async fn an_answer_takes_the_files_it_names_and_no_others() {
    let (office, cookie) = opened().await;
    let place = || Place::Answer(ConversationId(2));
    office.put("anna", place(), upload("offer", 5)).await;
    office.put("anna", place(), upload("plan", 4)).await;
    office.put("bo", place(), upload("his", 3)).await;
    let ask = async |method: &str, path: &str, body: &str| {
        office.ask(method, path, &[("cookie", &cookie)], body).await
    };
    let shown = ask("GET", "/api/v1/conversations/M-2", "").await.json();
    let names: Vec<&Value> = shown["attached"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["offer.pdf", "plan.pdf"]);
    let reply = |ids: &str| format!(r#"{{"text":"See inside.","seen":1,"attachments":[{ids}]}}"#);
    let path = "/api/v1/conversations/M-2/reply";
    for strange in ["\"his\"", "\"gone\"", "\"../I-2.eml\""] {
        let answer = ask("POST", path, &reply(strange)).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::NOT_FOUND, &json!("no_such_file")));
    }
    assert_eq!(ask("POST", path, &reply("\"plan\",\"offer\"")).await.status, StatusCode::OK);
    let asked = office.asked.lock().unwrap().pop();
    let Some(Command::Mail { order: Order::Reply(reply), .. }) = asked else { panic!("{asked:?}") };
    assert_eq!(reply.files, [upload("plan", 4), upload("offer", 5)]);
    assert_eq!(ask("DELETE", &format!("{FILES}/his"), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask("DELETE", &format!("{FILES}/plan"), "").await.status, StatusCode::OK);
    assert_eq!(office.written(), [Writing::Detach("plan".into())]);
    assert_eq!(office.laid(), 3, "its row is there yet: the bytes go after it");
}

#[tokio::test]
async fn a_file_of_a_reply_that_waits_is_saved_and_never_shown() {
    let (office, cookie) = opened().await;
    office.put("anna", Place::Answer(ConversationId(2)), upload("plan", 4)).await;
    let item = Item {
        id: ItemId(7),
        conversation: ConversationId(2),
        version: 4,
        kind: ItemKind::Reply,
        at: at(),
        person: Some("anna".into()),
        to: vec![Correspondent { address: "kim@kunde.example".into(), name: String::new() }],
        subject: "Leak".into(),
        text: "See inside.".into(),
        mentions: Vec::new(),
        files: vec![upload("plan", 4)],
    };
    let outgoing =
        Outgoing { item: item.id, conversation: item.conversation, state: SentState::Held, due_at: at() };
    office.keep_change(Change::Sending(Box::new((outgoing, item)))).await;
    let (parts, bytes) = office.fetch(&cookie, "/api/v1/conversations/M-2/items/I-7/attachments/0").await;
    assert_eq!((parts.status, bytes.as_slice()), (StatusCode::OK, b"plan".as_slice()));
    assert_eq!(parts.headers["content-type"], "application/octet-stream");
    assert!(
        parts.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"plan.pdf\"")
    );
}
