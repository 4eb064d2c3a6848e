//! A thousand mails through everything that goes wrong at once: each is stored exactly once.
//!
//! `MAIL_SEEDS` (default 2) and `MAIL_COUNT` (default 150) widen it: the gate of the mailbox is 50 × 1,000.

use super::desk::{Desk, Manner, PATIENCE, QUICK, Settle, account, ago, now, provider, world};
use frontdesk::demo::mail::{Faults, Idle, Lie, Protocol, Provider};
use frontdesk::mail::place::{Settled, settle};
use frontdesk::mail::{Folder, Pace};
use frontdesk::sip::random::Random;
use std::time::Duration;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

struct Dice(Random);

impl Dice {
    fn new(seed: u64, purpose: u8) -> Dice {
        let mut bytes = [purpose; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Dice(Random::new(bytes))
    }

    fn below(&mut self, sides: u64) -> u64 {
        self.0.tag() % sides
    }
}

fn faults(dice: &mut Dice) -> Faults {
    let idles =
        [Idle::Works, Idle::Works, Idle::Absent, Idle::Dies, Idle::Deaf, Idle::BareBad, Idle::BarestBad];
    let lies = [Lie::Longer(1), Lie::Longer(5000), Lie::Shorter(1), Lie::Shorter(40), Lie::Huge];
    let wild = dice.below(4) > 0;
    Faults {
        cut_after: (wild && dice.below(2) == 0).then(|| 600 + dice.below(60_000)),
        lie: (wild && dice.below(3) == 0).then(|| (dice.below(60), lies[dice.below(5) as usize])),
        idle: idles[dice.below(7) as usize],
        ..Faults::default()
    }
}

/// A mail of so many lines that look like answers of the server.
fn letter(number: u64) -> Vec<u8> {
    let lines = number * 7 % 50;
    let mut text = format!("Subject: mail {number}\r\n\r\n");
    (0..lines).for_each(|line| text.push_str(&format!(") {line} * 3 FETCH (UID 5 BODY[] {{12}}\r\n")));
    text.into_bytes()
}

/// Some mails are twins of one that is still there, byte for byte. A twin of one that is gone would be taken
/// for it once numbers begin anew: nothing tells them apart.
fn next_letter(dice: &mut Dice, provider: &Provider, number: u64) -> Vec<u8> {
    let twin = provider.change(|f| {
        let letters = &f.folder("INBOX").unwrap().letters;
        let at = dice.below(10 * (letters.len() as u64 + 1)) as usize;
        letters.get(at).map(|letter| letter.raw.to_vec())
    });
    twin.unwrap_or_else(|| letter(number))
}

#[tokio::test]
async fn every_mail_is_stored_exactly_once() {
    for seed in 0..setting("MAIL_SEEDS", 2) {
        let stored = run(seed, setting("MAIL_COUNT", 150), settle).await;
        assert_eq!(stored, Ok(()), "seed {seed}");
        println!("seed {seed}");
    }
}

/// A store that goes by numbers alone has mails twice as soon as numbers begin anew.
#[tokio::test]
async fn the_mutant_that_goes_by_numbers_is_caught() {
    let by_number: Settle = |same, epoch, uid, gone| match settle(same, epoch, uid, gone) {
        Settled::Already => Settled::Already,
        Settled::Moved { .. } | Settled::New => Settled::New,
    };
    assert!(run(0, 150, by_number).await.is_err());
}

async fn run(seed: u64, count: u64, settle: Settle) -> Result<(), String> {
    let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
    let pace = Pace { answer: Duration::from_millis(400), ..QUICK };
    let mut plan = Dice::new(seed, 1);
    provider.plan(move |protocol, _| match protocol {
        Protocol::Imap => faults(&mut plan),
        Protocol::Smtp => Faults::default(),
    });
    let mut dice = Dice::new(seed, 2);
    let mut desk = Desk::open(account(), world(provider.clone(), folder.path(), pace));
    desk.settle = settle;
    desk.patience = PATIENCE * (1 + u32::try_from(count / 150).unwrap());
    let mut moods = Dice::new(seed, 3);
    desk.manners = Box::new(move |_, _| match moods.below(200) {
        0 => Manner::DiskFull,
        1 => Manner::Poison,
        _ => Manner::Take,
    });
    let mut arrived = Vec::new();
    while (arrived.len() as u64) < count {
        for _ in 0..1 + dice.below(count / 10) {
            let raw = next_letter(&mut dice, &provider, arrived.len() as u64);
            let at = if dice.below(2) == 0 { now() } else { ago(dice.below(20 * 24) as i64) };
            provider.change(|f| f.deliver("INBOX", &raw, at));
            arrived.push(raw);
        }
        match dice.below(7) {
            0 => provider.change(|f| f.renumber("INBOX")),
            5 => provider.change(|f| f.number_on("INBOX")),
            1 => provider.cut_all(),
            2 => desk.fall_and_rise(account(), world(provider.clone(), folder.path(), pace)),
            3 => {
                let so_far = arrived.len() / 2;
                desk.until(|desk| desk.kept.len() >= so_far).await;
            }
            4 => {
                let all = arrived.len();
                desk.until(|desk| desk.kept.len() >= all).await;
                // all are stored: somebody tidies up, twins and all, and numbers begin anew
                provider.change(|f| {
                    let inbox = f.folder_mut("INBOX").unwrap();
                    let gone = inbox.letters[dice.below(inbox.letters.len() as u64) as usize].raw.clone();
                    inbox.letters.retain(|letter| letter.raw != gone);
                    f.run_backwards("INBOX");
                });
                provider.cut_all();
            }
            _ => {}
        }
    }
    desk.until(|desk| desk.kept.len() >= arrived.len()).await;
    // whatever is still in flight may bring nothing more
    provider.plan(|_, _| Faults::default());
    provider.cut_all();
    desk.until(|_| true).await;
    provider.cut_all();
    desk.until(|_| true).await;
    arrived.sort();
    let stored = desk.contents(Folder::Inbox);
    if stored == arrived {
        return Ok(());
    }
    Err(format!("{} arrived, {} are stored, or others", arrived.len(), stored.len()))
}
