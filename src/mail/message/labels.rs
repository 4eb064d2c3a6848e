//! Pure. What others say of a mail: spam filters, and the social network it comes from (spec/mail.md §6).

use super::headers::Headers;
use crate::mail::address::Party;

/// A social network or directory whose notifications are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(&'static str);

impl Network {
    /// Its own name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// Domains networks notify from, and those networks.
const NETWORKS: &[(&str, &str)] = &[
    ("facebookmail.com", "Facebook"),
    ("mail.instagram.com", "Instagram"),
    ("instagram.com", "Instagram"),
    ("linkedin.com", "LinkedIn"),
    ("x.com", "X"),
    ("twitter.com", "X"),
    ("tiktok.com", "TikTok"),
    ("youtube.com", "YouTube"),
    ("pinterest.com", "Pinterest"),
    ("reddit.com", "Reddit"),
    ("redditmail.com", "Reddit"),
    ("xing.com", "XING"),
    ("nextdoor.com", "Nextdoor"),
    ("tripadvisor.com", "Tripadvisor"),
    ("trustpilot.com", "Trustpilot"),
    ("yelp.com", "Yelp"),
    ("snapchat.com", "Snapchat"),
    ("threads.net", "Threads"),
    ("mastodon.social", "Mastodon"),
    ("line.me", "LINE"),
];

/// The network a mail's writer belongs to.
pub fn network(from: &[Party]) -> Option<Network> {
    let domain = from.iter().find_map(|party| party.address.as_ref())?.domain();
    let is_of = |of: &str| domain == of || domain.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'));
    NETWORKS.iter().find(|(of, _)| is_of(of)).map(|(_, name)| Network(name))
}

/// Whether any filter we know of marked it.
pub fn is_marked_spam(headers: &Headers, subject: &str) -> bool {
    let begins = |name: &str, words: &[&str]| {
        headers.raw_values(name).any(|v| words.iter().any(|word| v.to_lowercase().starts_with(word)))
    };
    let subject = subject.to_lowercase();
    begins("X-Spam-Flag", &["yes", "true"])
        || begins("X-Spam-Status", &["yes"])
        || begins("X-Spam", &["yes", "true"])
        || begins("X-Rspamd-Action", &["reject", "add header", "rewrite subject", "soft reject"])
        || begins("X-Microsoft-Antispam-Mailbox-Delivery", &["ucf:1", "jmr:1"])
        || headers.raw_values("X-Forefront-Antispam-Report").any(|v| is_forefront_spam(&v))
        || headers
            .raw_values("X-MS-Exchange-Organization-SCL")
            .any(|v| v.trim().parse::<i32>().is_ok_and(is_spam_level))
        || ["[spam]", "***spam***", "*****spam*****", "{spam?}"].iter().any(|mark| subject.starts_with(mark))
}

/// Microsoft's spam confidence level: 5 and more goes to Junk.
fn is_spam_level(level: i32) -> bool {
    level >= 5
}

fn is_forefront_spam(value: &str) -> bool {
    value.split(';').map(str::trim).any(|part| match part.split_once(':') {
        Some(("SFV", verdict)) => matches!(verdict, "SPM" | "SKS" | "SKB"),
        Some(("SCL", level)) => level.parse().is_ok_and(is_spam_level),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Message;

    fn read(header: &str) -> Message {
        Message::read(format!("{header}\n\nhello").as_bytes()).unwrap()
    }

    #[test]
    fn marks_of_filters_are_seen() {
        for header in [
            "X-Spam-Flag: YES",
            "X-Spam-Status: Yes, score=9.1",
            "X-Spam: Yes",
            "X-Rspamd-Action: add header",
            "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:5;SFV:SPM",
            "X-MS-Exchange-Organization-SCL: 6",
            "Subject: ***SPAM*** win",
        ] {
            assert!(read(header).is_marked_spam, "{header}");
        }
        for header in [
            "X-Spam-Flag: NO",
            "X-Spam-Status: No, score=-1",
            "X-Rspamd-Action: no action",
            "X-Forefront-Antispam-Report: SCL:1;SFV:NSPM",
            "X-MS-Exchange-Organization-SCL: -1",
            "Subject: about your spam filter",
        ] {
            assert!(!read(header).is_marked_spam, "{header}");
        }
    }

    #[test]
    fn networks_are_known_by_their_domain() {
        let name = |from: &str| read(&format!("From: {from}")).network.map(super::Network::name);
        assert_eq!(name("Facebook <notification@facebookmail.com>"), Some("Facebook"));
        assert_eq!(name("LinkedIn <messages-noreply@e.linkedin.com>"), Some("LinkedIn"));
        assert_eq!(name("Facebook <x@facebookmail.com.evil.test>"), None);
        assert_eq!(name("x@notlinkedin.com"), None);
    }
}
