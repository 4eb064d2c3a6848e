//! Shell. Room in memory for mails that are looked into: all of them together never take more than one of the
//! largest, however many come and however many people read (spec/mail.md §2).

use std::io;
use std::path::PathBuf;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A permit, in bytes.
const UNIT: u64 = 1 << 20;
/// Permits of each kind: the largest mail that is fetched, and a little.
const PERMITS: u32 = 65;

/// For mails that are being taken apart; each is done with in a moment, so who comes waits.
static READING: Semaphore = Semaphore::const_new(PERMITS as usize);
/// For what is on its way to a browser, which takes its time: who finds no room is told to come again.
static LEAVING: Semaphore = Semaphore::const_new(PERMITS as usize);

/// What a mail says, by this reader; its bytes are gone when this returns.
pub async fn read<T: Send + 'static>(
    file: PathBuf,
    look: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> io::Result<T> {
    let length = tokio::fs::metadata(&file).await?.len();
    let _room = READING.acquire_many(permits(length)).await.map_err(io::Error::other)?;
    let read = tokio::task::spawn_blocking(move || Ok::<_, io::Error>(look(&std::fs::read(file)?)));
    read.await.map_err(io::Error::other)?
}

/// Room for bytes that leave slowly, held until they have; `None`: there is none at the moment.
pub fn leaving(length: usize) -> Option<SemaphorePermit<'static>> {
    LEAVING.try_acquire_many(permits(length as u64)).ok()
}

/// What is larger than all has all.
fn permits(length: u64) -> u32 {
    u32::try_from(length / UNIT + 1).unwrap_or(PERMITS).min(PERMITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_large_ones_do_not_fit_together() {
        let large = leaving(40 << 20);
        assert!(large.is_some() && leaving(40 << 20).is_none() && leaving(1 << 20).is_some());
        drop(large);
        assert!(leaving(200 << 20).is_some(), "one beyond all bounds is alone");
    }

    #[test]
    fn every_mail_takes_some() {
        assert_eq!([0, 1, UNIT, u64::MAX].map(permits), [1, 1, 2, PERMITS]);
    }
}
