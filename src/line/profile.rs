//! One family of modems as data: everything that is different about it.
//!
//! The text comes from `hardware/modems/*.toml` (compiled in) or from a file of the same name in
//! the data directory. Unknown keys are errors that name the key, so that a typing error cannot
//! silently switch off a cure. Numbers carry their unit in the key.

mod read;

use std::time::Duration;

use serde::Deserialize;

use crate::base::sound::Coding;

/// A family of modems.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The file's name without `.toml`.
    pub name: String,
    /// For people.
    pub title: String,
    pub kind: Kind,
    #[serde(default)]
    pub identity: Identity,
    pub boot: Boot,
    pub calls: Calls,
    #[serde(default)]
    pub dtmf: Dtmf,
    #[serde(default)]
    pub sound: Sound,
    #[serde(default)]
    pub texts: Texts,
    pub cure: Cure,
    #[serde(default)]
    pub watch: Watch,
}

/// What stands between the modem and the exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A SIM, a registration, a call list.
    Cellular,
    /// A copper pair: rings and tones only.
    Analog,
}

/// How the family is recognised. Words are looked for in lower case anywhere in the answer; an
/// empty list asks for nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// In the answer to `AT+CGMI`.
    pub manufacturer: Vec<String>,
    /// In the answer to `AT+CGMM`.
    pub model: Vec<String>,
    /// In the answers to `ATI0` and `ATI3`.
    pub ati: Vec<String>,
    /// Taken when no family of its kind is recognised.
    pub last_resort: bool,
}

/// What is said to the modem before it is ready, in this order (hardware.md 1.4 and 1.5).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boot {
    /// As soon as the modem answers; nothing here needs the SIM.
    pub start: Vec<Step>,
    /// Once the SIM is ready. After these the line can take calls.
    pub calls: Vec<Step>,
    /// What can wait: texts, clocks, comfort.
    #[serde(default)]
    pub later: Vec<Step>,
}

/// One step of the boot script.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The command, then what to try instead when it is refused.
    pub send: Vec<String>,
    /// Why it is there.
    pub why: String,
    /// How often the whole list is tried again when all of it is refused.
    #[serde(default)]
    pub retries: u8,
    /// Pause before trying again.
    #[serde(default = "one_second_ms")]
    pub every_ms: u32,
    /// How long an answer may take.
    #[serde(default = "command_ms")]
    pub limit_ms: u32,
    /// What it means when everything was refused.
    #[serde(default)]
    pub refused: Refused,
    /// What the answer tells.
    #[serde(default)]
    pub learn: Option<Learn>,
}

/// What the refusal of a step means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Nothing: go on.
    #[default]
    Tolerated,
    /// This modem cannot carry voice. Rings are announced all the same.
    NoVoice,
}

/// One command, or several of which one is enough.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOf {
    One(String),
    Several(Vec<String>),
}

impl OneOf {
    /// In the order in which they are tried.
    pub fn forms(&self) -> &[String] {
        match self {
            OneOf::One(form) => std::slice::from_ref(form),
            OneOf::Several(forms) => forms,
        }
    }
}

/// What is to be kept of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learn {
    Manufacturer,
    Model,
    Firmware,
    Imei,
    Imsi,
    /// The formats of `AT+VSM=?`, for `{format}`.
    SoundFormats,
    /// Whether keys pressed by callers are reported: the command was taken, or refused.
    Keys,
}

/// How calls are handled.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// Sent before answering or dialling; refusals are tolerated. `{format}` is replaced by the
    /// format of the sound.
    #[serde(default)]
    pub prepare: Vec<String>,
    /// Sent one after the other to answer; all must be accepted.
    pub answer: Vec<String>,
    /// `ATA` may take 40 s on a Huawei stick (hardware.md 2.4).
    #[serde(default = "answer_s")]
    pub answer_limit_s: u32,
    /// Takes a waiting call while another is up and is held; absent where hold breaks the sound.
    #[serde(default)]
    pub hold_and_answer: Option<String>,
    /// To end every call: the first, then what to try when the call is still there.
    pub hang_up: Vec<String>,
    /// To end one of several: `{idx}` is its number in the modem's list.
    #[serde(default)]
    pub hang_up_one: Option<String>,
    /// To refuse a waiting call.
    #[serde(default)]
    pub hang_up_waiting: Option<String>,
    /// To refuse a ringing call, where hanging up does not: all of them, one after the other.
    #[serde(default)]
    pub reject: Vec<String>,
    #[serde(default = "hang_up_s")]
    pub hang_up_limit_s: u32,
    /// Sent when the last call is over, of several forms the next when one is refused; the refusal
    /// of all is tolerated.
    #[serde(default)]
    pub after: Vec<OneOf>,
    /// `{number}` is replaced.
    pub dial: String,
    #[serde(default = "dial_s")]
    pub dial_limit_s: u32,
    /// Whether `AT+CLCC` lists the calls.
    #[serde(default)]
    pub list: bool,
    /// oFono polls every 500 ms until a call is up (hardware.md 2.1).
    #[serde(default = "poll_ringing_ms")]
    pub poll_ringing_ms: u32,
    /// callpilot polls every 2 s while talking (hardware.md 2.3).
    #[serde(default = "poll_talking_ms")]
    pub poll_talking_ms: u32,
    /// Quiet time after which a ringing call is over.
    #[serde(default)]
    pub ring_gone_ms: Option<u32>,
    /// Whether two dial-tone reports within ten seconds mean that the far end hung up.
    #[serde(default)]
    pub dial_tone_trusted: bool,
    /// Whether `<DLE>t` means a telephone in parallel (Rockwell) and not a text telephone.
    #[serde(default)]
    pub t_is_off_hook: bool,
    /// Whether a power-down after an under-voltage warning ends a call that was not listed yet.
    #[serde(default)]
    pub brown_out_ends_calls: bool,
}

/// Keys pressed by us.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dtmf {
    /// `{key}` and `{idx}` are replaced; the first that is accepted stays in use.
    pub send: Vec<String>,
    /// Keys it can send.
    pub keys: String,
    /// Pause between two keys.
    pub gap_ms: u32,
    /// While sound flows keys are pressed in it: the stream need not be left for them.
    pub in_band: bool,
    /// The same, where the sound goes through a sound card.
    pub in_band_on_card: bool,
}

impl Default for Dtmf {
    fn default() -> Dtmf {
        Dtmf {
            send: vec!["AT+VTS={key}".to_owned()],
            keys: "0123456789*#ABCD".to_owned(),
            gap_ms: 150,
            in_band: false,
            in_band_on_card: false,
        }
    }
}

/// The sound path, switched on only when sound is wanted.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sound {
    /// Sent when the call is up; all must be accepted.
    pub on: Vec<String>,
    /// The same, where the sound goes through the modem's own sound card.
    pub on_card: Vec<String>,
    /// Pause before `on`.
    pub on_after_ms: u32,
    /// `on` waits until the modem says that the voice path is up, or for two seconds.
    pub on_at_begin: bool,
    /// The modem is restarted after every call that had sound, for firmware that has none in the
    /// next one. Without this it is done as soon as that has shown itself.
    pub reset_after_call: bool,
    /// Sent when the call is over, and before `on` when the sound may still be on from before.
    pub off: Vec<String>,
    /// Pause before `off`.
    pub off_after_ms: u32,
    /// Starts sound in band both ways (V.253); while it flows no command can be sent.
    pub stream: Option<String>,
    /// Starts sound in band from the caller to us alone, where `stream` is refused.
    pub listen: Option<String>,
    /// Bytes that end it: the first, then what to try while sound still flows. What helped comes
    /// first from then on.
    pub stream_stop: Option<OneOf>,
    /// What `{format}` stands for in the boot script and in `calls.prepare`: the argument of
    /// `+VSM` for the best format of its list, `{id}` being its number there. Of several forms the
    /// one that the modem takes.
    pub format_args: Vec<String>,
    /// Number of the 8-bit linear format, for a modem that gives no list that can be read.
    pub format_fallback: u16,
    /// What in-band sound is in truth, for a chip that codes in one way whatever it was told.
    pub coding: Option<Coding>,
    /// What the audio port carries.
    pub format: Format,
    /// What a refusal of `on` means.
    pub refusal: SoundRefusal,
}

impl Default for Sound {
    fn default() -> Sound {
        Sound {
            on: Vec::new(),
            on_card: Vec::new(),
            on_after_ms: 0,
            on_at_begin: false,
            reset_after_call: false,
            off: Vec::new(),
            off_after_ms: 0,
            stream: None,
            listen: None,
            stream_stop: None,
            format_args: vec!["{id},8000".to_owned()],
            // V.253 numbering: unsigned PCM (hardware.md 3.2).
            format_fallback: 1,
            coding: None,
            format: Format::default(),
            refusal: SoundRefusal::default(),
        }
    }
}

/// What an audio port carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Signed 16-bit little endian, 8 kHz, mono.
    #[default]
    #[serde(rename = "s16le_8000_mono")]
    S16le8000Mono,
    /// The same in frames of 20 ms that must be written on time.
    #[serde(rename = "s16le_8000_mono_20ms")]
    S16le8000Mono20ms,
}

impl Format {
    /// The name `replay` and the log use.
    pub fn name(self) -> &'static str {
        match self {
            Format::S16le8000Mono => "s16le_8000_mono",
            Format::S16le8000Mono20ms => "s16le_8000_mono_20ms",
        }
    }
}

/// Why a family refuses to give sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundRefusal {
    /// Data-only firmware.
    #[default]
    VoiceNotSupported,
    /// Sound comes out of pins only.
    AnalogOnly,
    /// It worked before and will again after a restart.
    EnableRefused,
}

impl SoundRefusal {
    /// The name `replay` and the log use.
    pub fn name(self) -> &'static str {
        match self {
            SoundRefusal::VoiceNotSupported => "voice_not_supported",
            SoundRefusal::AnalogOnly => "analog_only",
            SoundRefusal::EnableRefused => "enable_refused",
        }
    }
}

/// Text messages.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    /// Whether the family has them at all.
    pub works: bool,
    /// Confirms a message that was delivered directly: the first of these that the modem takes.
    pub acknowledge: Vec<String>,
    /// Pause between two messages (hardware.md 4.3: at least 3 s).
    pub pace_ms: u32,
    /// The same while a call is up.
    pub pace_in_call_ms: u32,
    /// Clears read and sent messages when the store stays full although all is kept.
    pub purge: Option<String>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts {
            works: false,
            acknowledge: Vec::new(),
            pace_ms: 3_000,
            pace_in_call_ms: 3_000,
            purge: None,
        }
    }
}

/// What is done to a modem that does not answer.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cure {
    /// Bytes that leave any prompt or stream the modem may be stuck in.
    pub escape: String,
    /// Restarts the modem.
    pub reset: String,
    /// How long that takes (hardware.md 5.3: about 15 to 30 s).
    pub reset_wait_ms: u32,
}

/// What is asked to see that the modem is alive.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// One of these after ten quiet seconds, in turn.
    pub keep_alive: Vec<String>,
    /// Asks whether the network has taken us in, while it has not.
    pub registration: Vec<String>,
    /// Asks for the network's time; the first that tells it is enough.
    pub clock: Vec<String>,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch {
            keep_alive: vec!["AT".to_owned()],
            registration: Vec::new(),
            clock: Vec::new(),
        }
    }
}

impl Step {
    /// How long one answer may take.
    pub fn limit(&self) -> Duration {
        Duration::from_millis(u64::from(self.limit_ms))
    }

    /// Pause before trying again.
    pub fn pause(&self) -> Duration {
        Duration::from_millis(u64::from(self.every_ms))
    }
}

fn one_second_ms() -> u32 {
    1_000
}

/// chan_dongle's default (hardware.md 5.3).
fn command_ms() -> u32 {
    5_000
}

fn answer_s() -> u32 {
    40
}

/// chan_quectel waits 40 s for CHUP and CHLD (hardware.md 5.3). We ask the call list long before
/// that, because an operator who has hung up wants the line for the next call.
fn hang_up_s() -> u32 {
    10
}

/// Some modems answer `ATD` only when the far end does; people let it ring for a minute.
fn dial_s() -> u32 {
    90
}

fn poll_ringing_ms() -> u32 {
    500
}

fn poll_talking_ms() -> u32 {
    2_000
}
