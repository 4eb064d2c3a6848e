//! Pure. What is said about opening hours.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Outside opening hours, where nobody knows when it opens.
pub const CLOSED: &str = "closed";
/// Outside opening hours: the next opening (spec/hunt-groups.md §10).
pub const CLOSED_UNTIL: &str = "closed-until";
/// After the next opening, where nothing else is offered.
pub const CALL_AGAIN_THEN: &str = "call-again-then";

/// `*28` while it is open: for how many minutes is it closed?
pub const HOURS_CLOSE: &str = "hours-close";
/// `*28` while it is closed: for how many minutes is it open?
pub const HOURS_OPEN: &str = "hours-open";
/// `*28`, kept: closed.
pub const CLOSED_FOR: &str = "closed-for";
/// `*28`, kept: open.
pub const OPEN_FOR: &str = "open-for";
/// `*28`, kept: the word that held was taken back.
pub const HOURS_AS_PLANNED: &str = "hours-as-planned";

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
    prompt(
        HOURS_CLOSE,
        "The office closes now. For how many minutes? Finish with hash.",
        "Kontoret lukker nu. I hvor mange minutter? Slut med firkant.",
        "Kontoret stänger nu. I hur många minuter? Avsluta med fyrkant.",
        "Het kantoor gaat nu dicht. Voor hoeveel minuten? Sluit af met het hekje.",
        "現在起暫停營業。請輸入分鐘數，並以井字鍵結束。",
    ),
    prompt(
        HOURS_OPEN,
        "The office opens now. For how many minutes? Finish with hash.",
        "Kontoret åbner nu. I hvor mange minutter? Slut med firkant.",
        "Kontoret öppnar nu. I hur många minuter? Avsluta med fyrkant.",
        "Het kantoor gaat nu open. Voor hoeveel minuten? Sluit af met het hekje.",
        "現在起開始營業。請輸入分鐘數，並以井字鍵結束。",
    ),
    prompt(
        CLOSED_FOR,
        "The office is closed for {length}.",
        "Kontoret har lukket i {length}.",
        "Kontoret har stängt i {length}.",
        "Het kantoor is dicht voor {length}.",
        "暫停營業 {length}。",
    ),
    prompt(
        OPEN_FOR,
        "The office is open for {length}.",
        "Kontoret har åbent i {length}.",
        "Kontoret har öppet i {length}.",
        "Het kantoor is open voor {length}.",
        "開放營業 {length}。",
    ),
    prompt(
        HOURS_AS_PLANNED,
        "The usual opening hours hold again.",
        "De almindelige åbningstider gælder igen.",
        "De vanliga öppettiderna gäller igen.",
        "De gewone openingstijden gelden weer.",
        "恢復平常的營業時間。",
    ),
];
