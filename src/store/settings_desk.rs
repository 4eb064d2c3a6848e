//! Shell. The one place that changes the settings: checked whole, kept on the disk, then in effect.
//!
//! `apply`, `person passwd`, `PUT /office` and the set-up page all come through here, one at a time.

use super::invites::{self, Invited};
use super::log_ins::LogIns;
use super::secrets::{self, SecretError};
use super::trouble::{StoreError, Trouble};
use super::{Reader, Token, Writer};
use crate::ids::{MailboxId, PersonId};
use crate::mail::oauth::Grant;
use crate::office::memory::Override;
use crate::settings::{self, Draft, Person, Phone, Problem, Role, Secret, Settings};
use crate::switchboard::handle::{Handle, Health, Unanswered};
use crate::time::Now;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

/// New settings as somebody wrote them.
#[derive(Clone, Debug)]
pub enum SettingsSource {
    /// `office.toml`, with the name to show in sentences.
    Toml { text: String, file: String },
    /// The same content as JSON.
    Json(serde_json::Value),
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The settings are wrong; every fault, each a sentence.
    #[error("the settings are not right: {}", .0.first().map(Problem::to_string).unwrap_or_default())]
    Problems(Vec<Problem>),
    #[error("nothing is set up; apply an office.toml first")]
    NoOffice,
    #[error("there is no person {0} in this office")]
    NoSuchPerson(PersonId),
    #[error("a password needs at least 8 characters")]
    ShortPassword,
    #[error("this invite is used up or too old; ask for a new link")]
    NoInvite,
    #[error("it was changed in the meantime")]
    Overtaken,
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("it could not be stored: {0}")]
    NotStored(#[from] Trouble),
    #[error("it is stored, and takes effect at the next start: {0}")]
    NotInEffect(#[from] Unanswered),
}

/// What each token allows, by its hash.
type Roles = BTreeMap<[u8; 32], Role>;

/// The tokens as they lie on the disk, read once: a stranger with a guess costs no disk.
#[derive(Debug, Default)]
struct Tokens {
    known: std::sync::Mutex<Option<Arc<Roles>>>,
    /// Moves with every change.
    changes: watch::Sender<u64>,
}

/// The owner of the settings while the program runs; cheap to clone.
#[derive(Clone, Debug)]
pub struct SettingsDesk {
    writer: Writer,
    reader: Reader,
    /// `None`: a command without a running office.
    switchboard: Option<Handle>,
    current: watch::Sender<Option<Arc<Settings>>>,
    /// The words over the hours that a command without a running office found on the disk.
    overrides: Arc<OnceLock<Vec<Override>>>,
    tokens: Arc<Tokens>,
    log_ins: Arc<LogIns>,
    /// One change at a time.
    turn: Arc<Mutex<()>>,
}

impl SettingsDesk {
    /// A desk over this store; with a running office, changes take effect in it.
    pub fn new(
        writer: Writer,
        reader: Reader,
        switchboard: Option<Handle>,
        settings: Option<Arc<Settings>>,
    ) -> SettingsDesk {
        let current = watch::Sender::new(settings);
        SettingsDesk {
            writer,
            reader,
            switchboard,
            current,
            overrides: Arc::default(),
            tokens: Arc::default(),
            log_ins: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// Without a running office: the words over the hours as they were kept.
    pub fn remember_overrides(&self, overrides: Vec<Override>) {
        // Told once, at the start; a second telling changes nothing.
        let _ = self.overrides.set(overrides);
    }

    /// The owner's words over the hours: the running office's, else the kept ones.
    pub fn overrides(&self) -> Vec<Override> {
        match &self.switchboard {
            Some(handle) => handle.board().borrow().overrides.clone(),
            None => self.overrides.get().cloned().unwrap_or_default(),
        }
    }

    /// Wakes with every change of the settings.
    pub fn changes(&self) -> watch::Receiver<Option<Arc<Settings>>> {
        self.current.subscribe()
    }

    /// The settings in effect; `None` before the first set-up.
    pub fn current(&self) -> Option<Arc<Settings>> {
        self.current.borrow().clone()
    }

    /// Makes the office what `new` says, all or nothing; returns what changed, in words. Nobody is invited.
    pub async fn apply(&self, new: SettingsSource) -> Result<Vec<String>, ApplyError> {
        self.apply_with(new, |_| Ok(())).await.map(|(changes, ())| changes)
    }

    /// The same, with a link for everybody who has no password and never had a link.
    pub async fn apply_and_invite(
        &self,
        new: SettingsSource,
        now: Timestamp,
    ) -> Result<(Vec<String>, Vec<Invited>), ApplyError> {
        let is_new = |person: &&mut Person| person.password_hash.is_none() && person.invite.is_none();
        let invite = |person: &mut Person| invites::invite(person, now);
        self.apply_with(new, |next| next.people.iter_mut().filter(is_new).map(invite).collect()).await
    }

    async fn apply_with<T>(
        &self,
        new: SettingsSource,
        last: impl FnOnce(&mut Settings) -> Result<T, SecretError>,
    ) -> Result<(Vec<String>, T), ApplyError> {
        let turn = self.turn.clone().lock_owned().await;
        let old = self.current();
        let mut next = completed(draft(&new, old.as_deref())?, old.as_deref()).await?;
        let changes = settings::diff_from(old.as_deref(), &next);
        let more = last(&mut next)?;
        self.put(turn, next).await?;
        Ok((changes, more))
    }

    /// The same without doing it.
    pub async fn what_if(&self, new: &SettingsSource) -> Result<Vec<String>, ApplyError> {
        let old = self.current();
        let next = completed(draft(new, old.as_deref())?, old.as_deref()).await?;
        Ok(settings::diff_from(old.as_deref(), &next))
    }

    /// What the office would be left without, a sentence each: somebody is asked before.
    pub fn losses(&self, new: &SettingsSource) -> Result<Vec<&'static str>, ApplyError> {
        let Some(old) = self.current() else { return Ok(Vec::new()) };
        Ok(settings::losses(&old, &draft(new, Some(&old))?))
    }

    /// Gives a person a password, from the console: their second factor ends, for whoever lost the phone.
    pub async fn set_password(&self, person: &PersonId, password: String) -> Result<(), ApplyError> {
        if password.chars().count() < settings::PASSWORD_CHARACTERS_MIN {
            return Err(ApplyError::ShortPassword);
        }
        let turn = self.turn.clone().lock_owned().await;
        let mut next = Settings::clone(&*self.current().ok_or(ApplyError::NoOffice)?);
        let known = next.people.iter_mut().find(|known| known.id == *person);
        let known = known.ok_or_else(|| ApplyError::NoSuchPerson(person.clone()))?;
        known.password_hash = Some(hashed(password).await?);
        (known.second_factor, known.invite) = (None, None);
        self.put(turn, next).await
    }

    /// A link for this person to choose a password by, whether they have one or not.
    pub async fn invite(&self, person: &PersonId, now: Timestamp) -> Result<Invited, ApplyError> {
        let turn = self.turn.clone().lock_owned().await;
        let mut next = Settings::clone(&*self.current().ok_or(ApplyError::NoOffice)?);
        let known = next.people.iter_mut().find(|known| known.id == *person);
        let made = invites::invite(known.ok_or_else(|| ApplyError::NoSuchPerson(person.clone()))?, now)?;
        self.put(turn, next).await?;
        Ok(made)
    }

    /// Whoever was invited chooses a password; the link is used up.
    pub async fn accept_invite(
        &self,
        code: &str,
        password: String,
        now: Timestamp,
    ) -> Result<PersonId, ApplyError> {
        if password.chars().count() < settings::PASSWORD_CHARACTERS_MIN {
            return Err(ApplyError::ShortPassword);
        }
        let office = self.current().ok_or(ApplyError::NoOffice)?;
        let person = invites::invited(&office, code, now).ok_or(ApplyError::NoInvite)?.id.clone();
        let password_hash = Some(hashed(password).await?);
        let turn = self.turn.clone().lock_owned().await;
        let mut next = Settings::clone(&*self.current().ok_or(ApplyError::NoOffice)?);
        // Somebody may have been quicker with the same link.
        invites::invited(&next, code, now).ok_or(ApplyError::NoInvite)?;
        let known = next.people.iter_mut().find(|known| known.id == person);
        let known = known.ok_or(ApplyError::NoInvite)?;
        (known.password_hash, known.second_factor, known.invite) = (password_hash, None, None);
        self.put(turn, next).await?;
        Ok(person)
    }

    /// Gives a person a second factor, or none, if the present one is `before`: a recovery code is good once.
    pub async fn set_second_factor(
        &self,
        person: &PersonId,
        before: Option<&Secret>,
        second_factor: Option<Secret>,
    ) -> Result<(), ApplyError> {
        let turn = self.turn.clone().lock_owned().await;
        let mut next = Settings::clone(&*self.current().ok_or(ApplyError::NoOffice)?);
        let known = next.people.iter_mut().find(|known| known.id == *person);
        let known = known.ok_or_else(|| ApplyError::NoSuchPerson(person.clone()))?;
        if known.second_factor.as_ref() != before {
            return Err(ApplyError::Overtaken);
        }
        known.second_factor = second_factor;
        self.put(turn, next).await
    }

    /// Keeps what a provider gave for a mailbox. One that is opened by password, by another client, or not at all,
    /// by now keeps nothing.
    pub async fn keep_grant(&self, mailbox: &MailboxId, grant: Grant) -> Result<(), ApplyError> {
        let turn = self.turn.clone().lock_owned().await;
        let mut next = Settings::clone(&*self.current().ok_or(ApplyError::NoOffice)?);
        let known = next.mailboxes.iter_mut().find(|known| known.id == *mailbox);
        let oauth = known.and_then(|known| known.oauth.as_mut()).filter(|oauth| grant.is_of(oauth));
        let Some(oauth) = oauth else { return Ok(()) };
        (oauth.refresh_token, oauth.ends_at) = (Some(grant.refresh_token), grant.ends_at);
        self.put(turn, next).await
    }

    /// Makes a bearer token and returns it; only its hash is kept. One of the same name ends.
    pub async fn new_token(&self, name: String, role: Role, now: Timestamp) -> Result<String, ApplyError> {
        let _turn = self.turn.lock().await;
        let bearer = secrets::bearer()?;
        let token = Token { name, role, hash: secrets::bearer_hash(&bearer), created_at: now };
        self.writer.keep_token(token).await.unwrap_or(Err(Trouble::Stopped))?;
        self.tokens.read_again(&self.reader).await;
        Ok(bearer)
    }

    /// What a token allows, by its hash; `None`: there is no such token.
    pub async fn role_of_token(&self, hash: [u8; 32]) -> Result<Option<Role>, StoreError> {
        Ok(self.tokens.known(&self.reader).await?.get(&hash).copied())
    }

    /// Moves whenever a token is made or replaced.
    pub fn token_changes(&self) -> watch::Receiver<u64> {
        self.tokens.changes.subscribe()
    }

    /// Keeps a log-in of this person, whose password was checked against this hash; `bearer` goes into the cookie and
    /// nowhere else. A disk that refuses turns nobody away: the log-in ends with the program.
    pub async fn open_log_in(&self, bearer: &str, person: PersonId, password: &Secret, now: Now) {
        self.log_ins.remember(&self.reader, now).await;
        self.writer.keep_log_ins(self.log_ins.open(secrets::bearer_hash(bearer), person, password, now));
    }

    /// Ends a log-in, on the disk too: a copy of its cookie is worth nothing, whatever happens next.
    pub async fn close_log_in(&self, bearer: &str, now: Now) -> Result<(), Trouble> {
        self.log_ins.remember(&self.reader, now).await;
        let ended = self.log_ins.close(secrets::bearer_hash(bearer));
        self.writer.end_log_in(ended).await.unwrap_or(Err(Trouble::Stopped))
    }

    /// Whose log-in this is, if it is still good.
    pub async fn person_of_log_in(&self, bearer: &str, now: Now) -> Option<PersonId> {
        self.log_ins.remember(&self.reader, now).await;
        let office = self.current()?;
        let (person, used) = self.log_ins.person(secrets::bearer_hash(bearer), &office, now)?;
        if let Some(used) = used {
            self.writer.keep_log_ins(vec![used]);
        }
        Some(person)
    }

    /// How the running office is; `None` without one.
    pub fn health(&self) -> Option<Arc<Health>> {
        self.switchboard.as_ref().map(Handle::health)
    }

    /// How many calls are going on in the running office.
    pub fn calls(&self) -> usize {
        self.switchboard.as_ref().map_or(0, Handle::calls)
    }

    /// Every token there is; reads the disk.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.reader.tokens()
    }

    /// On the disk first, then in effect; to the end, though the asker may go away in between.
    async fn put(&self, turn: OwnedMutexGuard<()>, next: Settings) -> Result<(), ApplyError> {
        let desk = self.clone();
        let done = tokio::spawn(async move {
            let done = desk.put_whole(next).await;
            drop(turn);
            done
        });
        done.await.unwrap_or(Err(ApplyError::NotStored(Trouble::Stopped)))
    }

    async fn put_whole(&self, next: Settings) -> Result<(), ApplyError> {
        if self.current().is_some_and(|current| *current == next) {
            return Ok(());
        }
        let next = Arc::new(next);
        self.writer.keep_office(next.clone()).await.unwrap_or(Err(Trouble::Stopped))?;
        self.current.send_replace(Some(next.clone()));
        self.log_ins.end_changed(&next);
        match &self.switchboard {
            Some(switchboard) => Ok(switchboard.configure(next).await?),
            None => Ok(()),
        }
    }
}

impl Tokens {
    async fn known(&self, reader: &Reader) -> Result<Arc<Roles>, StoreError> {
        if let Some(known) = self.lock().clone() {
            return Ok(known);
        }
        let read = read_tokens(reader).await?;
        // What a change has put there meanwhile is newer.
        Ok(self.lock().get_or_insert(read).clone())
    }

    async fn read_again(&self, reader: &Reader) {
        let read = read_tokens(reader).await;
        *self.lock() = read.ok();
        self.changes.send_modify(|changes| *changes += 1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Roles>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read_tokens(reader: &Reader) -> Result<Arc<Roles>, StoreError> {
    let reader = reader.clone();
    let read = tokio::task::spawn_blocking(move || reader.tokens()).await;
    let tokens = read.unwrap_or(Err(StoreError::Failed { doing: "reading", trouble: Trouble::Stopped }))?;
    Ok(Arc::new(tokens.into_iter().map(|token| (token.hash, token.role)).collect()))
}

fn draft(source: &SettingsSource, old: Option<&Settings>) -> Result<Draft, ApplyError> {
    let (draft, file) = match source {
        SettingsSource::Toml { text, file } => (settings::draft_toml(text, file, old), file.as_str()),
        SettingsSource::Json(json) => (settings::draft_json(json, old), ""),
    };
    let draft = draft.map_err(ApplyError::Problems)?;
    match is_locked_out(&draft, old) {
        true => Err(ApplyError::Problems(vec![no_owner(file)])),
        false => Ok(draft),
    }
}

/// Somebody can log in, or an owner could, and nobody may change the settings any more. An office that
/// is led from the console alone, without a single password, locks nobody out.
fn is_locked_out(draft: &Draft, old: Option<&Settings>) -> bool {
    let has_owner = |settings: &Settings| settings.people.iter().any(|person| person.role == Role::Owner);
    let people = &draft.settings.people;
    let logs_in = !draft.passwords.is_empty() || people.iter().any(|person| person.password_hash.is_some());
    !has_owner(&draft.settings) && (logs_in || old.is_some_and(has_owner))
}

fn no_owner(file: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line: None,
        path: "person".to_owned(),
        found: "nobody with role \"owner\"".to_owned(),
        expected: "at least one, or nobody could change the settings from a screen any more".to_owned(),
    }
}

/// Hashes the passwords and makes the secrets a draft leaves open. A password that is the present one
/// keeps its hash, so that the same file twice changes nothing.
async fn completed(draft: Draft, old: Option<&Settings>) -> Result<Settings, ApplyError> {
    let mut next = draft.settings;
    for (id, password) in draft.passwords {
        let present = old.and_then(|old| old.person(&id)).and_then(|person| person.password_hash.clone());
        let hash = hashed_unless(present, password.0.to_string()).await?;
        if let Some(person) = next.people.iter_mut().find(|person| person.id == id) {
            person.password_hash = Some(hash);
            person.invite = None;
        }
    }
    for phone in next.people.iter_mut().flat_map(|person| &mut person.phones) {
        match phone {
            Phone::Sip { secret, .. } if secret.0.is_empty() => *secret = secrets::phone_secret()?,
            _ => {}
        }
    }
    Ok(next)
}

async fn hashed(password: String) -> Result<Secret, ApplyError> {
    hashed_unless(None, password).await
}

async fn hashed_unless(present: Option<Secret>, password: String) -> Result<Secret, ApplyError> {
    let hash = tokio::task::spawn_blocking(move || match present {
        Some(present) if secrets::verify(&present, &password) => Ok(present),
        _ => secrets::hash(&password),
    })
    .await;
    Ok(hash.unwrap_or(Err(SecretError::Unhashable))?)
}
