//! The ear: what the modem said, understood. An observer without a will of its own.
//!
//! Everything that passes the port is shown to it: bytes from the modem ([`Ear::bytes`]), what the
//! host wrote ([`Ear::sent`]), the port coming and going, the host losing patience
//! ([`Ear::gave_up`]) and quiet time ([`Ear::wake`]). It hands back [`Heard`]s. One input, then
//! [`Ear::next`] until `None`; [`Ear::due`] says when it wants to be woken if nothing comes.
//!
//! How to drive it: send one command at a time. Write the bytes, call `sent` with the same bytes,
//! wait for [`Heard::Reply`] with that command. A host that loses patience calls `gave_up` and then
//! probes with `AT`; the ear sorts a late answer from the probe's (it needs up to
//! [`LATE_REPLY_GUARD`] of quiet to be sure). For `AT+CMGS=n` wait for [`Heard::Prompt`], then write
//! and `sent` the PDU with its Ctrl-Z; the reply then names `AT+CMGS=n`.

use std::time::Duration;

use super::heard::{CallNo, Heard};
use crate::base::time::Tick;

/// After a command was given up, a bare `OK` for the next one may be its late answer. This much
/// quiet after it says that it was not (hardware.md 5.4: drain at least 300 ms).
pub const LATE_REPLY_GUARD: Duration = Duration::from_millis(300);

/// What a family's profile tells the ear. Filled from `hardware/modems/*.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct EarSetup {
    /// Quiet time after the last sign of a ringing call after which the caller has given up:
    /// 10 s cellular (ModemManager), above 6 s analogue (hardware.md 2.3).
    pub ring_gone: Duration,
    /// A voice modem: DLE codes, sound through the command port, caller id in lines of its own.
    pub in_band: bool,
    /// Whether `<DLE>d` may be believed while sound flows. Never for USR (hardware.md 3.2).
    pub dial_tone_trusted: bool,
    /// `<DLE>t` means "telephone in parallel off hook" (Rockwell) and not "text telephone".
    pub t_is_off_hook: bool,
    /// What the audio port carries once it is opened by command (`s16le_8000_mono`).
    pub audio_format: &'static str,
    /// What a refused audio command means: `voice_not_supported`, `analog_only`, `enable_refused`.
    pub audio_refusal: &'static str,
    /// A power-down after an under-voltage warning happens in the transmit bursts of a call: if
    /// the call list has not been read yet, tell the end of whatever call there was (SIM800).
    pub brown_out_ends_calls: bool,
    /// Completes local landline numbers ("0431").
    pub area_code: Option<String>,
}

impl Default for EarSetup {
    /// Plain 27.007.
    fn default() -> Self {
        EarSetup {
            ring_gone: Duration::from_secs(10),
            in_band: false,
            dial_tone_trusted: false,
            t_is_off_hook: false,
            audio_format: "s16le_8000_mono",
            audio_refusal: "voice_not_supported",
            brown_out_ends_calls: false,
            area_code: None,
        }
    }
}

/// See the module's first page.
#[derive(Debug)]
pub struct Ear {
    setup: EarSetup,
}

impl Ear {
    /// An ear at a port that has just been opened, or will be.
    pub fn new(setup: EarSetup) -> Ear {
        Ear { setup }
    }

    /// The family is known now (auto-probe): calls and commands in flight stay as they are.
    pub fn set_up(&mut self, setup: EarSetup) {
        self.setup = setup;
    }

    /// The port is open (again). Half a line from before is thrown away; nothing is in flight.
    pub fn port_opened(&mut self, _now: Tick) {}

    /// The port is gone: [`Heard::Lost`], then the end of every call.
    pub fn port_lost(&mut self, _now: Tick) {}

    /// Bytes from the modem, in any split.
    pub fn bytes(&mut self, _now: Tick, _bytes: &[u8]) {}

    /// The host wrote this: a command with its CR, the text of a message with its Ctrl-Z, ESC, or
    /// a stream control (`<DLE><ETX>`, `<DLE>!`, `<DLE>^`, Rockwell's `!`). Not sound.
    pub fn sent(&mut self, _now: Tick, _bytes: &[u8]) {}

    /// The host stops waiting for what it waits for (the command in flight, or the end of a
    /// stopped stream): [`Heard::Reply`] with `TimedOut`, or [`Heard::SlowStop`].
    pub fn gave_up(&mut self, _now: Tick) {}

    /// Nothing but time has passed.
    pub fn wake(&mut self, _now: Tick) {}

    /// No more input will come (end of a recording, or the host moves on): what only waited for a
    /// richer line is told as it is. Calls that ring go on ringing.
    pub fn conclude(&mut self, _now: Tick) {}

    /// The next thing understood.
    pub fn next(&mut self) -> Option<Heard> {
        None
    }

    /// When [`Ear::wake`] is wanted if nothing comes before.
    pub fn due(&self) -> Option<Tick> {
        None
    }

    /// The command in flight, as sent without its CR.
    pub fn in_flight(&self) -> Option<&str> {
        None
    }

    /// Whether sound flows through the command port now: commands would be taken for sound.
    pub fn in_stream(&self) -> bool {
        false
    }

    /// The call as far as it is known, oldest first.
    pub fn calls(&self) -> Vec<CallView> {
        Vec::new()
    }

    /// Lines thrown away so far because they were over-long or meant nothing.
    pub fn noise(&self) -> u64 {
        0
    }
}

/// A call as the ear knows it now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallView {
    pub call: CallNo,
    /// Position in the modem's own list (`AT+CHLD=1x`).
    pub idx: Option<u8>,
    pub incoming: bool,
    pub state: super::heard::ListState,
}
