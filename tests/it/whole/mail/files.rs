//! Shell. Files on their way: put to an answer, there after a restart, and a part of the mail at both ends.

use super::super::office::args;
use super::{ADDRESS, ask, board, deliver, items, letter, now, office, until};
use frontdesk::cli::serve::{self, Running};
use frontdesk::demo::mail::Provider;
use frontdesk::ids::ConversationId;
use frontdesk::mail::message::{Message, attachment_to};
use frontdesk::office::desk::{Actor, Command};
use frontdesk::office::inbox::{Draft, ItemKind, Order, Place, Reply, SentState, Upload, Writing};
use frontdesk::settings::Role;
use frontdesk::store::mail::{ConversationFilter, StoredItem, uploads};
use tempfile::TempDir;

/// Kim put this to the answer; the browser's part of it is in `web/writing`.
async fn attach(running: &Running, data: &TempDir, id: ConversationId, name: &str, bytes: &[u8]) -> Upload {
    let upload = Upload {
        id: format!("{:032x}", bytes.len()),
        name: name.into(),
        kind: "text/plain".into(),
        size: bytes.len() as u64,
    };
    std::fs::write(uploads::path(data.path(), &upload.id), bytes).unwrap();
    let known = Box::new(running.reader().conversation(id).unwrap().unwrap());
    let who = Actor { person: Some("kim".into()), role: Role::Agent };
    let beside = running.reader().uploads(&Place::Answer(id), &"kim".into()).unwrap();
    let writing = Writing::Attach { draft: Draft::Answer(known), upload: upload.clone(), beside };
    running.handle().desk(who, Command::Write(Box::new(writing))).await.unwrap().unwrap();
    upload
}

/// The file of this name, as whoever gets the mail finds it.
fn part(raw: &[u8], name: &str) -> Vec<u8> {
    let message = Message::read(raw).unwrap();
    let file = message.attachments.iter().find(|file| file.name == name).expect(name);
    let mut bytes = Vec::new();
    let taken = attachment_to(raw, file.index, |block| {
        bytes.extend_from_slice(block);
        Ok::<_, ()>(())
    });
    assert_eq!(taken, Some(Ok(())));
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_along_over_a_restart_and_lie_in_the_sent_folder_too() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    let id = running.reader().conversations(&ConversationFilter::default(), 10).unwrap()[0].id;
    let wild: Vec<u8> = (0..200_000_u32).map(|n| (n * 31 % 251) as u8).collect();
    let plan = attach(&running, &data, id, "plan for \u{e6}bler.bin", &wild).await;
    let note = attach(&running, &data, id, "note.txt", b"From here.\n.\n").await;
    let gone = attach(&running, &data, id, "other.txt", b"not this").await;
    running.stop().await.unwrap();

    let running = serve::start(&args(data.path())).await.unwrap();
    let kept = running.reader().uploads(&Place::Answer(id), &"kim".into()).unwrap();
    assert_eq!(kept, [plan.clone(), note.clone(), gone.clone()]);
    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let files = vec![plan, note];
    let reply = Reply { text: "See inside.".into(), seen, to: None, later: None, files: files.clone() };
    ask(&running, id, Order::Reply(reply)).await;
    let sent = until(|| provider.sent().pop()).await;
    for raw in [&sent.raw, &until(|| in_sent(&provider)).await] {
        assert_eq!(part(raw, "plan for \u{e6}bler.bin"), wild);
        assert_eq!(part(raw, "note.txt"), b"From here.\n.\n");
        assert_eq!(Message::read(raw).unwrap().attachments.len(), 2);
    }
    let is_sent = |item: &StoredItem| item.sent.as_ref().is_some_and(|sent| sent.state == SentState::Sent);
    let item = until(|| items(&running, id).into_iter().find(is_sent)).await;
    let shown: Vec<_> =
        item.attachments.iter().map(|one| (one.name.as_str(), one.size, one.upload.is_none())).collect();
    assert_eq!(shown, [("plan for \u{e6}bler.bin", 200_000, true), ("note.txt", 13, true)]);
    until(|| files.iter().all(|one| !uploads::path(data.path(), &one.id).exists()).then_some(())).await;
    assert_eq!(running.reader().uploads(&Place::Answer(id), &"kim".into()).unwrap(), [gone]);
    running.stop().await.unwrap();
}

fn in_sent(provider: &Provider) -> Option<Vec<u8>> {
    provider.change(|folders| {
        let letters = &folders.folder("Sent")?.letters;
        letters.first().map(|letter| letter.raw.to_vec())
    })
}

/// A mail never leaves without what was to go along: it is work again, and says which file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_whose_file_is_gone_does_not_leave_without_it() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    let id = running.reader().conversations(&ConversationFilter::default(), 10).unwrap()[0].id;
    let plan = attach(&running, &data, id, "plan.pdf", b"walls").await;
    std::fs::remove_file(uploads::path(data.path(), &plan.id)).unwrap();
    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let reply = Reply { text: "See inside.".into(), seen, to: None, later: None, files: vec![plan] };
    ask(&running, id, Order::Reply(reply)).await;
    let note = until(|| items(&running, id).into_iter().find(|item| item.kind == ItemKind::Note)).await;
    assert!(note.text.contains("plan.pdf") && note.text.contains("was not sent"), "{}", note.text);
    board(&running, |board| board.mail.owed == 1).await;
    assert_eq!(provider.sent().len(), 0);
    running.stop().await.unwrap();
}
