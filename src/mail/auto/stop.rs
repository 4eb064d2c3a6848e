//! Pure. "STOP": what somebody answers who no longer wants to be called (spec/callback.md §7).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::super::signature::new_text;

/// Is that the first thing they wrote themselves, alone on its line?
pub fn says_stop(text: &str) -> bool {
    let written = new_text(text);
    let first = written.lines().map(str::trim).find(|line| !line.is_empty());
    first.is_some_and(|line| line.trim_matches(|c: char| !c.is_alphanumeric()).eq_ignore_ascii_case("stop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_stands_alone_and_first() {
        for yes in ["STOP", "stop", "\n  Stop!\n\nKim", "\"STOP\"", "STOP.\n\n> reply STOP to cancel"] {
            assert!(says_stop(yes), "{yes:?}");
        }
        for no in ["", "please stop", "Stop by tomorrow", "Yes\nSTOP", "> STOP", "STOPP", "Hi\n\n> STOP"] {
            assert!(!says_stop(no), "{no:?}");
        }
    }
}
