//! Pure. Numbers up to 9,999 of recorded words; what is larger is read digit by digit.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Voice;
use crate::settings::Language;

const TOO_LARGE: u32 = 10_000;

impl Voice {
    pub(super) fn number(&mut self, number: u32) {
        match (self.language, number) {
            (_, 0..=99) => self.numeral(number),
            (_, TOO_LARGE..) => self.digit_by_digit(number),
            (Language::Nl, _) => self.dutch(number),
            (Language::ZhHant, _) => self.mandarin(number),
            _ => self.northern(number),
        }
    }

    /// "number two", "第二位".
    pub(super) fn place(&mut self, place: u32) {
        match (self.language, place) {
            (Language::ZhHant, _) => {
                self.word("place-before");
                self.number(place);
                self.word("place-after");
            }
            // "nummer et": the neuter stands for the numeral
            (Language::Da, 1) => {
                self.word("number");
                self.word("n-et");
            }
            _ => {
                self.word("number");
                self.number(place);
            }
        }
    }

    /// So many of something: Mandarin counts two as 兩.
    pub(super) fn count(&mut self, number: u32) {
        match (self.language, number) {
            (Language::ZhHant, 2) => self.word("n-liang"),
            _ => self.number(number),
        }
    }

    fn digit_by_digit(&mut self, number: u32) {
        for digit in number.to_string().chars().filter_map(|digit| digit.to_digit(10)) {
            self.numeral(digit);
        }
    }

    /// A number that was recorded whole.
    pub(super) fn numeral(&mut self, number: u32) {
        self.word(&format!("n-{number}"));
    }

    /// "one thousand two hundred and five": English and Danish say "and", Swedish does not.
    fn northern(&mut self, number: u32) {
        let (thousands, hundreds, rest) = (number / 1000 * 1000, number % 1000 / 100 * 100, number % 100);
        [thousands, hundreds].into_iter().filter(|part| *part > 0).for_each(|part| self.numeral(part));
        if rest > 0 {
            if self.language != Language::Sv {
                self.word("and");
            }
            self.numeral(rest);
        }
    }

    /// "tweeduizend vijf", "twaalfhonderd", "vijfentwintighonderd".
    fn dutch(&mut self, number: u32) {
        let (whole, rest) = (number - number % 100, number % 100);
        if whole > 1000 && !whole.is_multiple_of(1000) {
            self.numeral(whole / 100);
            self.numeral(100);
        } else {
            self.numeral(whole);
        }
        if rest > 0 {
            self.numeral(rest);
        }
    }

    /// "一千零五", "一百一十五": a gap is 零, and a ten within a number is 一十.
    fn mandarin(&mut self, number: u32) {
        let (thousands, hundreds, rest) = (number / 1000 * 1000, number % 1000 / 100 * 100, number % 100);
        [thousands, hundreds].into_iter().filter(|part| *part > 0).for_each(|part| self.numeral(part));
        let gap = rest > 0 && (hundreds == 0 || rest < 10);
        if gap {
            self.numeral(0);
        }
        if (10..20).contains(&rest) {
            self.numeral(1);
        }
        if rest > 0 {
            self.numeral(rest);
        }
    }
}
