//! Pure. What is said about single calls: busy, not reached, not known, not allowed.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

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

pub(super) const ROWS: &[Prompt] = &[
    prompt(
        BUSY,
        "The person you are calling is on the phone. Please try again later.",
        "Den, du ringer til, taler i telefon. Prøv venligst igen senere.",
        "Den du ringer talar i telefon. Försök gärna igen senare.",
        "Degene die u belt, is in gesprek. Probeer het later nog eens.",
        "您撥的對象正在通話中，請稍後再撥。",
    ),
    prompt(
        NOT_ANSWERING,
        "The person you are calling cannot take your call right now. We can see that you called. Goodbye.",
        "Den, du ringer til, kan ikke tage telefonen lige nu. Vi kan se, at du har ringet. Farvel.",
        "Den du ringer kan inte svara just nu. Vi ser att du har ringt. Hej då.",
        "Degene die u belt, kan nu niet opnemen. Wij zien dat u hebt gebeld. Tot ziens.",
        "您撥的對象現在無法接聽。我們會看到您的來電。再見。",
    ),
    prompt(
        NUMBER_NOT_KNOWN,
        "This number is not known. Please check it and dial again.",
        "Nummeret er ukendt. Kontrollér det, og ring igen.",
        "Numret är okänt. Kontrollera det och ring igen.",
        "Dit nummer is niet bekend. Controleer het en bel opnieuw.",
        "這個號碼不存在，請確認後再撥。",
    ),
    prompt(
        NOT_ALLOWED,
        "This call is not allowed from here. Please ask the owner of this line.",
        "Dette opkald er ikke tilladt herfra. Spørg ejeren af telefonen.",
        "Det här samtalet är inte tillåtet härifrån. Fråga den som äger telefonen.",
        "Dit gesprek is vanaf hier niet toegestaan. Vraag het de eigenaar van deze lijn.",
        "這裡不能撥打這個號碼，請洽詢這條線路的負責人。",
    ),
    prompt(
        TRANSFER_FAILED,
        "Nobody could take your call. We have your number and will see that you called. Goodbye.",
        "Ingen kunne tage dit opkald. Vi kan se, at du har ringet. Farvel.",
        "Ingen kunde ta ditt samtal. Vi ser att du har ringt. Hej då.",
        "Niemand kon uw gesprek aannemen. Wij zien dat u hebt gebeld. Tot ziens.",
        "目前沒有人能接聽您的電話。我們會看到您的來電。再見。",
    ),
];
