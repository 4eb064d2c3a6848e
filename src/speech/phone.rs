//! Pure. Telephone numbers, group by group, as people write and say them at home.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Voice;
use crate::media::Piece;
use crate::number::Number;
use crate::settings::Language;
use std::time::Duration;

/// Between two groups: time to write one down.
const BETWEEN_GROUPS: Duration = Duration::from_millis(300);
/// What is read where others may hear (spec/callback.md §3).
const LAST_DIGITS: usize = 4;

impl Voice {
    pub(super) fn digits(&mut self, number: &Number) {
        let written = number.grouped(self.country);
        self.groups(written.split(' '));
    }

    pub(super) fn last_digits(&mut self, number: &Number) {
        let digits: Vec<char> = number.as_str().chars().filter(char::is_ascii_digit).collect();
        let last = &digits[digits.len().saturating_sub(LAST_DIGITS)..];
        let pairs: Vec<String> = last.chunks(2).map(|pair| pair.iter().collect()).collect();
        self.groups(pairs.iter().map(String::as_str));
    }

    fn groups<'a>(&mut self, groups: impl Iterator<Item = &'a str>) {
        for (at, group) in groups.enumerate() {
            if at > 0 {
                self.pieces.push(Piece::Pause(BETWEEN_GROUPS));
            }
            self.group(group);
        }
    }

    /// Danes say a pair as one number, 56 being "seksoghalvtreds"; everybody else digit by digit.
    fn group(&mut self, group: &str) {
        let is_pair = group.len() == 2 && !group.starts_with('0');
        match group.parse::<u32>() {
            Ok(pair) if is_pair && self.language == Language::Da && !group.starts_with('+') => {
                self.numeral(pair);
            }
            _ => group.chars().for_each(|character| self.key(character)),
        }
    }

    fn key(&mut self, key: char) {
        match key {
            '+' => self.word("plus"),
            '*' => self.word("star"),
            '#' => self.word("hash"),
            _ => key.to_digit(10).into_iter().for_each(|digit| self.numeral(digit)),
        }
    }
}
