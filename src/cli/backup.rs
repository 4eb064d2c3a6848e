//! Shell. `backup`, `restore`, `verify`: the running office writes its own backup; nobody else may put one
//! back under it.

use super::args::{BackupArgs, RestoreArgs, VerifyArgs};
use super::control::{self, Request};
use super::{data_folder, say};
use crate::store::backup::restore::{self, Wanted};
use crate::store::backup::{self, BackupError, Manifest, Whole, nightly};
use crate::store::{self, FILE, Lock};
use crate::switchboard::clock::Clock;
use anyhow::{Context, bail};
use jiff::Timestamp;
use std::io::{self, Write};
use std::path::Path;

pub(super) fn backup(args: BackupArgs) -> anyhow::Result<()> {
    let data = data_folder(args.data.data)?;
    let now = Clock::start().now().wall;
    let fill = |out: &mut dyn Write| match control::ask_for_backup(&data, out)? {
        control::Asked::Told => Ok(()),
        control::Asked::Nobody if !data.join(FILE).exists() => Err(BackupError::NoOffice(data.clone())),
        control::Asked::Nobody => {
            let _lock = Lock::take(&data)?;
            backup::write(&data, Whole::Everything, now, out).map(drop)
        }
    };
    let manifest = backup::put(&args.file, fill).with_context(|| nothing_made(&args.file))?;
    say(&format!("{} is whole: {}", args.file.display(), words(&manifest)))
}

fn nothing_made(file: &Path) -> String {
    format!("{} was not made", file.display())
}

pub(super) fn restore(args: RestoreArgs) -> anyhow::Result<()> {
    let data = data_folder(args.data.data)?;
    if !matches!(control::ask(&data, &Request::Health), Ok(None)) {
        bail!(
            "frontdesk runs on {}, and nothing was changed; stop it first (sudo systemctl stop frontdesk), then restore, then start it again",
            data.display()
        );
    }
    let now = Clock::start().now().wall;
    let restored = restore::restore(&data, &args.file, Wanted::Everything, now);
    let (manifest, replaced) = restored
        .with_context(|| format!("{} was not restored, and nothing was changed", args.file.display()))?;
    say(&format!("{} is restored: {}", args.file.display(), words(&manifest)))?;
    match replaced {
        Some(old) => {
            say(&format!("what was there before lies in {}; remove it when all is well", old.display()))
        }
        None => Ok(()),
    }
}

pub(super) fn verify(args: VerifyArgs) -> anyhow::Result<()> {
    let Some(file) = args.file else { return verify_office(&data_folder(args.data.data)?) };
    let room = std::env::temp_dir();
    let manifest =
        backup::prove(&file, &room).with_context(|| format!("{} cannot be used", file.display()))?;
    say(&format!("{} is whole: {}", file.display(), words(&manifest)))
}

/// The office itself: its database, the messages it names, and its last backup.
fn verify_office(data: &Path) -> anyhow::Result<()> {
    if !data.join(FILE).exists() {
        return Err(BackupError::NoOffice(data.to_owned()).into());
    }
    store::examine(data)?;
    let reader = store::look(data)?;
    let promised = reader.promised()?;
    for contact in promised.iter().filter(|contact| contact.message.is_some()) {
        let file = data.join("voicemail").join(format!("{}.wav", contact.id));
        if !file.exists() {
            bail!("the message {} is missing; it may be in a backup", file.display());
        }
    }
    say(&format!("{} is sound; promises open: {}", data.join(FILE).display(), promised.len()))?;
    match nightly::last_good(data) {
        Some((path, manifest)) => say(&format!("last backup {}: {}", path.display(), words(&manifest))),
        None => say("there is no backup yet that could be restored"),
    }
}

fn words(manifest: &Manifest) -> String {
    let made = Timestamp::from_millisecond(manifest.made_at).unwrap_or_default();
    format!(
        "made {} by version {}, {} contacts, {} promises open, {} files",
        made.strftime("%Y-%m-%d %H:%M UTC"),
        manifest.version,
        manifest.contacts,
        manifest.promised,
        manifest.entries.len().saturating_sub(1),
    )
}

/// An error of the socket in the terms of a backup.
pub(super) fn cut(source: io::Error) -> BackupError {
    BackupError::File {
        doing: "the running office writes its backup (its log may say why it ended)".to_owned(),
        source,
    }
}
