//! Fetching (spec/mail.md §1): everything once, whatever the server does with its numbers and its words.

use super::desk::{Desk, Manner, QUICK, account, ago, mail, now, provider, world};
use frontdesk::demo::mail::{Faults, Idle, Lie, Provider};
use frontdesk::mail::{Folder, Key, MailCommand, MailEvent, Pace, Quarantine, Trouble};
use frontdesk::settings::Secret;
use std::time::Duration;

fn sorted(mails: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut all: Vec<_> = mails.into_iter().collect();
    all.sort();
    all
}

fn open(provider: &Provider, folder: &tempfile::TempDir) -> Desk {
    Desk::open(account(), world(provider.clone(), folder.path(), QUICK))
}

#[tokio::test]
async fn the_first_connection_takes_thirty_days_newest_first_as_history() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| {
        for day in (0..60).rev() {
            f.deliver("INBOX", &mail(day), ago(i64::try_from(day).unwrap() * 24 + 1));
        }
    });
    let mut desk = open(&provider, &folder);
    desk.until(|_| true).await;
    let contents = desk.contents(Folder::Inbox);
    // 30 days, and the day that a calendar elsewhere may still be in
    assert!((30..=32).contains(&contents.len()), "{}", contents.len());
    assert!(desk.kept.iter().all(|kept| kept.history), "what was there before us is no debt");
    provider.change(|f| f.deliver("INBOX", &mail(100), now()));
    let fresh = contents.len() + 1;
    desk.until(|desk| desk.kept.len() == fresh).await;
    assert!(!desk.kept.last().unwrap().history, "what comes now is");
}

#[tokio::test]
async fn many_come_newest_first_with_progress_and_leave_no_file() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| (0..430).for_each(|n| _ = f.deliver("INBOX", &mail(n), ago(430 - n as i64))));
    let mut desk = open(&provider, &folder);
    let mut progress = Vec::new();
    while progress.last() != Some(&430) {
        let event = desk.until_event(|_, event| matches!(event, MailEvent::Progress { .. })).await;
        if let MailEvent::Progress { done, of: 430, .. } = event {
            progress.push(done);
        }
    }
    assert_eq!(progress, [200, 400, 430]);
    assert_eq!(desk.order, (1..=430).rev().collect::<Vec<u32>>());
    desk.until(|_| true).await;
    let left: Vec<_> = std::fs::read_dir(folder.path().join("incoming")).unwrap().collect();
    assert_eq!(left.len(), 1, "only the note of what is being worked on: {left:?}");
}

#[tokio::test]
async fn new_mail_comes_by_idle_at_once_and_its_flags_are_left_alone() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    // without IDLE nobody would look for a day
    let pace = Pace { look: Duration::from_secs(86_400), poll: Duration::from_secs(86_400), ..QUICK };
    let mut desk = Desk::open(account(), world(provider.clone(), folder.path(), pace));
    desk.until(|_| true).await;
    for number in 0..5 {
        provider.change(|f| f.deliver("INBOX", &mail(number), now()));
        desk.until(|desk| desk.kept.len() == number + 1).await;
    }
    let seen = provider.change(|f| f.folder("INBOX").unwrap().letters.iter().any(|letter| letter.seen));
    assert!(!seen, "reading here is not reading there");
}

/// Half-open, deaf, refused or stumbling: the mail comes all the same.
#[tokio::test]
async fn whatever_idle_does_mail_comes() {
    for idle in [Idle::Absent, Idle::Dies, Idle::Deaf, Idle::BareBad, Idle::BarestBad] {
        let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
        provider.plan(move |_, _| Faults { idle, ..Faults::default() });
        let pace = Pace { answer: Duration::from_millis(300), ..QUICK };
        let mut desk = Desk::open(account(), world(provider.clone(), folder.path(), pace));
        desk.until(|_| true).await;
        provider.change(|f| f.deliver("INBOX", &mail(1), now()));
        desk.until(|desk| desk.kept.len() == 1).await;
    }
}

/// The bounds of spec/mail.md §1, at the usual pace.
#[test]
fn the_usual_pace_keeps_its_promises() {
    let minute = Duration::from_secs(60);
    assert!(Pace::USUAL.poll + Duration::from_secs(10) < minute, "without IDLE within a minute");
    assert!(Pace::USUAL.longest_wait < minute);
    assert!(Pace::USUAL.look + Pace::USUAL.answer + Pace::USUAL.longest_wait < 10 * minute, "half-open IDLE");
}

#[tokio::test]
async fn what_came_during_an_outage_is_filled_in() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    let mut desk = open(&provider, &folder);
    desk.until(|_| true).await;
    provider.plan(|_, number| match number % 3 {
        0 => Faults::default(),
        _ => Faults { cut_after: Some(40 * number), ..Faults::default() },
    });
    provider.cut_all();
    provider.change(|f| (0..20).for_each(|n| _ = f.deliver("INBOX", &mail(n), now())));
    desk.until(|desk| desk.kept.len() >= 20).await;
    assert_eq!(desk.contents(Folder::Inbox), sorted((0..20).map(mail)));
}

#[tokio::test]
async fn new_numbers_bring_no_mail_twice() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    // two identical mails are two
    let letters = || (0..10).map(|n| mail(n / 2));
    provider.change(|f| letters().for_each(|raw| _ = f.deliver("INBOX", &raw, now())));
    let mut desk = open(&provider, &folder);
    desk.until(|desk| desk.kept.len() == 10).await;
    for round in 1..4 {
        provider.change(|f| {
            f.remove("INBOX", 3);
            if round % 2 == 1 {
                f.renumber("INBOX")
            } else {
                f.run_backwards("INBOX")
            }
            f.deliver("INBOX", &mail(100 + round), now());
        });
        provider.cut_all();
        desk.until(|desk| desk.kept.len() == 10 + round).await;
    }
    assert_eq!(desk.contents(Folder::Inbox), sorted(letters().chain([101, 102, 103].map(mail))));
}

/// A server that lost its index and kept its UIDVALIDITY, and somebody who puts a mail away and back.
#[tokio::test]
async fn other_uids_in_the_same_numbering_bring_no_mail_twice() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    // two identical mails are two
    let letters = || (0..10).map(|n| mail(n / 2));
    provider.change(|f| letters().for_each(|raw| _ = f.deliver("INBOX", &raw, now())));
    let mut desk = open(&provider, &folder);
    desk.until(|desk| desk.kept.len() == 10).await;
    provider.change(|f| f.number_on("INBOX"));
    provider.cut_all();
    desk.until(|desk| desk.kept.iter().all(|kept| kept.uid > 10)).await;
    // nobody cuts the connection here
    provider.change(|f| {
        let inbox = f.folder_mut("INBOX").unwrap();
        let back = inbox.letters.remove(4);
        f.deliver("INBOX", &back.raw, now());
        f.deliver("INBOX", &mail(0), now());
        f.deliver("INBOX", &mail(100), now())
    });
    desk.until(|desk| desk.contents(Folder::Inbox).contains(&mail(100))).await;
    // the third of its kind is another mail: the two before it are still there
    assert_eq!(desk.contents(Folder::Inbox), sorted(letters().chain([mail(0), mail(100)])));
}

/// The server was set back to yesterday, and has given the same UIDs to other mails since.
#[tokio::test]
async fn used_again_uids_hide_no_mail() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| (0..5).for_each(|n| _ = f.deliver("INBOX", &mail(n), ago(1))));
    let mut desk = open(&provider, &folder);
    desk.until(|desk| desk.kept.len() == 5).await;
    provider.change(|f| {
        let inbox = f.folder_mut("INBOX").unwrap();
        inbox.letters.truncate(2);
        inbox.uid_next = 3;
        (10..15).for_each(|n| _ = f.deliver("INBOX", &mail(n), now()));
    });
    provider.cut_all();
    desk.until(|desk| desk.kept.len() == 10).await;
    assert_eq!(desk.contents(Folder::Inbox), sorted((0..5).chain(10..15).map(mail)));
}

#[tokio::test]
async fn the_sent_folder_is_fetched_too() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    let mut desk = open(&provider, &folder);
    desk.until(|_| true).await;
    provider.change(|f| f.deliver("Sent", &mail(1), now()));
    desk.until(|desk| desk.contents(Folder::Sent).len() == 1).await;
    assert_eq!(desk.contents(Folder::Inbox).len(), 0);
}

#[tokio::test]
async fn literals_may_lie() {
    for lie in [Lie::Longer(3), Lie::Longer(400), Lie::Shorter(1), Lie::Shorter(30), Lie::Huge] {
        let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
        provider.plan(move |_, number| Faults { lie: (number < 4).then_some((3, lie)), ..Faults::default() });
        provider.change(|f| (0..8).for_each(|n| _ = f.deliver("INBOX", &mail(n), now())));
        let pace = Pace { answer: Duration::from_millis(300), ..QUICK };
        let mut desk = Desk::open(account(), world(provider.clone(), folder.path(), pace));
        desk.until(|desk| desk.kept.len() >= 8).await;
        assert_eq!(desk.contents(Folder::Inbox), sorted((0..8).map(mail)), "{lie:?}");
        assert!(desk.kept.iter().all(|kept| kept.quarantine.is_none()));
    }
}

/// A mail the server never hands out becomes a notice; the others are there long before.
#[tokio::test]
async fn an_unreadable_mail_blocks_nobody() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| (0..8).for_each(|n| _ = f.deliver("INBOX", &mail(n), now())));
    // the first mail of every connection lies; those alone come last
    provider.plan(|_, number| {
        let which = if number == 1 { 2 } else { 0 };
        Faults { lie: (number != 2).then_some((which, Lie::Huge)), ..Faults::default() }
    });
    let mut desk = open(&provider, &folder);
    desk.until(|desk| desk.kept.len() == 8).await;
    let unreadable = desk.kept.iter().filter(|kept| kept.quarantine == Some(Quarantine::Unreadable)).count();
    assert!(unreadable <= 6, "{unreadable}");
}

#[tokio::test]
async fn poison_goes_into_quarantine_and_the_next_one_goes_on() {
    for manner in [Manner::Poison, Manner::Fall] {
        let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
        provider.change(|f| (0..8).for_each(|n| _ = f.deliver("INBOX", &mail(n), now())));
        let mut desk = open(&provider, &folder);
        desk.manners = Box::new(move |fetched, raw| match fetched.quarantine {
            None if raw == mail(3) => manner,
            _ => Manner::Take,
        });
        desk.until(|desk| desk.kept.len() == 8).await;
        assert_eq!(desk.contents(Folder::Inbox), sorted((0..8).map(mail)), "its bytes are kept");
        let poisoned: Vec<_> = desk.kept.iter().filter(|kept| kept.quarantine.is_some()).collect();
        assert_eq!(poisoned.len(), 1);
        assert_eq!(poisoned[0].raw, mail(3));
    }
}

/// The whole program falls over a mail: the second time is the last.
#[tokio::test]
async fn twice_a_crash_is_a_quarantine() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| (0..8).for_each(|n| _ = f.deliver("INBOX", &mail(n), now())));
    let mut desk = open(&provider, &folder);
    let (crash, mut crashed) = tokio::sync::mpsc::unbounded_channel();
    desk.manners = Box::new(move |fetched, raw| match fetched.quarantine {
        None if raw == mail(3) => {
            crash.send(()).unwrap();
            Manner::Fall
        }
        _ => Manner::Take,
    });
    let mut falls = 0;
    while desk.kept.len() < 8 {
        let fell = tokio::select! {
            () = desk.until(|desk| desk.kept.len() == 8) => false,
            fell = crashed.recv() => fell.is_some(),
        };
        if fell {
            falls += 1;
            desk.fall_and_rise(account(), world(provider.clone(), folder.path(), QUICK));
        }
    }
    assert_eq!(falls, 2);
    assert_eq!(desk.contents(Folder::Inbox), sorted((0..8).map(mail)));
    let poisoned = desk.kept.iter().find(|kept| kept.raw == mail(3)).unwrap();
    assert_eq!(poisoned.quarantine, Some(Quarantine::Crashed));
    assert_eq!(desk.kept.iter().filter(|kept| kept.quarantine.is_some()).count(), 1);
}

#[tokio::test]
async fn a_full_disk_loses_and_blames_nothing() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| (0..8).for_each(|n| _ = f.deliver("INBOX", &mail(n), now())));
    let mut desk = open(&provider, &folder);
    let mut refusals = 12;
    desk.manners = Box::new(move |_, _| {
        refusals -= 1;
        if refusals > 0 { Manner::DiskFull } else { Manner::Take }
    });
    assert_eq!(desk.until_trouble().await, Trouble::DiskFull);
    desk.until(|desk| desk.kept.len() == 8).await;
    assert_eq!(desk.contents(Folder::Inbox), sorted((0..8).map(mail)));
    assert!(desk.kept.iter().all(|kept| kept.quarantine.is_none()));
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_servers_words() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    let mut account = account();
    account.imap.key = Key::Password(Secret("falsch".into()));
    let mut desk = Desk::open(account, world(provider, folder.path(), QUICK));
    let said = "[AUTHENTICATIONFAILED] wrong password".to_owned();
    assert_eq!(desk.until_trouble().await, Trouble::LogInRefused { said });
}

#[tokio::test]
async fn a_quota_and_a_server_that_is_gone_are_told() {
    let (full, folder) = (provider(), tempfile::tempdir().unwrap());
    full.fill(970_000, 1_000_000);
    let mut desk = open(&full, &folder);
    assert_eq!(desk.until_trouble().await, Trouble::QuotaFull { said: "947 / 976 MiB".into() });
    let dead = provider();
    dead.plan(|_, _| Faults { cut_after: Some(1), ..Faults::default() });
    let mut desk = open(&dead, &folder);
    assert!(matches!(desk.until_trouble().await, Trouble::Unreachable { .. }));
}

#[tokio::test]
async fn somebody_who_presses_check_now_waits_for_no_watch() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    let pace = Pace { look: Duration::from_secs(86_400), ..QUICK };
    provider.plan(|_, _| Faults { idle: Idle::Deaf, ..Faults::default() });
    let mut desk = Desk::open(account(), world(provider.clone(), folder.path(), pace));
    desk.until(|_| true).await;
    provider.change(|f| f.deliver("INBOX", &mail(1), now()));
    desk.mailbox().tell(MailCommand::CheckNow).unwrap();
    desk.until(|desk| desk.kept.len() == 1).await;
}

/// Mail dribbling in byte by byte is still mail; a line without an end is not waited for.
#[tokio::test]
async fn slow_bytes_have_a_bound() {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    provider.change(|f| f.deliver("INBOX", &mail(1), now()));
    provider.plan(|_, number| Faults {
        slow: (number == 1).then_some(Duration::from_secs(3600)),
        ..Faults::default()
    });
    let pace = Pace { answer: Duration::from_millis(100), ..QUICK };
    let mut desk = Desk::open(account(), world(provider.clone(), folder.path(), pace));
    desk.until(|desk| desk.kept.len() == 1).await;
    assert!(provider.connections() >= 2);
}
