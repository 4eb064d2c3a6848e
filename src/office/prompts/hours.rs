//! Pure. What is said about opening hours.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Outside opening hours, where nobody knows when it opens.
pub const CLOSED: &str = "closed";
/// Outside opening hours: the next opening (spec/hunt-groups.md §10).
pub const CLOSED_UNTIL: &str = "closed-until";
/// After the next opening, where nothing else is offered.
pub const CALL_AGAIN_THEN: &str = "call-again-then";

pub(super) const ROWS: &[Prompt] = &[
    prompt(
        CLOSED,
        "We are closed. Please call again during our opening hours. Goodbye.",
        "Vi har lukket. Ring venligst igen i vores åbningstid. Farvel.",
        "Vi har stängt. Ring gärna igen under våra öppettider. Hej då.",
        "Wij zijn gesloten. Bel ons tijdens onze openingstijden. Tot ziens.",
        "我們已經打烊，請在營業時間再來電。再見。",
    ),
    prompt(
        CLOSED_UNTIL,
        "We are closed. We open {moment}.",
        "Vi har lukket. Vi åbner {moment}.",
        "Vi har stängt. Vi öppnar {moment}.",
        "Wij zijn gesloten. Wij zijn weer open {moment}.",
        "我們已經打烊，{moment}開始營業。",
    ),
    prompt(
        CALL_AGAIN_THEN,
        "Please call again then. Goodbye.",
        "Ring venligst igen til den tid. Farvel.",
        "Ring gärna igen då. Hej då.",
        "Bel ons dan gerust terug. Tot ziens.",
        "請屆時再來電。再見。",
    ),
];
