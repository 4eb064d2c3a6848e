#![doc = include_str!("README.md")]
#![allow(clippy::disallowed_types)] // denied again in each pure module

pub mod barrier;
pub mod cards;
pub mod cli;
pub mod demo;
pub mod figures;
pub mod i18n;
pub mod ids;
pub mod mail;
pub mod media;
pub mod number;
pub mod office;
pub mod report;
pub mod settings;
pub mod sip;
pub mod speaker;
pub mod speech;
pub mod store;
pub mod switchboard;
pub mod time;
pub mod web;
