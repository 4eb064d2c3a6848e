//! Customers: found by number and address, merged and parted again, guessed at, blocked (spec/mail.md §3,
//! spec/metrics.md S1).

use super::owed::contact;
use super::script::play;
use crate::sim::town::{group, settings};
use frontdesk::ids::{CallId, ConversationId, CustomerId, ItemId, LegId, PersonId, Ticket, TrunkId};
use frontdesk::mail::signature::Signature;
use frontdesk::number::{Country, Number};
use frontdesk::office::board::Board;
use frontdesk::office::contact::{Kind, Outcome};
use frontdesk::office::customers::book::{Book, Judged, No};
use frontdesk::office::customers::card::{Block, Card, Customer, Edit, Fault, Guess};
use frontdesk::office::customers::forget::{Receipt, Wanted};
use frontdesk::office::customers::{Order, Signed};
use frontdesk::office::desk::{Actor, Command, Done, Refusal};
use frontdesk::office::inbox::{AutoReply, CallMe, Conversation, Correspondent, MailCame, State, Way};
use frontdesk::office::memory::{Change, Memory};
use frontdesk::office::promise::{CallbackState, SettledBy};
use frontdesk::office::{Action, Arrived, Input, Office};
use frontdesk::settings::{Role, Settings, Strategy};
use frontdesk::sip::Source;
use frontdesk::time::{Now, Tick};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub const KIM: &str = "+4520000001";
pub const LEE: &str = "+4520000002";

pub fn at() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

pub fn number(text: &str) -> Number {
    Number::parse(text, Country(*b"DK")).unwrap()
}

pub fn card(name: &str, numbers: &[&str], addresses: &[&str]) -> Card {
    Card {
        name: name.into(),
        numbers: numbers.iter().map(|text| number(text)).collect(),
        addresses: addresses.iter().map(|text| (*text).to_owned()).collect(),
        ..Card::default()
    }
}

pub fn book(cards: &[Card]) -> Book {
    let mut book = Book::default();
    for card in cards {
        book.create(card.clone(), at()).unwrap();
    }
    book
}

fn ids(numbers: &[u64]) -> BTreeSet<CustomerId> {
    numbers.iter().map(|number| CustomerId(*number)).collect()
}

fn shown(book: &Book, id: u64) -> (Vec<String>, Vec<String>) {
    let numbers = book.numbers(CustomerId(id)).iter().map(ToString::to_string).collect();
    (numbers, book.addresses(CustomerId(id)))
}

#[test]
fn who_calls_is_found_by_every_number_and_address() {
    let book = book(&[card("Kim", &["20 00 00 01", "+4533000000"], &["kim@kunde.example"])]);
    assert_eq!(book.of_number(&number(KIM)), ids(&[1]));
    assert_eq!(book.of_number(&number("+4533000000")), ids(&[1]));
    assert_eq!(book.of_address("kim@kunde.example"), ids(&[1]));
    assert_eq!(book.of_number(&number(LEE)), ids(&[]));
}

#[test]
fn two_with_one_number_are_both_named_and_neither_is_meant() {
    let book = book(&[card("Kim", &[KIM], &[]), card("Lee", &[KIM, LEE], &[])]);
    assert_eq!(book.of_number(&number(KIM)), ids(&[1, 2]));
    assert_eq!(book.title_of(&number(KIM)).as_deref(), Some("Kim / Lee"));
    // Nobody can tell, so the number speaks for itself alone.
    assert_eq!(book.numbers_beside(&number(KIM)), BTreeSet::from([number(KIM)]));
    assert_eq!(book.numbers_beside(&number(LEE)), BTreeSet::from([number(KIM), number(LEE)]));
    assert_eq!(book.own_numbers(CustomerId(2)), BTreeSet::from([number(LEE)]));
}

#[test]
fn a_merge_is_undone_without_loss_whatever_came_since() {
    let mut book =
        book(&[card("Kim", &[KIM], &["kim@a.example"]), card("Kim B.", &[LEE], &["kim@b.example"])]);
    let (one, two) = (CustomerId(1), CustomerId(2));
    let before = (book.get(one).unwrap().card.clone(), book.get(two).unwrap().card.clone());
    book.merge(two, one, Some(PersonId::from("anna")), at()).unwrap();
    assert_eq!(book.of_number(&number(LEE)), ids(&[1]));
    let both = (vec![KIM.to_owned(), LEE.to_owned()], vec!["kim@a.example".into(), "kim@b.example".into()]);
    assert_eq!(shown(&book, 1), both);
    assert_eq!(book.change(two, None, Edit::default(), at()), Err(No::Merged(one)));
    // Meanwhile the card gets a number more, written as screens write it: the whole list.
    let numbers = ["+4533000000", KIM, LEE].map(number).to_vec();
    book.change(one, None, Edit { numbers: Some(numbers), ..Edit::default() }, at()).unwrap();
    book.unmerge(two, at()).unwrap();
    assert_eq!(book.get(two).unwrap().card, before.1);
    assert_eq!(shown(&book, 1).0, ["+4533000000", KIM]);
    assert_eq!(book.of_number(&number(LEE)), ids(&[2]));
    assert_eq!(book.unmerge(two, at()), Err(No::NotNow));
}

#[test]
fn merges_in_a_chain_part_one_by_one_and_never_run_in_a_circle() {
    let mut book = book(&[card("A", &[KIM], &[]), card("B", &[LEE], &[]), card("C", &["+4520000003"], &[])]);
    let [a, b, c] = [1, 2, 3].map(CustomerId);
    book.merge(c, b, None, at()).unwrap();
    book.merge(b, a, None, at()).unwrap();
    assert_eq!(book.whole(a), ids(&[1, 2, 3]));
    assert_eq!(book.merge(a, b, None, at()), Err(No::Merged(a)));
    assert_eq!(book.merge(a, a, None, at()), Err(No::NotNow));
    book.unmerge(b, at()).unwrap();
    assert_eq!((book.whole(a), book.whole(b)), (ids(&[1]), ids(&[2, 3])));
    assert_eq!(book.of_number(&number("+4520000003")), ids(&[2]));
}

#[test]
fn a_number_taken_away_leaves_whoever_brought_it_and_one_that_both_had_stays_with_both() {
    let mut book = book(&[card("A", &[KIM], &[]), card("B", &[KIM, LEE], &[])]);
    let (a, b) = (CustomerId(1), CustomerId(2));
    book.merge(b, a, None, at()).unwrap();
    book.change(a, None, Edit { numbers: Some(vec![number(KIM)]), ..Edit::default() }, at()).unwrap();
    assert_eq!(book.of_number(&number(LEE)), ids(&[]));
    book.unmerge(b, at()).unwrap();
    assert_eq!(book.of_number(&number(KIM)), ids(&[1, 2]));
}

#[test]
fn a_card_says_something_and_not_too_much_and_nobody_writes_over_another() {
    let mut book = book(&[card("Kim", &[], &[])]);
    let id = CustomerId(1);
    assert_eq!(book.create(Card::default(), at()), Err(No::Bad(Fault::Empty)));
    assert_eq!(book.create(card(&"x".repeat(201), &[], &[]), at()), Err(No::Bad(Fault::TooLong("name"))));
    let empty = Edit { name: Some(String::new()), ..Edit::default() };
    assert_eq!(book.change(id, Some(1), empty, at()), Err(No::Bad(Fault::Empty)));
    let vip = || Edit { vip: Some(true), ..Edit::default() };
    book.change(id, Some(1), vip(), at()).unwrap();
    assert_eq!(book.change(id, Some(1), vip(), at()), Err(No::Changed));
    assert_eq!(book.change(CustomerId(9), None, vip(), at()), Err(No::NoSuchCustomer));
}

#[test]
fn a_guess_comes_once_and_is_theirs_only_when_a_person_says_so() {
    let mut book = book(&[card("Kim", &[KIM], &["kim@a.example"])]);
    let id = CustomerId(1);
    let lee = || Guess::Number(number(LEE));
    assert_eq!(book.guess(id, lee(), None, at()), Some(id));
    assert_eq!(book.guess(id, lee(), None, at()), None, "twice");
    assert_eq!(book.guess(id, Guess::Number(number(KIM)), None, at()), None, "it is theirs");
    assert_eq!(book.of_number(&number(LEE)), ids(&[]));
    book.judge(id, 1, Judged::Wrong, at()).unwrap();
    assert_eq!(book.guess(id, lee(), None, at()), None, "rejected ones do not come again");
    assert_eq!(book.judge(id, 1, Judged::Right, at()), Err(No::NotNow));
    book.guess(id, Guess::Address("kim@b.example".into()), None, at()).unwrap();
    let typed = vec!["kim@a.example".to_owned(), "kim@b.example".to_owned()];
    book.change(id, None, Edit { addresses: Some(typed.clone()), ..Edit::default() }, at()).unwrap();
    book.judge(id, 2, Judged::Right, at()).unwrap();
    assert_eq!(book.get(id).unwrap().card.addresses, typed, "typed in meanwhile: not there twice");
    assert_eq!(book.of_address("kim@b.example"), ids(&[1]));
}

#[test]
fn the_book_is_the_same_after_a_restart() {
    let mut book = book(&[card("A", &[KIM], &["a@a.example"]), card("B", &[LEE], &[])]);
    book.merge(CustomerId(2), CustomerId(1), None, at()).unwrap();
    let rows: Vec<Customer> = [1, 2].iter().map(|id| book.get(CustomerId(*id)).unwrap().clone()).collect();
    let mut again = Book::restore(rows, 7);
    assert_eq!(shown(&again, 1), shown(&book, 1));
    assert_eq!(again.of_number(&number(LEE)), ids(&[1]));
    assert_eq!(again.create(card("C", &[], &[]), at()), Ok(CustomerId(8)), "no number is given twice");
}

/// An office that remembers these customers, numbered from 1.
pub fn remembering(cards: &[Card], change: impl Fn(&mut Customer)) -> Memory {
    let book = book(cards);
    let row = |id: usize| {
        let mut row = book.get(CustomerId(id as u64)).unwrap().clone();
        change(&mut row);
        row
    };
    Memory { customers: (1..=cards.len()).map(row).collect(), ..Memory::default() }
}

pub fn office(groups: &[(&str, u64)]) -> Settings {
    settings(vec![group("main", Strategy::Everyone, groups)])
}

fn rung(board: &Board) -> (Option<String>, Option<CustomerId>, Vec<String>) {
    let row = &board.calls[0];
    (row.customer.clone(), row.customer_id, row.ringing.iter().map(ToString::to_string).collect())
}

#[test]
fn the_phone_that_rings_and_the_board_say_who_it_is() {
    let hansen = Card { company: "Acme".into(), ..card("Hansen", &[KIM], &[]) };
    let script = "09:00:00 bo arrives\n09:00:05 kim calls";
    let played = play(office(&[("bo", 0)]), remembering(&[hansen], |_| {}), script);
    assert!(played.transcript.contains("Hansen, Acme"), "{}", played.transcript);
    let wanted = (Some("Hansen, Acme".into()), Some(CustomerId(1)), vec!["bo".to_owned()]);
    assert_eq!(rung(&played.board), wanted);
}

#[test]
fn a_number_of_two_customers_shows_both_and_claims_neither() {
    let cards = [card("Hansen", &[KIM], &[]), card("Jensen", &[KIM], &[])];
    let played =
        play(office(&[("bo", 0)]), remembering(&cards, |_| {}), "09:00:00 bo arrives\n09:00:05 kim calls");
    let (name, id, _) = rung(&played.board);
    assert_eq!((name.as_deref(), id), (Some("Hansen / Jensen"), None));
}

#[test]
fn a_blocked_caller_is_refused_rings_nobody_and_is_owed_nothing() {
    let blocked = |row: &mut Customer| row.blocked = Some(Block { since: at(), until: None, by: None });
    let memory = remembering(&[card("Pest", &[KIM], &[])], blocked);
    let played = play(office(&[("bo", 0)]), memory, "09:00:00 bo arrives\n09:00:05 kim calls");
    assert_eq!(played.contacts["kim"].outcome, Some(Outcome::Rejected));
    assert!(!played.transcript.contains("ring bo"), "{}", played.transcript);
    assert_eq!((played.board.owed, played.board.calls.len()), (0, 0));
}

#[test]
fn a_block_that_ended_and_one_of_two_with_a_number_shut_nobody_out() {
    let ended = |row: &mut Customer| {
        let until = Some("2020-01-01T00:00:00Z".parse().unwrap());
        row.blocked = (row.id.0 == 1).then(|| Block { since: at(), until, by: None });
    };
    let one = |row: &mut Customer| {
        row.blocked = (row.id.0 == 1).then(|| Block { since: at(), until: None, by: None });
    };
    let script = "09:00:00 bo arrives\n09:00:05 kim calls\n09:00:08 bo answers\n09:01:00 kim hangs-up";
    let alone = [card("Pest", &[KIM], &[])];
    let house = [card("Pest", &[KIM], &[]), card("Neighbour", &[KIM], &[])];
    for memory in [remembering(&alone, ended), remembering(&house, one)] {
        let played = play(office(&[("bo", 0)]), memory, script);
        assert_eq!(played.contacts["kim"].outcome, Some(Outcome::Answered));
    }
}

#[test]
fn an_important_customer_stands_before_who_came_five_minutes_earlier_and_not_six() {
    let vip = Card { vip: true, ..card("Lee", &[LEE], &[]) };
    for (lee, first) in [("09:04:00", "lee"), ("09:06:00", "kim")] {
        let script = format!(
            "09:00:00 bo arrives\n09:00:01 max calls\n09:00:02 bo answers\n09:00:30 kim calls\n{lee} lee calls\n09:06:10 bo waits"
        );
        let played = play(office(&[("bo", 0)]), remembering(std::slice::from_ref(&vip), |_| {}), &script);
        let line: Vec<_> =
            played.board.line.iter().map(|row| row.customer.clone().unwrap().to_lowercase()).collect();
        assert_eq!(line[0], first, "{line:?}");
    }
}

/// An office asked by hand.
struct Asked {
    office: Office,
    kept: Vec<Change>,
    tickets: u64,
}

impl Asked {
    fn new(memory: Memory) -> Asked {
        let now = Now { tick: Tick::ZERO, wall: at() };
        Asked {
            office: Office::new(Arc::new(office(&[("bo", 0)])), memory, now),
            kept: Vec::new(),
            tickets: 0,
        }
    }

    fn hand_in(&mut self, input: Input) -> Option<Result<Done, Refusal>> {
        let mut inputs = vec![input];
        let mut answer = None;
        while let Some(input) = inputs.pop() {
            let mut out = Vec::new();
            self.office.handle(Now { tick: Tick::ZERO, wall: at() }, input, &mut out);
            for action in out {
                match action {
                    Action::Save(change) => self.kept.push(change),
                    Action::SaveThen { receipt, change } => {
                        self.kept.push(change);
                        inputs.push(Input::Stored { receipt });
                    }
                    Action::Reply { result, .. } => answer = Some(result),
                    _ => {}
                }
            }
        }
        answer
    }

    fn order(&mut self, role: Role, id: Option<u64>, order: Order) -> Result<Done, Refusal> {
        self.tickets += 1;
        let who = Actor { person: Some(PersonId::from("bo")), role };
        let command = Command::Customer { id: id.map(CustomerId), order };
        self.hand_in(Input::Desk { ticket: Ticket(self.tickets), who, command }).expect("an answer")
    }

    fn rows(&self) -> Vec<&Customer> {
        let rows = self.kept.iter().filter_map(|change| match change {
            Change::Customer(row) => Some(&**row),
            _ => None,
        });
        rows.collect()
    }
}

#[test]
fn what_is_done_with_a_customer_is_kept_before_it_is_answered_and_a_viewer_does_nothing() {
    let mut asked = Asked::new(Memory::default());
    let create = || Order::Create(card("Kim", &[KIM], &[]));
    assert_eq!(asked.order(Role::Viewer, None, create()), Err(Refusal::NotAllowed));
    assert_eq!(asked.order(Role::Agent, None, create()), Ok(Done::Customer(CustomerId(1))));
    assert_eq!(asked.rows()[0].card, card("Kim", &[KIM], &[]));
    assert_eq!(
        asked.order(Role::Agent, Some(1), Order::Note("Two cats.".into())),
        Ok(Done::Customer(CustomerId(1)))
    );
    let noted =
        asked.kept.iter().any(|change| matches!(change, Change::CustomerNote(note) if note.number == 1));
    assert!(noted);
    let bad = Err(Refusal::BadCard { field: "text" });
    assert_eq!(asked.order(Role::Agent, Some(1), Order::Note(" ".into())), bad);
    let past = Some(at() - SignedDuration::from_secs(1));
    assert_eq!(asked.order(Role::Agent, Some(1), Order::Block(past)), Err(Refusal::BadTime));
    assert_eq!(asked.order(Role::Agent, Some(9), Order::Unblock), Err(Refusal::NoSuchCustomer));
    asked.order(Role::Agent, None, Order::Create(card("Lee", &[], &[]))).unwrap();
    assert_eq!(
        asked.order(Role::Agent, Some(2), Order::Merge(CustomerId(1))),
        Ok(Done::Customer(CustomerId(1)))
    );
    let merged = Err(Refusal::CustomerMerged { into: CustomerId(1) });
    assert_eq!(asked.order(Role::Agent, Some(2), Order::Block(None)), merged);
}

#[test]
fn a_signature_only_suggests_and_only_to_who_can_be_told() {
    let cards = [card("Kim", &[KIM], &["kim@a.example"]), card("Lee", &[LEE], &[])];
    let mut asked = Asked::new(remembering(&cards, |_| {}));
    let signed = |address: &str, numbers: &[&str], company: Option<&str>| {
        let numbers = numbers.iter().map(|text| number(text)).collect();
        let signature = Signature { numbers, company: company.map(str::to_owned) };
        Input::Signed(Box::new(Signed {
            address: address.into(),
            signature,
            conversation: ConversationId(2),
        }))
    };
    asked.hand_in(signed("kim@a.example", &[KIM, "+4533000000"], Some("Acme ApS")));
    let maybes: Vec<&str> = asked.rows().last().unwrap().maybes.iter().map(|one| one.what.value()).collect();
    assert_eq!(maybes, ["+4533000000", "Acme ApS"]);
    // A stranger who signs with Lee's number may be Lee; with Kim's and Lee's nobody can tell.
    asked.hand_in(signed("lee@home.example", &[LEE], None));
    assert_eq!(asked.rows().last().unwrap().maybes[0].what, Guess::Address("lee@home.example".into()));
    let before = asked.kept.len();
    asked.hand_in(signed("who@home.example", &[KIM, LEE], None));
    asked.hand_in(signed("nobody@home.example", &["+4577777777"], Some("Nobody A/S")));
    assert_eq!(asked.kept.len(), before);
}

#[test]
fn who_is_reached_on_one_number_is_owed_nothing_on_the_other() {
    let script = "09:00:00 bo arrives\n09:00:01 max calls\n09:00:02 bo answers\n09:00:05 kim calls\n\
        09:00:30 kim hangs-up\n09:01:00 max hangs-up\n09:02:00 lee calls\n09:02:02 bo answers\n09:04:00 lee hangs-up\n\
        09:05:00 bo waits";
    let apart = [card("Kim", &[KIM], &[]), card("Lee", &[LEE], &[])];
    assert_eq!(play(office(&[("bo", 0)]), remembering(&apart, |_| {}), script).board.owed, 1);
    let one = [card("Kim", &[KIM, LEE], &[])];
    assert_eq!(play(office(&[("bo", 0)]), remembering(&one, |_| {}), script).board.owed, 0);
    // A number that two have says nothing of who was reached.
    let shared = [card("Kim", &[KIM, LEE], &[]), card("Lee", &[LEE], &[])];
    assert_eq!(play(office(&[("bo", 0)]), remembering(&shared, |_| {}), script).board.owed, 1);
}

pub fn conversation(customer: Correspondent) -> Conversation {
    Conversation {
        id: ConversationId(2),
        version: 2,
        state: State::New,
        mailbox: "info".into(),
        group: "main".into(),
        subject: "Buy".into(),
        customer,
        assigned: None,
        owed_since: None,
        due_at: None,
        snoozed_until: None,
        last_at: at(),
        merged_into: None,
        settled: None,
        awaits: None,
    }
}

#[test]
fn a_promise_to_one_number_is_settled_by_a_talk_on_the_other() {
    let script = "09:00:00 bo arrives\n09:00:01 lee calls\n09:00:02 bo answers\n\
        09:00:03 anna promises +4520000001 main\n09:02:00 lee hangs-up\n09:02:01 bo waits";
    for (numbers, settled) in [(&[KIM, LEE][..], Some(SettledBy::OtherCall)), (&[KIM][..], None)] {
        let memory = remembering(&[card("Kim", numbers, &[])], |_| {});
        let played = play(office(&[("bo", 0)]), memory, script);
        let by: Vec<_> = played.board.callbacks.iter().map(|row| row.settled_by.clone()).collect();
        assert_eq!(by, [settled]);
    }
}

#[test]
fn forgetting_takes_them_out_of_memory_and_waits_while_they_are_on_the_line() {
    let mut asked = Asked::new(remembering(&[card("Kim", &[KIM], &["kim@a.example"])], |_| {}));
    let wanted = Wanted {
        customers: ids(&[1]),
        numbers: [number(KIM)].into(),
        addresses: ["kim@a.example".to_owned()].into(),
    };
    let receipt = Receipt {
        id: "one".into(),
        customer: Some(CustomerId(1)),
        at: at(),
        person: None,
        counts: Default::default(),
        things: Default::default(),
    };
    let forget = || Command::Forget { wanted: Box::new(wanted.clone()), receipt: Box::new(receipt.clone()) };
    let ask = |asked: &mut Asked, role| {
        asked.tickets += 1;
        let who = Actor { person: Some(PersonId::from("anna")), role };
        asked.hand_in(Input::Desk { ticket: Ticket(asked.tickets), who, command: forget() }).unwrap()
    };
    assert_eq!(ask(&mut asked, Role::Agent), Err(Refusal::NotAllowed));
    let arrived = Arrived {
        leg: LegId(2),
        from: Source::Trunk(TrunkId::from("provider")),
        caller: KIM.into(),
        caller_name: String::new(),
        dialled: "+4533445566".into(),
        replaces: None,
        max_forwards: 70,
    };
    asked.hand_in(Input::Arrived(Box::new(arrived)));
    assert_eq!(ask(&mut asked, Role::Owner), Err(Refusal::NotNow), "in the middle of a sentence");
    let mut asked = Asked::new(remembering(&[card("Kim", &[KIM], &["kim@b.example"])], |_| {}));
    assert_eq!(
        ask(&mut asked, Role::Owner),
        Err(Refusal::Changed),
        "the card is another since it was looked at"
    );
    let mut asked = Asked::new(remembering(&[card("Kim", &[KIM], &["kim@a.example"])], |_| {}));
    assert_eq!(ask(&mut asked, Role::Owner), Ok(Done::Ok));
    assert!(
        matches!(asked.kept.last(), Some(Change::Forgotten(kept)) if kept.person == Some(PersonId::from("anna")))
    );
    assert_eq!(asked.order(Role::Agent, Some(1), Order::Unblock), Err(Refusal::NoSuchCustomer));
    assert_eq!(asked.office.board(Now { tick: Tick::ZERO, wall: at() }).owed, 0);
}

#[test]
fn a_blocked_writers_mail_arrives_closed_and_nothing_is_answered() {
    let pest = || card("Pest", &[], &["pest@a.example"]);
    let block = |row: &mut Customer| row.blocked = Some(Block { since: at(), until: None, by: None });
    let sender = Correspondent { address: "pest@a.example".into(), name: String::new() };
    let reply = || AutoReply { to: sender.clone(), subject: "Re".into(), text: "Soon.".into() };
    let conversation = conversation(sender.clone());
    let came = || MailCame {
        item: ItemId(2),
        at: at(),
        way: Way::In,
        wrote_since: None,
        conversation: conversation.clone(),
        auto_reply: Some(reply()),
        call_me: Some(CallMe { number: number(KIM), told: None }),
        stop: false,
    };
    for (memory, state, quiet) in [
        (remembering(&[pest()], block), State::Closed, true),
        (remembering(&[pest()], |_| {}), State::New, false),
    ] {
        let mut asked = Asked::new(memory);
        asked.hand_in(Input::Mail(Box::new(came())));
        let stood = asked.kept.iter().rev().find_map(|change| match change {
            Change::Conversation(one) => Some(one.state),
            _ => None,
        });
        assert_eq!(stood, Some(state));
        let says = |change: &Change| matches!(change, Change::Sending(_) | Change::Contact(_));
        assert_eq!(asked.kept.iter().any(says), !quiet);
    }
}

#[test]
fn a_block_lets_go_of_what_was_promised_and_cuts_no_talk() {
    let mut asked = Asked::new(Memory::default());
    asked.order(Role::Agent, None, Order::Create(card("Pest", &[KIM], &[]))).unwrap();
    asked.order(Role::Agent, None, Order::Create(card("Lee", &[LEE], &[]))).unwrap();
    for number in [KIM, LEE] {
        asked.tickets += 1;
        let who = Actor { person: Some(PersonId::from("bo")), role: Role::Agent };
        let command = Command::NewCallback { number: number.into(), group: "main".into() };
        asked.hand_in(Input::Desk { ticket: Ticket(asked.tickets), who, command }).unwrap().unwrap();
    }
    asked.order(Role::Agent, Some(1), Order::Block(None)).unwrap();
    let states: BTreeMap<Number, CallbackState> = asked
        .kept
        .iter()
        .filter_map(|change| match change {
            Change::Contact(row) => row.callback.as_ref().map(|one| (one.number.clone(), one.state)),
            _ => None,
        })
        .collect();
    let wanted = [(number(KIM), CallbackState::Cancelled), (number(LEE), CallbackState::Waiting)];
    assert_eq!(states, wanted.into());
}

#[test]
fn the_boards_count_follows_the_cards_as_the_list_does() {
    let talk = (CallId(2), number(LEE), at());
    let missed = contact(1, 0, Kind::Inbound, Outcome::Abandoned, Some(number(KIM)));
    let cards = [card("Kim", &[KIM], &[]), card("Lee", &[LEE], &[])];
    let memory = remembering(&cards, |_| {});
    let mut asked = Asked::new(Memory { owing: vec![missed], talked: vec![talk], last_call: 2, ..memory });
    let owed = |asked: &mut Asked, id, order| {
        asked.order(Role::Agent, Some(id), order).unwrap();
        asked.office.board(Now { tick: Tick::ZERO, wall: at() }).owed
    };
    let numbers = |texts: &[&str]| {
        let numbers = Some(texts.iter().map(|text| number(text)).collect());
        Order::Change { seen: None, edit: Edit { numbers, ..Edit::default() } }
    };
    assert_eq!(owed(&mut asked, 1, Order::Note("a note".into())), 1);
    assert_eq!(owed(&mut asked, 2, Order::Merge(CustomerId(1))), 0, "who called has been spoken to");
    assert_eq!(owed(&mut asked, 2, Order::Unmerge), 1);
    assert_eq!(owed(&mut asked, 1, numbers(&[KIM, LEE])), 1, "nobody can tell who of the two it was");
    assert_eq!(owed(&mut asked, 2, numbers(&[])), 0);
    assert_eq!(owed(&mut asked, 1, numbers(&[KIM])), 1);
}
