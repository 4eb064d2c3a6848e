//! Shell. Once a day what is older than the owner keeps is forgotten (`[privacy]`); figures stay.

use super::forget::{self, Before};
use super::settings_desk::SettingsDesk;
use super::{Reader, StoreError, secrets};
use crate::figures::Figures;
use crate::office::customers::forget::{Counts, Receipt, Wanted};
use crate::office::desk::{Actor, Command};
use crate::settings::{Privacy, Role, Settings};
use crate::switchboard::clock::Clock;
use crate::switchboard::handle::Handle;
use jiff::civil::Date;
use jiff::{Span, Timestamp, Zoned};
use std::path::PathBuf;
use std::time::Duration;

/// The first look after the start: nobody's morning is held up by it.
const FIRST_LOOK: Duration = Duration::from_secs(600);
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// Parts of a day's work: between two the office takes calls.
const PARTS_MAX: usize = 500;

/// Everything the daily look needs.
#[derive(Clone, Debug)]
pub struct Keeping {
    pub data: PathBuf,
    pub clock: Clock,
    pub desk: SettingsDesk,
    pub reader: Reader,
    pub switchboard: Handle,
    pub figures: Figures,
}

impl Keeping {
    /// Looks once a day, until the task is aborted.
    pub async fn watch(self) {
        let mut done: Option<Date> = None;
        let mut nap = FIRST_LOOK;
        loop {
            tokio::time::sleep(nap).await;
            nap = LOOK_EVERY;
            let Some(settings) = self.desk.current() else { continue };
            let now = self.clock.now().wall.to_zoned(settings.office.time_zone.clone());
            if done != Some(now.date()) && self.sweep(&settings, &now).await.is_ok() {
                done = Some(now.date());
            }
        }
    }

    /// Forgets what is too old now, part by part.
    pub async fn sweep(&self, settings: &Settings, now: &Zoned) -> Result<Counts, StoreError> {
        let before = before(&settings.privacy, now);
        let mut all = Counts::default();
        for _ in 0..PARTS_MAX {
            let Some(counts) = self.part(before, now.timestamp()).await? else { break };
            add(&mut all, counts);
        }
        if all != Counts::default() {
            self.figures.forgot(all);
            let Counts { contacts, voicemails, mails, .. } = all;
            tracing::info!(contacts, voicemails, mails, "what was older than it is kept is forgotten");
        }
        Ok(all)
    }

    async fn part(&self, before: Before, at: Timestamp) -> Result<Option<Counts>, StoreError> {
        let (reader, data) = (self.reader.clone(), self.data.clone());
        let found = tokio::task::spawn_blocking(move || reader.things_before(&data, before)).await;
        let Ok((things, counts)) = found.unwrap_or_else(|_| Ok(Default::default())) else { return Ok(None) };
        let Ok(id) = secrets::receipt() else { return Ok(None) };
        if things.is_empty() {
            return Ok(None);
        }
        let receipt = Receipt { id, customer: None, at, person: None, counts, things };
        let who = Actor { person: None, role: Role::Owner };
        let command =
            Command::Forget { wanted: Box::new(Wanted::default()), receipt: Box::new(receipt.clone()) };
        if !matches!(self.switchboard.desk(who, command).await, Ok(Ok(_))) {
            return Ok(None);
        }
        let data = self.data.clone();
        let ended = tokio::task::spawn_blocking(move || forget::finish(&data, &receipt)).await;
        ended.unwrap_or(Ok(())).map(|()| Some(counts))
    }
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
