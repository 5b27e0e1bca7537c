//! What a line can mean besides ending a command: unsolicited results of every family, and the
//! information lines that carry the same facts.
//!
//! One reading for both: whether `+CREG: 0,1` is an answer or news is decided by whoever knows
//! which command is in flight.

mod call;
pub use call::key;
mod health;
mod message;

pub use health::{Registered, registration};
pub use message::ussd_text;

use super::caller_id::gsm::{Line, Row};
use super::caller_id::ring::{self, Ring};
use super::text;

/// The meaning of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Urc {
    // calls
    Ring(Ring),
    /// `+CRING` of a voice call (`true`) or of data or fax.
    Cring {
        voice: bool,
    },
    Clip(Line),
    Waiting {
        line: Line,
        class: u8,
    },
    /// A row of `+CLCC`, answer or news.
    Clcc(Row),
    /// A call state the modem reports by itself (`^DSCI`, `ccinfo`).
    CallInfo(Row),
    /// `^ORIG`: dialling.
    Orig {
        idx: u8,
    },
    /// `^CONF`, `MO RING`: the far end rings.
    Conf {
        idx: Option<u8>,
    },
    /// `+COLP`: the far end of the call that we dialled has answered.
    DialledUp,
    /// `^CONN`, `VOICE CALL: BEGIN`, `MO CONNECTED`: the call is up.
    Conn {
        idx: Option<u8>,
    },
    /// `^CEND`.
    Cend {
        idx: u8,
        duration_s: Option<u32>,
        cause: Option<u8>,
    },
    /// `VOICE CALL: END`.
    VoiceEnd {
        duration_s: Option<u32>,
    },
    /// `MISSED_CALL`.
    Missed {
        number: Option<String>,
    },
    /// `REMOTE CALL END`.
    RemoteEnd,
    /// A call of another kind than voice (`^ORIG` of a data call); not ours.
    NotVoice {
        label: String,
        idx: u8,
    },
    Dtmf(char),
    // messages
    SmsStored {
        mem: String,
        index: Option<u16>,
    },
    ReportStored {
        mem: String,
        index: Option<u16>,
    },
    /// `+CMT`: a PDU of this many octets follows. `None`: text mode.
    SmsFollows {
        octets: Option<u32>,
    },
    /// `+CDS`.
    ReportFollows {
        octets: Option<u32>,
    },
    SmsFull {
        mem: String,
    },
    Ussd {
        status: u8,
        text: String,
    },
    // health
    Signal {
        csq: u8,
        ber: Option<u8>,
    },
    /// `+CREG`, `+CGREG`, `+CEREG`; read by [`registration`] once it is known whether it answers.
    Registration {
        domain: &'static str,
    },
    Operator {
        name: String,
        act: Option<u8>,
    },
    Mode(String),
    Sim(SimWord),
    Ready(&'static str),
    /// The modem starts.
    Boot,
    /// `+CFUN: n` by itself.
    Function(u8),
    /// The modem goes down; `brown_out`: for want of supply.
    Down {
        brown_out: bool,
    },
    Power(&'static str),
    Time(String),
    /// Quectel: whether sound may be written to the audio port now.
    AudioFlow {
        go: bool,
    },
    /// Known, and nothing to act on; with its label.
    Noise(String),
    /// Known, and says nothing that another line does not.
    Silent,
}

/// What a line says about the SIM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SimWord {
    Ready,
    Absent,
    Pin,
    Puk,
    Locked,
    NotReady,
}

/// Reads a trimmed line. `None`: not a line that means something by itself.
pub fn parse(line: &str) -> Option<Urc> {
    if let Some(ring) = ring::parse(line) {
        return Some(Urc::Ring(ring));
    }
    match text::labelled(line) {
        Some((label, rest)) => by_label(label, rest),
        None => call::bare(line).or_else(|| health::bare(line)),
    }
}

fn by_label(label: &str, rest: &str) -> Option<Urc> {
    let known = call::labelled(label, rest)
        .or_else(|| message::labelled(label, rest))
        .or_else(|| health::labelled(label, rest));
    known.or_else(|| is_noise(label).then(|| Urc::Noise(label.to_owned())))
}

fn is_noise(label: &str) -> bool {
    NOISE.contains(&label)
}

/// Chatter to be ignored (hardware.md 5.2).
const NOISE: &[&str] = &[
    "^HCSQ",
    "^SRVST",
    "^BOOT",
    "^SIMST",
    "^DSFLOWRPT",
    "^STIN",
    "^CSNR",
    "^NWTIME",
    "^RSSILVL",
    "^HRSSILVL",
    "^EONS",
    "^CCALLSTATE",
    "^LWURC",
    "^ECCLIST",
    "^NDISSTAT",
    "^NDISEND",
    "^PDPDEACT",
    "^THERM",
    "^SPN",
    "+CIEV",
    "*PSNWID",
    "*PSUTTZ",
    "+CTZV",
    "+CTZE",
    "+CTZDST",
    "+AUTOCSQ",
    "+CSSI",
    "+CSSU",
    "+CGEV",
    "+CNAP",
    "+CDIP",
    "+QIND",
    "+QURC",
    "*EUICC",
    "+NITZ",
    "+EXUNSOL",
];
