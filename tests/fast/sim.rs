//! Virtual modems: each family speaks like the device, in virtual time; and behind a real pty.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "sim/analog.rs"]
mod analog;
#[path = "sim/calls.rs"]
mod calls;
#[path = "sim/device.rs"]
mod device;
#[path = "sim/host.rs"]
mod host;
#[path = "sim/pty.rs"]
mod pty;
#[path = "sim/sound.rs"]
mod sound;
#[path = "sim/sound_stream.rs"]
mod sound_stream;
#[path = "sim/texts.rs"]
mod texts;
