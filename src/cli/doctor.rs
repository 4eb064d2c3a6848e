//! Shell. The check-up: looks at everything it can and says in words what to do.
//!
//! A *notice* is worth knowing and hinders nobody; something *wrong* keeps calls, promises or phones from
//! working, and makes the exit code 1.

mod machine;
mod office;

use super::args::DoctorArgs;
use super::{data_folder, say};
use serde::Serialize;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Well,
    /// Worth knowing; hinders nobody.
    Notice,
    /// Keeps something from working.
    Wrong,
}

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub about: String,
    pub state: State,
    /// How it is, a sentence.
    pub says: String,
    /// What to do about it, a sentence.
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    fn well(about: &str, says: impl Into<String>) -> Finding {
        Finding { about: about.into(), state: State::Well, says: says.into(), remedy: None }
    }

    fn notice(about: &str, says: impl Into<String>, remedy: &str) -> Finding {
        Finding { about: about.into(), state: State::Notice, says: says.into(), remedy: Some(remedy.into()) }
    }

    fn wrong(about: &str, says: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { about: about.into(), state: State::Wrong, says: says.into(), remedy: Some(remedy.into()) }
    }

    /// As a person reads it.
    fn words(&self) -> String {
        let sign = match self.state {
            State::Well => '✓',
            State::Notice => '!',
            State::Wrong => '✗',
        };
        let remedy = self.remedy.iter().map(|r| format!("\n    {r}")).collect::<String>();
        format!("{sign} {}: {}{remedy}", self.about, self.says)
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    well: bool,
    findings: &'a [Finding],
}

/// Looks at everything; an error (exit code 1) when something is wrong.
pub(super) fn run(args: DoctorArgs) -> anyhow::Result<()> {
    let data = data_folder(args.data.data)?;
    let mut findings = machine::look(&data);
    findings.extend(office::look(&data));
    let wrong = findings.iter().filter(|f| f.state == State::Wrong).count();
    if args.json {
        say(&serde_json::to_string_pretty(&Report { well: wrong == 0, findings: &findings })?)?;
    } else {
        for finding in &findings {
            say(&finding.words())?;
        }
    }
    match wrong {
        0 => Ok(()),
        1 => anyhow::bail!("one thing is wrong; what to do stands beside it"),
        many => anyhow::bail!("{many} things are wrong; what to do stands beside each"),
    }
}
