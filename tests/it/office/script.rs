//! The stage: reads a script, plays phones and provider, writes down what the office does.
//!
//! `HH:MM:SS who does what`, one a line. A phone that is rung rings at once; a leg that the office hangs
//! up is over at once. What is saved is stored at once, unless `the store` is told otherwise: `stalls`,
//! `stores` (what waits), `fails`.

pub mod answer;
use super::script_words::{
    becomes, callback_in_words, goes, kept_first, midnight, over_hours, piece, registered, seconds, time_of,
    where_callers_go, words_over_hours,
};
use crate::sim::laws::Laws;
use crate::sim::town::settings;
use expect_test::Expect;
use frontdesk::ids::{
    CallId, ConversationId, GroupId, LegId, PersonId, PhoneId, PlayId, Receipt, Ticket, TrunkId,
};
use frontdesk::media::Verdict;
use frontdesk::office::board::Board;
use frontdesk::office::contact::{Contact, Kind};
use frontdesk::office::desk::{Actor, CallbackOrder, Command, TransferKind};
use frontdesk::office::inbox::{Conversation, Order, Reply};
use frontdesk::office::memory::{Change, Memory, OverrideKind, PersonMemory};
use frontdesk::office::queue::talks::Talk;
use frontdesk::office::{Action, Arrived, Input, Office};
use frontdesk::settings::{Group, Role, Settings};
use frontdesk::sip::{Destination, Ending, Failure, Lamps, Source, TransferTarget};
use frontdesk::time::{Now, Tick};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Plays a script in an office of these groups and compares the transcript.
#[track_caller]
pub fn check(groups: Vec<Group>, script: &str, expect: Expect) {
    check_with(settings(groups), script, expect);
}

/// The same with settings of one's own.
#[track_caller]
pub fn check_with(settings: Settings, script: &str, expect: Expect) {
    check_changing(settings.clone(), settings, script, expect);
}

/// The same; `owner applies` changes the settings to `later`.
#[track_caller]
pub fn check_changing(settings: Settings, later: Settings, script: &str, expect: Expect) {
    let stage = Stage::new(settings, later, Memory::default());
    expect.assert_eq(&stage.play_all(script).transcript);
}

/// What a script came to, in an office that remembers something.
pub struct Played {
    pub transcript: String,
    /// The rows as kept last, by the name of the outside party.
    pub contacts: BTreeMap<String, Contact>,
    pub board: Board,
    pub lamps: Lamps,
    /// Conversations as kept last.
    pub mails: BTreeMap<ConversationId, Conversation>,
}

/// Plays a script in an office with a memory.
#[track_caller]
pub fn play(settings: Settings, memory: Memory, script: &str) -> Played {
    Stage::new(settings.clone(), settings, memory).play_all(script)
}

/// How the store does.
#[derive(Clone, Copy, PartialEq)]
enum Store {
    Keeps,
    Stalls,
    Fails,
}

struct Stage {
    office: Office,
    settings: Arc<Settings>,
    later: Arc<Settings>,
    laws: Laws,
    tick: Duration,
    transcript: String,
    names: BTreeMap<LegId, String>,
    /// Legs of each name that are not over, newest last.
    legs: Vec<(LegId, String)>,
    calls: BTreeMap<String, CallId>,
    next_arriving: u64,
    tickets: u64,
    store: Store,
    /// Receipts the store has not answered.
    receipts: Vec<Receipt>,
    /// Who is recorded, gone or not.
    recorded: BTreeMap<String, LegId>,
    /// What the store has.
    contacts: BTreeMap<CallId, Contact>,
    people: BTreeMap<PersonId, PersonMemory>,
    /// The same of words over the hours, and of where callers go.
    standing: Memory,
    /// The callback of each contact as it was told last.
    callbacks: BTreeMap<CallId, String>,
    wall_offset: i64,
    /// The provider does not say that a phone rings.
    provider_is_silent: bool,
    /// The latest playback to each.
    plays: BTreeMap<LegId, PlayId>,
    rows: BTreeMap<String, Contact>,
    mails: BTreeMap<ConversationId, Conversation>,
}

impl Stage {
    fn new(settings: Settings, later: Settings, memory: Memory) -> Stage {
        let settings = Arc::new(settings);
        let now = Now { tick: Tick::ZERO, wall: midnight() };
        let mails = memory.conversations.iter().map(|one| (one.id, one.clone())).collect();
        let mut stage = Stage {
            mails,
            office: Office::new(settings.clone(), memory, now),
            laws: Laws::new(settings.clone()),
            settings,
            later: Arc::new(later),
            plays: BTreeMap::new(),
            recorded: BTreeMap::new(),
            contacts: BTreeMap::new(),
            people: BTreeMap::new(),
            standing: Memory::default(),
            tick: Duration::ZERO,
            transcript: String::new(),
            names: BTreeMap::new(),
            legs: Vec::new(),
            calls: BTreeMap::new(),
            next_arriving: 0,
            tickets: 0,
            store: Store::Keeps,
            receipts: Vec::new(),
            rows: BTreeMap::new(),
            callbacks: BTreeMap::new(),
            wall_offset: 0,
            provider_is_silent: false,
        };
        stage.hand_in(Input::Trunk { trunk: TrunkId::from("provider"), usable: true });
        stage
    }

    fn play_all(mut self, script: &str) -> Played {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.play(line);
        }
        let board = self.office.board(self.now());
        let lamps = self.office.lamps();
        Played { transcript: self.transcript, contacts: self.rows, board, lamps, mails: self.mails }
    }

    fn play(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.wait_until(time_of(words[0]));
        match (words[1], words[2]) {
            ("store", what) => return self.store_does(what),
            ("provider", "is-silent") => return self.provider_is_silent = true,
            ("office", "restarts") => return self.restart(),
            ("clock", "jumps") => self.wall_offset += words[3].parse::<i64>().unwrap(),
            _ => {}
        }
        let (who, verb, rest) = (words[1], words[2], words.get(3).copied().unwrap_or(""));
        let input = match verb {
            "arrives" => registered(who, 1),
            "leaves" => registered(who, 0),
            "calls" => self.arrived(who, rest),
            "calls-as" => self.arrived_as(who, rest, words.get(4).copied().unwrap_or("")),
            "calls-unheard" => super::calls::unheard(self.arrived(who, rest)),
            "waits" => Input::Tick,
            "dials" => self.dialled(who, rest),
            "answers" => Input::Answered { leg: self.leg(who) },
            "declines" => self.failed(who, 486),
            "fails" => self.failed(who, 503),
            "hangs-up" => self.ended(who, Ending::Bye),
            "vanishes" => self.ended(who, Ending::Lost),
            "holds" => Input::Held { leg: self.leg(who) },
            "resumes" => Input::Resumed { leg: self.leg(who) },
            "replaces" => self.replaces(who, rest),
            "hears-the-end" => {
                let leg = self.leg(who);
                Input::Played { leg, id: self.plays[&leg] }
            }
            "fails-to-log-in" => Input::Trunk { trunk: TrunkId::from(who), usable: false },
            "logs-in" => Input::Trunk { trunk: TrunkId::from(who), usable: true },
            "presses" => return self.presses(who, rest),
            "speaks" => Input::Recorded { leg: self.recorded[who], length: seconds(rest) },
            "cannot-be-recorded" => Input::Recorded { leg: self.recorded[who], length: None },
            "is-full" => Input::Store { keeps_promises: false },
            "jumps" => Input::Tick,
            "answers-stop" => super::inbox::stopping(who, rest, self.now().wall),
            "are-missing" => Input::Recordings { missing: vec![rest.to_owned()] },
            "are-there" => Input::Recordings { missing: Vec::new() },
            "is-wrong" => Input::Clock { trusted: false },
            "is-right" => Input::Clock { trusted: true },
            "fails-with" => self.failed(who, rest.parse().unwrap()),
            "applies" => Input::Configured(self.later.clone()),
            "refers" => self.refers(who, rest),
            _ => self.desk(who, verb, &words[3..]),
        };
        self.hand_in(input);
    }

    /// Power cut: legs and phones are gone, the store tells what was written.
    fn restart(&mut self) {
        let contacts = self.contacts.values();
        let memory = Memory {
            people: self.people.clone().into_iter().collect(),
            open_contacts: contacts.clone().filter(|contact| contact.ended_at.is_none()).cloned().collect(),
            today: contacts.clone().filter(|contact| contact.ended_at.is_some()).cloned().collect(),
            owing: contacts.clone().filter(|contact| contact.ended_at.is_some()).cloned().collect(),
            measured: contacts.clone().filter_map(|contact| contact.callback.clone()).collect(),
            promised: contacts.clone().filter(|contact| contact.callback.is_some()).cloned().collect(),
            talks: contacts.filter_map(Talk::of).collect(),
            last_call: self.contacts.keys().next_back().map_or(0, |id| id.0),
            last_leg: self.names.keys().next_back().map_or(0, |id| id.0),
            ..self.standing.clone()
        };
        self.legs.clear();
        self.receipts.clear();
        let stored = memory.promised.clone();
        self.office = Office::new(self.settings.clone(), memory, self.now());
        self.laws.restarted(stored);
        self.transcript.push_str("-- restart\n");
        self.hand_in(Input::Trunk { trunk: TrunkId::from("provider"), usable: true });
    }

    fn store_does(&mut self, what: &str) {
        self.store = match what {
            "stalls" => Store::Stalls,
            "fails" => Store::Fails,
            _ => Store::Keeps,
        };
        if what == "stores" {
            for receipt in std::mem::take(&mut self.receipts) {
                self.hand_in(Input::Stored { receipt });
            }
        }
    }

    /// Key after key.
    fn presses(&mut self, who: &str, keys: &str) {
        for digit in keys.chars() {
            let leg = self.leg(who);
            self.hand_in(Input::Digit { leg, digit });
        }
    }

    fn refers(&mut self, who: &str, to: &str) -> Input {
        let own: Vec<LegId> = self.legs.iter().filter(|(_, name)| name == who).map(|(leg, _)| *leg).collect();
        let to = if to == "joined" { TransferTarget::Leg(own[1]) } else { TransferTarget::Dial(to.into()) };
        Input::TransferAsked { leg: own[0], to }
    }

    fn desk(&mut self, who: &str, verb: &str, rest: &[&str]) -> Input {
        let role = match who {
            "anna" => Role::Owner,
            "cy" => Role::Lead,
            _ => Role::Agent,
        };
        let word = |at: usize| rest.get(at).copied().unwrap_or("").to_owned();
        let numbered = || word(0).parse().unwrap_or(CallId(0));
        let call = self.calls.get(&word(0)).copied().unwrap_or_else(numbered);
        let person = PersonId::from(if rest.is_empty() { who } else { rest[0] });
        let order = |what| Command::Callback { call, what };
        let transfer = |kind| Command::Transfer { call, to: word(1), kind };
        let command = match verb {
            "available" | "off" | "pauses" => becomes(verb, person, rest.get(1).copied()),
            "goes" => goes(who, &word(0)),
            "extends" => Command::ExtendWrapUp { person },
            "clicks" => Command::Dial { from: PersonId::from(who), to: word(0) },
            "clicks-hold" => Command::Hold { call },
            "clicks-resume" => Command::Resume { call },
            "clicks-hangup" => Command::Hangup { call },
            "has-heard" => Command::MessageHeard { call },
            "settles" => Command::Settle { missed: vec![self.rows[&word(0)].clone()] },
            "takes-message" => Command::MessageClaim { call },
            "is-done-with" => Command::MessageDone { call },
            "writes" => super::inbox::writing(midnight()),
            "drafts" => self.mail(Order::Draft(rest.join(" "))),
            "reopens" => self.mail(Order::Reopen),
            "replies-having-seen" => {
                let (seen, text) = (word(0).parse().unwrap(), "Tomorrow.".to_owned());
                self.mail(Order::Reply(Reply { text, seen, to: None, later: None, files: Vec::new() }))
            }
            "parks" => Command::Park { call },
            "picks-up" => Command::Answer { call },
            "promises" => Command::NewCallback { number: word(0), group: GroupId::from(word(1).as_str()) },
            "calls-now" => order(CallbackOrder::CallNow),
            "puts-off" => order(CallbackOrder::Later(Duration::from_secs(word(1).parse().unwrap()))),
            "has-done" => order(CallbackOrder::Done),
            "says-voicemail" => order(CallbackOrder::Voicemail),
            "cancels" => order(CallbackOrder::Cancel { reason: word(1) }),
            "forgets" => super::customer_forgotten::forgets(rest, self.now().wall),
            "gives" => order(CallbackOrder::Give(Some(PersonId::from(word(1).as_str())))),
            "corrects" => order(CallbackOrder::Number(word(1))),
            "passes" => transfer(TransferKind::Blind),
            "consults" => transfer(TransferKind::Attended),
            "closed-until" => over_hours(rest, Some(OverrideKind::Closed)),
            "open-until" => over_hours(rest, Some(OverrideKind::Open)),
            "as-planned" => over_hours(rest, None),
            other => panic!("no such verb: {other}"),
        };
        self.tickets += 1;
        let actor = Actor { person: (who != "program").then(|| who.into()), role };
        Input::Desk { ticket: Ticket(self.tickets), who: actor, command }
    }

    /// Something is done with the only conversation there is.
    fn mail(&self, order: Order) -> Command {
        Command::Mail { known: Box::new(self.mails.values().next().unwrap().clone()), order }
    }

    fn arrived(&mut self, who: &str, dialled: &str) -> Input {
        let others = ["lee", "max", "nia", "oda", "pim"];
        let own = others.iter().position(|name| *name == who).map_or(1, |at| at + 2);
        self.arrived_as(who, &format!("+452000000{own}"), dialled)
    }

    /// From this number; `-` withholds it.
    fn arrived_as(&mut self, who: &str, caller: &str, dialled: &str) -> Input {
        let dialled = if dialled.is_empty() { "+4533445566" } else { dialled };
        let caller = caller.trim_start_matches('-');
        self.arriving(who, Source::Trunk(TrunkId::from("provider")), caller, who, dialled)
    }

    fn dialled(&mut self, who: &str, dialled: &str) -> Input {
        let phone = PhoneId::from(format!("{who}-desk").as_str());
        self.arriving(who, Source::Phone(phone), "", "", dialled)
    }

    fn replaces(&mut self, who: &str, whom: &str) -> Input {
        let old = self.leg(whom);
        let mut input = self.dialled(who, "");
        if let Input::Arrived(arrived) = &mut input {
            arrived.replaces = Some(old);
        }
        input
    }

    fn arriving(&mut self, who: &str, from: Source, caller: &str, name: &str, dialled: &str) -> Input {
        self.next_arriving += 2;
        let leg = LegId(self.next_arriving);
        self.know(leg, who);
        Input::Arrived(Box::new(Arrived {
            leg,
            from,
            caller: caller.into(),
            caller_name: name.into(),
            dialled: dialled.into(),
            replaces: None,
            max_forwards: 70,
        }))
    }

    fn failed(&mut self, who: &str, status: u16) -> Input {
        let leg = self.leg(who);
        self.legs.retain(|(other, _)| *other != leg);
        Input::Failed { leg, why: Failure { status, cause: None } }
    }

    fn ended(&mut self, who: &str, how: Ending) -> Input {
        let leg = self.leg(who);
        self.legs.retain(|(other, _)| *other != leg);
        Input::Ended { leg, how }
    }

    /// The newest leg of somebody.
    fn leg(&self, who: &str) -> LegId {
        let found = self.legs.iter().rev().find(|(_, name)| name == who);
        found.unwrap_or_else(|| panic!("{who} has no leg:\n{}", self.transcript)).0
    }

    fn know(&mut self, leg: LegId, who: &str) {
        self.names.insert(leg, who.to_owned());
        self.legs.push((leg, who.to_owned()));
    }

    fn wait_until(&mut self, at: Duration) {
        loop {
            let (nap, _) = self.office.next_wake(self.now());
            if self.tick + nap >= at {
                break;
            }
            self.tick += nap;
            self.hand_in(Input::Tick);
        }
        self.tick = at;
    }

    fn now(&self) -> Now {
        let seconds = self.wall_offset * 1000;
        let wall = midnight().as_millisecond() + seconds + self.tick.as_millis() as i64;
        Now { tick: Tick(self.tick), wall: Timestamp::from_millisecond(wall).unwrap() }
    }

    fn hand_in(&mut self, input: Input) {
        let now = self.now();
        let mut out = Vec::new();
        self.office.handle(now, input.clone(), &mut out);
        let mut next = Vec::new();
        for action in &out {
            self.write_down(action, &mut next);
        }
        let (nap, _) = self.office.next_wake(now);
        let lawful = self.laws.follow(now, &input, &out, nap);
        if let Err(law) = lawful.and_then(|()| self.laws.look(now, &input, &self.office.board(now))) {
            panic!("{law}\n{}", self.transcript);
        }
        for input in next {
            self.hand_in(input);
        }
    }

    fn write_down(&mut self, action: &Action, next: &mut Vec<Input>) {
        let name = |stage: &Stage, leg: &LegId| stage.names.get(leg).cloned().unwrap_or_default();
        let line = match action {
            Action::Progress { leg } => format!("{} hears it ring", name(self, leg)),
            Action::Accept { leg } => format!("accept {}", name(self, leg)),
            Action::Refuse { leg, refusal } => {
                self.over(*leg, next);
                format!("refuse {} {refusal:?}", name(self, leg))
            }
            Action::Place(place) => self.placed(place, next),
            Action::Hangup { leg, because } => {
                self.over(*leg, next);
                format!("hang up {} {because:?}", name(self, leg))
            }
            Action::Bridge { a, b } => format!("join {} {}", name(self, a), name(self, b)),
            Action::Unbridge { leg } => format!("part {}", name(self, leg)),
            Action::Play { leg, what, id } => {
                self.plays.insert(*leg, *id);
                let pieces: Vec<String> = what.pieces.iter().map(piece).collect();
                format!("play {} {}", name(self, leg), pieces.join(" "))
            }
            Action::Stop { leg } => format!("stop {}", name(self, leg)),
            Action::Record { leg, file, .. } => {
                self.recorded.insert(name(self, leg), *leg);
                format!("record {} to {file}", name(self, leg))
            }
            Action::StopRecording { leg } => format!("stop recording {}", name(self, leg)),
            Action::ReloadSounds => "read the sounds again".to_owned(),
            Action::Echo { leg } => format!("echo to {}", name(self, leg)),
            Action::TransferProgress { leg, status } => format!("tell {} {status}", name(self, leg)),
            Action::Reply { result, .. } => format!("reply {result:?}"),
            Action::Chime(_) => "chime".to_owned(),
            Action::Post { item } => format!("send {item}"),
            Action::SaveThen { receipt, change } => self.promised(*receipt, change, next),
            Action::Save(change) => match self.saved(change) {
                Some(line) => line,
                None => return,
            },
        };
        let seconds = self.tick.as_secs();
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        self.transcript.push_str(&format!("{h:02}:{m:02}:{s:02} {line}\n"));
    }

    fn promised(&mut self, receipt: Receipt, change: &Change, next: &mut Vec<Input>) -> String {
        match self.store {
            Store::Keeps => next.push(Input::Stored { receipt }),
            Store::Fails => next.push(Input::NotStored { receipt }),
            Store::Stalls => self.receipts.push(receipt),
        }
        let Change::Contact(contact) = change else {
            let Change::Overrides(words) = change else { return kept_first(change) };
            if self.store != Store::Fails {
                self.standing.overrides.clone_from(words);
            }
            return format!("keep first the hours: {}", words_over_hours(words));
        };
        if self.store == Store::Keeps {
            self.contacts.insert(contact.id, (**contact).clone());
        }
        if contact.outcome.is_none() {
            self.saved(change);
        }
        let state = contact.callback.as_ref().map(|callback| callback.state);
        format!("keep first {}: {state:?}", contact.from.name)
    }

    fn placed(&mut self, place: &frontdesk::office::Place, next: &mut Vec<Input>) -> String {
        let who = match &place.to {
            Destination::Phone(phone) => phone.as_str().split('-').next().unwrap().to_owned(),
            Destination::Trunk { .. } => "outside".to_owned(),
        };
        self.know(place.leg, &who);
        if !self.provider_is_silent || matches!(place.to, Destination::Phone(_)) {
            next.push(Input::Rang { leg: place.leg });
        }
        match &place.to {
            Destination::Phone(phone) => format!("ring {phone} \"{}\"", place.caller_name),
            Destination::Trunk { number, .. } => format!("call out {number} as {}", place.caller),
        }
    }

    fn over(&mut self, leg: LegId, next: &mut Vec<Input>) {
        self.legs.retain(|(other, _)| *other != leg);
        next.push(Input::Ended { leg, how: Ending::Bye });
        next.push(Input::Heard { leg, verdict: Verdict::default() });
    }

    /// The callback in a row, when it is not as it was told last.
    fn callback_told(&mut self, who: &str, contact: &Contact) -> Option<String> {
        let callback = contact.callback.as_ref().filter(|_| contact.outcome.is_some())?;
        let told = callback_in_words(callback);
        let before = self.callbacks.insert(contact.id, told.clone());
        let first = before.is_none().then(|| format!("end of {who}: {:?}, ", contact.outcome.unwrap()));
        (before.as_ref() != Some(&told))
            .then(|| format!("{}callback of {who}: {told}", first.unwrap_or_default()))
    }

    fn saved(&mut self, change: &Change) -> Option<String> {
        match change {
            Change::Contact(contact) => {
                self.contacts.insert(contact.id, (**contact).clone());
                let who = match contact.kind {
                    Kind::Inbound => contact.from.name.clone(),
                    _ => contact.from.person.as_ref().map_or("program", PersonId::as_str).to_owned(),
                };
                self.rows.insert(who.clone(), (**contact).clone());
                let told = self.callback_told(&who, contact);
                let known = self.calls.insert(who.clone(), contact.id);
                if told.is_some() {
                    return told;
                }
                let ended = contact.outcome?;
                (known.is_some() && contact.legs.iter().all(|leg| leg.verdict.is_none())).then(|| {
                    let (waited, talked, held) = (contact.waited, contact.talked, contact.held);
                    let spent = format!("waited {waited:?} talked {talked:?} held {held:?}");
                    format!("end of {who}: {ended:?} {spent}")
                })
            }
            Change::Person { person, memory } => {
                self.people.insert(person.clone(), memory.clone());
                let reason = memory.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                Some(format!("remember {person} {:?}{reason}", memory.state))
            }
            Change::SentOn(sent) => {
                self.standing.sent_on.clone_from(sent);
                Some(format!("remember where callers go: {}", where_callers_go(sent)))
            }
            Change::Forgotten(_) => Some("keep that somebody is forgotten".to_owned()),
            Change::Overrides(words) => {
                self.standing.overrides.clone_from(words);
                Some(format!("remember the hours: {}", words_over_hours(words)))
            }
            Change::Conversation(one) => {
                let (id, state, owed) = (one.id, one.state, one.owed_since);
                let before = self.mails.insert(id, (**one).clone())?;
                let same = (before.state, before.owed_since) == (state, owed);
                (!same).then(|| format!("{id} is {state:?}{}", owed.map_or("", |_| ", owed")))
            }
            Change::Item(note) => Some(format!("note in {}: {}", note.conversation, note.text)),
            Change::Draft { .. } | Change::Noted { .. } => None,
            Change::Outgoing(one) => Some(format!("{} is {:?}", one.item, one.state)),
            other => panic!("{other:?} belongs to the scenarios of the inbox"),
        }
    }
}
