//! Pure. Invitations as text: what, when, where, from whom (RFC 5545), times as written.

use super::decode;
use super::split::Parts;
use crate::mail::address::clean;

/// Bytes of a calendar that are read.
const CALENDAR_MAX: usize = 256 << 10;
/// Invitations of a mail that are shown.
const MEETINGS_MAX: usize = 20;

/// One event of a calendar in a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// Its title.
    pub summary: String,
    /// `2026-03-03 10:00`, with `UTC` or the zone's name behind it where one is given.
    pub start: String,
    /// Likewise.
    pub end: String,
    /// Where.
    pub location: String,
    /// Who invites.
    pub organizer: String,
    /// The calendar says it is called off (`METHOD:CANCEL`).
    pub is_cancelled: bool,
}

/// The events of all calendars in a mail.
pub fn read(raw: &[u8], parts: &Parts) -> Vec<Meeting> {
    let mut meetings: Vec<Meeting> = Vec::new();
    for part in parts.parts.iter().filter(|p| p.says.media_type == "text/calendar") {
        let body = &raw[part.body.start..part.body.end.min(part.body.start + CALENDAR_MAX)];
        let bytes = decode::decode(body, part.says.encoding);
        for meeting in events(&decode::text(&bytes, part.says.charset.as_deref())) {
            if !meetings.contains(&meeting) && meetings.len() < MEETINGS_MAX {
                meetings.push(meeting);
            }
        }
    }
    meetings
}

fn events(text: &str) -> Vec<Meeting> {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let is_cancelled = unfolded.lines().any(|line| line.trim().eq_ignore_ascii_case("METHOD:CANCEL"));
    let mut events = Vec::new();
    let mut event: Option<Meeting> = None;
    for line in unfolded.lines() {
        match line.trim().to_ascii_uppercase().as_str() {
            "BEGIN:VEVENT" => event = Some(Meeting { is_cancelled, ..Meeting::default() }),
            "END:VEVENT" => events.extend(event.take()),
            _ => event.iter_mut().for_each(|event| note(event, line)),
        }
    }
    events.truncate(MEETINGS_MAX);
    events
}

/// Takes a line of an event to its field.
fn note(event: &mut Meeting, line: &str) {
    let Some((name, value)) = line.split_once(':') else { return };
    let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
    let value = value.trim();
    match name.to_ascii_uppercase().as_str() {
        "SUMMARY" => event.summary = plain(value),
        "LOCATION" => event.location = plain(value),
        "DTSTART" => event.start = time(value, parameters),
        "DTEND" => event.end = time(value, parameters),
        "ORGANIZER" => event.organizer = clean(mailto(value), 200),
        _ => {}
    }
}

fn mailto(value: &str) -> &str {
    value.split_once(':').map_or(value, |(_, address)| address)
}

fn plain(value: &str) -> String {
    clean(
        &value
            .replace("\\n", " ")
            .replace("\\N", " ")
            .replace("\\,", ",")
            .replace("\\;", ";")
            .replace("\\\\", "\\"),
        300,
    )
}

/// `20260303T100000Z` → `2026-03-03 10:00 UTC`; whatever else as written.
fn time(value: &str, parameters: &str) -> String {
    let zone = parameters.split(';').find_map(|p| p.strip_prefix("TZID=")).unwrap_or_default();
    let digits =
        |range: std::ops::Range<usize>| value.get(range).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(4..6), digits(6..8)) else {
        return clean(value, 60);
    };
    let date = format!("{year}-{month}-{day}");
    let (Some(hour), Some(minute)) = (digits(9..11), digits(11..13)) else { return date };
    let zone = if value.ends_with('Z') { "UTC" } else { zone };
    clean(&format!("{date} {hour}:{minute} {zone}"), 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_says_what_when_and_where() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Offer\\, sec\r\n ond try\r\n\
                    DTSTART;TZID=Europe/Copenhagen:20260303T100000\r\nDTEND:20260303T110000Z\r\nLOCATION:Room 2\r\n\
                    ORGANIZER;CN=Kim:mailto:kim@firm.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let meeting = Meeting {
            summary: "Offer, second try".into(),
            start: "2026-03-03 10:00 Europe/Copenhagen".into(),
            end: "2026-03-03 11:00 UTC".into(),
            location: "Room 2".into(),
            organizer: "kim@firm.test".into(),
            is_cancelled: false,
        };
        assert_eq!(events(text), [meeting]);
    }

    #[test]
    fn strange_calendars_are_taken_as_they_are() {
        assert_eq!(events("BEGIN:VEVENT\nDTSTART:tomorrow\nnonsense\nEND:VEVENT")[0].start, "tomorrow");
        assert_eq!(events("BEGIN:VEVENT\nDTSTART:20260303\nEND:VEVENT")[0].start, "2026-03-03");
        assert!(events("METHOD:CANCEL\nBEGIN:VEVENT\nEND:VEVENT")[0].is_cancelled);
        assert_eq!(events("BEGIN:VEVENT\nSUMMARY:never ends"), []);
    }
}
