//! Shell. A caller whose address is on a card, over real SIP, RTP, IMAP and SMTP: what they say it is about lies on the
//! disk, a mail tells them that the promise stands, and their "STOP" takes it back (spec/callback.md §3, §7).

use super::super::office::{Scene, args, office_toml, order};
use super::{ADDRESS, board, deliver, mailbox, now, until};
use frontdesk::cli::serve;
use frontdesk::demo::mail::Provider;
use frontdesk::ids::CallId;
use frontdesk::number::{Country, Number};
use frontdesk::office::customers;
use frontdesk::office::customers::card::Card;
use frontdesk::office::desk::{Actor, Command};
use frontdesk::office::promise::{Callback, CallbackState, SettledBy};
use frontdesk::settings::Role;
use frontdesk::store::settings_desk::SettingsSource;
use std::time::Duration;

const OPTIONS: &str = "wrap_up = \"1s\"\ncallback = { mail_confirm = true, record_matter = true }\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_says_what_it_is_about_has_the_promise_in_writing_and_takes_it_back() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = serve::start(&args(data.path())).await.unwrap();
    let mut scene = Scene::set();
    let town = scene.provider(running.address("sip").unwrap()).await;
    let office = office_toml(town.address).replace("wrap_up = \"1s\"\n", OPTIONS);
    let text = office + &mailbox(ADDRESS, &provider, "").await;
    let source = SettingsSource::Toml { text, file: "office.toml".into() };
    running.settings().apply(source).await.unwrap();
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    let card = Card {
        name: "Zoe".into(),
        numbers: vec![Number::parse("+4520304050", Country(*b"DK")).unwrap()],
        addresses: vec!["zoe@kunde.example".into()],
        ..Card::default()
    };
    let who = Actor { person: None, role: Role::Owner };
    let create = Command::Customer { id: None, order: customers::Order::Create(card) };
    running.handle().desk(who, create).await.unwrap().unwrap();

    // yes, this number; to the tone; two seconds of speech; enough
    let mut call = order(Duration::from_secs(3600));
    let key = |at, key| (Duration::from_millis(at), key);
    call.keys = vec![key(500, '1'), key(1_000, '1'), key(1_500, '#'), key(4_500, '#')];
    call.patience = Duration::from_secs(10);
    town.orders.send(call).await.unwrap();

    let confirmed = until(|| provider.sent().pop()).await;
    assert_eq!(confirmed.to, ["zoe@kunde.example"]);
    let text = String::from_utf8(confirmed.raw).unwrap();
    for part in
        ["Your call back from Town (C-1)", "We call you back on +4520304050", "STOP", "Auto-Submitted"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let promise = || -> Callback { running.reader().contact(CallId(1)).unwrap().unwrap().callback.unwrap() };
    let spoken = promise().matter.expect("they spoke");
    assert!((Duration::from_secs(1)..Duration::from_secs(5)).contains(&spoken), "{spoken:?}");
    let sound = std::fs::metadata(data.path().join("voicemail/C-1-matter.wav")).unwrap();
    assert!(u128::from(sound.len()) >= spoken.as_millis() * 16, "8 kHz of 16 bit");

    let name = text.split("Message-ID: ").nth(1).and_then(|rest| rest.lines().next()).unwrap().trim();
    let stop = format!(
        "From: Zoe <zoe@kunde.example>\r\nTo: {ADDRESS}\r\nSubject: Re: Your call back from Town (C-1)\r\n\
         Message-ID: <2@kunde.example>\r\nIn-Reply-To: {name}\r\n\r\nStop\r\n\r\nOn Monday Town wrote:\r\n> We call you\r\n"
    );
    // Nothing is taken back from somebody to whom it is being spoken.
    scene.report().await;
    deliver(&provider, stop.as_bytes());
    let settled = until(|| promise().settled).await;
    assert_eq!((promise().state, settled.by), (CallbackState::Cancelled, SettledBy::Customer));
    let shown = board(&running, |board| board.line.is_empty()).await;
    assert_eq!((shown.owed, shown.mail.unassigned), (0, 0), "nobody has work of it");
    running.stop().await.unwrap();
}
