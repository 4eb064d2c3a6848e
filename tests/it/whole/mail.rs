//! Shell. A mail's way through the whole program: from a provider to the board, answered, sent, and seen there.

mod files;
mod letters;
mod unsent;

use super::office::{PATIENCE, args, office_toml};
use frontdesk::cli::serve::{self, Running};
use frontdesk::demo::mail::{Faults, Protocol, Provider};
use frontdesk::ids::ConversationId;
use frontdesk::office::board::Board;
use frontdesk::office::desk::{Actor, Command, Done, Refusal};
use frontdesk::office::inbox::{Correspondent, ItemKind, NewMail, Order, Reply, SentState, State};
use frontdesk::settings::Role;
use frontdesk::store::mail::{ConversationFilter, MailFact, StoredItem};
use frontdesk::store::settings_desk::SettingsSource;
use jiff::{SignedDuration, Timestamp};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::time::timeout;

const ADDRESS: &str = "info@hansen.example";

/// The clock of this machine: the office under test has it, too.
fn now() -> Timestamp {
    frontdesk::switchboard::clock::Clock::start().now().wall
}

fn nowhere() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 9))
}

/// An office whose mailbox lies at this provider.
async fn office(provider: &Provider, data: &TempDir, auto_reply: bool) -> Running {
    office_of(ADDRESS, provider, data, &format!("auto_reply = {auto_reply}")).await
}

async fn office_of(address: &str, provider: &Provider, data: &TempDir, more: &str) -> Running {
    let text = office_toml(nowhere()) + &mailbox(address, provider, more).await;
    let running = serve::start(&args(data.path())).await.unwrap();
    let source = SettingsSource::Toml { text, file: "office.toml".into() };
    running.settings().apply(source).await.unwrap();
    running
}

/// A mailbox at this provider, as settings have it.
async fn mailbox(address: &str, provider: &Provider, more: &str) -> String {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let imap = provider.listen(Protocol::Imap, anywhere).await.unwrap().port();
    let smtp = provider.listen(Protocol::Smtp, anywhere).await.unwrap().port();
    let server = |port| {
        format!(
            "{{ host = \"127.0.0.1\", port = {port}, security = \"none\", user = \"{address}\", password = \"geheim\" }}"
        )
    };
    format!(
        "[[mailbox]]\nid = \"info\"\naddress = \"{address}\"\ngroup = \"main\"\n{more}\n\
         imap = {}\nsmtp = {}\n",
        server(imap),
        server(smtp)
    )
}

fn letter(number: usize, more: &str) -> Vec<u8> {
    format!(
        "From: Kim <kim@kunde.example>\r\nTo: {ADDRESS}\r\nSubject: Boiler {number}\r\n\
         Message-ID: <{number}@kunde.example>\r\n{more}\r\nIt is cold, {number}.\r\n"
    )
    .into_bytes()
}

fn deliver(provider: &Provider, raw: &[u8]) {
    let at = now();
    provider.change(|folders| folders.deliver("INBOX", raw, at)).unwrap();
}

async fn board(running: &Running, is_so: impl Fn(&Board) -> bool) -> Arc<Board> {
    let mut boards = running.handle().board();
    let found = timeout(PATIENCE, boards.wait_for(|board| is_so(board))).await;
    let board = found.expect("the board comes to it").unwrap();
    board.clone()
}

/// Looks until it is so; every look is a read of what was committed.
async fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, looking).await.expect("it comes to be so")
}

fn items(running: &Running, id: ConversationId) -> Vec<StoredItem> {
    running.reader().items(id).unwrap()
}

async fn ask(running: &Running, id: ConversationId, order: Order) {
    let known = Box::new(running.reader().conversation(id).unwrap().unwrap());
    let who = Actor { person: Some("kim".into()), role: Role::Agent };
    running.handle().desk(who, Command::Mail { known, order }).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_on_the_board_answered_sent_and_found_in_the_sent_folder() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    let checked = |board: &Board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some());
    board(&running, checked).await;
    let raw = letter(1, "");
    deliver(&provider, &raw);
    let shown = board(&running, |board| board.mail.unassigned == 1).await;
    assert_eq!((shown.owed, shown.mail.oldest_at.is_some()), (1, true));
    let filter = ConversationFilter { search: Some("boiler cold".into()), ..ConversationFilter::default() };
    let found = running.reader().conversations(&filter, 10).unwrap();
    let id = found[0].id;
    assert_eq!((found.len(), found[0].customer.address.as_str()), (1, "kim@kunde.example"));
    let first = &items(&running, id)[0];
    let kept = std::fs::read(data.path().join("mail").join(format!("{}.eml", first.id))).unwrap();
    assert_eq!(kept, raw, "bit for bit");

    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let reply = Reply { text: "We come on Monday.".into(), seen, to: None, later: None, files: Vec::new() };
    ask(&running, id, Order::Reply(reply)).await;
    let sent = until(|| provider.sent().pop()).await;
    assert_eq!((sent.from.as_str(), sent.to.clone()), (ADDRESS, vec!["kim@kunde.example".to_owned()]));
    let text = String::from_utf8(sent.raw).unwrap();
    let quoted = "> It is cold, 1.";
    for part in ["In-Reply-To: <1@kunde.example>", "Subject: Re: Boiler 1", "We come on Monday.", quoted] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let state =
        |items: &[StoredItem]| items.last().and_then(|item| item.sent.as_ref()).map(|sent| sent.state);
    until(|| (state(&items(&running, id)) == Some(SentState::Sent)).then_some(())).await;
    board(&running, |board| board.owed == 0).await;
    // its copy in the Sent folder is not a second reply
    until(|| {
        provider.change(|folders| folders.folder("Sent").map(|sent| sent.letters.len())).filter(|n| *n == 1)
    })
    .await;
    deliver(&provider, &letter(2, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    let kinds: Vec<ItemKind> = items(&running, id).iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [ItemKind::Mail, ItemKind::Reply]);
    assert_eq!(running.reader().conversation(id).unwrap().unwrap().state, State::Waiting);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_is_history_and_what_was_stored_outlives_a_restart() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let before = now().checked_sub(SignedDuration::from_hours(48)).unwrap();
    provider.change(|folders| folders.deliver("INBOX", &letter(1, ""), before)).unwrap();
    let running = office(&provider, &data, true).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(2, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    // said at once, with the reference; never about history
    let told = until(|| provider.sent().pop()).await;
    let text = String::from_utf8_lossy(&told.raw).into_owned();
    assert!(text.contains("Auto-Submitted: auto-replied") && text.contains("M-4"), "{text}");
    assert_eq!((told.from.as_str(), provider.sent().len()), ("", 1));
    running.stop().await.unwrap();
    let again = serve::start(&args(data.path())).await.unwrap();
    let shown = board(&again, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    assert_eq!((shown.mail.unassigned, shown.owed), (1, 1));
    let all = again.reader().conversations(&ConversationFilter::default(), 10).unwrap();
    let states: Vec<State> = all.iter().map(|one| one.state).collect();
    assert_eq!((states, provider.sent().len()), (vec![State::New, State::Closed], 1));
    again.stop().await.unwrap();
}

/// Our own address in a From proves nothing; a mail that left from here comes back without a word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_address_in_the_inbox_answers_nothing_for_us() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    board(&running, |board| board.owed == 1).await;
    let as_us = |number: usize, to: &str| {
        format!(
            "From: {ADDRESS}\r\nTo: {to}\r\nSubject: Re: Boiler 1\r\nMessage-ID: <us{number}@kunde.example>\r\n\
             In-Reply-To: <1@kunde.example>\r\n\r\nDone.\r\n"
        )
    };
    deliver(&provider, as_us(1, "kim@kunde.example").as_bytes());
    let shown = board(&running, |board| board.mail.unassigned != 1).await;
    assert_eq!(
        (shown.mail.unassigned, shown.owed),
        (2, 2),
        "forged: a mail like another, and the first is owed"
    );

    let find = |text: &str| {
        let filter = ConversationFilter { search: Some(text.into()), ..ConversationFilter::default() };
        running.reader().conversations(&filter, 10).unwrap()
    };
    let id = find("cold")[0].id;
    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let reply = Reply { text: "We come on Monday.".into(), seen, to: None, later: None, files: Vec::new() };
    ask(&running, id, Order::Reply(reply)).await;
    let sent = until(|| provider.sent().pop()).await;
    board(&running, |board| board.owed == 1).await;
    deliver(&provider, &sent.raw);
    deliver(&provider, &letter(3, ""));
    let shown = board(&running, |board| board.mail.unassigned == 2).await;
    assert_eq!((shown.owed, find("Monday").len()), (2, 1), "what left from here is no mail of a customer's");
    running.stop().await.unwrap();
}

/// A number in the answer to an automatic reply: on the board in the line, told in the thread, once
/// (spec/mail.md §4).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_in_an_answer_becomes_a_call_back() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office_of(ADDRESS, &provider, &data, "auto_reply = true\ncall_back = true").await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    let offered = until(|| provider.sent().pop()).await;
    let text = String::from_utf8(offered.raw).unwrap();
    assert!(text.contains("Answer this mail with your telephone number"), "{text}");
    let name = text.split("Message-ID: ").nth(1).and_then(|rest| rest.lines().next()).unwrap().trim();
    let answer = |number: usize, text: &str| {
        format!(
            "From: Kim <kim@kunde.example>\r\nTo: {ADDRESS}\r\nSubject: Re: Boiler 1\r\n\
             Message-ID: <{number}@kunde.example>\r\nIn-Reply-To: {name}\r\n\r\n{text}\r\n"
        )
    };
    deliver(&provider, answer(2, "12 34 56 78, thanks").as_bytes());
    let shown = board(&running, |board| !board.line.is_empty()).await;
    assert_eq!(shown.line[0].number.as_ref().map(|number| number.as_str()), Some("+4512345678"));
    let told = until(|| provider.sent().get(1).cloned()).await;
    let text = String::from_utf8(told.raw).unwrap();
    assert!(
        text.contains("We call you on +4512345678, in turn") && text.contains("Auto-Submitted"),
        "{text}"
    );
    assert_eq!(told.to, ["kim@kunde.example"]);
    let all = running.reader().conversations(&ConversationFilter::default(), 10).unwrap();
    let kinds: Vec<ItemKind> = items(&running, all[0].id).iter().map(|item| item.kind).collect();
    assert_eq!(
        (all.len(), kinds.iter().filter(|kind| **kind == ItemKind::Mail).count()),
        (1, 2),
        "{kinds:?}"
    );
    // another number in the same thread is read by a person
    deliver(&provider, answer(3, "or 87 65 43 21").as_bytes());
    until(|| {
        (items(&running, all[0].id).iter().filter(|item| item.kind == ItemKind::Mail).count() == 3)
            .then_some(())
    })
    .await;
    deliver(&provider, &letter(9, ""));
    board(&running, |board| board.mail.unassigned == 2).await;
    assert_eq!(running.handle().board().borrow().line.len(), 1);
    running.stop().await.unwrap();
}

/// What is not confirmed because enough was said this hour is promised once all the same (spec/mail.md §4).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_number_is_not_heard_though_the_first_was_not_confirmed() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office_of(ADDRESS, &provider, &data, "auto_reply = true\ncall_back = true").await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    for number in 1..=20 {
        let raw = String::from_utf8(letter(number, "")).unwrap();
        deliver(&provider, raw.replace("kim@", &format!("kim{number}@")).as_bytes());
    }
    let offered = until(|| Some(provider.sent()).filter(|sent| sent.len() == 20)).await;
    let to_kim = offered.iter().find(|sent| sent.to == ["kim1@kunde.example"]).unwrap();
    let text = String::from_utf8_lossy(&to_kim.raw).into_owned();
    let name = text.split("Message-ID: ").nth(1).and_then(|rest| rest.lines().next()).unwrap().trim();
    let answer = |number: usize, text: &str| {
        format!(
            "From: Kim <kim1@kunde.example>\r\nTo: {ADDRESS}\r\nSubject: Re: Boiler 1\r\n\
             Message-ID: <{number}@kunde.example>\r\nIn-Reply-To: {name}\r\n\r\n{text}\r\n"
        )
    };
    deliver(&provider, answer(31, "12 34 56 78").as_bytes());
    board(&running, |board| board.line.len() == 1).await;
    let all = running.reader().conversations(&ConversationFilter::default(), 50).unwrap();
    let id = all.iter().find(|one| one.customer.address == "kim1@kunde.example").unwrap().id;
    let notes =
        |running: &Running| items(running, id).iter().filter(|item| item.kind == ItemKind::Note).count();
    until(|| (notes(&running) == 1).then_some(())).await;
    deliver(&provider, answer(32, "87 65 43 21").as_bytes());
    deliver(&provider, &letter(33, ""));
    board(&running, |board| board.mail.unassigned == 21).await;
    let line = running.handle().board().borrow().line.len();
    assert_eq!((line, provider.sent().len()), (1, 20), "a person reads the second");
    running.stop().await.unwrap();
}

/// Two offices with automatic replies write to each other: the mail, and one answer (spec/mail.md §4).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_frontdesks_write_exactly_two_mails() {
    let here = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let there = Provider::new("post@firma.example", "geheim", None, Box::new(now));
    let (data, other_data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let office = office_of(ADDRESS, &here, &data, "auto_reply = true").await;
    let other = office_of("post@firma.example", &there, &other_data, "auto_reply = true").await;
    for running in [&office, &other] {
        board(running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    }
    let first = format!(
        "Return-Path: <post@firma.example>\r\nFrom: post@firma.example\r\nTo: {ADDRESS}\r\n\
         Subject: Parts\r\nMessage-ID: <1@firma.example>\r\n\r\nAre they in?\r\n"
    );
    deliver(&here, first.as_bytes());
    let answer = until(|| here.sent().pop()).await;
    assert_eq!((answer.from.as_str(), answer.to.clone()), ("", vec!["post@firma.example".to_owned()]));
    // as a server delivers it: with the envelope's sender on top
    deliver(&there, &[b"Return-Path: <>\r\n", answer.raw.as_slice()].concat());
    board(&other, |board| board.mail.unassigned == 1).await;
    // and as one does that loses it
    deliver(&there, &answer.raw);
    let stranger = String::from_utf8(letter(9, "")).unwrap().replace(ADDRESS, "post@firma.example");
    deliver(&there, stranger.as_bytes());
    let last = until(|| there.sent().pop()).await;
    assert_eq!((last.to.clone(), there.sent().len()), (vec!["kim@kunde.example".to_owned()], 1));
    assert_eq!(here.sent().len(), 1);
    office.stop().await.unwrap();
    other.stop().await.unwrap();
}

/// Of several recipients one is refused: said at once, and a person's yes sends it to that one alone
/// (spec/mail.md §5). What Kim wrote is not quoted to Lee.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_mail_does_not_get_it_twice() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let refusing = |says: &str| {
        let instead = [("RCPT TO:<lee@kunde.example>".to_owned(), says.to_owned())].into();
        Faults { instead, ..Faults::default() }
    };
    let faults = refusing("550 5.1.1 no lee here");
    provider.plan(move |_, _| faults.clone());
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    let id = running.reader().conversations(&ConversationFilter::default(), 10).unwrap()[0].id;
    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let to = ["kim", "lee"]
        .map(|name| Correspondent { address: format!("{name}@kunde.example"), name: String::new() });
    let reply = Reply {
        text: "We come on Monday.".into(),
        seen,
        to: Some(to.to_vec()),
        later: None,
        files: Vec::new(),
    };
    ask(&running, id, Order::Reply(reply)).await;
    let sent = until(|| provider.sent().pop()).await;
    assert_eq!(sent.to, ["kim@kunde.example"]);
    let text = String::from_utf8_lossy(&sent.raw).into_owned();
    assert!(!text.contains("It is cold"), "{text}");
    let failed = |item: &StoredItem| item.sent.as_ref().is_some_and(|sent| sent.state == SentState::Failed);
    let item = until(|| items(&running, id).into_iter().find(failed)).await;
    let note = until(|| items(&running, id).into_iter().find(|item| item.kind == ItemKind::Note)).await;
    assert!(
        note.text.contains("to lee@kunde.example was not delivered") && note.text.contains("no lee here"),
        "{}",
        note.text
    );
    provider.plan(|_, _| Faults::default());
    ask(&running, id, Order::SendAgain(item.id)).await;
    let again = until(|| provider.sent().get(1).cloned()).await;
    assert_eq!((again.to, again.raw == sent.raw), (vec!["lee@kunde.example".to_owned()], true));
    until(|| {
        provider.change(|folders| folders.folder("Sent").map(|sent| sent.letters.len())).filter(|n| *n == 1)
    })
    .await;
    running.stop().await.unwrap();
}

/// One of two recipients is put off: the retry goes to that one alone, not to anybody while nobody can read who
/// has it, and what Sent shows then says nothing of them (spec/mail.md §5).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_put_off_gets_the_mail_alone_or_a_person_decides() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let instead = [("RCPT TO:<lee@kunde.example>".to_owned(), "451 4.2.1 not now".to_owned())].into();
    let busy = Faults { instead, ..Faults::default() };
    provider.plan(move |_, _| busy.clone());
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    let who = Actor { person: Some("kim".into()), role: Role::Agent };
    let to = ["kim", "lee"]
        .map(|name| Correspondent { address: format!("{name}@kunde.example"), name: String::new() });
    let mail = |to: &[Correspondent]| {
        let (subject, text) = ("Your boiler".into(), "It is here.".into());
        Command::NewMail(Box::new(NewMail {
            mailbox: "info".into(),
            to: to.to_vec(),
            subject,
            text,
            later: None,
            files: Vec::new(),
        }))
    };
    let done = running.handle().desk(who.clone(), mail(&to)).await.unwrap().unwrap();
    let Done::Mail(id, item) = done else { panic!("{done:?}") };
    let first = until(|| provider.sent().pop()).await;
    assert_eq!(first.to, ["kim@kunde.example"]);
    let left = data.path().join("mail").join(format!("{item}.left"));
    until(|| std::fs::read_to_string(&left).ok().filter(|left| left == "lee@kunde.example")).await;
    let state = |running: &Running| items(running, id)[0].sent.as_ref().map(|sent| sent.state);
    until(|| (state(&running) == Some(SentState::Queued)).then_some(())).await;
    assert_eq!(items(&running, id).len(), 1, "nobody has to look yet");

    // A list that cannot be read is not taken for "everybody".
    provider.plan(|_, _| Faults::default());
    std::fs::remove_file(&left).unwrap();
    std::fs::create_dir(&left).unwrap();
    ask(&running, id, Order::SendAgain(item)).await;
    running.handle().desk(who, mail(&to[..1])).await.unwrap().unwrap();
    let other = until(|| provider.sent().get(1).cloned()).await;
    assert!(other.raw != first.raw, "the other mail overtook it: {:?}", other.to);
    std::fs::remove_dir(&left).unwrap();
    std::fs::write(&left, "lee@kunde.example").unwrap();
    let again = until(|| provider.sent().get(2).cloned()).await;
    assert_eq!((again.to, again.raw == first.raw), (vec!["lee@kunde.example".to_owned()], true));
    until(|| (state(&running) == Some(SentState::Sent) && !left.exists()).then_some(())).await;
    running.stop().await.unwrap();
}

/// The program fell in the second attempt. The copy in Sent may be the first one's: only a person knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_in_sent_does_not_say_who_of_two_has_the_mail() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let instead = [("RCPT TO:<lee@kunde.example>".to_owned(), "451 4.2.1 not now".to_owned())].into();
    let busy = Faults { instead, ..Faults::default() };
    provider.plan(move |_, _| busy.clone());
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    let who = Actor { person: Some("kim".into()), role: Role::Agent };
    let to = ["kim", "lee"]
        .map(|name| Correspondent { address: format!("{name}@kunde.example"), name: String::new() });
    let (subject, text) = ("Your boiler".into(), "It is here.".into());
    let mail =
        NewMail { mailbox: "info".into(), to: to.to_vec(), subject, text, later: None, files: Vec::new() };
    let done = running.handle().desk(who, Command::NewMail(Box::new(mail))).await.unwrap().unwrap();
    let Done::Mail(id, item) = done else { panic!("{done:?}") };
    let queued = |item: &StoredItem| item.sent.as_ref().is_some_and(|sent| sent.state == SentState::Queued);
    let left = data.path().join("mail").join(format!("{item}.left"));
    until(|| (left.exists() && queued(&items(&running, id)[0])).then_some(())).await;
    running.stop().await.unwrap();

    let raw = provider.sent().pop().unwrap().raw;
    let at = now();
    provider.change(|folders| folders.deliver("Sent", &raw, at)).unwrap();
    let opened = crate::store::open(data.path()).unwrap();
    let (state, due_at) = (SentState::Sending, now());
    let fell = MailFact::Sending { item, state, due_at, attempts: 1, said: None };
    opened.writer.keep_mail(fell).await.unwrap().unwrap();
    opened.writer.close();
    let running = office(&provider, &data, false).await;
    let unsure = |item: &StoredItem| item.sent.as_ref().is_some_and(|sent| sent.state == SentState::Unsure);
    until(|| unsure(&items(&running, id)[0]).then_some(())).await;
    let note = until(|| items(&running, id).into_iter().find(|item| item.kind == ItemKind::Note)).await;
    assert!(note.text.contains("lee@kunde.example") && !note.text.contains("kim@"), "{}", note.text);
    provider.plan(|_, _| Faults::default());
    ask(&running, id, Order::SendAgain(item)).await;
    let again = until(|| provider.sent().get(1).cloned()).await;
    assert_eq!(again.to, ["lee@kunde.example"]);
    running.stop().await.unwrap();
}

/// We write first: a conversation of its own, under its own subject, with the customer's word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_mail_begins_a_conversation() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    let who = Actor { person: Some("kim".into()), role: Role::Agent };
    let to = Correspondent { address: "lee@kunde.example".into(), name: "Lee".into() };
    let mail = |subject: &str| {
        let (mailbox, to) = ("info".into(), vec![to.clone()]);
        Command::NewMail(Box::new(NewMail {
            mailbox,
            to,
            subject: subject.into(),
            text: "It is here.".into(),
            later: None,
            files: Vec::new(),
        }))
    };
    assert_eq!(running.handle().desk(who.clone(), mail(" ")).await.unwrap(), Err(Refusal::BadText));
    let done = running.handle().desk(who, mail("Your boiler")).await.unwrap().unwrap();
    let Done::Mail(id, _) = done else { panic!("{done:?}") };
    let sent = until(|| provider.sent().pop()).await;
    let text = String::from_utf8_lossy(&sent.raw).into_owned();
    assert!(text.contains("Subject: Your boiler") && !text.contains("In-Reply-To"), "{text}");
    let name =
        text.split("Message-ID: ").nth(1).and_then(|rest| rest.lines().next()).unwrap().trim().to_owned();
    let answer = format!(
        "From: Lee <lee@kunde.example>\r\nTo: {ADDRESS}\r\nSubject: Re: Your boiler\r\nMessage-ID: <2@kunde.example>\r\n\
         In-Reply-To: {name}\r\n\r\nThanks.\r\n"
    );
    deliver(&provider, answer.as_bytes());
    board(&running, |board| board.owed == 1).await;
    let kinds: Vec<ItemKind> = items(&running, id).iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [ItemKind::Reply, ItemKind::Mail], "it answers here");
    running.stop().await.unwrap();
}

/// A copy that could not be made is to be made later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_for_the_sent_folder_is_tried_again() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    let id = running.reader().conversations(&ConversationFilter::default(), 10).unwrap()[0].id;
    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let reply = Reply { text: "We come on Monday.".into(), seen, to: None, later: None, files: Vec::new() };
    ask(&running, id, Order::Reply(reply)).await;
    // every new connection to the folders is cut at once; only sending works
    provider.plan(|protocol, _| match protocol {
        Protocol::Imap => Faults { cut_after: Some(1), ..Faults::default() },
        Protocol::Smtp => Faults::default(),
    });
    until(|| provider.sent().pop()).await;
    let later = |running: &Running| {
        let due = running.reader().copies_due(now() + SignedDuration::from_mins(11), 10).unwrap();
        let now = running.reader().copies_due(now(), 10).unwrap();
        (due.len() == 1 && now.is_empty()).then_some(())
    };
    until(|| later(&running)).await;
    running.stop().await.unwrap();
    provider.plan(|_, _| Faults::default());
    assert_eq!(provider.change(|folders| folders.folder("Sent").map(|sent| sent.letters.len())), Some(0));
}
