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
/// Said to a member who answers for a promise: how long the customer has waited, and the keys.
pub const CALLBACK_PREVIEW: &str = "callback-preview";
/// The same for a caller who was cut off.
pub const CALLBACK_PREVIEW_CUT: &str = "callback-preview-cut";
/// Asked of a member after key 3.
pub const CALLBACK_REASON: &str = "callback-reason";
/// Said to the member when the customer was not reached.
pub const CALLBACK_NO_ANSWER: &str = "callback-no-answer";
/// Said to the member when a line, or a rule, does not allow the call.
pub const CALLBACK_NOT_NOW: &str = "callback-not-now";
/// Said to a customer who is called before a member.
pub const CALLBACK_GREETING: &str = "callback-greeting";
/// The same for one who was cut off.
pub const CALLBACK_GREETING_CUT: &str = "callback-greeting-cut";
/// Asked of a customer after key 2.
pub const CALLBACK_WHEN: &str = "callback-when";
/// Said after that.
pub const CALLBACK_THEN: &str = "callback-then";
/// Said to a customer after key 3.
pub const CALLBACK_CANCELLED: &str = "callback-cancelled";
/// Said to a customer whom we called and nobody speaks to yet.
pub const CALLBACK_SORRY: &str = "callback-sorry";
/// Said to a caller who waits for a call back and calls again; the place follows.
pub const WELCOME_BACK: &str = "welcome-back";
/// Said after `*66`.
pub const CALLBACK_NEXT: &str = "callback-next";
/// Said after `*4`.
pub const CALLBACK_MARKED: &str = "callback-marked";
/// The key of a caller who is back.
pub const WELCOME_BACK_KEYS: &str = "welcome-back-keys";

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
    prompt(
        CALLBACK_PREVIEW,
        "A callback. Waited {length}. One: call now. Two: later. Three: done.",
        "Et tilbagekald. Ventet i {length}. Et: ring nu. To: senere. Tre: klaret.",
        "En återuppringning. Väntat i {length}. Ett: ring nu. Två: senare. Tre: klart.",
        "Een terugbelverzoek. Wacht al {length}. Een: nu bellen. Twee: later. Drie: afgehandeld.",
        "回電。已等候{length}。立即撥打請按一，稍後請按二，已完成請按三。",
    ),
    prompt(
        CALLBACK_PREVIEW_CUT,
        "A caller who was cut off. Waited {length}. One: call now. Two: later. Three: done.",
        "En kunde, der blev afbrudt. Ventet i {length}. Et: ring nu. To: senere. Tre: klaret.",
        "En kund som bröts. Väntat i {length}. Ett: ring nu. Två: senare. Tre: klart.",
        "Een beller die werd afgebroken. Wacht al {length}. Een: nu bellen. Twee: later. Drie: afgehandeld.",
        "通話中斷的來電者。已等候{length}。立即撥打請按一，稍後請按二，已完成請按三。",
    ),
    prompt(
        CALLBACK_REASON,
        "Why? One: spoken with. Two: not needed. Three: wrong number.",
        "Hvorfor? Et: talt med kunden. To: ikke nødvendigt. Tre: forkert nummer.",
        "Varför? Ett: talat med kunden. Två: behövs inte. Tre: fel nummer.",
        "Waarom? Een: gesproken. Twee: niet nodig. Drie: verkeerd nummer.",
        "原因為何？已通話請按一，不需要請按二，號碼錯誤請按三。",
    ),
    prompt(
        CALLBACK_NO_ANSWER,
        "The customer was not reached.",
        "Kunden blev ikke fanget.",
        "Kunden nåddes inte.",
        "De klant is niet bereikt.",
        "未能聯繫上客戶。",
    ),
    prompt(
        CALLBACK_NOT_NOW,
        "This call is not possible now. The customer keeps the place.",
        "Opkaldet er ikke muligt lige nu. Kunden beholder sin plads.",
        "Samtalet går inte att ringa nu. Kunden behåller sin plats.",
        "Dit gesprek kan nu niet. De klant houdt de plaats.",
        "目前無法撥打這通電話，客戶的順位會保留。",
    ),
    prompt(
        CALLBACK_GREETING,
        "Hello, you asked us to call you back. One: talk to us now. Two: later. Three: no longer needed.",
        "Goddag, du bad os ringe tilbage. Et: tal med os nu. To: senere. Tre: ikke længere nødvendigt.",
        "Hej, du bad oss ringa upp. Ett: tala med oss nu. Två: senare. Tre: behövs inte längre.",
        "Goedendag, u vroeg ons terug te bellen. Een: nu met ons spreken. Twee: later. Drie: niet meer nodig.",
        "您好，您曾請我們回電。現在通話請按一，稍後請按二，不再需要請按三。",
    ),
    prompt(
        CALLBACK_GREETING_CUT,
        "Hello, we were cut off when you called us. One: talk to us now. Two: later. Three: no longer needed.",
        "Goddag, vi blev afbrudt, da du ringede. Et: tal med os nu. To: senere. Tre: ikke længere nødvendigt.",
        "Hej, vi bröts när du ringde. Ett: tala med oss nu. Två: senare. Tre: behövs inte längre.",
        "Goedendag, de verbinding werd verbroken toen u belde. Een: nu met ons spreken. Twee: later. Drie: niet meer nodig.",
        "您好，您來電時通話中斷了。現在通話請按一，稍後請按二，不再需要請按三。",
    ),
    prompt(
        CALLBACK_WHEN,
        "When? One: in ten minutes. Two: in half an hour. Three: in an hour.",
        "Hvornår? Et: om ti minutter. To: om en halv time. Tre: om en time.",
        "När? Ett: om tio minuter. Två: om en halvtimme. Tre: om en timme.",
        "Wanneer? Een: over tien minuten. Twee: over een half uur. Drie: over een uur.",
        "何時回電？十分鐘後請按一，半小時後請按二，一小時後請按三。",
    ),
    prompt(
        CALLBACK_THEN,
        "We call you then. Goodbye.",
        "Så ringer vi til dig. Farvel.",
        "Då ringer vi dig. Hej då.",
        "Dan bellen wij u. Tot ziens.",
        "我們屆時會回電給您。再見。",
    ),
    prompt(
        CALLBACK_CANCELLED,
        "Thank you. We do not call you again. Goodbye.",
        "Tak. Vi ringer ikke igen. Farvel.",
        "Tack. Vi ringer inte igen. Hej då.",
        "Dank u. Wij bellen niet meer. Tot ziens.",
        "謝謝您，我們不會再回電。再見。",
    ),
    prompt(
        CALLBACK_SORRY,
        "We are sorry, it takes a moment longer. You are next.",
        "Beklager, det tager lidt længere. Du er den næste.",
        "Vi beklagar, det dröjer lite till. Du är näst på tur.",
        "Excuses, het duurt nog even. U bent de volgende.",
        "很抱歉，還需要一點時間，下一位就是您。",
    ),
    prompt(
        WELCOME_BACK,
        "Welcome back.",
        "Velkommen tilbage.",
        "Välkommen tillbaka.",
        "Welkom terug.",
        "歡迎您再次來電。",
    ),
    prompt(
        CALLBACK_NEXT,
        "Your phone rings for the next callback.",
        "Din telefon ringer med det næste tilbagekald.",
        "Din telefon ringer för nästa återuppringning.",
        "Uw telefoon gaat over voor het volgende terugbelverzoek.",
        "您的電話將為下一通回電響鈴。",
    ),
    prompt(
        CALLBACK_MARKED,
        "Noted: a machine answered.",
        "Noteret: en telefonsvarer svarede.",
        "Noterat: en telefonsvarare svarade.",
        "Genoteerd: een antwoordapparaat nam op.",
        "已註記：由語音信箱接聽。",
    ),
    prompt(
        WELCOME_BACK_KEYS,
        "Press three if you no longer need us.",
        "Tryk tre, hvis du ikke længere har brug for os.",
        "Tryck tre om du inte längre behöver oss.",
        "Toets drie als u ons niet meer nodig hebt.",
        "若不再需要服務，請按三。",
    ),
];
