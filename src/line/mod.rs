//! One telephone line as a state machine.
//!
//! Layer 1, pure; may import `at` and `base`. `ear` understands what the modem says, `machine`
//! decides what to do about it, profiles (`hardware/modems/*.toml`) carry each family's quirks.
//!
//! The machine's parts, one subject each: `boot`, `learn` and `sim_card` until calls can be taken,
//! `net` for registration, time and keep-alive, `talk` for what the centre knows of the calls, `hook`
//! for answering, hanging up and the modem's list, `rests` for calls that come before the boot is
//! done, `dial`, `after` for what follows the last call, `keys`, `sound`, `revive`, `stream` and
//! `formats` for sound, `inbox` and `outbox` for texts, `sync` for late answers, `cure` for the
//! ladder, `stand` for up, down and phase. They share
//! `core`: the time, the command `queue`, the `timers` and what goes out.

pub mod codes;
pub mod ear;
pub mod families;
pub mod heard;
pub mod machine;
pub mod profile;
pub mod words;

mod after;
mod boot;
mod core;
mod cure;
mod dial;
mod formats;
mod hook;
mod inbox;
mod keys;
mod learn;
mod net;
mod outbox;
mod queue;
mod rests;
mod revive;
mod sim_card;
mod sound;
mod stand;
mod stream;
mod sync;
mod talk;
mod timers;

pub use families::Families;
pub use machine::Machine;
pub use words::{Event, Input, Line, Order, Output, Phase, Setup, Status};
