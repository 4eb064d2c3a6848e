//! Shell. The demonstration's card file: whoever writes has a card, and some of the calls are theirs.

use super::letterbox::writers;
use super::town::caller_of;
use crate::cli::serve::Running;
use crate::ids::PersonId;
use crate::number::{Country, Number};
use crate::office::customers::card::Card;
use crate::office::desk::{Actor, Command};
use crate::settings::Role;
use anyhow::{Context, Result, ensure};

/// Companies and what Anna noted, in the order of the writers.
const KNOWN: [[&str; 2]; 5] = [
    ["Møller & Søn", "Boiler from 2019, in the cellar"],
    ["", "Key is with the neighbour"],
    ["Lindström Fastigheter", "Three houses, one invoice"],
    ["De Vries Logistiek", ""],
    ["", ""],
];
/// The first call of each, and then every twentieth: calls to speak with somebody. Who leaves a message or asks to be
/// called has one number, for a call from another would settle it.
const FIRST: [u32; 5] = [1, 2, 4, 5, 6];
const EVERY: u32 = 20;
const NUMBERS: u32 = 3;

/// Puts a card into the office for each of them.
pub(super) async fn keep(office: &Running) -> Result<()> {
    let home = Country(*b"DK");
    let who = Actor { person: Some(PersonId::from("anna")), role: Role::Owner };
    let cards = FIRST
        .into_iter()
        .zip(writers())
        .zip(KNOWN)
        .map(|((first, writer), known)| (None, card(home, first, writer, known)));
    let kept = office.handle().desk(who, Command::Customers { cards: cards.collect() }).await;
    ensure!(kept.context("the office has stopped")?.is_ok(), "the office took no customer cards");
    Ok(())
}

fn card(home: Country, first: u32, (name, address): (&str, String), [company, about]: [&str; 2]) -> Card {
    let numbers = (0..NUMBERS).filter_map(|turn| Number::parse(&caller_of(first + EVERY * turn), home));
    Card {
        name: name.into(),
        company: company.into(),
        about: about.into(),
        numbers: numbers.collect(),
        addresses: vec![address],
        vip: false,
    }
}
