//! Shell. One connection of our own mail provider: lines in, bytes out, cut and slowed by plan.

use super::faults::Faults;
use crate::mail::socket::Stream;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// The longest line a client may send.
const LINE: usize = 64 * 1024;

/// The connection.
pub(super) struct Line {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    left: Option<u64>,
    slow: Option<Duration>,
}

impl Line {
    pub(super) fn new(stream: Box<dyn Stream>, faults: &Faults) -> Self {
        Self { stream, buffer: Vec::new(), left: faults.cut_after, slow: faults.slow }
    }

    /// Writes, until the plan cuts.
    pub(super) async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        let may = self.left.map_or(bytes.len() as u64, |left| left.min(bytes.len() as u64));
        let some = &bytes[..usize::try_from(may).unwrap_or(bytes.len())];
        match self.slow {
            None => self.stream.write_all(some).await?,
            Some(pause) => {
                for byte in some {
                    self.stream.write_all(&[*byte]).await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
        self.stream.flush().await?;
        self.left = self.left.map(|left| left - may);
        if self.left == Some(0) { Err(cut()) } else { Ok(()) }
    }

    /// Writes a line.
    pub(super) async fn tell(&mut self, text: &str) -> io::Result<()> {
        self.say(format!("{text}\r\n").as_bytes()).await
    }

    /// The next line without its end. Giving up in the middle loses nothing.
    pub(super) async fn hear(&mut self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.hear_bytes().await?).into_owned())
    }

    /// The same, as it came.
    pub(super) async fn hear_bytes(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                line.pop_if(|byte| *byte == b'\r');
                return Ok(line);
            }
            if self.buffer.len() > LINE {
                return Err(cut());
            }
            self.fill().await?;
        }
    }

    /// So many bytes.
    pub(super) async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn fill(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(cut()),
            _ => Ok(()),
        }
    }

    /// Goes over to TLS.
    pub(super) async fn protect(self, tls: &TlsAcceptor) -> io::Result<Self> {
        let Self { stream, left, slow, .. } = self;
        let stream = tls.accept(stream).await?;
        Ok(Self { stream: Box::new(stream), buffer: Vec::new(), left, slow })
    }
}

/// The end of a connection, by plan or by the far end.
pub(super) fn cut() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}
