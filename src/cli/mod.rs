//! Shell. What a person can type: arguments in, exit codes and sentences out.
//!
//! 0: done. 1: it failed, and one sentence says what, why and what to do. 2: wrong usage.

pub mod args;
mod backup;
pub mod control;
mod demo;
mod doctor;
mod office;
mod page;
mod password;
mod recordings;
mod sentence;
pub mod serve;
mod wait;

use anyhow::Context;
use args::{Arguments, Command, PersonCommand, TokenCommand};
use clap::Parser;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The state folder of the installed service (`install/frontdesk.service`).
const INSTALLED: &str = "/var/lib/frontdesk";

/// The whole program.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        complain(&format!("frontdesk met a fault of its own{place}; please report this"));
    }));
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => {
            // Help that nobody reads to its end is no failure.
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    match std::panic::catch_unwind(|| run(arguments.command)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(problem)) => {
            complain(&sentence::of(&problem));
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Wait(args) => wait::run(args),
        Command::Backup(args) => backup::backup(args),
        Command::Restore(args) => backup::restore(args),
        Command::Verify(args) => backup::verify(args),
        Command::Apply(args) => office::apply(args),
        Command::Export(args) => office::export(args),
        Command::Hours(args) => office::hours(args),
        Command::Person { command: PersonCommand::Passwd(args) } => office::passwd(args),
        Command::Person { command: PersonCommand::Invite(args) } => office::invite(args),
        Command::Token { command: TokenCommand::New(args) } => office::new_token(args),
    }
}

/// The data folder: the one named, else the service's, else this person's.
pub fn data_folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let service = || {
        // systemd may name several, separated by colons; the first is ours.
        let folders = std::env::var_os("STATE_DIRECTORY").filter(|folders| !folders.is_empty())?;
        std::env::split_paths(&folders).next()
    };
    // a command of somebody at the console, on a machine where the service is installed
    let installed = || Some(PathBuf::from(INSTALLED)).filter(|folder| folder.exists());
    let person = || Some(directories::ProjectDirs::from("", "", "frontdesk")?.data_dir().to_owned());
    let folder = named.or_else(service).or_else(installed).or_else(person);
    folder.context("there is no home folder to keep data in; name one with --data")
}

/// A line for whoever reads our output; one that stopped reading is no failure.
fn say(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(format!("{text}\n").as_bytes()) {
        Err(problem) if problem.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(problem).context("cannot write to the standard output")
        }
        _ => Ok(()),
    }
}

fn complain(sentence: &str) {
    let text = sentence.trim_end();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    // Where even the complaint cannot be written, the exit code still tells.
    let _ = writeln!(std::io::stderr().lock(), "{text}{end}");
}
