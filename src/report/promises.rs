//! Pure. The figures of promises to call back (spec/callback.md §10): answered per cent with those called back,
//! kept, reached, attempts a reach, minutes late.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Figure, FigureId, figure, mean, median, p90, percent};
use crate::office::contact::{Contact, Outcome};
use crate::office::promise::{Callback, CameTo, SettledBy, Window};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// A window that is not wider was worked out from an estimate (§3); a wider one is "until we close".
const NARROW: SignedDuration = SignedDuration::from_mins(30);

/// Answered live, or connected by calling back, of those offered.
pub(super) fn answered(offered: &[&Contact]) -> Figure {
    let spoken = |contact: &&&Contact| {
        contact.outcome == Some(Outcome::Answered)
            || of(contact).is_some_and(|one| one.connected_at.is_some())
    };
    let spoken: Vec<&Contact> = offered.iter().filter(spoken).copied().collect();
    figure(FigureId::Answered, percent(spoken.len(), offered.len()), &spoken)
}

/// Connected before the end of the promised window, of the requests that were due by now; beside it the same for
/// windows of up to half an hour and for wider ones. What its customer took back, or was reached about in another
/// call, was not due.
pub(super) fn kept(contacts: &[Contact], now: Timestamp) -> Figure {
    let due: Vec<(&Contact, Window)> =
        contacts.iter().filter_map(|one| Some((one, due(one, now)?))).collect();
    let rate = |fits: &dyn Fn(&Window) -> bool| {
        let due = due.iter().filter(|(_, window)| fits(window));
        let kept =
            due.clone().filter(|(contact, window)| late(contact, window).is_some_and(|by| by.is_zero()));
        percent(kept.count(), due.count())
    };
    let is_narrow = |window: &Window| window.to.duration_since(window.from) <= NARROW;
    let behind: Vec<&Contact> = due.iter().map(|(contact, _)| *contact).collect();
    let mut figure = figure(FigureId::CallbackKept, rate(&|_| true), &behind);
    figure.parts = vec![("narrow", rate(&is_narrow)), ("wide", rate(&|window| !is_narrow(window)))];
    figure
}

/// Customers spoken with, of those who were tried.
pub(super) fn reached(contacts: &[Contact]) -> Figure {
    let tried: Vec<&Contact> =
        contacts.iter().filter(|one| of(one).is_some_and(|one| attempts(one) > 0)).collect();
    let reached = tried.iter().filter(|contact| is_reached(contact)).count();
    figure(FigureId::CallbackReached, percent(reached, tried.len()), &tried)
}

/// How often the box dialled for each customer it reached: of all that were tried, the vain ones too.
pub(super) fn attempts_per_reach(contacts: &[Contact]) -> Figure {
    let tried: Vec<&Contact> =
        contacts.iter().filter(|one| of(one).is_some_and(|one| attempts(one) > 0)).collect();
    let dials: usize = tried.iter().filter_map(|contact| of(contact)).map(attempts).sum();
    let reached = tried.iter().filter(|contact| is_reached(contact)).count();
    let value = (reached > 0).then(|| dials as f64 / reached as f64);
    figure(FigureId::CallbackAttempts, value, &tried)
}

/// How late those were who were called back: after the end of the promised window, in time is nothing.
pub(super) fn punctuality(contacts: &[Contact]) -> Figure {
    let late = |contact: &Contact| late(contact, &of(contact)?.promised?);
    let called: Vec<&Contact> = contacts.iter().filter(|contact| late(contact).is_some()).collect();
    let mut by: Vec<Duration> = called.iter().filter_map(|contact| late(contact)).collect();
    by.sort();
    let mut figure = figure(FigureId::CallbackLate, mean(by.iter().copied()), &called);
    figure.parts = vec![("median", median(&by)), ("p90", p90(&by))];
    figure
}

/// How often a customer was tried; faults of ours are no attempts (§6).
pub fn attempts(callback: &Callback) -> usize {
    callback.tries.iter().filter(|one| one.came_to != CameTo::Fault).count()
}

fn of(contact: &Contact) -> Option<&Callback> {
    contact.callback.as_ref()
}

/// Reached by one of our dials.
fn is_reached(contact: &Contact) -> bool {
    of(contact).is_some_and(|one| {
        one.connected_at.is_some() && one.tries.iter().any(|one| one.came_to == CameTo::Reached)
    })
}

/// The window, if it was due: connected, or over.
fn due(contact: &Contact, now: Timestamp) -> Option<Window> {
    let callback = of(contact)?;
    let otherwise = |by: &SettledBy| matches!(by, SettledBy::Customer | SettledBy::OtherCall);
    let settled = callback.settled.as_ref().is_some_and(|settled| otherwise(&settled.by));
    let connected = callback.connected_at.is_some();
    callback.promised.filter(|window| connected || !settled && window.to <= now)
}

/// By how much the customer was called too late; `None`: not connected.
fn late(contact: &Contact, window: &Window) -> Option<Duration> {
    let connected_at = of(contact)?.connected_at?;
    Some(Duration::try_from(connected_at.duration_since(window.to)).unwrap_or(Duration::ZERO))
}
