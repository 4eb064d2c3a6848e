//! Shell. Databases of every schema that was ever released open in this version, nothing lost.
//!
//! `tests/fixtures/upgrade/<schema>.sql` is a real office's database of that schema, as text.

use super::open;
use frontdesk::ids::CallId;
use frontdesk::office::board::PersonState;
use frontdesk::office::contact::Outcome;
use frontdesk::store::FILE;
use frontdesk::store::mail::{ConversationFilter, MailFact};
use std::path::{Path, PathBuf};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/upgrade");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// A data folder with this database in it.
fn laid_out(fixture: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    database.execute_batch(&std::fs::read_to_string(fixture).unwrap()).unwrap();
    let schema: i64 = fixture.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    database.pragma_update(None, "user_version", schema).unwrap();
    folder
}

#[test]
fn every_schema_before_this_one_has_a_fixture() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().writer.close();
    let newest = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    let schema: i64 = newest.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(i64::try_from(fixtures().len()).unwrap(), schema - 1);
}

#[test]
fn an_office_of_an_earlier_schema_is_whole_after_the_upgrade() {
    for fixture in fixtures() {
        let folder = laid_out(&fixture);
        for _ in 0..2 {
            let opened = open(folder.path()).unwrap();
            let all = opened.reader.contacts_between(jiff::Timestamp::MIN, jiff::Timestamp::MAX).unwrap();
            let outcomes: Vec<_> = all.iter().map(|contact| (contact.id.0, contact.outcome)).collect();
            let answered = Some(Outcome::Answered);
            assert_eq!(outcomes, [(1, answered), (2, answered), (3, Some(Outcome::Abandoned)), (4, None)]);
            assert_eq!(opened.memory.open_contacts.iter().map(|cut| cut.id).collect::<Vec<_>>(), [CallId(4)]);
            assert!(all[0].legs.len() > 1 && all[0].story.len() > 3, "{:?}", all[0]);
            assert!(all.iter().all(|contact| contact.callback.is_none() && contact.message.is_none()));
            assert!(opened.memory.people.iter().any(|(_, memory)| memory.state == PersonState::Paused));
            assert!(opened.memory.promised.is_empty() && opened.memory.overrides.is_empty());
            assert!(opened.settings.is_some());
            assert_eq!(opened.reader.tokens().unwrap().len(), 1);
            assert!(opened.memory.last_call >= 4 && opened.memory.last_leg > 4);
            opened.writer.close();
        }
    }
}

/// Mails of before the search knew writing without blanks are found once they were indexed anew.
#[tokio::test]
async fn what_was_stored_before_is_found_as_what_comes_now() {
    let fixture = fixtures().into_iter().find(|path| path.ends_with("5.sql")).unwrap();
    let folder = laid_out(&fixture);
    let opened = open(folder.path()).unwrap();
    let find = |word: &str| {
        let filter = ConversationFilter { search: Some(word.into()), ..ConversationFilter::default() };
        opened.reader.conversations(&filter, 10).unwrap().len()
    };
    let words = ["氣機", "壞了", "iphone", "圖"];
    assert_eq!((words.map(find), opened.reader.has_unpaired().unwrap()), ([0, 0, 0, 1], true));
    opened.writer.keep_mail(MailFact::Pairs).await.unwrap().unwrap();
    assert_eq!((words.map(find), opened.reader.has_unpaired().unwrap()), ([1; 4], false));
    assert_eq!(find("kim hansen"), 1, "and by whom as before");
}
