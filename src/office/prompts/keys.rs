//! Pure. What is said around keys: menus, messages, star codes.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Before the tone of a message.
pub const LEAVE_MESSAGE: &str = "leave-message";

pub(super) const ROWS: &[Prompt] = &[prompt(
    LEAVE_MESSAGE,
    "Please leave a message after the tone. Press hash when you are done.",
    "Læg en besked efter tonen. Tryk firkant, når du er færdig.",
    "Lämna ett meddelande efter tonen. Tryck fyrkant när du är klar.",
    "Spreek na de toon een bericht in. Druk op hekje als u klaar bent.",
    "請在嗶聲後留言，完成後請按井字鍵。",
)];
