//! Pure. What is said about opening hours.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Outside opening hours.
pub const CLOSED: &str = "closed";

pub(super) const ROWS: &[Prompt] = &[prompt(
    CLOSED,
    "We are closed. Please call again during our opening hours. Goodbye.",
    "Vi har lukket. Ring venligst igen i vores åbningstid. Farvel.",
    "Vi har stängt. Ring gärna igen under våra öppettider. Hej då.",
    "Wij zijn gesloten. Bel ons tijdens onze openingstijden. Tot ziens.",
    "我們已經打烊，請在營業時間再來電。再見。",
)];
