//! Pure. Reading one section of the tree by the table: unknown keys, types, bounds and defaults.
//!
//! Nothing here stops at the first fault: a problem is noted, a stand-in returned, and the caller
//! goes on; the whole is thrown away at the end if anything was noted.

use super::node::{Node, Value};
use super::table::{self, Kind, LeftOut, Row};
use super::values::{self, Words};
use super::{Problem, Secret};
use std::collections::BTreeMap;
use std::time::Duration;

/// More than this helps nobody; the rest is counted.
const PROBLEMS_MAX: usize = 100;

/// What was found wrong so far, and what was seen once and may not come again.
pub(super) struct Reader<'a> {
    file: &'a str,
    problems: Vec<Problem>,
    seen: BTreeMap<(&'static str, String), Option<usize>>,
}

/// One section being read.
pub(super) struct Section<'a> {
    /// As the table calls it: `group.callback`.
    pub kind: &'static str,
    /// As a sentence calls it: `group "main" callback`.
    pub path: String,
    pub node: &'a Node,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self { file, problems: Vec::new(), seen: BTreeMap::new() }
    }

    /// All that was wrong, in the order of the file.
    pub(super) fn finish(mut self) -> Result<(), Vec<Problem>> {
        self.problems.sort_by_key(|problem| problem.line);
        match self.problems.is_empty() {
            true => Ok(()),
            false => Err(self.problems),
        }
    }

    /// Notes a fault at a node.
    pub(super) fn wrong(&mut self, line: Option<usize>, path: &str, found: String, expected: String) {
        if self.problems.len() < PROBLEMS_MAX {
            let problem =
                Problem { file: self.file.to_owned(), line, path: path.to_owned(), found, expected };
            self.problems.push(problem);
        }
    }

    /// Notes that something which must be unique came again.
    pub(super) fn claim(&mut self, what: &'static str, value: &str, at: &Section<'_>, key: &str) {
        let line = at.node.entry(key).and_then(|node| node.line).or(at.node.line);
        self.claim_at(what, value, line, &at.shown(key));
    }

    /// The same, for an item of a list.
    pub(super) fn claim_at(&mut self, what: &'static str, value: &str, line: Option<usize>, path: &str) {
        let Some(first) = self.seen.insert((what, value.to_owned()), line) else { return };
        let first_at = first.map_or(String::new(), |line| format!(" (first on line {line})"));
        self.wrong(
            line,
            path,
            format!("\"{value}\" for the second time{first_at}"),
            format!("each {what} once"),
        );
    }

    /// Enters a section: it must be a table, and hold known keys only.
    pub(super) fn enter(&mut self, kind: &'static str, path: String, node: &'a Node) -> Section<'a> {
        if !matches!(node.value, Value::Table(_)) {
            self.wrong(node.line, &path, node.shown(), "a section".to_owned());
        }
        for (key, entry) in node.entries().iter().filter(|(key, _)| table::row(kind, key).is_none()) {
            let known: Vec<&str> = table::rows(kind).map(|row| row.key).collect();
            let found = format!("the unknown key \"{}\"", key.escape_debug());
            self.wrong(entry.line, &path, found, format!("one of {}", table::list(&known)));
        }
        Section { kind, path, node }
    }

    /// The value of a key that is there and of the wanted type; a default does not count.
    fn find<T>(&mut self, at: &Section<'a>, key: &str, read: impl Fn(&'a Node) -> Option<T>) -> Option<T> {
        let row = at.row(key);
        match at.node.entry(key) {
            Some(node) => {
                let value = read(node);
                if value.is_none() {
                    self.wrong(node.line, &at.shown(key), found(row, node), row.kind.words());
                }
                value
            }
            None => {
                if row.default == LeftOut::Needed && matches!(at.node.value, Value::Table(_)) {
                    self.wrong(at.node.line, &at.shown(key), "nothing".to_owned(), row.kind.words());
                }
                None
            }
        }
    }

    /// A text, checked and turned into its meaning; the default when it is left out.
    pub(super) fn form<T>(
        &mut self,
        at: &Section<'a>,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let max = match at.row(key).kind {
            Kind::Text(max) => max,
            _ => usize::MAX,
        };
        let fits = |text: &&str| text.chars().count() <= max && !text.chars().any(char::is_control);
        let value = self.find(at, key, |node| node.text().filter(fits).and_then(&read));
        match at.row(key).default {
            LeftOut::Text(default) if at.node.entry(key).is_none() => read(default),
            _ => value,
        }
    }

    /// Plain text; empty when it is missing.
    pub(super) fn text(&mut self, at: &Section<'a>, key: &str) -> String {
        self.form(at, key, |text| Some(text.to_owned())).unwrap_or_default()
    }

    /// Text that must say something.
    pub(super) fn name(&mut self, at: &Section<'a>, key: &str) -> String {
        let spoken = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
        self.form(at, key, spoken).unwrap_or_default()
    }

    /// An identity; empty when it is missing or wrong.
    pub(super) fn id(&mut self, at: &Section<'a>, key: &str) -> String {
        self.form(at, key, |text| values::is_id(text).then(|| text.to_owned())).unwrap_or_default()
    }

    /// One word of a few.
    pub(super) fn word<T: Words>(&mut self, at: &Section<'a>, key: &str) -> Option<T> {
        self.form(at, key, T::read)
    }

    /// A secret, if one is given; never empty.
    pub(super) fn secret(&mut self, at: &Section<'a>, key: &str) -> Option<Secret> {
        self.form(at, key, |text| (!text.is_empty()).then(|| Secret(text.into())))
    }

    pub(super) fn flag(&mut self, at: &Section<'a>, key: &str) -> bool {
        let read = |node: &Node| match node.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        };
        let default = matches!(at.row(key).default, LeftOut::Flag(true));
        self.find(at, key, read).unwrap_or(default)
    }

    /// A whole number within the bounds of the table.
    pub(super) fn whole<N: TryFrom<i64>>(&mut self, at: &Section<'a>, key: &str) -> Option<N> {
        let row = at.row(key);
        let within =
            |number: &i64| matches!(row.kind, Kind::Whole(low, high) if (low..=high).contains(number));
        let read = |node: &Node| match node.value {
            Value::Whole(number) => Some(number).filter(within).and_then(|number| N::try_from(number).ok()),
            _ => None,
        };
        match (self.find(at, key, read), row.default) {
            (None, LeftOut::Whole(default)) => N::try_from(default).ok(),
            (value, _) => value,
        }
    }

    /// A duration within the bounds of the table.
    pub(super) fn duration(&mut self, at: &Section<'a>, key: &str) -> Duration {
        let kind = at.row(key).kind;
        let within =
            |d: &Duration| matches!(kind, Kind::Duration(low, high) if (low..=high).contains(&d.as_secs()));
        self.form(at, key, |text| values::duration(text).filter(within)).unwrap_or_default()
    }

    /// A list of texts; `None` when the key is left out.
    pub(super) fn forms<T>(
        &mut self,
        at: &Section<'a>,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<(T, Option<usize>)>> {
        let items = self.find(at, key, |node| matches!(node.value, Value::List(_)).then(|| node.items()))?;
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match item.text().and_then(&read) {
                Some(value) => values.push((value, item.line)),
                None => {
                    let row = at.row(key);
                    self.wrong(item.line, &at.shown(key), found(row, item), row.kind.words());
                }
            }
        }
        Some(values)
    }

    /// The sections of a list, each entered and named by `name` (its id, usually).
    pub(super) fn sections(
        &mut self,
        at: &Section<'a>,
        key: &'static str,
        kind: &'static str,
        name: &str,
    ) -> Vec<Section<'a>> {
        let read = |node: &'a Node| matches!(node.value, Value::List(_)).then(|| node.items());
        let items = self.find(at, key, read).unwrap_or_default();
        let label = if at.path.is_empty() { key.to_owned() } else { format!("{} {key}", at.path) };
        let entered = items.iter().enumerate().map(|(place, item)| {
            let path = match item.entry(name).map(Node::shown) {
                Some(named) => format!("{label} {named}"),
                None => format!("{label} {}", place + 1),
            };
            self.enter(kind, path, item)
        });
        entered.collect()
    }

    /// A section that is there, entered.
    pub(super) fn section(
        &mut self,
        at: &Section<'a>,
        key: &'static str,
        kind: &'static str,
    ) -> Option<Section<'a>> {
        let node = self.find(at, key, Some)?;
        Some(self.enter(kind, at.shown(key), node))
    }
}

impl Section<'_> {
    /// How a sentence calls a key of this section.
    pub(super) fn shown(&self, key: &str) -> String {
        match self.path.is_empty() {
            true => key.to_owned(),
            false => format!("{} {key}", self.path),
        }
    }

    fn row(&self, key: &str) -> &'static Row {
        table::row(self.kind, key).expect("the parser asks for keys of the table only")
    }
}

/// What was found; a secret stays one.
fn found(row: &Row, node: &Node) -> String {
    match (row.kind, &node.value) {
        (Kind::Secret, Value::Text(_)) => "a text that cannot be used".to_owned(),
        _ => node.shown(),
    }
}
