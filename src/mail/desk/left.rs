//! Shell. Who still has to get a mail that some have: beside its bytes, a line each, synced before anything else is
//! done. A mail without such a file has reached nobody, or everybody.

use std::io;
use std::path::{Path, PathBuf};
use tokio::fs;
use tokio::io::AsyncWriteExt;

fn beside(file: &Path) -> PathBuf {
    file.with_extension("left")
}

/// Those it still has to go to; `None`: all. What cannot be read says nothing about who has it.
pub(super) async fn read(file: &Path) -> io::Result<Option<Vec<String>>> {
    let text = match fs::read_to_string(beside(file)).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let left: Vec<String> = text.lines().map(str::to_owned).collect();
    Ok((!left.is_empty()).then_some(left))
}

/// From now on it goes to these alone; nobody: it is done.
pub(super) async fn write(file: &Path, left: &[String]) -> io::Result<()> {
    let path = beside(file);
    if left.is_empty() {
        return match fs::remove_file(&path).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let half = file.with_extension("left-half");
    let mut open = fs::OpenOptions::new();
    let mut written = open.write(true).create(true).truncate(true).mode(0o600).open(&half).await?;
    written.write_all(left.join("\n").as_bytes()).await?;
    written.sync_all().await?;
    fs::rename(&half, &path).await?;
    let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::File::open(folder).await?.sync_all().await
}
