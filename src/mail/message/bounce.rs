//! Pure. What servers report about mails of ours: who did not get which mail, in the server's own words
//! (RFC 3464; Exim says it in a header field).

use super::decode;
use super::headers::{Headers, MessageId};
use super::split::{Part, Parts};
use crate::mail::address::{Address, clean};

/// Bytes of a report that are read.
const REPORT_MAX: usize = 64 << 10;
/// Recipients of a report that are kept.
const RECIPIENTS_MAX: usize = 100;
/// Characters of a server's sentence that are kept.
const SENTENCE_MAX: usize = 500;

/// A report about one mail of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The mail it is about, where the report says so.
    pub about: Option<MessageId>,
    /// Who is concerned.
    pub recipients: Vec<Failed>,
}

/// What became of the mail for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Who; `None` when the report names nobody.
    pub recipient: Option<Address>,
    /// What became of it.
    pub fate: Fate,
    /// The server's sentence.
    pub sentence: String,
}

/// What became of a mail (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It will not arrive.
    Failed,
    /// It may still arrive.
    Delayed,
    /// It arrived, or was handed on.
    Delivered,
}

/// Reads a report, if the mail is one.
pub fn read(raw: &[u8], parts: &Parts, headers: &Headers, text: &str) -> Option<Report> {
    let status = parts.parts.iter().find(|p| {
        p.says.media_type.ends_with("/delivery-status")
            || p.says.media_type.ends_with("/global-delivery-status")
    });
    let recipients = match status {
        Some(part) => groups(&body(raw, part)),
        None => exim(headers, text)?,
    };
    Some(Report { about: about(raw, parts), recipients })
}

fn body(raw: &[u8], part: &Part) -> String {
    let cut = &raw[part.body.start..part.body.end.min(part.body.start + REPORT_MAX)];
    decode::text(&decode::decode(cut, part.says.encoding), None).replace("\r\n", "\n")
}

/// One group of fields a recipient, behind the one about the whole mail.
fn groups(text: &str) -> Vec<Failed> {
    let unfolded = text.replace("\n ", " ").replace("\n\t", " ");
    unfolded.split("\n\n").filter_map(group).take(RECIPIENTS_MAX).collect()
}

fn group(fields: &str) -> Option<Failed> {
    let field = |wanted: &str| {
        let each = fields.lines().filter_map(|line| line.split_once(':'));
        each.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
            .next()
    };
    let action = field("Action")?;
    let recipient = field("Final-Recipient").or_else(|| field("Original-Recipient"));
    let sentence = field("Diagnostic-Code").map(behind_type).or_else(|| field("Status")).unwrap_or(action);
    Some(Failed {
        recipient: recipient.and_then(|r| Address::read(behind_type(r))),
        fate: fate(action),
        sentence: clean(sentence, SENTENCE_MAX),
    })
}

/// `smtp; 550 no such user` → `550 no such user`.
fn behind_type(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, rest)| rest).trim()
}

fn fate(action: &str) -> Fate {
    match action.split_whitespace().next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "delayed" => Fate::Delayed,
        "delivered" | "relayed" | "expanded" => Fate::Delivered,
        _ => Fate::Failed,
    }
}

/// Exim's bounce: the recipients in a field of their own, the sentence somewhere in the text.
fn exim(headers: &Headers, text: &str) -> Option<Vec<Failed>> {
    let value = headers.raw_values("X-Failed-Recipients").next()?;
    let spoken = |address: &Address| {
        let lines = text.lines().skip_while(|line| !line.to_lowercase().contains(address.as_str()));
        clean(&lines.skip(1).take(3).collect::<Vec<_>>().join(" "), SENTENCE_MAX)
    };
    let failed = |address: Address| Failed {
        sentence: spoken(&address),
        recipient: Some(address),
        fate: Fate::Failed,
    };
    Some(value.split(',').filter_map(Address::read).map(failed).take(RECIPIENTS_MAX).collect())
}

/// The name of our mail: its header, or all of it, is the report's last part.
fn about(raw: &[u8], parts: &Parts) -> Option<MessageId> {
    let quoted = |p: &&Part| {
        matches!(
            p.says.media_type.as_str(),
            "message/rfc822" | "text/rfc822-headers" | "message/global" | "message/global-headers"
        )
    };
    let text = body(raw, parts.parts.iter().find(quoted)?);
    // A field without its line's end is not read.
    let header = text.split("\n\n").next().unwrap_or_default().to_owned() + "\n\n";
    Headers::read(header.as_bytes())?.ids("Message-ID").into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::super::Message;
    use super::*;

    const POSTFIX: &str = "From: MAILER-DAEMON@mx.test\nReturn-Path: <>\nSubject: Undelivered Mail Returned to Sender\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nI'm sorry.\n\
        --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n\
        Final-Recipient: rfc822; kim@firm.test\nAction: failed\nStatus: 5.1.1\n\
        Diagnostic-Code: smtp; 550 5.1.1 <kim@firm.test>:\n    no such user\n\n\
        Final-Recipient: rfc822; lee@firm.test\nAction: delayed\nStatus: 4.4.1\n\n\
        --b\nContent-Type: message/rfc822\n\nSubject: x\nMessage-ID: <o-7@office.test>\n\nhello\n--b--\n";

    #[test]
    fn a_report_names_the_mail_the_recipient_and_the_sentence() {
        let report = Message::read(POSTFIX.as_bytes()).unwrap().report.unwrap();
        assert_eq!(report.about, MessageId::read("o-7@office.test"));
        let failed = |address: &str, fate, sentence: &str| Failed {
            recipient: Address::read(address),
            fate,
            sentence: sentence.into(),
        };
        let expected = [
            failed("kim@firm.test", Fate::Failed, "550 5.1.1 <kim@firm.test>: no such user"),
            failed("lee@firm.test", Fate::Delayed, "4.4.1"),
        ];
        assert_eq!(report.recipients, expected);
    }

    #[test]
    fn exim_says_it_in_a_field() {
        let raw = "From: Mail Delivery System <Mailer-Daemon@mx.test>\nX-Failed-Recipients: kim@firm.test\n\n\
                   This message was created automatically.\n\n  kim@firm.test\n    host mx.firm.test:\n    550 No such user\n";
        let report = Message::read(raw.as_bytes()).unwrap().report.unwrap();
        assert_eq!(report.recipients[0].sentence, "host mx.firm.test: 550 No such user");
        assert_eq!(report.recipients[0].recipient, Address::read("kim@firm.test"));
    }

    #[test]
    fn an_ordinary_mail_reports_nothing() {
        assert_eq!(Message::read(b"From: kim@firm.test\n\n550 no such user").unwrap().report, None);
    }
}
