//! Shell. `wait`: for an upgrade, which swaps the program while nobody is on the phone and goes back when the
//! new one is not healthy.

use super::args::{WaitArgs, WaitFor};
use super::control::{self, Request, Response};
use super::data_folder;
use super::page::page;
use crate::switchboard::clock::Clock;
use anyhow::bail;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Looks until it is so; exit code 1 when it does not become so in time.
pub(super) fn run(args: WaitArgs) -> anyhow::Result<()> {
    let data = data_folder(args.data.data)?;
    let clock = Clock::start();
    loop {
        let not_yet = match args.what {
            WaitFor::Idle => busy(&data),
            WaitFor::Healthy => unhealthy(&data),
        };
        let Some(why) = not_yet else { return Ok(()) };
        if clock.now().tick.0 >= args.at_most {
            bail!("after {} s still: {why}", args.at_most.as_secs());
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Why nobody should stop the office now.
fn busy(data: &Path) -> Option<String> {
    match control::ask(data, &Request::Health) {
        Ok(Some(Response::Health { calls: 0, .. }) | None) => None,
        Ok(Some(Response::Health { calls, .. })) => Some(format!("{calls} calls are going on")),
        Ok(Some(_)) => Some("the running frontdesk is of another version".to_owned()),
        Err(problem) => Some(problem.to_string()),
    }
}

/// Why the office is not one that takes calls.
fn unhealthy(data: &Path) -> Option<String> {
    match control::ask(data, &Request::Health) {
        Ok(Some(Response::Health { listening, .. })) => unwell(&listening),
        Ok(Some(_)) => Some("the running frontdesk is of another version".to_owned()),
        Ok(None) => Some(format!("no office runs on {}", data.display())),
        Err(problem) => Some(problem.to_string()),
    }
}

fn unwell(listening: &BTreeMap<String, String>) -> Option<String> {
    let answer = listening.get("http").and_then(|address| page(address, "/healthz"));
    let Some(answer) = answer else { return Some("/healthz does not answer".to_owned()) };
    let status = answer.lines().next().unwrap_or_default();
    let well = status.split(' ').nth(1) == Some("200");
    (!well).then(|| format!("/healthz says {status}"))
}
