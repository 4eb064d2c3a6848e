//! States, targets, claims, notes, and what happens by itself.

use super::*;
use frontdesk::office::Callers;
use frontdesk::office::desk::WantedState;
use frontdesk::office::inbox::Doing;

#[test]
fn the_first_reply_is_due_after_four_hours_of_open_time() {
    for (comes, due) in [
        ("09:00", "Mon 13:00"),
        // four hours left before closing, to the minute
        ("12:00", "Mon 16:00"),
        ("14:30", "Tue 10:30"),
        ("20:00", "Tue 12:00"),
        ("05:00", "Mon 12:00"),
    ] {
        let mut stage = Stage::at(comes);
        stage.mail(2, "kim");
        assert_eq!(stage.stands(2), format!("New nobody {due}"), "came at {comes}");
    }
}

#[test]
fn a_mail_is_a_debt_until_it_is_answered_and_late_after_its_target() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let board = |stage: &mut Stage| stage.office.board(stage.now());
    let (mail, owed) = (board(&mut stage).mail, board(&mut stage).owed);
    assert_eq!((mail.unassigned, mail.overdue, owed), (1, 0, 1));
    assert_eq!(mail.oldest_at, Some(stage.start));
    stage.wait(HOUR * 4);
    assert_eq!(board(&mut stage).mail.overdue, 1);
    stage.ask("bo", 2, Order::Claim).unwrap();
    let mail = board(&mut stage).mail;
    assert_eq!((mail.unassigned, mail.overdue), (0, 1), "taken is not answered");
    // written in somebody's own mail program
    stage.mail_with(2, "kim", Way::Out, None);
    let mail = board(&mut stage).mail;
    assert_eq!((mail.unassigned, mail.overdue, mail.oldest_at, board(&mut stage).owed), (0, 0, None, 0));
    assert_eq!(stage.stands(2), "Waiting bo -");
}

/// A reply answers what came before it: written in another mail program, and fetched after the customer's next.
#[test]
fn a_reply_leaves_owed_what_the_customer_wrote_after_it() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.wait(HOUR);
    let again = stage.now().wall;
    stage.mail(2, "kim");
    assert_eq!(stage.stands(2), "New nobody Mon 13:00");
    stage.late_answer(2, again - SignedDuration::from_mins(10), Some(again));
    assert_eq!(stage.stands(2), "New nobody Mon 14:00", "the first is answered, the second is owed");
    assert_eq!(stage.one(2).owed_since, Some(again));
    stage.late_answer(2, stage.start - HOUR, Some(stage.start));
    assert_eq!(stage.stands(2), "New nobody Mon 14:00", "older than both");
    stage.late_answer(2, again + SignedDuration::from_mins(10), None);
    assert_eq!((stage.stands(2), stage.one(2).owed_since), ("Waiting nobody -".to_owned(), None));
    stage.late_answer(2, stage.start - HOUR, Some(stage.start));
    assert_eq!(stage.stands(2), "Waiting nobody -", "it owes nothing that was answered");
}

#[test]
fn a_customer_who_writes_again_opens_what_was_closed_put_off_or_waiting() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.ask("bo", 2, Order::Claim).unwrap();
    stage.ask("bo", 2, Order::Close).unwrap();
    assert_eq!(stage.stands(2), "Closed bo -");
    stage.wait(HOUR);
    stage.mail(2, "kim");
    assert_eq!(stage.stands(2), "Open bo Mon 14:00");
    let until = stage.start + HOUR * 5;
    stage.ask("bo", 2, Order::Snooze(until)).unwrap();
    assert_eq!(stage.one(2).state, State::Snoozed);
    stage.mail(2, "kim");
    // the debt is as old as the first mail nobody answered
    assert_eq!((stage.stands(2), stage.one(2).snoozed_until), ("Open bo Mon 14:00".to_owned(), None));
}

#[test]
fn what_is_put_off_wakes_at_its_time() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.ask("bo", 2, Order::Snooze(stage.start + HOUR * 2)).unwrap();
    stage.wait(HOUR * 2 - SignedDuration::from_secs(1));
    assert_eq!(stage.one(2).state, State::Snoozed);
    assert_eq!(stage.office.board(stage.now()).owed, 0, "what is put off is not owed now");
    stage.wait(SignedDuration::from_secs(2));
    assert_eq!(stage.stands(2), "New nobody Mon 13:00");
    let past = stage.ask("bo", 2, Order::Snooze(stage.start));
    assert_eq!(past, Err(Refusal::BadTime));
}

#[test]
fn nobody_takes_what_somebody_has_and_a_lead_may_give_it() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.ask("bo", 2, Order::Claim).unwrap();
    let refused = stage.ask("anna", 2, Order::Claim);
    assert_eq!(refused, Err(Refusal::AlreadyTaken { by: PersonId::from("bo") }));
    stage.ask("anna", 2, Order::Assign(Some(PersonId::from("anna")))).unwrap();
    assert_eq!(stage.stands(2), "Open anna Mon 13:00");
    stage.ask("anna", 2, Order::Assign(None)).unwrap();
    assert_eq!(stage.stands(2), "New nobody Mon 13:00");
    assert_eq!(stage.ask("bo", 2, Order::Assign(Some("eve".into()))), Err(Refusal::NoSuchPerson));
    assert_eq!(stage.ask("tv", 2, Order::Close), Err(Refusal::NotAllowed));
}

#[test]
fn the_next_mail_is_the_oldest_by_its_target_that_nobody_writes_in() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.wait(HOUR);
    stage.mail(4, "lee");
    stage.mail(6, "max");
    stage.ask("anna", 2, Order::Present(Some(Doing::Writing))).unwrap();
    assert_eq!(stage.command("bo", Command::NextMail), Ok(Done::Conversation(ConversationId(4))));
    assert_eq!(stage.stands(4), "Open bo Mon 14:00");
    assert_eq!(stage.command("anna", Command::NextMail), Ok(Done::Conversation(ConversationId(2))));
    stage.ask("bo", 4, Order::Close).unwrap();
    assert_eq!(stage.command("bo", Command::NextMail), Ok(Done::Conversation(ConversationId(6))));
    stage.ask("bo", 6, Order::Close).unwrap();
    assert_eq!(stage.command("bo", Command::NextMail), Err(Refusal::NoMail));
}

#[test]
fn who_looks_and_writes_is_seen_until_they_go_or_fall_silent() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.ask("anna", 2, Order::Present(Some(Doing::Looking))).unwrap();
    stage.ask("bo", 2, Order::Present(Some(Doing::Writing))).unwrap();
    let present = |stage: &mut Stage| {
        let all = stage.office.board(stage.now()).mail.present;
        all.iter().map(|one| format!("{} {:?}", one.person, one.doing)).collect::<Vec<_>>()
    };
    assert_eq!(present(&mut stage), ["anna Looking", "bo Writing"]);
    stage.ask("bo", 2, Order::Present(None)).unwrap();
    assert_eq!(present(&mut stage), ["anna Looking"]);
    stage.wait(SignedDuration::from_secs(31));
    assert_eq!(present(&mut stage), Vec::<String>::new());
}

#[test]
fn a_note_names_colleagues_and_moves_the_version() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let before = stage.one(2).version;
    let note = item_of(stage.ask("bo", 2, Order::Note("@Anna, ask info@hansen.example about it".into())));
    assert_eq!(stage.items[&note].mentions, [PersonId::from("anna")]);
    assert_eq!(stage.one(2).version, before + 1);
    assert_eq!(stage.ask("bo", 2, Order::Note("  ".into())), Err(Refusal::BadText));
}

#[test]
fn mail_of_somebody_away_for_more_than_a_day_is_everybodys_again() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.ask("bo", 2, Order::Claim).unwrap();
    let off =
        Command::SetState { person: "bo".into(), state: WantedState::Off, callers: Some(Callers::Wait) };
    stage.command("bo", off).unwrap();
    stage.wait(HOUR * 24);
    assert_eq!(stage.one(2).assigned, Some("bo".into()));
    stage.wait(SignedDuration::from_mins(2));
    assert_eq!(stage.stands(2), "New nobody Mon 13:00");
    assert_eq!(stage.notes(2), ["Bo Dahl has been away for more than a day: this is everybody's again."]);
}

#[test]
fn two_conversations_become_one_and_two_again() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.wait(HOUR);
    stage.mail(4, "kim");
    let into = Box::new(stage.one(2).clone());
    stage.ask("bo", 4, Order::Merge(into)).unwrap();
    assert_eq!((stage.one(4).state, stage.one(4).merged_into), (State::Closed, Some(ConversationId(2))));
    assert_eq!(stage.office.board(stage.now()).owed, 1);
    // what comes for the one that is gone arrives in the other
    stage.mail(4, "kim");
    assert_eq!((stage.one(4).state, stage.one(2).state), (State::Closed, State::New));
    stage.ask("bo", 4, Order::Unmerge).unwrap();
    assert_eq!((stage.stands(4), stage.one(4).merged_into), ("New nobody Mon 14:00".to_owned(), None));
    assert_eq!(stage.moved, ["M-4 to M-2: All", "M-2 to M-4: Home"]);
    assert_eq!(stage.ask("bo", 4, Order::Unmerge), Err(Refusal::NotNow));
    let itself = Box::new(stage.one(4).clone());
    assert_eq!(stage.ask("bo", 4, Order::Merge(itself)), Err(Refusal::NotNow));
}

#[test]
fn after_two_merges_what_comes_for_the_first_arrives_in_the_last() {
    let mut stage = Stage::at("09:00");
    for id in [2, 4, 6] {
        stage.mail(id, "kim");
    }
    for (from, to) in [(6, 4), (4, 2)] {
        let into = Box::new(stage.one(to).clone());
        stage.ask("bo", from, Order::Merge(into)).unwrap();
    }
    let before = stage.one(2).version;
    stage.mail(6, "kim");
    assert_eq!((stage.one(2).version, stage.one(4).state), (before + 1, State::Closed));
    assert_eq!(stage.office.board(stage.now()).owed, 1);
    stage.ask("bo", 6, Order::Unmerge).unwrap();
    assert_eq!(stage.moved, ["M-6 to M-4: All", "M-4 to M-2: All", "M-2 to M-6: Home"]);
    assert_eq!((stage.one(6).merged_into, stage.one(4).merged_into), (None, Some(ConversationId(2))));
}

#[test]
fn a_part_becomes_a_conversation_of_its_own_and_goes_back() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let other = Correspondent { address: "lee@kunde.example".into(), name: "Lee".into() };
    let done = stage.ask("bo", 2, Order::Split(vec![ItemId(100)], other)).unwrap();
    let Done::Conversation(new) = done else { panic!("{done:?}") };
    assert_eq!(new.0 % 2, 1, "numbers of the office are odd");
    assert_eq!((stage.one(new.0).customer.name.as_str(), stage.one(new.0).state), ("Lee", State::New));
    let back = Box::new(stage.one(2).clone());
    stage.ask("bo", new.0, Order::Merge(back)).unwrap();
    assert_eq!(stage.moved.len(), 2);
}
