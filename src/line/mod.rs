//! One telephone line as a state machine.
//!
//! Layer 1, pure; may import `at` and `base`. `ear` understands what the modem says, `machine`
//! decides what to do about it, profiles (`hardware/modems/*.toml`) carry each family's quirks.

pub mod ear;
pub mod heard;
pub mod words;

pub use words::{Event, Input, Line, Order, Output, Phase, Setup, Status};
