//! Words about sound that several rooms share: how a line codes it, what the exchange plays on it,
//! what can be wrong with it.

use serde::{Deserialize, Serialize};

/// How one sample travels on a line; always 8 kHz, one channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coding {
    /// Signed 16 bit, little endian.
    #[default]
    S16le,
    /// Unsigned 8 bit linear; silence is 0x80.
    U8,
    /// G.711 µ-law; silence is 0xFF.
    Mulaw,
    /// G.711 A-law; silence is 0xD5.
    Alaw,
}

impl Coding {
    /// Bytes of one sample.
    pub fn sample_bytes(self) -> usize {
        match self {
            Coding::S16le => 2,
            Coding::U8 | Coding::Mulaw | Coding::Alaw => 1,
        }
    }
}

/// What an Indonesian exchange plays (hardware.md 5.5): 425 Hz in different cadences.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineTone {
    /// Continuous: the line is free, so whoever was there is gone.
    Dial,
    /// 0.5 s on, 0.5 s off: the far end has hung up, or is busy.
    Busy,
    /// 0.25 s on, 0.25 s off: the network could not go on.
    Congestion,
    /// 1 s on, 4 s off: the far end rings.
    Ringback,
}

impl LineTone {
    /// As in the log and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            LineTone::Dial => "dial",
            LineTone::Busy => "busy",
            LineTone::Congestion => "congestion",
            LineTone::Ringback => "ringback",
        }
    }

    /// Whether it can mean that the far end of a call that was up has gone.
    pub fn may_mean_gone(self) -> bool {
        match self {
            LineTone::Dial | LineTone::Busy | LineTone::Congestion => true,
            LineTone::Ringback => false,
        }
    }
}

/// Why a call that is up cannot be heard, or its caller cannot hear.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundTrouble {
    /// This line has no sound path in this box: the handset on the modem is used.
    NoPath,
    /// The modem refused to switch its sound on.
    Refused,
    /// The audio port is not there, is held by another program, or its child process died.
    PortLost,
    /// The sound is on, and no frames come from the modem.
    NoFrames,
    /// Frames come and hold nothing but zeros: one way only.
    Zeros,
    /// The modem does not take what is written to it: the caller hears nothing.
    NotTaken,
    /// Nobody's browser is connected to a call that somebody has: the caller hears nothing.
    NoDesk,
    /// The operator's browser is connected and sends no microphone.
    NoMicrophone,
}

impl SoundTrouble {
    /// As in the journal, in the API and in the locales.
    pub fn as_str(self) -> &'static str {
        match self {
            SoundTrouble::NoPath => "no_path",
            SoundTrouble::Refused => "refused",
            SoundTrouble::PortLost => "port_lost",
            SoundTrouble::NoFrames => "no_frames",
            SoundTrouble::Zeros => "zeros",
            SoundTrouble::NotTaken => "not_taken",
            SoundTrouble::NoDesk => "no_desk",
            SoundTrouble::NoMicrophone => "no_microphone",
        }
    }
}
