//! Whether a loudspeaker can be opened: tried with a moment of silence.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::waker::Waker;
use super::speaker::Speaker;
use super::{Device, ringer};
use crate::clock::Clock;
use crate::port::audio::{AudioChange, Tools};
use crate::voice::bell::Playing;

/// Plays a moment of silence on an ALSA device. Ends within seconds.
///
/// # Errors
/// Where, what, code, what to do. Indonesian.
pub fn try_out(device: &str, tools: Tools) -> Result<(), String> {
    let waker = Arc::new(Waker::new().map_err(|error| error.to_string())?);
    let clock = Clock::start();
    let mut speaker = Speaker::new(
        Device::Named(device.to_owned()),
        PathBuf::from("/"),
        tools,
        Arc::clone(&waker),
    );
    speaker.want(clock.tick(), true);
    let mut silence = Playing::default();
    let outcome = loop {
        let now = clock.tick();
        // One that hangs is told lost in time.
        match speaker.tend(now) {
            Some(AudioChange::Opened) => break Ok(()),
            Some(AudioChange::Lost { cause, .. }) => break Err(cause),
            None => {}
        }
        ringer::hand_over(&mut silence, &mut speaker, now);
        ringer::wait(&waker, &speaker, now, now + ringer::PACE);
    };
    speaker.close();
    outcome
}
