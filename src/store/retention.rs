//! Shell. Once a night what is older than the owner keeps is forgotten (`[privacy]`); figures stay.

use super::backup::{keeping, restore};
use super::forget::{self, Before};
use super::settings_desk::SettingsDesk;
use super::{Reader, secrets};
use crate::figures::Figures;
use crate::office::customers::forget::{Counts, Receipt, Wanted};
use crate::office::desk::{Actor, Command};
use crate::settings::{Privacy, Role, Settings};
use crate::switchboard::clock::Clock;
use crate::switchboard::handle::Handle;
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp, Zoned};
use std::path::PathBuf;
use std::time::Duration;

/// The first look after the start: nobody's morning is held up by it.
const FIRST_LOOK: Duration = Duration::from_secs(600);
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Between two parts the disk is the callers'.
const BETWEEN: Duration = Duration::from_millis(500);
/// What a restore put aside is kept as long as the oldest nightly backup.
const REPLACED_FOR: SignedDuration = SignedDuration::from_hours(35 * 24);

/// Everything the nightly look needs.
#[derive(Clone, Debug)]
pub struct Keeping {
    pub data: PathBuf,
    pub clock: Clock,
    pub desk: SettingsDesk,
    pub reader: Reader,
    pub switchboard: Handle,
    pub figures: Figures,
}

/// How far a part came.
enum Part {
    Forgotten(Counts),
    /// There is nothing more.
    Nothing,
    NotNow,
}

impl Keeping {
    /// Looks once a night, until the task is aborted.
    pub async fn watch(self) {
        let mut done: Option<Date> = None;
        let mut nap = FIRST_LOOK;
        loop {
            tokio::time::sleep(nap).await;
            nap = LOOK_EVERY;
            let Some(settings) = self.desk.current() else { continue };
            let now = self.clock.now().wall.to_zoned(settings.office.time_zone.clone());
            if let Some(night) = due(&now, done, self.switchboard.calls())
                && self.sweep(&settings, &now).await
            {
                done = Some(night);
            }
        }
    }

    /// Forgets what is too old now, part by part, until somebody calls. Is all of it done?
    pub async fn sweep(&self, settings: &Settings, now: &Zoned) -> bool {
        let before = before(&settings.privacy, now);
        let mut all = Counts::default();
        let done = loop {
            match self.part(before, now.timestamp()).await {
                Part::Forgotten(counts) => add(&mut all, counts),
                Part::Nothing => break true,
                Part::NotNow => break false,
            }
            tokio::time::sleep(BETWEEN).await;
        };
        if all != Counts::default() {
            self.figures.forgot(all);
            let Counts { contacts, voicemails, mails, .. } = all;
            tracing::info!(contacts, voicemails, mails, "what was older than it is kept is forgotten");
        }
        done && self.drop_replaced(before, now.timestamp()).await
    }

    async fn part(&self, before: Before, at: Timestamp) -> Part {
        if self.switchboard.calls() > 0 {
            return Part::NotNow;
        }
        let (reader, data) = (self.reader.clone(), self.data.clone());
        let found = tokio::task::spawn_blocking(move || reader.things_before(&data, before)).await;
        let (things, counts) = match found {
            Ok(Ok((things, _))) if things.is_empty() => return Part::Nothing,
            Ok(Ok(found)) => found,
            failed => {
                tracing::warn!(?failed, "what is older than it is kept could not be looked for");
                return Part::NotNow;
            }
        };
        let Ok(id) = secrets::receipt() else { return Part::NotNow };
        let receipt = Receipt { id, customer: None, at, person: None, counts, things };
        let who = Actor { person: None, role: Role::Owner };
        let command =
            Command::Forget { wanted: Box::new(Wanted::default()), receipt: Box::new(receipt.clone()) };
        if !matches!(self.switchboard.desk(who, command).await, Ok(Ok(_))) {
            return Part::NotNow;
        }
        let data = self.data.clone();
        let ended = tokio::task::spawn_blocking(move || forget::finish(&data, &receipt)).await;
        match ended {
            Ok(Ok(())) => Part::Forgotten(counts),
            failed => {
                tracing::warn!(?failed, "files of what is forgotten are left for the next start");
                Part::NotNow
            }
        }
    }

    /// What a restore put aside is not kept for ever by an office that keeps nothing for ever.
    async fn drop_replaced(&self, before: Before, now: Timestamp) -> bool {
        if before == Before::default() {
            return true;
        }
        let oldest = now.checked_sub(REPLACED_FOR).unwrap_or(Timestamp::MIN);
        let data = self.data.clone();
        let dropped = tokio::task::spawn_blocking(move || restore::drop_replaced(&data, oldest)).await;
        matches!(dropped, Ok(Ok(())))
    }
}

/// The night whose look is to be made now: beside the backup's, and never while somebody calls.
pub fn due(now: &Zoned, done: Option<Date>, calls: usize) -> Option<Date> {
    keeping::due(now, done, calls).filter(|_| calls == 0)
}

/// Up to when things are kept, by the calendar of the office.
pub fn before(privacy: &Privacy, now: &Zoned) -> Before {
    let ago = |kept: &Option<crate::settings::Retention>| {
        let kept = kept.as_ref()?;
        let span = Span::new().try_months(kept.months).ok()?.try_days(kept.days).ok()?;
        now.checked_sub(span).ok().map(|at| at.timestamp())
    };
    Before { contacts: ago(&privacy.contacts), voicemail: ago(&privacy.voicemail), mail: ago(&privacy.mail) }
}

fn add(all: &mut Counts, more: Counts) {
    all.contacts += more.contacts;
    all.recordings += more.recordings;
    all.voicemails += more.voicemails;
    all.conversations += more.conversations;
    all.mails += more.mails;
    all.attachments += more.attachments;
    all.notes += more.notes;
}
