//! Pure. What is said about callbacks: the offer, the request, the call itself.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

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
/// Asked of a caller whose number several customers call from, where one of them waits for a call back.
pub const ARE_YOU_BACK: &str = "are-you-back";
/// The keys of a caller who is back.
pub const WELCOME_BACK_KEYS: &str = "welcome-back-keys";
/// The offer to call back in turn.
pub const OFFER_CALLBACK: &str = "offer-callback";
/// The offer where nobody is in, or we close soon.
pub const OFFER_LATER: &str = "offer-later";
/// The offer where hanging up is enough.
pub const OFFER_HANG_UP: &str = "offer-hang-up";
/// Right, another, or go on waiting?
pub const CONFIRM_NUMBER: &str = "confirm-number";
/// For a number.
pub const TYPE_NUMBER: &str = "type-number";
/// What it is about, in the customer's own words (spec/callback.md §3).
pub const SAY_MATTER: &str = "say-matter";
/// What was typed is none, or none we call.
pub const NOT_A_NUMBER: &str = "not-a-number";
/// The promise where nothing narrower can be said.
pub const CALL_BEFORE: &str = "call-before";
/// The promise where nobody is in.
pub const CALL_WHEN_IN: &str = "call-when-in";
/// One attempt more.
pub const TRY_ONCE_MORE: &str = "try-once-more";
/// Several attempts more.
pub const TRY_MORE: &str = "try-more";
/// The offer while it is closed.
pub const OFFER_AT_OPENING: &str = "offer-at-opening";
/// Right, or another? Of somebody who does not wait.
pub const CONFIRM_AT_DOOR: &str = "confirm-at-door";
/// For a number, of somebody who does not wait.
pub const TYPE_AT_DOOR: &str = "type-at-door";
/// What was promised while it is closed.
pub const CALL_AT_OPENING: &str = "call-at-opening";
/// The end of a call.
pub const GOODBYE: &str = "goodbye";

pub(super) const ROWS: &[Prompt] = &[
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
        ARE_YOU_BACK,
        "Do you wait for us to call you back? For yes, press 1. For no, press 2.",
        "Venter du på, at vi ringer tilbage? Tryk 1 for ja. Tryk 2 for nej.",
        "Väntar du på att vi ska ringa upp? Tryck 1 för ja. Tryck 2 för nej.",
        "Wacht u op een telefoontje van ons? Druk 1 voor ja. Druk 2 voor nee.",
        "您是否正在等候我們回電？是請按1，否請按2。",
    ),
    prompt(
        WELCOME_BACK_KEYS,
        "To be called back all the same, press 1. If you no longer need us, press 3.",
        "Tryk 1, hvis du stadig vil ringes op. Tryk 3, hvis du ikke længere har brug for os.",
        "Tryck 1 om du ändå vill bli uppringd. Tryck 3 om du inte längre behöver oss.",
        "Druk 1 als u toch teruggebeld wilt worden. Druk 3 als u ons niet meer nodig hebt.",
        "若仍希望我們回電，請按1。若不再需要服務，請按3。",
    ),
    prompt(
        OFFER_CALLBACK,
        "If you would rather be called back, press 1. You keep your place in line.",
        "Vil du hellere ringes op, så tryk 1. Du beholder din plads i køen.",
        "Vill du hellre bli uppringd, tryck 1. Du behåller din plats i kön.",
        "Wilt u liever teruggebeld worden, druk dan 1. U behoudt uw plaats in de rij.",
        "如果您希望我們回電，請按1。我們會保留您的順位。",
    ),
    prompt(
        OFFER_LATER,
        "If you press 1, we call you back when we are in again.",
        "Hvis du trykker 1, ringer vi dig op, når vi er tilbage.",
        "Om du trycker 1 ringer vi upp dig när vi är tillbaka.",
        "Als u 1 drukt, bellen wij u terug zodra wij er weer zijn.",
        "請按1，我們回到座位後會立即回電給您。",
    ),
    prompt(
        OFFER_HANG_UP,
        "You may also hang up. You keep your place, and we call you back. For another number, press 1.",
        "Du må også gerne lægge på. Du beholder din plads, og vi ringer dig op. Tryk 1 for et andet nummer.",
        "Du kan också lägga på. Du behåller din plats och vi ringer upp dig. Tryck 1 för ett annat nummer.",
        "U mag ook ophangen. U behoudt uw plaats en wij bellen u terug. Druk 1 voor een ander nummer.",
        "您也可以先掛斷，我們會保留您的順位並回電給您。如需撥打其他號碼，請按1。",
    ),
    prompt(
        CONFIRM_NUMBER,
        "If this is right, press 1. For another number, press 2. To keep waiting, press 3.",
        "Tryk 1, hvis det er rigtigt. Tryk 2 for et andet nummer. Tryk 3 for at blive hængende.",
        "Tryck 1 om det stämmer. Tryck 2 för ett annat nummer. Tryck 3 för att vänta kvar.",
        "Druk 1 als dit klopt. Druk 2 voor een ander nummer. Druk 3 om te blijven wachten.",
        "正確請按1。使用其他號碼請按2。繼續等候請按3。",
    ),
    prompt(
        TYPE_NUMBER,
        "Please type your telephone number, and then the hash key. To keep waiting, press star.",
        "Indtast dit telefonnummer, og afslut med firkant. Tryk stjerne for at blive hængende.",
        "Slå ditt telefonnummer och avsluta med fyrkant. Tryck stjärna för att vänta kvar.",
        "Toets uw telefoonnummer in, gevolgd door een hekje. Druk sterretje om te blijven wachten.",
        "請輸入您的電話號碼，然後按井字鍵。繼續等候請按米字鍵。",
    ),
    prompt(
        SAY_MATTER,
        "After the tone, say your name and what it is about. Then press any key.",
        "Sig dit navn og hvad det drejer sig om efter tonen. Tryk derefter på en tast.",
        "Säg ditt namn och vad det gäller efter tonen. Tryck sedan på valfri knapp.",
        "Zeg na de toon uw naam en waar het over gaat. Druk daarna op een toets.",
        "請在提示音後說出您的姓名與事由，說完後請按任意鍵。",
    ),
    prompt(
        NOT_A_NUMBER,
        "We cannot call that number. Please type another one, and then the hash key.",
        "Det nummer kan vi ikke ringe til. Indtast et andet, og afslut med firkant.",
        "Det numret kan vi inte ringa. Slå ett annat och avsluta med fyrkant.",
        "Dat nummer kunnen wij niet bellen. Toets een ander nummer in, gevolgd door een hekje.",
        "我們無法撥打這個號碼。請輸入其他號碼，然後按井字鍵。",
    ),
    prompt(
        CALL_BEFORE,
        "We call you back before {time}.",
        "Vi ringer dig op inden klokken {time}.",
        "Vi ringer upp dig före klockan {time}.",
        "Wij bellen u terug voor {time}.",
        "我們會在{time}之前回電給您。",
    ),
    prompt(
        CALL_WHEN_IN,
        "We call you back when we are in again.",
        "Vi ringer dig op, når vi er tilbage.",
        "Vi ringer upp dig när vi är tillbaka.",
        "Wij bellen u terug zodra wij er weer zijn.",
        "我們回到座位後會立即回電給您。",
    ),
    prompt(
        OFFER_AT_OPENING,
        "If you press 1, we call you back when we open.",
        "Hvis du trykker 1, ringer vi dig op, når vi åbner.",
        "Om du trycker 1 ringer vi upp dig när vi öppnar.",
        "Als u 1 drukt, bellen wij u terug zodra wij open zijn.",
        "請按1，我們開始營業後會回電給您。",
    ),
    prompt(
        CONFIRM_AT_DOOR,
        "If this is right, press 1. For another number, press 2.",
        "Tryk 1, hvis det er rigtigt. Tryk 2 for et andet nummer.",
        "Tryck 1 om det stämmer. Tryck 2 för ett annat nummer.",
        "Druk 1 als dit klopt. Druk 2 voor een ander nummer.",
        "正確請按1。使用其他號碼請按2。",
    ),
    prompt(
        TYPE_AT_DOOR,
        "Please type your telephone number, and then the hash key.",
        "Indtast dit telefonnummer, og afslut med firkant.",
        "Slå ditt telefonnummer och avsluta med fyrkant.",
        "Toets uw telefoonnummer in, gevolgd door een hekje.",
        "請輸入您的電話號碼，然後按井字鍵。",
    ),
    prompt(
        CALL_AT_OPENING,
        "We call you back after we have opened.",
        "Vi ringer dig op, når vi har åbnet.",
        "Vi ringer upp dig när vi har öppnat.",
        "Wij bellen u terug nadat wij zijn opengegaan.",
        "我們開始營業後會回電給您。",
    ),
    prompt(
        TRY_ONCE_MORE,
        "If you do not answer, we try once more.",
        "Hvis du ikke tager telefonen, prøver vi én gang til.",
        "Om du inte svarar försöker vi en gång till.",
        "Als u niet opneemt, proberen wij het nog één keer.",
        "如果您沒有接聽，我們會再撥一次。",
    ),
    prompt(
        TRY_MORE,
        "If you do not answer, we try {number} more times.",
        "Hvis du ikke tager telefonen, prøver vi {number} gange til.",
        "Om du inte svarar försöker vi {number} gånger till.",
        "Als u niet opneemt, proberen wij het nog {number} keer.",
        "如果您沒有接聽，我們會再撥{number}次。",
    ),
    prompt(GOODBYE, "Goodbye.", "Farvel.", "Hej då.", "Tot ziens.", "再見。"),
];
