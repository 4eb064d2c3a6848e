//! Shell. Run the office, from the command line.

use super::args::ServeArgs;

/// Not wired yet: says so, and fails.
pub(super) fn run(_args: ServeArgs) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot do that yet")
}
