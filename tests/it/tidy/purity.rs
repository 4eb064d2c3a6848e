//! Pure and Shell: what each file says of itself, and what a pure file may then not touch.

use super::source::{File, Token};
use std::collections::BTreeMap;

/// Words a pure file may not say, wherever they stand.
const FORBIDDEN: &[&str] = &[
    "async",
    "await",
    "axum",
    "cpal",
    "HashMap",
    "HashSet",
    "Instant",
    "reqwest",
    "rusqlite",
    "rustix",
    "socket2",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "tokio",
    "UdpSocket",
    "UnixStream",
];

/// Parts of the standard library a pure file may not enter.
const FORBIDDEN_STD: &[&str] = &["env", "fs", "process", "thread"];

const DENY: &str = "#![deny(clippy::disallowed_methods, clippy::disallowed_types)]";

/// What a source file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pure,
    Shell,
}

pub fn kind(file: &File) -> Option<Kind> {
    let first = file.text.lines().next()?;
    if first.starts_with("//! Pure.") {
        Some(Kind::Pure)
    } else if first.starts_with("//! Shell.") {
        Some(Kind::Shell)
    } else {
        None
    }
}

fn is_source(file: &File) -> bool {
    file.is_rust() && file.path.starts_with("src/") && file.path != "src/lib.rs"
}

/// Every source file says what it is.
pub fn says_what_it_is(files: &[File]) -> Vec<String> {
    let silent = files.iter().filter(|f| is_source(f) && kind(f).is_none());
    silent.map(|f| format!("{}: begin it with `//! Pure.` or `//! Shell.`", f.path)).collect()
}

/// A pure file touches nothing of the world, and imports no shell.
pub fn pure_is_pure(files: &[File]) -> Vec<String> {
    let modules: BTreeMap<String, Kind> =
        files.iter().filter(|f| is_source(f)).filter_map(|f| Some((module(&f.path), kind(f)?))).collect();
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| is_source(f) && kind(f) == Some(Kind::Pure)) {
        let tokens = file.shipped_tokens();
        wrong.extend(forbidden_words(file, &tokens));
        wrong.extend(shells_imported(file, &tokens, &modules));
        if !denies(file, files) {
            wrong.push(format!("{}: a pure module begins with {DENY}", file.path));
        }
    }
    wrong
}

fn forbidden_words(file: &File, tokens: &[Token]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let after_std = i >= 2 && tokens[i - 1].text == "::" && tokens[i - 2].text == "std";
        if FORBIDDEN.contains(&token.text.as_str())
            || after_std && FORBIDDEN_STD.contains(&token.text.as_str())
        {
            wrong.push(format!("{}:{}: pure, but says `{}`", file.path, token.line, token.text));
        }
    }
    wrong
}

/// The lints bind a module and everything below it.
fn denies(file: &File, files: &[File]) -> bool {
    let own = module(&file.path);
    let mut above = files.iter().filter(|f| {
        let theirs = module(&f.path);
        is_source(f) && (own == theirs || own.starts_with(&format!("{theirs}::")))
    });
    above.any(|f| f.text.contains(DENY))
}

/// `src/sip/wire/uri.rs` → `sip::wire::uri`.
fn module(path: &str) -> String {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inside.replace('/', "::")
}

fn shells_imported(file: &File, tokens: &[Token], modules: &BTreeMap<String, Kind>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (start, token) in tokens.iter().enumerate() {
        let base = match token.text.as_str() {
            "crate" => String::new(),
            "super" => module(&file.path).rsplit_once("::").map(|(up, _)| up.to_owned()).unwrap_or_default(),
            _ => continue,
        };
        for path in paths(&base, &tokens[start + 1..]) {
            if let Some(shell) = shell_on_the_way(&path, modules) {
                wrong.push(format!("{}:{}: pure, but imports the shell {shell}", file.path, token.line));
            }
        }
    }
    wrong
}

/// The paths of `::a::{b, c::d}` below a base.
fn paths(base: &str, tokens: &[Token]) -> Vec<String> {
    let mut found = Vec::new();
    expand(base, tokens, &mut found);
    found
}

/// Reads one path (and its groups); the number of tokens read.
fn expand(base: &str, tokens: &[Token], found: &mut Vec<String>) -> usize {
    let mut path = base.to_owned();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "::" => at += 1,
            "{" if at > 0 && tokens[at - 1].text == "::" => {
                at += 1;
                while at < tokens.len() && tokens[at].text != "}" {
                    at += if tokens[at].text == "," { 1 } else { expand(&path, &tokens[at..], found).max(1) };
                }
                return at + 1;
            }
            word if (at == 0 || tokens[at - 1].text == "::")
                && word.chars().all(|c| c.is_alphanumeric() || c == '_') =>
            {
                path = if path.is_empty() { word.into() } else { format!("{path}::{word}") };
                at += 1;
            }
            _ => break,
        }
    }
    found.push(path);
    at
}

/// The longest module of a path, if it is a shell.
fn shell_on_the_way(path: &str, modules: &BTreeMap<String, Kind>) -> Option<String> {
    let mut name = path;
    loop {
        if let Some(kind) = modules.get(name) {
            return (*kind == Kind::Shell).then(|| name.to_owned());
        }
        name = name.rsplit_once("::")?.0;
    }
}

#[test]
fn mutants_are_caught() {
    let shell = File::new("src/disk.rs", "//! Shell. Writes.");
    let pure = |body: &str| [shell.clone(), File::new("src/a.rs", &format!("//! Pure. x\n{DENY}\n{body}"))];
    assert_eq!(pure_is_pure(&pure("// tokio\nfn f() {}")), Vec::<String>::new());
    for mutant in [
        "use tokio::net;",
        "async fn f() {}",
        "fn f() { std::fs::read(\"x\"); }",
        "use std::collections::{BTreeMap, HashMap};",
        "use crate::disk::Disk;",
        "use crate::{b, disk};",
        "fn f() { crate::disk::write() }",
        "use super::disk;",
    ] {
        assert!(!pure_is_pure(&pure(mutant)).is_empty(), "not caught: {mutant}");
    }
    assert!(!pure_is_pure(&[File::new("src/a.rs", "//! Pure. x\nfn f() {}")]).is_empty(), "lints not denied");
    assert!(!says_what_it_is(&[File::new("src/a.rs", "//! Reads mail.\n")]).is_empty());
}
