//! Shell. Room in memory for mails that are looked into: all of them together never take more than one of the
//! largest, however many come and however many people read (spec/mail.md §2).

use std::io;
use std::path::PathBuf;
use tokio::sync::Semaphore;

/// A permit, in bytes.
const UNIT: u64 = 1 << 20;
/// The largest mail that is fetched, and a little.
const PERMITS: u32 = 65;

/// Each is done with in a moment, so who comes waits.
static READING: Semaphore = Semaphore::const_new(PERMITS as usize);

/// What a mail says, by this reader; its bytes are gone when this returns.
pub async fn read<T: Send + 'static>(
    file: PathBuf,
    look: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> io::Result<T> {
    let length = tokio::fs::metadata(&file).await?.len();
    let room = READING.acquire_many(permits(length)).await.map_err(io::Error::other)?;
    let read = tokio::task::spawn_blocking(move || {
        let _until_done = room; // who asked may go away meanwhile, the bytes do not
        Ok::<_, io::Error>(look(&std::fs::read(file)?))
    });
    read.await.map_err(io::Error::other)?
}

/// What is larger than all has all.
fn permits(length: u64) -> u32 {
    u32::try_from(length / UNIT + 1).unwrap_or(PERMITS).min(PERMITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn room_is_taken_for_as_long_as_the_bytes_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("large.eml");
        std::fs::File::create(&file).unwrap().set_len(40 << 20).unwrap();
        let (go, waits) = std::sync::mpsc::channel::<()>();
        let (tell, begun) = tokio::sync::oneshot::channel();
        let reading = tokio::spawn(read(file, move |raw| {
            tell.send(raw.len()).unwrap();
            let _told_to = waits.recv();
        }));
        assert_eq!(begun.await, Ok(40 << 20));
        reading.abort();
        assert!(reading.await.unwrap_err().is_cancelled());
        assert_eq!(READING.available_permits(), 24, "a second of its size does not fit beside it");
        go.send(()).unwrap();
        assert!(READING.acquire_many(PERMITS).await.is_ok(), "and one beyond all bounds is alone");
    }

    #[test]
    fn every_mail_takes_some() {
        assert_eq!([0, 1, UNIT, u64::MAX].map(permits), [1, 1, 2, PERMITS]);
    }
}
