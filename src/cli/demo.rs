//! Shell. The demo, from the command line.

use super::args::DemoArgs;

/// Not wired yet: says so, and fails.
pub(super) fn run(_args: DemoArgs) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot do that yet")
}
