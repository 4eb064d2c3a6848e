//! Replies: seen first, taken back, sent later, queued; and what a sender is told at once.

use super::*;
use frontdesk::office::inbox::Posted;

const UNDO: SignedDuration = SignedDuration::from_secs(10);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
const STOPPED: &str = "Not sent: something arrived meanwhile. The text is a draft again.";

#[test]
fn a_reply_can_be_taken_back_for_ten_seconds_and_then_goes_once() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let seen = stage.one(2).version;
    let first = item_of(stage.reply("bo", 2, seen));
    assert_eq!(
        (stage.outbox[&first].state, stage.one(2).assigned.clone()),
        (SentState::Held, Some("bo".into()))
    );
    stage.wait(UNDO - SignedDuration::from_secs(1));
    stage.ask("bo", 2, Order::Undo(first)).unwrap();
    assert_eq!(stage.outbox[&first].state, SentState::Undone);
    assert_eq!(stage.drafts[&(ConversationId(2), "bo".into())], "bo answers");
    let second = item_of(stage.reply("bo", 2, stage.one(2).version));
    stage.wait(UNDO + SignedDuration::from_secs(1));
    assert_eq!((stage.outbox[&second].state, stage.posted.clone()), (SentState::Queued, vec![second]));
    assert_eq!(stage.stands(2), "Waiting bo -");
    assert_eq!(stage.ask("bo", 2, Order::Undo(second)), Err(Refusal::TooLate));
    stage.wait(HOUR);
    assert_eq!(stage.posted, [second]);
}

#[test]
fn a_reply_is_refused_when_something_arrived_that_its_writer_has_not_seen() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let seen = stage.one(2).version;
    stage.ask("anna", 2, Order::Note("he called".into())).unwrap();
    assert_eq!(stage.reply("bo", 2, seen), Err(Refusal::Unseen { version: seen + 1 }));
    stage.mail(2, "kim");
    assert_eq!(stage.reply("bo", 2, seen + 1), Err(Refusal::Unseen { version: seen + 2 }));
    item_of(stage.reply("bo", 2, seen + 2));
    // two who answer in the same second: the second sees the first's
    assert_eq!(stage.reply("anna", 2, seen + 2), Err(Refusal::Unseen { version: seen + 3 }));
    assert_eq!(stage.outbox.len(), 1);
}

#[test]
fn what_was_to_go_later_does_not_go_past_a_mail_its_writer_has_not_seen() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let later = Some(stage.start + HOUR * 3);
    let reply =
        Reply { text: "tomorrow".into(), seen: stage.one(2).version, to: None, later, files: Vec::new() };
    let item = item_of(stage.ask("bo", 2, Order::Reply(reply)));
    stage.wait(HOUR);
    stage.mail(2, "kim");
    stage.wait(HOUR * 2 + UNDO);
    assert_eq!((stage.outbox[&item].state, stage.posted.len()), (SentState::Undone, 0));
    assert_eq!(stage.drafts[&(ConversationId(2), "bo".into())], "tomorrow");
    assert_eq!(stage.notes(2), [STOPPED.to_owned() + "\n\ntomorrow"]);
    assert_eq!(stage.one(2).state, State::Open);
}

#[test]
fn what_the_writer_did_themselves_does_not_stop_their_reply() {
    for with_restart in [false, true] {
        let mut stage = Stage::at("09:00");
        stage.mail(2, "kim");
        let first = item_of(stage.reply("bo", 2, stage.one(2).version));
        stage.wait(SECOND * 3);
        stage.ask("bo", 2, Order::Note("he has a dog".into())).unwrap();
        let second = item_of(stage.reply("bo", 2, stage.one(2).version));
        stage.ask("bo", 2, Order::Note("and a cat".into())).unwrap();
        if with_restart {
            stage.restart();
        }
        stage.wait(UNDO * 2);
        assert_eq!(stage.posted, [first, second], "restart: {with_restart}");
        assert_eq!(stage.notes(2), ["he has a dog", "and a cat"]);
    }
}

#[test]
fn what_a_colleague_or_the_customer_wrote_stops_a_reply_whatever_its_writer_does_after() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let bos = item_of(stage.reply("bo", 2, stage.one(2).version));
    stage.ask("anna", 2, Order::Note("he called".into())).unwrap();
    stage.ask("bo", 2, Order::Note("mine".into())).unwrap();
    let annas = item_of(stage.reply("anna", 2, stage.one(2).version));
    stage.wait(UNDO * 2);
    assert_eq!((stage.outbox[&bos].state, stage.posted.clone()), (SentState::Undone, vec![annas]));
    assert_eq!(stage.notes(2).len(), 3, "the office's own note stopped nobody");
}

#[test]
fn of_two_replies_that_are_stopped_no_text_is_lost() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    for text in ["one", "two"] {
        let reply =
            Reply { text: text.into(), seen: stage.one(2).version, to: None, later: None, files: Vec::new() };
        item_of(stage.ask("bo", 2, Order::Reply(reply)));
    }
    stage.mail(2, "kim");
    stage.wait(UNDO * 2);
    assert_eq!(stage.posted, []);
    assert_eq!(stage.drafts[&(ConversationId(2), "bo".into())], "one\n\ntwo");
    assert_eq!(stage.notes(2), ["one", "two"].map(|text| format!("{STOPPED}\n\n{text}")));
}

#[test]
fn send_later_goes_at_its_minute() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let later = Some(stage.start + HOUR * 3);
    let reply =
        Reply { text: "tomorrow".into(), seen: stage.one(2).version, to: None, later, files: Vec::new() };
    let item = item_of(stage.ask("bo", 2, Order::Reply(reply)));
    stage.wait(HOUR * 3 - SignedDuration::from_secs(1));
    assert_eq!(stage.posted, []);
    stage.wait(SignedDuration::from_secs(2));
    assert_eq!(stage.posted, [item]);
}

#[test]
fn what_the_disk_does_not_take_is_not_sent_and_not_said_to_be() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.keeps = false;
    assert_eq!(stage.reply("bo", 2, stage.one(2).version), Err(Refusal::NotKept));
    stage.keeps = true;
    stage.wait(HOUR);
    assert_eq!(stage.posted, []);
}

#[test]
fn what_is_done_while_the_disk_refuses_is_written_later_and_nobody_is_told_it_was() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.keeps = false;
    assert_eq!(stage.ask("bo", 2, Order::Claim), Err(Refusal::KeptLater));
    // the row waits for the disk, where a promise would be dropped
    assert_eq!(stage.one(2).assigned, Some("bo".into()));
}

#[test]
fn what_no_server_takes_is_work_again() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let item = item_of(stage.reply("bo", 2, stage.one(2).version));
    stage.wait(UNDO * 2);
    assert_eq!(stage.office.board(stage.now()).owed, 0);
    let conversation = Box::new(stage.one(2).clone());
    stage.hand_in(Input::Posted { conversation: conversation.clone(), how: Posted::Sent });
    assert_eq!(stage.one(2).state, State::Waiting);
    let (to, said) = ("kim@kunde.example".to_owned(), "550 no such user".to_owned());
    stage.hand_in(Input::Posted { conversation, how: Posted::Failed { key: "mail.refused", to, said } });
    assert_eq!(
        stage.notes(2),
        ["The mail to kim@kunde.example was not delivered. The server says: 550 no such user"]
    );
    assert_eq!((stage.stands(2), stage.office.board(stage.now()).owed), ("Open bo Mon 09:00".to_owned(), 1));
    // a person's yes
    stage.ask("bo", 2, Order::SendAgain(item)).unwrap();
    assert_eq!((stage.posted.clone(), stage.one(2).state), (vec![item, item], State::Waiting));
}

#[test]
fn a_sender_is_told_at_once_and_waits_for_an_answer_all_the_same() {
    let mut stage = Stage::at("09:00");
    let to = Correspondent { address: "kim@kunde.example".into(), name: "kim".into() };
    let reply = AutoReply { to, subject: "Re: Leak".into(), text: "We answer by 13:00.".into() };
    stage.mail_with(2, "kim", Way::In, Some(reply));
    let sent: Vec<_> = stage.items.values().map(|item| (item.kind, item.text.as_str())).collect();
    assert_eq!(sent, [(ItemKind::AutoReply, "We answer by 13:00.")]);
    assert_eq!((stage.posted.len(), stage.stands(2)), (1, "New nobody Mon 13:00".to_owned()));
    // it is nothing a writer must have seen
    item_of(stage.reply("bo", 2, 2));
}

/// A first mail that is taken back is a draft in somebody's work; one the disk refused has begun nothing.
#[test]
fn a_first_mail_that_does_not_leave_leaves_no_empty_conversation() {
    let mut stage = Stage::at("09:00");
    let mail = || {
        let to = vec![Correspondent { address: "lee@kunde.example".into(), name: "Lee".into() }];
        let (subject, text) = ("Boiler".into(), "It is here.".into());
        Command::NewMail(Box::new(NewMail {
            mailbox: "info".into(),
            to,
            subject,
            text,
            later: None,
            files: Vec::new(),
        }))
    };
    let Ok(Done::Mail(id, item)) = stage.command("bo", mail()) else { panic!() };
    assert_eq!(stage.conversations[&id].state, State::Waiting);
    stage.ask("bo", id.0, Order::Undo(item)).unwrap();
    assert_eq!((stage.stands(id.0), stage.drafts.len()), ("Open bo -".into(), 1));
    stage.keeps = false;
    assert_eq!(stage.command("bo", mail()), Err(Refusal::NotKept));
    assert_eq!(stage.conversations.len(), 1, "{:?}", stage.conversations);
    stage.keeps = true;
    let Ok(Done::Mail(id, _)) = stage.command("bo", mail()) else { panic!() };
    stage.wait(SignedDuration::from_secs(11));
    assert_eq!((stage.posted.len(), stage.conversations[&id].state), (1, State::Waiting));
}
