//! Software that is not ours, on both ends of the wire.
//!
//! Clients drive our virtual modems: a stranger that believes them is worth more than our own
//! opinion. Emulators that are not ours ring our driver. What is installed by `tests/all`; a
//! missing program fails the test with the list of packages, never skips it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // the bench uses all of it
#[path = "peers/tools.rs"]
pub mod tools;

#[path = "peers/alsa.rs"]
mod alsa;
#[path = "peers/bell.rs"]
mod bell;
#[path = "peers/emulators.rs"]
mod emulators;
#[path = "peers/gammu.rs"]
mod gammu;
#[path = "peers/modem_manager.rs"]
mod modem_manager;
#[path = "peers/ofono.rs"]
mod ofono;
#[path = "peers/smstools.rs"]
mod smstools;
#[path = "peers/voice.rs"]
mod voice;
