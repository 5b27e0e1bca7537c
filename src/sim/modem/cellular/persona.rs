//! The cellular families as data: who they say they are, how they start, what they remember.

use super::super::settings::{Setting, reporting, setting};

/// One family.
#[derive(Debug)]
pub struct Persona {
    pub dialect: Dialect,
    pub manufacturer: &'static str,
    pub model: &'static str,
    pub revision: &'static str,
    /// A restart makes the serial node vanish and return.
    pub usb: bool,
    /// Start-up: milliseconds after the step before.
    pub boot: &'static [(u64, Boot)],
    /// What follows an unlocked SIM, milliseconds after the step before.
    pub unlocked: &'static [(u64, Boot)],
    /// What it says when the supply sags.
    pub dying: &'static [&'static str],
    /// Milliseconds between rings.
    pub ring_ms: u64,
    /// How long `ATA` takes, in milliseconds.
    pub answer_ms: (u64, u64),
    /// Between signal and status lines, in milliseconds.
    pub chatter_ms: (u64, u64),
    /// Commands of 27.007 that this family refuses.
    pub refuses: &'static [&'static str],
    /// What it remembers beyond the common ones.
    pub settings: &'static [Setting],
    /// Message stores and their slots; the first is selected after power-up.
    pub stores: &'static [(&'static str, u16)],
    /// `+CMGR` of an empty slot answers `+CMS ERROR: 321`, else a plain OK.
    pub empty_slot_is_error: bool,
    /// The commands that tell the SIM's serial number, and whether the answer is labelled.
    pub iccid: &'static str,
    /// Access technology in `+COPS` and `+CREG` (27.007): 0 GSM, 2 UTRAN, 7 E-UTRAN.
    pub act: u8,
    /// How `+CLIP` looks: see the calls.
    pub clip: Clip,
    /// It has a second tty for sound.
    pub audio_port: bool,
    /// `+CLCC` carries an (empty) alpha field.
    pub clcc_alpha: bool,
}

/// Whose call progress and vendor commands it speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Huawei,
    Simcom,
    Quectel,
    Sim800,
    Plain,
}

/// The tail of `+CLIP: "number",type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clip {
    /// `,,,,0`
    Bare,
    /// `,"",,"",0`
    Quoted,
    /// `,"",0,"",0`, national numbers as type 161.
    Sim800,
}

/// One step of the start-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Boot {
    Bytes(&'static [u8]),
    Line(&'static str),
    /// Commands are answered from here on.
    Commands,
    /// The SIM is read: `+CPIN: …` or the family's own line.
    Card,
    /// The search for a network begins.
    Radio,
    /// Messages can be read and sent from here on.
    Messages,
}

/// 27.007 and 27.005 values that only have to be remembered.
pub static COMMON: &[Setting] = &[
    setting("+CMEE", "(0-2)", "0"),
    setting("+CRC", "(0,1)", "0"),
    reporting("+CLIP", "(0,1)", "0", ",1"),
    reporting("+CLIR", "(0-2)", "0", ",4"),
    reporting("+COLP", "(0,1)", "0", ",0"),
    setting("+CNAP", "(0,1)", "0"),
    setting("+CDIP", "(0,1)", "0"),
    setting("+CSSN", "(0,1),(0,1)", "0,0"),
    setting("+CCWA", "(0,1)", "0"),
    setting("+CREG", "(0-2)", "0"),
    setting("+CGREG", "(0-2)", "0"),
    setting("+CEREG", "(0-2)", "0"),
    setting("+CSCS", "(\"IRA\",\"GSM\",\"UCS2\")", "\"IRA\""),
    setting("+CMGF", "(0,1)", "0"),
    setting("+CSMS", "(0,1)", "0"),
    setting("+CSDH", "(0,1)", "0"),
    setting("+CSMP", "", "17,167,0,0"),
    setting("+CSCB", "", "0,\"\",\"\""),
    setting("+CSCA", "", "\"+6284000000\",145"),
    setting("+CNMI", "(0-2),(0-3),(0,2),(0-2),(0,1)", "0,0,0,0,0"),
    setting("+CTZR", "(0-2)", "0"),
    setting("+CTZU", "(0,1)", "0"),
    setting("+CMUT", "(0,1)", "0"),
    setting("+CLVL", "(0-8)", "4"),
    setting("+VTD", "(1-255)", "1"),
    setting(
        "+IPR",
        "(0,9600,19200,38400,57600,115200,230400,460800,921600)",
        "115200",
    ),
    setting("+IFC", "(0-2),(0-2)", "2,2"),
    setting("+ICF", "(0-6),(0-3)", "3,3"),
    setting("+CMER", "(0-3),(0),(0),(0-2),(0,1)", "0,0,0,0,0"),
    setting("+CGATT", "(0,1)", "1"),
    setting("+CGEREP", "(0-2),(0,1)", "0,0"),
    setting("+CSTA", "(129,145,161)", "129"),
    setting("+CR", "(0,1)", "0"),
    setting("+CMOD", "(0-3)", "0"),
    setting("+CVHU", "(0-2)", "0"),
    setting("+CMMS", "(0-2)", "0"),
    setting("+CALA", "", ""),
];

pub static HUAWEI: Persona = Persona {
    dialect: Dialect::Huawei,
    manufacturer: "huawei",
    model: "E173",
    revision: "11.126.85.00.209",
    usb: true,
    boot: &[
        (300, Boot::Line("^SYSSTART")),
        (700, Boot::Commands),
        (300, Boot::Line("^SRVST:0")),
        (200, Boot::Line("^BOOT:27710117,0,0,0,75")),
        (900, Boot::Card),
    ],
    unlocked: &[
        (200, Boot::Radio),
        (900, Boot::Messages),
        (700, Boot::Line("^STIN: 0, 0, 0")),
    ],
    dying: &[],
    ring_ms: 5_000,
    answer_ms: (350, 900),
    chatter_ms: (8_000, 25_000),
    refuses: &[
        "+CEREG", "+CNAP", "+CDIP", "+CTZR", "+CTZU", "+CGEREP", "+CVHU", "+CMUX",
    ],
    settings: &[
        setting("^CURC", "(0,1)", "1"),
        setting("^PORTSEL", "(0,1)", "0"),
        setting("^DDTMFCFG", "(0,1),(0,1)", "0,0"),
        setting("^DDSETEX", "(2)", ""),
        setting(
            "^SYSCFG",
            "(2,13,14,16),(0-3),,(0-2),(0-4)",
            "2,0,3FFFFFFF,1,2",
        ),
        setting("^U2DIAG", "(0,1,255,256,276)", "0"),
        setting("^USSDMODE", "(0,1)", "1"),
        setting("^STSF", "(0,1)", "0"),
        setting("^CSDFLT", "(0,1)", "0"),
        setting("^RSSI", "(0,1)", "1"),
        setting("+CFUN", "(0,1,4,5,6,7),(0,1)", "1"),
    ],
    stores: &[("SM", 20), ("ME", 100), ("SR", 10)],
    empty_slot_is_error: true,
    audio_port: true,
    iccid: "^ICCID",
    act: 2,
    clip: Clip::Bare,
    clcc_alpha: false,
};

pub static SIMCOM: Persona = Persona {
    dialect: Dialect::Simcom,
    manufacturer: "SIMCOM INCORPORATED",
    model: "SIMCOM_SIM7600G-H",
    revision: "LE20B04SIM7600G22",
    usb: true,
    boot: &[
        (100, Boot::Bytes(b"\0\0")),
        (400, Boot::Line("RDY")),
        (100, Boot::Commands),
        (2_200, Boot::Card),
    ],
    unlocked: &[
        (300, Boot::Radio),
        (2_500, Boot::Messages),
        (20, Boot::Line("SMS DONE")),
        (1_200, Boot::Line("PB DONE")),
    ],
    dying: &["+CPIN: NOT READY"],
    ring_ms: 6_000,
    answer_ms: (200, 600),
    chatter_ms: (5_000, 20_000),
    refuses: &["+CDIP"],
    settings: &[
        setting("+CLCC", "(0,1)", "0"),
        setting("+CNSMOD", "(0,1)", "0"),
        setting("+AUTOCSQ", "(0,1),(0,1)", "0,0"),
        setting("+EXUNSOL", "", ""),
        setting("+CLTS", "(0,1)", "0"),
        setting("+DDET", "(0,1),(0-10000),(0,1),(0,1)", "0,0,0,0"),
        setting("$QCRCIND", "(0,1)", "0"),
        setting("+CPCMREG", "(0,1)", "0"),
        setting("+CPCMFRM", "(0,1)", "0"),
        setting("+CMICGAIN", "(0-8)", "3"),
        setting("+COUTGAIN", "(0-8)", "4"),
        setting("+CNMP", "(2,13,14,38,39,48,51,54,60,63)", "2"),
        setting("+CECM", "(0-9)", "1"),
        setting("+CSDVC", "(1,3)", "1"),
        setting("+CFUN", "(0,1,4,5,6,7),(0,1)", "1"),
    ],
    stores: &[("ME", 23), ("SM", 50), ("SR", 20)],
    empty_slot_is_error: true,
    audio_port: true,
    iccid: "+CICCID",
    act: 7,
    clip: Clip::Bare,
    clcc_alpha: true,
};

pub static A7670: Persona = Persona {
    dialect: Dialect::Simcom,
    manufacturer: "INCORPORATED",
    model: "A7670E-FASE",
    revision: "A7670M6_V1.11.1",
    usb: false,
    boot: &[
        (600, Boot::Line("*ATREADY: 1")),
        (50, Boot::Commands),
        (1_800, Boot::Card),
    ],
    unlocked: &[
        (300, Boot::Radio),
        (2_000, Boot::Messages),
        (20, Boot::Line("SMS DONE")),
        (800, Boot::Line("PB DONE")),
    ],
    dying: &["+CPIN: NOT READY"],
    refuses: &["+CDIP", "+CPCMREG", "+CPCMFRM"],
    audio_port: false,
    iccid: "+CICCID",
    clip: Clip::Quoted,
    ..SIMCOM
};

pub static QUECTEL: Persona = Persona {
    dialect: Dialect::Quectel,
    manufacturer: "Quectel",
    model: "EC25",
    revision: "EC25EFAR06A06M4G",
    usb: true,
    boot: &[
        (500, Boot::Line("RDY")),
        (100, Boot::Commands),
        (400, Boot::Line("+CFUN: 1")),
        (1_300, Boot::Card),
        (30, Boot::Line("+QUSIM: 1")),
    ],
    unlocked: &[
        (300, Boot::Radio),
        (1_700, Boot::Messages),
        (20, Boot::Line("+QIND: SMS DONE")),
        (900, Boot::Line("+QIND: PB DONE")),
    ],
    dying: &["+QIND: \"vbatt\",-1", "+QIND: \"vbatt\",-2", "POWERED DOWN"],
    ring_ms: 5_000,
    answer_ms: (150, 500),
    chatter_ms: (5_000, 20_000),
    refuses: &["+CDIP", "+CNAP"],
    settings: &[
        setting("^DSCI", "(0,1)", "0"),
        setting("+QTONEDET", "(0,1)", "0"),
        setting(
            "+QURCCFG",
            "(\"urcport\"),(\"usbat\",\"usbmodem\",\"uart1\",\"all\")",
            "\"urcport\",\"usbat\"",
        ),
        setting("+QGPSCFG", "", "\"outport\",\"usbnmea\""),
        setting("+QSIMSTAT", "(0,1)", "0"),
        setting("+QSIMDET", "(0,1),(0,1)", "0,0"),
        setting("+QPCMV", "(0,1),(0-2)", "0"),
        setting("+QMIC", "(0-65535),(0-65535)", "15000,8192"),
        setting("+QRXGAIN", "(0-65535)", "8192"),
        setting("+QAUDMOD", "(0-3)", "0"),
        setting("+QCFG", "", ""),
        setting("+QSCLK", "(0,1)", "0"),
        setting("+CFUN", "(0,1,4),(0,1)", "1"),
    ],
    stores: &[("ME", 255), ("SM", 50), ("SR", 20)],
    empty_slot_is_error: false,
    audio_port: true,
    iccid: "+QCCID",
    act: 7,
    clip: Clip::Bare,
    clcc_alpha: false,
};

pub static SIM800: Persona = Persona {
    dialect: Dialect::Sim800,
    manufacturer: "SIMCOM_Ltd",
    model: "SIMCOM_SIM800L",
    revision: "1418B05SIM800L24",
    usb: false,
    boot: &[
        (900, Boot::Bytes(&[0xF0, 0x00])),
        (200, Boot::Line("RDY")),
        (50, Boot::Commands),
        (200, Boot::Line("+CFUN: 1")),
        (600, Boot::Card),
    ],
    unlocked: &[
        (200, Boot::Radio),
        (2_600, Boot::Line("Call Ready")),
        (500, Boot::Messages),
        (10, Boot::Line("SMS Ready")),
    ],
    dying: &["UNDER-VOLTAGE WARNNING", "UNDER-VOLTAGE POWER DOWN"],
    ring_ms: 4_000,
    answer_ms: (60, 250),
    chatter_ms: (30_000, 90_000),
    refuses: &[
        "+CEREG", "+CVHU", "+CGEREP", "+CDIP", "+CPCMREG", "+CPCMFRM", "+CNSMOD", "+AUTOCSQ",
    ],
    settings: &[
        setting("+CLCC", "(0,1)", "0"),
        setting("+MORING", "(0,1)", "0"),
        setting("+CLTS", "(0,1)", "0"),
        setting("+DDET", "(0,1),(0-10000),(0,1),(0,1)", "0,0,0,0"),
        setting("+CHFA", "(0-4)", "0"),
        setting("+CMIC", "(0-4),(0-15)", "0,6"),
        setting("+ECHO", "", "0,96,253,16388,20488"),
        setting("+CSCLK", "(0-2)", "0"),
        setting("+CFUN", "(0,1,4),(0,1)", "1"),
    ],
    stores: &[("SM", 20), ("ME", 10), ("SR", 10)],
    empty_slot_is_error: true,
    audio_port: false,
    iccid: "+CCID",
    act: 0,
    clip: Clip::Sim800,
    clcc_alpha: true,
};

pub static PLAIN: Persona = Persona {
    dialect: Dialect::Plain,
    manufacturer: "Siaga112",
    model: "PLAIN",
    revision: "1.0",
    usb: false,
    boot: &[(400, Boot::Commands), (800, Boot::Card)],
    unlocked: &[(200, Boot::Radio), (1_200, Boot::Messages)],
    dying: &[],
    ring_ms: 5_000,
    answer_ms: (100, 400),
    chatter_ms: (60_000, 90_000),
    refuses: &["+CNUM"],
    settings: &[setting("+CFUN", "(0,1,4),(0,1)", "1")],
    stores: &[("ME", 20), ("SM", 20), ("SR", 10)],
    empty_slot_is_error: true,
    audio_port: false,
    iccid: "+CCID",
    act: 2,
    clip: Clip::Bare,
    clcc_alpha: false,
};
