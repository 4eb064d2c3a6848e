//! Pure. What is checked of a composed mail.

use super::*;

fn person(name: &str, address: &str) -> Person {
    Person { name: name.into(), address: address.into() }
}

fn draft() -> Draft {
    Draft {
        id: MessageId::read("7.aa@hansen.example").unwrap(),
        date: "2026-03-03T09:00:00Z".parse().unwrap(),
        from: person("Hansen", "info@hansen.example"),
        to: vec![person("Kim", "kim@firm.test")],
        cc: vec![],
        subject: "Re: Offer".into(),
        text: "Hello Kim,\nyes.".into(),
        thread: Thread::default(),
        by: By::Person,
        files: vec![],
    }
}

fn written(draft: &Draft) -> String {
    String::from_utf8(compose(draft).unwrap().bytes).unwrap()
}

/// Header lines of one field, unfolded.
fn field(mail: &str, name: &str) -> Option<String> {
    let header = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    header.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

#[test]
fn a_plain_mail_is_what_rfc_5322_says() {
    let mail = written(&draft());
    assert_eq!(
        field(&mail, "From").as_deref(),
        Some("\"Hansen\" <info@hansen.example>")
            .filter(|_| mail.contains('"'))
            .or(Some("Hansen <info@hansen.example>"))
    );
    assert_eq!(field(&mail, "Message-ID").as_deref(), Some("<7.aa@hansen.example>"));
    assert_eq!(field(&mail, "Date").as_deref(), Some("Tue, 3 Mar 2026 09:00:00 +0000"));
    assert_eq!(field(&mail, "MIME-Version").as_deref(), Some("1.0"));
    assert_eq!(field(&mail, "Auto-Submitted"), None);
    assert!(mail.ends_with("\r\n\r\nHello Kim,\r\nyes."), "{mail}");
    assert_eq!(mail, written(&draft()), "the same draft gives the same bytes");
}

#[test]
fn what_was_written_is_read_back() {
    let mut draft = draft();
    draft.from.name = "Hansen & Søn, \"Åben\"".into();
    draft.to = vec![person("王小明", "wang@firm.test"), person("", "møller@bücher.example")];
    draft.cc = vec![person("Lee", "lee@firm.test")];
    draft.subject = "Re: Tilbud på æbler – 蘋果報價 ".to_owned() + &"langt emne ".repeat(15);
    draft.text = "Hej\n\n.\n.skjult\nFrom here\n> citat æ\n".to_owned() + &"x".repeat(3000);
    draft.files = vec![
        File {
            name: "../tilbud på æbler.pdf".into(),
            media_type: "application/pdf".into(),
            bytes: vec![0, 13, 10, 255],
        },
        File { name: "a.txt".into(), media_type: "text/plain".into(), bytes: b"a\nb\r\nc".to_vec() },
    ];
    let letter = compose(&draft).unwrap();
    let read = Message::read(&letter.bytes).unwrap();
    assert_eq!(read.from[0].name, draft.from.name);
    assert_eq!(read.to[0].name, "王小明");
    assert_eq!(read.to[1].address.as_ref().unwrap().as_str(), "møller@xn--bcher-kva.example");
    assert_eq!(read.subject, clean(&draft.subject, SUBJECT_MAX));
    assert_eq!(read.text, draft.text.trim_end());
    assert_eq!(read.date, Some(draft.date));
    let files: Vec<&str> = read.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["tilbud på æbler.pdf", "a.txt"]);
    for (index, file) in draft.files.iter().enumerate() {
        let mut bytes = Vec::new();
        let held = super::super::message::attachment_to(&letter.bytes, index, |block| {
            bytes.extend_from_slice(block);
            Ok::<_, ()>(())
        });
        assert_eq!((held, &bytes), (Some(Ok(())), &file.bytes));
    }
    assert_eq!(letter.to.len(), 3);
    assert!(
        letter
            .bytes
            .split(|b| *b == b'\n')
            .all(|line| line.len() <= 998 && line.last().is_none_or(|b| *b == b'\r'))
    );
}

#[test]
fn headers_are_ascii_but_for_addresses_that_are_not() {
    let mut draft = draft();
    draft.from.name = "Søn".into();
    draft.subject = "æ".into();
    let mail = written(&draft);
    assert!(mail.split("\r\n\r\n").next().unwrap().is_ascii(), "{mail}");
}

/// Each program names the mails before its own in its own way; all find the reply by these two fields.
#[test]
fn a_reply_names_what_it_answers_the_way_each_program_needs() {
    for (program, header, references) in [
        (
            "Gmail",
            "Message-ID: <CAF=x+y@mail.gmail.com>\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>",
            "<a@x> <b@x> <CAF=x+y@mail.gmail.com>",
        ),
        (
            "Outlook",
            "Message-ID: <AM0PR04MB6771B3A3C7D1E2F4A5B6C7D8E9F0A@AM0PR04MB6771.eurprd04.prod.outlook.com>\nIn-Reply-To: <a@x>",
            "<a@x> <AM0PR04MB6771B3A3C7D1E2F4A5B6C7D8E9F0A@AM0PR04MB6771.eurprd04.prod.outlook.com>",
        ),
        ("Thunderbird", "Message-ID: <5e4f@firm.test>", "<5e4f@firm.test>"),
    ] {
        let original = Message::read(format!("{header}\nSubject: Offer\n\nhello").as_bytes()).unwrap();
        let thread = answering(&original);
        let mail = written(&Draft { thread, ..draft() });
        assert_eq!(field(&mail, "References").as_deref(), Some(references), "{program}");
        let last = references.rsplit(' ').next();
        assert_eq!(field(&mail, "In-Reply-To").as_deref(), last, "{program}");
        assert!(!mail.contains("=?"), "{program}: a long name is never encoded");
        let read = Message::read(mail.as_bytes()).unwrap();
        assert_eq!(read.in_reply_to.first(), original.id.as_ref(), "{program}");
    }
    assert_eq!(answering(&Message::read(b"Subject: no name\n\n").unwrap()), Thread::default());
}

#[test]
fn of_a_long_thread_both_ends_are_named() {
    let many: String = (0..90).map(|n| format!(" <{n}@x>")).collect();
    let original = Message::read(format!("Message-ID: <me@x>\nReferences:{many}\n\n").as_bytes()).unwrap();
    let names = answering(&original).references;
    assert_eq!(names.len(), REFERENCES_MAX);
    let ends = (names[0].as_str(), names[1].as_str(), names[REFERENCES_MAX - 1].as_str());
    assert_eq!(ends, ("0@x", "72@x", "me@x"));
}

#[test]
fn an_automatic_mail_says_so() {
    let mail = written(&Draft { by: By::Automatic, ..draft() });
    assert_eq!(field(&mail, "Auto-Submitted").as_deref(), Some("auto-replied"));
    assert_eq!(Message::read(mail.as_bytes()).unwrap().auto_submitted.as_deref(), Some("auto-replied"));
}

#[test]
fn addresses_that_are_none_are_refused() {
    for bad in [
        "",
        "kim",
        "kim@firm.test\r\nBcc: x@evil.test",
        "kim@firm.test\n",
        "kim\0@firm.test",
        "a b@firm.test",
        "kim@firm.test>",
        "@",
    ] {
        let to = vec![person("Kim", bad)];
        assert!(matches!(compose(&Draft { to: to.clone(), ..draft() }), Err(Unfit::Address(_))), "{bad:?}");
        assert!(matches!(compose(&Draft { cc: to.clone(), ..draft() }), Err(Unfit::Address(_))), "{bad:?}");
        assert!(
            matches!(compose(&Draft { from: to[0].clone(), ..draft() }), Err(Unfit::Address(_))),
            "{bad:?}"
        );
    }
    assert_eq!(compose(&Draft { to: vec![], ..draft() }), Err(Unfit::Nobody));
    let crowd = (0..60).map(|n| person("", &format!("{n}@firm.test"))).collect();
    assert_eq!(compose(&Draft { to: crowd, ..draft() }), Err(Unfit::TooMany));
}

#[test]
fn nothing_typed_can_add_a_field() {
    let evil = "x\r\nBcc: evil@evil.test\r\n\r\n<script>";
    let mut draft = draft();
    draft.subject = evil.into();
    draft.from.name = evil.into();
    draft.to[0].name = evil.into();
    draft.files = vec![File { name: evil.into(), media_type: format!("a/b{evil}"), bytes: vec![1] }];
    let mail = written(&draft);
    assert!(!mail.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{mail}");
    assert_eq!(compose(&draft).unwrap().to.len(), 1);
}

#[test]
fn a_name_of_a_mail_is_stable_and_not_guessable() {
    let own = Address::read("info@hansen.example").unwrap();
    let id = message_id(7, b"secret", &own);
    assert_eq!(id, message_id(7, b"secret", &own));
    assert_ne!(id, message_id(7, b"other", &own));
    assert_ne!(id, message_id(8, b"secret", &own));
    assert!(id.as_str().starts_with("7.") && id.as_str().ends_with("@hansen.example"), "{id}");
}

#[test]
fn subjects_get_one_re() {
    assert_eq!(reply_subject("Offer"), "Re: Offer");
    assert_eq!(reply_subject("SV: Offer"), "SV: Offer");
    assert_eq!(reply_subject("回覆: 報價"), "回覆: 報價");
    assert_eq!(reply_subject("a\r\nBcc: x"), "Re: a Bcc: x");
}

#[test]
fn an_original_is_quoted_line_by_line() {
    let text = quoted("On Monday, Kim wrote:", "one\n\n> older\ntwo\n");
    assert_eq!(text, "\n\nOn Monday, Kim wrote:\n> one\n>\n>> older\n> two\n");
}
