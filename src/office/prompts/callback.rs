//! Pure. What is said about callbacks: the offer, the request, the call itself.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Said when the promise to call back is on the disk.
pub const CALLBACK_KEPT: &str = "callback-kept";
/// Said when it could not be kept: the caller goes on waiting.
pub const CALLBACK_NOT_KEPT: &str = "callback-not-kept";
/// The window a callback is promised for (spec/callback.md §3).
pub const EXPECT_BETWEEN: &str = "expect-between";
/// The number we have of somebody who wants to be called back (spec/callback.md §3).
pub const CALL_YOU_ON: &str = "call-you-on";

pub(super) const ROWS: &[Prompt] = &[
    prompt(
        CALLBACK_KEPT,
        "We call you back. You keep your place in the line. Goodbye.",
        "Vi ringer dig op. Du beholder din plads i køen. Farvel.",
        "Vi ringer upp dig. Du behåller din plats i kön. Hej då.",
        "Wij bellen u terug. U behoudt uw plaats in de wachtrij. Tot ziens.",
        "我們會回電給您，並保留您的順位。再見。",
    ),
    prompt(
        CALLBACK_NOT_KEPT,
        "Please stay on the line. You keep your place.",
        "Bliv venligst hængende. Du beholder din plads.",
        "Stanna kvar på linjen. Du behåller din plats.",
        "Blijf alstublieft aan de lijn. U behoudt uw plaats.",
        "請不要掛斷，我們會保留您的順位。",
    ),
    prompt(
        EXPECT_BETWEEN,
        "We expect to call you between {from} and {to}.",
        "Vi regner med at ringe til dig mellem klokken {from} og {to}.",
        "Vi räknar med att ringa dig mellan klockan {from} och {to}.",
        "Wij verwachten u te bellen tussen {from} en {to}.",
        "我們預計在{from}到{to}之間回電給您。",
    ),
    prompt(
        CALL_YOU_ON,
        "We call you on {number}.",
        "Vi ringer til dig på {number}.",
        "Vi ringer dig på {number}.",
        "Wij bellen u op {number}.",
        "我們會撥打{number}回電給您。",
    ),
];
