//! The modem's language. Bytes in, tokens out; nothing here decides anything.
//!
//! Layer 1, pure; imports only `base`.

pub mod sms;
