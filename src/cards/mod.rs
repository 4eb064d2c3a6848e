//! Pure. Cards of customers as files: CSV and vCard, read tolerantly and written so that they read back.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod csv;
pub mod plan;
pub mod vcard;

use crate::mail::message::decode;
use std::borrow::Cow;

/// Rows of a file that are read.
pub const ROWS_MAX: usize = 20_000;
/// Values of one cell, or of one card.
const VALUES_MAX: usize = 200;

/// One customer as a file has them, before anything is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// Where it begins, from 1.
    pub line: usize,
    pub name: String,
    pub company: String,
    pub about: String,
    pub numbers: Vec<String>,
    pub addresses: Vec<String>,
    pub vip: bool,
    /// It cannot be told where it ends.
    pub broken: bool,
}

/// Why a file cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    /// The first line of a table names no column that we know.
    NoColumns,
    /// No card begins anywhere.
    NoCards,
    TooManyRows,
}

/// A file's text, whatever it was written with: UTF-16 by its mark, UTF-8, else Windows-1252.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    let units = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|two| read([two[0], two[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(units(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(units(rest, u16::from_be_bytes)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => unmarked(rest),
        bytes => unmarked(bytes),
    }
}

fn unmarked(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(decode::text(bytes, Some("windows-1252"))),
    }
}
