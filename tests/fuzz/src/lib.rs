//! What is done with fuzzed bytes; also replayed over the corpora by `tests/it/fuzz.rs`, on stable.

use frontdesk::sip::wire::{self, Message};
use frontdesk::{media, settings};

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
