//! Sending (spec/mail.md §5): every way an attempt can end is told apart.

use super::desk::{ADDRESS, Desk, QUICK, account, now, provider, world};
use frontdesk::demo::mail::{Faults, Provider, Step};
use frontdesk::mail::socket::{Dial, Dialling};
use frontdesk::mail::{
    Attempt, Copied, MailCommand, MailEvent, OutboxId, Outcome, Outgoing, Recipient, Sender,
};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

const MESSAGE_ID: &str = "<1@hansen.example>";

fn raw() -> Vec<u8> {
    format!("Message-ID: {MESSAGE_ID}\r\nSubject: svar\r\n\r\n.\r\n..\r\nTekst \u{e5}\r\n").into_bytes()
}

struct Case {
    provider: Provider,
    desk: Desk,
    file: PathBuf,
    folder: tempfile::TempDir,
}

impl Case {
    fn new(faults: Faults) -> Case {
        let (provider, folder) = (provider(), tempfile::tempdir().unwrap());
        provider.plan(move |_, _| faults.clone());
        let file = folder.path().join("out.eml");
        std::fs::write(&file, raw()).unwrap();
        let desk = Desk::open(account(), world(provider.clone(), folder.path(), QUICK));
        Case { provider, desk, file, folder }
    }

    fn with(answers: &[(&str, &str)]) -> Case {
        let instead = answers.iter().map(|(at, answer)| ((*at).to_owned(), (*answer).to_owned())).collect();
        Case::new(Faults { instead, ..Faults::default() })
    }

    async fn send(&mut self, to: &[&str], from: Sender, attempt: Attempt) -> Outcome {
        let outgoing = Outgoing {
            id: OutboxId(1),
            from,
            to: to.iter().map(|to| (*to).to_owned()).collect(),
            message_id: MESSAGE_ID.into(),
            file: self.file.clone(),
            attempt,
        };
        self.desk.mailbox().tell(MailCommand::Send(outgoing)).unwrap();
        match self.desk.until_event(|_, event| matches!(event, MailEvent::Sent { .. })).await {
            MailEvent::Sent { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        }
    }

    async fn send_one(&mut self) -> Outcome {
        self.send(&["kim@kunde.example"], Sender::Own, Attempt::Fresh).await
    }
}

fn all_taken() -> Outcome {
    Outcome::Sent { later: Vec::new(), refused: Vec::new() }
}

#[tokio::test]
async fn a_mail_arrives_byte_for_byte() {
    let mut case = Case::with(&[]);
    assert_eq!(case.send_one().await, all_taken());
    let sent = case.provider.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].from, ADDRESS);
    assert_eq!(sent[0].to, ["kim@kunde.example"]);
    assert_eq!(String::from_utf8_lossy(&sent[0].raw), String::from_utf8_lossy(&raw()));
}

#[tokio::test]
async fn a_refusal_is_later_or_never_at_every_step() {
    for step in ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let later = Case::with(&[(step, "451 4.3.0 try later")]).send_one().await;
        assert_eq!(later, Outcome::Later { said: "451 4.3.0 try later".into() }, "{step}");
        let never = Case::with(&[(step, "550 5.7.1 not here")]).send_one().await;
        let said = "550 5.7.1 not here".to_owned();
        // before MAIL the server refuses us, not this mail
        let expected = if matches!(step, "greeting" | "EHLO") {
            Outcome::Later { said }
        } else {
            Outcome::Refused { said }
        };
        assert_eq!(never, expected, "{step}");
    }
}

#[tokio::test]
async fn one_bad_recipient_stops_no_other() {
    let answers =
        [("RCPT TO:<gone@kunde.example>", "550 gone"), ("RCPT TO:<full@kunde.example>", "452 full")];
    let mut case = Case::with(&answers);
    let to = ["kim@kunde.example", "gone@kunde.example", "full@kunde.example"];
    let recipient = |to: &str, said: &str| Recipient { to: to.into(), said: said.into() };
    assert_eq!(
        case.send(&to, Sender::Own, Attempt::Fresh).await,
        Outcome::Sent {
            later: vec![recipient("full@kunde.example", "452 full")],
            refused: vec![recipient("gone@kunde.example", "550 gone")],
        }
    );
    assert_eq!(case.provider.sent()[0].to, ["kim@kunde.example"]);
}

#[tokio::test]
async fn a_null_sender_falls_back_to_our_own_address() {
    let mut case = Case::with(&[]);
    let to = ["kim@kunde.example"];
    assert_eq!(case.send(&to, Sender::Null, Attempt::Fresh).await, all_taken());
    assert_eq!(case.provider.sent()[0].from, "");
    let mut case = Case::with(&[("MAIL FROM:<>", "550 no null senders here")]);
    assert_eq!(case.send(&to, Sender::Null, Attempt::Fresh).await, all_taken());
    assert_eq!(case.provider.sent()[0].from, ADDRESS);
}

/// Only a cut between the final dot and the answer leaves it open.
#[tokio::test]
async fn a_cut_is_told_by_where_it_was() {
    for step in [Step::Taken, Step::Lost] {
        let mut case = Case::new(Faults { after_dot: Some(step), ..Faults::default() });
        assert_eq!(case.send_one().await, Outcome::Unknown);
        assert_eq!(case.provider.sent().len(), usize::from(step == Step::Taken));
    }
    // the server's words up to "354 go on" of DATA, cut here and there
    for cut in (1..140).step_by(17) {
        let mut case = Case::new(Faults { cut_after: Some(cut), ..Faults::default() });
        assert!(matches!(case.send_one().await, Outcome::Later { .. }), "{cut}");
        assert_eq!(case.provider.sent().len(), 0);
    }
    // 421 as the answer to the dot: closing, and nobody knows
    assert_eq!(Case::with(&[(".", "421 going down")]).send_one().await, Outcome::Unknown);
}

/// After an open end the Sent folder is asked before anything is sent again.
#[tokio::test]
async fn what_lies_in_sent_is_not_sent_again() {
    let mut case = Case::with(&[]);
    let to = ["kim@kunde.example"];
    assert_eq!(case.send(&to, Sender::Own, Attempt::AfterUnknown).await, all_taken(), "not there: sent");
    case.provider.change(|f| f.deliver("Sent", &raw(), now()));
    assert_eq!(case.send(&to, Sender::Own, Attempt::AfterUnknown).await, Outcome::FoundInSent);
    assert_eq!(case.provider.sent().len(), 1);
}

/// A look that cannot be made is no look: nothing is sent, whatever SMTP would take.
#[tokio::test]
async fn without_a_look_at_sent_nothing_goes_a_second_time() {
    let to = ["kim@kunde.example"];
    let refused = "TAG NO [AUTHENTICATIONFAILED] no";
    let mut case = Case::with(&[("LOGIN", refused), ("AUTHENTICATE", refused)]);
    assert_eq!(case.send(&to, Sender::Own, Attempt::AfterUnknown).await, Outcome::Unknown);
    assert_eq!(
        (case.provider.sent().len(), case.desk.told.as_slice()),
        (0, &["mail.log_in_refused".to_owned()][..])
    );
    let mut case = Case::with(&[("SEARCH", "TAG NO not now")]);
    assert_eq!(case.send(&to, Sender::Own, Attempt::AfterUnknown).await, Outcome::Unknown);
    assert_eq!(case.provider.sent().len(), 0);
    let mut case = Case::with(&[("LIST", "TAG OK no folders")]);
    assert_eq!(case.send(&to, Sender::Own, Attempt::AfterUnknown).await, Outcome::NoSentFolder);
    assert_eq!(case.provider.sent().len(), 0);
}

/// Falls when it is to connect for sending, once.
#[derive(Debug)]
struct Falling(Provider, AtomicBool);

impl Dial for Falling {
    fn dial<'a>(&'a self, host: &'a str, port: u16) -> Dialling<'a> {
        assert!(port != 25 || self.1.swap(true, Ordering::SeqCst), "falls");
        self.0.dial(host, port)
    }
}

#[tokio::test]
async fn a_task_that_fell_says_which_mail_it_had() {
    let mut case = Case::with(&[]);
    let dial = Falling(case.provider.clone(), AtomicBool::new(false));
    case.desk = Desk::open(account(), world(dial, case.folder.path(), QUICK));
    assert_eq!(case.send_one().await, Outcome::Unknown);
    assert_eq!(case.send_one().await, all_taken());
    assert_eq!(case.provider.sent().len(), 1);
}

#[tokio::test]
async fn a_copy_goes_to_sent_once() {
    let mut case = Case::with(&[]);
    for expected in [Copied::Appended, Copied::WasThere] {
        let copy =
            MailCommand::Copy { id: OutboxId(1), message_id: MESSAGE_ID.into(), file: case.file.clone() };
        case.desk.mailbox().tell(copy).unwrap();
        let event = case.desk.until_event(|_, event| matches!(event, MailEvent::Copied { .. })).await;
        let MailEvent::Copied { copied, .. } = event else { panic!() };
        assert_eq!(copied, expected);
    }
    let letters = case.provider.change(|f| f.folder("Sent").unwrap().letters.clone());
    assert_eq!(letters.len(), 1);
    assert_eq!(&*letters[0].raw, raw());
}

#[tokio::test]
async fn a_full_mailbox_refuses_the_copy_in_words() {
    let mut case = Case::with(&[("APPEND", "TAG NO [OVERQUOTA] the mailbox is full")]);
    let copy = MailCommand::Copy { id: OutboxId(1), message_id: MESSAGE_ID.into(), file: case.file.clone() };
    case.desk.mailbox().tell(copy).unwrap();
    let event = case.desk.until_event(|_, event| matches!(event, MailEvent::Copied { .. })).await;
    let MailEvent::Copied { copied, .. } = event else { panic!() };
    assert_eq!(copied, Copied::Later { said: "[OVERQUOTA] the mailbox is full".into() });
    assert_eq!(case.desk.told, ["mail.quota_full"]);
}

#[tokio::test]
async fn nonsense_is_refused_before_the_connection() {
    let mut case = Case::with(&[]);
    for bad in ["kim@kunde.example\r\nRCPT TO:<x@y.example>", "kim", "kim@\0", "<kim@kunde.example>"] {
        let outcome = case.send(&["a@b.example", bad], Sender::Own, Attempt::Fresh).await;
        assert!(matches!(outcome, Outcome::BadAddress { .. }), "{bad:?}: {outcome:?}");
    }
    assert_eq!(case.provider.sent().len(), 0);
    drop(case.folder);
}

#[tokio::test]
async fn a_wrong_password_keeps_the_mail_and_tells() {
    let mut case = Case::with(&[("AUTH", "535 5.7.8 no")]);
    assert_eq!(case.send_one().await, Outcome::Later { said: "535 5.7.8 no".into() });
    assert_eq!(case.desk.told, ["mail.log_in_refused"]);
}
