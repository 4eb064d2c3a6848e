//! Shell. A connection to a mail server: lines and counted bytes, each within bounds of size and time.
//!
//! Own IMAP and SMTP clients stand on it. `async-imap` 0.12 keeps a whole answer, mail included, in one block
//! of memory of up to 512 MiB; `lettre` 0.11 keeps its read buffer across STARTTLS, and answers a cut before
//! and after the final dot with the same error.

use rustls::pki_types::ServerName;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Opening a connection, and a TLS handshake.
const OPENING: Duration = Duration::from_secs(20);
/// One write; a server that does not read is gone.
const WRITING: Duration = Duration::from_secs(60);
/// What is read at once.
const CHUNK: usize = 32 * 1024;
/// The slowest a server may hand out a mail, in bytes a second.
const SLOWEST: u64 = 8 * 1024;
/// A server's sentence as it is shown, in characters.
const SENTENCE: usize = 300;

/// A way to a server, whatever it is made of.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// A connection being opened.
pub type Dialling<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send + 'a>>;

/// Opens connections: the network, or a test's own server.
pub trait Dial: Send + Sync + fmt::Debug {
    /// One connection to a host.
    fn dial<'a>(&'a self, host: &'a str, port: u16) -> Dialling<'a>;
}

/// TCP.
#[derive(Debug)]
pub struct Network;

impl Dial for Network {
    fn dial<'a>(&'a self, host: &'a str, port: u16) -> Dialling<'a> {
        Box::pin(async move {
            let stream = tokio::net::TcpStream::connect((host, port)).await?;
            let _hint = stream.set_nodelay(true);
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

/// Why a connection to a mail server is of no use any more.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("could not reach the mail server")]
    Unreachable(#[source] io::Error),
    #[error("the mail server ended the connection")]
    Ended,
    #[error("the mail server did not answer in time")]
    Slow,
    #[error("the mail server broke the protocol: {0}")]
    Strange(&'static str),
    #[error("the certificate of the mail server is wrong: {0}")]
    Certificate(String),
    #[error("the mail server offers no protection")]
    Unprotected,
    #[error("the mail server refused the log-in")]
    LogInRefused(String),
    #[error("the grant was refused")]
    GrantRefused(String),
    #[error("the mail server refused")]
    Refused(String),
    #[error("could not write a mail to the disk")]
    Disk(#[source] io::Error),
    #[error("nobody takes mail here any more")]
    NobodyTakes,
    #[error("the mail was not stored")]
    NotStored,
}

/// An open connection.
pub struct Socket {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    /// How much of the buffer is used up.
    used: usize,
    /// The beginning of a line whose reading was given up in the middle.
    begun: Vec<u8>,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Socket")
    }
}

impl Socket {
    /// Opens a connection without protection.
    pub async fn open(dial: &dyn Dial, host: &str, port: u16) -> Result<Self, Broken> {
        match timeout(OPENING, dial.dial(host, port)).await {
            Ok(Ok(stream)) => Ok(Self::over(stream)),
            Ok(Err(error)) => Err(Broken::Unreachable(error)),
            Err(_) => Err(Broken::Slow),
        }
    }

    fn over(stream: Box<dyn Stream>) -> Self {
        Self { stream, buffer: Vec::new(), used: 0, begun: Vec::new() }
    }

    /// Goes over to TLS. Bytes that came before the handshake are somebody's injection: the connection ends
    /// (spec/mail.md §5).
    pub async fn protect(self, tls: &Arc<rustls::ClientConfig>, host: &str) -> Result<Self, Broken> {
        if self.used < self.buffer.len() {
            return Err(Broken::Strange("bytes before the handshake"));
        }
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| Broken::Certificate("no host name".into()))?;
        let connector = TlsConnector::from(tls.clone());
        match timeout(OPENING, connector.connect(name, self.stream)).await {
            Ok(Ok(stream)) => Ok(Self::over(Box::new(stream))),
            Ok(Err(error)) => Err(refused_handshake(error)),
            Err(_) => Err(Broken::Slow),
        }
    }

    /// The connection for another protocol; nothing may have been read ahead.
    pub fn into_stream(self) -> Box<dyn Stream> {
        self.stream
    }

    /// One line without its end, of at most so many bytes, whole within the time.
    pub async fn line(&mut self, longest: usize, within: Duration) -> Result<Vec<u8>, Broken> {
        timeout(within, self.line_unhurried(longest)).await.unwrap_or(Err(Broken::Slow))
    }

    async fn line_unhurried(&mut self, longest: usize) -> Result<Vec<u8>, Broken> {
        loop {
            let rest = self.buffer.get(self.used..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == b'\n');
            self.begun.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            self.used += end.map_or(rest.len(), |at| at + 1);
            if self.begun.len() > longest {
                return Err(Broken::Strange("a line without an end"));
            }
            if end.is_some() {
                self.begun.pop_if(|byte| *byte == b'\r');
                return Ok(std::mem::take(&mut self.begun));
            }
            self.fill().await?;
        }
    }

    /// Waits until there is something to read; giving up loses nothing.
    pub async fn ready(&mut self) -> Result<(), Broken> {
        if self.used < self.buffer.len() { Ok(()) } else { self.fill().await }
    }

    /// The next bytes of a run of `left`, at most a chunk; the run as a whole has its time.
    pub async fn some(&mut self, left: u64) -> Result<&[u8], Broken> {
        if self.used == self.buffer.len() {
            self.fill().await?;
        }
        let rest = self.buffer.len() - self.used;
        let length = usize::try_from(left).map_or(rest, |left| left.min(rest));
        let from = self.used;
        self.used += length;
        Ok(&self.buffer[from..from + length])
    }

    /// Reads what has come; an end of the stream is an error, also in the middle of waiting.
    async fn fill(&mut self) -> Result<(), Broken> {
        self.buffer.resize(CHUNK, 0);
        self.used = CHUNK;
        let length = self.stream.read(&mut self.buffer).await.unwrap_or(0);
        self.buffer.truncate(length);
        self.used = 0;
        if length == 0 { Err(Broken::Ended) } else { Ok(()) }
    }

    /// Writes and flushes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let writing = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout(WRITING, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Broken::Ended),
            Err(_) => Err(Broken::Slow),
        }
    }
}

/// How long a run of bytes may take in all, where one answer may take this long.
pub fn time_for(length: u64, answer: Duration) -> Duration {
    answer + Duration::from_secs(length / SLOWEST)
}

fn refused_handshake(error: io::Error) -> Broken {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(why)) => {
            Broken::Certificate(sentence(why.to_string().as_bytes()))
        }
        Some(_) => Broken::Strange("the TLS handshake failed"),
        None => Broken::Ended,
    }
}

/// What a server said, safe to show: one line without control characters, of bounded length.
pub fn sentence(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_direction(*c));
    plain.take(SENTENCE).collect::<String>().trim().to_owned()
}

/// Characters that turn the direction of writing, and with it what a sentence seems to say.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
