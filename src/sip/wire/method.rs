//! Pure. Request methods; an unknown one keeps its text, so that 501 can echo its CSeq.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt;

macro_rules! methods {
    ($($variant:ident $text:literal),* $(,)?) => {
        /// A request method (RFC 3261 §7.1); case matters.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $(#[doc = $text] $variant,)*
            /// Any other token.
            Other(Box<str>),
        }

        impl Method {
            /// Reads a token; anything else is the caller's to refuse.
            pub fn read(text: &str) -> Method {
                match text {
                    $($text => Method::$variant,)*
                    other => Method::Other(other.into()),
                }
            }

            /// As written on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Method::$variant => $text,)*
                    Method::Other(text) => text,
                }
            }
        }
    };
}

methods! {
    Invite "INVITE", Ack "ACK", Bye "BYE", Cancel "CANCEL", Options "OPTIONS", Register "REGISTER",
    Prack "PRACK", Update "UPDATE", Info "INFO", Refer "REFER", Notify "NOTIFY",
    Subscribe "SUBSCRIBE", Message "MESSAGE", Publish "PUBLISH",
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
