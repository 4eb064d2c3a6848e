//! Shell. Mail is stored once, finds its conversation, and is found again.

use super::{at, event, open, person, receipt};
use frontdesk::ids::{CallId, ConversationId, ItemId, MailboxId};
use frontdesk::mail::place::{Place, Standing};
use frontdesk::office::inbox::{
    Conversation, Correspondent, Item, ItemKind, Moving, Outgoing, SentState, Settled, State,
};
use frontdesk::office::memory::Change;
use frontdesk::store::mail::{Arriving, Attachment, ConversationFilter, MailFact};
use frontdesk::store::{Opened, StoreEvent};
use std::collections::BTreeSet;
use std::sync::Arc;

fn mailbox() -> MailboxId {
    MailboxId::from("info")
}

fn kim() -> Correspondent {
    Correspondent { address: "kim@kunde.example".into(), name: "Kim Sørensen".into() }
}

/// The mail at this UID of the inbox, a minute after the one before.
pub(super) fn mail(number: u64, uid: u32) -> Arriving {
    Arriving {
        item: ItemId(2 * number),
        begins: ConversationId(2 * number),
        mailbox: mailbox(),
        group: "main".into(),
        folder: "inbox",
        place: Place { epoch: 1, uid, uid_validity: 7, stated_size: 900 },
        internal_date: at(60 * i64::try_from(number).unwrap()),
        hash: [u8::try_from(number % 256).unwrap(); 32],
        gone: Arc::default(),
        history: false,
        kind: ItemKind::Mail,
        customer: kim(),
        from: kim(),
        to: vec![Correspondent { address: "info@hansen.example".into(), name: String::new() }],
        subject: format!("Matter {number}"),
        thread_subject: format!("matter {number}"),
        text: format!("The boiler is cold again, case {number}."),
        message_id: Some(format!("<{number}@kunde.example>")),
        refs: Vec::new(),
        attachments: Vec::new(),
        labels: Vec::new(),
        has_html: false,
        returns: None,
    }
}

pub(super) fn keep(opened: &Opened, mails: Vec<Arriving>) {
    let answer = opened.writer.keep_mail(MailFact::Mails(mails));
    answer.blocking_recv().expect("the writer lives").expect("it is kept");
}

/// Item → conversation, of what the office has not taken note of.
fn came(opened: &Opened) -> Vec<(u64, u64)> {
    let all = opened.reader.came_after(ItemId(0), 100).unwrap();
    all.iter().map(|came| (came.item.id.0, came.conversation.id.0)).collect()
}

#[test]
fn what_the_database_refuses_leaves_no_half_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    let twice = Arriving { item: mail(1, 1).item, ..mail(2, 2) };
    let answer = opened.writer.keep_mail(MailFact::Mails(vec![mail(1, 1), twice]));
    assert!(answer.blocking_recv().expect("the writer lives").is_err(), "two mails of one number");
    assert_eq!(came(&opened), [], "half of what was refused is kept");
    keep(&opened, vec![mail(1, 1)]);
    assert_eq!(came(&opened).len(), 1, "and nothing stands in the way of a better one");
}

pub(super) fn conversation(id: u64) -> Conversation {
    Conversation {
        id: ConversationId(id),
        version: 3,
        state: State::Open,
        mailbox: mailbox(),
        group: "main".into(),
        subject: "Matter".into(),
        customer: kim(),
        assigned: Some(person("bo")),
        owed_since: Some(at(1)),
        due_at: Some(at(2)),
        snoozed_until: Some(at(3)),
        last_at: at(4),
        merged_into: None,
        settled: Some(Settled { at: at(5), owed_since: Some(at(1)), due_at: None }),
        awaits: Some(CallId(7)),
    }
}

pub(super) fn note(id: u64, text: &str) -> Item {
    Item {
        id: ItemId(id),
        conversation: ConversationId(2),
        version: 3,
        kind: ItemKind::Note,
        at: at(5),
        person: Some(person("bo")),
        to: vec![kim()],
        subject: String::new(),
        text: text.into(),
        mentions: vec![person("anna")],
        files: Vec::new(),
    }
}

#[test]
fn a_mail_is_stored_once_whatever_the_server_does_with_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    let twin = Arriving { item: ItemId(4), message_id: None, ..mail(1, 11) };
    let first = Arriving { message_id: None, ..mail(1, 10) };
    keep(&opened, vec![first.clone(), twin]);
    assert_eq!(came(&opened), [(2, 2), (4, 2)], "identical mails in one second are two");
    // handed over again after a cut, and listed anew under other numbers, twice the same content
    let again = Arriving { item: ItemId(6), ..first.clone() };
    let renumbered = |item, uid| Arriving {
        item: ItemId(item),
        place: Place { epoch: 2, uid, uid_validity: 8, stated_size: 900 },
        ..first.clone()
    };
    keep(&opened, vec![again, renumbered(8, 1), renumbered(10, 2)]);
    assert_eq!(came(&opened), [(2, 2), (4, 2)]);
    // a third one is new
    keep(&opened, vec![renumbered(12, 3)]);
    assert_eq!(came(&opened).len(), 3);
    // the same content under another number, where a first one is there no more
    let gone = Arc::new(BTreeSet::from([2]));
    keep(&opened, vec![Arriving { gone, ..renumbered(14, 4) }]);
    assert_eq!(came(&opened).len(), 3);
    let standing = Standing { epoch: 2, ..Standing::first(8, 1, at(0)) };
    let fact = MailFact::Folder { mailbox: mailbox(), folder: "inbox", standing };
    opened.writer.keep_mail(fact).blocking_recv().unwrap().unwrap();
    let known = opened.reader.folder(&mailbox(), "inbox").unwrap().unwrap();
    let mut uids: Vec<u32> = known.known.iter().map(|one| one.uid).collect();
    uids.sort_unstable();
    assert_eq!((uids, known.uid_validity, known.first_contact_at), (vec![1, 3, 4], 8, at(0)));
    assert_eq!(opened.reader.folder(&mailbox(), "sent").unwrap(), None);
}

#[test]
fn mails_find_their_thread_and_never_another_customers() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    let of = |number, uid, refs: &[&str]| Arriving {
        refs: refs.iter().map(ToString::to_string).collect(),
        ..mail(number, uid)
    };
    let day = 24 * 60;
    let same_subject = |number: u64| Arriving { thread_subject: "matter 1".into(), ..mail(number, 20) };
    let lee = Correspondent { address: "lee@kunde.example".into(), name: String::new() };
    keep(
        &opened,
        vec![
            mail(1, 10),
            of(2, 11, &["<0@x>", "<1@kunde.example>"]),
            same_subject(3),
            same_subject(13 * day),
            Arriving { customer: lee, ..of(5, 12, &["<1@kunde.example>"]) },
        ],
    );
    let homes: Vec<(u64, u64)> = came(&opened);
    assert_eq!(homes, [(2, 2), (4, 2), (6, 2), (10, 10), (26 * day, 2)]);
    // of several names the latest counts; a mail without a subject or a sender joins nothing
    keep(
        &opened,
        vec![
            Arriving { thread_subject: String::new(), ..mail(14 * day + 1, 21) },
            of(14 * day + 2, 22, &["<1@kunde.example>", "<20161@kunde.example>", "<lost@x>"]),
            Arriving { customer: Correspondent::default(), ..of(14 * day + 3, 23, &["<1@kunde.example>"]) },
        ],
    );
    let homes: Vec<u64> = came(&opened).into_iter().rev().take(3).map(|(_, home)| home).collect();
    assert_eq!(homes, [28 * day + 6, 28 * day + 2, 28 * day + 2]);
    // more than a fortnight after the last one it is another matter
    keep(&opened, vec![same_subject(30 * day)]);
    assert_eq!(came(&opened).pop(), Some((60 * day, 60 * day)));
}

#[test]
fn history_is_closed_and_nobody_is_told_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    keep(&opened, vec![Arriving { history: true, ..mail(1, 1) }]);
    assert_eq!(came(&opened), []);
    let all = opened.reader.conversations(&ConversationFilter::default(), 10).unwrap();
    assert_eq!(all.iter().map(|one| one.state).collect::<Vec<_>>(), [State::Closed]);
    assert!(opened.reader.mail_owed().unwrap().is_empty());
}

#[test]
fn a_message_id_used_again_for_another_body_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    let forged = Arriving { message_id: Some("<1@kunde.example>".into()), ..mail(2, 2) };
    keep(&opened, vec![mail(1, 1), forged]);
    let items = opened.reader.came_after(ItemId(0), 10).unwrap();
    let labels: Vec<_> = items.iter().map(|came| came.item.labels.clone()).collect();
    assert_eq!(labels, [vec![], vec!["message-id-reused".to_owned()]]);
}

#[test]
fn our_own_mail_in_the_sent_folder_is_the_reply_that_left_from_here() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&opened, vec![mail(1, 1)]);
    let outgoing =
        |state| Outgoing { item: ItemId(5), conversation: ConversationId(2), state, due_at: at(9) };
    let reply = Item { kind: ItemKind::Reply, ..note(5, "We come on Monday.") };
    let sending = Change::Sending(Box::new((outgoing(SentState::Queued), reply)));
    opened.writer.save_then(receipt(1), sending);
    assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(1)));
    let due = opened.reader.outbox_due(at(9), 10).unwrap();
    assert_eq!(due.iter().map(|due| (due.item, due.attempts)).collect::<Vec<_>>(), [(ItemId(5), 0)]);
    assert!(opened.reader.outbox_due(at(8), 10).unwrap().is_empty());
    for fact in [
        MailFact::Composed {
            item: ItemId(5),
            message_id: "<5@hansen.example>".into(),
            attachments: Vec::new(),
        },
        MailFact::Sending { item: ItemId(5), state: SentState::Sent, due_at: at(9), attempts: 1, said: None },
    ] {
        opened.writer.keep_mail(fact).blocking_recv().unwrap().unwrap();
    }
    // what was sent is not queued again by a word that comes late
    opened.writer.save_then(receipt(2), Change::Outgoing(outgoing(SentState::Queued)));
    assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(2)));
    let copy = Arriving {
        folder: "sent",
        kind: ItemKind::Reply,
        message_id: Some("<5@hansen.example>".into()),
        ..mail(9, 3)
    };
    keep(&opened, vec![copy]);
    let items = opened.reader.items(ConversationId(2)).unwrap();
    let seen: Vec<_> =
        items.iter().map(|item| (item.id.0, item.sent.as_ref().map(|sent| sent.state))).collect();
    assert_eq!(seen, [(5, Some(SentState::Sent)), (2, None)]);
}

/// What was taken and came back is no sent mail any more (spec/mail.md §5).
#[test]
fn a_report_turns_the_reply_it_is_about() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&opened, vec![mail(1, 1)]);
    let (item, conversation) = (ItemId(7), ConversationId(2));
    let reply = Item { kind: ItemKind::Reply, ..note(7, "We come.") };
    let outgoing = Outgoing { item, conversation, state: SentState::Queued, due_at: at(0) };
    opened.writer.save_then(receipt(1), Change::Sending(Box::new((outgoing, reply))));
    assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(1)));
    let sent = MailFact::Sending { item, state: SentState::Sent, due_at: at(0), attempts: 1, said: None };
    opened.writer.keep_mail(sent).blocking_recv().unwrap().unwrap();
    let returns = Some((ItemId(7), "kim@kunde.example: 550 no such user".to_owned()));
    keep(&opened, vec![Arriving { returns, ..mail(2, 2) }]);
    let found = opened.reader.item(ItemId(7)).unwrap().unwrap().sent.unwrap();
    assert_eq!(found.state, SentState::Failed);
    assert_eq!(found.said.as_deref(), Some("kim@kunde.example: 550 no such user"));
}

#[test]
fn what_the_office_says_is_read_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let all: Vec<Conversation> = [State::New, State::Open, State::Waiting, State::Snoozed, State::Closed]
        .into_iter()
        .zip((2..).step_by(2))
        .map(|(state, id)| Conversation { state, ..conversation(id) })
        .collect();
    opened.writer.save(all.iter().map(|one| Change::Conversation(Box::new(one.clone()))).collect());
    let held =
        Outgoing { item: ItemId(7), conversation: ConversationId(2), state: SentState::Held, due_at: at(9) };
    let reply = Item { kind: ItemKind::Reply, mentions: Vec::new(), ..note(7, "later") };
    opened.writer.save(vec![
        Change::Item(Box::new(note(5, "@anna look"))),
        Change::Draft { conversation: ConversationId(2), person: person("bo"), text: "half a".into() },
        Change::Draft { conversation: ConversationId(4), person: person("bo"), text: "x".into() },
        Change::SavedReply { name: "hours".into(), text: Some("We open at 8.".into()) },
        Change::Sending(Box::new((held.clone(), reply.clone()))),
    ]);
    let gone = Change::Draft { conversation: ConversationId(4), person: person("bo"), text: String::new() };
    opened.writer.save_then(receipt(1), gone);
    assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(1)));
    let reader = opened.reader.clone();
    for one in &all {
        assert_eq!(reader.conversation(one.id).unwrap().as_ref(), Some(one));
    }
    let items = reader.items(ConversationId(2)).unwrap();
    assert_eq!((items[0].text.as_str(), items[0].mentions.clone()), ("@anna look", vec![person("anna")]));
    assert_eq!(reader.draft(ConversationId(2), &person("bo")).unwrap().as_deref(), Some("half a"));
    assert_eq!(reader.draft(ConversationId(4), &person("bo")).unwrap(), None);
    assert_eq!(reader.saved_replies().unwrap(), [("hours".to_owned(), "We open at 8.".to_owned())]);
    opened.writer.close();
    let memory = open(folder.path()).unwrap().memory;
    let mut kept: Vec<u64> = memory.conversations.iter().map(|one| one.id.0).collect();
    kept.sort_unstable();
    assert_eq!((kept, memory.held), (vec![2, 4, 6, 8], vec![(held, reply)]));
    assert_eq!((memory.last_conversation, memory.last_item), (10, 7));
}

#[test]
fn items_go_over_and_come_home() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&opened, vec![mail(1, 1), mail(2, 2)]);
    let (one, two) = (ConversationId(2), ConversationId(4));
    let mut next = 0;
    let mut moved = |opened: &mut Opened, from, to, what| {
        next += 1;
        opened.writer.save_then(receipt(next), Change::Moved { from, to, what });
        assert_eq!(event(opened), StoreEvent::Stored(receipt(next)));
        [one, two].map(|id| opened.reader.items(id).unwrap().len())
    };
    assert_eq!(moved(&mut opened, two, one, Moving::All), [2, 0]);
    assert_eq!(moved(&mut opened, one, two, Moving::Home), [1, 1]);
    assert_eq!(moved(&mut opened, one, two, Moving::These(vec![ItemId(2)])), [0, 2]);
}

#[test]
fn after_two_merges_a_mail_arrives_where_it_is_seen_and_both_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    keep(&opened, vec![mail(1, 1), mail(2, 2), mail(3, 3)]);
    let ids = [2, 4, 6].map(ConversationId);
    let [one, two, three] = ids;
    let mut next = 0;
    let mut step = |opened: &mut Opened, from, to, what: Moving, merged_into| {
        next += 1;
        let moved = if what == Moving::All { from } else { to };
        opened.writer.save(vec![Change::Moved { from, to, what }]);
        let joined = Conversation { merged_into, ..opened.reader.conversation(moved).unwrap().unwrap() };
        opened.writer.save_then(receipt(next), Change::Conversation(Box::new(joined)));
        assert_eq!(event(opened), StoreEvent::Stored(receipt(next)));
        ids.map(|id| opened.reader.items(id).unwrap().len())
    };
    assert_eq!(step(&mut opened, three, two, Moving::All, Some(two)), [1, 2, 0]);
    assert_eq!(step(&mut opened, two, one, Moving::All, Some(one)), [3, 0, 0]);
    let by_ref = Arriving { refs: vec!["<3@kunde.example>".into()], ..mail(4, 4) };
    let by_subject = Arriving { thread_subject: "matter 3".into(), ..mail(5, 5) };
    keep(&opened, vec![by_ref, by_subject]);
    assert_eq!(came(&opened), [(2, 2), (4, 2), (6, 2), (8, 2), (10, 2)]);
    assert_eq!(opened.reader.items(one).unwrap().len(), 5);
    // the second merge first: what came with it goes with it
    assert_eq!(step(&mut opened, one, two, Moving::Home, None), [3, 2, 0]);
    assert_eq!(step(&mut opened, two, three, Moving::Home, None), [3, 1, 1]);
    // and the first one first, told from where it once went
    step(&mut opened, three, two, Moving::All, Some(two));
    step(&mut opened, two, one, Moving::All, Some(one));
    assert_eq!(step(&mut opened, two, three, Moving::Home, None), [4, 0, 1]);
}

#[test]
fn what_is_not_sent_goes_below_what_was_written_since() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path()).unwrap();
    let again = |item, text: &str| Change::DraftAgain {
        item: ItemId(item),
        conversation: ConversationId(2),
        person: person("bo"),
        text: text.into(),
    };
    let written =
        Change::Draft { conversation: ConversationId(2), person: person("bo"), text: "three".into() };
    opened.writer.save(vec![written, again(5, "one"), again(7, "two")]);
    opened.writer.save_then(receipt(1), again(9, "one"));
    assert_eq!(event(&mut opened), StoreEvent::Stored(receipt(1)));
    let draft = opened.reader.draft(ConversationId(2), &person("bo")).unwrap();
    assert_eq!(draft.as_deref(), Some("three\n\none\n\ntwo"));
}

#[test]
fn the_search_finds_words_names_addresses_and_attachments() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).unwrap();
    let plan = Attachment {
        name: "floorplan.pdf".into(),
        kind: "application/pdf".into(),
        size: 9,
        part: 1,
        upload: None,
    };
    let with_plan = Arriving { attachments: vec![plan], text: "See what is attached.".into(), ..mail(2, 2) };
    keep(&opened, vec![mail(1, 1), with_plan, mail(3, 3)]);
    let find = |search: &str| {
        let filter = ConversationFilter { search: Some(search.into()), ..ConversationFilter::default() };
        let found = opened.reader.conversations(&filter, 10).unwrap();
        found.iter().map(|one| one.id.0).collect::<Vec<_>>()
    };
    assert_eq!(find("boiler cold"), [6, 2]);
    assert_eq!(find("SØRENSEN"), [6, 4, 2]);
    assert_eq!(find("floorpl"), [4]);
    assert_eq!(find("kim@kunde.example case 3"), [6]);
    assert!(find("nothing").is_empty());
    let names = Arriving {
        text: "Kære Åse, 冷氣機漏水了,請盡快派人來看。我的iPhone壞了".into(),
        ..mail(4, 4)
    };
    keep(&opened, vec![names]);
    for word in
        ["kære", "KÆRE", "åse", "漏水", "漏", "冷氣機", "派人來看", "iphone", "壞了", "我的iphone壞了"]
    {
        assert_eq!(find(word), [8], "{word}");
    }
    assert!(find("水漏").is_empty());
    for hostile in ["\"", "* OR", "NEAR(", "a\" OR \"b", "", "-", "subject:x"] {
        find(hostile);
    }
    let mine = ConversationFilter { assigned: Some(person("bo")), ..ConversationFilter::default() };
    assert!(opened.reader.conversations(&mine, 10).unwrap().is_empty());
    let first = &opened.reader.conversations(&ConversationFilter::default(), 1).unwrap()[0];
    let before = Some((first.last_at, first.id));
    let rest = ConversationFilter { before, states: vec![State::New], ..ConversationFilter::default() };
    let rest = opened.reader.conversations(&rest, 10).unwrap();
    assert_eq!(rest.iter().map(|one| one.id.0).collect::<Vec<_>>(), [6, 4, 2]);
    let shown = |states| {
        let filter = ConversationFilter { states, ..ConversationFilter::default() };
        opened.reader.conversations(&filter, 10).unwrap().len()
    };
    assert_eq!(shown(vec![State::New, State::Open]), 4, "any of several states");
    assert_eq!(shown(vec![State::Closed, State::Snoozed]), 0);
}
