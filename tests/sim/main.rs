//! Office life from a seed: callers with patience, people with coffee breaks who hold, transfer, park and
//! call out, flaky phones, an owner who changes the settings, stepped clocks, restarts.
//!
//! `SIM_SEED=n` runs that seed alone, `SIM_SEEDS=n` that many, `SIM_DAYS=n` sets the days, `SIM_TRACE=n`
//! writes out all that happens from the n-th second on.
//!
//! | law | its mutant |
//! |---|---|
//! | no leg outlives its call | `DroppedHangup` |
//! | nobody has two calls | `DoubleRing` |
//! | every arrival has exactly one outcome | `SwallowedOutcome`, `SecondOutcome` |
//! | first in, first served | `ReversedLine` |
//! | no idle phone silent while somebody waits | `SilentPhones` |
//! | nothing rings an absent person | `RingsTheAbsent` |
//! | bounded actions from one input | `Storm` |
//! | `next_wake` not in the past twice | `NeverSleeps` |
//! | no customer hears silence | `Silence` |
//! | a pause ends at its end | `StuckPause` |
//! | a promise is stored before it is spoken, a dial before it leaves | `SpeaksUnstored`, `DialsUnstored` |
//! | a message is stored before it is said to be | `SavesUnstored`, `SavesUnrecorded` |
//! | one open promise a number and group | `PromisesTwice` |
//! | a promise keeps its place, nobody in line is overtaken | `RetriesFromNow`, `RetriesLast` |
//! | nobody is dialled outside calling hours, one dial a number | `DialsAtNight`, `DialsTwice` |
//! | no more callbacks than free members | `DialsForNobody` |
//! | a whisper is short, the caller keeps the place, others ring on | `EndlessWhisper`, `WhisperDrops`, `WhisperSilences` |
//! | the future after a restart is the same | `ForgetsTheOrder` |
//! | what is remembered agrees over a restart | `ForgetsPeople`, `ForgetsTheDay`, `ForgetsDebts` |

#![allow(clippy::unwrap_used)]

extern crate frontdesk_pure as frontdesk;

mod doings;
mod kept;
mod laws;
mod pace;
mod promises;
mod run;
mod sound;
mod staff;
mod town;
mod twin;
mod whispers;
mod world;
mod years;
