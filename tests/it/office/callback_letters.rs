//! What a customer whose mail address we know is told of a promise, and "STOP" in the answer (spec/callback.md §3,
//! §6, §7, §8).

use super::customers::{card, remembering};
use super::script::{Played, play};
use crate::sim::town::{group, number, settings};
use expect_test::expect;
use frontdesk::office::memory::Memory;
use frontdesk::settings::{AfterClose, Settings, Span, Strategy, parse_toml};
use std::time::Duration;

const ASKS: &str = "15:50:00 kim calls
         15:50:05 kim presses 11
         15:50:09 kim hears-the-end
         ";

/// A mailbox; open from eight to four.
fn office() -> Settings {
    let mut office = settings(vec![group("main", Strategy::Everyone, &[("bo", 0)])]);
    let day = Span { from: jiff::civil::time(8, 0, 0, 0), to: Some(jiff::civil::time(16, 0, 0, 0)) };
    office.hours.week = std::array::from_fn(|_| vec![day]);
    office.groups[0].callback.drain = Duration::from_secs(300);
    office.mailboxes = parse_toml(super::inbox::SETTINGS, "office.toml", None).unwrap().mailboxes;
    office
}

/// Kim's number is on one card, with an address.
fn knows_kim() -> Memory {
    remembering(&[card("Kim", &["+4520000001"], &["kim@kunde.example"])], |_| {})
}

fn mails(played: &Played) -> Vec<&str> {
    played.transcript.lines().filter(|line| line.contains(" mail to ")).collect()
}

/// The mail of §6 needs no word of the owner; what is optional does.
#[test]
fn what_is_written_by_itself() {
    let usual = parse_toml(super::inbox::SETTINGS, "office.toml", None).unwrap().groups[0].callback.clone();
    assert!(usual.mail_unreached && !usual.mail_confirm && !usual.head_start);
}

fn state_of_kim(played: &Played) -> String {
    let promise = played.contacts["kim"].callback.as_ref().unwrap();
    format!("{:?} {:?}", promise.state, promise.settled.as_ref().map(|settled| &settled.by))
}

/// §3: only where the owner wants it, only who is known, and only once it is on the disk.
#[test]
fn a_promise_is_confirmed_by_mail() {
    let mut office = office();
    assert_eq!(mails(&play(office.clone(), knows_kim(), ASKS)), [""; 0], "where the owner does not want it");
    office.groups[0].callback.mail_confirm = true;
    expect![[r#"15:50:05 mail to kim@kunde.example: Your call back from Office (C-1): "We call you back on +4520000001, as you asked.\n\nIf you no longer need the call, answer this mail with STOP.\n\nOffice""#]].assert_eq(&mails(&play(office.clone(), knows_kim(), ASKS)).join("\n"));
    assert_eq!(mails(&play(office.clone(), Memory::default(), ASKS)), [""; 0], "nobody we know");
    let two = [
        card("Kim", &["+4520000001"], &["kim@kunde.example"]),
        card("Lee", &["+4520000001"], &["l@x.example"]),
    ];
    assert_eq!(mails(&play(office.clone(), remembering(&two, |_| {}), ASKS)), [""; 0], "which of the two?");
    let refused = format!("15:49:00 store fails\n{ASKS}");
    assert_eq!(mails(&play(office.clone(), knows_kim(), &refused)), [""; 0], "not kept, not confirmed");
    office.callback.switchboard = vec![number("+4520000001")];
    assert_eq!(mails(&play(office, knows_kim(), ASKS)), [""; 0], "a colleague of Kim's, perhaps");
}

/// §7: its own customer takes it back; nobody is rung any more, and the mail is nobody's work.
#[test]
fn stop_in_the_answer_takes_the_promise_back() {
    let stopped = |from: &str| {
        let script =
            format!("{ASKS}15:51:00 {from} answers-stop C-1\n15:52:00 bo arrives\n15:52:30 bo waits");
        play(office(), knows_kim(), &script)
    };
    let by_kim = stopped("kim");
    assert_eq!(state_of_kim(&by_kim), "Cancelled Some(Customer)");
    assert!(!by_kim.transcript.contains("ring bo-desk"), "{}", by_kim.transcript);
    assert_eq!(by_kim.board.mail.owed, 0);
    let by_lee = stopped("lee");
    assert_eq!(state_of_kim(&by_lee), "Waiting None", "it is not theirs to take back");
    assert!(by_lee.transcript.contains("15:52:00 ring bo-desk"), "{}", by_lee.transcript);
    assert_eq!(by_lee.board.mail.owed, 1, "somebody reads it");
}

/// §6: after the last attempt; it stays a person's task.
#[test]
fn who_was_not_reached_is_told_when_we_tried() {
    let mut office = office();
    office.groups[0].callback.attempts = 2;
    let script = format!(
        "{ASKS}15:51:00 bo arrives
         15:51:01 bo answers
         15:51:02 bo presses 1
         15:51:05 outside fails-with 480
         15:51:06 bo hears-the-end
         15:56:10 bo answers
         15:56:11 bo presses 1
         15:56:15 outside fails-with 480
         15:56:16 bo hears-the-end"
    );
    let played = play(office.clone(), knows_kim(), &script);
    assert_eq!(
        (mails(&played), state_of_kim(&played)),
        (vec![], "Unreached None".to_owned()),
        "where the owner does not want it"
    );
    office.groups[0].callback.mail_unreached = true;
    let played = play(office.clone(), knows_kim(), &script);
    expect![[r#"15:56:15 mail to kim@kunde.example: Your call back from Office (C-1): "We tried to call you back on +4520000001 (15:51, 15:56) and did not reach you.\n\nAnswer this mail, or call us when it suits you.\n\nOffice""#]].assert_eq(&mails(&played).join("\n"));
    assert_eq!(state_of_kim(&played), "Unreached None");
    assert_eq!(played.board.owed, 1);
    let again = format!(
        "{script}\n15:58:00 bo calls-now kim\n15:58:01 bo answers\n15:58:02 bo presses 1
         15:58:05 outside fails-with 480"
    );
    let played = play(office, knows_kim(), &again);
    assert!(played.transcript.contains("15:58:00 ring bo-desk"), "{}", played.transcript);
    assert_eq!(mails(&played).len(), 1, "who tries once more writes themselves");
}

/// §8 (c): left over after closing it ends with a mail; whose address we do not know is a person's task.
#[test]
fn what_is_left_over_ends_with_a_mail() {
    let mut office = office();
    office.groups[0].callback.after_close = AfterClose::Expire;
    let script = format!("{ASKS}16:10:00 bo arrives\n16:12:00 bo waits");
    let known = play(office.clone(), knows_kim(), &script);
    expect![[r#"16:05:09 mail to kim@kunde.example: Your call back from Office (C-1): "We could not call you back on +4520000001. We are sorry.\n\nAnswer this mail, or call us again when it suits you.\n\nOffice""#]].assert_eq(&mails(&known).join("\n"));
    assert_eq!((state_of_kim(&known).as_str(), known.board.owed), ("Cancelled Some(Callback)", 0));
    let full =
        play(office.clone(), knows_kim(), &script.replace("16:10:00", "16:00:30 disk is-full\n16:10:00"));
    assert_eq!(
        (mails(&full).len(), state_of_kim(&full).as_str()),
        (0, "Expired None"),
        "no mail could be kept"
    );
    let refused =
        play(office.clone(), knows_kim(), &script.replace("16:10:00", "16:00:30 store fails\n16:10:00"));
    assert_eq!(state_of_kim(&refused), "Expired None", "the disk had no room for the mail");
    let unknown = play(office, Memory::default(), &script);
    assert_eq!((mails(&unknown).len(), state_of_kim(&unknown).as_str()), (0, "Expired None"));
    assert_eq!(unknown.board.owed, 1);
}

/// §4: twenty seconds ahead of its time, where the owner wants that and the member is rung first.
#[test]
fn a_member_is_rung_a_little_before_the_time() {
    let script = "10:00:00 anna promises +4520000011 main
         10:00:01 anna puts-off C-1 600
         10:01:30 bo arrives
         10:12:00 bo waits";
    for (ahead, rings) in [(false, "10:10:01 ring bo-desk"), (true, "10:09:41 ring bo-desk")] {
        let mut office = office();
        office.groups[0].callback.head_start = ahead;
        let played = play(office, Memory::default(), script);
        let rung = played.transcript.lines().find(|line| line.contains("ring bo-desk"));
        assert!(rung.is_some_and(|line| line.starts_with(rings)), "{}", played.transcript);
    }
}

/// §6: who turned us down twice seems to block us; whether to write to them is a person's to say.
#[test]
fn who_turned_us_down_is_not_written_to() {
    let mut office = office();
    office.groups[0].callback.mail_unreached = true;
    let script = format!(
        "{ASKS}15:51:00 bo arrives
         15:51:01 bo answers
         15:51:02 bo presses 1
         15:51:05 outside fails-with 603
         15:51:06 bo hears-the-end
         15:56:10 bo answers
         15:56:11 bo presses 1
         15:56:15 outside fails-with 603
         15:56:16 bo hears-the-end"
    );
    let played = play(office, knows_kim(), &script);
    assert_eq!((mails(&played), state_of_kim(&played)), (vec![], "Unreached None".to_owned()));
}

/// The two ways in which nothing is carried over.
const NOT_CARRIED: [AfterClose; 2] = [AfterClose::Staff, AfterClose::Expire];

/// reliability §4: a clock that is not trusted, or is set forward for a while, ends no day.
#[test]
fn a_wrong_clock_leaves_nothing_over() {
    for policy in NOT_CARRIED {
        for wrong in ["15:51:00 clock is-wrong\n15:51:01", "15:51:01"] {
            let mut office = office();
            office.groups[0].callback.after_close = policy;
            let script = format!(
                "{ASKS}{wrong} clock jumps 20000
                 15:52:40 bo waits
                 15:53:00 clock jumps -20000
                 15:53:01 clock is-right
                 15:54:00 bo waits"
            );
            let played = play(office, knows_kim(), &script);
            assert_eq!(
                (mails(&played), state_of_kim(&played)),
                (vec![], "Waiting None".to_owned()),
                "{policy:?}"
            );
        }
    }
}

/// §8: what staff ask for when the day is over waits for the next one.
#[test]
fn what_is_asked_for_after_closing_is_not_left_over() {
    for policy in NOT_CARRIED {
        let mut office = office();
        office.groups[0].callback.after_close = policy;
        let script = "18:00:00 anna promises +4520000001 main
             32:05:00 bo arrives
             32:12:00 bo waits";
        let played = play(office, knows_kim(), script);
        assert_eq!(mails(&played), [""; 0], "{policy:?}");
        assert!(played.transcript.contains("32:10:00 ring bo-desk"), "{policy:?}\n{}", played.transcript);
    }
}

/// §11: whoever takes up what was left over makes the call, and no second mail is written.
#[test]
fn what_was_left_over_can_be_called_now() {
    for (policy, written) in NOT_CARRIED.into_iter().zip([0, 1]) {
        let mut office = office();
        office.groups[0].callback.after_close = policy;
        let script = format!(
            "{ASKS}16:06:00 bo arrives
             16:07:00 bo calls-now kim
             16:07:20 bo declines
             16:20:00 bo waits"
        );
        let played = play(office, knows_kim(), &script);
        assert!(played.transcript.contains("16:07:00 ring bo-desk"), "{policy:?}\n{}", played.transcript);
        assert_eq!(mails(&played).len(), written, "{policy:?}\n{}", played.transcript);
    }
}
