//! Pure. The figures of the shared mailbox: what came, and M14, the first reply within its target of open time.
//!
//! A debt begins with a customer's mail that follows nothing or a reply of ours, and ends with our next reply.
//! What was closed, or settled by a call, without one is nobody's success and nobody's fault.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Unit, percent};
use crate::ids::{ConversationId, GroupId, MailboxId};
use jiff::Timestamp;

/// A mail or a reply, in the order of its conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub conversation: ConversationId,
    pub mailbox: MailboxId,
    pub group: GroupId,
    pub at: Timestamp,
    /// We wrote it.
    pub ours: bool,
    /// Its conversation waits for an answer of ours at this moment.
    pub owed: bool,
}

/// A mail that wants a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Debt {
    conversation: ConversationId,
    since: Timestamp,
    due: Option<Timestamp>,
    answered: Option<Timestamp>,
    owed: bool,
}

/// One figure with the conversations behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct MailFigure {
    pub id: MailFigureId,
    /// `None`: nothing to count yet.
    pub value: Option<f64>,
    pub parts: Vec<(&'static str, Option<f64>)>,
    pub conversations: Vec<ConversationId>,
}

/// The figures of the mailbox, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailFigureId {
    Received,
    FirstReply,
}

impl MailFigureId {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            MailFigureId::Received => "mail_received",
            MailFigureId::FirstReply => "mail_first_reply",
        }
    }

    /// Its number in spec/metrics.md.
    pub fn metric(self) -> Option<&'static str> {
        (self == MailFigureId::FirstReply).then_some("M14")
    }

    /// What its value counts.
    pub fn unit(self) -> Unit {
        match self {
            MailFigureId::Received => Unit::Count,
            MailFigureId::FirstReply => Unit::Percent,
        }
    }
}

/// The figures of the span `from`..`to`, seen at `now`. `turns` holds every conversation of the span whole, one
/// after the other; `due` says when a mail should have its reply.
pub fn figures(
    turns: &[Turn],
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
    due: impl Fn(&Turn) -> Option<Timestamp>,
) -> Vec<MailFigure> {
    let is_here = |at: Timestamp| from <= at && at < to;
    let came: Vec<&Turn> = turns.iter().filter(|turn| !turn.ours && is_here(turn.at)).collect();
    let mut conversations: Vec<ConversationId> = came.iter().map(|turn| turn.conversation).collect();
    conversations.dedup();
    let received = MailFigure {
        id: MailFigureId::Received,
        value: Some(came.len() as f64),
        parts: Vec::new(),
        conversations,
    };
    let mut debts = debts(turns, due);
    debts.retain(|debt| is_here(debt.since));
    vec![received, first_reply(&debts, now)]
}

/// M14: answered within the target, of those answered and those late.
fn first_reply(debts: &[Debt], now: Timestamp) -> MailFigure {
    let is_late = |debt: &&Debt| debt.due.is_some_and(|due| debt.answered.unwrap_or(now) > due);
    let (answered, open): (Vec<&Debt>, Vec<&Debt>) = debts
        .iter()
        .filter(|debt| debt.answered.is_some() || debt.owed)
        .partition(|debt| debt.answered.is_some());
    let (late, still_due): (Vec<&Debt>, Vec<&Debt>) = open.into_iter().partition(is_late);
    let in_time = answered.iter().filter(|debt| !is_late(debt)).count();
    let whole = answered.len() + late.len();
    let parts = vec![
        ("answered", Some(answered.len() as f64)),
        ("late", Some((whole - in_time) as f64)),
        ("due", Some(still_due.len() as f64)),
    ];
    let behind = answered.iter().chain(&late);
    let conversations = behind.map(|debt| debt.conversation).collect();
    MailFigure { id: MailFigureId::FirstReply, value: percent(in_time, whole), parts, conversations }
}

fn debts(turns: &[Turn], due: impl Fn(&Turn) -> Option<Timestamp>) -> Vec<Debt> {
    let mut debts: Vec<Debt> = Vec::new();
    for turn in turns {
        let open =
            debts.last_mut().filter(|debt| debt.conversation == turn.conversation && debt.answered.is_none());
        match (open, turn.ours) {
            (Some(debt), true) => debt.answered = Some(turn.at),
            (Some(_), false) | (None, true) => {}
            (None, false) => debts.push(Debt {
                conversation: turn.conversation,
                since: turn.at,
                due: due(turn),
                answered: None,
                owed: turn.owed,
            }),
        }
    }
    debts
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn turns(of: &[(u64, i64, bool, bool)]) -> Vec<Turn> {
        let turn = |(id, minute, ours, owed): &(u64, i64, bool, bool)| Turn {
            conversation: ConversationId(*id),
            mailbox: "info".into(),
            group: "main".into(),
            at: at(*minute),
            ours: *ours,
            owed: *owed,
        };
        of.iter().map(turn).collect()
    }

    /// Value and parts of M14, with a target of an hour, at minute 300 of a span from 0 to 1,000.
    fn judged(of: &[(u64, i64, bool, bool)]) -> (Option<f64>, Vec<f64>) {
        let hour = SignedDuration::from_hours(1);
        let due = |turn: &Turn| turn.at.checked_add(hour).ok();
        let all = figures(&turns(of), (at(0), at(1_000)), at(300), due);
        (all[1].value, all[1].parts.iter().filter_map(|(_, value)| *value).collect())
    }

    const IN: bool = false;
    const OUT: bool = true;

    #[test]
    fn a_first_reply_counts_from_the_first_mail_nobody_answered() {
        // the second mail does not move the debt; after the reply a new one begins
        assert_eq!(
            judged(&[(2, 10, IN, false), (2, 60, IN, false), (2, 65, OUT, false)]),
            (Some(100.0), vec![1.0, 0.0, 0.0])
        );
        let late = [
            (2, 10, IN, false),
            (2, 60, IN, false),
            (2, 75, OUT, false),
            (2, 90, IN, false),
            (2, 95, OUT, false),
        ];
        assert_eq!(judged(&late), (Some(50.0), vec![2.0, 1.0, 0.0]));
    }

    #[test]
    fn what_is_not_answered_is_late_due_or_nobodys() {
        assert_eq!(judged(&[(2, 100, IN, true)]), (Some(0.0), vec![0.0, 1.0, 0.0]), "late");
        assert_eq!(judged(&[(2, 290, IN, true)]), (None, vec![0.0, 0.0, 1.0]), "still due");
        assert_eq!(
            judged(&[(2, 100, IN, false)]),
            (None, vec![0.0, 0.0, 0.0]),
            "closed, or settled by a call"
        );
        assert_eq!(judged(&[(2, 5, OUT, false)]), (None, vec![0.0, 0.0, 0.0]), "we began");
    }

    #[test]
    fn only_the_span_is_counted_and_each_conversation_by_itself() {
        let of = [(2, 10, IN, false), (2, 20, OUT, false), (4, 30, IN, false), (4, 150, OUT, false)];
        let all = figures(&turns(&of), (at(25), at(1_000)), at(300), |turn| Some(turn.at));
        assert_eq!((all[0].value, all[0].conversations.clone()), (Some(1.0), vec![ConversationId(4)]));
        assert_eq!((all[1].value, all[1].conversations.clone()), (Some(0.0), vec![ConversationId(4)]));
    }
}
