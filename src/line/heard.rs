//! What the ear understood from the modem: observations, no policy.
//!
//! The ear (`line::ear`) turns bytes, sent commands, port events and quiet time into these. The
//! machine (`line::machine`) decides what to do about them; `replay` prints them. The vocabulary
//! is that of `at-transcripts.json`, so a field recording becomes a test without translation.

use std::time::Duration;

use crate::at::final_code::EndWord;
use crate::base::phone::Caller;

/// Which call on this line. Counts up from 1; never reused while the machine lives, so a late
/// line about an old call cannot be taken for a new one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallNo(pub u32);

/// One observation.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard {
    /// The command in flight got its final answer.
    Reply(Reply),
    /// The answer of a command that had been given up came after all; it was not matched to a
    /// later command.
    LateReply { cmd: String },
    /// The modem waits for the text of a message (`> `): write the PDU and Ctrl-Z now.
    Prompt,
    /// Something happened to a call.
    Call(CallHeard),
    /// A key was pressed at the far end.
    Dtmf { call: Option<CallNo>, digit: char },
    /// Something about text messages.
    Sms(SmsHeard),
    /// Received level, 0..=31 or 99 (3GPP TS 27.007 +CSQ).
    Signal { csq: u8, ber: Option<u8> },
    /// Network registration changed or was reported.
    Registration(Registration),
    /// Operator name with bytes that are not ASCII removed, and access technology.
    Operator { name: String, act: Option<u8> },
    /// `gsm`, `edge`, `wcdma`, `lte`, …
    NetworkMode { mode: String },
    /// SIM state.
    Sim(SimState),
    /// A part of the modem finished starting: `sms`, `phonebook`, `call`.
    Ready { part: &'static str },
    /// The modem restarted (boot lines): nothing it was told before is true any more.
    Reset,
    /// The modem or its port is gone.
    Lost { reason: LostReason },
    /// The modem was found again and said who it is.
    Found { imei: String },
    /// Supply trouble: `under_voltage`, `over_voltage`, `temperature`.
    Power { kind: &'static str },
    /// Network time as the modem gave it, e.g. `26/03/01,11:45:02+32` (local time, zone in quarters).
    NetworkTime { text: String },
    /// USSD answer.
    Ussd { status: u8, text: String },
    /// What the modem can do, learnt from an answer.
    Capability(Capability),
    /// Sound path of the call.
    Audio(AudioHeard),
    /// Analogue line signals.
    Tone(ToneHeard),
    /// On hook again after a voice-modem call.
    OnHook,
    /// The host's stop of playback or recording was not obeyed at the first try.
    SlowStop,
    /// It works for now, but a reset is due when no call is up: `audio_refused`.
    Degraded { why: &'static str },
    /// A line that is known and means nothing to us, or is not ours to act on; `line` is its label
    /// as the transcripts spell it (`^BOOT`, `+CCWA class 4`).
    Noise { line: String },
    /// Something was said that contradicts itself; the data was kept where there was any.
    Warning(Warning),
}

/// The final answer of one command.
#[derive(Clone, PartialEq, Debug)]
pub struct Reply {
    /// The command as sent, without its line end (`AT+CSQ`).
    pub cmd: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The information lines that belonged to it, as sent, lossy ASCII.
    pub lines: Vec<String>,
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// `OK` (or `VCON`, `CONNECT` where the command asks for that).
    Ok,
    /// `ERROR`, `COMMAND NOT SUPPORT`, `NA`, `MODEM ERROR:` …
    Error,
    /// `+CME ERROR: n`.
    Cme(u16),
    /// `+CMS ERROR: n`.
    Cms(u16),
    /// `NO CARRIER`, `BUSY`, `NO ANSWER`, `NO DIALTONE` as the answer to a dial or answer command.
    CallEnded(EndWord),
    /// The host gave up waiting.
    TimedOut,
}

/// Call events, in the order they were understood.
#[derive(Clone, PartialEq, Debug)]
pub enum CallHeard {
    /// A new call: announced on the first sign of it, number or no number.
    Incoming {
        call: CallNo,
        caller: Caller,
        pattern: Option<String>,
        alpha: Option<String>,
    },
    /// The same call goes on ringing.
    Ring {
        call: CallNo,
        pattern: Option<String>,
    },
    /// More is known about the caller now.
    Identified { call: CallNo, caller: Caller },
    /// Caller id came before any ring; kept ten seconds for the ring to come.
    EarlyId { caller: Caller },
    /// A second caller waits while a call is up.
    Waiting { call: CallNo, caller: Caller },
    /// The modem's own call list says so. If the call is new and rings or waits,
    /// [`CallHeard::Incoming`] or [`CallHeard::Waiting`] follows at once.
    State {
        call: CallNo,
        idx: u8,
        state: ListState,
        incoming: bool,
        number: Option<String>,
    },
    /// Our own call is being set up.
    Dialing {
        call: CallNo,
        idx: Option<u8>,
        number: Option<String>,
    },
    /// The far end rings.
    Alerting { call: CallNo, idx: Option<u8> },
    /// The call is up.
    Answered { call: CallNo, idx: Option<u8> },
    /// An incoming call ended without ever being answered, and not by us.
    Missed {
        call: CallNo,
        idx: Option<u8>,
        number: Option<String>,
        reason: MissedReason,
    },
    /// It ended: exactly once per call, and never together with [`CallHeard::Missed`]. A call
    /// that was there before we listened may end under a number that was never announced; there
    /// is nothing to do about that but to note it.
    Ended {
        call: CallNo,
        idx: Option<u8>,
        by: EndedBy,
        answered: bool,
        duration: Option<Duration>,
        cause: Option<u8>,
        evidence: Option<&'static str>,
    },
    /// An analogue line hints that the far end is gone; not yet believed.
    HangupSuspected {
        call: Option<CallNo>,
        evidence: &'static str,
    },
}

/// State in the modem's call list (`+CLCC`), 3GPP TS 27.007 7.18.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListState {
    Active,
    Held,
    Dialing,
    Alerting,
    Incoming,
    Waiting,
}

/// How we know that an unanswered call is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MissedReason {
    /// The modem said so.
    Reported,
    /// Ringing stopped and nothing more came.
    RingTimeout,
}

/// Who ended a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndedBy {
    Remote,
    Local,
    LinkLost,
}

/// Why the modem is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LostReason {
    IoError,
    PowerDown,
}

/// Registration, 3GPP TS 27.007 +CREG/+CEREG.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// `cs` (+CREG), `ps` (+CGREG), `eps` (+CEREG).
    pub domain: &'static str,
    pub stat: RegStat,
    /// The answer to a question, not a report of the modem's own.
    pub asked: bool,
    pub lac: Option<String>,
    pub ci: Option<String>,
    pub act: Option<u8>,
}

/// Registration state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegStat {
    NotRegistered,
    Home,
    Searching,
    Denied,
    Unknown,
    Roaming,
}

/// SIM state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SimState {
    Ready,
    Absent,
    PinRequired,
    PukRequired,
    /// Locked to another network or phone (PH-SIM PIN, PH-NET PIN …).
    Locked,
    /// CME 14: busy; ask again.
    Busy,
    /// `NOT READY`: the modem is starting, or the card has gone; ask again.
    NotReady,
    /// CME 13 and friends.
    Failure,
}

/// What the modem can do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capability {
    /// Whether calls can carry sound to us.
    pub voice: bool,
    pub rate: Option<u32>,
    pub bits: Option<u8>,
    pub frame_ms: Option<u8>,
    /// Compression ids from `+VSM=?`.
    pub formats: Vec<u16>,
}

/// The sound path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AudioHeard {
    /// Sound flows. `in_band` = through the command port (V.253); otherwise `format` says what
    /// the audio port carries, as far as the command that opened it tells.
    Started {
        in_band: bool,
        format: Option<&'static str>,
    },
    Stopped,
    /// Sound bytes with every escape removed.
    Bytes(Vec<u8>),
    /// The modem cannot give sound: `voice_not_supported`, `analog_only`, `enable_refused`.
    Failed {
        reason: &'static str,
    },
    /// Quectel: whether sound may be written to the audio port now.
    Flow {
        go: bool,
    },
    /// `overrun`, `underrun`, `lost_data`, `bad_format`.
    Fault {
        kind: &'static str,
    },
}

/// Analogue line signals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToneHeard {
    /// `dial`, `busy`, `ringback`, `silence`, `quiet`, `fax`, `answer`, `data`, `sit`, `tdd`,
    /// `call_waiting`, `bong`.
    Line { tone: &'static str },
    /// A tone report that is known to be false in this state.
    Ignored {
        tone: &'static str,
        reason: &'static str,
    },
    /// A telephone in parallel: `off_hook`, `on_hook`, `changed`.
    Extension { state: &'static str },
}

/// A contradiction in what was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// `ml`, `cmgr_body`, …
    pub field: &'static str,
    pub declared: Option<u32>,
    pub actual: Option<u32>,
}

/// Text-message events.
#[derive(Clone, PartialEq, Debug)]
pub enum SmsHeard {
    /// A message lies in the modem's store; `index` is `None` when the modem gave none usable.
    Stored { mem: String, index: Option<u16> },
    /// A delivery report lies in the store.
    StatusStored { mem: String, index: Option<u16> },
    /// One part of a long message came. `slot`: where it lies; `None` if delivered directly.
    /// `known`: it had come before, so there is nothing to keep and its slot may be deleted.
    Part {
        reference: u16,
        seq: u8,
        of: u8,
        slot: Option<u16>,
        known: bool,
    },
    /// What has come so far of a long message that lacks parts. Told again with every part that
    /// does not complete it, and a last time when the rest is given up after
    /// [`crate::base::limits::SMS_PARTS_WAIT`]: then `given_up` is set and `slots` may be deleted
    /// once the text is durable.
    Partial {
        from: String,
        text: String,
        missing: Vec<u8>,
        given_up: bool,
        slots: Vec<u16>,
    },
    /// A whole message.
    Received(SmsText),
    /// A message that carried a position (AML), or said that there is none. The message itself
    /// follows as [`SmsHeard::Received`].
    Aml {
        msisdn: String,
        aml: crate::at::sms::aml::Aml,
        via_data: bool,
        port: Option<u16>,
    },
    /// The network took our message.
    Sent { mr: Option<u8>, to: Option<String> },
    /// It did not.
    Failed { reason: String },
    /// What became of a message we sent.
    Report {
        mr: u8,
        to: String,
        status: crate::at::sms::ReportStatus,
    },
    /// The store is full: nothing more comes until space is made.
    StoreFull { mem: String },
    /// Nothing in that slot.
    SlotEmpty { index: u16 },
}

/// A whole text message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SmsText {
    /// As delivered: `+62…`, a short code or an alphanumeric sender.
    pub from: String,
    pub text: String,
    /// The network's own time of it, RFC 3339 with offset, as far as it was given.
    pub ts: Option<String>,
    /// Parts it came in.
    pub parts: u8,
    /// Message class 0..=3, if one was given; 0 is a flash message.
    pub class: Option<u8>,
    /// From the store: whether it had been read before. `None` if delivered directly.
    pub unread: Option<bool>,
    /// Where it lies in the store (every part), to be deleted once it is durable.
    pub slots: Vec<u16>,
}
