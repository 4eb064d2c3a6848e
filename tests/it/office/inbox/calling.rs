//! Mail to callback (spec/mail.md §4): a number in an answer is a promise with the mail's arrival as its place.

use super::*;
use frontdesk::number::Number;
use frontdesk::office::board::LineKind;
use frontdesk::office::desk::CallbackOrder;
use frontdesk::office::inbox::Doing;

/// What the desk hands in for a mail that answers an automatic reply with this number.
pub fn wish(number: &str) -> Option<CallMe> {
    let to = Correspondent { address: "kim@kunde.example".into(), name: "kim".into() };
    let told = AutoReply { to, subject: "Re: Leak".into(), text: "We call you.".into() };
    Some(CallMe {
        number: Number::parse(number, frontdesk::number::Country(*b"DK")).unwrap(),
        told: Some(told),
    })
}

fn told(stage: &Stage) -> usize {
    stage.items.values().filter(|item| item.kind == ItemKind::AutoReply).count()
}

#[test]
fn a_number_in_an_answer_is_called_in_the_line_since_the_mail_came() {
    let mut stage = Stage::at("09:00");
    stage.call_me = wish("+4512345678");
    let came = stage.now().wall - SignedDuration::from_mins(20);
    stage.hand_in_mail(2, "kim", Way::In, came, None, None);
    let line = stage.office.board(stage.now()).line.clone();
    assert_eq!((line.len(), line[0].kind, line[0].joined_at), (1, LineKind::Callback, came));
    let callback = stage.calls.values().next().unwrap().callback.clone().unwrap();
    assert_eq!((callback.number.as_str(), callback.order_at), ("+4512345678", came));
    assert_eq!((told(&stage), stage.posted.len()), (1, 1), "told once it is kept");
    assert!(
        stage.notes(2)[0].contains("+4512345678") && stage.notes(2)[0].contains("C-1"),
        "{:?}",
        stage.notes(2)
    );
    assert_eq!(stage.one(2).state, State::New, "the mail is work all the same");
}

/// The rules of every promise hold (spec/callback.md §1, §12): the reason stands beside the mail.
#[test]
fn who_may_not_be_called_is_not_promised_it() {
    for (number, why) in [("+4590123456", "may be called"), ("+4612345678", "may be called")] {
        let mut stage = Stage::at("09:00");
        stage.call_me = wish(number);
        stage.mail(2, "kim");
        assert_eq!((stage.calls.len(), told(&stage)), (0, 0), "{number}");
        assert!(stage.notes(2)[0].contains(why), "{number}: {:?}", stage.notes(2));
    }
    let mut stage = Stage::at("09:00");
    for (id, from) in [(2, "kim"), (4, "lee")] {
        stage.call_me = wish("+4512345678");
        stage.mail(id, from);
    }
    assert_eq!((stage.calls.len(), told(&stage)), (1, 1), "never a second promise to a number");
    assert!(stage.notes(4)[0].contains("promised already"), "{:?}", stage.notes(4));
}

/// Mails cost nothing: a sender has one promise open, whatever numbers they write.
#[test]
fn one_sender_waits_for_one_call() {
    let mut stage = Stage::at("09:00");
    for (id, number) in [(2, "+4512345678"), (4, "+4587654321")] {
        stage.call_me = wish(number);
        stage.mail(id, "kim");
    }
    assert_eq!((stage.calls.len(), told(&stage)), (1, 1));
    assert!(stage.notes(4)[0].contains("waits for a call already"), "{:?}", stage.notes(4));
    stage.call_me = wish("+4587654321");
    stage.mail(6, "lee");
    assert_eq!(stage.calls.len(), 2, "another sender");
    let promise = *stage.calls.keys().next().unwrap();
    let what = CallbackOrder::Cancel { reason: "sorted".into() };
    stage.command("bo", Command::Callback { call: promise, what }).unwrap();
    stage.call_me = wish("+4523456789");
    stage.mail(4, "kim");
    assert_eq!(stage.calls.len(), 3, "none is open any more");
}

#[test]
fn what_the_disk_does_not_keep_is_not_promised() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    stage.keeps = false;
    stage.call_me = wish("+4512345678");
    stage.mail(2, "kim");
    assert_eq!((stage.office.board(stage.now()).line.len(), told(&stage), stage.posted.len()), (0, 0, 0));
}

/// Who is named in a note hears of it until they look (spec/mail.md §3).
#[test]
fn who_is_named_in_a_note_hears_of_it_until_they_look() {
    let mut stage = Stage::at("09:00");
    stage.mail(2, "kim");
    let item = item_of(stage.ask("bo", 2, Order::Note("@anna, is it ours? @bo".into())));
    let board = stage.office.board(stage.now());
    let named: Vec<_> = board.mail.mentions.iter().map(|one| (one.person.as_str(), one.item)).collect();
    assert_eq!((named, board.mail.mentions[0].by.clone()), (vec![("anna", item)], Some("bo".into())));
    stage.ask("bo", 2, Order::Present(Some(Doing::Looking))).unwrap();
    stage.restart();
    assert_eq!(
        stage.office.board(stage.now()).mail.mentions,
        board.mail.mentions,
        "a restart forgets nobody"
    );
    stage.ask("anna", 2, Order::Present(Some(Doing::Looking))).unwrap();
    assert_eq!(stage.office.board(stage.now()).mail.mentions, []);
    stage.restart();
    assert_eq!(stage.office.board(stage.now()).mail.mentions, [], "who has looked has looked");
}

/// A mailbox has its own target (spec/mail.md §3), counted in open time.
#[test]
fn the_target_of_a_mailbox_is_a_setting() {
    let text = SETTINGS.replace("[hours]", "[[mailbox]]\nid = \"urgent\"\naddress = \"now@hansen.example\"\n\
        group = \"main\"\nfirst_reply = \"30m\"\nimap = { host = \"imap.example\", user = \"u\", password = \"x\" }\n\
        smtp = { host = \"smtp.example\", user = \"u\", password = \"x\" }\n[hours]");
    let mut stage = Stage::at("15:45");
    let settings = Arc::new(frontdesk::settings::parse_toml(&text, "office.toml", None).unwrap());
    stage.office = Office::new(settings, Memory::default(), stage.now());
    let urgent = Conversation { mailbox: "urgent".into(), ..fresh(4, "kim", stage.now().wall) };
    stage.conversations.insert(urgent.id, urgent);
    stage.mail(2, "kim");
    stage.mail(4, "kim");
    assert_eq!(
        (stage.stands(2), stage.stands(4)),
        ("New nobody Tue 11:45".into(), "New nobody Tue 08:15".into())
    );
    let mail = stage.office.board(stage.now()).mail.clone();
    assert_eq!((mail.owed, mail.overdue, mail.next_due_at), (2, 0, stage.one(4).due_at));
    assert_eq!(stage.command("bo", Command::NextMail), Ok(Done::Conversation(ConversationId(4))));
}
