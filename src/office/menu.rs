//! Pure. Menus: "press 1 for …". Two levels, a key at any time, a second chance, then `otherwise`.
//!
//! What a caller hears ends with the time to think, so the end of the playback is the timeout. A key that
//! the menu does not name is an answer where callers expect one: `0` leads to `otherwise`, `*` a level up.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::call::Phase;
use super::contact::{Happened, Outcome};
use super::queue::Welcome;
use super::{Office, prompts};
use crate::ids::{CallId, LegId, MenuId, PlayId};
use crate::media::{Piece, Repeat};
use crate::settings::{Goal, Menu};
use std::sync::Arc;

/// Asked so often; without a key the caller goes on to `otherwise`.
const ASKED_MAX: u8 = 2;
/// After so many keys that are not in use the caller goes on to `otherwise`.
const WRONG_MAX: u8 = 3;

/// Hours may lead from a menu to a group to a menu: after so many the caller is let out.
const MENUS_MAX: usize = 8;

/// A caller who is asked for a key.
#[derive(Debug)]
pub(super) struct AtMenu {
    pub(super) leg: LegId,
    menu: MenuId,
    /// The menu that led here.
    above: Option<MenuId>,
    playing: PlayId,
    asked: u8,
    wrong: u8,
}

impl Office {
    /// A caller hears a menu.
    pub(super) fn enter_menu(
        &mut self,
        id: CallId,
        leg: LegId,
        menu: &MenuId,
        above: Option<MenuId>,
        welcome: Welcome,
    ) {
        if self.menus_heard(id) >= MENUS_MAX {
            let outcome = self.outcome_of_leaving(id);
            return self.say_goodbye(id, leg, prompts::TRANSFER_FAILED, outcome);
        }
        self.tell(id, Happened::EnteredMenu { menu: menu.clone() });
        if self.cannot_be_heard(menu) {
            return self.go_past(id, leg, menu, welcome);
        }
        self.accept(leg);
        let mut first = Vec::new();
        if welcome == Welcome::Spoken {
            self.tell(id, Happened::HeardWelcome);
            first.push(self.spoken(leg, prompts::WELCOME));
        }
        let at = AtMenu { leg, menu: menu.clone(), above, playing: PlayId(0), asked: 0, wrong: 0 };
        self.ask_for_key(id, at, first);
        self.save(id);
    }

    /// A piece of it is nowhere: nobody is left in silence, or with half the keys.
    fn cannot_be_heard(&self, menu: &MenuId) -> bool {
        self.menu(menu).is_some_and(|menu| menu.recordings().iter().any(|name| self.is_unheard(name)))
    }

    fn go_past(&mut self, id: CallId, leg: LegId, menu: &MenuId, welcome: Welcome) {
        match self.menu(menu).map(|menu| menu.otherwise.clone()) {
            Some(goal) if goal != Goal::Menu(menu.clone()) => self.lead(id, leg, &goal, welcome),
            _ => {
                let outcome = self.outcome_of_leaving(id);
                self.say_goodbye(id, leg, prompts::TRANSFER_FAILED, outcome);
            }
        }
    }

    fn menus_heard(&self, id: CallId) -> usize {
        let story = self.calls.get(&id).map_or(&[][..], |call| &call.contact.story);
        story.iter().filter(|line| matches!(line.what, Happened::EnteredMenu { .. })).count()
    }

    /// Plays the menu after what comes first; a menu that the owner has removed meanwhile says goodbye.
    fn ask_for_key(&mut self, id: CallId, at: AtMenu, mut pieces: Vec<Piece>) {
        let Some(menu) = self.menu(&at.menu) else {
            let outcome = self.outcome_of_leaving(id);
            return self.say_goodbye(id, at.leg, prompts::TRANSFER_FAILED, outcome);
        };
        let timeout = menu.timeout;
        pieces.extend(menu.recordings().into_iter().map(|name| self.menu_piece(at.leg, name)));
        pieces.push(Piece::Pause(timeout));
        let playing = self.play(at.leg, pieces, Repeat::Once);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Menu(AtMenu { playing, ..at });
        }
        self.changed();
    }

    fn menu(&self, id: &MenuId) -> Option<&Menu> {
        self.directory.settings.menus.iter().find(|menu| menu.id == *id)
    }

    /// A file of the data folder's `sounds/`, or a prompt by name.
    fn menu_piece(&self, leg: LegId, name: &str) -> Piece {
        match name.ends_with(".wav") {
            true => Piece::File(Arc::from(format!("sounds/{name}"))),
            false => self.spoken(leg, name),
        }
    }

    /// A caller in a menu pressed a key, whatever is being said.
    pub(super) fn digit_in_menu(&mut self, id: CallId, digit: char) {
        let Some(at) = self.take_menu(id) else { return };
        let goal = self.menu(&at.menu).and_then(|menu| match (menu.keys.get(&digit), digit) {
            (None, '0') => Some(menu.otherwise.clone()),
            (goal, _) => goal.cloned(),
        });
        match (goal, digit) {
            (Some(goal), _) => {
                self.tell(id, Happened::ChoseInMenu { menu: at.menu.clone(), key: digit });
                self.follow(id, at, &goal);
            }
            (None, '*') => self.a_level_up(id, at),
            (None, _) => self.wrong_key(id, at),
        }
    }

    /// What is said, and the time to think, is over.
    pub(super) fn menu_played(&mut self, id: CallId, play: PlayId) {
        let Some(Phase::Menu(at)) = self.calls.get(&id).map(|call| &call.phase) else { return };
        if at.playing != play {
            return;
        }
        let Some(mut at) = self.take_menu(id) else { return };
        at.asked += 1;
        match at.asked < ASKED_MAX {
            true => self.ask_for_key(id, at, Vec::new()),
            false => self.go_otherwise(id, at),
        }
    }

    fn take_menu(&mut self, id: CallId) -> Option<AtMenu> {
        let call = self.calls.get_mut(&id).filter(|call| matches!(call.phase, Phase::Menu(_)))?;
        let Phase::Menu(at) = &mut call.phase else { return None };
        let leg = Some(at.leg);
        match std::mem::replace(&mut call.phase, Phase::Arriving { leg }) {
            Phase::Menu(at) => Some(at),
            _ => None,
        }
    }

    fn a_level_up(&mut self, id: CallId, at: AtMenu) {
        match at.above {
            Some(above) => {
                let at = AtMenu { menu: above, above: None, asked: 0, ..at };
                self.ask_for_key(id, at, Vec::new());
            }
            None => self.ask_for_key(id, AtMenu { asked: 0, ..at }, Vec::new()),
        }
    }

    fn wrong_key(&mut self, id: CallId, mut at: AtMenu) {
        at.wrong += 1;
        match at.wrong < WRONG_MAX {
            true => {
                let sorry = vec![self.spoken(at.leg, prompts::KEY_NOT_IN_USE)];
                self.ask_for_key(id, at, sorry);
            }
            false => self.go_otherwise(id, at),
        }
    }

    fn go_otherwise(&mut self, id: CallId, at: AtMenu) {
        self.tell(id, Happened::NoKeyInMenu { menu: at.menu.clone() });
        match self.menu(&at.menu).map(|menu| menu.otherwise.clone()) {
            Some(goal) => self.follow(id, at, &goal),
            None => self.ask_for_key(id, at, Vec::new()),
        }
    }

    fn follow(&mut self, id: CallId, at: AtMenu, goal: &Goal) {
        match goal {
            Goal::Menu(again) if *again == at.menu => {
                self.ask_for_key(id, AtMenu { asked: 0, ..at }, Vec::new());
            }
            Goal::Menu(next) => self.enter_menu(id, at.leg, next, Some(at.menu), Welcome::None),
            goal => self.lead(id, at.leg, goal, Welcome::None),
        }
    }

    /// The caller hung up before a key was pressed.
    pub(super) fn menu_left(&mut self, id: CallId, how: crate::sip::Ending) {
        self.tell_left(id, how);
        let outcome: Outcome = self.outcome_of_end(id, how);
        self.finish(id, outcome, &crate::sip::HangupReason::CallerGone);
    }
}
