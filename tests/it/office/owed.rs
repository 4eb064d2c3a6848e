//! Who is owed a call: the board, the store's memory and the list agree (spec/metrics.md M28).

use super::script::play;
use crate::sim::town::{group, number, settings};
use frontdesk::ids::{CallId, PersonId};
use frontdesk::number::Number;
use frontdesk::office::Office;
use frontdesk::office::contact::{Contact, Kind, Outcome, Party};
use frontdesk::office::memory::Memory;
use frontdesk::office::owed::Beside;
use frontdesk::office::promise::CallbackState;
use frontdesk::report;
use frontdesk::settings::Strategy;
use frontdesk::time::{Now, Tick};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;

fn now() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

pub fn contact(id: u64, days_ago: i64, kind: Kind, outcome: Outcome, number: Option<Number>) -> Contact {
    let started_at = now() - SignedDuration::from_hours(24 * days_ago) + SignedDuration::from_mins(id as i64);
    let customer = Party { number, ..Party::default() };
    let us = Party { person: Some(PersonId::from("anna")), ..Party::default() };
    let (from, to) = if kind == Kind::Outbound { (us, customer) } else { (customer, us) };
    Contact {
        id: CallId(id),
        kind,
        started_at,
        entered_at: None,
        answered_at: None,
        ended_at: Some(started_at),
        from,
        to,
        group: None,
        person: None,
        outcome: Some(outcome),
        waited: Duration::ZERO,
        talked: Duration::ZERO,
        held: Duration::ZERO,
        wrapped: Duration::ZERO,
        callback: None,
        message: None,
        legs: Vec::new(),
        story: Vec::new(),
    }
}

/// The board's count after a restart, told in this order; the list's length must be the same.
#[track_caller]
fn owed(mut contacts: Vec<Contact>) -> usize {
    let at = now() + SignedDuration::from_hours(1);
    let at = Now { tick: Tick::ZERO, wall: at };
    let memory = Memory { owing: contacts.clone(), last_call: 100, ..Memory::default() };
    let groups = vec![group("main", Strategy::Everyone, &[("bo", 0)])];
    let board = Office::new(Arc::new(settings(groups)), memory, at).board(at).owed;
    contacts.sort_by_key(|contact| contact.id);
    let since = frontdesk::office::owed::since(at.wall);
    let listed =
        report::owed(contacts.iter().filter(|contact| contact.started_at >= since), &Beside::default()).len();
    assert_eq!(board, listed, "board and list");
    board
}

#[test]
fn a_missed_caller_of_yesterday_is_owed_after_a_restart() {
    let kim = || Some(number("+4520000001"));
    assert_eq!(owed(vec![contact(1, 1, Kind::Inbound, Outcome::Abandoned, kim())]), 1);
    assert_eq!(owed(vec![contact(1, 31, Kind::Inbound, Outcome::Abandoned, kim())]), 0);
}

/// Sent to a number outside: who was not taken there is owed a call, who was is not.
#[test]
fn who_was_sent_on_and_reached_nobody_is_owed() {
    let kim = || Some(number("+4520000001"));
    let sent = |id| contact(id, 1, Kind::Inbound, Outcome::Overflowed, kim());
    let taken = Contact { answered_at: Some(now()), ..sent(2) };
    assert_eq!(owed(vec![sent(1)]), 1);
    assert_eq!(owed(vec![taken.clone()]), 0);
    assert_eq!(owed(vec![sent(1), taken]), 1, "another was spoken to, not we");
}

#[test]
fn three_calls_of_one_number_are_one_and_each_withheld_number_is_its_own() {
    let kim = || Some(number("+4520000001"));
    let missed = |id, number| contact(id, 1, Kind::Inbound, Outcome::AfterHours, number);
    assert_eq!(owed(vec![missed(1, kim()), missed(2, kim()), missed(3, kim())]), 1);
    assert_eq!(owed(vec![missed(1, None), missed(2, None), missed(3, kim())]), 3);
}

#[test]
fn a_talk_pays_for_what_was_missed_before_it_began_in_whatever_order_they_end() {
    let kim = || Some(number("+4520000001"));
    let missed = |id| contact(id, 1, Kind::Inbound, Outcome::Abandoned, kim());
    let called_back = |id| contact(id, 1, Kind::Outbound, Outcome::Answered, kim());
    let not_reached = |id| contact(id, 1, Kind::Outbound, Outcome::Unreached, kim());
    assert_eq!(owed(vec![missed(1), called_back(2)]), 0);
    assert_eq!(owed(vec![called_back(2), missed(1)]), 0);
    assert_eq!(owed(vec![missed(1), not_reached(2)]), 1);
    assert_eq!(owed(vec![missed(1), called_back(2), missed(3)]), 1);
    assert_eq!(owed(vec![missed(3), missed(1), called_back(2)]), 1);
}

/// A missed call that somebody settles by hand is owed no more, also after a restart; the next one is.
#[test]
fn a_missed_call_is_settled_by_hand() {
    let script = "10:00:00 kim calls
         10:00:30 kim hangs-up
         10:01:00 bo settles kim
         10:01:01 bo settles kim
         10:02:00 office restarts";
    let groups = vec![group("main", Strategy::Everyone, &[("bo", 0)])];
    let played = play(settings(groups.clone()), Memory::default(), script);
    let replies: Vec<&str> = played.transcript.lines().filter(|line| line.contains("reply")).collect();
    assert_eq!(replies, ["10:01:00 reply Ok(Ok)", "10:01:01 reply Err(NotNow)"]);
    assert_eq!(played.board.owed, 0);
    assert_eq!(report::owed([&played.contacts["kim"]], &Beside::default()).len(), 0);
    let again = format!("{script}\n10:03:00 kim calls\n10:03:30 kim hangs-up");
    assert_eq!(play(settings(groups), Memory::default(), &again).board.owed, 1);
}

/// Somebody promised kim a call after one was missed, and kept it; or so it seemed.
const KEPT: &str = "10:00:00 kim calls
         10:00:30 kim hangs-up
         10:01:00 bo arrives
         10:01:05 anna promises +4520000001 main
         10:01:10 bo answers
         10:01:11 bo presses 1
         10:01:15 outside answers
         10:01:30 outside hangs-up
         ";

/// How many are owed a call, and how many after a restart: the same.
#[track_caller]
fn owed_after(more: &str) -> usize {
    let count = |more: &str| {
        let groups = vec![group("main", Strategy::Everyone, &[("bo", 0)])];
        play(settings(groups), Memory::default(), &format!("{KEPT}{more}")).board.owed
    };
    let owed = count(more);
    assert_eq!(owed, count(&format!("{more}\n10:30:00 office restarts")), "after a restart");
    owed
}

/// A promise that was not kept after all paid for nothing: the missed call before it is owed again.
#[test]
fn what_a_promise_paid_for_is_owed_again_when_it_was_not_kept() {
    assert_eq!(owed_after("10:01:31 bo pauses bo"), 0);
    let machine = "10:02:00 bo says-voicemail C-2\n10:02:01 bo pauses bo";
    assert_eq!(owed_after(machine), 1);
    assert_eq!(owed_after(&format!("{machine}\n10:03:00 bo cancels C-2 mistake")), 1);
    let settled = "10:01:50 bo settles kim";
    assert_eq!(owed_after(&format!("{settled}\n{machine}\n10:03:00 bo cancels C-2 mistake")), 0);
}

/// A promise that was kept is not cancelled any more, and what it paid for stays paid.
#[test]
fn what_was_kept_is_not_closed_a_second_time() {
    assert_eq!(
        owed_after("10:02:00 bo cancels C-2 mistake\n10:02:01 bo has-done C-2\n10:02:02 bo pauses bo"),
        0
    );
}

/// It was somebody else's number that was called.
#[test]
fn a_corrected_number_leaves_the_missed_call_of_the_other_owed() {
    assert_eq!(owed_after("10:02:00 bo corrects C-2 +4520000005\n10:02:01 bo pauses bo"), 2);
}

/// A machine answered, and then nobody: what staff promised is a person's task, and owed.
#[test]
fn what_staff_promised_and_a_machine_answered_is_owed_until_somebody_is_reached() {
    let mut office = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    office.groups[0].callback.attempts = 1;
    let script = format!("{KEPT}10:02:00 bo says-voicemail C-2");
    let played = play(office, Memory::default(), &script);
    assert_eq!(played.board.owed, 1, "{}", played.transcript);
    assert_eq!(played.board.callbacks[0].state, CallbackState::Unreached);
}

/// A promise is owed from the moment its caller is gone, on the board and on the list.
#[test]
fn a_caller_who_asked_for_a_call_back_is_owed_one_once_they_are_gone() {
    let asks = "10:00:00 kim calls
         10:00:05 kim presses 11";
    let groups = vec![group("main", Strategy::Everyone, &[("bo", 0)])];
    let gone = format!("{asks}\n10:00:09 kim hears-the-end");
    let played = |script: &str| play(settings(groups.clone()), Memory::default(), script);
    let [asked, gone] = [asks, gone.as_str()].map(played);
    let mut row = gone.contacts["kim"].clone();
    assert_eq!((gone.board.owed, report::owed([&row], &Beside::default()).len()), (1, 1));
    (row.outcome, row.ended_at) = (None, None);
    assert_eq!((asked.board.owed, report::owed([&row], &Beside::default()).len()), (0, 0));
}
