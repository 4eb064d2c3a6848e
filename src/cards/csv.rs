//! Pure. Customers as a table: comma, semicolon or tab, quoted or not (RFC 4180), as Excel, Outlook and Google
//! write it.
//!
//! A cell that a spreadsheet would run begins with an apostrophe when it is written, and loses it when it is
//! read.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{ROWS_MAX, Raw, Unreadable, VALUES_MAX};
use crate::office::customers::card::Card;

/// Columns of a table that are looked at.
const COLUMNS_MAX: usize = 500;

/// What stands between the cells of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    Comma,
    /// What Excel expects where the comma is the decimal point.
    Semicolon,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    First,
    Last,
    Company,
    Number,
    Address,
    About,
    Vip,
    Other,
}

/// Whole headings in our languages and in what Outlook and Google write, in lower case.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "name",
            "full name",
            "display name",
            "navn",
            "namn",
            "naam",
            "姓名",
            "名稱",
            "名称",
            "customer",
            "kunde",
            "kund",
            "klant",
            "客戶",
        ],
    ),
    (Column::First, &["first name", "given name", "fornavn", "förnamn", "voornaam", "名字", "名"]),
    (
        Column::Last,
        &["last name", "family name", "surname", "efternavn", "efternamn", "achternaam", "姓氏", "姓"],
    ),
    (
        Column::Company,
        &[
            "company",
            "organization",
            "organisation",
            "organization name",
            "organization 1 - name",
            "firma",
            "virksomhed",
            "företag",
            "bedrijf",
            "公司",
        ],
    ),
    (
        Column::About,
        &[
            "about",
            "note",
            "notes",
            "noter",
            "bemærkning",
            "anteckning",
            "anteckningar",
            "notitie",
            "notities",
            "備註",
            "备注",
        ],
    ),
    (Column::Vip, &["vip"]),
];
/// Parts of headings of numbers and of addresses; what comes first counts.
const PARTS: &[(Column, &[&str])] = &[
    (Column::Other, &["type", "label", "fax"]),
    (Column::Address, &["mail", "mejl", "e-post", "epost", "電郵", "電子郵件", "邮箱"]),
    (
        Column::Number,
        &[
            "phone", "telefon", "telefoon", "mobil", "mobiel", "tlf", "number", "nummer", "電話", "手機",
            "电话",
        ],
    ),
];

/// Reads a table; the first line names its columns.
pub fn read(bytes: &[u8]) -> Result<Vec<Raw>, Unreadable> {
    let text = super::text(bytes);
    let (text, named) = separator_named(&text);
    let first = text.lines().find(|line| !line.trim().is_empty()).ok_or(Unreadable::Empty)?;
    let separator = named.unwrap_or_else(|| separator_of(first));
    let mut records = Records { rest: text, line: 1 + usize::from(named.is_some()), separator };
    let columns = loop {
        let (_, cells, _) = records.next().ok_or(Unreadable::Empty)?;
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            break cells.iter().map(|cell| column(cell)).collect::<Vec<Column>>();
        }
    };
    if columns.iter().all(|column| matches!(column, Column::Other | Column::About | Column::Vip)) {
        return Err(Unreadable::NoColumns);
    }
    let mut rows = Vec::new();
    for (line, cells, broken) in records {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() >= ROWS_MAX {
            return Err(Unreadable::TooManyRows);
        }
        rows.push(Raw { broken, ..row(line, &columns, &cells) });
    }
    Ok(rows)
}

/// `sep=;` in a line of its own, which Excel writes and obeys.
fn separator_named(text: &str) -> (&str, Option<char>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end().strip_prefix("sep=").and_then(|mark| mark.chars().next());
    match named.filter(|mark| [',', ';', '\t', '|'].contains(mark)) {
        Some(mark) => (rest, Some(mark)),
        None => (text, None),
    }
}

/// The mark that stands most often in the first line, outside quotes.
fn separator_of(line: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    for c in line.chars() {
        quoted ^= c == '"';
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == c && !quoted) {
            *count += 1;
        }
    }
    counts.iter().max_by_key(|(mark, count)| (*count, *mark == ',')).map_or(',', |(mark, _)| *mark)
}

fn column(heading: &str) -> Column {
    let heading = plain(heading).trim().to_lowercase();
    let whole = HEADINGS.iter().find(|(_, words)| words.contains(&heading.as_str()));
    let part = || PARTS.iter().find(|(_, words)| words.iter().any(|word| heading.contains(word)));
    let is_tel = heading.split(|c: char| !c.is_alphabetic()).any(|word| word == "tel");
    let found = whole.or_else(part).map(|(column, _)| *column);
    found.unwrap_or(if is_tel { Column::Number } else { Column::Other })
}

/// The records of a table: the line each begins in, its cells, and whether its last quote is never closed.
struct Records<'t> {
    rest: &'t str,
    line: usize,
    separator: char,
}

impl Iterator for Records<'_> {
    type Item = (usize, Vec<String>, bool);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            let (cell, end, broken) = self.cell();
            if cells.len() < COLUMNS_MAX {
                cells.push(cell);
            }
            if end != End::Cell {
                return Some((line, cells, broken));
            }
        }
    }
}

/// What a cell ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Cell,
    Record,
}

impl Records<'_> {
    /// The next cell; a quote counts only where a cell begins.
    fn cell(&mut self) -> (String, End, bool) {
        let mut cell = String::new();
        let mut quoted = self.rest.starts_with('"');
        let mut rest = self.rest.strip_prefix('"').unwrap_or(self.rest).chars();
        let end = loop {
            let Some(c) = rest.next() else { break End::Record };
            match c {
                '"' if quoted && rest.as_str().starts_with('"') => {
                    rest.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                c if !quoted && c == self.separator => break End::Cell,
                '\r' if !quoted && rest.as_str().starts_with('\n') => {}
                '\n' | '\r' if !quoted => {
                    self.line += 1;
                    break End::Record;
                }
                c => {
                    self.line += usize::from(c == '\n');
                    cell.push(c);
                }
            }
        };
        self.rest = rest.as_str();
        (cell, end, quoted)
    }
}

fn row(line: usize, columns: &[Column], cells: &[String]) -> Raw {
    let mut raw = Raw { line, ..Raw::default() };
    let (mut first, mut last) = (String::new(), String::new());
    for (column, cell) in columns.iter().zip(cells) {
        let cell = plain(cell);
        if cell.trim().is_empty() {
            continue;
        }
        match column {
            Column::Name => raw.name = cell.to_owned(),
            Column::First => first = cell.to_owned(),
            Column::Last => last = cell.to_owned(),
            Column::Company => raw.company = cell.to_owned(),
            Column::About if raw.about.is_empty() => raw.about = cell.to_owned(),
            Column::About => raw.about = format!("{}\n{cell}", raw.about),
            Column::Number => raw.numbers.extend(values(cell)),
            Column::Address => raw.addresses.extend(values(cell)),
            Column::Vip => {
                raw.vip =
                    !["0", "no", "false", "nej", "nee", "否"].contains(&cell.trim().to_lowercase().as_str())
            }
            Column::Other => {}
        }
    }
    if raw.name.is_empty() {
        raw.name = [first.trim(), last.trim()].join(" ").trim().to_owned();
    }
    raw.numbers.truncate(VALUES_MAX);
    raw.addresses.truncate(VALUES_MAX);
    raw
}

/// Several values in one cell, as Google and people write them.
fn values(cell: &str) -> impl Iterator<Item = String> {
    let parts = cell.split([';', ',', '\n']).flat_map(|part| part.split(":::"));
    parts.map(|part| plain(part.trim()).to_owned()).filter(|part| !part.is_empty())
}

/// Without the apostrophe that keeps a spreadsheet from running a cell.
fn plain(cell: &str) -> &str {
    if is_tamed(cell) { &cell[1..] } else { cell }
}

fn is_tamed(cell: &str) -> bool {
    cell.strip_prefix('\'').is_some_and(|rest| runs(rest.trim_start_matches('\'')))
}

/// Would a spreadsheet take it for a formula?
fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Writes a table that Excel opens as one: UTF-8 with its mark, a column for each number and each address.
pub fn print(cards: &[Card], separator: Separator) -> Vec<u8> {
    let most = |count: fn(&Card) -> usize| cards.iter().map(count).max().unwrap_or(0).max(1);
    let (numbers, addresses) = (most(|card| card.numbers.len()), most(|card| card.addresses.len()));
    let numbered = |name: &'static str, count| {
        (1..=count).map(move |at| if at == 1 { name.to_owned() } else { format!("{name} {at}") })
    };
    let mut headings: Vec<String> = vec!["name".into(), "company".into()];
    headings.extend(numbered("phone", numbers).chain(numbered("email", addresses)));
    headings.extend(["vip".into(), "about".into()]);
    let mut out = vec![0xEF, 0xBB, 0xBF];
    record(&mut out, headings.iter().map(String::as_str), separator);
    for card in cards {
        let filled = |values: Vec<&str>, most: usize| {
            let empty = most.saturating_sub(values.len());
            values
                .into_iter()
                .map(str::to_owned)
                .chain(std::iter::repeat_n(String::new(), empty))
                .collect::<Vec<_>>()
        };
        let mut cells = vec![card.name.clone(), card.company.clone()];
        cells.extend(filled(card.numbers.iter().map(|number| number.as_str()).collect(), numbers));
        cells.extend(filled(card.addresses.iter().map(String::as_str).collect(), addresses));
        cells.extend([if card.vip { "yes" } else { "" }.to_owned(), card.about.clone()]);
        record(&mut out, cells.iter().map(String::as_str), separator);
    }
    out
}

fn record<'c>(out: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>, separator: Separator) {
    let mark = match separator {
        Separator::Comma => ',',
        Separator::Semicolon => ';',
    };
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(mark as u8);
        }
        let tame = if runs(cell) || is_tamed(cell) { format!("'{cell}") } else { cell.to_owned() };
        let needs_quotes = tame.contains([',', ';', '"', '\n', '\r', '\t']);
        let written = if needs_quotes { format!("\"{}\"", tame.replace('"', "\"\"")) } else { tame };
        out.extend(written.as_bytes());
    }
    out.extend(b"\r\n");
}
