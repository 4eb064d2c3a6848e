//! Shell. The check-up, from the command line.

use super::args::DoctorArgs;

/// Not wired yet: says so, and fails.
pub(super) fn run(_args: DoctorArgs) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot do that yet")
}
