//! Pure. Identities: counters we mint (`C-2041`, `L-7`) and names the owner chose (`anna`).
//!
//! Tags, branches, nonces and tokens are not identities; they come from a CSPRNG handed in.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt;
use std::sync::Arc;

macro_rules! counted {
    ($(#[$doc:meta])* $name:ident $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "-{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let digits = text.strip_prefix(concat!($prefix, "-")).ok_or(NotAnId)?;
                digits.parse().map($name).map_err(|_| NotAnId)
            }
        }
    };
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a name that `settings` has already checked.
            pub fn new(name: impl Into<Arc<str>>) -> Self {
                Self(name.into())
            }
            /// The name as written in `office.toml`.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// A text that is not an identity of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identity of this kind")]
pub struct NotAnId;

counted! {
    /// What a customer experiences: one contact, one row, whatever rang (spec/metrics.md §2).
    CallId "C"
}
counted! {
    /// One connection to one device. Even numbers are minted by `sip` (arriving legs),
    /// odd ones by `office` (placed legs), so the two machines need no shared counter.
    LegId "L"
}
counted! {
    /// A promise of the store: `Stored(receipt)` comes back when the fact is on the disk.
    Receipt "R"
}
counted! {
    /// One screen command waiting for its answer.
    Ticket "T"
}
counted! {
    /// One playback, so that "it ended" can be told from an earlier one.
    PlayId "P"
}

counted! {
    /// An exchange with one customer. Even numbers are given to mails as they are stored, odd ones by
    /// `office` when somebody splits a conversation: no shared counter.
    ConversationId "M"
}
counted! {
    /// One thing in a conversation. Even numbers are mails, given as they are stored; odd ones notes and
    /// replies, given by `office`.
    ItemId "I"
}

counted! {
    /// A person or a firm we deal with (`K-12`).
    CustomerId "K"
}

named! {
    /// Somebody who works here.
    PersonId
}
named! {
    /// The SIP user name of a phone, or `person/mobile-N` for a mobile.
    PhoneId
}
named! {
    /// Those who answer a line together.
    GroupId
}
named! {
    /// A provider.
    TrunkId
}
named! {
    /// A menu ("press 1 for …").
    MenuId
}
named! {
    /// A shared mailbox.
    MailboxId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_ids_read_back_what_they_print() {
        assert_eq!(CallId(2041).to_string(), "C-2041");
        assert_eq!("C-2041".parse(), Ok(CallId(2041)));
        assert_eq!("L-7".parse::<CallId>(), Err(NotAnId));
        assert_eq!("C-".parse::<CallId>(), Err(NotAnId));
    }
}
