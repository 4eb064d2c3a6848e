//! Pure. The server's own texts in Danish.

/// Key → text.
pub const TEXTS: &[(&str, &str)] = &[
    ("length.seconds", "{n} sek."),
    ("length.minutes", "{n} min."),
    ("length.hours", "{n} t."),
    ("story.called_in", "Opkaldet kom ind."),
    ("story.dialled_out", "Der blev ringet ud."),
    ("story.heard_welcome", "Kunden hørte velkomsten."),
    ("story.entered_group", "Kunden kom i kø hos {group} som nummer {place}."),
    ("story.rang_free", "{person}s telefon ringede (fri i {length})."),
    ("story.rang", "{person}s telefon ringede."),
    ("story.rang_out", "{person} svarede ikke ({length})."),
    ("story.declined", "{person} afviste."),
    ("story.phone_unreachable", "{person}s telefon kunne ikke nås."),
    ("story.answered", "{person} svarede."),
    ("story.stopped_ringing", "{person}s telefon holdt op med at ringe."),
    ("story.held_by", "{person} satte opkaldet på hold."),
    ("story.held", "Den anden ende satte opkaldet på hold."),
    ("story.resumed_by", "{person} tog opkaldet fra hold igen."),
    ("story.resumed", "Den anden ende tog opkaldet fra hold igen."),
    ("story.parked", "{person} parkerede opkaldet på {slot}."),
    ("story.fetched", "{person} hentede opkaldet fra {slot}."),
    ("story.transferred", "{person} stillede opkaldet om til {to}."),
    ("story.transfer_returned", "{to} svarede ikke, og opkaldet kom tilbage."),
    ("story.caller_hung_up", "Kunden lagde på."),
    ("story.person_hung_up", "{person} lagde på."),
    ("story.line_lost", "Forbindelsen blev afbrudt."),
    ("story.reached_outside", "Den anden ende svarede."),
    ("story.not_reached", "Den anden ende blev ikke nået (status {status})."),
    ("story.refused_by_policy", "Reglerne for udgående opkald afviste det ({why})."),
    ("story.closed", "Kontoret havde lukket."),
    ("story.cut", "Boksen mistede strømmen eller stoppede; opkaldet blev afbrudt."),
    (
        "formula.offered",
        "Opkald udefra, der kom ind i en gruppe. Ikke med: dem, der lagde på inden for 5 sek., og opkald, der stadig er i gang.",
    ),
    (
        "formula.service_level",
        "Besvaret inden for gruppens mål (20 sek., hvis intet er sat) ÷ (besvaret + opgivet efter 5 sek. + bedt om at blive ringet op, lagt en besked eller sendt videre efter målet).",
    ),
    (
        "formula.abandonment",
        "Lagt på efter 5 sek. og før nogen svarede ÷ tilbudte opkald. De korte (inden for 5 sek.) vises ved siden af og tæller ikke med.",
    ),
    (
        "formula.waiting",
        "Den midterste ventetid af alle tilbudte opkald, fra kunden kom ind i gruppen (velkomst medregnet), til der blev svaret, eller kunden var væk. Ved siden af gennemsnittet, og den ventetid, ni ud af ti holdt sig inden for.",
    ),
    (
        "formula.answer_speed",
        "Gennemsnitlig ventetid for besvarede opkald, fra kunden kom ind i gruppen, til nogen svarede. De, der gav op, er ikke med: læs tallet sammen med de opgivne.",
    ),
    (
        "formula.handling",
        "(Samtale + hold + efterarbejde) ÷ besvarede opkald udefra. Et lavt tal er ikke altid et godt tal.",
    ),
    ("formula.after_call", "Målt efterarbejde, forlængelser medregnet ÷ besvarede opkald udefra."),
    (
        "formula.owed",
        "Kunder, der gav op, ringede uden for åbningstid eller blev afbrudt af en fejl, minus dem, nogen har talt med siden. Flere opkald fra samme nummer tæller som ét.",
    ),
];
