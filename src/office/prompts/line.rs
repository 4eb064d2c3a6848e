//! Pure. What is said to those who wait, and to those who answer them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Said before anything else, where the number wants it.
pub const WELCOME: &str = "welcome";
/// Said after the welcome, or instead of it, while everybody of the group is in a call.
pub const PLEASE_WAIT: &str = "please-wait";
/// Nobody is signed in at a phone.
pub const NOBODY_HERE: &str = "nobody-here";
/// Said to a person who declined this caller and was rung again, being the only one there.
pub const ONLY_YOU_LEFT: &str = "only-you-left";

/// The place of somebody who waits (spec/hunt-groups.md §7).
pub const PLACE_IN_LINE: &str = "place-in-line";
/// How long it will take, rounded (spec/hunt-groups.md §7).
pub const WAIT_ABOUT: &str = "wait-about";

pub(super) const ROWS: &[Prompt] = &[
    prompt(
        WELCOME,
        "Welcome. You will be connected shortly.",
        "Velkommen. Du bliver stillet om lige straks.",
        "Välkommen. Du kopplas fram alldeles strax.",
        "Welkom. U wordt zo meteen doorverbonden.",
        "您好，歡迎來電，馬上為您轉接。",
    ),
    prompt(
        PLEASE_WAIT,
        "Everyone is on the phone. Please hold, you keep your place.",
        "Alle taler i telefon. Bliv venligst hængende, du beholder din plads.",
        "Alla talar i telefon. Dröj gärna kvar, du behåller din plats.",
        "Iedereen is in gesprek. Blijf aan de lijn, u behoudt uw plaats.",
        "目前所有人員都在通話中。請稍候，我們會保留您的順位。",
    ),
    prompt(
        NOBODY_HERE,
        "Right now nobody is at the phones. You may stay on the line.",
        "Der er ingen ved telefonerne lige nu. Du må gerne blive hængende.",
        "Just nu är det ingen vid telefonerna. Du får gärna vänta kvar.",
        "Er is nu niemand bij de telefoon. U mag aan de lijn blijven.",
        "目前沒有人在電話旁，您可以在線上等候。",
    ),
    prompt(
        ONLY_YOU_LEFT,
        "Only you are left.",
        "Der er kun dig tilbage.",
        "Det är bara du kvar.",
        "Alleen u bent er nog.",
        "現在只剩您一位。",
    ),
    prompt(
        PLACE_IN_LINE,
        "You are {place}.",
        "Du er {place} i køen.",
        "Du är {place} i kön.",
        "U bent {place} in de wachtrij.",
        "您是{place}。",
    ),
    prompt(
        WAIT_ABOUT,
        "The wait is about {minutes}.",
        "Ventetiden er cirka {minutes}.",
        "Väntetiden är ungefär {minutes}.",
        "De wachttijd is ongeveer {minutes}.",
        "等候時間大約{minutes}。",
    ),
];
