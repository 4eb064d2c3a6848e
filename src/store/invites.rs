//! Shell. Invites: who has no password gets a link and chooses one, once and within a week. Of the code in
//! the link only the hash is kept.

use super::secrets::{self, SecretError};
use crate::ids::PersonId;
use crate::settings::{Person, Secret, Settings};
use jiff::{SignedDuration, Timestamp};

/// Long enough for a holiday in between, too short to lie about in a mailbox.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An invite as it was made: the only time its code is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    pub person: PersonId,
    pub name: String,
    /// What the link carries.
    pub code: String,
    pub ends_at: Timestamp,
}

impl Invited {
    /// The link, at the address of the screens.
    pub fn link(&self, screens: &str) -> String {
        // Behind "#" it reaches no server and no log of one.
        format!("{screens}/invite#{}", self.code)
    }
}

/// Makes an invite for this person; an earlier one ends.
pub(super) fn invite(person: &mut Person, now: Timestamp) -> Result<Invited, SecretError> {
    let code = secrets::invite()?;
    let ends_at = now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let kept = format!("{} {}", hash(&code), ends_at.as_second());
    person.invite = Some(Secret(kept.into()));
    Ok(Invited { person: person.id.clone(), name: person.name.clone(), code, ends_at })
}

/// Whom this code invites; `None`: nobody, not any more, or somebody else has used it.
pub fn invited<'s>(settings: &'s Settings, code: &str, now: Timestamp) -> Option<&'s Person> {
    let wanted = hash(code);
    let fits = |person: &&Person| {
        let kept = person.invite.as_ref().and_then(|kept| kept.0.split_once(' '));
        kept.is_some_and(|(hash, _)| hash == wanted) && ends_at(person).is_some_and(|end| now < end)
    };
    settings.people.iter().find(fits)
}

/// When the person's invite ends, or has ended.
pub fn ends_at(person: &Person) -> Option<Timestamp> {
    let (_, end) = person.invite.as_ref()?.0.split_once(' ')?;
    Timestamp::from_second(end.parse().ok()?).ok()
}

/// 256 random bits behind it: nobody finds a code by how long a comparison takes.
fn hash(code: &str) -> String {
    secrets::bearer_hash(code).iter().map(|byte| format!("{byte:02x}")).collect()
}
