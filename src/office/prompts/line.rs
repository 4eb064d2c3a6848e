//! Pure. What is said to those who wait, and to those who answer them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Prompt, prompt};

/// Said before anything else, where the number wants it.
pub const WELCOME: &str = "welcome";
/// Said after the welcome, or instead of it, while everybody of the group is in a call.
pub const PLEASE_WAIT: &str = "please-wait";
/// Nobody is signed in at a phone.
pub const NOBODY_HERE: &str = "nobody-here";
/// The same before a question, or a message: nothing is said about waiting.
pub const NOBODY_NOW: &str = "nobody-now";
/// Said to a person who declined this caller and was rung again, being the only one there.
pub const ONLY_YOU_LEFT: &str = "only-you-left";

/// The place of somebody who waits (spec/hunt-groups.md §7).
pub const PLACE_IN_LINE: &str = "place-in-line";
/// How long it will take, rounded (spec/hunt-groups.md §7).
pub const WAIT_ABOUT: &str = "wait-about";
/// Said before an estimate that has grown.
pub const TAKES_LONGER: &str = "takes-longer";
/// Said before the choice after five minutes.
pub const LONG_WAIT: &str = "long-wait";
/// Said before the choice where the line is full.
pub const MANY_WAITING: &str = "many-waiting";
/// Callback, message, or go on waiting.
pub const CHOICE: &str = "choice";
/// A message may be left.
pub const OFFER_MESSAGE: &str = "offer-message";
/// Back to waiting.
pub const STAY_ON_LINE: &str = "stay-on-line";
/// Which group a member answers for, where the owner has recorded no name for it (spec/hunt-groups.md §11).
pub const THE_GROUP: &str = "the-group";

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
        NOBODY_NOW,
        "Right now nobody is at the phones.",
        "Der er ingen ved telefonerne lige nu.",
        "Just nu är det ingen vid telefonerna.",
        "Er is nu niemand bij de telefoon.",
        "目前沒有人在電話旁。",
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
    prompt(
        TAKES_LONGER,
        "It takes longer than we expected. We are sorry.",
        "Det tager længere tid, end vi havde regnet med. Det beklager vi.",
        "Det tar längre tid än vi räknade med. Vi beklagar.",
        "Het duurt langer dan wij hadden verwacht. Onze excuses.",
        "等候時間比我們預期的長，非常抱歉。",
    ),
    prompt(
        LONG_WAIT,
        "You have been waiting for a while. We are sorry.",
        "Du har ventet et stykke tid. Det beklager vi.",
        "Du har väntat en stund. Vi beklagar.",
        "U wacht al een tijdje. Onze excuses.",
        "讓您久等了，非常抱歉。",
    ),
    prompt(
        MANY_WAITING,
        "Many people are calling right now.",
        "Der er mange, der ringer lige nu.",
        "Just nu är det många som ringer.",
        "Er bellen op dit moment veel mensen.",
        "目前來電的人很多。",
    ),
    prompt(
        CHOICE,
        "To be called back, press 1. To leave a message, press 2. Or simply stay on the line.",
        "Tryk 1, hvis vi skal ringe dig op. Tryk 2 for at lægge en besked. Eller bliv bare hængende.",
        "Tryck 1 om du vill bli uppringd. Tryck 2 för att lämna ett meddelande. Eller vänta kvar.",
        "Druk 1 om teruggebeld te worden. Druk 2 om een bericht in te spreken. Of blijf aan de lijn.",
        "需要我們回電，請按1。留言請按2。您也可以繼續在線上等候。",
    ),
    prompt(
        OFFER_MESSAGE,
        "To leave a message instead, press 2.",
        "Tryk 2, hvis du hellere vil lægge en besked.",
        "Tryck 2 om du hellre vill lämna ett meddelande.",
        "Druk 2 als u liever een bericht inspreekt.",
        "如果您想改為留言，請按2。",
    ),
    prompt(
        STAY_ON_LINE,
        "Please stay on the line. You keep your place.",
        "Bliv venligst hængende. Du beholder din plads.",
        "Vänta gärna kvar. Du behåller din plats.",
        "Blijf aan de lijn. U behoudt uw plaats.",
        "請在線上等候，我們會保留您的順位。",
    ),
    prompt(
        THE_GROUP,
        "Group {number}.",
        "Gruppe {number}.",
        "Grupp {number}.",
        "Groep {number}.",
        "群組 {number}。",
    ),
];
