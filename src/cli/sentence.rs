//! Shell. What went wrong as a person reads it: what, why, what to do.

use std::io::{self, ErrorKind};

/// The whole chain of causes in one sentence, without the system's numbers, and what to do where that is known.
pub(super) fn of(problem: &anyhow::Error) -> String {
    let text = without_numbers(&format!("{problem:#}"));
    let cause = problem.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    match cause.and_then(|cause| advice(cause.kind())) {
        Some(advice) => format!("{}; {advice}", text.trim_end_matches('.')),
        None => text,
    }
}

/// `(os error 2)` says nothing to whoever reads it.
fn without_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, rest| text + rest.split_once(')').map_or("", |(_, behind)| behind))
}

fn advice(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "check the name and the folder it is looked for in",
        ErrorKind::PermissionDenied => "run this as the user who owns it, or as root",
        ErrorKind::IsADirectory => "name a file, not a folder",
        ErrorKind::InvalidData => "check that it is the right file",
        ErrorKind::StorageFull => "make room on the disk",
        ErrorKind::ReadOnlyFilesystem => "make the disk writable, or use another one",
        ErrorKind::AddrInUse => "stop the program that uses it, or choose another port",
        ErrorKind::AddrNotAvailable => "use an address of this machine, or 0.0.0.0 for all of them",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn the_systems_numbers_are_left_out_and_what_to_do_is_said() {
        let told = |number: i32| {
            let cause: Result<(), io::Error> = Err(io::Error::from_raw_os_error(number));
            of(&cause.context("cannot read office.toml").unwrap_err())
        };
        let missing = "cannot read office.toml: No such file or directory; check the name and the folder it is \
                       looked for in";
        assert_eq!(told(2), missing);
        assert_eq!(
            told(98),
            "cannot read office.toml: Address already in use; stop the program that uses it, or choose another port"
        );
        assert_eq!(told(5), "cannot read office.toml: Input/output error");
        assert_eq!(of(&anyhow::anyhow!("nothing is set up")), "nothing is set up");
        assert_eq!(without_numbers("a (os error 1): b (os error 2)."), "a: b.");
    }
}
