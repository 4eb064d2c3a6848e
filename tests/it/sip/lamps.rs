//! Lamps beside the keys of a phone (RFC 6665, package `dialog`): asked for, told, and over.

use super::net::office_only;
use super::office::Office;
use frontdesk::settings::parse_toml;
use frontdesk::sip::digest::{self, Challenge, Login};
use frontdesk::sip::lamp::{WATCHES_MAX, WATCHES_PER_PHONE};
use frontdesk::sip::stack::Drop;
use frontdesk::sip::wire::{Message, Method, name};
use frontdesk::sip::{Command, Transport};
use frontdesk::sip::{Lamp, Lamps};
use std::sync::Arc;
use std::time::Duration;

const PHONE: &str = "10.0.0.7:5062";

/// A key of a phone that watches what it dials.
struct Key {
    at: &'static str,
    user: String,
    dials: String,
    call: String,
    to: String,
    sequence: u32,
}

impl Key {
    fn new(dials: &str) -> Key {
        Key {
            at: PHONE,
            user: "anna-desk".into(),
            dials: dials.into(),
            call: format!("key{dials}"),
            to: format!("<sip:{dials}@10.0.0.1>"),
            sequence: 0,
        }
    }

    fn of(user: &str, n: usize) -> Key {
        Key { user: user.into(), call: format!("{user}{n}"), ..Key::new("12") }
    }

    /// SUBSCRIBE as written, with the password when it is asked for; the final answer.
    fn send(&mut self, office: &mut Office, password: &str, headers: &str) -> Message {
        let answer = self.say(office, headers);
        if answer.status() != Some(401) {
            return answer;
        }
        let challenge = Challenge::pick(&answer.headers, name::WWW_AUTHENTICATE).unwrap();
        let uri = format!("sip:{}@10.0.0.1", self.dials);
        let asked = digest::Asked { method: "SUBSCRIBE", uri: &uri, body: b"" };
        let proof = challenge.answer(&Login { username: &self.user, password }, &asked, 1, "abc");
        self.say(office, &format!("{headers}Authorization: {proof}\r\n"))
    }

    fn say(&mut self, office: &mut Office, headers: &str) -> Message {
        office.branch += 1;
        self.sequence += 1;
        let text = format!(
            "SUBSCRIBE sip:{}@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bKk{}\r\nMax-Forwards: 70\r\nCall-ID: {}\r\nCSeq: {} SUBSCRIBE\r\nFrom: <sip:{}@10.0.0.1>;tag=f\r\nTo: {}\r\n{headers}Content-Length: 0\r\n\r\n",
            self.dials, self.at, office.branch, self.call, self.sequence, self.user, self.to
        );
        office.receive(self.at, text.as_bytes());
        let (answers, requests) = office.take(self.at).into_iter().partition(|m| m.status().is_some());
        office.mail.insert(self.at.parse().unwrap(), requests);
        let answers: Vec<Message> = answers;
        answers.into_iter().next_back().expect("an answer")
    }

    /// Watches for the time it asks for; the dialog is known afterwards.
    fn watch(&mut self, office: &mut Office, expires: u32) -> Message {
        let headers = format!(
            "Event: dialog;id=k1\r\nContact: <sip:{}@{}>\r\nAccept: application/dialog-info+xml\r\nExpires: {expires}\r\n",
            self.user, self.at
        );
        let answer = self.send(office, "correct horse", &headers);
        self.to = answer.headers.value(name::TO).unwrap().to_owned();
        answer
    }
}

fn lit(lamps: &[(&str, Lamp)]) -> Command {
    let lamps: Lamps = lamps.iter().map(|(dials, lamp)| ((*dials).into(), *lamp)).collect();
    Command::Light(lamps)
}

fn office() -> Office {
    let mut office = Office::new(&office_only());
    office.command(lit(&[("12", Lamp::Dark), ("*70", Lamp::Dark)]));
    office
}

/// What the phone at an address was told, and has not looked at.
fn told(office: &mut Office, at: &str) -> Vec<Message> {
    office
        .take(at)
        .into_iter()
        .filter(|m| m.method() == Some(Method::Notify) && m.status().is_none())
        .collect()
}

/// The only thing it was told: the lamp's state, and how the subscription stands.
fn one(office: &mut Office, at: &str) -> (Message, String, String) {
    let mut all = told(office, at);
    assert_eq!(all.len(), 1, "{all:?}");
    let notify = all.remove(0);
    let body = String::from_utf8(notify.body.clone()).unwrap();
    let state = body.split("<state>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    let stands = notify.headers.value(name::SUBSCRIPTION_STATE).unwrap().to_owned();
    (notify, state, stands)
}

fn answer(office: &mut Office, at: &str, notify: &Message, status: u16) {
    office.receive(at, &notify.reply(status).print());
}

#[test]
fn a_key_is_told_at_once_and_whenever_its_lamp_changes() {
    let mut office = office();
    let mut key = Key::new("12");
    let granted = key.watch(&mut office, 300);
    assert_eq!((granted.status(), granted.expires()), (Some(200), Some(300)));
    let (notify, state, stands) = one(&mut office, PHONE);
    assert_eq!((state.as_str(), stands.as_str()), ("terminated", "active;expires=300"));
    assert_eq!(notify.headers.value(name::EVENT), Some("dialog;id=k1"));
    assert_eq!(notify.content_type().as_deref(), Some("application/dialog-info+xml"));
    assert_eq!(notify.uri().unwrap().as_str(), "sip:anna-desk@10.0.0.7:5062", "to its Contact");
    assert_eq!(notify.from().unwrap().tag(), granted.to().unwrap().tag());
    let body = String::from_utf8(notify.body.clone()).unwrap();
    assert!(body.contains(r#"version="0" state="full" entity="sip:12@10.0.0.1""#), "{body}");
    answer(&mut office, PHONE, &notify, 200);
    for (version, lamp, shown) in [(1, Lamp::Blinking, "early"), (2, Lamp::Lit, "confirmed")] {
        office.command(lit(&[("12", lamp), ("*70", Lamp::Dark)]));
        let (notify, state, _) = one(&mut office, PHONE);
        assert_eq!(state, shown);
        assert!(String::from_utf8(notify.body.clone()).unwrap().contains(&format!("version=\"{version}\"")));
        answer(&mut office, PHONE, &notify, 200);
    }
    office.command(lit(&[("12", Lamp::Lit), ("*70", Lamp::Lit)]));
    assert!(told(&mut office, PHONE).is_empty(), "another key's lamp");
}

#[test]
fn one_is_told_at_a_time_and_then_how_it_is_by_then() {
    let mut office = office();
    Key::new("12").watch(&mut office, 300);
    let (first, ..) = one(&mut office, PHONE);
    office.command(lit(&[("12", Lamp::Blinking)]));
    office.command(lit(&[("12", Lamp::Lit)]));
    assert!(told(&mut office, PHONE).is_empty(), "the first is not answered");
    answer(&mut office, PHONE, &first, 200);
    let (second, state, _) = one(&mut office, PHONE);
    assert_eq!(state, "confirmed");
    answer(&mut office, PHONE, &second, 200);
    assert!(told(&mut office, PHONE).is_empty(), "nothing is left to tell");
}

#[test]
fn who_asks_again_in_time_goes_on_and_who_does_not_is_told_the_end() {
    let mut office = office();
    let mut key = Key::new("*70");
    assert_eq!(key.watch(&mut office, 99_999).expires(), Some(600), "cut to the longest");
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    office.pass(Duration::from_secs(500));
    assert_eq!(key.watch(&mut office, 600).status(), Some(200));
    let (notify, _, stands) = one(&mut office, PHONE);
    assert_eq!(stands, "active;expires=600", "every request is followed by a picture");
    answer(&mut office, PHONE, &notify, 200);
    office.pass(Duration::from_secs(599));
    assert!(told(&mut office, PHONE).is_empty());
    office.pass(Duration::from_secs(1));
    let (notify, _, stands) = one(&mut office, PHONE);
    assert_eq!(stands, "terminated;reason=timeout");
    answer(&mut office, PHONE, &notify, 200);
    office.command(lit(&[("12", Lamp::Dark), ("*70", Lamp::Lit)]));
    assert!(told(&mut office, PHONE).is_empty(), "it is over");
    assert_eq!(key.watch(&mut office, 600).status(), Some(481));
}

#[test]
fn no_time_at_all_is_the_end_or_one_look() {
    let mut office = office();
    let mut key = Key::new("12");
    key.watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    assert_eq!(key.watch(&mut office, 0).expires(), Some(0));
    assert_eq!(one(&mut office, PHONE).2, "terminated;reason=timeout");
    let mut look = Key::of("anna-desk", 2);
    assert_eq!(look.watch(&mut office, 0).status(), Some(200));
    assert_eq!(one(&mut office, PHONE).2, "terminated;reason=timeout");
    office.command(lit(&[("12", Lamp::Lit)]));
    assert!(told(&mut office, PHONE).is_empty());
}

#[test]
fn what_cannot_be_watched_is_refused_in_the_rfcs_words() {
    let mut office = office();
    let contact = "Contact: <sip:anna-desk@10.0.0.7:5062>\r\n";
    let mut ask = |dials: &str, password: &str, headers: &str| {
        let answer = Key::new(dials).send(&mut office, password, headers);
        assert!(told(&mut office, PHONE).is_empty(), "{headers}");
        answer
    };
    let right = "correct horse";
    for event in ["", "Event: presence\r\n", "Event: ;;\r\n", "Event: \r\n"] {
        let refused = ask("12", right, &format!("{contact}{event}"));
        assert_eq!(refused.status(), Some(489), "{event}");
        assert!(refused.headers.lists(name::ALLOW_EVENTS, "dialog"));
    }
    let event = "Event: dialog\r\n";
    let nonsense = ask("12", right, &format!("{contact}{event}Expires: soon\r\n"));
    assert_eq!(nonsense.status(), Some(400));
    let brief = ask("12", right, &format!("{contact}{event}Expires: 5\r\n"));
    assert_eq!((brief.status(), brief.headers.value(name::MIN_EXPIRES)), (Some(423), Some("60")));
    let huge = format!("{contact}{event}Expires: 99999999999999999999\r\n");
    assert_eq!(ask("nobody", right, &huge).status(), Some(404), "no such lamp");
    let pidf = format!("{contact}{event}Accept: application/pidf+xml\r\n");
    assert_eq!(ask("12", right, &pidf).status(), Some(406));
    assert_eq!(ask("12", right, event).status(), Some(400), "nowhere to tell it");
    assert_eq!(ask("12", "a guess", &format!("{contact}{event}")).status(), Some(401));
}

#[test]
fn a_phone_with_too_many_keys_loses_the_one_that_ends_first_and_the_table_has_an_end() {
    let mut toml = office_only();
    for n in 0..40 {
        toml += &format!("[[person.phone]]\nid = \"p{n}\"\nsecret = \"correct horse\"\n");
    }
    let mut office = Office::new(&toml);
    office.command(lit(&[("12", Lamp::Dark)]));
    office.device(PHONE); // no stranger
    for n in 0..WATCHES_PER_PHONE {
        assert_eq!(Key::of("p0", n).watch(&mut office, 300).status(), Some(200));
        office.pass(Duration::from_millis(10));
    }
    told(&mut office, PHONE);
    assert_eq!(Key::of("p0", 999).watch(&mut office, 300).status(), Some(200));
    let all = told(&mut office, PHONE);
    let ended: Vec<&Message> = all
        .iter()
        .filter(|n| n.headers.value(name::SUBSCRIPTION_STATE) == Some("terminated;reason=rejected"))
        .collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].call_id(), Some("p00"), "the oldest");
    for n in WATCHES_PER_PHONE..WATCHES_MAX {
        let phone = format!("p{}", n / WATCHES_PER_PHONE);
        assert_eq!(Key::of(&phone, n).watch(&mut office, 300).status(), Some(200), "{n}");
        told(&mut office, PHONE);
    }
    let refused = Key::of("p39", 1).watch(&mut office, 300);
    assert_eq!(refused.status(), Some(503));
    assert!(refused.headers.value(name::RETRY_AFTER).is_some());
    assert!(!office.stack.figures().dropped.contains_key(&Drop::Full));
}

#[test]
fn a_phone_that_knows_its_key_no_more_is_told_no_more() {
    for (status, goes_on) in [(481, false), (408, false), (489, false), (500, true), (486, true)] {
        let mut office = office();
        Key::new("12").watch(&mut office, 300);
        let (notify, ..) = one(&mut office, PHONE);
        answer(&mut office, PHONE, &notify, status);
        office.command(lit(&[("12", Lamp::Lit)]));
        assert_eq!(told(&mut office, PHONE).len(), usize::from(goes_on), "{status}");
    }
    let mut office = office();
    Key::new("12").watch(&mut office, 300);
    office.pass(Duration::from_secs(33));
    told(&mut office, PHONE);
    office.command(lit(&[("12", Lamp::Lit)]));
    assert!(told(&mut office, PHONE).is_empty(), "it never answered");
}

#[test]
fn a_lamp_that_is_no_more_and_a_phone_that_may_no_more_are_told_so() {
    let mut office = office();
    Key::new("12").watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    office.command(lit(&[("*70", Lamp::Dark)]));
    assert_eq!(one(&mut office, PHONE).2, "terminated;reason=noresource");
    Key::new("*70").watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    let other = office_only().replace("correct horse", "another secret");
    let settings = parse_toml(&other, "office.toml", None).unwrap();
    office.command(Command::Configure(Arc::new(settings)));
    assert_eq!(one(&mut office, PHONE).2, "terminated;reason=rejected");
}

#[test]
fn a_key_is_changed_only_from_where_it_was_made_or_with_the_phones_password() {
    let mut office = office();
    let mut key = Key::new("12");
    key.watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    let other = "10.0.0.66:5062";
    key.at = other;
    assert_eq!(key.say(&mut office, "Event: dialog\r\nExpires: 0\r\n").status(), Some(401));
    assert!(told(&mut office, PHONE).is_empty(), "goes on");
    assert_eq!(key.watch(&mut office, 300).status(), Some(200), "the phone has moved");
    assert_eq!(told(&mut office, other).len(), 1);
    let mut guessed = Key::new("12");
    guessed.to = "<sip:12@10.0.0.1>;tag=0123456789abcdef".into();
    assert_eq!(guessed.say(&mut office, "Event: dialog\r\n").status(), Some(481));
}

#[test]
fn a_phone_that_asks_anew_for_the_same_key_has_it_once() {
    let mut office = office();
    Key::new("12").watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    Key { sequence: 10, ..Key::new("12") }.watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    office.command(lit(&[("12", Lamp::Lit)]));
    assert_eq!(told(&mut office, PHONE).len(), 1);
}

#[test]
fn a_key_whose_stream_died_is_told_when_the_phone_is_back() {
    let mut office = office();
    office.transport = Transport::Tcp;
    office.device(PHONE);
    Key::new("12").watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    let (now, flow) = (office.now(), office.flow(PHONE.parse().unwrap()));
    office.stack.flow_lost(now, flow);
    office.command(lit(&[("12", Lamp::Lit)]));
    assert!(told(&mut office, PHONE).is_empty(), "nobody is there");
    let back = "10.0.0.7:40001";
    let challenge = office.challenge(back);
    let contact = [("Contact", "<sip:anna-desk@10.0.0.7:40001>")];
    let last = office.register_with(back, &challenge, "correct horse", 1, &contact).unwrap();
    assert_eq!(last.method(), Some(Method::Notify), "after the answer to its REGISTER");
    assert!(String::from_utf8(last.body).unwrap().contains("<state>confirmed</state>"));
}

#[test]
fn when_we_stop_every_key_is_told_to_ask_again() {
    let mut office = office();
    Key::new("12").watch(&mut office, 300);
    let (notify, ..) = one(&mut office, PHONE);
    answer(&mut office, PHONE, &notify, 200);
    office.command(Command::SignOff);
    assert_eq!(one(&mut office, PHONE).2, "terminated;reason=probation;retry-after=10");
}
