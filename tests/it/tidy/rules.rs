//! The other rules of the house, each a function from files to complaints, each with a mutant it catches.

use super::source::{File, Token};

/// Lines of code a file may have.
const LINES_MAX: usize = 500;

/// Files over it, with the size they may not exceed; this list only shrinks.
const LONG: &[(&str, usize)] = &[];

/// Words that say "not finished", and a few that name nothing.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

const TOP: &[&str] = &[
    ".ci",
    ".clippy.toml",
    ".gitignore",
    ".rustfmt.toml",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "install",
    "sounds",
    "src",
    "static",
    "tests",
];

const FOLDERS_WITH_README: &[&str] = &["install", "sounds", "src", "static", "tests"];

/// This folder names what it forbids.
fn is_tidy(file: &File) -> bool {
    file.path.starts_with("tests/it/tidy")
}

fn is_shipped(file: &File) -> bool {
    file.is_rust() && file.path.starts_with("src/")
}

/// Nothing but the fixed folders at the top, each with a README.
pub fn layout(files: &[File]) -> Vec<String> {
    let first = |f: &File| f.path.split('/').next().unwrap_or_default().to_owned();
    let strange = files.iter().map(first).filter(|name| !TOP.contains(&name.as_str()));
    let mut wrong: Vec<String> = strange.map(|name| format!("{name}: does not belong at the top")).collect();
    wrong.dedup();
    let has = |path: &str| files.iter().any(|f| f.path == path);
    let missing = FOLDERS_WITH_README.iter().map(|f| format!("{f}/README.md")).chain(["README.md".into()]);
    wrong.extend(missing.filter(|path| !has(path)).map(|path| format!("{path}: missing")));
    wrong
}

/// No file is longer than one can hold in mind.
pub fn size(files: &[File]) -> Vec<String> {
    let code = [".rs", ".js", ".css", ".py"];
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| code.iter().any(|end| f.path.ends_with(end))) {
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let lines = file.text.lines().filter(is_code).count();
        let may = LONG.iter().find(|(path, _)| *path == file.path).map_or(LINES_MAX, |(_, max)| *max);
        if lines > may {
            wrong.push(format!("{}: {lines} lines of code, at most {may}: split it by subject", file.path));
        }
    }
    wrong
}

/// Nothing unfinished, nobody's machine, no host that packages came from.
pub fn words(files: &[File]) -> Vec<String> {
    let machine = ["/home/", "/root/", "/Users/", "artifactory", "\\Users\\"];
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| !is_tidy(f)) {
        for (number, line) in file.text.lines().enumerate() {
            let words = || line.split(|c: char| !c.is_alphanumeric() && c != '_');
            let unfinished = UNFINISHED.iter().find(|w| words().any(|word| word == **w));
            let place = machine.iter().find(|w| line.contains(**w));
            if let Some(word) = unfinished.or(place) {
                wrong.push(format!("{}:{}: says `{word}`", file.path, number + 1));
            }
        }
    }
    wrong
}

/// Tests wait for a state or hand the time in; they never sleep. A bench may: it paces its load.
pub fn sleepless(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    let is_test =
        |f: &&File| f.path.starts_with("tests/") && !f.path.starts_with("tests/bench/") && !is_tidy(f);
    for file in files.iter().filter(is_test) {
        let lines: Vec<usize> = if file.is_rust() {
            file.tokens().iter().filter(|t| t.text == "sleep").map(|t| t.line).collect()
        } else {
            let sleeps = |line: &str| {
                let line = line.trim_start();
                line.starts_with("sleep ") || line.contains("; sleep ") || line.contains("time.sleep(")
            };
            file.text.lines().enumerate().filter(|(_, l)| sleeps(l)).map(|(n, _)| n + 1).collect()
        };
        wrong.extend(lines.iter().map(|line| format!("{}:{line}: a test that sleeps", file.path)));
    }
    wrong
}

/// Panics belong to tests: no `todo!`, `unimplemented!`, `dbg!` in what ships, no ignored test anywhere.
pub fn finished(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| f.is_rust() && !is_tidy(f)) {
        let tokens = file.tokens();
        for pair in tokens.windows(3) {
            let [a, b, c] = pair else { continue };
            let macro_name = ["todo", "unimplemented", "dbg"].contains(&a.text.as_str()) && b.text == "!";
            let ignored = a.text == "[" && b.text == "ignore" && (c.text == "]" || c.text == "=");
            if macro_name || ignored {
                wrong.push(format!("{}:{}: not finished", file.path, a.line));
            }
        }
    }
    wrong
}

/// Every public function, struct, enum and trait says what it is for.
pub fn documented(files: &[File]) -> Vec<String> {
    let kinds = ["fn ", "struct ", "enum ", "trait ", "async fn ", "const fn "];
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| is_shipped(f)) {
        let lines: Vec<&str> = file.text.lines().map(str::trim_start).collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(rest) = line.strip_prefix("pub ") else { continue };
            let is_item = kinds.iter().any(|kind| rest.starts_with(kind));
            // in a macro the documentation comes with the name
            if is_item && !rest.contains('$') && !has_doc(&lines[..number]) {
                wrong.push(format!("{}:{}: public without a word: {line}", file.path, number + 1));
            }
        }
    }
    wrong
}

/// Whether the attributes above an item have a doc comment above them.
fn has_doc(above: &[&str]) -> bool {
    let mut lines = above
        .iter()
        .rev()
        .skip_while(|l| !l.is_empty() && !l.starts_with("///") && !l.ends_with(['}', ';', '{']));
    lines.next().is_some_and(|l| l.starts_with("///"))
}

/// Names and signatures: no `get_`, no public `bool` parameter that a reader of the call must guess.
pub fn signatures(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| is_shipped(f)) {
        let tokens = file.shipped_tokens();
        for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.text == "fn") {
            let Some(name) = tokens.get(at + 1) else { continue };
            if name.text.starts_with("get_") {
                wrong.push(format!("{}:{}: `{}`: drop the get_", file.path, token.line, name.text));
            }
            let public = at > 0 && tokens[at - 1].text == "pub";
            if public
                && parameters(&tokens[at + 1..]).windows(2).any(|p| p[0].text == ":" && p[1].text == "bool")
            {
                wrong.push(format!(
                    "{}:{}: `{}` takes a bool: say it with an enum",
                    file.path, token.line, name.text
                ));
            }
        }
    }
    wrong
}

/// The tokens between a function's name and the end of its parameters.
fn parameters(after_fn: &[Token]) -> &[Token] {
    let mut depth = 0;
    for (at, token) in after_fn.iter().enumerate() {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" if depth == 1 => return &after_fn[..at],
            ")" => depth -= 1,
            _ => {}
        }
    }
    after_fn
}

/// What is in the repository was written for it: no packed code, no borrowed headers, binaries only where they belong.
pub fn ours(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| !is_tidy(f)) {
        let borrowed = ["vendor/", "third_party/", "third-party/", ".min.js", ".min.css", ".woff", ".map"];
        if borrowed.iter().any(|part| file.path.contains(part)) {
            wrong.push(format!("{}: not ours by its name", file.path));
        }
        let lower = file.text.to_lowercase();
        if ["copyright (c)", "spdx-license", "all rights reserved"].iter().any(|mark| lower.contains(mark)) {
            wrong.push(format!("{}: carries somebody's licence", file.path));
        }
        let code = [".js", ".css", ".html"].iter().any(|end| file.path.ends_with(end));
        if code && file.text.lines().any(|line| line.len() > 500) {
            wrong.push(format!("{}: a packed line", file.path));
        }
        let binary = file.text.is_empty()
            && [".wav", ".png", ".sqlite", ".bin", ".raw", ".pcap", ".dat"]
                .iter()
                .any(|end| file.path.ends_with(end));
        if file.text.is_empty()
            && !binary
            && !file.path.starts_with("tests/fuzz/")
            && !file.path.starts_with("tests/fixtures/")
        {
            wrong.push(format!("{}: empty or not text", file.path));
        }
    }
    wrong
}

/// Every dependency says in one line why it is here.
pub fn dependencies_explained(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| f.path.ends_with("Cargo.toml")) {
        let mut inside = false;
        for line in file.text.lines() {
            if line.starts_with('[') {
                inside = line.contains("dependencies]");
            } else if inside && line.contains(" = ") && !line.starts_with('#') && !line.contains(" # ") {
                wrong.push(format!("{}: why is this here? {line}", file.path));
            }
        }
    }
    wrong
}

/// Logs from INFO up name no number, address or secret.
pub fn private_logs(files: &[File]) -> Vec<String> {
    let loud = ["info", "warn", "error"];
    let private = [
        "caller",
        "caller_name",
        "dialled",
        "number",
        "password",
        "peer",
        "secret",
        "subject",
        "addr",
        "remote",
    ];
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| is_shipped(f)) {
        let tokens = file.shipped_tokens();
        for at in 0..tokens.len().saturating_sub(2) {
            if !loud.contains(&tokens[at].text.as_str()) || tokens[at + 1].text != "!" {
                continue;
            }
            let said = parameters(&tokens[at..]);
            let masked = said.iter().any(|t| t.text == "masked");
            let told = said.iter().find(|t| private.contains(&t.text.as_str()));
            if let (Some(word), false) = (told, masked) {
                wrong.push(format!("{}:{}: a loud log names `{}`", file.path, word.line, word.text));
            }
        }
    }
    wrong
}

#[test]
fn mutants_are_caught() {
    type Rule = fn(&[File]) -> Vec<String>;
    let mutants: &[(Rule, &str, &str)] = &[
        (layout, "docs/x.md", "x"),
        (size, "src/a.rs", &"let a = 1;\n".repeat(501)),
        (words, "src/a.rs", "// TODO later"),
        (words, "install/x", "cd /home/somebody"),
        (sleepless, "tests/it/a.rs", "fn f() { std::thread::sleep(d) }"),
        (sleepless, "tests/interop/run", "  sleep 1\n"),
        (finished, "src/a.rs", "fn f() { todo!() }"),
        (finished, "tests/it/a.rs", "#[test]\n#[ignore]\nfn f() {}"),
        (documented, "src/a.rs", "/// A.\npub struct A;\n\n#[derive(Debug)]\npub struct B;"),
        (documented, "src/a.rs", "impl A {\n    pub fn b() {}\n}"),
        (signatures, "src/a.rs", "fn get_name() {}"),
        (signatures, "src/a.rs", "pub fn name(short: bool) {}"),
        (ours, "static/js/lib.min.js", "x"),
        (ours, "static/js/lib.js", "/* Copyright (c) Somebody */"),
        (dependencies_explained, "Cargo.toml", "[dependencies]\nleft-pad = \"1\"\n"),
        (dependencies_explained, "tests/sim/Cargo.toml", "[dev-dependencies]\nleft-pad = \"1\"\n"),
        (private_logs, "src/a.rs", "fn f() { tracing::info!(%caller, \"rang\"); }"),
    ];
    for (rule, path, text) in mutants {
        assert!(!rule(&[File::new(path, text)]).is_empty(), "not caught: {path}: {text:.60}");
    }
    let fine = "/// A.\n#[derive(Debug)]\npub struct A;\n\n/// B.\npub fn b(short: Length) -> bool { info!(\"rang\"); }\n";
    for rule in [size, words, sleepless, finished, documented, signatures, ours, private_logs] {
        assert_eq!(rule(&[File::new("src/a.rs", fine)]), Vec::<String>::new());
    }
}
