//! The list "rule → test" of `tests/README.md`: every test it names is there, and no rule is without one.

use super::source::File;

/// The specifications and how many numbered rules each has.
const SPECIFICATIONS: [(&str, usize); 3] =
    [("### Callback", 13), ("### Hunt groups", 13), ("### The mailbox", 6)];

/// Tests that are named and gone, and rules without a test.
pub fn rules_have_tests(files: &[File]) -> Vec<String> {
    let readme = files.iter().find(|file| file.path == "tests/README.md").map_or("", |file| &file.text);
    let list = readme.split("## Rule → test").nth(1).unwrap_or("");
    let named = || list.split('`').skip(1).step_by(2).filter(|name| name.contains("::"));
    let gone =
        named().filter(|name| !is_there(files, name)).map(|name| format!("tests/README.md: {name} is gone"));
    let mut wrong: Vec<String> = gone.collect();
    for (title, rules) in SPECIFICATIONS {
        let part = list.split(title).nth(1).unwrap_or("").split("\n### ").next().unwrap_or("");
        // Where §0 tells how others do it, the rules begin at §1.
        let missing = (1..=rules).filter(|rule| !has_row(part, *rule));
        wrong.extend(missing.map(|rule| format!("tests/README.md: {title} §{rule} has no test")));
    }
    wrong
}

fn has_row(part: &str, rule: usize) -> bool {
    let begins = [format!("| §{rule} "), format!("| §{rule}.")];
    part.lines().any(|line| begins.iter().any(|begin| line.starts_with(begin)) && line.contains("::"))
}

/// `office/queue::name` below `tests/it`, `interop::name` a case, `src/…::name` beside the code.
fn is_there(files: &[File], name: &str) -> bool {
    let (place, test) = name.split_once("::").unwrap_or((name, ""));
    let defined = |file: &&File, word: &str| file.text.contains(&format!("{word} {test}("));
    match place {
        "interop" => files
            .iter()
            .filter(|file| file.path.starts_with("tests/interop/"))
            .any(|file| defined(&file, "def")),
        _ => {
            let path = if place.starts_with("src/") {
                format!("{place}.rs")
            } else {
                format!("tests/it/{place}.rs")
            };
            files.iter().filter(|file| file.path == path).any(|file| defined(&file, "fn"))
        }
    }
}

#[test]
fn a_test_that_is_gone_and_a_rule_without_one_are_found() {
    let rows = |first: &str| {
        let row = |rule| format!("| §{rule} it | `office/a::holds` `interop::rings` |\n");
        let rows: String = (2..=13).map(row).collect();
        let parts =
            ["Callback", "Hunt groups", "The mailbox"].map(|title| format!("### {title}\n{first}{rows}"));
        format!("## Rule → test\n{}", parts.concat())
    };
    let with = |first: &str| {
        let readme = File::new("tests/README.md", &rows(first));
        let test = File::new("tests/it/office/a.rs", "fn holds() {}");
        rules_have_tests(&[readme, test, File::new("tests/interop/a.py", "def rings():")])
    };
    assert_eq!(with("| §1.1 it | `office/a::holds` |\n"), [""; 0]);
    assert_eq!(with("| §1 it | `office/a::gone` |\n"), ["tests/README.md: office/a::gone is gone"; 3]);
    assert_eq!(with("| §1 it | nothing |\n").len(), 3);
}
