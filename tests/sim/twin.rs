//! The future after a restart is the same: beside the office lives another, opened from what the store has,
//! and does the same for as long as one looks.

use super::world::World;
use frontdesk::ids::{PlayId, Receipt, TrunkId};
use frontdesk::office::board::PersonState;
use frontdesk::office::memory::Change;
use frontdesk::office::{Action, Input, Office};
use frontdesk::time::Now;

/// Every so many inputs an office is opened beside the one that lives.
const EVERY: u64 = 1000;
/// And looked at for so many.
const LIVES_FOR: u64 = 40;

/// What the simulator keeps of it.
#[derive(Default)]
pub(super) struct Twin {
    office: Option<Office>,
    until: u64,
    next: u64,
    /// Ticks in a row with nothing due: nobody is in a call, nothing is about to happen.
    quiet: u8,
    /// How much higher the living office counts its playbacks and receipts: no restart keeps those.
    plays: u64,
    receipts: u64,
    pub met: u64,
}

impl World {
    /// Opens one when it is time and the office is quiet: a call that is cut has another future.
    pub(super) fn open_twin(&mut self, due: &str) -> Result<(), String> {
        let quiet = due == "nothing is due" && self.alive.is_empty();
        self.twin.quiet = if quiet { self.twin.quiet.saturating_add(1) } else { 0 };
        // What a day has cost is counted anew by an office whose clock shows another day, and a shift that began
        // begins again.
        let odd = self.tick < self.odd_until;
        if odd || self.twin.quiet < 3 || self.inputs < self.twin.next || self.twin.office.is_some() {
            return Ok(());
        }
        let now = self.now();
        let board = self.office.board(now);
        // Who missed calls in a row is forgiven by a restart; a promise in the line is tried anew.
        let settled = board.alarms.is_empty() && board.line.is_empty();
        if !settled || self.kept.open().next().is_some() {
            return Ok(());
        }
        let mut office = Office::new(self.settings.clone(), self.memory(), now);
        let mut out = Vec::new();
        office.handle(now, Input::Trunk { trunk: TrunkId::from("provider"), usable: true }, &mut out);
        for phone in self.laws.online() {
            office.handle(now, Input::Registered { phone, contacts: 1 }, &mut out);
        }
        let twin = &mut self.twin;
        (twin.office, twin.until, twin.next) = (Some(office), self.inputs + LIVES_FOR, self.inputs + EVERY);
        (twin.plays, twin.receipts) = (0, 0);
        twin.met += 1;
        Ok(())
    }

    /// The same input for both, and the same must follow.
    pub(super) fn ask_twin(&mut self, now: Now, input: &Input, out: &[Action]) -> Result<(), String> {
        if matches!(input, Input::Arrived(arrived) if self.kept.is_corrected(&arrived.caller)) {
            self.twin.close();
        }
        let Some(office) = &mut self.twin.office else { return Ok(()) };
        let mut other = Vec::new();
        let mut told = input.clone();
        match &mut told {
            Input::Played { id, .. } => id.0 -= self.twin.plays,
            Input::Stored { receipt } | Input::NotStored { receipt } => receipt.0 -= self.twin.receipts,
            _ => {}
        }
        office.handle(now, told, &mut other);
        for (mine, others) in out.iter().zip(&mut other) {
            self.twin.count_alike(mine, others);
        }
        let parted = out.iter().any(goes_another_way);
        if parted || self.inputs >= self.twin.until {
            self.twin.office = None;
        }
        let (mine, others) = (as_seen(out), as_seen(&other));
        if mine == others || parted {
            return Ok(());
        }
        let same = mine.iter().zip(&others).take_while(|(mine, others)| mine == others).count();
        let (mine, others) = (mine.get(same), others.get(same));
        Err(format!("the future after a restart is the same: {mine:#?} became {others:#?} after {input:?}"))
    }
}

impl Twin {
    /// A restart of the living one ends the comparison.
    pub(super) fn close(&mut self) {
        self.office = None;
    }

    /// Numbers that begin anew with every start, as the living office counts them.
    fn count_alike(&mut self, mine: &Action, others: &mut Action) {
        match (mine, others) {
            (Action::Play { id: PlayId(mine), .. }, Action::Play { id: PlayId(others), .. }) => {
                if self.plays == 0 {
                    self.plays = mine.saturating_sub(*others);
                }
                *others += self.plays;
            }
            (
                Action::SaveThen { receipt: Receipt(mine), .. },
                Action::SaveThen { receipt: Receipt(others), .. },
            ) => {
                if self.receipts == 0 {
                    self.receipts = mine.saturating_sub(*others);
                }
                *others += self.receipts;
            }
            _ => {}
        }
    }
}

/// Missed calls in a row are forgotten by a restart, and so is what was between a promise and the live callers
/// around it: from here on the two may differ.
fn goes_another_way(action: &Action) -> bool {
    match action {
        Action::Save(Change::Person { memory, .. }) => memory.reason.as_deref() == Some("did not answer"),
        Action::Save(Change::Contact(contact))
        | Action::SaveThen { change: Change::Contact(contact), .. } => contact.callback.is_some(),
        _ => false,
    }
}

/// What the world sees. The story of a call says how long somebody was free, which a restart rounds; and who
/// never chose a state has theirs since the start of the program.
fn as_seen(actions: &[Action]) -> Vec<Action> {
    let mut seen = actions.to_vec();
    for action in &mut seen {
        let (Action::Save(change) | Action::SaveThen { change, .. }) = action else { continue };
        match change {
            Change::Contact(contact) => contact.story.clear(),
            Change::Person { memory, .. } if memory.state == PersonState::Available => {
                memory.since = jiff::Timestamp::UNIX_EPOCH;
            }
            _ => {}
        }
    }
    seen
}
