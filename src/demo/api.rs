//! Shell. The town asks the office as any program would: HTTP with a bearer token.

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A reader of the office's API.
#[derive(Debug, Clone)]
pub struct Api {
    /// Where it listens for plain HTTP.
    pub at: SocketAddr,
    /// A token that may read.
    pub token: String,
}

impl Api {
    /// How many contacts ended in each outcome; those that go on count as `open`.
    pub async fn outcomes(&self) -> Result<BTreeMap<String, usize>> {
        let (mut counts, mut cursor) = (BTreeMap::new(), String::new());
        loop {
            let page = self.fetch(&format!("/api/v1/contacts?limit=100{cursor}")).await?;
            for contact in page["items"].as_array().context("a list without items")? {
                *counts.entry(contact["outcome"].as_str().unwrap_or("open").into()).or_default() += 1;
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(counts),
            }
        }
    }

    /// `GET` a JSON document.
    pub async fn fetch(&self, path: &str) -> Result<Value> {
        let stream = TcpStream::connect(self.at).await.context("the dashboard does not answer")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let request = hyper::Request::get(path)
            .header("host", self.at.to_string())
            .header("authorization", format!("Bearer {}", self.token))
            .body(Empty::<Bytes>::new())?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{path} answered {status}");
        Ok(serde_json::from_slice(&body)?)
    }
}
