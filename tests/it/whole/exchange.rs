//! The town's own exchanges, with no office between them: a phone registers at a provider, is called,
//! and each end hears the other's tone. What tests listen with must itself be tested.

use frontdesk::demo::exchange::{CallReport, Exchange, Manner, Order, Told};
use frontdesk::ids::PhoneId;
use frontdesk::settings::{self, Settings};
use frontdesk::sip::Destination;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

const OFFICE: &str = "[office]\nname = \"X\"\nlanguage = \"en\"\ncountry = \"DK\"\ntime_zone = \"UTC\"\n";
const PATIENCE: Duration = Duration::from_secs(20);

fn settings(rest: &str) -> Arc<Settings> {
    Arc::new(settings::parse_toml(&format!("{OFFICE}{rest}"), "test", None).unwrap())
}

pub fn manner(name: &str, hz: u16, listens: &[u16]) -> Manner {
    let rings = Duration::from_millis(100);
    Manner { hz, name: name.into(), rings, talks: None, calls_back: None, listens: listens.to_vec() }
}

pub async fn open(rest: &str, manner: Manner, tell: &mpsc::UnboundedSender<Told>) -> Exchange {
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let seed = [manner.hz as u8; 32];
    Exchange::open(at, settings(rest), manner, seed, tell.clone()).await.unwrap()
}

pub async fn next(told: &mut mpsc::UnboundedReceiver<Told>) -> Told {
    timeout(PATIENCE, told.recv()).await.expect("told in time").expect("exchanges live")
}

/// One call from the provider to the phone; `phone_hz` is what the provider listens for.
async fn one_call(phone_listens: u16) -> (CallReport, CallReport) {
    let (tell, mut told) = mpsc::unbounded_channel();
    let person = "[[person]]\nid = \"kim\"\nname = \"Kim\"\nrole = \"agent\"\n[[person.phone]]\nid = \"kim\"\nsecret = \"s3cret-enough\"\n";
    let provider = open(person, manner("provider", 1000, &[500]), &tell).await;
    let trunk = format!(
        "[[trunk]]\nid = \"up\"\nhost = \"{}\"\ntransport = \"udp\"\nregister = true\nuser = \"kim\"\nsecret = \"s3cret-enough\"\n",
        provider.address()
    );
    let phone = open(&trunk, manner("phone", 500, &[phone_listens]), &tell).await;
    let (orders, incoming) = mpsc::channel(4);
    let (keep, none) = mpsc::channel(1);
    tokio::spawn(provider.run(incoming));
    tokio::spawn(phone.run(none));
    while next(&mut told).await != (Told::Registered { name: "kim".into(), usable: true }) {}
    let order = Order {
        to: Destination::Phone(PhoneId::from("kim")),
        caller: "+4520304050".into(),
        hz: 1000,
        patience: Duration::from_secs(3),
        talks: Duration::from_millis(300),
        keys: Vec::new(),
    };
    orders.send(order).await.unwrap();
    let mut reports = Vec::new();
    while reports.len() < 2 {
        if let Told::CallOver(report) = next(&mut told).await {
            reports.push(report);
        }
    }
    drop(keep);
    reports.sort_by(|a, b| b.by.cmp(&a.by));
    let [provider, phone] = <[CallReport; 2]>::try_from(reports).unwrap();
    (provider, phone)
}

#[tokio::test]
async fn a_registered_phone_is_called_and_both_ends_hear_each_other() {
    let (provider, phone) = one_call(1000).await;
    assert_eq!((provider.answered, provider.heard), (true, Some(500)));
    assert_eq!((phone.answered, phone.heard), (true, Some(1000)));
    assert_eq!(phone.customer, "+4520304050");
}

#[tokio::test]
async fn an_end_that_listens_for_another_tone_hears_nobody() {
    let (_, phone) = one_call(1200).await;
    assert_eq!(phone.heard, None, "the ear can fail");
}
