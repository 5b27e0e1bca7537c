//! Stories of one telephone line, in virtual time, against a small scripted modem.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
mod chaos;
mod cures;
mod device_quirks;
mod devices;
mod dialects;
mod dialling;
mod fake;
mod found;
mod revive;
mod sound;
mod start;
mod stream;
mod texts;
mod voice;
