//! Shell. The program's own figures, counted where things happen and shown by `/metrics`
//! (INTERFACES.md §3).
//!
//! Every counter is one atomic, so the media beat may count too. Labels are enums: each labelled
//! counter exists from the start, nothing fed from outside can grow a table, and a monitor sees a zero
//! instead of a gap.

use crate::media::Counters;
use crate::office::contact::Outcome;
use crate::office::customers::forget::Counts;
use crate::sip::stack::Drop;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The content type of [`Figures::text`] (prometheus.io, "Scrape protocol content negotiation").
pub const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Every figure; cheap to clone, all clones count into the same place.
#[derive(Clone)]
pub struct Figures(Arc<Inner>);

/// The counters behind [`Figures`], reached by dereference.
pub struct Inner {
    registry: Registry,
    sound: Arc<Counters>,
    rtp_in: Counter,
    rtp_out: Counter,
    rtp_late: Counter,
    calls: Labelled<Outcome>,
    dropped: Labelled<Dropped>,
    restarts: Labelled<Task>,
    forgotten: Labelled<What>,
    /// Calls ringing, talking, held, waiting or parked (set from the board when asked).
    pub calls_active: Gauge,
    /// Callers waiting (set from the board when asked).
    pub waiting: Gauge,
    /// Promises to call back that are open (set from the board when asked).
    pub callbacks_open: Gauge,
    /// Phones with at least one binding; the switchboard sets it.
    pub registered_phones: Gauge,
    /// SIP transactions alive; the switchboard sets it.
    pub transactions: Gauge,
    /// SIP dialogs alive; the switchboard sets it.
    pub dialogs: Gauge,
    panics: Counter,
    /// Mails fetched.
    pub mail_fetched: Counter,
    store_commit_seconds: Histogram,
}

/// Why a datagram was thrown away: by the stack, or on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// The stack gave it no answer.
    Unanswered(Drop),
    /// The queue to the switchboard was full, or a stranger beyond the rate we listen to.
    QueueFull,
    /// The flow towards the peer was full.
    SendFull,
}

/// A background task that is started again when it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    Transport,
    Resolver,
    Web,
    Speaker,
    Mail,
}

/// What is kept for a time only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Contacts,
    Voicemails,
    Mails,
}

impl Figures {
    /// All figures at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("frontdesk");
        let rtp = Family::<Label, Counter>::default();
        registry.register("rtp_packets", "RTP packets", rtp.clone());
        // Two statements: each guard must be gone before the family grows again.
        let rtp_in = rtp.get_or_create(&[("direction", "in")]).clone();
        let rtp_out = rtp.get_or_create(&[("direction", "out")]).clone();
        let store_commit_seconds = Histogram::new(exponential_buckets(0.000_5, 2.0, 14));
        let commit = store_commit_seconds.clone();
        registry.register("store_commit_seconds", "Time of a commit to the disk", commit);
        Self(Arc::new(Inner {
            calls: Labelled::new(&mut registry, "calls", "Ended calls", "outcome", OUTCOMES),
            dropped: Labelled::new(&mut registry, "datagrams_dropped", "Datagrams", "reason", DROPPED),
            restarts: Labelled::new(&mut registry, "restarts", "Tasks started again", "task", TASKS),
            forgotten: Labelled::new(&mut registry, "forgotten", "Older than it is kept", "what", FORGOTTEN),
            calls_active: gauge(&mut registry, "calls_active", "Calls going on"),
            waiting: gauge(&mut registry, "waiting", "Callers waiting"),
            callbacks_open: gauge(&mut registry, "callbacks_open", "Promises to call back"),
            registered_phones: gauge(&mut registry, "registered_phones", "Phones reachable"),
            transactions: gauge(&mut registry, "transactions", "SIP transactions"),
            dialogs: gauge(&mut registry, "dialogs", "SIP dialogs"),
            rtp_in,
            rtp_out,
            rtp_late: counter(&mut registry, "rtp_late", "RTP packets that missed their beat"),
            panics: counter(&mut registry, "panics", "Panics caught"),
            mail_fetched: counter(&mut registry, "mail_fetched", "Mails fetched"),
            store_commit_seconds,
            sound: Arc::default(),
            registry,
        }))
    }

    /// A call ended.
    pub fn call_ended(&self, outcome: Outcome) {
        self.0.calls.count(outcome);
    }

    /// How many datagrams were thrown away for this reason since the start.
    pub fn datagrams_dropped(&self, why: Dropped, total: u64) {
        self.0.dropped.raise(why, total);
    }

    /// Where the sound thread counts its packets.
    pub fn sound(&self) -> Arc<Counters> {
        self.0.sound.clone()
    }

    /// A task died and was started again.
    pub fn restarted(&self, task: Task) {
        self.0.restarts.count(task);
    }

    /// So much was older than it is kept.
    pub fn forgot(&self, counts: Counts) {
        let all = [
            (What::Contacts, counts.contacts),
            (What::Voicemails, counts.voicemails),
            (What::Mails, counts.mails),
        ];
        all.into_iter().for_each(|(what, n)| self.0.forgotten.add(what, n));
    }

    /// The store committed.
    pub fn committed(&self, took: Duration) {
        self.0.store_commit_seconds.observe(took.as_secs_f64());
    }

    /// Everything in the Prometheus text format, [`TEXT_FORMAT`].
    pub fn text(&self) -> String {
        raise(&self.0.rtp_in, self.0.sound.packets_in.load(Ordering::Relaxed));
        raise(&self.0.rtp_out, self.0.sound.packets_out.load(Ordering::Relaxed));
        raise(&self.0.rtp_late, self.0.sound.late.load(Ordering::Relaxed));
        raise(&self.0.panics, crate::barrier::caught());
        let mut text = String::new();
        encode(&mut text, &self.0.registry).expect("writing to a String cannot fail");
        classic(&text)
    }
}

/// OpenMetrics as the text format 0.0.4, which every monitor reads unasked: there a counter is described
/// by the name its samples have, `…_total`, and nothing marks the end.
fn classic(open: &str) -> String {
    let counters: BTreeSet<&str> = open.lines().filter_map(counter_of).collect();
    let mut text = String::with_capacity(open.len());
    for line in open.lines().filter(|line| *line != "# EOF") {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(what @ ("HELP" | "TYPE")), Some(name), rest) if counters.contains(name) => {
                text.extend(["# ", what, " ", name, "_total ", rest.unwrap_or_default()]);
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

fn counter_of(line: &str) -> Option<&str> {
    line.strip_prefix("# TYPE ")?.strip_suffix(" counter")
}

impl Default for Figures {
    fn default() -> Self {
        Self::new()
    }
}

impl std::ops::Deref for Figures {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Figures")
    }
}

type Label = [(&'static str, &'static str); 1];

const OUTCOMES: &[(Outcome, &str)] = &[
    (Outcome::Answered, "answered"),
    (Outcome::AbandonedShort, "abandoned_short"),
    (Outcome::Abandoned, "abandoned"),
    (Outcome::CallbackRequested, "callback_requested"),
    (Outcome::Voicemail, "voicemail"),
    (Outcome::Overflowed, "overflowed"),
    (Outcome::AfterHours, "after_hours"),
    (Outcome::Rejected, "rejected"),
    (Outcome::FailedTechnical, "failed_technical"),
    (Outcome::Unreached, "unreached"),
    (Outcome::Internal, "internal"),
];

const DROPPED: &[(Dropped, &str)] = &[
    (Dropped::Unanswered(Drop::Unreadable), "unreadable"),
    (Dropped::Unanswered(Drop::Fault), "fault"),
    (Dropped::Unanswered(Drop::Stray), "stray"),
    (Dropped::Unanswered(Drop::TooMany), "too_many"),
    (Dropped::Unanswered(Drop::Blocked), "blocked"),
    (Dropped::Unanswered(Drop::TooLarge), "too_large"),
    (Dropped::Unanswered(Drop::Full), "full"),
    (Dropped::QueueFull, "queue_full"),
    (Dropped::SendFull, "send_full"),
];

const TASKS: &[(Task, &str)] = &[
    (Task::Transport, "transport"),
    (Task::Resolver, "resolver"),
    (Task::Web, "web"),
    (Task::Speaker, "speaker"),
    (Task::Mail, "mail"),
];

const FORGOTTEN: &[(What, &str)] =
    &[(What::Contacts, "contacts"), (What::Voicemails, "voicemails"), (What::Mails, "mails")];

/// One counter per value of an enum, all made at the start.
struct Labelled<T>(Vec<(T, Counter)>);

impl<T: Copy + PartialEq> Labelled<T> {
    fn new(
        registry: &mut Registry,
        name: &str,
        help: &str,
        label: &'static str,
        values: &[(T, &'static str)],
    ) -> Self {
        let family = Family::<Label, Counter>::default();
        registry.register(name, help, family.clone());
        let made = values.iter().map(|(value, text)| {
            let counter = family.get_or_create(&[(label, *text)]).clone();
            (*value, counter)
        });
        Self(made.collect())
    }

    fn count(&self, value: T) {
        if let Some(counter) = self.find(value) {
            counter.inc();
        }
    }

    fn add(&self, value: T, more: u64) {
        if let Some(counter) = self.find(value) {
            counter.inc_by(more);
        }
    }

    fn raise(&self, value: T, total: u64) {
        if let Some(counter) = self.find(value) {
            raise(counter, total);
        }
    }

    fn find(&self, value: T) -> Option<&Counter> {
        self.0.iter().find(|(known, _)| *known == value).map(|(_, counter)| counter)
    }
}

/// Brings a counter up to a total that is counted elsewhere.
fn raise(counter: &Counter, total: u64) {
    counter.inc_by(total.saturating_sub(counter.get()));
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register(name, help, counter.clone());
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promised_name_is_there_before_anything_happened() {
        let text = Figures::new().text();
        for line in [
            "frontdesk_calls_active 0",
            "frontdesk_calls_total{outcome=\"abandoned_short\"} 0",
            "frontdesk_waiting 0",
            "frontdesk_callbacks_open 0",
            "frontdesk_registered_phones 0",
            "frontdesk_transactions 0",
            "frontdesk_dialogs 0",
            "frontdesk_datagrams_dropped_total{reason=\"stray\"} 0",
            "frontdesk_rtp_packets_total{direction=\"in\"} 0",
            "frontdesk_rtp_late_total 0",
            "frontdesk_restarts_total{task=\"web\"} 0",
            "frontdesk_mail_fetched_total 0",
            "frontdesk_store_commit_seconds_count 0",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is missing in\n{text}");
        }
        // Of the whole process: a test beside this one may have had something caught.
        assert!(text.lines().any(|l| l.starts_with("frontdesk_panics_total ")), "{text}");
    }

    /// As the format's description has it: help and type before the samples, under the samples' own name.
    #[test]
    fn every_sample_is_described_under_its_own_name() {
        let text = Figures::new().text();
        let described: BTreeSet<&str> =
            text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
        for sample in text.lines().filter(|line| !line.starts_with('#')) {
            let name = sample.split(['{', ' ']).next().unwrap();
            let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            assert!(described.contains(of_histogram.unwrap_or(name)), "{sample} in\n{text}");
        }
        assert!(!text.contains("EOF"), "{text}");
        assert!(text.contains("# TYPE frontdesk_calls_total counter\n"), "{text}");
    }

    #[test]
    fn what_is_counted_in_one_clone_is_seen_in_the_other() {
        let figures = Figures::new();
        let elsewhere = figures.clone();
        elsewhere.call_ended(Outcome::Answered);
        elsewhere.sound().packets_out.fetch_add(7, Ordering::Relaxed);
        elsewhere.committed(Duration::from_millis(3));
        let text = figures.text();
        assert!(text.contains("frontdesk_calls_total{outcome=\"answered\"} 1\n"), "{text}");
        assert!(text.contains("frontdesk_rtp_packets_total{direction=\"out\"} 7\n"), "{text}");
        assert!(text.contains("frontdesk_store_commit_seconds_count 1\n"), "{text}");
    }
}
