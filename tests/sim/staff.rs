//! What staff do about promises: now, later, done, given to one of them, another number, made anew.

use super::world::{PEOPLE, World};
use frontdesk::ids::{GroupId, PersonId};
use frontdesk::office::desk::{CallbackOrder, Command};

impl World {
    /// Somebody looks through the promises and does something about one.
    pub(super) fn attends_to_promises(&mut self) -> Result<(), String> {
        let who = PersonId::from(PEOPLE[self.roll(3) as usize]);
        let rows = self.office.board(self.now()).callbacks;
        let row = rows.get(self.roll(rows.len().max(1) as u64) as usize);
        let Some(call) = row.map(|row| row.contact).filter(|_| !self.one_in(8)) else {
            let (number, group) = (self.customer(), GroupId::from("main"));
            return self.command(&who, Command::NewCallback { number, group });
        };
        let what = match self.roll(8) {
            0..3 => CallbackOrder::CallNow,
            3 => CallbackOrder::Later(self.between(60, 3600)),
            4 => CallbackOrder::Done,
            5 => CallbackOrder::Voicemail,
            6 => CallbackOrder::Give((!self.one_in(2)).then(|| who.clone())),
            _ if self.one_in(2) => CallbackOrder::Number(self.customer()),
            _ => CallbackOrder::Cancel { reason: "settled by mail".into() },
        };
        self.command(&who, Command::Callback { call, what })
    }

    /// The number of somebody who calls now and then.
    pub(super) fn customer(&mut self) -> String {
        format!("+45200000{:02}", self.roll(90))
    }
}
