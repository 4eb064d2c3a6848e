//! Pure. What a writer's own text says about them: what is new in a reply, the numbers and the company in a
//! signature. Matches by it are "maybe": anybody can sign with anything.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::address::clean;
use crate::number::{Country, Number};

/// Lines of a mail that are looked at.
const LINES_MAX: usize = 400;
/// Characters of a line that are looked at.
const LINE_MAX: usize = 500;
/// Lines at the end that may be a signature without a mark.
const SIGNATURE_LINES: usize = 10;
/// Numbers that are kept.
const NUMBERS_MAX: usize = 5;
/// Digits of a telephone number (ITU-T E.164 §6).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Ends of company names, in lower case.
const COMPANY_ENDS: &[&str] = &[
    "a/s", "aps", "ab", "as", "asa", "bv", "b.v.", "nv", "n.v.", "gmbh", "ag", "kg", "ltd", "ltd.",
    "limited", "llc", "inc", "inc.", "oy", "i/s", "vof", "v.o.f.", "k/s", "p/s", "hb",
];
/// Ends of Chinese company names.
const COMPANY_ENDS_ZH: &[&str] = &["有限公司", "公司", "企業社", "商行", "工作室", "事務所"];

/// What a signature may say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Telephone numbers, as they stand.
    pub numbers: Vec<Number>,
    /// A line that ends like a company's name.
    pub company: Option<String>,
}

/// Reads the signature of a mail's own text: behind `-- `, else its last lines.
pub fn read(text: &str, home: Country) -> Signature {
    let written = new_text(text);
    let lines: Vec<&str> = written.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mark = lines.iter().rposition(|line| *line == "--");
    let start = mark.map_or(lines.len().saturating_sub(SIGNATURE_LINES), |mark| mark + 1);
    let company = lines[start..].iter().find(|line| is_company(line)).map(|line| clean(line, 100));
    let mut numbers = runs(lines[start..].iter().copied(), home);
    numbers.truncate(NUMBERS_MAX);
    Signature { numbers, company }
}

fn is_company(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let last = words.last().map(|word| word.trim_end_matches(',').to_lowercase()).unwrap_or_default();
    let is_western = (2..=6).contains(&words.len()) && COMPANY_ENDS.contains(&last.as_str());
    is_western || words.len() <= 2 && COMPANY_ENDS_ZH.iter().any(|end| line.ends_with(end))
}

/// What was written anew: without quoted lines, and nothing behind the line that introduces the original.
pub(super) fn new_text(text: &str) -> String {
    let own = text.lines().take(LINES_MAX).take_while(|line| !begins_original(line));
    let own = own.filter(|line| !line.trim_start().starts_with(['>', '|']));
    own.map(|line| &line[..line.floor_char_boundary(LINE_MAX)]).collect::<Vec<_>>().join("\n")
}

/// The lines mail programs put before the original, in our languages and some neighbours'.
fn begins_original(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let ends = [
        "wrote:",
        "skrev:",
        "schreef:",
        "schrieb:",
        "écrit :",
        "寫道:",
        "寫道：",
        "写道:",
        "写道：",
        "kirjoitti:",
    ];
    let names = [
        "from:",
        "fra:",
        "från:",
        "van:",
        "von:",
        "寄件者:",
        "寄件者：",
        "寄件人:",
        "寄件人：",
        "发件人:",
        "发件人：",
    ];
    let introduces = ["den ", "on ", "op ", "am ", "le "].iter().any(|start| line.starts_with(start))
        && [" skrev ", " schreef ", " schrieb ", " wrote "].iter().any(|verb| line.contains(verb))
        && line.ends_with(':');
    let is_ruler = line.len() >= 10 && (line.chars().all(|c| c == '_') || line.starts_with("-----"));
    introduces
        || is_ruler
        || ends.iter().any(|end| line.ends_with(end))
        || names.iter().any(|name| line.starts_with(name) && line.contains(['@', '<', ' ']))
}

/// Whole telephone numbers that stand alone in these lines, each once.
pub(super) fn runs<'t>(lines: impl Iterator<Item = &'t str>, home: Country) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    for number in lines.flat_map(|line| numbers_in(line, home)) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

fn numbers_in(line: &str, home: Country) -> Vec<Number> {
    let is_part =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '.' | '/' | '\u{a0}');
    let mut found = Vec::new();
    let mut rest = line;
    let mut before = None;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(')) {
        before = rest[..start].chars().next_back().or(before.filter(|_| start == 0));
        let run = &rest[start..];
        let end = run.find(|c: char| !is_part(c)).unwrap_or(run.len());
        let after = run[end..].chars().next();
        found.extend(number(&run[..end], before, after, home));
        before = run[..end].chars().next_back();
        rest = &run[end..];
    }
    found
}

/// One run of digits and what may stand between them.
fn number(run: &str, before: Option<char>, after: Option<char>, home: Country) -> Option<Number> {
    let touches =
        |c: char| c.is_alphanumeric() || matches!(c, '#' | '-' | '/' | '_' | '@' | '=' | '&' | '.' | ',');
    let run = run.trim_end_matches([' ', '.', '-', '/', '(', '\u{a0}']);
    let digits = run.chars().filter(char::is_ascii_digit).count();
    let ends_open = after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '_' | ',' | ':'));
    // "12 34 56 78, thanks": a comma behind it is no decimal comma where no digit follows; the caller sees
    // only one character, so a comma must not follow a group of three.
    let is_price = after == Some(',') && run.contains('.');
    if before.is_some_and(touches)
        || ends_open && after != Some(',')
        || is_price
        || is_date(run)
        || !DIGITS.contains(&digits)
    {
        return None;
    }
    Number::parse(run, home).filter(|number| !number.is_short())
}

/// `2026-03-03 10`, `03.03.2026`, `3/3/2026`.
fn is_date(run: &str) -> bool {
    run.split_whitespace().any(|word| {
        let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
        let year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
        let small = |part: &str| (1..=2).contains(&part.len());
        matches!(parts.as_slice(), [a, b, c] if small(b) && (year(a) && small(c) || small(a) && year(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Country = Country(*b"DK");

    fn found(text: &str) -> (Vec<String>, Option<String>) {
        let signature = read(text, HOME);
        (signature.numbers.iter().map(|n| n.as_str().to_owned()).collect(), signature.company)
    }

    #[test]
    fn numbers_and_company_of_a_signature_are_maybes() {
        let (numbers, company) = found(
            "Hello,\nplease call.\n\n-- \nKim Møller\nMøller & Søn A/S\nTlf. 12 34 56 78 | Mobil: +45 87654321\nwww.moller.test",
        );
        assert_eq!(numbers, ["+4512345678", "+4587654321"]);
        assert_eq!(company.as_deref(), Some("Møller & Søn A/S"));
        assert_eq!(
            found("您好\n\n王小明\n大安貿易有限公司\n+886 2 2345 6789").1.as_deref(),
            Some("大安貿易有限公司")
        );
    }

    #[test]
    fn the_signature_of_the_original_is_not_the_writers() {
        let (numbers, company) =
            found("Yes.\n\nOn Monday, Lee wrote:\n> Lee Ltd\n> 12 34 56 78\n-- \nLee Ltd\n12 34 56 78");
        assert_eq!((numbers.len(), company), (0, None));
    }

    #[test]
    fn long_and_strange_texts_are_read_in_bounded_time() {
        for text in
            ["+".repeat(1 << 20), "1 ".repeat(1 << 19), "12345678\n".repeat(1 << 17), "å".repeat(1 << 19)]
        {
            assert!(read(&text, HOME).numbers.len() <= NUMBERS_MAX);
        }
    }
}
