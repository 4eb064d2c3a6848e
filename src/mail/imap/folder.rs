//! Shell. One folder on one connection: what is there, what is missing, and taking it.

use super::session::{MAIL_MAX, Session, quote};
use super::words::{Answer, Body, Word, set};
use crate::mail::place::{Known, Standing};
use crate::mail::shelf::{Laid, Shelf};
use crate::mail::socket::{Broken, sentence};
use crate::mail::wire::Whole;
use jiff::Timestamp;

/// UIDs in one command, so that no line grows too long for a server.
const LISTED_AT_ONCE: usize = 500;

/// The longest mail that may come as a quoted string: a batch of them lies in memory.
const INLINE: usize = 8 * 1024;

/// What a server says of a folder as it opens it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub uid_validity: u32,
    pub uid_next: Option<u32>,
    pub messages: u32,
}

/// A mail as it is listed; without a date the server's is unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub uid: u32,
    pub internal_date: Option<Timestamp>,
    pub stated_size: u64,
}

/// What a server's stated sizes are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    Exact,
    /// Estimates, as some servers state them for speed.
    Estimated,
}

/// A mail that was fetched.
#[derive(Debug)]
pub struct Got {
    pub listed: Listed,
    pub laid: Laid,
    pub whole: Whole,
}

impl Session {
    /// Opens a folder for reading only: nothing here ever sets a flag.
    pub async fn examine(&mut self, name: &str) -> Result<Seen, Broken> {
        let mut seen = Seen::default();
        let command = format!("EXAMINE {}", quote(name));
        self.run_hearing(&command, &mut None, |heard| match heard.answer {
            Answer::Said(said) => note_code(&mut seen, &said.code),
            Answer::Told(words) => {
                if let [count, exists] = words.as_slice()
                    && exists.is("EXISTS")
                {
                    seen.messages = count.number().unwrap_or(0);
                }
            }
            Answer::GoOn(_) => {}
        })
        .await?;
        Ok(seen)
    }

    /// The same without opening it.
    pub async fn status(&mut self, name: &str) -> Result<Seen, Broken> {
        let mut seen = Seen::default();
        let command = format!("STATUS {} (MESSAGES UIDNEXT UIDVALIDITY)", quote(name));
        self.run_hearing(&command, &mut None, |heard| {
            if let Answer::Told(words) = heard.answer
                && words.first().is_some_and(|word| word.is("STATUS"))
            {
                note_status(&mut seen, &words);
            }
        })
        .await?;
        Ok(seen)
    }

    /// UIDs of the open folder that came since a day, or lie above the last one known.
    pub async fn search(&mut self, since: Timestamp, above: u32) -> Result<Vec<u32>, Broken> {
        let day = since.strftime("%d-%b-%Y");
        let wanted = match above.checked_add(1) {
            Some(next) if above > 0 => format!("OR SINCE {day} UID {next}:*"),
            _ => format!("SINCE {day}"),
        };
        self.search_for(&wanted).await
    }

    /// UIDs that fit.
    pub async fn search_for(&mut self, wanted: &str) -> Result<Vec<u32>, Broken> {
        let mut found = Vec::new();
        self.run_hearing(&format!("UID SEARCH {wanted}"), &mut None, |heard| {
            if let Answer::Told(words) = heard.answer
                && words.first().is_some_and(|word| word.is("SEARCH"))
            {
                found.extend(words.iter().filter_map(Word::number::<u32>));
            }
        })
        .await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Dates and sizes of these mails; those that are gone are left out.
    pub async fn list(&mut self, uids: &[u32]) -> Result<Vec<Listed>, Broken> {
        let mut found = Vec::new();
        for some in uids.chunks(LISTED_AT_ONCE) {
            found.extend(self.list_set(&set(some)).await?);
        }
        found.retain(|listed| uids.binary_search(&listed.uid).is_ok());
        Ok(found)
    }

    /// What lies above a UID.
    pub async fn list_above(&mut self, last: u32) -> Result<Vec<Listed>, Broken> {
        let Some(next) = last.checked_add(1) else { return Ok(Vec::new()) };
        let mut found = self.list_set(&format!("{next}:*")).await?;
        // `n:*` names the last mail even where n lies above it (RFC 3501 §6.4.8)
        found.retain(|listed| listed.uid > last);
        Ok(found)
    }

    async fn list_set(&mut self, set: &str) -> Result<Vec<Listed>, Broken> {
        let mut found = Vec::new();
        let command = format!("UID FETCH {set} (UID INTERNALDATE RFC822.SIZE)");
        self.run_hearing(&command, &mut None, |heard| {
            if let Some(item) = heard.item()
                && let (Some(uid), Some(stated_size)) = (item.uid, item.stated_size)
            {
                found.push(Listed { uid, internal_date: item.internal_date, stated_size });
            }
        })
        .await?;
        found.sort_unstable_by_key(|listed| listed.uid);
        found.dedup_by_key(|listed| listed.uid);
        Ok(found)
    }

    /// Fetches mails onto the shelf; `got` holds what is certain also where the connection breaks. A length that
    /// is not the stated one is certain only of a mail that was asked for alone: a literal may have swallowed
    /// the next ones.
    pub async fn fetch(
        &mut self,
        batch: &[Listed],
        shelf: &mut Shelf,
        sizes: Sizes,
        got: &mut Vec<Got>,
    ) -> Result<(), Broken> {
        let uids: Vec<u32> = batch.iter().map(|listed| listed.uid).collect();
        // one mail alone is asked for with a limit: its size may be a lie
        let limit = if uids.len() == 1 { format!("<0.{MAIL_MAX}>") } else { String::new() };
        let command = format!("UID FETCH {} (UID BODY.PEEK[]{limit})", set(&uids));
        let mut inline = Vec::new();
        let result = self
            .run_hearing(&command, &mut Some(&mut *shelf), |heard| {
                let Some(item) = heard.item() else { return };
                let listed = batch.iter().find(|listed| Some(listed.uid) == item.uid);
                match (listed, heard.laid, item.body) {
                    (Some(listed), Some(laid), Body::Streamed) => got.push(fetched(*listed, laid)),
                    (Some(listed), None, Body::Inline(bytes)) if bytes.len() <= INLINE => {
                        inline.push((*listed, bytes));
                    }
                    _ => {}
                }
            })
            .await;
        for (listed, bytes) in inline {
            got.push(fetched(listed, shelf.lay_bytes(&bytes).await?));
        }
        if let Err(broken) = &result {
            drop_doubtful(got, broken).await;
        }
        if batch.len() > 1 && sizes == Sizes::Exact {
            drop_other_lengths(got).await;
        }
        result.map(|_| ())
    }

    /// Names of folders, and whether a folder is marked as the one for sent mail (RFC 6154).
    pub async fn folders(&mut self) -> Result<Vec<(String, bool)>, Broken> {
        let mut found = Vec::new();
        let special = if self.can("SPECIAL-USE") { " RETURN (SPECIAL-USE)" } else { "" };
        let asked = format!("LIST \"\" \"*\"{special}");
        let mut hear = |words: &[Word]| {
            if words.first().is_some_and(|word| word.is("LIST")) {
                let marked = words.iter().any(|word| word.is("\\Sent"));
                found.extend(words.last().and_then(Word::name).map(|name| (name, marked)));
            }
        };
        let result = self
            .run_hearing(&asked, &mut None, |heard| {
                if let Answer::Told(words) = &heard.answer {
                    hear(words);
                }
            })
            .await;
        result.map(|_| found)
    }

    /// How full the mailbox is, where the server tells (RFC 9208): (used, limit) in KiB.
    pub async fn quota(&mut self) -> Result<Option<(u64, u64)>, Broken> {
        if !self.can("QUOTA") {
            return Ok(None);
        }
        let mut found = None;
        self.run_hearing("GETQUOTAROOT INBOX", &mut None, |heard| {
            if let Answer::Told(words) = &heard.answer {
                found = found.or(storage(words));
            }
        })
        .await?;
        Ok(found)
    }
}

fn note_code(seen: &mut Seen, code: &str) {
    match code.split_once(' ') {
        Some(("UIDVALIDITY", number)) => seen.uid_validity = number.parse().unwrap_or(0),
        Some(("UIDNEXT", number)) => seen.uid_next = number.parse().ok(),
        _ => {}
    }
}

fn note_status(seen: &mut Seen, words: &[Word]) {
    for pair in words.windows(2) {
        match &pair[0] {
            name if name.is("UIDVALIDITY") => seen.uid_validity = pair[1].number().unwrap_or(0),
            name if name.is("UIDNEXT") => seen.uid_next = pair[1].number(),
            name if name.is("MESSAGES") => seen.messages = pair[1].number().unwrap_or(0),
            _ => {}
        }
    }
}

/// `QUOTA root (STORAGE 10 512 …)`.
fn storage(words: &[Word]) -> Option<(u64, u64)> {
    if !words.first()?.is("QUOTA") {
        return None;
    }
    let at = words.iter().position(|word| word.is("STORAGE"))?;
    Some((words.get(at + 1)?.number()?, words.get(at + 2)?.number()?))
}

fn fetched(listed: Listed, laid: Laid) -> Got {
    let is_cut = laid.length == MAIL_MAX || laid.length < listed.stated_size && listed.stated_size > MAIL_MAX;
    let whole =
        if is_cut { Whole::Beginning { of: listed.stated_size.max(laid.length) } } else { Whole::Yes };
    Got { listed, laid, whole }
}

/// The last mail before a break may be one whose literal lied: what follows it was never understood. It counts
/// only where the connection merely ended and its length is what the server had stated.
async fn drop_doubtful(got: &mut Vec<Got>, broken: &Broken) {
    let ended = matches!(broken, Broken::Ended | Broken::Slow);
    let doubtful = got.pop_if(|last| !(ended && last.laid.length == last.listed.stated_size));
    if let Some(doubtful) = doubtful {
        crate::mail::shelf::remove(vec![doubtful.laid.file]).await;
    }
}

async fn drop_other_lengths(got: &mut Vec<Got>) {
    let other = got.extract_if(.., |got| got.laid.length != got.listed.stated_size);
    let files = other.map(|got| got.laid.file).collect();
    crate::mail::shelf::remove(files).await;
}

/// Whether a UID names another mail than it did: UIDs were used again. `known` is in order.
pub fn contradicts(standing: &Standing, listed: &[Listed]) -> bool {
    let differs = |known: &Known, listed: &Listed| {
        listed.internal_date.is_some_and(|date| date != known.internal_date)
            || listed.stated_size != known.stated_size
    };
    listed.iter().any(|listed| {
        let at = standing.known.binary_search_by_key(&listed.uid, |known| known.uid);
        at.is_ok_and(|at| differs(&standing.known[at], listed))
    })
}

/// The folder of sent mail: marked, else by a common name in its last part.
pub fn sent_folder(folders: &[(String, bool)]) -> Option<String> {
    let marked = folders.iter().find(|(_, marked)| *marked);
    let named = || folders.iter().find(|(name, _)| is_sent_name(name));
    marked.or_else(named).map(|(name, _)| name.clone())
}

/// As mail programs name it in the languages of the office; the last two are 寄件備份 and 寄件匣 in the
/// protocol's own alphabet (RFC 3501 §5.1.3).
const SENT_NAMES: [&str; 18] = [
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "sent-mail",
    "gesendet",
    "gesendete elemente",
    "gesendete objekte",
    "skickat",
    "skickade objekt",
    "skickade meddelanden",
    "sendt",
    "sendt post",
    "sendte elementer",
    "verzonden",
    "verzonden items",
    "&W8RO9lCZTv0-",
    "&W8RO9lMj-",
];

fn is_sent_name(name: &str) -> bool {
    let last = name.rsplit(['/', '.']).next().unwrap_or(name);
    SENT_NAMES.iter().any(|common| last.eq_ignore_ascii_case(common))
}

/// A refusal's sentence, for an alarm.
pub fn said(broken: &Broken) -> String {
    match broken {
        Broken::Refused(said) | Broken::LogInRefused(said) | Broken::GrantRefused(said) => said.clone(),
        Broken::Certificate(said) => said.clone(),
        Broken::Unreachable(error) => sentence(error.to_string().as_bytes()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sent_folder_is_marked_or_named() {
        let folders = |names: &[(&str, bool)]| {
            sent_folder(&names.iter().map(|(name, marked)| ((*name).to_owned(), *marked)).collect::<Vec<_>>())
        };
        assert_eq!(folders(&[("INBOX", false), ("Sent", false), ("Ud", true)]).as_deref(), Some("Ud"));
        assert_eq!(
            folders(&[("INBOX", false), ("INBOX.Sendt post", false)]).as_deref(),
            Some("INBOX.Sendt post")
        );
        assert_eq!(folders(&[("INBOX", false), ("Presents", false)]), None);
    }
}
