//! Pure. Every sentence the office speaks, by name: the synthesiser makes `sounds/<lang>/<name>` of this table.

/// One sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The file's name, and the name in [`crate::media::Piece::Prompt`].
    pub name: &'static str,
    /// English.
    pub en: &'static str,
    /// Danish.
    pub da: &'static str,
}

const fn prompt(name: &'static str, en: &'static str, da: &'static str) -> Prompt {
    Prompt { name, en, da }
}

/// Said before anything else, where the number wants it.
pub const WELCOME: &str = "welcome";
/// Said after the welcome, or instead of it, while everybody of the group is in a call.
pub const PLEASE_WAIT: &str = "please-wait";
/// Outside opening hours.
pub const CLOSED: &str = "closed";
/// Nobody is signed in at a phone.
pub const NOBODY_HERE: &str = "nobody-here";
/// The person called is in a call.
pub const BUSY: &str = "busy";
/// The person called directly does not answer, or is at no phone.
pub const NOT_ANSWERING: &str = "not-answering";
/// The number leads nowhere.
pub const NUMBER_NOT_KNOWN: &str = "number-not-known";
/// The outbound policy refuses.
pub const NOT_ALLOWED: &str = "not-allowed";
/// A transfer reached nobody.
pub const TRANSFER_FAILED: &str = "transfer-failed";
/// Said to a person who declined this caller and was rung again, being the only one there.
pub const ONLY_YOU_LEFT: &str = "only-you-left";

/// Said when the promise to call back is on the disk.
pub const CALLBACK_KEPT: &str = "callback-kept";
/// Said when it could not be kept: the caller goes on waiting.
pub const CALLBACK_NOT_KEPT: &str = "callback-not-kept";

/// All of them.
pub const PROMPTS: &[Prompt] = &[
    prompt(
        WELCOME,
        "Welcome. You will be connected shortly.",
        "Velkommen. Du bliver stillet om lige straks.",
    ),
    prompt(
        PLEASE_WAIT,
        "Everyone is on the phone. Please hold, you keep your place.",
        "Alle taler i telefon. Bliv venligst hængende, du beholder din plads.",
    ),
    prompt(
        CLOSED,
        "We are closed. Please call again during our opening hours. Goodbye.",
        "Vi har lukket. Ring venligst igen i vores åbningstid. Farvel.",
    ),
    prompt(
        NOBODY_HERE,
        "Right now nobody is at the phones. You may stay on the line.",
        "Der er ingen ved telefonerne lige nu. Du må gerne blive hængende.",
    ),
    prompt(
        BUSY,
        "The person you are calling is on the phone. Please try again later.",
        "Den, du ringer til, taler i telefon. Prøv venligst igen senere.",
    ),
    prompt(
        NOT_ANSWERING,
        "The person you are calling cannot take your call right now. We can see that you called. Goodbye.",
        "Den, du ringer til, kan ikke tage telefonen lige nu. Vi kan se, at du har ringet. Farvel.",
    ),
    prompt(
        NUMBER_NOT_KNOWN,
        "This number is not known. Please check it and dial again.",
        "Nummeret er ukendt. Kontrollér det, og ring igen.",
    ),
    prompt(
        NOT_ALLOWED,
        "This call is not allowed from here. Please ask the owner of this line.",
        "Dette opkald er ikke tilladt herfra. Spørg ejeren af telefonen.",
    ),
    prompt(
        TRANSFER_FAILED,
        "Nobody could take your call. We have your number and will see that you called. Goodbye.",
        "Ingen kunne tage dit opkald. Vi kan se, at du har ringet. Farvel.",
    ),
    prompt(ONLY_YOU_LEFT, "Only you are left.", "Der er kun dig tilbage."),
    prompt(
        CALLBACK_KEPT,
        "We call you back. You keep your place in the line. Goodbye.",
        "Vi ringer dig op. Du beholder din plads i køen. Farvel.",
    ),
    prompt(
        CALLBACK_NOT_KEPT,
        "Please stay on the line. You keep your place.",
        "Bliv venligst hængende. Du beholder din plads.",
    ),
];
