//! What was under way about somebody who is forgotten is not written down again.

use super::*;
use frontdesk::office::customers::forget::{Receipt as Forgotten, Wanted};
use frontdesk::office::inbox::Posted;

/// Kim is forgotten, or what is only old: these conversations and items.
fn forget(
    stage: &mut Stage,
    addresses: &[&str],
    conversations: &[u64],
    items: &[ItemId],
) -> Result<Done, Refusal> {
    forget_but(stage, addresses, conversations, items, &[])
}

/// The same where another customer's mails stay in some of these conversations.
fn forget_but(
    stage: &mut Stage,
    addresses: &[&str],
    conversations: &[u64],
    items: &[ItemId],
    joined: &[u64],
) -> Result<Done, Refusal> {
    let at = stage.now().wall;
    let wanted =
        Wanted { addresses: addresses.iter().map(|one| (*one).to_owned()).collect(), ..Wanted::default() };
    let things = Things {
        joined: joined.iter().map(|id| ConversationId(*id)).collect(),
        conversations: conversations.iter().map(|id| ConversationId(*id)).collect(),
        items: items.iter().map(|id| (*id, at)).collect(),
        ..Things::default()
    };
    let receipt =
        Forgotten { id: "one".into(), customer: None, at, person: None, counts: Default::default(), things };
    stage.command("anna", Command::Forget { wanted: Box::new(wanted), receipt: Box::new(receipt) })
}

const KIM: &str = "kim@kunde.example";

/// Bo's answer to Kim is with the server, and Kim's conversation waits.
fn on_its_way() -> (Stage, ItemId, Conversation) {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let version = stage.one(2).version;
    let reply = item_of(stage.reply("bo", 2, version));
    stage.wait(SignedDuration::from_secs(20));
    assert_eq!(stage.posted, [reply]);
    let known = stage.one(2).clone();
    (stage, reply, known)
}

fn is_unsaid(stage: &Stage) -> bool {
    let said = format!("{:?} {:?} {:?}", stage.conversations, stage.items, stage.drafts);
    stage.one(2).state == State::Closed && !said.contains("kim")
}

#[test]
fn a_mail_that_fails_after_its_conversation_was_forgotten_writes_nothing_down() {
    let (mut stage, reply, known) = on_its_way();
    assert_eq!(forget(&mut stage, &[KIM], &[2], &[reply]), Ok(Done::Ok));
    assert!(is_unsaid(&stage), "{:?}", stage.conversations);
    let how = Posted::Failed { key: "mail.failed", to: KIM.into(), said: "no such user".into() };
    stage.hand_in(Input::Posted { conversation: Box::new(known.clone()), how });
    stage.hand_in(Input::Posted { conversation: Box::new(known), how: Posted::Sent });
    assert!(is_unsaid(&stage), "{:?} {:?}", stage.conversations, stage.items);
}

#[test]
fn a_page_still_open_writes_nothing_into_a_forgotten_conversation() {
    let (mut stage, reply, known) = on_its_way();
    forget(&mut stage, &[KIM], &[2], &[reply]).unwrap();
    let blank = stage.one(2).clone();
    let words = || "to kim".to_owned();
    let reply = || Order::Reply(Reply { text: words(), seen: 99, to: None, later: None, files: Vec::new() });
    for known in [known, blank] {
        for order in [Order::Draft(words()), Order::Note(words()), Order::Claim, Order::Reopen, reply()] {
            let command = Command::Mail { known: Box::new(known.clone()), order };
            assert_eq!(stage.command("bo", command), Err(Refusal::NoSuchConversation));
        }
    }
    assert!(is_unsaid(&stage), "{:?} {:?}", stage.conversations, stage.drafts);
}

#[test]
fn a_mail_told_of_too_late_is_forgotten_and_one_that_came_after_is_theirs_again() {
    let (mut stage, reply, known) = on_its_way();
    let (told, at) = (ItemId(40), stage.now().wall);
    forget(&mut stage, &[KIM], &[2], &[reply, told]).unwrap();
    let came = |item| {
        let (conversation, way) = (known.clone(), Way::In);
        let (wrote_since, auto_reply, call_me) = (None, None, None);
        Input::Mail(Box::new(MailCame {
            item,
            at,
            way,
            wrote_since,
            conversation,
            auto_reply,
            call_me,
            stop: false,
        }))
    };
    stage.hand_in(came(told));
    assert!(is_unsaid(&stage), "{:?}", stage.conversations);
    stage.hand_in(came(ItemId(42)));
    assert_eq!((stage.one(2).state, stage.one(2).customer.address.as_str()), (State::Open, KIM));
}

#[test]
fn a_held_reply_goes_with_whom_it_is_for_and_a_conversation_nobody_looked_at_stops_it() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.mail(4, "kim");
    assert_eq!(forget(&mut stage, &[KIM], &[2], &[]), Err(Refusal::Changed), "another began meanwhile");
    let version = stage.one(2).version;
    let held = item_of(stage.reply("bo", 2, version));
    assert_eq!(forget(&mut stage, &[KIM], &[2, 4], &[]), Ok(Done::Ok));
    stage.wait(SignedDuration::from_secs(20));
    assert_eq!((stage.posted.len(), stage.outbox[&held].state), (0, SentState::Undone));
    assert!(!stage.items.contains_key(&held), "its row is in the receipt");
}

#[test]
fn what_is_only_old_leaves_the_memory_too_unless_somebody_took_it_up() {
    let (mut stage, reply, known) = on_its_way();
    stage.ask("bo", 2, Order::Reopen).unwrap();
    assert_eq!(forget(&mut stage, &[], &[2], &[reply]), Err(Refusal::Changed));
    stage.ask("bo", 2, Order::Close).unwrap();
    assert_eq!(forget(&mut stage, &[], &[2], &[reply]), Ok(Done::Ok));
    let command = Command::Mail { known: Box::new(known), order: Order::Reopen };
    assert_eq!(stage.command("bo", command), Err(Refusal::NoSuchConversation));
    assert!(is_unsaid(&stage));
}

/// What Lee wrote into a conversation that was joined to Kim's is work all the same, and on the board at once.
#[test]
fn what_another_customer_wrote_stays_work_when_the_one_it_was_joined_to_is_forgotten() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.mail(4, "lee");
    let into = Box::new(stage.one(2).clone());
    stage.ask("bo", 4, Order::Merge(into)).unwrap();
    stage.ask("bo", 2, Order::Claim).unwrap();
    assert_eq!(forget_but(&mut stage, &[KIM], &[2], &[ItemId(100)], &[2]), Ok(Done::Ok));
    let mail = stage.office.board(stage.now()).mail;
    assert_eq!((mail.owed, mail.oldest_at), (1, Some(stage.start)), "Lee waits for an answer as before");
    let known = stage.one(2).clone();
    assert_eq!((known.customer.address.as_str(), known.state), ("", State::Open));
    let command = Command::Mail { known: Box::new(known), order: Order::Close };
    assert_eq!(stage.command("bo", command), Ok(Done::Ok));
    let said = format!("{:?}", stage.conversations);
    assert!(!said.contains("kim") && stage.one(2).state == State::Closed, "{said}");
    assert_eq!(stage.office.board(stage.now()).mail.owed, 0);
}

#[test]
fn a_held_replys_files_go_with_whom_it_is_for() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let files = vec![frontdesk::office::inbox::Upload {
        id: "offer".into(),
        name: "offer.pdf".into(),
        kind: "application/pdf".into(),
        size: 4,
    }];
    let seen = stage.one(2).version;
    let reply = Order::Reply(Reply { text: "to kim".into(), seen, to: None, later: None, files });
    item_of(stage.ask("bo", 2, reply));
    assert_eq!(forget(&mut stage, &[KIM], &[2], &[]), Ok(Done::Ok));
    assert_eq!(stage.forgotten.last().unwrap().uploads, ["offer"]);
}
