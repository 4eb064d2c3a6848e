//! Files that go with what is written, and mails that are begun (spec/mail.md §3).

use super::*;
use frontdesk::office::inbox::{Draft, FILES_MAX, Upload, Writing};

fn file(id: &str, size: u64) -> Upload {
    Upload { id: id.into(), name: format!("{id}.pdf"), kind: "application/pdf".into(), size }
}

fn begun(text: &str) -> Begun {
    let (id, address, mailbox) = ("d1".into(), "kim@kunde.example".into(), None);
    Begun { id, address, mailbox, to: "kim@".into(), subject: "Boiler".into(), text: text.into() }
}

fn attach(
    stage: &mut Stage,
    who: &str,
    id: u64,
    upload: Upload,
    beside: Vec<Upload>,
) -> Result<Done, Refusal> {
    let draft = Draft::Answer(Box::new(stage.one(id).clone()));
    stage.command(who, Command::Write(Box::new(Writing::Attach { draft, upload, beside })))
}

#[test]
fn files_go_along_with_an_answer_as_they_were_chosen() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    assert_eq!(attach(&mut stage, "bo", 2, file("offer", 4), Vec::new()), Ok(Done::Ok));
    assert_eq!(stage.uploads["offer"], Place::Answer(ConversationId(2)));
    let files = vec![file("plan", 5), file("offer", 4)];
    let seen = stage.one(2).version;
    let reply =
        |files| Order::Reply(Reply { text: "See inside.".into(), seen, to: None, later: None, files });
    let many = (0..=FILES_MAX).map(|_| file("offer", 1)).collect();
    assert_eq!(stage.ask("bo", 2, reply(many)), Err(Refusal::TooManyFiles));
    let large = vec![file("offer", 9_000_001), file("plan", 9_000_000)];
    assert_eq!(stage.ask("bo", 2, reply(large)), Err(Refusal::FilesTooLarge));
    let item = item_of(stage.ask("bo", 2, reply(files.clone())));
    assert_eq!(stage.items[&item].files, files);
    stage.restart();
    stage.wait(SignedDuration::from_secs(11));
    assert_eq!((stage.posted.clone(), stage.items[&item].files.len()), (vec![item], 2));
}

#[test]
fn a_file_is_refused_before_it_is_written_down() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    assert_eq!(attach(&mut stage, "bo", 2, file("none", 0), Vec::new()), Err(Refusal::EmptyFile));
    let beside = vec![file("plan", 18_000_000)];
    assert_eq!(attach(&mut stage, "bo", 2, file("offer", 1), beside), Err(Refusal::FilesTooLarge));
    assert_eq!(attach(&mut stage, "tv", 2, file("offer", 1), Vec::new()), Err(Refusal::NotAllowed));
    stage.keeps = false;
    assert_eq!(attach(&mut stage, "bo", 2, file("offer", 1), Vec::new()), Err(Refusal::KeptLater));
    stage.hand_in(Input::Store { keeps_promises: false });
    assert_eq!(attach(&mut stage, "bo", 2, file("plan", 1), Vec::new()), Err(Refusal::NotKept));
    assert!(!stage.uploads.contains_key("plan"), "its bytes are not on the disk any more");
}

#[test]
fn a_mail_that_is_begun_is_its_writers_and_kept_as_it_is_typed() {
    let mut stage = Stage::at("09:00");
    let mut write = |who: &str, writing: Writing| stage.command(who, Command::Write(Box::new(writing)));
    assert_eq!(write("tv", Writing::Begin(begun(""))), Err(Refusal::NotAllowed));
    write("bo", Writing::Begin(begun("It"))).unwrap();
    write("bo", Writing::Keep(begun("It is here."))).unwrap();
    assert_eq!(write("bo", Writing::Keep(begun(&"x".repeat(300_000)))), Err(Refusal::BadText));
    let upload = file("offer", 4);
    let draft = Draft::Begun("d1".into());
    write("bo", Writing::Attach { draft, upload, beside: Vec::new() }).unwrap();
    let (by, kept) = &stage.begun["d1"];
    assert_eq!((by.as_str(), kept.text.as_str()), ("bo", "It is here."));
    assert_eq!(stage.uploads["offer"], Place::Begun("d1".into()));
    let program = Actor { person: None, role: Role::Owner };
    let command = Command::Write(Box::new(Writing::Drop("d1".into())));
    stage.hand_in(Input::Desk { ticket: Ticket(999), who: program, command });
    assert_eq!(
        stage.answers.remove(&Ticket(999)),
        Some(Err(Refusal::NotAllowed)),
        "a program writes no drafts"
    );
    stage.command("bo", Command::Write(Box::new(Writing::Detach("offer".into())))).unwrap();
    stage.command("bo", Command::Write(Box::new(Writing::Drop("d1".into())))).unwrap();
    assert!(stage.begun.is_empty() && stage.uploads.is_empty());
}
