//! Pure. Which language an outside party is spoken to (spec/callback.md §13: that of the first call also in the
//! callback). Those who work here hear the office's.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Office;
use super::contact::{Contact, Happened};
use crate::ids::LegId;
use crate::settings::Language;

impl Office {
    /// What is said to this leg is said in this language.
    pub(super) fn language_to(&self, leg: LegId) -> Language {
        let outside = self.legs.get(&leg).filter(|leg| leg.person.is_none());
        let call = outside.and_then(|leg| self.calls.get(&leg.call));
        call.map_or(self.directory.settings.office.language, |call| self.language_of(&call.contact))
    }

    /// The language of a contact's customer: that of the promise made to them, else of the latest menu they
    /// heard that has one, else of the number they called, else the office's.
    pub(super) fn language_of(&self, contact: &Contact) -> Language {
        let promised = contact.callback.as_ref().map(|callback| callback.language);
        let by_number = || self.directory.plan(contact.to.number.as_ref()?)?.language;
        let own = promised.or_else(|| self.language_of_menus(contact)).or_else(by_number);
        own.unwrap_or(self.directory.settings.office.language)
    }

    fn language_of_menus(&self, contact: &Contact) -> Option<Language> {
        let menus = &self.directory.settings.menus;
        contact.story.iter().rev().find_map(|line| match &line.what {
            Happened::EnteredMenu { menu } => menus.iter().find(|known| known.id == *menu)?.language,
            _ => None,
        })
    }
}
