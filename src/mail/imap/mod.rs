//! Shell. The IMAP client: only what a mailbox's task needs, nothing that sets a flag.
//!
//! `words` reads answers, `session` is a connection, `folder` asks about a folder, `take` takes its mail,
//! `watch` stays for more, `copy` looks into the Sent folder and puts mail there.

mod copy;
mod folder;
mod session;
mod take;
mod watch;
mod words;

pub use copy::{copy, is_in_sent};
pub use folder::said;
pub use session::{Pass, Session};
pub use take::{Memory, Taking};
pub use watch::{Pulse, stay};
