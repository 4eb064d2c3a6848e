//! The office stops: calls end at once on all sides, and the provider knows that nobody is there.

use super::exchange::{manner, next, open};
use clap::Parser;
use frontdesk::cli::args::{Arguments, Command};
use frontdesk::cli::serve;
use frontdesk::demo::exchange::{Order, Told};
use frontdesk::sip::Destination;
use frontdesk::store::settings_desk::SettingsSource;
use std::time::Duration;
use tokio::sync::mpsc;

fn office(provider: std::net::SocketAddr) -> String {
    format!(
        r#"
[office]
name = "A"
language = "en"
country = "DK"
time_zone = "UTC"
[[person]]
id = "anna"
name = "Anna"
extension = "11"
[[person.phone]]
id = "anna-desk"
secret = "s3cret-enough"
[[trunk]]
id = "up"
host = "{provider}"
transport = "udp"
register = true
user = "33445566"
secret = "s3cret-enough"
numbers = ["+4533445566"]
[[number]]
number = "+4533445566"
to = "person:anna"
welcome = false
"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_hangs_up_and_unregisters() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let line = "[[person]]\nid = \"kim\"\nname = \"Kim\"\nrole = \"agent\"\n[[person.phone]]\nid = \"33445566\"\nsecret = \"s3cret-enough\"\n";
    let provider = open(line, manner("provider", 1000, &[500]), &tell).await;
    let town = provider.address();
    let (orders, incoming) = mpsc::channel(4);
    tokio::spawn(provider.run(incoming));

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let low = 20_000 + std::process::id() % 1_000 * 20;
    let ports = format!("{low}-{}", low + 19);
    let words = ["frontdesk", "serve", "--data", data.to_str().unwrap(), "--rtp-ports", &ports];
    let anywhere = ["--sip", "--sips", "--http", "--https"].into_iter().flat_map(|l| [l, "127.0.0.1:0"]);
    let arguments = Arguments::try_parse_from(words.into_iter().chain(anywhere)).unwrap();
    let Command::Serve(args) = arguments.command else { panic!("not serve") };
    let running = serve::start(&args).await.unwrap();
    let settings = SettingsSource::Toml { text: office(town), file: "office.toml".into() };
    running.settings().apply(settings).await.unwrap();
    let phone = format!(
        "[[trunk]]\nid = \"up\"\nhost = \"{}\"\ntransport = \"udp\"\nregister = true\nuser = \"anna-desk\"\nsecret = \"s3cret-enough\"\n",
        running.address("sip").unwrap()
    );
    let phone = open(&phone, manner("phone", 500, &[1000]), &tell).await;
    let (keep, none) = mpsc::channel(1);
    tokio::spawn(phone.run(none));
    let mut usable = Vec::new();
    while !(usable.contains(&"33445566".to_owned()) && usable.contains(&"phone".to_owned())) {
        if let Told::Registered { name, usable: true } = next(&mut told).await {
            usable.push(name);
        }
    }
    let order = Order {
        to: Destination::Phone("33445566".into()),
        caller: "+4520304050".into(),
        hz: 1000,
        patience: Duration::from_secs(60),
        talks: Duration::from_secs(60),
        keys: Vec::new(),
    };
    orders.send(order).await.unwrap();
    while next(&mut told).await != (Told::Answered { name: "provider".into() }) {}

    let stopping = tokio::time::timeout(Duration::from_secs(10), running.stop());
    stopping.await.expect("in time").unwrap();
    let (mut over, mut gone) = (Vec::new(), 0);
    while over.len() < 2 || gone < 1 {
        match next(&mut told).await {
            Told::CallOver(report) => over.push((report.by, report.answered)),
            Told::Registered { name, usable: false } if name == "33445566" => gone += 1,
            _ => {}
        }
    }
    over.sort();
    assert_eq!(over, [("phone".to_owned(), true), ("provider".to_owned(), true)]);
    drop(keep);
}
