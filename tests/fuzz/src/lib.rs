//! What is done with fuzzed bytes; also replayed over the corpora by `tests/it/fuzz.rs`, on stable.

use frontdesk::cards;
use frontdesk::mail::{address::Address, auto, compose, message, safe, signature, thread};
use frontdesk::number::Country;
use frontdesk::office::customers::{book::Book, card::Card};
use frontdesk::sip::wire::{self, Message};
use frontdesk::{media, settings};
use jiff::{SignedDuration, Timestamp};

/// A datagram and a stream: read, used, printed, read again.
pub fn sip_message(bytes: &[u8]) {
    wire::frame(bytes);
    match wire::parse(bytes) {
        Ok(message) => use_message(&message),
        Err(error) => {
            let _ = error.reply().map(|reply| wire::frame(&reply.print()));
        }
    }
}

fn use_message(message: &Message) {
    let _ = (message.identity(), message.session_expires(), message.refer_to(), message.replaces());
    let _ = (message.expires(), message.retry_after(), message.content_type(), message.reason_cause("Q.850"));
    for contact in message.contacts().unwrap_or_default() {
        let _ = (contact.q(), contact.instance(), contact.expires(), contact.uri());
    }
    let again = wire::parse(&message.print()).expect("what was read can be printed and read again");
    assert_eq!((again.start, again.body), (message.start.clone(), message.body.clone()));
}

/// A session description.
pub fn sdp(bytes: &[u8]) {
    if let Ok(description) = media::negotiate::read(bytes) {
        let _ = description.codecs();
    }
}

/// A packet on a sound port.
pub fn rtp(bytes: &[u8]) {
    if let Some(packet) = media::rtp::Packet::read(bytes) {
        assert!(packet.payload().end <= bytes.len());
        packet.rewrite(packet.header, &mut bytes.to_vec());
    }
}

/// `office.toml`.
pub fn office_toml(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = settings::parse_toml(text, "office.toml", None);
    }
}

/// A mail: read, shown, judged, answered; the answer is read again and names what it answers.
pub fn mail(bytes: &[u8]) {
    let Ok(mail) = message::Message::read(bytes) else { return };
    assert!(!mail.subject.contains(['\r', '\n', '\0']), "{:?}", mail.subject);
    for file in &mail.attachments {
        let mut length = 0;
        let held = message::attachment_to(bytes, file.index, |block| {
            length += block.len() as u64;
            Ok::<_, ()>(())
        });
        assert_eq!((held, length), (Some(Ok(())), file.size), "what is listed is there");
        assert!(!file.name.is_empty() && !file.name.contains(['/', '\\', '\0', '\n']), "{:?}", file.name);
    }
    if let Some(shown) = mail.html.as_deref().and_then(|html| safe::clean(html, &safe::Pictures::default())) {
        assert!(!shown.html.to_lowercase().contains("<script"));
    }
    let _ =
        (signature::read(&mail.text, Country(*b"DK")), auto::number_in_reply(&mail.text, Country(*b"DK")));
    let _ = thread::plain_subject(&mail.subject);
    let ours: Vec<Address> = Address::read("info@o.test").into_iter().collect();
    let facts = auto::Facts { message: &mail, age: SignedDuration::ZERO, ours: &ours, told: &[] };
    if let Ok(to) = auto::may_answer(&facts) {
        answer(&mail, to);
    }
}

fn answer(mail: &message::Message, to: &Address) {
    let person = |address: &str| compose::Person { name: mail.subject.clone(), address: address.to_owned() };
    let draft = compose::Draft {
        id: compose::message_id(7, b"secret", to),
        date: Timestamp::UNIX_EPOCH,
        from: person("info@o.test"),
        to: vec![person(to.as_str())],
        cc: Vec::new(),
        subject: compose::reply_subject(&mail.subject),
        text: compose::quoted(&mail.subject, &mail.text),
        thread: compose::answering(mail),
        by: compose::By::Automatic,
        files: Vec::new(),
    };
    let letter = compose::compose(&draft).expect("an address that was read can be written");
    let again = message::Message::read(&letter.bytes).expect("what was written can be read");
    assert_eq!(again.in_reply_to.first(), mail.id.as_ref());
    assert_eq!(again.auto_submitted.as_deref(), Some("auto-replied"));
    assert_eq!(again.to.len(), 1, "{:?}", again.to);
}

/// Cards of customers, as a table and as vCards: read, planned, written, and read again.
pub fn cards(bytes: &[u8]) {
    let home = Country(*b"DK");
    for read in [cards::csv::read, cards::vcard::read] {
        let Ok(rows) = read(bytes) else { continue };
        let planned = cards::plan::plan(rows, &Book::default(), home);
        let taken: Vec<Card> = planned
            .into_iter()
            .filter(|row| row.what == cards::plan::What::Create)
            .map(|row| Card { about: row.card.about.replace("\r\n", "\n").replace('\r', "\n"), ..row.card })
            .collect();
        if !taken.is_empty() {
            let table = cards::csv::print(&taken, cards::csv::Separator::Semicolon);
            assert_eq!(cards::csv::read(&table).map(|rows| rows.len()), Ok(taken.len()));
            assert_eq!(
                cards::vcard::read(&cards::vcard::print(&taken)).map(|rows| rows.len()),
                Ok(taken.len())
            );
        }
    }
}
