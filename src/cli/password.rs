//! Shell. A password from the terminal without showing it, or from the standard input.

use anyhow::{Context, bail};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{BufRead, IsTerminal, Write};

/// Far beyond the longest password; a file given by mistake stops here.
const LINE_BYTES_MAX: u64 = 4096;

/// Asks twice at a terminal; else takes the first line.
pub(super) fn read(person: &str) -> anyhow::Result<String> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return line(input.lock());
    }
    let first = ask(&format!("New password for {person}: "))?;
    let second = ask("Once more: ")?;
    if first != second {
        bail!("the two passwords differ; nothing was changed");
    }
    Ok(first)
}

fn ask(question: &str) -> anyhow::Result<String> {
    let mut screen = std::io::stderr().lock();
    write!(screen, "{question}").context("cannot ask")?;
    let answer = {
        let _dark = Dark::new()?;
        line(std::io::stdin().lock())
    };
    writeln!(screen).context("cannot ask")?;
    answer
}

fn line(input: impl BufRead) -> anyhow::Result<String> {
    let mut text = String::new();
    input.take(LINE_BYTES_MAX).read_line(&mut text).context("cannot read the password")?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        bail!("no password was given; nothing was changed");
    }
    Ok(text.to_owned())
}

/// The terminal without echo, until dropped.
struct Dark {
    before: Termios,
}

impl Dark {
    fn new() -> anyhow::Result<Dark> {
        let before = tcgetattr(std::io::stdin()).context("cannot read the terminal's state")?;
        let mut dark = before.clone();
        dark.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &dark).context("cannot hide what is typed")?;
        Ok(Dark { before })
    }
}

impl Drop for Dark {
    fn drop(&mut self) {
        // A terminal that has gone needs no echo.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.before);
    }
}
