//! Shell. Are the recordings the settings name there? The office is told: a menu nobody can hear is passed by.

use crate::media::prompts;
use crate::media::sounds::Bank;
use crate::office::Input;
use crate::store::settings_desk::SettingsDesk;
use crate::switchboard::handle::Handle;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// A recording may be copied into the folder by hand: nobody tells us but the folder.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(10);

/// Looks now, after every change of the settings, and every ten seconds; until the switchboard stops.
pub(super) async fn watch(data: PathBuf, desk: SettingsDesk, switchboard: Handle) {
    let bank = Bank::with_data(data);
    let mut changes = desk.changes();
    let mut told = Vec::new();
    let mut beat = interval(LOOKED_AT_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            changed = changes.changed() => if changed.is_err() { return },
        }
        let (bank, Some(office)) = (bank.clone(), desk.current()) else { continue };
        let looked = tokio::task::spawn_blocking(move || prompts::missing(&bank, &office)).await;
        let Some(missing) = looked.ok().filter(|missing| *missing != told) else { continue };
        told.clone_from(&missing);
        // What has come is held for silence no longer.
        let heard = switchboard.reload_sounds().await;
        if heard.is_err() || switchboard.tell(Input::Recordings { missing }).await.is_err() {
            return;
        }
    }
}
