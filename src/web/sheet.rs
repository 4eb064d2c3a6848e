//! Shell. Tables people open in a spreadsheet: CSV, and workbooks of Excel.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Wide enough for a date with its time.
const COLUMN_CHARACTERS: f64 = 20.0;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Flag(bool),
    /// RFC 3339 in CSV, for programs; the office's clock in a workbook, for people.
    At(String),
}

/// A table with a heading for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub name: &'static str,
    pub headings: &'static [&'static str],
    pub rows: Vec<Vec<Cell>>,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }
}

/// Absent is empty.
pub fn maybe(text: Option<&str>) -> Cell {
    text.map_or(Cell::Empty, Cell::from)
}

/// An instant as the API writes it, or none.
pub fn at(instant: Option<&String>) -> Cell {
    instant.map_or(Cell::Empty, |instant| Cell::At(instant.clone()))
}

/// Milliseconds and counts; exact up to 285,000 years of milliseconds.
pub fn number(value: u64) -> Cell {
    Cell::Number(value as f64)
}

/// One sheet as RFC 4180, UTF-8.
pub fn csv(sheet: &Sheet) -> String {
    let headings = sheet.headings.join(",");
    let rows = sheet.rows.iter().map(|row| row.iter().map(written).collect::<Vec<_>>().join(","));
    std::iter::once(headings).chain(rows).map(|line| line + "\r\n").collect()
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => quoted(text),
        Cell::Number(value) => value.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::At(instant) => instant.clone(),
    }
}

/// A caller names himself: what a spreadsheet would run as a formula is marked as text.
fn quoted(text: &str) -> String {
    let is_number = text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// A workbook of these sheets; instants on the clock of this zone.
///
/// # Errors
/// A sheet has more rows than Excel takes.
pub fn xlsx(sheets: &[Sheet], zone: &TimeZone) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for sheet in sheets {
        write(book.add_worksheet(), sheet, zone)?;
    }
    book.save_to_buffer()
}

fn write(page: &mut Worksheet, sheet: &Sheet, zone: &TimeZone) -> Result<(), XlsxError> {
    let (bold, clock) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"));
    page.set_name(sheet.name)?.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(sheet.headings) {
        page.write_with_format(0, column, *heading, &bold)?.set_column_width(column, COLUMN_CHARACTERS)?;
    }
    for (line, row) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Empty => continue,
                // Always a text: Excel runs no formula in it.
                Cell::Text(text) => page.write_string(line, column, text)?,
                Cell::Number(value) => page.write_number(line, column, *value)?,
                Cell::Flag(flag) => page.write_boolean(line, column, *flag)?,
                Cell::At(instant) => match on_the_clock(instant, zone) {
                    Some(at) => page.write_datetime_with_format(line, column, &at, &clock)?,
                    None => page.write_string(line, column, instant)?,
                },
            };
        }
    }
    Ok(())
}

/// Excel knows no zones: what the clock on the office's wall shows.
fn on_the_clock(instant: &str, zone: &TimeZone) -> Option<ExcelDateTime> {
    let at = instant.parse::<Timestamp>().ok()?.to_zoned(zone.clone());
    let part = |value: i8| u8::try_from(value).ok();
    let day =
        ExcelDateTime::from_ymd(u16::try_from(at.year()).ok()?, part(at.month())?, part(at.day())?).ok()?;
    day.and_hms(u16::try_from(at.hour()).ok()?, part(at.minute())?, part(at.second())?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &[&str] = &["id", "name", "n", "at", "first"];

    fn sheet() -> Sheet {
        let row = |name: &str| {
            let at = Cell::At("2026-11-21T12:00:00.000Z".into());
            vec![Cell::from("C-1"), Cell::from(name), number(1500), at, Cell::Flag(true)]
        };
        let rows = ["+4520304050", "Kim, \"the\" plumber", "=1+1", "+45 x", "", "-1"].map(row).to_vec();
        Sheet { name: "Contacts", headings: HEADINGS, rows }
    }

    #[test]
    fn a_name_can_hold_anything_and_runs_nothing() {
        let rest = "1500,2026-11-21T12:00:00.000Z,true\r\n";
        let names = ["+4520304050", "\"Kim, \"\"the\"\" plumber\"", "'=1+1", "'+45 x", "", "'-1"];
        let lines: String = names.iter().map(|name| format!("C-1,{name},{rest}")).collect();
        assert_eq!(csv(&sheet()), format!("id,name,n,at,first\r\n{lines}"));
    }

    #[test]
    fn a_workbook_is_a_zip_of_the_sheets() {
        let bytes = xlsx(&[sheet()], &TimeZone::UTC).unwrap();
        assert!(bytes.starts_with(b"PK\x03\x04") && bytes.len() > 2_000, "{}", bytes.len());
    }
}
