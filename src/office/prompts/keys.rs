//! Pure. What is said around keys: menus, messages, star codes, mobiles.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// A key that the menu does not name.
pub const KEY_NOT_IN_USE: &str = "key-not-in-use";
/// Before the tone of a message.
pub const LEAVE_MESSAGE: &str = "leave-message";
/// The audio file and the row are on the disk.
pub const MESSAGE_SAVED: &str = "message-saved";
/// It could not be kept; the caller is owed a call.
pub const MESSAGE_NOT_KEPT: &str = "message-not-kept";
/// Nothing was said after the tone.
pub const MESSAGE_TOO_SHORT: &str = "message-too-short";
/// `*97` with nothing to listen to.
pub const NO_MESSAGES: &str = "no-messages";
/// How many nobody has listened to.
pub const NEW_MESSAGES: &str = "new-messages";
/// Before a message: whose it is, and of when.
pub const MESSAGE_OF: &str = "message-of";
/// Before a message of a withheld number.
pub const MESSAGE_WITHHELD: &str = "message-withheld";
/// After a message.
pub const MESSAGE_KEYS: &str = "message-keys";
/// A message was marked as done.
pub const MESSAGE_DONE: &str = "message-done";
/// All messages were heard.
pub const NO_MORE_MESSAGES: &str = "no-more-messages";
/// A star code that is none.
pub const CODE_NOT_KNOWN: &str = "code-not-known";
/// A star code that does nothing at present.
pub const CODE_NOT_NOW: &str = "code-not-now";
/// `*10`.
pub const OFF_DUTY: &str = "off-duty";
/// `*11` and `*13`.
pub const ON_DUTY: &str = "on-duty";
/// `*12` without minutes.
pub const PAUSED: &str = "paused";
/// `*12` with minutes.
pub const PAUSED_FOR: &str = "paused-for";
/// `*12` asks for the minutes.
pub const PAUSE_MINUTES: &str = "pause-minutes";
/// `*14`.
pub const MORE_WRAP_UP: &str = "more-wrap-up";
/// The last one there wants to leave: where shall callers go (spec/hunt-groups.md §6)?
pub const LAST_PERSON: &str = "last-person";
/// After that, where an owner is there.
pub const LAST_PERSON_OWNER: &str = "last-person-owner";
/// `*8` with no ringing call.
pub const NOTHING_RINGS: &str = "nothing-rings";
/// An empty park slot.
pub const NOBODY_PARKED: &str = "nobody-parked";
/// A park slot in use.
pub const SLOT_TAKEN: &str = "slot-taken";
/// `*2` and `*3` in a call.
pub const DIAL_NUMBER: &str = "dial-number";
/// `*43`.
pub const ECHO_TEST: &str = "echo-test";
/// `*77` asks which.
pub const PROMPT_NUMBER: &str = "prompt-number";
/// `*77` with a number that is none.
pub const PROMPT_UNKNOWN: &str = "prompt-unknown";
/// Before the tone of `*77`.
pub const PROMPT_RECORD: &str = "prompt-record";
/// After the recording was played back.
pub const PROMPT_SAVED: &str = "prompt-saved";
/// The recording is not on the disk.
pub const PROMPT_NOT_KEPT: &str = "prompt-not-kept";
/// To a mobile that answered, until key 1.
pub const MOBILE_CALL: &str = "mobile-call";

pub(super) const ROWS: &[Prompt] = &[
    prompt(
        KEY_NOT_IN_USE,
        "That key is not in use.",
        "Den tast er ikke i brug.",
        "Den knappen används inte.",
        "Die toets is niet in gebruik.",
        "這個按鍵沒有作用。",
    ),
    prompt(
        LEAVE_MESSAGE,
        "Please leave a message after the tone. Press hash when you are done.",
        "Læg en besked efter tonen. Tryk firkant, når du er færdig.",
        "Lämna ett meddelande efter tonen. Tryck fyrkant när du är klar.",
        "Spreek na de toon een bericht in. Druk op hekje als u klaar bent.",
        "請在嗶聲後留言，完成後請按井字鍵。",
    ),
    prompt(
        MESSAGE_SAVED,
        "Your message is saved. We will get back to you. Goodbye.",
        "Din besked er gemt. Vi vender tilbage til dig. Farvel.",
        "Ditt meddelande är sparat. Vi återkommer till dig. Hej då.",
        "Uw bericht is bewaard. We komen er bij u op terug. Tot ziens.",
        "您的留言已儲存，我們會與您聯絡。再見。",
    ),
    prompt(
        MESSAGE_NOT_KEPT,
        "We could not keep your message. Please call again later. Goodbye.",
        "Vi kunne ikke gemme din besked. Ring venligst igen senere. Farvel.",
        "Vi kunde inte spara ditt meddelande. Ring gärna igen senare. Hej då.",
        "We konden uw bericht niet bewaren. Belt u later nog eens. Tot ziens.",
        "您的留言無法儲存，請稍後再撥。再見。",
    ),
    prompt(
        MESSAGE_TOO_SHORT,
        "We heard no message. We can see that you called. Goodbye.",
        "Vi hørte ingen besked. Vi kan se, at du har ringet. Farvel.",
        "Vi hörde inget meddelande. Vi kan se att du har ringt. Hej då.",
        "We hoorden geen bericht. We zien dat u hebt gebeld. Tot ziens.",
        "我們沒有聽到留言，但已記錄您的來電。再見。",
    ),
    prompt(
        NO_MESSAGES,
        "There are no messages.",
        "Der er ingen beskeder.",
        "Det finns inga meddelanden.",
        "Er zijn geen berichten.",
        "沒有留言。",
    ),
    prompt(
        NEW_MESSAGES,
        "New messages: {count}.",
        "Nye beskeder: {count}.",
        "Nya meddelanden: {count}.",
        "Nieuwe berichten: {count}.",
        "新留言數：{count}。",
    ),
    prompt(
        MESSAGE_OF,
        "From {number}, {time}.",
        "Fra {number}, {time}.",
        "Från {number}, {time}.",
        "Van {number}, {time}.",
        "來自 {number}，{time}。",
    ),
    prompt(
        MESSAGE_WITHHELD,
        "From a withheld number, {time}.",
        "Fra et hemmeligt nummer, {time}.",
        "Från ett hemligt nummer, {time}.",
        "Van een anoniem nummer, {time}.",
        "來自未顯示號碼，{time}。",
    ),
    prompt(
        MESSAGE_KEYS,
        "To hear it again, press 1. For the next one, press 2. If it is done, press 3. To call back, press 4.",
        "Tryk 1 for at høre den igen. Tryk 2 for den næste. Tryk 3, hvis den er klaret. Tryk 4 for at ringe tilbage.",
        "Tryck 1 för att höra det igen. Tryck 2 för nästa. Tryck 3 om det är klart. Tryck 4 för att ringa upp.",
        "Druk 1 om het nog eens te horen. Druk 2 voor het volgende. Druk 3 als het is afgehandeld. Druk 4 om terug te bellen.",
        "重聽請按 1，下一則請按 2，已處理請按 3，回電請按 4。",
    ),
    prompt(MESSAGE_DONE, "Done.", "Klaret.", "Klart.", "Afgehandeld.", "已處理。"),
    prompt(
        NO_MORE_MESSAGES,
        "There are no more messages. Goodbye.",
        "Der er ikke flere beskeder. Farvel.",
        "Det finns inga fler meddelanden. Hej då.",
        "Er zijn geen berichten meer. Tot ziens.",
        "沒有其他留言了。再見。",
    ),
    prompt(
        CODE_NOT_KNOWN,
        "This code is not known.",
        "Koden er ukendt.",
        "Koden är okänd.",
        "Deze code is niet bekend.",
        "沒有這個代碼。",
    ),
    prompt(
        CODE_NOT_NOW,
        "That is not possible right now.",
        "Det kan ikke lade sig gøre lige nu.",
        "Det går inte just nu.",
        "Dat kan nu niet.",
        "目前無法執行。",
    ),
    prompt(
        OFF_DUTY,
        "You are off duty. Your phones do not ring for callers.",
        "Du er meldt fra. Dine telefoner ringer ikke for kunder.",
        "Du är utloggad. Dina telefoner ringer inte för kunder.",
        "U bent afgemeld. Uw telefoons gaan niet over voor bellers.",
        "您已下班，電話不會為來電響鈴。",
    ),
    prompt(
        ON_DUTY,
        "You are ready for calls.",
        "Du er klar til opkald.",
        "Du är redo för samtal.",
        "U bent klaar voor oproepen.",
        "您已可接聽來電。",
    ),
    prompt(PAUSED, "You are paused.", "Du holder pause.", "Du har paus.", "U hebt pauze.", "您已暫停接聽。"),
    prompt(
        PAUSED_FOR,
        "You are paused for {length}.",
        "Du holder pause i {length}.",
        "Du har paus i {length}.",
        "U hebt {length} pauze.",
        "您已暫停接聽 {length}。",
    ),
    prompt(
        PAUSE_MINUTES,
        "For how many minutes? Finish with hash.",
        "I hvor mange minutter? Slut med firkant.",
        "I hur många minuter? Avsluta med fyrkant.",
        "Hoeveel minuten? Sluit af met het hekje.",
        "請輸入暫停的分鐘數，並以井字鍵結束。",
    ),
    prompt(
        MORE_WRAP_UP,
        "You have more time.",
        "Du har fået mere tid.",
        "Du har fått mer tid.",
        "U hebt meer tijd.",
        "已延長時間。",
    ),
    prompt(
        LAST_PERSON,
        "You are the last one here. Press 1 to offer callers a call back, or 2 to let them leave a message.",
        "Du er den sidste her. Tryk 1 for at tilbyde kunderne at blive ringet op, eller 2 for at lade dem lægge en besked.",
        "Du är den sista här. Tryck 1 för att erbjuda kunderna att bli uppringda, eller 2 för att låta dem lämna ett meddelande.",
        "U bent de laatste hier. Druk 1 om bellers aan te bieden dat wij terugbellen, of 2 om ze een bericht te laten inspreken.",
        "您是最後一位在線人員。要為來電者提供回電請按 1，讓他們留言請按 2。",
    ),
    prompt(
        LAST_PERSON_OWNER,
        "Press 3 to let the owner's phone ring.",
        "Tryk 3 for at lade ejerens telefon ringe.",
        "Tryck 3 för att låta ägarens telefon ringa.",
        "Druk 3 om de telefoon van de eigenaar te laten overgaan.",
        "讓負責人的電話響鈴請按 3。",
    ),
    prompt(
        NOTHING_RINGS,
        "No call is ringing.",
        "Der er intet opkald, der ringer.",
        "Inget samtal ringer.",
        "Er gaat geen oproep over.",
        "目前沒有響鈴中的來電。",
    ),
    prompt(
        NOBODY_PARKED,
        "Nobody is parked there.",
        "Der er ingen parkeret der.",
        "Ingen är parkerad där.",
        "Daar is niemand geparkeerd.",
        "該位置沒有駐留的來電。",
    ),
    prompt(
        SLOT_TAKEN,
        "That place is taken.",
        "Den plads er optaget.",
        "Den platsen är upptagen.",
        "Die plaats is bezet.",
        "該位置已被使用。",
    ),
    prompt(
        DIAL_NUMBER,
        "Dial the number, then press hash.",
        "Tast nummeret, og tryk på firkant.",
        "Slå numret och tryck på fyrkant.",
        "Kies het nummer en druk op het hekje.",
        "請輸入號碼，並按井字鍵。",
    ),
    prompt(
        ECHO_TEST,
        "You will now hear yourself. Hang up when you have heard enough.",
        "Nu hører du dig selv. Læg på, når du har hørt nok.",
        "Nu hör du dig själv. Lägg på när du har hört nog.",
        "U hoort nu uzelf. Hang op als u genoeg hebt gehoord.",
        "您將聽到自己的聲音，測試完畢請掛斷。",
    ),
    prompt(
        PROMPT_NUMBER,
        "Dial the number of the recording, then press hash.",
        "Tast optagelsens nummer, og tryk på firkant.",
        "Slå inspelningens nummer och tryck på fyrkant.",
        "Kies het nummer van de opname en druk op het hekje.",
        "請輸入錄音的編號，並按井字鍵。",
    ),
    prompt(
        PROMPT_UNKNOWN,
        "There is no such recording.",
        "Den optagelse findes ikke.",
        "Den inspelningen finns inte.",
        "Die opname bestaat niet.",
        "沒有這個錄音。",
    ),
    prompt(
        PROMPT_RECORD,
        "Speak after the tone, and press hash when you have finished.",
        "Tal efter tonen, og tryk på firkant, når du er færdig.",
        "Tala efter tonen och tryck på fyrkant när du är klar.",
        "Spreek na de toon en druk op het hekje als u klaar bent.",
        "請在嗶聲後錄音，錄音完畢請按井字鍵。",
    ),
    prompt(
        PROMPT_SAVED,
        "That is saved.",
        "Det er gemt.",
        "Det är sparat.",
        "Dat is bewaard.",
        "錄音已儲存。",
    ),
    prompt(
        PROMPT_NOT_KEPT,
        "The recording could not be kept.",
        "Optagelsen kunne ikke gemmes.",
        "Inspelningen kunde inte sparas.",
        "De opname kon niet worden bewaard.",
        "錄音無法儲存。",
    ),
    prompt(
        MOBILE_CALL,
        "A call from the office. To take it, press 1.",
        "Et opkald fra kontoret. Tryk 1 for at tage det.",
        "Ett samtal från kontoret. Tryck 1 för att ta det.",
        "Een oproep van kantoor. Druk 1 om op te nemen.",
        "辦公室來電，接聽請按 1。",
    ),
];
