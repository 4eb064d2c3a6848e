//! Shell. What is stored is told to the office, in order and once a run.

use super::Desk;
use crate::ids::GroupId;
use crate::mail::address::Address;
use crate::mail::auto::{self, CallBack, Expect, Facts, Told, Words};
use crate::mail::compose::reply_subject;
use crate::mail::message::Message;
use crate::mail::room;
use crate::mail::signature;
use crate::mail::thread::plain_subject;
use crate::office::Input;
use crate::office::customers::Signed;
use crate::office::hours::{self, Plan};
use crate::office::inbox::{AutoReply, CallMe, Correspondent, ItemKind, MailCame, Way};
use crate::office::memory::Override;
use crate::settings::{self, Settings};
use crate::store::mail::Came;
use jiff::{SignedDuration, Timestamp};

/// Mails told in one go.
const AT_ONCE: u32 = 200;
/// What was decided here is in the store after so long, under the office's own instant.
const WRITTEN_WITHIN: SignedDuration = SignedDuration::from_mins(1);
/// Names of earlier mails that are looked at, the latest.
const REFS_MAX: usize = 20;

impl Desk {
    /// Tells the office of every mail it has not taken note of.
    pub(super) async fn announce(&mut self) {
        loop {
            let (reader, after) = (self.tools.reader.clone(), self.announced);
            let came = tokio::task::spawn_blocking(move || reader.came_after(after, AT_ONCE)).await;
            let Ok(Ok(came)) = came else { return }; // the next mail, or the next start, tells them
            if came.is_empty() {
                return;
            }
            for one in came {
                self.announced = one.item.id;
                self.announce_one(one).await;
            }
        }
    }

    async fn announce_one(&mut self, came: Came) {
        let way = if came.item.kind == ItemKind::Mail { Way::In } else { Way::Out };
        let (auto_reply, call_me) = match way {
            Way::In => self.said_at_once(&came).await.unwrap_or_default(),
            Way::Out => (None, None),
        };
        let signed = if way == Way::In { self.signed(&came) } else { None };
        let stop = way == Way::In && is_stop(&came);
        let Came { item, conversation, wrote_since } = came;
        let came = MailCame {
            item: item.id,
            at: item.at,
            way,
            wrote_since,
            conversation,
            auto_reply,
            call_me,
            stop,
        };
        self.tell(Input::Mail(Box::new(came))).await;
        if let Some(signed) = signed {
            self.tell(Input::Signed(Box::new(signed))).await;
        }
    }

    /// What the writer says of themselves below the mail.
    fn signed(&self, came: &Came) -> Option<Signed> {
        let signature = signature::read(&came.item.text, self.current()?.office.country);
        let says = !signature.numbers.is_empty() || signature.company.is_some();
        let address = came.item.from.address.clone();
        (says && !address.is_empty()).then_some(Signed {
            address,
            signature,
            conversation: came.conversation.id,
        })
    }

    /// What the sender is told at once, if anything, and the call they ask for (spec/mail.md §4).
    async fn said_at_once(&mut self, came: &Came) -> Option<(Option<AutoReply>, Option<CallMe>)> {
        let settings = self.current()?;
        let mailbox = settings.mailboxes.iter().find(|one| one.id == came.conversation.mailbox)?;
        let now = self.tools.world.now();
        let age = now.duration_since(came.item.at);
        if !mailbox.auto_reply || age > auto::AGE_MAX {
            return None;
        }
        let message = self.message_of(came).await?;
        let ours = settings.mailboxes.iter().flat_map(settings::Mailbox::addresses);
        let ours: Vec<Address> = ours.filter_map(Address::read).collect();
        let told = self.told(now).await?;
        let facts = Facts { message: &message, age, ours: &ours, told: &told };
        if mailbox.call_back
            && let Some((to, number)) = auto::asks_for_call(&facts, settings.office.country)
            && self.answers_automatic(came).await
        {
            let text = auto::promised(settings.office.language, &settings.office.name, number.as_str());
            let is_said = !auto::is_hour_full(&told);
            // The wish is noted either way: the next number in this thread is a person's to read.
            let reply = self.reply(came, to, &message.subject, text, now);
            return Some((None, Some(CallMe { number, told: is_said.then_some(reply) })));
        }
        let to = match auto::may_answer(&facts) {
            Ok(to) => to.clone(),
            Err(why) => {
                tracing::debug!(item = %came.item.id, ?why, "no automatic reply");
                return None;
            }
        };
        let plan_words = self.tools.settings.overrides();
        let words = Words {
            office: &settings.office.name,
            reference: &came.conversation.id.to_string(),
            expect: expect(&settings, &came.conversation.group, &plan_words, now),
            call_back: if mailbox.call_back { CallBack::Offered } else { CallBack::NotOffered },
        };
        let text = auto::text(settings.office.language, &words);
        Some((Some(self.reply(came, &to, &message.subject, text, now)), None))
    }

    /// An automatic reply, which counts from now on.
    fn reply(&mut self, came: &Came, to: &Address, subject: &str, text: String, now: Timestamp) -> AutoReply {
        self.told_now.push((to.clone(), plain_subject(subject), now));
        let to = Correspondent { address: to.to_string(), name: came.item.from.name.clone() };
        AutoReply { to, subject: reply_subject(subject), text }
    }

    /// Whether a mail names an automatic reply of ours.
    async fn answers_automatic(&self, came: &Came) -> bool {
        let (reader, refs) = (self.tools.reader.clone(), came.item.refs.clone());
        let is_automatic = move |id: &String| {
            let found = reader.item_by_message_id(id);
            matches!(found, Ok(Some((item, _))) if item.kind == ItemKind::AutoReply)
        };
        let look = move || refs.iter().rev().take(REFS_MAX).any(is_automatic);
        tokio::task::spawn_blocking(look).await.unwrap_or(false)
    }

    async fn message_of(&self, came: &Came) -> Option<Message> {
        let file = self.tools.data.join("mail").join(format!("{}.eml", came.item.id));
        room::read(file, |raw| Message::read(raw).ok()).await.ok().flatten()
    }

    /// The automatic replies of seven days: those on the disk, and those that are on their way there. `None`:
    /// nobody knows, and then nothing is said.
    async fn told(&mut self, now: Timestamp) -> Option<Vec<Told>> {
        let since = now.checked_sub(auto::ONCE_IN).ok()?;
        self.told_now.retain(|(_, _, at)| *at >= since);
        let reader = self.tools.reader.clone();
        let kept = tokio::task::spawn_blocking(move || reader.auto_replies(since)).await.ok()?.ok()?;
        let ago = |at: Timestamp| now.duration_since(at);
        let kept = kept.into_iter().filter_map(|(to, subject, at)| {
            Some(Told { to: Address::read(&to)?, topic: plain_subject(&subject), ago: ago(at) })
        });
        let fresh = self.told_now.iter();
        let fresh = fresh.map(|(to, topic, at)| Told { to: to.clone(), topic: topic.clone(), ago: ago(*at) });
        // One that is in both lists counts once.
        let mut all: Vec<Told> = kept.collect();
        for one in fresh {
            let same = |known: &Told| {
                let apart = known.ago.saturating_sub(one.ago).abs();
                known.to == one.to && known.topic == one.topic && apart < WRITTEN_WITHIN
            };
            if !all.iter().any(same) {
                all.push(one);
            }
        }
        Some(all)
    }
}

/// Does the customer of this conversation, and nobody else, answer it with "STOP"?
fn is_stop(came: &Came) -> bool {
    let theirs = came.item.from.address.eq_ignore_ascii_case(&came.conversation.customer.address);
    theirs && auto::says_stop(&came.item.text)
}

/// When somebody answers.
fn expect(settings: &Settings, group: &GroupId, words: &[Override], now: Timestamp) -> Expect {
    match Plan::of(settings, Some(group), words).state_at(now) {
        hours::State::Open { .. } => Expect::Soon,
        hours::State::Closed { opens_at: Some(at), .. } => {
            Expect::Opens(settings.office.time_zone.to_datetime(at))
        }
        hours::State::Closed { opens_at: None, .. } => Expect::Unknown,
    }
}
