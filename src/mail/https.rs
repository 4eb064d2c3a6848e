//! Shell. One question to a token endpoint: a form over HTTPS, a bounded JSON object back.

use super::socket::{Broken, Socket};
use super::task::World;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// The whole exchange.
const WITHIN: Duration = Duration::from_secs(30);
/// The largest answer.
const LARGEST: usize = 256 * 1024;
const PORT: u16 = 443;

/// Posts a form; whatever the status, the JSON that came with it.
pub async fn post_form(
    world: &World,
    host: &str,
    path: &str,
    form: &[(&str, &str)],
) -> Result<Value, Broken> {
    timeout(WITHIN, exchange(world, host, path, form)).await.unwrap_or(Err(Broken::Slow))
}

async fn exchange(world: &World, host: &str, path: &str, form: &[(&str, &str)]) -> Result<Value, Broken> {
    let socket = Socket::open(&*world.dial, host, PORT).await?.protect(&world.tls, host).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket.into_stream()))
        .await
        .map_err(|_| Broken::Strange("no HTTP"))?;
    let driving = tokio::spawn(connection);
    let result = ask(&mut sender, host, path, form).await;
    driving.abort();
    result
}

async fn ask(
    sender: &mut hyper::client::conn::http1::SendRequest<Full<Bytes>>,
    host: &str,
    path: &str,
    form: &[(&str, &str)],
) -> Result<Value, Broken> {
    let request = hyper::Request::post(path)
        .header(HOST, host)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(encoded(form))))
        .map_err(|_| Broken::Strange("a form that is none"))?;
    let answer = sender.send_request(request).await.map_err(|_| Broken::Ended)?;
    let body = Limited::new(answer.into_body(), LARGEST).collect().await;
    let bytes = body.map_err(|_| Broken::Strange("an answer without an end"))?.to_bytes();
    serde_json::from_slice(&bytes).map_err(|_| Broken::Strange("no JSON"))
}

/// `application/x-www-form-urlencoded`.
pub(super) fn encoded(form: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", escaped(value));
    form.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// The same read back; what is no text stays as it stands.
pub(super) fn plain(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

fn escaped(value: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(one).collect()
}
