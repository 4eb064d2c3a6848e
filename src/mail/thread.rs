//! Pure. The subject of a mail as threads are found by it (spec/mail.md §2); the rule itself is where the mails
//! are, in `store/mail/arriving`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Prefixes taken off a subject, one after the other; no mail program writes more.
const PREFIXES_MAX: usize = 50;

/// What mail programs put before a subject, in lower case: replies, then what was passed on.
const PREFIXES: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "antwoord",
    "sv",
    "svar",
    "vs",
    "ref",
    "réf",
    "r",
    "rif",
    "res",
    "resp",
    "odp",
    "ynt",
    "cevap",
    "απ",
    "σχετ",
    "отв",
    "ответ",
    "відп",
    "на",
    "vá",
    "val",
    "bls",
    "atb",
    "ats",
    "rép",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "回信",
    "返信",
    "답장",
    "회신",
    "רה",
    "השב",
    "תשובה",
    "رد",
    "ตอบ",
    "trả lời",
    "fw",
    "fwd",
    "wg",
    "vb",
    "vl",
    "vid",
    "videresendt",
    "doorst",
    "tr",
    "trs",
    "rv",
    "enc",
    "i",
    "inoltra",
    "pd",
    "ilt",
    "πρθ",
    "fs",
    "továbbítás",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "הועבר",
    "إعادة توجيه",
];

/// A subject in lower case without what replying put before it; empty when nothing else was there.
pub fn plain_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    for _ in 0..PREFIXES_MAX {
        match without_prefix(rest) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Whether a mail program has marked a subject as an answer or as passed on.
pub fn is_answer(subject: &str) -> bool {
    without_prefix(subject.trim()).is_some()
}

/// `Re:`, `AW :`, `Re[2]:`, `RE(3):`, `回覆：` and the blanks behind.
fn without_prefix(text: &str) -> Option<&str> {
    let (before, behind) = text.split_once([':', '：'])?;
    let word = before.trim_end();
    let word = word.find(['[', '(', '^']).filter(|at| is_count(&word[*at..])).map_or(word, |at| &word[..at]);
    PREFIXES.contains(&word.trim_end().to_lowercase().as_str()).then(|| behind.trim_start())
}

/// `[2]`, `(3)`, `^4`.
fn is_count(text: &str) -> bool {
    let digits = text.trim_matches(['[', ']', '(', ')', '^']);
    !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_many_languages_are_no_part_of_a_subject() {
        for subject in [
            "Offer",
            "Re: Offer",
            "RE: re: Offer",
            "AW: Offer",
            "SV: Offer",
            "VS: Offer",
            "Antw: Offer",
            "Betr.: Offer",
            "回覆: Offer",
            "回复：Offer",
            "Re[2]: Offer",
            "RE(3) : Offer",
            "Re^2: Offer",
            "Fwd: AW: SV: Offer",
            "WG: Offer",
            "VB: Offer",
            "轉寄: Offer",
            "  re:offer ",
            "Re:  OFFER",
        ] {
            let expected = if subject.starts_with("Betr") { "betr.: offer" } else { "offer" };
            assert_eq!(plain_subject(subject), expected, "{subject:?}");
        }
        assert_eq!(plain_subject("Re: Re:"), "");
        assert_eq!(plain_subject("Order: 17"), "order: 17");
        assert_eq!(plain_subject("Re: 17:30 meeting"), "17:30 meeting");
        assert!(is_answer("SV: x") && !is_answer("x: y"));
    }
}
