//! Pure. Mail to callback: the telephone number somebody answered with, in what they wrote themselves.

use super::super::signature::{new_text, runs};
use crate::number::{Country, Number};

/// The number in a reply's new text, before its signature; never one that is only quoted or signed with.
///
/// A date, an order number or a price is no number: digits must stand alone and be a whole number of some
/// country.
pub fn number_in_reply(text: &str, home: Country) -> Option<Number> {
    let written = new_text(text);
    runs(written.lines().take_while(|line| !is_signature(line)), home).into_iter().next()
}

/// `-- `, which mail programs put before a signature, also where the blank got lost.
fn is_signature(line: &str) -> bool {
    matches!(line, "-- " | "--" | "-- \u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<String> {
        number_in_reply(text, Country(*b"DK")).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn a_number_in_the_answer_is_found() {
        let is = |text: &str| assert_eq!(number(text).as_deref(), Some("+4512345678"), "{text}");
        is("12345678");
        is("Call me on 12 34 56 78, please.");
        is("Yes please: +45 12 34 56 78");
        is("0045 12345678\n\nKim");
        is("tel. +45 (0)12 34 56 78!");
        is(
            "12 34 56 78\n\nOn Mon, 2 Mar 2026 at 10:00, Hansen <info@hansen.example> wrote:\n> call 87 65 43 21",
        );
        assert_eq!(number("ring +46 8 123 456 78").as_deref(), Some("+46812345678"));
    }

    #[test]
    fn a_quoted_or_signed_number_is_nobodys_wish() {
        for text in [
            "> 12 34 56 78",
            "Thanks\n\nOn Mon, 2 Mar 2026, Hansen wrote:\n12 34 56 78",
            "Tak\n\nDen man. 2. mar. 2026 kl. 10.00 skrev Hansen <info@hansen.example>:\n12 34 56 78",
            "Tack\n\nDen 2 mars 2026 skrev Hansen:\n12 34 56 78",
            "Dank\n\nOp ma 2 mrt 2026 om 10:00 schreef Hansen:\n12 34 56 78",
            "謝謝\n\nHansen 於 2026年3月2日 週一 10:00寫道:\n12 34 56 78",
            "Thanks\n\n-----Original Message-----\nFrom: Hansen\n12 34 56 78",
            "Thanks\n\n________________________________\nFrom: Hansen\n12 34 56 78",
            "Thanks\n\nFra: Hansen <info@hansen.example>\nSendt: 2. marts\n12 34 56 78",
            "Thanks\n-- \nKim\n12 34 56 78",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn other_digits_are_no_number() {
        for text in [
            "",
            "on 2026-03-03 at 10:00",
            "03.03.2026 10:00",
            "3/3/2026, 10.30",
            "invoice 12345",
            "order #12345678",
            "ref. M-20412041",
            "DK12345678",
            "CVR DK-12345678",
            "12.345.678,00 kr.",
            "1234 5678 9012 3456",
            "https://firm.test/12345678",
            "kim12345678@firm.test",
            "600",
            "112",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
