//! The voice modems as data.

use serde::{Deserialize, Serialize};

use super::super::settings::{Setting, setting};
use crate::base::sound::Coding;

/// One chip.
#[derive(Debug)]
pub struct Persona {
    pub manufacturer: &'static str,
    pub model: &'static str,
    pub revision: &'static str,
    /// What `ATIn` answers, from 0 on; beyond the end it is OK alone.
    pub inform: &'static [&'static str],
    /// `+FCLASS=?`.
    pub classes: &'static str,
    /// Compressions: the line of `+VSM=?` and what it takes to make a frame of each.
    pub formats: &'static [Format],
    /// `+VLS=?`.
    pub lines: &'static [u8],
    /// `DATE = 0301` rather than `DATE=0301`.
    pub spaced_id: bool,
    /// Keys come as `<DLE>/ <DLE>5 <DLE>5 <DLE>~`, repeated while held.
    pub shielded_keys: bool,
    /// `<DLE>!` is answered with `<DLE><ETX>` before the OK.
    pub stop_sends_etx: bool,
    pub settings: &'static [Setting],
}

/// One compression of `+VSM`.
#[derive(Debug)]
pub struct Format {
    pub id: u16,
    pub line: &'static str,
    /// `None`: a compression that carries silence here.
    pub coding: Option<Coding>,
    pub bits: u16,
    pub rates: &'static [u32],
    /// A sample of silence.
    pub silence: u8,
}

/// When the exchange sends the caller's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerIdTiming {
    /// Bellcore: between the first two rings.
    #[default]
    BetweenRings,
    /// British and others: before the first ring.
    BeforeRing,
    /// The line has no caller id.
    Never,
}

/// What is heard when the far end hangs up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HangupSign {
    /// Busy tone, again and again.
    #[default]
    BusyTone,
    /// One break of the loop current.
    LoopBreak,
    /// Dial tone comes back.
    DialTone,
    /// Nothing but silence (`s`: presumed hang-up).
    Silence,
    /// Silence after a voice (`q`: presumed end of message).
    Quiet,
    /// Nothing is reported at all.
    Nothing,
}

/// Values that only have to be remembered.
pub static COMMON: &[Setting] = &[
    setting("+VIT", "(0-255)", "0"),
    setting("+VNH", "(0-2)", "0"),
    setting("+VGT", "(0-255)", "128"),
    setting("+VGR", "(0-255)", "128"),
    setting("+VRA", "(0-255)", "50"),
    setting("+VRN", "(0-255)", "10"),
    setting("+VTD", "(0-500)", "100"),
    setting("+VSP", "(0,1)", "0"),
    setting("+VPR", "(0-96)", "0"),
    setting("+VDT", "(0-15)", "0"),
    setting(
        "+GCI",
        "(00,16,20,3D,42,4C,54,59,61,6C,8B,9F,A5,A6,B4,B5)",
        "B5",
    ),
    setting("+VCID", "(0-2)", "0"),
    setting("+FLO", "(0-2)", "2"),
    setting("+IPR", "(0,9600,19200,38400,57600,115200,230400)", "115200"),
];

/// What some chips send whatever they were asked for.
pub static MULAW: Format = Format {
    id: 4,
    line: "4,\"G.711U\",(8000)",
    coding: Some(Coding::Mulaw),
    bits: 8,
    rates: &[8000],
    silence: 0xFF,
};

pub static USR: Persona = Persona {
    manufacturer: "U.S. Robotics",
    model: "USR5637",
    revision: "V1.2.23",
    inform: &[
        "5601",
        "12AC",
        "OK",
        "U.S. Robotics 56K FAX USB V1.2.23",
        "Options  V90, V92",
    ],
    classes: "0,1,1.0,2,2.0,8",
    formats: &[
        Format {
            id: 128,
            line: "128,\"8-BIT LINEAR\",(7200,8000)",
            coding: Some(Coding::U8),
            bits: 8,
            rates: &[7200, 8000],
            silence: 0x80,
        },
        Format {
            id: 129,
            line: "129,\"ADPCM\",(7200,8000)",
            coding: None,
            bits: 4,
            rates: &[7200, 8000],
            silence: 0x00,
        },
        Format {
            id: 131,
            line: "131,\"G.711U\",(8000)",
            coding: Some(Coding::Mulaw),
            bits: 8,
            rates: &[8000],
            silence: 0xFF,
        },
        Format {
            id: 132,
            line: "132,\"G.711A\",(8000)",
            coding: Some(Coding::Alaw),
            bits: 8,
            rates: &[8000],
            silence: 0xD5,
        },
        Format {
            id: 133,
            line: "133,\"16-BIT LINEAR\",(8000)",
            coding: Some(Coding::S16le),
            bits: 16,
            rates: &[8000],
            silence: 0x00,
        },
    ],
    lines: &[0, 1, 4, 5, 8, 9],
    spaced_id: true,
    shielded_keys: true,
    stop_sends_etx: true,
    settings: &[
        setting("+IFC", "(0-2),(0-2)", "2,2"),
        setting("+VSD", "", "128,50"),
        setting("+VDR", "(0,1),(0-255)", "0,0"),
        setting("#CID", "(0-2)", "0"),
    ],
};

pub static CONEXANT: Persona = Persona {
    manufacturer: "CONEXANT",
    model: "CX93001-EIS_V0.2002-V92",
    revision: "CX93001-EIS_V0.2002-V92",
    inform: &[
        "56000",
        "OK",
        "OK",
        "CX93001-EIS_V0.2002-V92",
        "OK",
        "OK",
        "RcV92DPi-V92",
    ],
    classes: "0,1,1.0,2,8",
    formats: &[
        Format {
            id: 1,
            line: "1,\"UNSIGNED PCM\",8,0,8000,0,0",
            coding: Some(Coding::U8),
            bits: 8,
            rates: &[8000],
            silence: 0x80,
        },
        Format {
            id: 129,
            line: "129,\"IMA ADPCM\",4,0,8000,0,0",
            coding: None,
            bits: 4,
            rates: &[8000],
            silence: 0x00,
        },
        Format {
            id: 140,
            line: "140,\"2 BIT ADPCM\",2,0,8000,0,0",
            coding: None,
            bits: 2,
            rates: &[8000],
            silence: 0x00,
        },
        Format {
            id: 141,
            line: "141,\"4 BIT ADPCM\",4,0,8000,0,0",
            coding: None,
            bits: 4,
            rates: &[8000],
            silence: 0x00,
        },
    ],
    lines: &[0, 1, 5],
    spaced_id: false,
    shielded_keys: false,
    stop_sends_etx: false,
    settings: &[
        setting("-SCID", "(0,1)", "0"),
        setting("-STE", "(0-7)", "0"),
        setting("-SDR", "(0-7)", "0"),
        setting("+VDR", "(0,1),(0-255)", "0,0"),
        setting("+VSD", "(0,129),(0-255)", "0,0"),
        setting("#CID", "(0-2)", "0"),
    ],
};
