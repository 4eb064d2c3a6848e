//! Shell. The first moments: whoever asks is told that the office is starting, while its database opens
//! (INTERFACES.md §3).

use super::listen::{WebError, bind};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// One asks after the other; none keeps the next waiting longer.
const WITHIN: Duration = Duration::from_millis(500);
/// The head of a request; the rest of a longer one is not read.
const HEAD_BYTES_MAX: usize = 4 << 10;
const BODY: &str = concat!(
    r#"{"status":"starting","version":""#,
    env!("CARGO_PKG_VERSION"),
    r#"","listening":{},"trunks":{},"mailboxes":{},"store":"ok"}"#
);

/// The HTTP port, open before anything stands behind it.
pub struct Early {
    listener: TcpListener,
    answering: JoinHandle<()>,
}

impl Early {
    /// Opens the port on the running runtime.
    ///
    /// # Errors
    /// The address is taken.
    pub fn open(address: SocketAddr) -> Result<Early, WebError> {
        let listener = bind(address)?;
        let own = listener.try_clone().map_err(|cause| WebError::Bind(address, cause))?;
        Ok(Early { listener, answering: tokio::spawn(answer(own)) })
    }

    /// The address in use.
    ///
    /// # Errors
    /// The system does not say it.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// From here on somebody else answers; who has not been heard yet is heard by them.
    pub(super) fn hand_over(self) -> TcpListener {
        self.answering.abort();
        self.listener
    }
}

async fn answer(listener: TcpListener) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        // Who is too slow, or gone, asks again.
        let _ = tokio::time::timeout(WITHIN, say_starting(stream)).await;
    }
}

async fn say_starting(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while head.len() < HEAD_BYTES_MAX && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    let length = BODY.len();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nRetry-After: 1\r\nConnection: close\r\n\r\n{BODY}"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
