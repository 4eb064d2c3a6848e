//! The whole thing on real sockets: phones, providers and the office, checked by ear.

mod bad_disk;
mod calls;
mod exchange;
mod goodbye;
mod hostile;
mod kills;
mod kills_in_states;
mod lasting;
mod log_ins;
mod mail;
mod office;
mod program;
mod stranger;
mod town;
mod upgrade;
