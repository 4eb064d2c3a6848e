//! Pure. What changes from one office to the next, in words; secrets are named, never shown.

use super::node::{Node, Value};
use super::{Secrets, Settings, write};

/// One line per change; nothing when both are the same.
pub fn diff(old: &Settings, new: &Settings) -> Vec<String> {
    let mut lines = Vec::new();
    let (old, new) = (write::tree(old, Secrets::Shown), write::tree(new, Secrets::Shown));
    compare("", &old, &new, &mut lines);
    lines
}

/// The same, where there may be no office yet: one set up for the first time is summed up.
pub fn diff_from(old: Option<&Settings>, new: &Settings) -> Vec<String> {
    let Some(old) = old else {
        let (people, groups, numbers, trunks) =
            (new.people.len(), new.groups.len(), new.numbers.len(), new.trunks.len());
        let parts = format!("people {people}, groups {groups}, numbers {numbers}, trunks {trunks}");
        return vec![format!("{} is set up: {parts}", new.office.name)];
    };
    diff(old, new)
}

/// The keys by which the sections of a list are known, in the order they are tried.
const NAMES: [&str; 5] = ["id", "mobile", "number", "person", "date"];
const SECRETS: [&str; 7] =
    ["secret", "password", "password_hash", "second_factor", "invite", "client_secret", "refresh_token"];

fn compare(path: &str, old: &Node, new: &Node, lines: &mut Vec<String>) {
    let keys = new.entries().iter().map(|(key, _)| key);
    let gone = old.entries().iter().map(|(key, _)| key).filter(|key| new.entry(key).is_none());
    for key in keys.chain(gone) {
        let path = if path.is_empty() { key.clone() } else { format!("{path} {key}") };
        match (old.entry(key), new.entry(key)) {
            (Some(old), Some(new)) if same(old, new) => {}
            (Some(_), Some(_)) if SECRETS.contains(&key.as_str()) => lines.push(format!("{path} changes")),
            (old, new) if is_sections(old) || is_sections(new) => {
                compare_lists(&path, old.map(Node::items), new.map(Node::items), lines);
            }
            (Some(old), Some(new)) => compare_values(&path, old, new, lines),
            (None, Some(_)) => lines.push(format!("{path} is added")),
            (Some(_), None) => lines.push(format!("{path} is removed")),
            (None, None) => {}
        }
    }
}

fn compare_values(path: &str, old: &Node, new: &Node, lines: &mut Vec<String>) {
    match (&old.value, &new.value) {
        (Value::Table(_), Value::Table(_)) => compare(path, old, new, lines),
        _ => lines.push(format!("{path} changes from {} to {}", words(old), words(new))),
    }
}

fn compare_lists(path: &str, old: Option<&[Node]>, new: Option<&[Node]>, lines: &mut Vec<String>) {
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let before = lines.len();
    let earlier: std::collections::BTreeMap<&str, &Node> =
        old.iter().map(|node| (name(node), node)).collect();
    let later: std::collections::BTreeSet<&str> = new.iter().map(name).collect();
    for node in new {
        let path = format!("{path} {}", name(node));
        match earlier.get(name(node)) {
            Some(old) => compare(&path, old, node, lines),
            None => lines.push(format!("{path} is added")),
        }
    }
    let gone = old.iter().filter(|node| !later.contains(name(node)));
    lines.extend(gone.map(|node| format!("{path} {} is removed", name(node))));
    if lines.len() == before && !old.iter().map(name).eq(new.iter().map(name)) {
        lines.push(format!("{path}: the order changes"));
    }
}

fn is_sections(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.items().first().is_some_and(|item| matches!(item.value, Value::Table(_))))
}

fn name(node: &Node) -> &str {
    NAMES.iter().find_map(|key| node.entry(key)?.text()).unwrap_or("?")
}

fn same(old: &Node, new: &Node) -> bool {
    old.value == new.value
}

fn words(node: &Node) -> String {
    match &node.value {
        Value::List(items) if items.is_empty() => "none".to_owned(),
        Value::List(items) => items.iter().map(Node::shown).collect::<Vec<_>>().join(", "),
        _ => node.shown(),
    }
}
