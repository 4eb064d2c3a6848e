//! Shell. Taking mail out of a folder: every mail once, nothing moves on before it is stored, and one that
//! makes trouble waits behind the others.

use super::folder::{Got, Listed, Sizes, contradicts};
use super::session::{MAIL_MAX, Session};
use crate::mail::place::{Known, Place, Standing};
use crate::mail::shelf::{Falls, Laid, Shelf, remove};
use crate::mail::socket::Broken;
use crate::mail::task::World;
use crate::mail::wire::{Account, Fetched, Folder, MailEvent, Quarantine, Taken, Whole};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Mails fetched by one command, and with one sync of the disk.
const BATCH: usize = 200;
/// Bytes of one batch, as stated.
const BATCH_BYTES: u64 = 16 * 1024 * 1024;
/// Stored mails whose UIDs are compared with the server's on every connection.
const COMPARED: usize = 300;
/// What a mail weighs when the connection ended in it, and when the server broke the protocol.
const CUT: u8 = 1;
const BROKE: u8 = 3;
/// The weight at which a mail counts as unreadable.
const UNREADABLE: u8 = 9;
/// Sizes stated wrong after which a server is known to estimate them.
const ESTIMATES: u8 = 3;
/// Falls of the program after which a mail is not looked into.
const FALLS: u8 = 2;

/// What a mailbox's task remembers from one connection to the next.
#[derive(Debug, Default)]
pub struct Memory {
    stumbles: BTreeMap<(Folder, u32, u32), u8>,
    falls: Falls,
    contradicted: BTreeMap<Folder, Instant>,
    /// UIDs of the folder at hand that are stored and there no more.
    gone: Arc<BTreeSet<u32>>,
    /// Mails that came alone and well in another size than stated.
    estimates: u8,
}

impl Memory {
    /// Begins with what was with the taker when the program ended.
    pub fn new(falls: Falls) -> Self {
        Self { falls, ..Self::default() }
    }

    fn sizes(&self) -> Sizes {
        if self.estimates < ESTIMATES { Sizes::Exact } else { Sizes::Estimated }
    }
}

/// One connection's work.
#[derive(Debug)]
pub struct Taking<'a> {
    pub account: &'a Account,
    pub world: &'a World,
    pub events: &'a mpsc::Sender<MailEvent>,
    pub memory: &'a mut Memory,
    pub shelf: &'a mut Shelf,
    pub session: Session,
}

impl Taking<'_> {
    /// Opens a folder and takes everything that is missing.
    pub async fn visit(&mut self, folder: Folder, name: &str) -> Result<Standing, Broken> {
        let seen = self.session.examine(name).await?;
        let mut standing = match self.ask(folder).await? {
            Some(stored) if stored.is_void(seen.uid_validity, seen.uid_next) => {
                self.stands(folder, stored.renumbered(seen.uid_validity)).await?
            }
            Some(stored) => stored,
            None => {
                let next = seen.uid_next.unwrap_or(u32::MAX);
                self.stands(folder, Standing::first(seen.uid_validity, next, self.world.now())).await?
            }
        };
        let mut missing = self.missing(&standing).await?;
        if contradicts(&standing, &missing.compared) && self.may_contradict(folder) {
            standing = self.stands(folder, standing.renumbered(seen.uid_validity)).await?;
            missing = self.missing(&standing).await?;
        }
        self.take(folder, &mut standing, missing.mails).await?;
        Ok(standing)
    }

    /// Takes what came since the folder was visited on this connection.
    pub async fn look(&mut self, folder: Folder, standing: &mut Standing) -> Result<(), Broken> {
        let last = standing.last_uid();
        let listed =
            if last > 0 { self.session.list_above(last).await? } else { self.missing(standing).await?.mails };
        if last > 0 && !listed.is_empty() {
            // what seems new may be one that was there before, under another number
            self.search(standing).await?;
        }
        self.take(folder, standing, listed).await
    }

    async fn ask(&self, folder: Folder) -> Result<Option<Standing>, Broken> {
        let (answer, answered) = oneshot::channel();
        self.tell(MailEvent::Opened { mailbox: self.account.id.clone(), folder, answer }).await?;
        let mut standing = answered.await.map_err(|_| Broken::NotStored)?;
        if let Some(standing) = &mut standing {
            standing.known.sort_unstable();
        }
        Ok(standing)
    }

    async fn stands(&self, folder: Folder, standing: Standing) -> Result<Standing, Broken> {
        let (ack, acked) = oneshot::channel();
        let event =
            MailEvent::Stands { mailbox: self.account.id.clone(), folder, standing: standing.clone(), ack };
        self.tell(event).await?;
        match acked.await {
            Ok(Taken::Stored) => Ok(standing),
            _ => Err(Broken::NotStored),
        }
    }

    async fn tell(&self, event: MailEvent) -> Result<(), Broken> {
        self.events.send(event).await.map_err(|_| Broken::NobodyTakes)
    }

    fn may_contradict(&mut self, folder: Folder) -> bool {
        let now = Instant::now();
        let last = self.memory.contradicted.get(&folder);
        let may = last.is_none_or(|last| now.duration_since(*last) >= self.world.pace.between_contradictions);
        if may {
            self.memory.contradicted.insert(folder, now);
        }
        may
    }

    /// Every UID that may concern us, and with it which of the stored ones are there no more.
    async fn search(&mut self, standing: &Standing) -> Result<Vec<u32>, Broken> {
        // a day more: SINCE looks at the server's calendar, not at ours
        let days = i64::from(self.account.first_days) + 1;
        let since = standing.first_contact_at.checked_sub(SignedDuration::from_hours(24 * days));
        let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
        let uids = self.session.search(since, standing.last_uid()).await?;
        self.memory.gone = Arc::new(standing.gone(since, &uids));
        Ok(uids)
    }

    async fn missing(&mut self, standing: &Standing) -> Result<Missing, Broken> {
        let mut uids = self.search(standing).await?;
        let is_known = |uid: &u32| standing.known.binary_search_by_key(uid, |known| known.uid).is_ok();
        let known: Vec<u32> = uids.iter().copied().filter(is_known).collect();
        let compared = known[known.len().saturating_sub(COMPARED)..].to_vec();
        uids.retain(|uid| !is_known(uid));
        let compared = self.session.list(&compared).await?;
        Ok(Missing { mails: self.session.list(&uids).await?, compared })
    }

    /// Newest first where it is many: people need today's mail. Those that made trouble come last, alone.
    async fn take(
        &mut self,
        folder: Folder,
        standing: &mut Standing,
        mut mails: Vec<Listed>,
    ) -> Result<(), Broken> {
        if mails.len() > BATCH {
            mails.reverse();
        }
        let epoch = standing.epoch;
        let (quiet, shy): (Vec<_>, Vec<_>) = mails
            .into_iter()
            .partition(|listed| !self.memory.stumbles.contains_key(&(folder, epoch, listed.uid)));
        let of = quiet.len() + shy.len();
        let mut done = 0;
        for batch in batches(&quiet).chain(shy.chunks(1)) {
            self.take_batch(folder, standing, batch).await?;
            done += batch.len();
            if of > BATCH {
                self.tell(MailEvent::Progress { mailbox: self.account.id.clone(), folder, done, of }).await?;
            }
        }
        Ok(())
    }

    async fn take_batch(
        &mut self,
        folder: Folder,
        standing: &mut Standing,
        batch: &[Listed],
    ) -> Result<(), Broken> {
        let mut got = Vec::new();
        let unreadable = batch.iter().find(|listed| {
            let weight = self.memory.stumbles.get(&(folder, standing.epoch, listed.uid));
            weight.is_some_and(|weight| *weight >= UNREADABLE)
        });
        let result = match unreadable {
            Some(listed) => return self.give_up(folder, standing, *listed).await,
            None => self.session.fetch(batch, self.shelf, self.memory.sizes(), &mut got).await,
        };
        if let ([_], [alone], Ok(())) = (batch, got.as_slice(), &result) {
            let is_estimate = alone.whole == Whole::Yes && alone.laid.length != alone.listed.stated_size;
            self.memory.estimates = self.memory.estimates.saturating_add(u8::from(is_estimate));
        }
        self.blame(folder, standing.epoch, batch, &got, &result);
        got.sort_unstable_by_key(|got| batch.iter().position(|listed| listed.uid == got.listed.uid));
        got.dedup_by_key(|got| got.listed.uid);
        self.deliver(folder, standing, got).await?;
        result
    }

    fn blame(
        &mut self,
        folder: Folder,
        epoch: u32,
        batch: &[Listed],
        got: &[Got],
        result: &Result<(), Broken>,
    ) {
        let weight = match result {
            Err(Broken::Disk(_)) => return,
            Err(Broken::Ended | Broken::Slow) => CUT,
            _ => BROKE,
        };
        for got in got {
            self.memory.stumbles.remove(&(folder, epoch, got.listed.uid));
        }
        let mut missing: Vec<u32> = batch.iter().map(|listed| listed.uid).collect();
        missing.retain(|uid| got.iter().all(|got| got.listed.uid != *uid));
        missing.sort_unstable();
        if result.is_err() {
            // servers answer in order: the first that is missing was on the way
            missing.truncate(1);
        }
        for uid in missing {
            let sum = self.memory.stumbles.entry((folder, epoch, uid)).or_insert(0);
            // in a batch it may have been another's fault
            *sum = if batch.len() == 1 { sum.saturating_add(weight) } else { CUT };
        }
    }

    /// The server does not hand this mail out: people see a notice instead.
    async fn give_up(
        &mut self,
        folder: Folder,
        standing: &mut Standing,
        listed: Listed,
    ) -> Result<(), Broken> {
        let laid = self.shelf.lay_bytes(b"").await?;
        let got = Got { listed, laid, whole: Whole::Beginning { of: listed.stated_size } };
        let result = self.hand_over(folder, standing, vec![got], Some(Quarantine::Unreadable)).await;
        self.memory.stumbles.remove(&(folder, standing.epoch, listed.uid));
        result
    }

    /// Those that were there when the program fell are handed over one by one.
    async fn deliver(
        &mut self,
        folder: Folder,
        standing: &mut Standing,
        got: Vec<Got>,
    ) -> Result<(), Broken> {
        let epoch = standing.epoch;
        let (suspects, others): (Vec<_>, Vec<_>) =
            got.into_iter().partition(|got| self.memory.falls.contains_key(&(folder, epoch, got.listed.uid)));
        self.hand_over(folder, standing, others, None).await?;
        for suspect in suspects {
            self.hand_over(folder, standing, vec![suspect], None).await?;
        }
        Ok(())
    }

    async fn hand_over(
        &mut self,
        folder: Folder,
        standing: &mut Standing,
        got: Vec<Got>,
        quarantine: Option<Quarantine>,
    ) -> Result<(), Broken> {
        let Some(first) = got.first() else { return Ok(()) };
        let place = (folder, standing.epoch, first.listed.uid);
        let fell = self.memory.falls.get(&place).is_some_and(|times| *times >= FALLS);
        let quarantine = quarantine.or(fell.then_some(Quarantine::Crashed));
        self.remember_working(folder, standing.epoch, &got).await?;
        self.shelf.sync(got.iter().map(|got| got.laid.file.clone()).collect()).await?;
        let mut waiting = Vec::new();
        for got in got {
            let (ack, acked) = oneshot::channel();
            self.tell(MailEvent::Fetched(self.event(folder, standing, &got, quarantine, ack))).await?;
            waiting.push((got, acked));
        }
        let (mut again, mut taken) = (Vec::new(), Vec::new());
        let mut result = Ok(());
        for (got, acked) in waiting {
            match self.answered(folder, standing, &got, acked.await) {
                Ok(()) => taken.push(got.laid.file),
                Err(next) if quarantine.is_none() && next != Next::Later => again.push((got, next)),
                Err(_) => result = Err(Broken::NotStored),
            }
        }
        remove(taken).await;
        self.shelf.remember(&self.memory.falls).await?;
        for (got, next) in again {
            let quarantine = (next == Next::Quarantine).then_some(Quarantine::Unparsable);
            Box::pin(self.hand_over(folder, standing, vec![got], quarantine)).await?;
        }
        result
    }

    /// What the taker's answer means. Only silence is a fall.
    fn answered(
        &mut self,
        folder: Folder,
        standing: &mut Standing,
        got: &Got,
        answer: Result<Taken, oneshot::error::RecvError>,
    ) -> Result<(), Next> {
        let Ok(taken) = answer else { return Err(Next::Again) };
        self.memory.falls.remove(&(folder, standing.epoch, got.listed.uid));
        match taken {
            Taken::Stored => {
                self.settle(standing, &got.listed);
                Ok(())
            }
            Taken::Poison => Err(Next::Quarantine),
            Taken::NotStored => Err(Next::Later),
        }
    }

    fn settle(&self, standing: &mut Standing, listed: &Listed) {
        let Listed { uid, stated_size, .. } = *listed;
        let known = Known { uid, internal_date: self.date(listed), stated_size };
        if let Err(at) = standing.known.binary_search(&known) {
            standing.known.insert(at, known);
        }
    }

    /// One more fall of each is assumed until the taker has answered.
    async fn remember_working(&mut self, folder: Folder, epoch: u32, got: &[Got]) -> Result<(), Broken> {
        for got in got {
            let times = self.memory.falls.entry((folder, epoch, got.listed.uid)).or_insert(0);
            *times = times.saturating_add(1);
        }
        self.shelf.remember(&self.memory.falls).await
    }

    fn date(&self, listed: &Listed) -> Timestamp {
        listed.internal_date.unwrap_or_else(|| self.world.now())
    }

    fn event(
        &self,
        folder: Folder,
        standing: &Standing,
        got: &Got,
        quarantine: Option<Quarantine>,
        ack: oneshot::Sender<Taken>,
    ) -> Box<Fetched> {
        let Listed { uid, stated_size, .. } = got.listed;
        let Laid { file, hash, .. } = got.laid.clone();
        let internal_date = self.date(&got.listed);
        Box::new(Fetched {
            mailbox: self.account.id.clone(),
            folder,
            place: Place { epoch: standing.epoch, uid, uid_validity: standing.uid_validity, stated_size },
            internal_date,
            hash,
            file,
            whole: got.whole,
            history: standing.is_history(uid, internal_date),
            gone: self.memory.gone.clone(),
            quarantine,
            ack,
        })
    }
}

/// What follows for a mail that was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Again,
    Quarantine,
    Later,
}

struct Missing {
    mails: Vec<Listed>,
    /// Stored ones as the server lists them, to see whether their UIDs still mean them.
    compared: Vec<Listed>,
}

/// Runs of mails that fit one batch; a mail over the limit stands alone.
fn batches(mails: &[Listed]) -> impl Iterator<Item = &[Listed]> {
    let mut rest = mails;
    std::iter::from_fn(move || {
        let mut bytes = 0_u64;
        let fits = |listed: &&Listed| {
            bytes = bytes.saturating_add(listed.stated_size);
            bytes <= BATCH_BYTES
        };
        let length = rest.iter().take(BATCH).take_while(fits).count().max(1);
        let (batch, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(batch)
    })
}

const _: () = assert!(BATCH_BYTES < MAIL_MAX, "a mail over the limit is never in a batch");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_in_number_and_bytes() {
        let mail = |uid, stated_size| Listed { uid, internal_date: None, stated_size };
        let many: Vec<Listed> = (1..=420).map(|uid| mail(uid, 1000)).collect();
        assert_eq!(batches(&many).map(<[Listed]>::len).collect::<Vec<_>>(), [200, 200, 20]);
        let large = [mail(1, 9_000_000), mail(2, 9_000_000), mail(3, u64::MAX), mail(4, 1)];
        assert_eq!(batches(&large).map(<[Listed]>::len).collect::<Vec<_>>(), [1, 1, 1, 1]);
        assert_eq!(batches(&[]).count(), 0);
    }
}
