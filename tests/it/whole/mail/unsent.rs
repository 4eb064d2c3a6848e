//! Shell. Replies whose way out is gone.

use super::super::office::office_toml;
use super::{ADDRESS, ask, board, deliver, items, letter, now, nowhere, office, until};
use frontdesk::demo::mail::Provider;
use frontdesk::office::inbox::{ItemKind, Order, Reply, SentState};
use frontdesk::store::mail::{ConversationFilter, StoredItem};
use frontdesk::store::settings_desk::SettingsSource;

/// The owner took the mailbox out while a reply waited: it is work again, and says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_whose_mailbox_is_gone_is_work_again() {
    let provider = Provider::new(ADDRESS, "geheim", None, Box::new(now));
    let data = tempfile::tempdir().unwrap();
    let running = office(&provider, &data, false).await;
    board(&running, |board| board.mail.mailboxes.iter().any(|one| one.checked_at.is_some())).await;
    deliver(&provider, &letter(1, ""));
    board(&running, |board| board.mail.unassigned == 1).await;
    let id = running.reader().conversations(&ConversationFilter::default(), 10).unwrap()[0].id;
    let seen =
        until(|| running.reader().conversation(id).unwrap().filter(|one| one.version > 1)).await.version;
    let source = SettingsSource::Toml { text: office_toml(nowhere()), file: "office.toml".into() };
    running.settings().apply(source).await.unwrap();
    let reply = Reply { text: "We come on Monday.".into(), seen, to: None, later: None, files: Vec::new() };
    ask(&running, id, Order::Reply(reply)).await;
    let note = until(|| items(&running, id).into_iter().find(|item| item.kind == ItemKind::Note)).await;
    assert!(note.text.contains("kim@kunde.example") && note.text.contains("“info”"), "{}", note.text);
    let failed = |item: &StoredItem| item.sent.as_ref().is_some_and(|sent| sent.state == SentState::Failed);
    assert_eq!(items(&running, id).iter().filter(|item| failed(item)).count(), 1);
    board(&running, |board| board.mail.owed == 1).await;
    assert_eq!(provider.sent().len(), 0);
    running.stop().await.unwrap();
}
