//! Shell. Parses the arguments and calls `cli`.

fn main() -> std::process::ExitCode {
    frontdesk::cli::main()
}
