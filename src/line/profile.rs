//! One family of modems as data: everything that is different about it.
//!
//! The text comes from `hardware/modems/*.toml` (compiled in) or from a file of the same name in
//! the data directory. Unknown keys are errors that name the key, so that a typing error cannot
//! silently switch off a cure. Numbers carry their unit in the key.

use std::time::Duration;

use serde::Deserialize;

use super::codes;
use super::ear::EarSetup;
use crate::base::fault::Fault;
use crate::base::limits;

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

/// What is to be kept of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learn {
    Manufacturer,
    Model,
    Firmware,
    Imei,
    Imsi,
}

/// How calls are handled.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// Sent before answering or dialling; refusals are tolerated.
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
    #[serde(default = "hang_up_s")]
    pub hang_up_limit_s: u32,
    /// Sent when the last call is over; refusals are tolerated.
    #[serde(default)]
    pub after: Vec<String>,
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
}

impl Default for Dtmf {
    fn default() -> Dtmf {
        Dtmf {
            send: vec!["AT+VTS={key}".to_owned()],
            keys: "0123456789*#ABCD".to_owned(),
            gap_ms: 150,
        }
    }
}

/// The sound path, switched on only when sound is wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sound {
    /// Sent when the call is up.
    pub on: Vec<String>,
    /// Pause between "up" and the first of them.
    pub on_after_ms: u32,
    /// Sent when the call is over.
    pub off: Vec<String>,
    /// Starts sound in band (V.253); while it flows no command can be sent.
    pub stream: Option<String>,
    /// Bytes that end it.
    pub stream_stop: Option<String>,
    /// What the audio port carries.
    pub format: Format,
    /// What a refusal of `on` means.
    pub refusal: SoundRefusal,
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
    /// Confirms a message that was delivered directly.
    pub acknowledge: Option<String>,
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
            acknowledge: None,
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

impl Profile {
    /// Reads a profile; `name` is the file's name without `.toml`.
    ///
    /// # Errors
    /// [`codes::PROFILE_UNREADABLE`] with the place and the unknown key or wrong type;
    /// [`codes::PROFILE_WRONG`] naming the value that makes no sense.
    pub fn read(name: &str, text: &str) -> Result<Profile, Fault> {
        let profile: Profile = toml::from_str(text).map_err(|error| {
            Fault::because(&codes::PROFILE_UNREADABLE, format!("{name}.toml"), error)
        })?;
        match profile.nonsense(name) {
            Some(what) => Err(Fault::new(
                &codes::PROFILE_WRONG,
                format!("{name}.toml: {what}"),
            )),
            None => Ok(profile),
        }
    }

    /// What the ear has to know of this family.
    pub fn ear(&self, area_code: Option<String>, ring_gone: Option<Duration>) -> EarSetup {
        let calls = &self.calls;
        let own = calls.ring_gone_ms.map(u64::from).map(Duration::from_millis);
        EarSetup {
            ring_gone: own.or(ring_gone).unwrap_or(RING_GONE),
            in_band: self.kind == Kind::Analog,
            dial_tone_trusted: calls.dial_tone_trusted,
            t_is_off_hook: calls.t_is_off_hook,
            audio_format: self.sound.format.name(),
            audio_refusal: self.sound.refusal.name(),
            brown_out_ends_calls: calls.brown_out_ends_calls,
            area_code,
        }
    }

    /// Whether the modem has a SIM and a network.
    pub fn is_cellular(&self) -> bool {
        self.kind == Kind::Cellular
    }

    fn nonsense(&self, name: &str) -> Option<String> {
        if self.name != name {
            return Some(format!("name = \"{}\"", self.name));
        }
        let steps = || {
            let boot = &self.boot;
            boot.start.iter().chain(&boot.calls).chain(&boot.later)
        };
        if steps().count() > limits::BOOT_STEPS_MAX {
            return Some(format!("boot: > {}", limits::BOOT_STEPS_MAX));
        }
        if let Some(step) = steps().find(|step| step.send.is_empty()) {
            return Some(format!("boot: send = [] ({})", step.why));
        }
        let calls = &self.calls;
        let lists = [
            ("calls.answer", calls.answer.is_empty()),
            ("calls.hang_up", calls.hang_up.is_empty()),
            ("dtmf.send", self.dtmf.send.is_empty()),
            ("watch.keep_alive", self.watch.keep_alive.is_empty()),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, empty)| *empty) {
            return Some(format!("{key} = []"));
        }
        if !calls.dial.contains("{number}") {
            return Some("calls.dial: {number}".to_owned());
        }
        if let Some(form) = self.dtmf.send.iter().find(|form| !form.contains("{key}")) {
            return Some(format!("dtmf.send: {form}: {{key}}"));
        }
        if self.sound.stream.is_some() != self.sound.stream_stop.is_some() {
            return Some("sound.stream, sound.stream_stop".to_owned());
        }
        let commands = steps().flat_map(|step| &step.send).chain(self.commands());
        commands
            .into_iter()
            .find(|command| !is_one_line(command))
            .map(|command| format!("{command:?}"))
    }

    /// Every command outside the boot script.
    fn commands(&self) -> impl Iterator<Item = &String> {
        let calls = &self.calls;
        let optional = [
            &calls.hold_and_answer,
            &calls.hang_up_one,
            &calls.hang_up_waiting,
            &self.sound.stream,
            &self.texts.acknowledge,
            &self.texts.purge,
        ];
        calls
            .prepare
            .iter()
            .chain(&calls.answer)
            .chain(&calls.hang_up)
            .chain(&calls.after)
            .chain([&calls.dial, &self.cure.reset])
            .chain(&self.dtmf.send)
            .chain(&self.sound.on)
            .chain(&self.sound.off)
            .chain(&self.watch.keep_alive)
            .chain(&self.watch.registration)
            .chain(&self.watch.clock)
            .chain(optional.into_iter().flatten())
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

/// ModemManager takes an incoming call as gone after this much quiet (hardware.md 2.1).
const RING_GONE: Duration = Duration::from_secs(10);

/// A command is one line of printable ASCII: nothing in it can end it early and begin another.
fn is_one_line(command: &str) -> bool {
    !command.is_empty() && command.bytes().all(|byte| (b' '..=b'~').contains(&byte))
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

/// chan_quectel's limit for CHUP and CHLD (hardware.md 5.3).
fn hang_up_s() -> u32 {
    40
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const SMALL: &str = r#"
        name = "small"
        title = "Kecil"
        kind = "analog"
        [boot]
        start = [{ send = ["ATE0"], why = "echo off" }]
        calls = []
        [calls]
        answer = ["ATA"]
        hang_up = ["ATH"]
        dial = "ATD{number}"
        [cure]
        escape = "\u001b"
        reset = "ATZ"
        reset_wait_ms = 3000
    "#;

    #[test]
    fn a_small_profile_is_enough() {
        let profile = Profile::read("small", SMALL).expect("it is complete");
        assert_eq!(
            profile.boot.start.first().map(Step::limit),
            Some(Duration::from_secs(5))
        );
        assert!(!profile.texts.works);
    }

    #[test]
    fn an_unknown_key_is_named() {
        let text = SMALL.replace("hang_up =", "hangup =");
        let fault = Profile::read("small", &text).expect_err("hangup is not a key");
        assert_eq!(fault.code.id, "LINE-001");
        assert!(fault.chain().contains("hangup"), "{}", fault.chain());
    }

    #[test]
    fn a_profile_that_makes_no_sense_is_refused_with_the_value() {
        for (from, to, named) in [
            ("\"small\"", "\"other\"", "other"),
            ("[\"ATA\"]", "[]", "calls.answer"),
            ("ATD{number}", "ATD", "{number}"),
            ("[\"ATE0\"]", "[]", "echo off"),
            ("\"ATZ\"", "\"ATZ\\rATA\"", "ATZ"),
        ] {
            let fault = Profile::read("small", &SMALL.replace(from, to)).expect_err(named);
            assert_eq!(fault.code.id, "LINE-002", "{}", fault.chain());
            assert!(fault.chain().contains(named), "{}", fault.chain());
        }
    }
}
