//! Pure. What an office would be left without: whoever applies a file is asked before the last of a kind goes.

use super::{Draft, Settings};

/// What goes for good with these settings, a sentence each; nothing in an office that never had it.
pub fn losses(old: &Settings, next: &Draft) -> Vec<&'static str> {
    let new = &next.settings;
    let logs_in = |office: &Settings| office.people.iter().any(|person| person.password_hash.is_some());
    let kinds = [
        (!old.trunks.is_empty(), !new.trunks.is_empty(), "the last trunk goes: nobody could call the office"),
        (!old.groups.is_empty(), !new.groups.is_empty(), "the last group goes: nobody would answer together"),
        (
            !old.numbers.is_empty(),
            !new.numbers.is_empty(),
            "the last number goes: no call would lead anywhere",
        ),
        (
            logs_in(old),
            logs_in(new) || !next.passwords.is_empty(),
            "the last person with a password goes: nobody could log in",
        ),
    ];
    kinds.into_iter().filter(|(had, has, _)| *had && !has).map(|(_, _, sentence)| sentence).collect()
}
