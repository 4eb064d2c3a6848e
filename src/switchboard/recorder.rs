//! Shell. The flight recorder: the last inputs of the office, kept in memory and written only when
//! something went badly wrong. No keys, and no number in full.

use crate::office::Input;
use crate::office::desk::Command;
use crate::time::Now;
use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How many inputs are kept; an office's last hour, a load test's last seconds.
const KEPT: usize = 4_096;

/// The last inputs.
#[derive(Debug, Default)]
pub struct Recorder {
    inputs: VecDeque<(Now, Input)>,
}

impl Recorder {
    /// Keeps one input; the oldest makes room.
    pub fn note(&mut self, now: Now, input: &Input) {
        if matches!(input, Input::Tick) {
            return;
        }
        let Some(input) = without_mail(input) else { return };
        if self.inputs.len() == KEPT {
            self.inputs.pop_front();
        }
        self.inputs.push_back((now, input));
    }

    /// Writes what is kept to `folder`, one input a line, readable by the owner only.
    pub fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        let last = self.inputs.back().map_or(0, |(now, _)| now.wall.as_millisecond());
        let path = folder.join(format!("flight-{last}.log"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        for (now, input) in &self.inputs {
            writeln!(file, "{} {:?} {}", now.wall, now.tick.0, masked(input))?;
        }
        Ok(path)
    }
}

/// An input without what customers and colleagues write to each other; `None`: nothing else is in it.
fn without_mail(input: &Input) -> Option<Input> {
    match input {
        Input::Mail(_) | Input::Signed(_) | Input::Posted { .. } | Input::Mailbox { .. } => None,
        Input::Desk {
            command:
                Command::Mail { .. }
                | Command::NewMail(_)
                | Command::Write(_)
                | Command::SavedReply { .. }
                | Command::Customer { .. }
                | Command::Customers { .. }
                | Command::Forget { .. },
            ..
        } => None,
        other => Some(other.clone()),
    }
}

/// An input without keys, names and whole numbers.
fn masked(input: &Input) -> String {
    if matches!(input, Input::Configured(_)) {
        return "Configured".to_owned(); // the whole office, with names and addresses
    }
    let mut input = input.clone();
    match &mut input {
        Input::Digit { digit, .. } => *digit = '•',
        Input::Arrived(arrived) | Input::Unsound(arrived) => arrived.caller_name.clear(),
        _ => {}
    }
    mask_digits(&format!("{input:?}"))
}

/// Runs of six and more digits keep their first two and last two.
fn mask_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        match run.len() {
            0..6 => out.push_str(&run),
            length => {
                out.push_str(&run[..2]);
                out.extend(std::iter::repeat_n('•', length - 4));
                out.push_str(&run[length - 2..]);
            }
        }
        run.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LegId;

    #[test]
    fn numbers_and_keys_are_not_written() {
        assert_eq!(mask_digits("caller: \"+4512345678\", leg 42"), "caller: \"+45••••••78\", leg 42");
        let settings = std::sync::Arc::new(crate::settings::Settings::not_set_up());
        assert_eq!(masked(&Input::Configured(settings)), "Configured");
        assert_eq!(masked(&Input::Digit { leg: LegId(2), digit: '7' }), "Digit { leg: L-2, digit: '•' }");
    }
}
