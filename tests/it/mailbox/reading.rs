//! Mails as the common programs write them: read, placed, answered; and what nobody should write.

use frontdesk::mail::address::Address;
use frontdesk::mail::auto::{Facts, may_answer, number_in_reply};
use frontdesk::mail::compose::{self, By, Draft, Person, compose};
use frontdesk::mail::message::{Message, MessageId, attachment_to};
use frontdesk::mail::safe::{self, Pictures};
use frontdesk::mail::thread::plain_subject;
use frontdesk::mail::{auto, signature};
use frontdesk::number::Country;
use jiff::SignedDuration;

const HOME: Country = Country(*b"DK");
const PROGRAMS: [&str; 4] = ["gmail", "outlook", "thunderbird", "apple-mail"];

/// The office's first answer, which the later mails name.
const OURS: &str = "11.0a1b2c3d4e5f60718293@hansen.example";

fn raw(program: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/mails/{program}.eml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn mail(program: &str) -> Message {
    Message::read(&raw(program)).unwrap()
}

#[test]
fn each_program_says_who_to_whom_and_about_what() {
    for program in PROGRAMS {
        let mail = mail(program);
        assert_eq!(mail.sender().unwrap().as_str(), "kim.moller@firm.test", "{program}");
        let name = if program == "outlook" { "Møller, Kim" } else { "Kim Møller" };
        assert_eq!((mail.from[0].shown(), mail.from[0].shown_bare), (name, false), "{program}");
        assert_eq!(mail.to[0].address.as_ref().unwrap().as_str(), "info@hansen.example", "{program}");
        assert_eq!(plain_subject(&mail.subject), "tilbud på æbler", "{program}: {}", mail.subject);
        assert!(!mail.too_complex && !mail.is_cut && !mail.is_marked_spam, "{program}");
        assert!(mail.report.is_none() && mail.network.is_none() && mail.meetings.is_empty(), "{program}");
    }
    assert_eq!(mail("gmail").to[0].name, "Info, Hansen");
    assert_eq!(mail("outlook").cc[0].shown(), "lee@firm.test");
    assert_eq!(mail("gmail").date, Some("2026-03-02T09:00:00Z".parse().unwrap()));
}

#[test]
fn each_programs_text_is_its_text() {
    let starts = |program: &str, start: &str| {
        let text = mail(program).text;
        assert!(text.starts_with(start), "{program}: {text}");
    };
    starts(
        "gmail",
        "Hej,\n\nkan I levere 200 kg æbler på fredag? En linje, der er så lang, at den bliver brudt.\n",
    );
    starts("outlook", "Ja tak, ring til mig på 87 65 43 21.\n");
    starts("thunderbird", "Fredag er fint. Kan I også tage pærer med?\n");
    starts("apple-mail", "The order is attached.\n\nAnd thank you.\n");
    let html = mail("apple-mail").html.unwrap();
    assert!(html.find("The order").unwrap() < html.find("And thank you").unwrap(), "both halves, in order");
    assert_eq!(mail("thunderbird").html, None);
}

#[test]
fn files_are_found_and_come_out_byte_for_byte() {
    for (program, name, kind, bytes) in [
        ("outlook", "image001.png", "image/png", b"\x89PNG\r\n\x1a\n".as_slice()),
        ("apple-mail", "bestilling på æbler.pdf", "application/pdf", b"%PDF-1.7\n"),
    ] {
        let mail = mail(program);
        assert_eq!(mail.attachments.len(), 1, "{program}: {:?}", mail.attachments);
        let file = &mail.attachments[0];
        assert_eq!((file.name.as_str(), file.media_type.as_str()), (name, kind));
        assert_eq!(file.size, bytes.len() as u64);
        let held = |index| {
            let mut held = Vec::new();
            let kept = attachment_to(&raw(program), index, |block| {
                held.extend_from_slice(block);
                Ok::<_, ()>(())
            });
            kept.map(|_| held)
        };
        assert_eq!((held(file.index).as_deref(), held(1)), (Some(bytes), None), "{program}");
    }
    assert!(mail("gmail").attachments.is_empty() && mail("thunderbird").attachments.is_empty());
}

#[test]
fn html_is_shown_without_trackers_and_with_its_own_pictures() {
    let gmail = safe::clean(&mail("gmail").html.unwrap(), &Pictures::default()).unwrap();
    assert!(!gmail.html.contains("mailtrack") && gmail.left_out == 1, "{}", gmail.html);
    let outlook = mail("outlook");
    let pictures = Pictures::of(&outlook.attachments, |file| format!("/inside/{}", file.index));
    let page = safe::page(&safe::clean(&outlook.html.unwrap(), &pictures).unwrap());
    assert!(page.contains("src=\"/inside/0\"") && page.contains("color:#1F497D"), "{page}");
    assert!(!page.contains("MsoNormal {") && !page.contains("cid:"), "{page}");
}

/// What every program names is what the rule looks for (`store::mail`), the latest first.
#[test]
fn a_conversation_over_four_programs_is_one() {
    let ids = [mail("gmail").id.unwrap(), MessageId::read(OURS).unwrap()];
    for program in &PROGRAMS[1..] {
        let mail = mail(program);
        let named = mail.in_reply_to.iter().chain(mail.references.iter().rev()).next();
        assert!(named.is_some_and(|id| ids.contains(id)), "{program}: {named:?}");
    }
}

fn reply_to(mail: &Message) -> Draft {
    Draft {
        id: MessageId::read("12.aa@hansen.example").unwrap(),
        date: "2026-03-05T09:00:00Z".parse().unwrap(),
        from: Person { name: "Hansen".into(), address: "info@hansen.example".into() },
        to: vec![Person { name: String::new(), address: mail.answer_to().unwrap().to_string() }],
        cc: vec![],
        subject: compose::reply_subject(&mail.subject),
        text: "Ja.".to_owned() + &compose::quoted("Den 2. marts skrev Kim Møller:", &mail.text),
        thread: compose::answering(mail),
        by: By::Person,
        files: vec![],
    }
}

/// What those programs themselves put into an answer: In-Reply-To is the mail, References is that mail's
/// References and the mail; the subject is the same but for one prefix.
#[test]
fn our_answer_is_named_as_each_program_names_its_own() {
    for program in PROGRAMS {
        let theirs = mail(program);
        let ours = Message::read(&compose(&reply_to(&theirs)).unwrap().bytes).unwrap();
        assert_eq!(ours.in_reply_to, [theirs.id.clone().unwrap()], "{program}");
        let expected: Vec<MessageId> = theirs.references.iter().chain(&theirs.id).cloned().collect();
        assert_eq!(ours.references, expected, "{program}");
        assert_eq!(plain_subject(&ours.subject), plain_subject(&theirs.subject), "{program}");
        assert!(ours.text.contains("\n> "), "{program}");
    }
}

#[test]
fn an_answer_with_a_number_wants_a_call() {
    let number =
        |program: &str| number_in_reply(&mail(program).text, HOME).map(|number| number.as_str().to_owned());
    assert_eq!(number("outlook").as_deref(), Some("+4587654321"), "not the quoted 11 22 33 44");
    assert_eq!(number("thunderbird"), None);
    assert_eq!(number("apple-mail"), None);
}

#[test]
fn a_signature_says_who_it_may_be() {
    let signature = signature::read(&mail("gmail").text, HOME);
    assert_eq!(signature.company.as_deref(), Some("Møller & Søn A/S"));
    assert_eq!(signature.numbers[0].as_str(), "+4512345678");
}

#[test]
fn people_get_an_automatic_reply_whatever_they_write_with() {
    let ours = [Address::read("info@hansen.example").unwrap()];
    for program in PROGRAMS {
        let message = mail(program);
        let facts = |age| Facts { message: &message, age, ours: &ours, told: &[] };
        assert!(may_answer(&facts(SignedDuration::ZERO)).is_ok(), "{program}");
        assert_eq!(may_answer(&facts(SignedDuration::from_hours(30))), Err(auto::Silence::Old), "{program}");
    }
}

#[test]
fn what_is_too_complex_is_shown_as_far_as_it_goes() {
    let start = "From: kim@firm.test\nSubject: Offer\n";
    let mut deep = start.to_owned();
    for level in 0..10_000 {
        deep += &format!(
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n\nlevel {level}\n--b{level}\n"
        );
    }
    let many = format!("{start}Content-Type: multipart/mixed; boundary=a\n\n--a\n\nhello\n")
        + &"--a\nContent-Type: image/png\n\nx\n".repeat(1_000_000);
    let long = format!("{start}X-Long: {}\n\nhello", "y".repeat(100 << 20));
    for (name, raw) in [("deep", deep), ("many", many), ("long", long)] {
        let mail = Message::read(raw.as_bytes()).unwrap();
        assert!(mail.too_complex, "{name}");
        assert_eq!(
            (mail.subject.as_str(), mail.sender().unwrap().as_str()),
            ("Offer", "kim@firm.test"),
            "{name}"
        );
        assert!(mail.attachments.len() <= 256, "{name}");
        let text = match name {
            "deep" => "level 0",
            "many" => "hello",
            _ => "",
        };
        assert!(mail.text.starts_with(text), "{name}: {:?}", mail.text.get(..40));
    }
}

#[test]
fn what_is_no_mail_is_said_to_be_none() {
    for raw in [b"".as_slice(), b"\n\n", b"\0\0\0\0", b"hello", &[0xff; 4000]] {
        assert!(Message::read(raw).is_err(), "{raw:?}");
    }
}
