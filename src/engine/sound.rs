//! Between the engine and the sound of its lines: words only. The sound itself runs on threads of
//! its own, one for each line; neither side ever waits for the other.

use crate::base::ids::{CallId, UserName};
use crate::base::sound::{Coding, LineTone, SoundTrouble};
use crate::desk::call::CallRecord;
use crate::desk::sound::Recording;

/// What the engine tells the sound of one line.
#[derive(Clone, PartialEq, Debug)]
pub enum SoundOrder {
    /// A call is up.
    Begin { call: CallId },
    /// It is over.
    End { call: CallId },
    /// The line's sound flows from now on. `in_band`: through the engine, both ways.
    On { coding: Coding, in_band: bool },
    /// It does not any more.
    Off,
    /// There can be no sound in this call.
    Blocked(SoundTrouble),
    /// The modem has room for more (`true`) or not.
    Flow(bool),
    /// The line did not take a frame that went in band.
    NotTaken,
    /// Sound that came in band.
    Heard(Vec<u8>),
    /// Who has the call now, and whether the caller is on hold.
    Desk {
        call: CallId,
        owner: Option<UserName>,
        on_hold: bool,
        /// Who beside the owner may be in it.
        joined: Vec<UserName>,
    },
    /// Send these keys as tones.
    Keys(String),
    /// The modem reports the caller's keys itself.
    KeysReported(bool),
}

/// What the sound of a line tells the engine.
#[derive(Clone, PartialEq, Debug)]
pub enum SoundHeard {
    /// To be sent in band.
    ToLine(Vec<u8>),
    /// The caller pressed a key.
    Key { call: CallId, key: char },
    /// A silent caller knocked.
    Tap { call: CallId },
    /// The exchange plays this.
    Tone(LineTone),
    /// The sound is on and nothing comes.
    Dead { call: CallId },
    /// Sound comes through the audio port or card: told every few seconds while it does.
    Flows { call: CallId },
    Trouble {
        call: CallId,
        trouble: Option<SoundTrouble>,
    },
    /// Calls cannot be recorded just now, or soon will not be: why. `None`: they can.
    Recorder { trouble: Option<String> },
    /// A file is closed. `archived`: the call's record from the store, if there is one.
    Recorded {
        call: CallId,
        recording: Recording,
        archived: Option<Box<CallRecord>>,
    },
    /// A call is over and nothing of its sound could be kept.
    Missed {
        call: CallId,
        lost_ms: u64,
        archived: Option<Box<CallRecord>>,
    },
}

/// The way from the engine to the sound of the lines; must not wait.
pub trait Sounds: Send {
    /// For the line at this place in the configuration.
    fn tell(&self, line: usize, order: SoundOrder);
}

/// No sound at all: tests, and a box whose lines have handsets.
pub struct Mute;

impl Sounds for Mute {
    fn tell(&self, _line: usize, _order: SoundOrder) {}
}
