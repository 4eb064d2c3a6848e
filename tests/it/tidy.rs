//! The source obeys its own rules (src/README.md); every rule is shown a mutant it must catch.

mod listed;
mod purity;
mod rules;
mod source;

use source::{File, files, tokens};

fn holds(rule: fn(&[File]) -> Vec<String>) {
    let wrong = rule(&files());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_whether_it_is_pure() {
    holds(purity::says_what_it_is);
}

#[test]
fn pure_files_touch_nothing() {
    holds(purity::pure_is_pure);
}

#[test]
fn the_top_level_is_fixed() {
    holds(rules::layout);
}

#[test]
fn files_are_short() {
    holds(rules::size);
}

#[test]
fn nothing_is_left_for_later_and_no_machine_is_named() {
    holds(rules::words);
}

#[test]
fn tests_do_not_sleep() {
    holds(rules::sleepless);
}

#[test]
fn nothing_is_unfinished_or_ignored() {
    holds(rules::finished);
}

#[test]
fn public_things_are_documented() {
    holds(rules::documented);
}

#[test]
fn signatures_are_plain() {
    holds(rules::signatures);
}

#[test]
fn everything_here_is_ours() {
    holds(rules::ours);
}

#[test]
fn dependencies_have_reasons() {
    holds(rules::dependencies_explained);
}

#[test]
fn every_rule_of_the_specifications_names_its_tests() {
    holds(listed::rules_have_tests);
}

#[test]
fn loud_logs_are_private() {
    holds(rules::private_logs);
}

/// Half the functions fit in ten lines, nine of ten in thirty-five.
#[test]
fn functions_are_short() {
    let mut lengths: Vec<(usize, String)> = files()
        .iter()
        .filter(|f| f.is_rust() && f.path.starts_with("src/"))
        .flat_map(|f| {
            function_lengths(&f.text).into_iter().map(|(n, name)| (n, format!("{}: {name}", f.path)))
        })
        .collect();
    lengths.sort();
    let at = |percent: usize| lengths[lengths.len() * percent / 100].0;
    println!("{} functions: median {}, p90 {}, p99 {}", lengths.len(), at(50), at(90), at(99));
    for (lines, name) in lengths.iter().rev().take(5) {
        println!("{lines:4} {name}");
    }
    assert!(at(50) <= 10, "median {}", at(50));
    assert!(at(90) <= 35, "p90 {}", at(90));
}

/// Lines and name of each function in a text, by its braces.
fn function_lengths(text: &str) -> Vec<(usize, String)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.text == "fn") {
        let mut depth = 0;
        for inner in &tokens[at..] {
            match inner.text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                // a signature without a body
                ";" if depth == 0 => break,
                _ => continue,
            }
            if depth == 0 {
                found.push((inner.line + 1 - token.line, tokens[at + 1].text.clone()));
                break;
            }
        }
    }
    found
}

#[test]
fn lengths_are_counted_by_braces() {
    let found = function_lengths("fn a() {\n  if x {\n  }\n}\ntrait T { fn b(&self); }\nfn c() { \"}\" }\n");
    assert_eq!(found, [(4, "a".to_owned()), (1, "c".to_owned())]);
}
