#[path = "../../../src/mail/address.rs"]
pub mod address;
#[path = "../../../src/mail/signature.rs"]
pub mod signature;
