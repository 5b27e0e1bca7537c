//! Pure sound: frames, codings, what is heard in them, how they are mixed and kept in time.
//!
//! Layer 1: no threads, files or clocks; every value takes samples and a time. Inside the box all
//! sound is 8 kHz mono in frames of 20 ms ([`frame`]).

pub mod activity;
pub mod beat;
pub mod bell;
pub mod bridge;
pub mod codec;
pub mod dtmf;
pub mod ears;
pub mod frame;
pub mod g711;
pub mod loudness;
pub mod misread;
pub mod mix;
pub mod player;
pub mod playout;
pub mod prompt;
pub mod resample;
pub mod tones;
pub mod wav;

mod floor;
mod highpass;
mod probe;
