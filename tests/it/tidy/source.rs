//! The repository as these checks see it: its files, and Rust source as tokens without comments and strings.

use std::path::{Path, PathBuf};

/// One file of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative to the top.
    pub path: String,
    /// Empty for a file that is not UTF-8.
    pub text: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Tokens of the whole file.
    pub fn tokens(&self) -> Vec<Token> {
        tokens(&self.text)
    }

    /// Tokens before the file's own tests.
    pub fn shipped_tokens(&self) -> Vec<Token> {
        tokens(self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default())
    }
}

pub fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that is not built, ignored or git's own.
pub fn files() -> Vec<File> {
    let mut found = Vec::new();
    walk(&top(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "the walk has lost the repository");
    found
}

fn walk(folder: &Path, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().into_string().unwrap();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | ".git" | "node_modules" | "__pycache__") {
                walk(&path, found);
            }
        } else if name != ".git" {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            found.push(File { path: path.strip_prefix(top()).unwrap().to_str().unwrap().into(), text });
        }
    }
}

/// A word, a literal or a sign, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// Rust source without comments; strings and characters become `""`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: text, line: 1, out: Vec::new() };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.out
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    out: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let first = self.rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(self.rest.find("*/").map_or(self.rest.len(), |at| at + 2));
        } else if let Some(length) = string(self.rest) {
            self.take(length, "\"\"");
        } else if first.is_alphanumeric() || first == '_' {
            let length =
                self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            let word = self.rest[..length].to_owned();
            self.take(length, &word);
        } else if self.rest.starts_with("::") {
            self.take(2, "::");
        } else {
            let sign = first.to_string();
            self.take(first.len_utf8(), &sign);
        }
    }

    fn take(&mut self, length: usize, text: &str) {
        self.out.push(Token { text: text.into(), line: self.line });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        self.line += self.rest[..length].matches('\n').count();
        self.rest = &self.rest[length..];
    }
}

/// The length of the string or character literal that begins here.
fn string(text: &str) -> Option<usize> {
    let prefix = text.find(|c| c != 'b' && c != 'r' && c != 'c')?;
    let (marks, rest) = text.split_at(prefix);
    if prefix > 2 {
        return None;
    }
    if rest.starts_with('"') || rest.starts_with('#') {
        if marks.contains('r') {
            return raw_string(prefix, rest);
        }
        return rest.starts_with('"').then(|| prefix + 1 + escaped(&rest[1..], '"'));
    }
    // 'a' or '\n' is a character, 'a without an end a lifetime
    let mut inside = rest.strip_prefix('\'')?.chars();
    match (inside.next()?, inside.next()?) {
        ('\\', _) => Some(prefix + 1 + escaped(&rest[1..], '\'')),
        (one, '\'') => Some(prefix + 2 + one.len_utf8()),
        _ => None,
    }
}

fn raw_string(prefix: usize, rest: &str) -> Option<usize> {
    let hashes = rest.find(|c| c != '#')?;
    let inside = rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(prefix + hashes + 1 + inside.find(&end).map_or(inside.len(), |at| at + end.len()))
}

/// The length up to and with the closing mark, backslashes heeded.
fn escaped(inside: &str, mark: char) -> usize {
    let mut skip = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if skip => skip = false,
            '\\' => skip = true,
            _ if c == mark => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

#[test]
fn tokens_leave_out_what_is_not_code() {
    let text =
        "fn a<'x>() { // tokio\n /* async */ \"axum\\\"\"; r#\"fs\"#; 'q'; '\\''; b\"x\"; r#type; a::b }";
    let words: Vec<String> = tokens(text).into_iter().map(|t| t.text).collect();
    for gone in ["tokio", "async", "axum", "fs", "q"] {
        assert!(!words.iter().any(|w| w == gone), "{gone} in {words:?}");
    }
    assert!(words.iter().any(|w| w == "x"), "a lifetime is not a string");
    assert_eq!(words.iter().filter(|w| *w == "\"\"").count(), 5);
    assert_eq!(tokens(text).last().unwrap().line, 2);
}
