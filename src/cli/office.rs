//! Shell. `apply`, `export`, `hours`, `person passwd`, `token new`: asked of the running office, or done here.

use super::args::{ApplyArgs, DataArgs, ExportArgs, HoursArgs, InviteArgs, NewTokenArgs, PasswdArgs};
use super::control::{self, How, Request, Response, Shown};
use super::{data_folder, password, say};
use crate::figures::Figures;
use crate::media::prompts;
use crate::media::sounds::Bank;
use crate::store::settings_desk::SettingsDesk;
use crate::store::{self, FILE};
use crate::switchboard::clock::Clock;
use anyhow::{Context, bail};
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

pub(super) fn apply(args: ApplyArgs) -> anyhow::Result<()> {
    let name = args.file.display().to_string();
    let toml = std::fs::read_to_string(&args.file)
        .with_context(|| format!("cannot read {name}, which should be an office.toml"))?;
    let how = match (args.dry_run, args.yes) {
        (true, _) => How::DryRun,
        (false, true) => How::Agreed,
        (false, false) => How::ForReal,
    };
    let ask = |how| ask(args.data.clone(), Request::Apply { file: name.clone(), toml: toml.clone(), how });
    let mut answer = ask(how)?;
    if let Response::Unsure { changes, losses } = &answer {
        agree(changes, losses)?;
        answer = ask(How::Agreed)?;
    }
    let Response::Changed { lines, notices } = answer else { bail!(MISUNDERSTOOD) };
    lines.iter().chain(&notices).try_for_each(|line| say(line))?;
    match (lines.is_empty(), how) {
        (true, _) => say("nothing changes"),
        (false, How::DryRun) => say("dry run: nothing was changed"),
        (false, How::ForReal | How::Agreed) => Ok(()),
    }
}

/// The last of a kind would go: at a terminal somebody is asked, a script has to say so.
fn agree(changes: &[String], losses: &[String]) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        let losses = losses.join(", and ");
        bail!("{losses}; nothing was changed, and --yes says that this is meant");
    }
    changes.iter().chain(losses).try_for_each(|line| say(line))?;
    write!(std::io::stderr(), "Is this meant? [y/N] ").context("cannot ask")?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).context("cannot read the answer")?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => bail!("nothing was changed"),
    }
}

pub(super) fn export(args: ExportArgs) -> anyhow::Result<()> {
    let secrets = if args.secrets { Shown::Shown } else { Shown::Hidden };
    match ask(args.data, Request::Export { secrets })? {
        Response::Office { toml } => say(toml.trim_end()),
        _ => bail!(MISUNDERSTOOD),
    }
}

pub(super) fn hours(args: HoursArgs) -> anyhow::Result<()> {
    match ask(args.data, Request::Hours { at: args.at })? {
        Response::Hours { lines } => lines.iter().try_for_each(|line| say(line)),
        _ => bail!(MISUNDERSTOOD),
    }
}

pub(super) fn invite(args: InviteArgs) -> anyhow::Result<()> {
    match ask(args.data, Request::Invite { person: args.id })? {
        Response::Changed { lines, .. } => lines.iter().try_for_each(|line| say(line)),
        _ => bail!(MISUNDERSTOOD),
    }
}

pub(super) fn passwd(args: PasswdArgs) -> anyhow::Result<()> {
    let folder = data_folder(args.data.data.clone())?;
    // Nobody types a password twice to hear afterwards that there is nobody to give it to.
    if !folder.join(FILE).exists() {
        return Err(no_office(&folder));
    }
    let password = password::read(&args.id)?;
    match ask(args.data, Request::Passwd { person: args.id, password })? {
        Response::Changed { lines, .. } => lines.iter().try_for_each(|line| say(line)),
        _ => bail!(MISUNDERSTOOD),
    }
}

pub(super) fn new_token(args: NewTokenArgs) -> anyhow::Result<()> {
    let (name, role) = (args.name, args.role.word().to_owned());
    if name.trim().is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        bail!("a token needs a name of at most 80 characters that says what it is for");
    }
    match ask(args.data, Request::NewToken { name, role })? {
        Response::Token { bearer } => say(&bearer),
        _ => bail!(MISUNDERSTOOD),
    }
}

const MISUNDERSTOOD: &str = "the running frontdesk is of another version; restart it";

/// The answer of the running office, or our own work on its folder; a refusal is an error.
fn ask(data: DataArgs, request: Request) -> anyhow::Result<Response> {
    let data = data_folder(data.data)?;
    let response = match control::ask(&data, &request)? {
        Some(response) => response,
        None => work_alone(&data, request)?,
    };
    match response {
        Response::Refused { lines } => bail!(lines.join("\n")),
        response => Ok(response),
    }
}

fn work_alone(data: &Path, request: Request) -> anyhow::Result<Response> {
    let makes_an_office = matches!(request, Request::Apply { how: How::ForReal | How::Agreed, .. });
    if !makes_an_office && !data.join(FILE).exists() {
        return without_a_store(data, &request);
    }
    let clock = Clock::start();
    let opened = store::open(data, clock, Figures::new())?;
    let settings = opened.settings.map(Arc::new);
    let desk = SettingsDesk::new(opened.writer.clone(), opened.reader, None, settings);
    desk.remember_overrides(opened.memory.overrides);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot start")?;
    let response = runtime.block_on(control::answer(data, &desk, request, clock));
    opened.writer.close();
    Ok(response)
}

fn no_office(data: &Path) -> anyhow::Error {
    let data = data.display();
    anyhow::anyhow!("no office is kept in {data}; apply an office.toml first, or name its folder with --data")
}

/// A dry run leaves no trace, not even an empty folder; nothing else makes sense without an office.
fn without_a_store(data: &Path, request: &Request) -> anyhow::Result<Response> {
    let Request::Apply { file, toml, .. } = request else {
        return Err(no_office(data));
    };
    Ok(match crate::settings::draft_toml(toml, file, None) {
        Ok(draft) => Response::Changed {
            lines: crate::settings::diff_from(None, &draft.settings),
            notices: prompts::notices(&Bank::with_data(data.to_owned()), &draft.settings),
        },
        Err(problems) => Response::Refused { lines: problems.iter().map(ToString::to_string).collect() },
    })
}
