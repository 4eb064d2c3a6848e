//! Pure. The number plans of the countries an office may stand in. Sources: the ITU-T E.164 national
//! numbering plans and the countries' regulators; emergency, premium and shared-cost ranges compared with
//! libphonenumber 9.0.43.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::ops::RangeInclusive;

/// What is dialled in a country, and what it costs.
pub(super) struct Plan {
    /// ISO 3166.
    pub country: [u8; 2],
    /// After `+`.
    pub calling_code: &'static str,
    /// Before a national number; empty where there is none.
    pub trunk: &'static str,
    /// Before a calling code.
    pub international: &'static [&'static str],
    /// How many digits a national number has, without the trunk prefix.
    pub digits: RangeInclusive<usize>,
    /// Numbers that save lives.
    pub emergency: &'static [&'static str],
    /// National numbers (without trunk prefix) that begin so cost the caller extra.
    pub premium: &'static [&'static str],
    /// Such numbers share the cost between both ends.
    pub shared: &'static [&'static str],
    /// Short numbers that begin so cost extra: directories and services.
    pub premium_short: &'static [&'static str],
    /// How many digits of a national number stand before the first gap, by what it begins with;
    /// the first that fits counts.
    pub areas: &'static [(&'static str, usize)],
    /// How the rest is written.
    pub style: Style,
}

/// How people group the digits after the area code.
#[derive(Clone, Copy)]
pub(super) enum Style {
    /// `12 34 56 78`, `123 45 67`
    Pairs,
    /// As pairs, but `123 456 78`.
    Threes,
    /// `1234 5678`, `123 4567`, `123 456`
    Fours,
}

/// The plan of a country, if we have it.
pub(super) fn of(country: [u8; 2]) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| plan.country == country)
}

/// The rest of a national number in groups, after its area code.
pub(super) fn grouped(plan: Option<&Plan>, digits: &str) -> String {
    let area = plan.and_then(|plan| plan.areas.iter().find(|(prefix, _)| digits.starts_with(prefix)));
    let at = area.map_or(0, |(_, length)| *length).min(digits.len());
    let style = plan.map_or(Style::Pairs, |plan| plan.style);
    let mut groups = vec![&digits[..at]];
    let mut rest = &digits[at..];
    while !rest.is_empty() {
        let (group, after) = rest.split_at(next_group(rest.len(), style));
        groups.push(group);
        rest = after;
    }
    groups.retain(|group| !group.is_empty());
    groups.join(" ")
}

fn next_group(left: usize, style: Style) -> usize {
    match (style, left) {
        (Style::Fours, 4 | 8) => 4,
        (Style::Fours, _) => left.min(3),
        (Style::Threes, 8) => 3,
        (_, 1) => 1,
        _ if left.is_multiple_of(2) => 2,
        _ => 3,
    }
}

const PLANS: &[Plan] = &[
    Plan {
        country: *b"DK",
        calling_code: "45",
        trunk: "",
        international: &["00"],
        digits: 8..=8,
        emergency: &["112", "114"],
        premium: &["90"],
        shared: &[],
        premium_short: &["118"],
        areas: &[],
        style: Style::Pairs,
    },
    Plan {
        country: *b"SE",
        calling_code: "46",
        trunk: "0",
        international: &["00"],
        digits: 6..=10,
        emergency: &["112", "90000"],
        premium: &["649", "900", "939", "944", "99"],
        shared: &["77"],
        premium_short: &["118", "72"],
        areas: &[
            ("8", 1),
            ("7", 2),
            ("10", 2),
            ("11", 2),
            ("13", 2),
            ("16", 2),
            ("18", 2),
            ("19", 2),
            ("21", 2),
            ("23", 2),
            ("26", 2),
            ("31", 2),
            ("33", 2),
            ("35", 2),
            ("36", 2),
            ("40", 2),
            ("42", 2),
            ("44", 2),
            ("46", 2),
            ("54", 2),
            ("60", 2),
            ("63", 2),
            ("90", 2),
            ("", 3),
        ],
        style: Style::Threes,
    },
    Plan {
        country: *b"NO",
        calling_code: "47",
        trunk: "",
        international: &["00"],
        digits: 8..=8,
        emergency: &["110", "112", "113"],
        premium: &["82"],
        shared: &["81"],
        premium_short: &["18"],
        areas: &[],
        style: Style::Pairs,
    },
    Plan {
        country: *b"FI",
        calling_code: "358",
        trunk: "0",
        international: &["00", "990", "994", "999"],
        digits: 5..=11,
        emergency: &["112"],
        premium: &["600", "700"],
        shared: &["10", "20", "29", "30", "39", "60", "71", "73", "75"],
        premium_short: &["118"],
        areas: &[("9", 1), ("", 2)],
        style: Style::Pairs,
    },
    Plan {
        country: *b"DE",
        calling_code: "49",
        trunk: "0",
        international: &["00"],
        digits: 5..=13,
        emergency: &["110", "112"],
        premium: &["900", "137"],
        shared: &["180"],
        premium_short: &["118"],
        areas: &[("30", 2), ("40", 2), ("69", 2), ("89", 2), ("15", 4), ("", 3)],
        style: Style::Pairs,
    },
    Plan {
        country: *b"BE",
        calling_code: "32",
        trunk: "0",
        international: &["00"],
        digits: 7..=9,
        emergency: &["112", "100", "101"],
        premium: &["702", "703", "704", "706", "707", "90"],
        shared: &["70", "7879"],
        premium_short: &["12", "13", "14"],
        areas: &[("2", 1), ("3", 1), ("9", 1), ("43", 1), ("42", 1), ("4", 3), ("", 2)],
        style: Style::Pairs,
    },
    Plan {
        country: *b"NL",
        calling_code: "31",
        trunk: "0",
        international: &["00"],
        digits: 7..=11,
        emergency: &["112", "911"],
        premium: &["900", "906", "909"],
        shared: &[],
        premium_short: &["18"],
        areas: &[
            ("6", 1),
            ("10", 2),
            ("13", 2),
            ("15", 2),
            ("2", 2),
            ("30", 2),
            ("33", 2),
            ("35", 2),
            ("36", 2),
            ("38", 2),
            ("40", 2),
            ("43", 2),
            ("45", 2),
            ("46", 2),
            ("50", 2),
            ("53", 2),
            ("55", 2),
            ("58", 2),
            ("7", 2),
            ("85", 2),
            ("88", 2),
            ("", 3),
        ],
        style: Style::Pairs,
    },
    Plan {
        country: *b"GB",
        calling_code: "44",
        trunk: "0",
        international: &["00"],
        digits: 7..=10,
        emergency: &["999", "112"],
        premium: &["90", "91", "98", "871", "872", "873", "70"],
        shared: &["842", "843", "844", "845", "870"],
        premium_short: &["118"],
        areas: &[
            ("2", 2),
            ("7", 4),
            ("11", 3),
            ("121", 3),
            ("131", 3),
            ("141", 3),
            ("151", 3),
            ("161", 3),
            ("191", 3),
            ("1", 4),
            ("", 3),
        ],
        style: Style::Fours,
    },
    Plan {
        country: *b"FR",
        calling_code: "33",
        trunk: "0",
        international: &["00"],
        digits: 9..=9,
        emergency: &["112", "15", "17", "18", "114", "115", "119", "191", "196", "197"],
        premium: &["836", "89"],
        shared: &["81", "82"],
        premium_short: &["118", "32", "36", "39"],
        areas: &[("", 1)],
        style: Style::Pairs,
    },
    Plan {
        country: *b"TW",
        calling_code: "886",
        trunk: "0",
        international: &["002", "005", "006", "007", "009"],
        digits: 8..=9,
        emergency: &["110", "119", "112", "118"],
        premium: &["20"],
        shared: &[],
        premium_short: &[],
        areas: &[("9", 3), ("80", 3), ("", 1)],
        style: Style::Fours,
    },
    Plan {
        country: *b"US",
        calling_code: "1",
        trunk: "1",
        international: &["011"],
        digits: 10..=10,
        emergency: &["911", "988"],
        premium: &["900"],
        shared: &[],
        premium_short: &[],
        areas: &[("", 3)],
        style: Style::Fours,
    },
];
