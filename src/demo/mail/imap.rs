//! Shell. The IMAP side of our own mail provider: IMAP4rev1 with IDLE, UIDPLUS, SPECIAL-USE and QUOTA.

use super::Provider;
use super::faults::{Faults, Idle, Lie};
use super::folders::{FolderState, Letter, SENT};
use super::line::{Line, cut};
use jiff::civil::Date;
use std::io;
use tokio::sync::watch;

/// The largest mail that may be appended.
const APPENDED: usize = 64 * 1024 * 1024;

struct Session {
    provider: Provider,
    line: Line,
    faults: Faults,
    news: watch::Receiver<u64>,
    open: Option<String>,
    /// Messages the client was told of.
    told: usize,
    handed_out: u64,
    is_known: bool,
    protected: bool,
}

/// Answers to one connection.
pub(super) async fn serve(provider: Provider, line: Line, faults: Faults) -> io::Result<()> {
    let news = provider.news.subscribe();
    let mut session = Session {
        provider,
        line,
        faults,
        news,
        open: None,
        told: 0,
        handed_out: 0,
        is_known: false,
        protected: false,
    };
    let greeting = session.faults.instead.get("GREETING").cloned();
    session.line.tell(greeting.as_deref().unwrap_or("* OK post.example")).await?;
    loop {
        let command = session.line.hear().await?;
        let (tag, rest) = command.split_once(' ').unwrap_or((&command, ""));
        let rest = rest.strip_prefix("UID ").unwrap_or(rest);
        let (verb, arguments) = rest.split_once(' ').unwrap_or((rest, ""));
        if verb == "STARTTLS" {
            session = session.start_tls(tag).await?;
        } else if session.command(tag, &verb.to_ascii_uppercase(), arguments).await? == Go::Away {
            return Ok(());
        }
    }
}

#[derive(PartialEq, Eq)]
enum Go {
    On,
    Away,
}

impl Session {
    async fn start_tls(mut self, tag: &str) -> io::Result<Self> {
        let Some(tls) = self.provider.tls.clone() else { return Err(cut()) };
        let injected = self.faults.injected.clone().unwrap_or_default();
        self.line.say(format!("{tag} OK go on\r\n{injected}").as_bytes()).await?;
        self.line = self.line.protect(&tls).await?;
        self.protected = true;
        Ok(self)
    }

    async fn command(&mut self, tag: &str, verb: &str, arguments: &str) -> io::Result<Go> {
        if let Some(answer) = self.faults.instead.get(verb).cloned() {
            self.line.tell(&answer.replace("TAG", tag)).await?;
            return Ok(Go::On);
        }
        let free = matches!(verb, "CAPABILITY" | "NOOP" | "LOGOUT" | "LOGIN" | "AUTHENTICATE");
        if !free && !self.is_known {
            self.line.tell(&format!("{tag} BAD log in first")).await?;
            return Ok(Go::On);
        }
        match verb {
            "CAPABILITY" => self.capabilities().await?,
            "NOOP" => self.tell_count().await?,
            "LOGOUT" => {
                self.line.tell("* BYE").await?;
                return Ok(Go::Away);
            }
            "LOGIN" | "AUTHENTICATE" => return self.log_in(tag, verb, arguments).await,
            "LIST" => self.list().await?,
            "STATUS" => self.status(arguments).await?,
            "EXAMINE" | "SELECT" => return self.select(tag, arguments).await,
            "SEARCH" => self.search(arguments).await?,
            "FETCH" => self.fetch(arguments).await?,
            "IDLE" => return self.idle(tag).await,
            "APPEND" => return self.append(tag, arguments).await,
            "GETQUOTAROOT" => self.quota().await?,
            _ => {
                self.line.tell(&format!("{tag} BAD what?")).await?;
                return Ok(Go::On);
            }
        }
        self.line.tell(&format!("{tag} OK done")).await?;
        Ok(Go::On)
    }

    async fn capabilities(&mut self) -> io::Result<()> {
        let starttls = if self.provider.tls.is_some() && !self.protected { " STARTTLS" } else { "" };
        let idle = if self.faults.idle == Idle::Absent { "" } else { " IDLE" };
        let quota = if self.provider.state().quota.is_some() { " QUOTA" } else { "" };
        let rest = "AUTH=PLAIN AUTH=XOAUTH2 UIDPLUS SPECIAL-USE";
        self.line.tell(&format!("* CAPABILITY IMAP4rev1 {rest}{idle}{quota}{starttls}")).await
    }

    async fn log_in(&mut self, tag: &str, verb: &str, arguments: &str) -> io::Result<Go> {
        let words = words(arguments);
        self.is_known = if verb == "LOGIN" {
            let state = self.provider.state();
            words == [state.user.clone(), state.password.clone()]
        } else {
            self.line.tell("+ ").await?;
            let secret = self.line.hear().await?;
            self.provider.knows(words.first().map_or("", String::as_str), &secret)
        };
        let answer = if self.is_known { "OK welcome" } else { "NO [AUTHENTICATIONFAILED] wrong password" };
        self.line.tell(&format!("{tag} {answer}")).await?;
        Ok(Go::On)
    }

    async fn list(&mut self) -> io::Result<()> {
        let names: Vec<String> = self.provider.state().folders.all().map(|(name, _)| name.clone()).collect();
        for name in names {
            let mark = if name == SENT { "\\HasNoChildren \\Sent" } else { "\\HasNoChildren" };
            self.line.tell(&format!("* LIST ({mark}) \"/\" \"{name}\"")).await?;
        }
        Ok(())
    }

    fn folder<T>(&self, name: &str, read: impl FnOnce(&FolderState) -> T) -> Option<T> {
        self.provider.state().folders.folder(name).map(read)
    }

    async fn status(&mut self, arguments: &str) -> io::Result<()> {
        let name = words(arguments).into_iter().next().unwrap_or_default();
        let told = self.folder(&name, |f| {
            format!("MESSAGES {} UIDNEXT {} UIDVALIDITY {}", f.letters.len(), f.uid_next, f.uid_validity)
        });
        match told {
            Some(told) => self.line.tell(&format!("* STATUS \"{name}\" ({told})")).await,
            None => Ok(()),
        }
    }

    async fn select(&mut self, tag: &str, arguments: &str) -> io::Result<Go> {
        let name = words(arguments).into_iter().next().unwrap_or_default();
        let told = self.folder(&name, |f| (f.letters.len(), f.uid_validity, f.uid_next));
        let Some((count, validity, next)) = told else {
            self.line.tell(&format!("{tag} NO no such folder")).await?;
            return Ok(Go::On);
        };
        self.told = count;
        self.open = Some(name);
        let about = format!("* OK [UIDVALIDITY {validity}] valid\r\n* OK [UIDNEXT {next}] next");
        self.line
            .tell(&format!("* {count} EXISTS\r\n* 0 RECENT\r\n{about}\r\n{tag} OK [READ-ONLY] open"))
            .await?;
        Ok(Go::On)
    }

    fn letters(&self) -> Vec<Letter> {
        let open = self.open.as_deref().unwrap_or_default();
        self.folder(open, |folder| folder.letters.clone()).unwrap_or_default()
    }

    async fn tell_count(&mut self) -> io::Result<()> {
        let count = self.letters().len();
        if self.open.is_some() && count != self.told {
            self.told = count;
            self.line.tell(&format!("* {count} EXISTS")).await?;
        }
        Ok(())
    }

    async fn search(&mut self, arguments: &str) -> io::Result<()> {
        let words = words(arguments);
        let letters = self.letters();
        let last = letters.last().map_or(0, |letter| letter.uid);
        let fits = |letter: &&Letter| match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["SINCE", day] => is_since(letter, day),
            ["OR", "SINCE", day, "UID", set] => is_since(letter, day) || is_in(set, letter.uid, last),
            ["HEADER", _, wanted] => holds(&letter.raw, wanted),
            _ => false,
        };
        let found: Vec<String> = letters.iter().filter(fits).map(|letter| letter.uid.to_string()).collect();
        self.line.tell(&format!("* SEARCH {}", found.join(" "))).await
    }

    async fn fetch(&mut self, arguments: &str) -> io::Result<()> {
        let (set, items) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let letters = self.letters();
        let last = letters.last().map_or(0, |letter| letter.uid);
        for (letter, number) in letters.iter().zip(1..) {
            if is_in(set, letter.uid, last) {
                self.hand_out(letter, number, items).await?;
            }
        }
        Ok(())
    }

    async fn hand_out(&mut self, letter: &Letter, number: u32, items: &str) -> io::Result<()> {
        let date = letter.internal_date.strftime("%d-%b-%Y %H:%M:%S +0000");
        let size = letter.raw.len();
        let about =
            format!("* {number} FETCH (UID {} INTERNALDATE \"{date}\" RFC822.SIZE {size}", letter.uid);
        if !items.contains("BODY.PEEK[]") {
            return self.line.tell(&format!("{about})")).await;
        }
        let (name, raw) = part(items, &letter.raw);
        let length = self.announced(raw.len() as u64);
        self.line.say(format!("{about} {name} {{{length}}}\r\n").as_bytes()).await?;
        self.line.say(raw).await?;
        self.line.tell(")").await
    }

    /// The length of a literal, unless it is this one's turn to lie.
    fn announced(&mut self, length: u64) -> u64 {
        let number = self.handed_out;
        self.handed_out += 1;
        match self.faults.lie {
            Some((which, lie)) if which == number => match lie {
                Lie::Longer(more) => length + more,
                Lie::Shorter(less) => length.saturating_sub(less),
                Lie::Huge => u64::from(u32::MAX),
            },
            _ => length,
        }
    }

    async fn idle(&mut self, tag: &str) -> io::Result<Go> {
        match self.faults.idle {
            Idle::BareBad => self.line.tell("* BAD what?").await?,
            Idle::BarestBad => self.line.tell("BAD").await?,
            Idle::Absent => self.line.tell(&format!("{tag} BAD what?")).await?,
            Idle::Dies => {
                self.line.tell("+ idling").await?;
                std::future::pending::<()>().await;
            }
            Idle::Deaf => {
                self.line.tell("+ idling").await?;
                let _done = self.line.hear().await?;
                self.line.tell(&format!("{tag} OK done")).await?;
            }
            Idle::Works => self.idle_well(tag).await?,
        }
        Ok(Go::On)
    }

    async fn idle_well(&mut self, tag: &str) -> io::Result<()> {
        self.line.tell("+ idling").await?;
        loop {
            self.news.mark_unchanged();
            self.tell_count().await?;
            tokio::select! {
                done = self.line.hear() => {
                    done?;
                    return self.line.tell(&format!("{tag} OK done")).await;
                }
                changed = self.news.changed() => changed.map_err(|_| cut())?,
            }
        }
    }

    /// `APPEND "Sent" (\Seen) {123}`.
    async fn append(&mut self, tag: &str, arguments: &str) -> io::Result<Go> {
        let name = words(arguments).into_iter().next().unwrap_or_default();
        let length = arguments.rsplit_once('{').and_then(|(_, rest)| rest.trim_end_matches('}').parse().ok());
        let Some(length) = length.filter(|length| *length <= APPENDED) else { return Err(cut()) };
        self.line.tell("+ go on").await?;
        let raw = self.line.take(length).await?;
        let _end = self.line.hear().await?;
        let at = (self.provider.state().wall)();
        let uid = self.provider.change(|folders| folders.deliver(&name, &raw, at));
        let answer = uid.map_or("NO [TRYCREATE] no such folder".to_owned(), |_| "OK appended".to_owned());
        self.line.tell(&format!("{tag} {answer}")).await?;
        Ok(Go::On)
    }

    async fn quota(&mut self) -> io::Result<()> {
        let quota = self.provider.state().quota;
        let Some((used, limit)) = quota else { return Ok(()) };
        self.line.tell(&format!("* QUOTAROOT INBOX all\r\n* QUOTA all (STORAGE {used} {limit})")).await
    }
}

/// The words of a command: quoted ones without their quotes, brackets left out.
fn words(arguments: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = arguments.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let end = rest.find(' ').unwrap_or(rest.len());
                (rest[..end].trim_matches(['(', ')']).to_owned(), &rest[end..])
            }
        };
        found.push(word);
        rest = after.trim_start();
    }
    found
}

fn unquoted(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (word, &text[at + 1..]),
            '\\' => word.extend(characters.next().map(|(_, c)| c)),
            c => word.push(c),
        }
    }
    (word, "")
}

fn is_in(set: &str, uid: u32, last: u32) -> bool {
    set.split(',').any(|range| {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        let number = |text: &str| if text == "*" { last } else { text.parse().unwrap_or(0) };
        let (from, to) = (number(from), number(to));
        (from.min(to)..=from.max(to)).contains(&uid)
    })
}

fn is_since(letter: &Letter, day: &str) -> bool {
    let since = Date::strptime("%d-%b-%Y", day);
    since.is_ok_and(|since| letter.internal_date.to_zoned(jiff::tz::TimeZone::UTC).date() >= since)
}

fn holds(raw: &[u8], wanted: &str) -> bool {
    raw.windows(wanted.len().max(1)).any(|part| part == wanted.as_bytes())
}

/// The mail, or its beginning: `BODY.PEEK[]<0.100>`.
fn part<'a>(items: &str, raw: &'a [u8]) -> (&'static str, &'a [u8]) {
    let limit = items.split_once("<0.").and_then(|(_, rest)| rest.split_once('>'));
    match limit.and_then(|(limit, _)| limit.parse::<usize>().ok()) {
        Some(limit) => ("BODY[]<0>", &raw[..limit.min(raw.len())]),
        None => ("BODY[]", raw),
    }
}
