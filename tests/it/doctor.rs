//! The check-up, run as a person runs it.

use std::process::{Command, Output};

fn doctor(data: &std::path::Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.args(["doctor", "--data"]).arg(data).args(more).output().unwrap()
}

#[test]
fn without_an_office_it_says_so_in_words_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let out = doctor(folder.path(), &[]);
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(said.contains("✗ Office: is not running on this folder"), "{said}");
    assert!(said.contains("\n    Start it:"), "{said}");
    assert!(said.contains("! Database: there is none yet"), "{said}");
    assert!(String::from_utf8(out.stderr).unwrap().contains("wrong; what to do stands beside"));
}

#[test]
fn for_programs_it_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let out = doctor(folder.path(), &["--json"]);
    assert_eq!(out.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["well"], false);
    let office = report["findings"].as_array().unwrap().iter().find(|f| f["about"] == "Office").unwrap();
    assert_eq!(office["state"], "wrong");
    assert!(office["do"].as_str().unwrap().starts_with("Start it"));
}

#[test]
fn a_damaged_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("frontdesk.sqlite");
    std::fs::write(&database, vec![7; 8_192]).unwrap();
    let out = doctor(folder.path(), &[]);
    assert!(String::from_utf8(out.stdout).unwrap().contains("✗ Database"));
    assert_eq!(std::fs::read(&database).unwrap(), vec![7; 8_192]);
}
