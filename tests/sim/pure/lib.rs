//! The pure machines the simulator lives with: the files of `src/` themselves, without the shells and what those link.
#![allow(dead_code)] // the program calls the rest
#![allow(clippy::disallowed_types)] // denied again in each pure module

#[path = "../../../src/i18n/mod.rs"]
pub mod i18n;
#[path = "../../../src/ids.rs"]
pub mod ids;
#[path = "../../../src/media/shared.rs"]
pub mod media;
#[path = "../../../src/number/mod.rs"]
pub mod number;
#[path = "../../../src/office/mod.rs"]
pub mod office;
#[path = "../../../src/report/mod.rs"]
pub mod report;
#[path = "../../../src/settings/mod.rs"]
pub mod settings;
#[path = "../../../src/sip/shared.rs"]
pub mod sip;
#[path = "../../../src/speech/mod.rs"]
pub mod speech;
#[path = "../../../src/time.rs"]
pub mod time;

/// What the office reads of a mail.
pub mod mail;
