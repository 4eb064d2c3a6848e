//! Shell. Customers on the disk: written by the office's word, read for it and for the screens.

pub(in crate::store) mod beside;
mod timeline;

pub use timeline::{About, Event, EventKind, Mark, Reached};

use super::record::instant;
use super::rows::{name, signed, unreadable, unsigned};
use super::{Reader, StoreError};
use crate::ids::{ConversationId, CustomerId, PersonId};
use crate::number::{Country, Number};
use crate::office::customers::Note;
use crate::office::customers::book::Book;
use crate::office::customers::card::{Block, Card, Customer, Guess, Maybe, Merged};
use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The columns [`customer`] reads, in its order.
const CUSTOMER: &str = "id, version, name, company, about, vip, blocked_since, blocked_until, blocked_by, \
    maybes, last_maybe, last_note, created_at, changed_at, merged_into, merged_at, merged_by";

/// A maybe as it lies in its row.
#[derive(Serialize, Deserialize)]
struct MaybeCell {
    id: u32,
    kind: String,
    value: String,
    at: i64,
    conversation: Option<u64>,
    rejected: bool,
}

/// Writes a customer over an earlier value.
pub(super) fn put(connection: &Connection, one: &Customer) -> rusqlite::Result<()> {
    let id = signed(one.id.0);
    connection.prepare_cached(
        "INSERT INTO customer (id, version, name, company, about, vip, blocked_since, blocked_until, blocked_by, \
            maybes, last_maybe, last_note, created_at, changed_at, merged_into, merged_at, merged_by, sort_key, search) \
         VALUES (:id, :version, :name, :company, :about, :vip, :blocked_since, :blocked_until, :blocked_by, :maybes, \
            :last_maybe, :last_note, :created_at, :changed_at, :merged_into, :merged_at, :merged_by, :sort_key, :search) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, company = excluded.company, \
            about = excluded.about, vip = excluded.vip, blocked_since = excluded.blocked_since, \
            blocked_until = excluded.blocked_until, blocked_by = excluded.blocked_by, maybes = excluded.maybes, \
            last_maybe = excluded.last_maybe, last_note = excluded.last_note, changed_at = excluded.changed_at, \
            merged_into = excluded.merged_into, merged_at = excluded.merged_at, merged_by = excluded.merged_by, \
            sort_key = excluded.sort_key, search = excluded.search",
    )?
    .execute(named_params! {
        ":id": id,
        ":version": signed(one.version),
        ":name": one.card.name,
        ":company": one.card.company,
        ":about": one.card.about,
        ":vip": one.card.vip,
        ":blocked_since": one.blocked.as_ref().map(|block| block.since.as_millisecond()),
        ":blocked_until": one.blocked.as_ref().and_then(|block| block.until).map(Timestamp::as_millisecond),
        ":blocked_by": one.blocked.as_ref().and_then(|block| block.by.as_ref()).map(PersonId::as_str),
        ":maybes": print_maybes(&one.maybes),
        ":last_maybe": one.last_maybe,
        ":last_note": one.last_note,
        ":created_at": one.created_at.as_millisecond(),
        ":changed_at": one.changed_at.as_millisecond(),
        ":merged_into": one.merged.as_ref().map(|merged| signed(merged.into.0)),
        ":merged_at": one.merged.as_ref().map(|merged| merged.at.as_millisecond()),
        ":merged_by": one.merged.as_ref().and_then(|merged| merged.by.as_ref()).map(PersonId::as_str),
        ":sort_key": one.card.title().to_lowercase(),
        ":search": searched(&one.card),
    })?;
    put_values(connection, id, &one.card)
}

fn put_values(connection: &Connection, id: i64, card: &Card) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM customer_number WHERE customer = ?1")?.execute([id])?;
    connection.prepare_cached("DELETE FROM customer_address WHERE customer = ?1")?.execute([id])?;
    let mut number = connection.prepare_cached("INSERT INTO customer_number VALUES (?1, ?2, ?3)")?;
    for (place, one) in (0_i64..).zip(&card.numbers) {
        number.execute(params![id, one.as_str(), place])?;
    }
    let mut address = connection.prepare_cached("INSERT INTO customer_address VALUES (?1, ?2, ?3)")?;
    for (place, one) in (0_i64..).zip(&card.addresses) {
        address.execute(params![id, one, place])?;
    }
    Ok(())
}

/// A note on a customer.
pub(super) fn put_note(connection: &Connection, note: &Note) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO customer_note (customer, number, at, person, text) VALUES (?1, ?2, ?3, ?4, ?5)";
    let person = note.person.as_ref().map(PersonId::as_str);
    let (id, at) = (signed(note.customer.0), note.at.as_millisecond());
    connection.prepare_cached(sql)?.execute(params![id, note.number, at, person, note.text]).map(drop)
}

/// Every customer.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Customer>> {
    customers(connection, "ORDER BY id", [])
}

fn customers(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Customer>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {CUSTOMER} FROM customer {condition}"))?;
    let mut found = statement.query_map(values, customer)?.collect::<rusqlite::Result<Vec<Customer>>>()?;
    fill(connection, &mut found)?;
    Ok(found)
}

/// Numbers and addresses of these.
fn fill(connection: &Connection, found: &mut [Customer]) -> rusqlite::Result<()> {
    let mut numbers =
        connection.prepare_cached("SELECT number FROM customer_number WHERE customer = ?1 ORDER BY place")?;
    let mut addresses = connection
        .prepare_cached("SELECT address FROM customer_address WHERE customer = ?1 ORDER BY place")?;
    for one in found {
        let texts = numbers.query_map([signed(one.id.0)], |row| row.get::<_, String>(0))?;
        for text in texts {
            // What was kept is in its normal form already, which reads the same in every country.
            one.card.numbers.extend(Number::parse(&text?, Country(*b"ZZ")));
        }
        let texts = addresses.query_map([signed(one.id.0)], |row| row.get::<_, String>(0))?;
        one.card.addresses = texts.collect::<rusqlite::Result<Vec<String>>>()?;
    }
    Ok(())
}

fn customer(row: &Row<'_>) -> rusqlite::Result<Customer> {
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
    let (until, by) = (at(7)?, name(row, 8)?);
    let (into, merged_by): (Option<i64>, _) = (row.get(14)?, name(row, 16)?);
    let merged_at = at(15)?;
    Ok(Customer {
        id: CustomerId(unsigned(row.get(0)?)),
        version: unsigned(row.get(1)?),
        card: Card {
            name: row.get(2)?,
            company: row.get(3)?,
            about: row.get(4)?,
            numbers: Vec::new(),
            addresses: Vec::new(),
            vip: row.get(5)?,
        },
        blocked: at(6)?.map(|since| Block { since, until, by }),
        maybes: read_maybes(row.get_ref(9)?.as_str()?).map_err(|error| unreadable(9, error))?,
        last_maybe: row.get(10)?,
        last_note: row.get(11)?,
        created_at: instant(row.get(12)?),
        changed_at: instant(row.get(13)?),
        merged: into.zip(merged_at).map(|(into, at)| Merged {
            into: CustomerId(unsigned(into)),
            at,
            by: merged_by,
        }),
    })
}

fn print_maybes(maybes: &[Maybe]) -> String {
    let cells = maybes.iter().map(|one| MaybeCell {
        id: one.id,
        kind: kind_of(&one.what).to_owned(),
        value: one.what.value().to_owned(),
        at: one.at.as_millisecond(),
        conversation: one.conversation.map(|id| id.0),
        rejected: one.rejected,
    });
    serde_json::to_string(&cells.collect::<Vec<_>>()).expect("numbers and texts are always JSON")
}

/// A kind this version does not know is passed over.
fn read_maybes(text: &str) -> serde_json::Result<Vec<Maybe>> {
    let cells: Vec<MaybeCell> = serde_json::from_str(text)?;
    let read = |cell: MaybeCell| {
        let what = match cell.kind.as_str() {
            "number" => Guess::Number(Number::parse(&cell.value, Country(*b"ZZ"))?),
            "address" => Guess::Address(cell.value),
            "company" => Guess::Company(cell.value),
            _ => return None,
        };
        let conversation = cell.conversation.map(ConversationId);
        Some(Maybe { id: cell.id, what, at: instant(cell.at), conversation, rejected: cell.rejected })
    };
    Ok(cells.into_iter().filter_map(read).collect())
}

/// What kind of guess it is.
pub fn kind_of(what: &Guess) -> &'static str {
    match what {
        Guess::Number(_) => "number",
        Guess::Address(_) => "address",
        Guess::Company(_) => "company",
    }
}

/// What the search looks at: digits of numbers without what stands before or between them.
fn searched(card: &Card) -> String {
    let words = [card.name.as_str(), card.company.as_str()].into_iter();
    let words = words.chain(card.addresses.iter().map(String::as_str));
    let words = words.chain(card.numbers.iter().map(Number::as_str));
    words.map(str::to_lowercase).collect::<Vec<_>>().join("\n")
}

/// What somebody looks for: every word, or the digits of a number.
fn words_of(search: &str) -> Vec<String> {
    let is_number = |c: char| c.is_ascii_digit() || " +-./()\u{a0}".contains(c);
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    if !digits.is_empty() && search.chars().all(is_number) {
        // A zero before a number is for callers at home.
        return vec![digits.trim_start_matches('0').to_owned()];
    }
    search.split_whitespace().take(10).map(str::to_lowercase).collect()
}

/// A page of customers: which, and from where on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Words of a name, a company, an address, or digits of a number.
    pub search: Option<String>,
    /// Only what comes after this in the list: the last one of the page shown.
    pub after: Option<(String, CustomerId)>,
}

/// Who is behind numbers and addresses, by each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    numbers: BTreeMap<String, Vec<(CustomerId, String)>>,
    addresses: BTreeMap<String, Vec<(CustomerId, String)>>,
}

impl Known {
    /// The customers with this number, and how they are called.
    pub fn number(&self, number: &str) -> &[(CustomerId, String)] {
        self.numbers.get(number).map_or(&[], Vec::as_slice)
    }

    /// The customers with this address.
    pub fn address(&self, address: &str) -> &[(CustomerId, String)] {
        self.addresses.get(address).map_or(&[], Vec::as_slice)
    }
}

impl Reader {
    /// Customers by name, at most `limit`, each with what went into it.
    pub fn customers(&self, filter: &CustomerFilter, limit: u32) -> Result<Vec<Customer>, StoreError> {
        let words = filter.search.as_deref().map(words_of).unwrap_or_default();
        let (key, id) = filter.after.clone().unwrap_or((String::new(), CustomerId(0)));
        let found = words.iter().map(|_| "AND instr(search, ?) > 0").collect::<Vec<_>>().join(" ");
        let condition = format!(
            "WHERE merged_into IS NULL AND (sort_key, id) > (?, ?) AND id IN (WITH RECURSIVE up (id) AS ( \
                SELECT id FROM customer WHERE TRUE {found} UNION \
                SELECT c.merged_into FROM customer c JOIN up ON c.id = up.id WHERE c.merged_into IS NOT NULL) \
             SELECT id FROM up) ORDER BY sort_key, id LIMIT {limit}"
        );
        let mut values = vec![rusqlite::types::Value::Text(key), signed(id.0).into()];
        values.extend(words.into_iter().map(rusqlite::types::Value::Text));
        self.read(|connection| customers(connection, &condition, rusqlite::params_from_iter(values)))
    }

    /// A customer with all who went into them and all who share a number or an address with them, as a book
    /// of its own; and the one it goes on in. `None`: there is no such customer.
    pub fn customer(&self, id: CustomerId) -> Result<Option<(CustomerId, Book)>, StoreError> {
        self.read(|connection| {
            let Some(root) = root(connection, signed(id.0))? else { return Ok(None) };
            let near = "WHERE id IN (WITH RECURSIVE part (id) AS (SELECT ?1 UNION \
                    SELECT c.id FROM customer c JOIN part ON c.merged_into = part.id), \
                shared (id) AS (SELECT id FROM part UNION \
                    SELECT o.customer FROM customer_number o JOIN customer_number n ON n.number = o.number \
                        JOIN part ON n.customer = part.id UNION \
                    SELECT o.customer FROM customer_address o JOIN customer_address n ON n.address = o.address \
                        JOIN part ON n.customer = part.id UNION \
                    SELECT c.merged_into FROM customer c JOIN shared ON c.id = shared.id WHERE c.merged_into IS NOT NULL) \
                SELECT id FROM shared)";
            let mut near = customers(connection, near, [root])?;
            add_guessed(connection, &mut near, root)?;
            Ok(Some((CustomerId(unsigned(root)), Book::restore(near, 0))))
        })
    }

    /// Every customer, as the office has them.
    pub fn book(&self) -> Result<Book, StoreError> {
        self.read(|connection| Ok(Book::restore(all(connection)?, 0)))
    }

    /// Who is behind these numbers and addresses.
    pub fn known(&self, numbers: &[String], addresses: &[String]) -> Result<Known, StoreError> {
        self.read(|connection| {
            let mut known = Known::default();
            let by = "SELECT customer FROM customer_number WHERE number = ?1 LIMIT 20";
            let mut by_number = connection.prepare_cached(by)?;
            for number in numbers {
                if !known.numbers.contains_key(number) {
                    let found = titles(connection, &mut by_number, number)?;
                    known.numbers.insert(number.clone(), found);
                }
            }
            let by = "SELECT customer FROM customer_address WHERE address = ?1 LIMIT 20";
            let mut by_address = connection.prepare_cached(by)?;
            for address in addresses {
                if !known.addresses.contains_key(address) {
                    let found = titles(connection, &mut by_address, address)?;
                    known.addresses.insert(address.clone(), found);
                }
            }
            Ok(known)
        })
    }
}

/// Those who have already what may be this one's.
fn add_guessed(connection: &Connection, near: &mut Vec<Customer>, root: i64) -> rusqlite::Result<()> {
    let shown = near.iter().find(|one| signed(one.id.0) == root);
    let values: Vec<&str> =
        shown.iter().flat_map(|one| &one.maybes).map(|maybe| maybe.what.value()).collect();
    let values = serde_json::to_string(&values).expect("texts are always JSON");
    let has = "WHERE id IN (WITH RECURSIVE up (id) AS ( \
            SELECT customer FROM customer_number WHERE number IN (SELECT value FROM json_each(?1)) UNION \
            SELECT customer FROM customer_address WHERE address IN (SELECT value FROM json_each(?1)) UNION \
            SELECT c.merged_into FROM customer c JOIN up ON c.id = up.id WHERE c.merged_into IS NOT NULL) \
        SELECT id FROM up)";
    for one in customers(connection, has, [values])? {
        if !near.iter().any(|known| known.id == one.id) {
            near.push(one);
        }
    }
    Ok(())
}

/// Where a customer goes on after all merges.
fn root(connection: &Connection, id: i64) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE way (id, step) AS (SELECT id, 0 FROM customer WHERE id = ?1 UNION ALL \
            SELECT c.merged_into, way.step + 1 FROM way JOIN customer c ON c.id = way.id \
            WHERE c.merged_into IS NOT NULL AND way.step < 200) \
         SELECT id FROM way ORDER BY step DESC LIMIT 1",
    )?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

fn titles(
    connection: &Connection,
    by: &mut rusqlite::CachedStatement<'_>,
    value: &str,
) -> rusqlite::Result<Vec<(CustomerId, String)>> {
    let ids = by.query_map([value], |row| row.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut found: BTreeMap<CustomerId, String> = BTreeMap::new();
    for id in ids {
        let Some(root) = root(connection, id)? else { continue };
        for one in customers(connection, "WHERE id = ?1", [root])? {
            found.insert(one.id, one.card.title());
        }
    }
    Ok(found.into_iter().collect())
}
