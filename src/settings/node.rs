//! Pure. A tree of settings as somebody wrote it, from TOML or JSON, with the line of every value.

use super::Problem;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stood.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// 1-based; `None` when it did not come from a file.
    pub line: Option<usize>,
    pub value: Value,
}

/// What can stand in the tree.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Flag(bool),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
    /// Something no setting is (a fraction, a date, `null`), as a sentence can name it.
    Stranger(&'static str),
}

impl Node {
    /// A value of our own making.
    pub(super) fn new(value: Value) -> Node {
        Node { line: None, value }
    }

    /// The entry of a table.
    pub(super) fn entry(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(k, _)| k == key).map(|(_, node)| node)
    }

    /// The entries of a table; none for anything else.
    pub(super) fn entries(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How a sentence shows it: short, on one line.
    pub(super) fn shown(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("\"{}\"", shorten(text)),
            Value::Whole(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::List(items) => format!("a list of {}", items.len()),
            Value::Table(_) => "a table".to_owned(),
            Value::Stranger(what) => (*what).to_owned(),
        }
    }
}

fn shorten(text: &str) -> String {
    const SHOWN_MAX: usize = 60;
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN_MAX + 1).collect();
    match line.chars().count() > SHOWN_MAX {
        true => format!("{}…", line.chars().take(SHOWN_MAX).collect::<String>()),
        false => line,
    }
}

/// Reads TOML; every fault of syntax is a problem of its own.
pub(super) fn from_toml(text: &str, file: &str) -> Result<Node, Vec<Problem>> {
    let lines = Lines::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let problems: Vec<Problem> = errors.iter().map(|error| syntax_problem(error, file, &lines)).collect();
    match problems.is_empty() {
        true => Ok(Node { line: None, value: read_table(table.get_ref(), &lines) }),
        false => Err(problems),
    }
}

fn syntax_problem(error: &toml::de::Error, file: &str, lines: &Lines) -> Problem {
    Problem {
        file: file.to_owned(),
        line: error.span().map(|span| lines.at(span.start)),
        path: String::new(),
        found: format!("something that is not TOML ({})", error.message().replace('\n', ", ")),
        expected: "a line such as name = \"value\" or [section]".to_owned(),
    }
}

fn read_table(table: &DeTable<'_>, lines: &Lines) -> Value {
    Value::Table(
        table
            .iter()
            .map(|(key, value)| {
                let mut node = read_value(value, lines);
                // A table is where its header is; the span of its body may begin elsewhere.
                if matches!(node.value, Value::Table(_)) {
                    node.line = Some(lines.at(key.span().start));
                }
                (key.get_ref().to_string(), node)
            })
            .collect(),
    )
}

fn read_value(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Node {
    let read = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Whole(number),
            Err(_) => Value::Stranger("a number too large"),
        },
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Float(_) => Value::Stranger("a fraction"),
        DeValue::Datetime(_) => Value::Stranger("a date without quotes"),
        DeValue::Array(items) => Value::List(items.iter().map(|item| read_value(item, lines)).collect()),
        DeValue::Table(table) => read_table(table, lines),
    };
    Node { line: Some(lines.at(value.span().start)), value: read }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines(std::iter::once(0).chain(ends).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}

/// Reads the same content as JSON.
pub(super) fn from_json(json: &serde_json::Value) -> Node {
    use serde_json::Value as Json;
    Node::new(match json {
        Json::Null => Value::Stranger("null"),
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Whole(number),
            None => Value::Stranger("a number that is not whole"),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(from_json).collect()),
        Json::Object(entries) => {
            Value::Table(entries.iter().map(|(key, value)| (key.clone(), from_json(value))).collect())
        }
    })
}

/// Writes the same content as JSON.
pub(super) fn to_json(node: &Node) -> serde_json::Value {
    use serde_json::Value as Json;
    match &node.value {
        Value::Text(text) => Json::String(text.clone()),
        Value::Whole(number) => Json::from(*number),
        Value::Flag(flag) => Json::Bool(*flag),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Table(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), to_json(value))).collect())
        }
        Value::Stranger(_) => Json::Null,
    }
}

/// Writes TOML: sections as headers, short tables in one line.
pub(super) fn to_toml(root: &Node) -> String {
    let mut out = String::new();
    write_body(root, "", &mut out);
    out
}

/// Plain values first, then what needs a header of its own.
fn write_body(table: &Node, path: &str, out: &mut String) {
    for (key, node) in table.entries().iter().filter(|(key, node)| !has_header(key, node)) {
        out.push_str(&format!("{} = {}\n", bare(key), inline(node)));
    }
    for (key, node) in table.entries().iter().filter(|(key, node)| has_header(key, node)) {
        let path = if path.is_empty() { bare(key) } else { format!("{path}.{}", bare(key)) };
        let (open, close, bodies) = match &node.value {
            Value::List(items) => ("[[", "]]", items.as_slice()),
            _ => ("[", "]", std::slice::from_ref(node)),
        };
        for body in bodies {
            let gap = if out.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{gap}{open}{path}{close}\n"));
            write_body(body, &path, out);
        }
    }
}

/// The sections of INTERFACES.md §2 that stand under a header; everything else fits in a line.
fn has_header(key: &str, node: &Node) -> bool {
    const SECTIONS: [&str; 9] =
        ["office", "hours", "callback", "overflow", "privacy", "network", "outbound", "imap", "smtp"];
    const LISTS: [&str; 7] = ["person", "phone", "trunk", "group", "menu", "number", "mailbox"];
    match &node.value {
        Value::Table(_) => SECTIONS.contains(&key),
        Value::List(_) => LISTS.contains(&key),
        _ => false,
    }
}

fn inline(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Table(entries) => {
            let pairs = entries.iter().map(|(key, node)| format!("{} = {}", bare(key), inline(node)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        _ => node.shown(),
    }
}

fn bare(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !key.is_empty() && key.chars().all(plain) {
        true => key.to_owned(),
        false => quoted(key),
    }
}

/// A basic string of TOML 1.0.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one() {
        let lines = Lines::of("a\nbb\n\nc");
        assert_eq!([0, 1, 2, 4, 5, 6].map(|at| lines.at(at)), [1, 1, 2, 2, 3, 4]);
    }

    #[test]
    fn odd_strings_survive_toml() {
        for text in ["", "a\"b", "back\\slash", "line\nbreak\ttab\u{7f}", "日本 ø", "'''"] {
            let tree = Node::new(Value::Table(vec![("k e y".into(), Node::new(Value::Text(text.into())))]));
            let read = from_toml(&to_toml(&tree), "f").unwrap();
            assert_eq!(read.entry("k e y").and_then(Node::text), Some(text));
        }
    }
}
