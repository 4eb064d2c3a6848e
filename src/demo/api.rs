//! Shell. The town asks the office as any program would: HTTP with a bearer token.

use super::letterbox::Letters;
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
    /// What the contacts came to, all of them.
    pub async fn said(&self) -> Result<Said> {
        let (mut said, mut cursor) = (Said::default(), String::new());
        loop {
            let page = self.fetch(&format!("/api/v1/contacts?limit=100{cursor}")).await?;
            for contact in page["items"].as_array().context("a list without items")? {
                said.take(contact);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(said),
            }
        }
    }

    /// The sound of every message that lies there, as it is fetched.
    pub async fn messages(&self) -> Result<Vec<Bytes>> {
        let list = self.fetch("/api/v1/voicemails").await?;
        let mut sounds = Vec::new();
        for message in list["items"].as_array().context("a list without items")? {
            let audio = message["audio"].as_str().context("a message without sound")?;
            sounds.push(self.get(audio).await?);
        }
        Ok(sounds)
    }

    /// What it has by mail.
    pub async fn mail(&self) -> Result<Letters> {
        let (mut letters, mut cursor) = (Letters::default(), String::new());
        loop {
            let page = self.fetch(&format!("/api/v1/conversations?limit=200{cursor}")).await?;
            for one in page["items"].as_array().context("a list without items")? {
                letters.written += 1;
                letters.answered += usize::from(one["state"] == "waiting");
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let board = self.fetch("/api/v1/board").await?;
        letters.late = board["mail"]["overdue"].as_u64().context("a board without mail")? as usize;
        Ok(letters)
    }

    /// `GET` a JSON document.
    pub async fn fetch(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.get(path).await?)?)
    }

    async fn get(&self, path: &str) -> Result<Bytes> {
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
        Ok(body)
    }
}

/// What the office says about its contacts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Said {
    /// How many ended in each outcome.
    pub outcomes: BTreeMap<String, usize>,
    /// How many go on, or have a promise that is not settled.
    pub open: usize,
    /// How many promises were kept by the call back itself.
    pub kept: usize,
}

impl Said {
    fn take(&mut self, contact: &Value) {
        let settled_by = contact["callback"]["settled_by"].as_str();
        self.kept += usize::from(settled_by == Some("callback"));
        match contact["outcome"].as_str() {
            Some(outcome) => *self.outcomes.entry(outcome.into()).or_default() += 1,
            None => self.open += 1,
        }
        let unsettled = !contact["callback"].is_null() && settled_by.is_none();
        self.open += usize::from(unsettled);
    }
}
