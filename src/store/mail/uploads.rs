//! Shell. Mails that are begun and answer none, and the files of what is written: their rows, and where the bytes lie.

use super::rows::Attachment;
use crate::ids::{ItemId, PersonId};
use crate::office::inbox::{Begun, Place, Upload};
use crate::store::rows::{name, signed, unsigned};
use crate::store::{Reader, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Mails of one person that are begun and listed, the latest.
const BEGUN_MAX: u32 = 100;
/// Before the id in the name of a file.
const PREFIX: &str = "upload-";

/// Where the bytes of a file lie.
pub fn path(data: &Path, id: &str) -> PathBuf {
    data.join("mail").join(format!("{PREFIX}{id}"))
}

/// Where they come in; no backup takes half a file.
pub fn half(data: &Path, id: &str) -> PathBuf {
    data.join("mail").join(format!(".{PREFIX}{id}"))
}

/// At the start, before anybody writes: bytes without a row are those of a fall, or of what was forgotten or sent.
pub(in crate::store) fn tidy(connection: &Connection, data: &Path) {
    if let Err(problem) = remove_strays(connection, data) {
        // They take room, and stand in nobody's way; the next start tries again.
        tracing::warn!(%problem, "files that belong to no mail could not be removed");
    }
}

fn remove_strays(connection: &Connection, data: &Path) -> io::Result<()> {
    // One that came as the mail it was for was discarded, sent or forgotten is nobody's.
    let nobodys = "DELETE FROM upload WHERE item IS NULL AND place NOT LIKE 'M-%' AND place NOT IN (SELECT id FROM begun)";
    connection.execute(nobodys, []).map_err(io::Error::other)?;
    let kept = ids(connection).map_err(io::Error::other)?;
    let entries = match fs::read_dir(data.join("mail")) {
        Err(none) if none.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let file = entry?.file_name();
        let Some(id) = file.to_str().and_then(|file| file.trim_start_matches('.').strip_prefix(PREFIX))
        else {
            continue;
        };
        let is_half = file.to_str().is_some_and(|file| file.starts_with('.'));
        if is_half || !kept.contains(id) {
            fs::remove_file(data.join("mail").join(&file))?;
        }
    }
    Ok(())
}

fn ids(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    connection.prepare("SELECT id FROM upload")?.query_map([], |row| row.get(0))?.collect()
}

/// Writes a file's row.
pub(in crate::store) fn put(
    connection: &Connection,
    person: &PersonId,
    at: Timestamp,
    place: &Place,
    upload: &Upload,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO upload (id, person, place, at, name, kind, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Upload { id, name, kind, size } = upload;
    let values = params![id, person.as_str(), place.word(), at.as_millisecond(), name, kind, signed(*size)];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Not this one, unless it has gone along with a reply.
pub(in crate::store) fn drop_one(
    connection: &Connection,
    person: &PersonId,
    id: &str,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM upload WHERE id = ?1 AND person = ?2 AND item IS NULL";
    connection.prepare_cached(sql)?.execute(params![id, person.as_str()]).map(drop)
}

/// These go along with a reply; where they were put to it stays known, for one that is not sent after all.
pub(super) fn send(connection: &Connection, item: ItemId, files: &[Upload]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("UPDATE upload SET item = ?2 WHERE id = ?1")?;
    files.iter().try_for_each(|file| statement.execute(params![file.id, signed(item.0)]).map(drop))
}

/// A reply that is not sent gives its files back to the draft; to that of this conversation, if one is named.
pub(in crate::store) fn give_back(
    connection: &Connection,
    item: ItemId,
    to: Option<&Place>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE upload SET item = NULL, place = ifnull(?2, place) WHERE id IN \
        (SELECT json_extract(file.value, '$.upload') FROM item, json_each(item.attachments) AS file WHERE item.id = ?1)";
    connection.prepare_cached(sql)?.execute(params![signed(item.0), to.map(Place::word)]).map(drop)
}

/// The mail has their bytes now.
pub(super) fn written_out(connection: &Connection, item: ItemId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM upload WHERE item = ?1")?.execute([signed(item.0)]).map(drop)
}

/// Writes a mail that is begun over an earlier value; nobody writes over another's.
pub(in crate::store) fn put_begun(
    connection: &Connection,
    person: &PersonId,
    at: Timestamp,
    one: &Begun,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO begun (id, person, at, address, mailbox, recipients, subject, text) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (id) DO UPDATE SET at = excluded.at, mailbox = excluded.mailbox, \
            recipients = excluded.recipients, subject = excluded.subject, text = excluded.text \
            WHERE begun.person = excluded.person";
    let mailbox = one.mailbox.as_ref().map(|id| id.as_str());
    let values = params![
        one.id,
        person.as_str(),
        at.as_millisecond(),
        one.address,
        mailbox,
        one.to,
        one.subject,
        one.text
    ];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Neither it nor its files.
pub(in crate::store) fn drop_begun(
    connection: &Connection,
    person: &PersonId,
    id: &str,
) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM upload WHERE place = ?1 AND person = ?2 AND item IS NULL",
        "DELETE FROM begun WHERE id = ?1 AND person = ?2",
    ] {
        connection.prepare_cached(sql)?.execute([id, person.as_str()])?;
    }
    Ok(())
}

/// A reply's files as they stand in its row.
pub(super) fn cells(files: &[Upload]) -> Vec<Attachment> {
    let cell = |(part, file): (usize, &Upload)| Attachment {
        name: file.name.clone(),
        kind: file.kind.clone(),
        size: file.size,
        part,
        upload: Some(file.id.clone()),
    };
    files.iter().enumerate().map(cell).collect()
}

/// The same, read.
pub(super) fn files(cells: Vec<Attachment>) -> Vec<Upload> {
    let file = |cell: Attachment| {
        let Attachment { name, kind, size, upload, .. } = cell;
        upload.map(|id| Upload { id, name, kind, size })
    };
    cells.into_iter().filter_map(file).collect()
}

impl Reader {
    /// The files somebody has put to what they write there, the first first.
    pub fn uploads(&self, place: &Place, person: &PersonId) -> Result<Vec<Upload>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT id, name, kind, size FROM upload WHERE place = ?1 AND person = ?2 AND item IS NULL \
                ORDER BY at, rowid";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map(params![place.word(), person.as_str()], upload)?.collect()
        })
    }

    /// Is this file still somebody's, in a draft or with a reply that is not written out?
    pub fn has_upload(&self, id: &str) -> Result<bool, StoreError> {
        self.read(|connection| connection.prepare_cached("SELECT 1 FROM upload WHERE id = ?1")?.exists([id]))
    }

    /// The mails somebody has begun, the latest first.
    pub fn begun(&self, person: &PersonId) -> Result<Vec<Begun>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, address, mailbox, recipients, subject, text FROM begun WHERE person = ?1 \
                 ORDER BY at DESC, id LIMIT ?2",
            )?;
            statement.query_map(params![person.as_str(), BEGUN_MAX], begun)?.collect()
        })
    }

    /// One of them.
    pub fn begun_one(&self, person: &PersonId, id: &str) -> Result<Option<Begun>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT id, address, mailbox, recipients, subject, text FROM begun WHERE person = ?1 AND id = ?2";
            connection.prepare_cached(sql)?.query_row([person.as_str(), id], begun).optional()
        })
    }
}

fn upload(row: &Row<'_>) -> rusqlite::Result<Upload> {
    Ok(Upload { id: row.get(0)?, name: row.get(1)?, kind: row.get(2)?, size: unsigned(row.get(3)?) })
}

fn begun(row: &Row<'_>) -> rusqlite::Result<Begun> {
    Ok(Begun {
        id: row.get(0)?,
        address: row.get(1)?,
        mailbox: name(row, 2)?,
        to: row.get(3)?,
        subject: row.get(4)?,
        text: row.get(5)?,
    })
}
