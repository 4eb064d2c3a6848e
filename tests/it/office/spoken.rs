//! Mail and telephone of one customer: who was spoken to waits for no answer, and nobody answers past a colleague
//! (spec/mail.md §3).

use super::customers::{KIM, LEE, at, card, conversation, office, remembering};
use super::script::play;
use frontdesk::ids::ConversationId;
use frontdesk::office::customers::card::Card;
use frontdesk::office::inbox::{Conversation, Correspondent, State};
use frontdesk::office::memory::Memory;
use jiff::SignedDuration;

/// An office with a mail from this address that waits for an answer.
fn with_mail(address: &str, cards: &[Card]) -> Memory {
    let customer = Correspondent { address: address.into(), name: "Kim".into() };
    let mail = Conversation {
        owed_since: Some(at()),
        due_at: Some(at() + SignedDuration::from_hours(4)),
        ..conversation(customer)
    };
    Memory { conversations: vec![mail], last_conversation: 2, last_item: 2, ..remembering(cards, |_| {}) }
}

/// spec/mail.md §3: a call that reaches the customer settles the debt, whichever address they wrote from.
#[test]
fn who_was_spoken_to_is_owed_no_answer_by_mail() {
    let script = "09:00:00 bo arrives\n09:00:01 kim calls\n09:00:02 bo answers\n09:02:00 kim hangs-up\n\
        09:03:00 bo waits";
    let owed = |address: &str, cards: &[Card], script: &str| {
        let played = play(office(&[("bo", 0)]), with_mail(address, cards), script);
        (played.board.mail.owed, played.mails[&ConversationId(2)].state)
    };
    let kim = [card("Kim", &[KIM], &["kim@a.example", "kim@b.example"])];
    assert_eq!(owed("kim@b.example", &kim, script), (0, State::Waiting), "not lost: it waits for them");
    assert_eq!(owed("lee@b.example", &kim, script), (1, State::New), "somebody else's");
    let two = [kim[0].clone(), card("Lee", &[LEE], &["kim@b.example"])];
    assert_eq!(owed("kim@b.example", &two, script), (1, State::New), "an address that two have");
    let short = script.replace("09:02:00", "09:00:31");
    assert_eq!(owed("kim@b.example", &kim, &short), (1, State::New), "29 s: hardly a word");
    assert_eq!(owed("kim@b.example", &kim, &short.replace("00:31", "00:32")), (0, State::Waiting), "30 s");
    let begun = script.replace("09:00:01", "09:00:01 anna drafts Dear Kim\n09:00:01");
    assert_eq!(owed("kim@b.example", &kim, &begun), (1, State::New), "an answer is begun");
    let dropped = begun.replace("Dear Kim\n", "Dear Kim\n09:00:01 anna drafts\n");
    assert_eq!(owed("kim@b.example", &kim, &dropped), (0, State::Waiting));
    let undone = |time: &str| format!("{script}\n{time} bo reopens");
    assert_eq!(owed("kim@b.example", &kim, &undone("09:11:59")), (1, State::New), "taken back");
    assert_eq!(
        owed("kim@b.example", &kim, &undone("09:12:01")),
        (0, State::New),
        "work, but no debt of before"
    );
}

/// The row has what a talk settled: taken back after a restart as before it (spec/callback.md §7), and not for ever.
#[test]
fn what_a_talk_settled_is_owed_again_by_one_press_after_a_restart_too() {
    let script = "09:00:00 bo arrives\n09:00:01 kim calls\n09:00:02 bo answers\n09:02:00 kim hangs-up\n\
        09:03:00 bo waits";
    let kim = [card("Kim", &[KIM], &["kim@a.example"])];
    let settled = play(office(&[("bo", 0)]), with_mail("kim@a.example", &kim), script).mails;
    let row = settled[&ConversationId(2)].clone();
    assert_eq!((row.state, row.owed_since), (State::Waiting, None));
    let again = |script: &str| {
        let memory = Memory { conversations: vec![row.clone()], ..with_mail("kim@a.example", &kim) };
        let played = play(office(&[("bo", 0)]), memory, script);
        (played.board.mail.owed, played.mails[&ConversationId(2)].due_at)
    };
    let due = Some(at() + SignedDuration::from_hours(4));
    assert_eq!(again("09:04:00 bo arrives\n09:11:59 bo reopens"), (1, due));
    assert_eq!(again("09:04:00 bo arrives\n09:12:01 bo reopens"), (0, None));
}

#[test]
fn an_answer_that_was_begun_before_a_restart_keeps_the_mail_owed() {
    let script = "09:00:00 bo arrives\n09:00:01 kim calls\n09:00:02 bo answers\n09:02:00 kim hangs-up\n\
        09:03:00 bo waits";
    let kim = [card("Kim", &[KIM], &["kim@a.example"])];
    let memory =
        Memory { drafts: vec![(ConversationId(2), "anna".into())], ..with_mail("kim@a.example", &kim) };
    let played = play(office(&[("bo", 0)]), memory, script);
    assert_eq!(played.board.mail.owed, 1);
    let hint = "note in M-2: bo spoke with them by phone on +4520000001. An answer is begun here";
    assert!(played.transcript.contains(hint), "{}", played.transcript);
}

/// spec/mail.md §3: sending is refused when a colleague is on the phone with this customer, and that is shown.
#[test]
fn nobody_answers_by_mail_past_a_colleague_on_the_phone() {
    let script = "09:00:00 bo arrives\n09:00:01 kim calls\n09:00:02 bo answers\n\
        09:00:10 anna replies-having-seen 2\n09:00:11 anna replies-having-seen 3\n09:01:00 bo waits";
    let kim = [card("Kim", &[KIM], &["kim@a.example"])];
    let told = "note in M-2: bo is on the phone with them at this moment.";
    let played = play(office(&[("bo", 0)]), with_mail("kim@a.example", &kim), script).transcript;
    assert!(played.contains(told) && played.contains("Unseen { version: 3 }"), "{played}");
    assert_eq!(played.matches(told).count(), 1, "{played}");
    assert_eq!(played.matches("Unseen").count(), 1, "who has seen it may send: {played}");
    let own = script.replace("anna", "bo");
    let played = play(office(&[("bo", 0)]), with_mail("kim@a.example", &kim), &own).transcript;
    assert!(!played.contains("Unseen { version: 3 }"), "their own talk they know: {played}");
}
