//! What a line tells the centre, what it may be told, and how it stands.
//!
//! `line` does not know what an emergency is: these words are about one telephone line.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::phone::Caller;
use crate::base::sound::{Coding, LineTone, SoundTrouble};
use crate::base::time::{Now, Tick};

pub use super::heard::{CallNo, EndedBy, SmsText};

/// What goes into a [`super::Machine`].
#[derive(Debug)]
pub enum Input<'a> {
    /// The port is open; the modem behind it may be in any state.
    PortOpened,
    /// Bytes from the modem, in any split.
    Bytes(&'a [u8]),
    /// The port is gone or cannot be opened; `cause` is for the log. `busy`: another program
    /// holds it.
    PortLost { cause: &'a str, busy: bool },
    /// Somebody wants something of the line.
    Order(Order),
    /// Sound for the far end, whole samples in the coding of [`Event::SoundOn`], not yet shielded.
    /// What comes while no stream takes it is thrown away and counted
    /// ([`Status::sound_dropped`]).
    SoundOut(&'a [u8]),
    /// Our own ears heard the exchange in the sound of the line ([`Setup::own_ears`]). Told once
    /// per cadence that was recognised, and only if nobody spoke in it.
    ToneHeard(LineTone),
    /// Nothing but time has passed; due timers fire.
    Wake,
}

/// What the line may be told to do. `call` numbers come from its own events.
#[derive(Clone, PartialEq, Debug)]
pub enum Order {
    /// Take the call.
    Answer { call: CallNo },
    /// End the call, whether it rings, talks or is being dialled.
    Hangup { call: CallNo },
    /// Press keys: `0-9 * # A-D`.
    Dtmf { call: CallNo, digits: String },
    /// Call a number; digits and an optional leading `+` only. `token` comes back in
    /// [`Event::Dialled`].
    Dial { number: String, token: u64 },
    /// Send a text; `token` comes back in the events about it.
    SendSms {
        to: String,
        text: String,
        token: u64,
    },
    /// The message in these slots is durable: delete it from the modem.
    SmsKept { slots: Vec<u16> },
    /// No frames have come since a second after [`Event::SoundOn`], or they have stopped coming.
    SoundDead { call: CallNo },
    /// Sound that is not all zeros has come through the audio port or card since this was last
    /// said: told every few seconds while it does.
    SoundFlows { call: CallNo },
    /// Start the cure ladder at this rung now (an administrator's button).
    Cure,
}

/// What a [`super::Machine`] wants done. Drained after every input until [`Output::Sleep`].
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Write these bytes to the port.
    Send(Vec<u8>),
    /// Write this sound to the port, shielded and whole, or leave it out if what was sent before
    /// still waits: late sound is worse than none.
    SendSound(Vec<u8>),
    /// Close the port and open it again (rescan by stable name first).
    Reopen,
    /// Something the centre should know.
    Tell(Event),
    /// Sound bytes in band (V.253), for the audio path; nobody else may look.
    Sound(Vec<u8>),
    /// Nothing more until this time or the next input. `None`: only input can wake it.
    Sleep(Option<Tick>),
}

/// What the line tells the centre.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// Ready for calls.
    Up,
    /// Cannot take calls now; `why` is a stable code for people and statistics.
    Down { why: DownWhy, detail: String },
    /// A call: announced at its first sign.
    Rang {
        call: CallNo,
        caller: Caller,
        waiting: bool,
    },
    /// It goes on ringing (each RING; keeps the screens alive, never recorded).
    RangAgain { call: CallNo },
    /// More is known about the caller.
    Identified { call: CallNo, caller: Caller },
    /// The number was dialled under this call number, or could not be.
    Dialled {
        token: u64,
        call: Result<CallNo, DialRefused>,
    },
    /// The far end rings.
    Alerting { call: CallNo },
    /// The call is up. `found`: the modem had it already when we came back to it.
    Answered { call: CallNo, found: bool },
    /// The call is over.
    Ended {
        call: CallNo,
        by: EndedBy,
        cause: Option<u8>,
    },
    /// A key was pressed at the far end.
    Dtmf { call: CallNo, digit: char },
    /// The sound of the call flows: through the command port (`in_band`), or through the audio
    /// port or sound card of the line. At most one call of a line has sound at a time.
    SoundOn {
        call: CallNo,
        coding: Coding,
        in_band: bool,
    },
    /// It has stopped: because the call is over or held (told before that is), because a command
    /// has to go through the same port, or because it is switched on anew. In the last two cases
    /// [`Event::SoundOn`] follows again.
    SoundOff { call: CallNo },
    /// Something is wrong with the sound of the call, and the line cannot put it right. With
    /// [`SoundTrouble::NotTaken`] it still flows from the caller to us.
    NoSound { call: CallNo, why: SoundTrouble },
    /// Whether the modem takes sound now (Quectel). `true` is not told after
    /// [`Event::SoundOn`]: it takes sound then.
    SoundFlow { go: bool },
    /// Press these keys as tones in the sound that goes out: `0-9 * # A-D`.
    SendKeysInBand { call: CallNo, digits: String },
    /// A text message came; answer with [`Order::SmsKept`] when it is durable.
    Sms(SmsText),
    /// Part of a long text, shown because the rest may never come.
    SmsPartial {
        from: String,
        text: String,
        missing: Vec<u8>,
    },
    /// A position came by text message (AML); the text itself came as [`Event::Sms`] too.
    Aml {
        from: String,
        aml: crate::at::sms::aml::Aml,
    },
    /// The network took our text (all parts).
    SmsSent { token: u64 },
    /// It did not, and trying again is up to the centre. `transient`: trying again may help.
    SmsFailed {
        token: u64,
        reason: String,
        transient: bool,
    },
    /// The last part was delivered, or finally was not.
    SmsReport { token: u64, delivered: bool },
    /// The telephone network says what time it is (UTC milliseconds since 1970).
    NetworkTime { utc_ms: i64 },
    /// The modem's store was full or is; a supervisor should know.
    SmsStoreFull,
}

/// Why a number could not be dialled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialRefused {
    /// The line is not up.
    LineDown,
    /// A call is on the line.
    Busy,
    /// The modem refused the command.
    Refused,
    /// Not a number that can be dialled.
    BadNumber,
}

/// Why a line cannot take calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownWhy {
    /// Nothing has been heard of it yet.
    Starting,
    /// The port is not there.
    PortMissing,
    /// Another program holds the port.
    PortBusy,
    /// The port is there, the modem does not answer.
    Deaf,
    /// No SIM card.
    SimAbsent,
    /// The SIM wants a PIN we do not have, or the one we have was wrong.
    SimPin,
    /// The SIM wants a PUK.
    SimPuk,
    /// The SIM is locked or broken.
    SimFailure,
    /// No network.
    NoNetwork,
    /// The modem cannot do voice calls.
    NoVoice,
    /// The modem reported a supply problem and went down.
    Power,
    /// Every cure has been tried.
    Dead,
}

/// Where the line is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No port.
    #[default]
    Closed,
    /// The boot script runs. Rings are heard and announced all the same.
    Booting,
    /// Free.
    Ready,
    /// Ringing, not answered.
    Ringing,
    /// Our own call is being set up.
    Dialing,
    /// A call is up.
    Talking,
    /// Being hung up.
    Ending,
    /// Something is wrong; a cure is under way. Rings are still heard.
    Ailing,
    /// Cures are exhausted; slow retries go on for ever.
    Dead,
}

/// How a line stands: for the board, and for choosing a line to dial and to send texts on.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Status {
    pub phase: Phase,
    /// Why it cannot take calls, if it cannot.
    pub down: Option<DownWhy>,
    /// File name of the profile in use.
    pub profile: String,
    pub manufacturer: Option<String>,
    pub model: Option<String>,
    pub firmware: Option<String>,
    pub imei: Option<String>,
    pub imsi: Option<String>,
    pub operator: Option<String>,
    /// `gsm`, `lte`, …
    pub network_mode: Option<String>,
    pub registered: Option<bool>,
    /// 0..=31, 99 unknown.
    pub csq: Option<u8>,
    /// Cure rungs climbed since the line last was ready.
    pub cures: u32,
    /// Over-long or unreadable lines thrown away.
    pub noise: u64,
    /// Commands that timed out.
    pub timeouts: u64,
    /// Whether the modem can send texts; `None` until it is known.
    pub texts: Option<bool>,
    /// Messages lying in the modem's store and its size.
    pub sms_store: Option<(u16, u16)>,
    /// It works for calls but not for their sound: its restart is due as soon as the line is free.
    #[serde(default)]
    pub degraded: Option<SoundTrouble>,
    /// Whether the modem tells keys that callers press: it has told one, or will not. `None` until
    /// it is known.
    #[serde(default)]
    pub keys_reported: Option<bool>,
    /// Bytes of sound for the far end that no stream took, as of the last time that the sound went
    /// on or a call ended.
    #[serde(default)]
    pub sound_dropped: u64,
}

/// The contract of a line, implemented by [`super::Machine`].
///
/// One mutation, then drain: after every [`Line::handle`] call [`Line::next`] until it returns
/// [`Output::Sleep`].
pub trait Line {
    /// Takes one input.
    fn handle(&mut self, now: Now, input: Input<'_>);
    /// The next thing to do.
    fn next(&mut self) -> Output;
    /// How it stands.
    fn status(&self) -> &Status;
}

/// What a machine is made from.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// `auto` or the name of a profile.
    pub profile: String,
    /// SIM PIN, tried once only.
    pub pin: Option<String>,
    /// Completes local landline numbers ("0431").
    pub area_code: Option<String>,
    /// How the sound of calls reaches us.
    pub sound: SoundPath,
    /// Whether somebody listens to the sound of the line and tells [`Input::ToneHeard`].
    pub own_ears: bool,
    /// Quiet time after which a ringing call is taken as given up, if the profile gives none.
    pub ring_gone: Option<Duration>,
}

/// How the sound of a line's calls reaches us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SoundPath {
    /// Not at all: a handset hangs on the modem.
    #[default]
    None,
    /// Through the command port (V.253).
    InBand,
    /// Through an audio port of the modem.
    Port,
    /// Through a sound card: the modem's own (Quectel), or one that is wired to its audio pins.
    Card,
}
