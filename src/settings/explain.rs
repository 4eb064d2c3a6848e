//! Pure. `office.toml` as a person edits it: every section and key explained where it stands first.

use super::table::row;
use std::collections::BTreeSet;

/// The same settings with comments, from what [`super::print_toml`] prints.
pub fn explained(toml: &str) -> String {
    let (mut section, mut told, mut out) = ("", BTreeSet::new(), String::new());
    for line in toml.lines() {
        let (above, key) = match line.strip_prefix('[') {
            Some(_) => {
                section = line.trim_matches(['[', ']']);
                section.rsplit_once('.').unwrap_or(("", section))
            }
            None => (section, line.split(" = ").next().unwrap_or_default()),
        };
        if let Some(row) = row(above, key).filter(|_| told.insert((above, key))) {
            out.push_str(&format!("# {}\n", row.help));
        }
        out.push_str(&format!("{line}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_and_key_is_explained_where_it_stands_first_and_nothing_else_changes() {
        let printed = "[office]\nname = \"A\"\n\n[[person]]\nid = \"a\"\nstrange = 1\n\n[[person.phone]]\n\
                       id = \"p\"\n\n[[person]]\nid = \"b\"\n";
        let shown = explained(printed);
        assert_eq!(
            shown,
            "# The office itself.\n[office]\n# The name shown to callers and on screens.\nname = \"A\"\n\n\
             # Who works here.\n[[person]]\n# Short name, used for logging in.\nid = \"a\"\nstrange = 1\n\n\
             # The person's phones: each with an `id`, or a `mobile`.\n[[person.phone]]\n\
             # The SIP user name of the phone.\nid = \"p\"\n\n[[person]]\nid = \"b\"\n"
        );
        let kept: Vec<&str> = shown.lines().filter(|line| !line.starts_with("# ")).collect();
        assert_eq!(kept, printed.lines().collect::<Vec<_>>());
    }
}
