//! A restart finds the mailbox as it was.

use super::*;

#[test]
fn after_a_restart_everything_goes_on_as_without_it() {
    let mut outcomes = Vec::new();
    for with_restart in [false, true] {
        let mut stage = Stage::at("09:00");
        stage.mail(2, "kim");
        stage.mail(4, "lee");
        stage.mail(6, "max");
        stage.ask("bo", 2, Order::Claim).unwrap();
        let reply = item_of(stage.reply("bo", 2, stage.one(2).version));
        stage.ask("anna", 4, Order::Snooze(stage.start + HOUR)).unwrap();
        stage.ask("anna", 6, Order::Close).unwrap();
        if with_restart {
            stage.restart();
        }
        let board = stage.office.board(stage.now()).mail;
        let held = (board.unassigned, board.oldest_at, stage.posted.len());
        stage.wait(HOUR * 2);
        stage.mail(6, "max");
        let stands: Vec<String> = [2, 4, 6].map(|id| stage.stands(id)).to_vec();
        outcomes.push((held, stands, stage.posted.clone(), stage.outbox[&reply].state));
    }
    assert_eq!(outcomes[0], outcomes[1]);
    let (_, stands, posted, state) = &outcomes[1];
    assert_eq!(*stands, ["Waiting bo -", "New nobody Mon 13:00", "New nobody Mon 15:00"]);
    assert_eq!((posted.len(), *state), (1, SentState::Queued));
}

#[test]
fn a_number_is_never_given_twice() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let first = item_of(stage.ask("bo", 2, Order::Note("one".into())));
    stage.restart();
    let second = item_of(stage.ask("bo", 2, Order::Note("two".into())));
    assert!(second > first && first.0 % 2 == 1 && second.0 % 2 == 1, "{first} {second}");
}

/// One open promise a sender, whatever happens in between (spec/mail.md §4).
#[test]
fn who_waits_for_a_call_they_asked_for_by_mail_is_known_after_a_restart() {
    let mut stage = Stage::at("09:00");
    stage.call_me = calling::wish("+4512345678");
    stage.mail(2, "kim");
    stage.restart();
    stage.call_me = calling::wish("+4587654321");
    stage.mail(4, "kim");
    let promised = || stage.calls.values().filter(|one| is_open(one)).count();
    assert_eq!(promised(), 1, "{:?}", stage.notes(4));
    assert!(stage.notes(4)[0].contains("waits for a call already"), "{:?}", stage.notes(4));
    let promise = *stage.calls.keys().next().unwrap();
    let what = frontdesk::office::desk::CallbackOrder::Cancel { reason: "sorted".into() };
    stage.command("bo", Command::Callback { call: promise, what }).unwrap();
    stage.restart();
    stage.call_me = calling::wish("+4587654321");
    stage.mail(6, "kim");
    assert_eq!(stage.calls.values().filter(|one| is_open(one)).count(), 1, "none is open any more");
}
