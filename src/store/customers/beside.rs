//! Shell. The numbers that stand for one another, asked for by the numbers at hand and found through the indexes: a
//! phone is ringing, and of fifty thousand customers one is meant.

use crate::ids::CustomerId;
use crate::number::{Country, Number};
use crate::office::owed::Beside;
use crate::store::rows::{signed, unsigned};
use crate::store::{Reader, StoreError};
use rusqlite::{Connection, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Whose a number is after all merges.
const ROOTS: &str = "WITH RECURSIVE up (id) AS ( \
        SELECT customer FROM customer_number WHERE number = ?1 \
        UNION SELECT c.merged_into FROM up JOIN customer c ON c.id = up.id WHERE c.merged_into IS NOT NULL) \
    SELECT id FROM customer WHERE id IN (SELECT id FROM up) AND merged_into IS NULL";
/// The numbers of a customer and of all who went into them.
const NUMBERS: &str = "WITH RECURSIVE part (id) AS ( \
        SELECT ?1 UNION SELECT c.id FROM part JOIN customer c ON c.merged_into = part.id) \
    SELECT DISTINCT number FROM customer_number WHERE customer IN (SELECT id FROM part)";

impl Reader {
    /// Who is reached for these numbers, and on which others.
    pub fn beside(&self, numbers: &BTreeSet<Number>) -> Result<Beside, StoreError> {
        self.read(|connection| of(connection, numbers))
    }
}

/// The same within another look.
pub(in crate::store) fn of(connection: &Connection, numbers: &BTreeSet<Number>) -> rusqlite::Result<Beside> {
    let mut look = Look {
        roots: connection.prepare_cached(ROOTS)?,
        numbers: connection.prepare_cached(NUMBERS)?,
        known: BTreeMap::new(),
    };
    let mut beside = Beside::default();
    for number in numbers {
        for root in look.roots(number.as_str())? {
            let id = CustomerId(unsigned(root));
            if !beside.wanted.contains_key(&id) {
                look.add_own(id, &mut beside)?;
            }
            beside.wanted.entry(id).or_default().insert(number.clone());
        }
    }
    Ok(beside)
}

struct Look<'c> {
    roots: rusqlite::CachedStatement<'c>,
    numbers: rusqlite::CachedStatement<'c>,
    known: BTreeMap<String, Vec<i64>>,
}

impl Look<'_> {
    fn roots(&mut self, number: &str) -> rusqlite::Result<Vec<i64>> {
        if let Some(known) = self.known.get(number) {
            return Ok(known.clone());
        }
        let roots = column(&mut self.roots, number)?;
        self.known.insert(number.to_owned(), roots.clone());
        Ok(roots)
    }

    /// The numbers that are this customer's alone: of a talk on another one nobody can tell who was reached.
    fn add_own(&mut self, id: CustomerId, beside: &mut Beside) -> rusqlite::Result<()> {
        let numbers: Vec<String> = column(&mut self.numbers, signed(id.0))?;
        for text in numbers {
            if self.roots(&text)? == [signed(id.0)] {
                let number = Number::parse(&text, Country(*b"ZZ"));
                beside.whose.extend(number.map(|number| (number, id)));
            }
        }
        Ok(())
    }
}

fn column<T: rusqlite::types::FromSql>(
    statement: &mut Statement<'_>,
    value: impl rusqlite::ToSql,
) -> rusqlite::Result<Vec<T>> {
    statement.query_map([value], |row| row.get(0))?.collect()
}
