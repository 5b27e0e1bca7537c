//! Facts: what happened, in the words of the centre. The journal is a list of these.
//!
//! A fact is written once and never changed. New fields are optional; a kind is never reused for
//! another meaning. Kinds are also the names of live events and of upstream CloudEvents.

use serde::{Deserialize, Serialize};

use super::call::{Class, Direction, EndedBy};
use super::callback::CallbackResult;
use super::keys::Keys;
use super::operator::{Role, SeatState};
use super::report::Report;
use super::shift::{Item, Totals};
use super::sound::{JoinedAs, Recording};
use super::wording::Wording;
use crate::base::ids::{CallId, HandoverId, LineName, Seq, SmsId, UserName};
use crate::base::lang::Lang;
use crate::base::phone::{Caller, Number};
use crate::base::prompt::Prompt;
use crate::base::sound::SoundTrouble;
use crate::base::time::{Stamp, Trust, Wall};

/// One thing that happened. Serialised as `{"kind": "...", "body": {...}}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body")]
pub enum Fact {
    /// The program started; calls that were live are looked for on their lines.
    #[serde(rename = "system.started")]
    SystemStarted { version: String, clean: bool },
    /// It was asked to stop and did.
    #[serde(rename = "system.stopped")]
    SystemStopped {},
    /// Records that had been kept are gone or out of sight; found at a start.
    #[serde(rename = "system.damaged")]
    SystemDamaged { loss: Loss },
    /// The wall clock jumped or its trust changed.
    #[serde(rename = "clock.changed")]
    ClockChanged { from: Wall, to: Wall, trust: Trust },

    /// A line can take calls.
    #[serde(rename = "line.up")]
    LineUp { line: LineName },
    /// A line cannot. `why` is `line::words::DownWhy` as text.
    #[serde(rename = "line.down")]
    LineDown {
        line: LineName,
        why: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
    },
    /// Its modem was told to start anew, as soon as no call is on it.
    #[serde(rename = "line.restarted")]
    LineRestarted { line: LineName, by: UserName },

    /// First sign of a call (incoming) or a number dialled (outgoing).
    #[serde(rename = "call.offered")]
    CallOffered {
        call: CallId,
        direction: Direction,
        line: LineName,
        caller: Caller,
        /// A second call on a line that is busy with another.
        #[serde(default, skip_serializing_if = "is_false")]
        waiting: bool,
        /// Outgoing: who dialled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserName>,
    },
    /// The caller's number or name came later, or got better.
    #[serde(rename = "call.identified")]
    CallIdentified { call: CallId, caller: Caller },
    /// Nobody is free to take it; it waits.
    #[serde(rename = "call.queued")]
    CallQueued { call: CallId },
    /// An operator took it; the line is being answered.
    #[serde(rename = "call.claimed")]
    CallClaimed { call: CallId, by: UserName },
    /// The claim was let go (the operator left, the line did not answer); it rings again.
    #[serde(rename = "call.unclaimed")]
    CallUnclaimed {
        call: CallId,
        by: UserName,
        why: String,
    },
    /// Caller and operator are connected. Outgoing: the far end answered.
    #[serde(rename = "call.answered")]
    CallAnswered { call: CallId, by: UserName },
    /// The line has it, and nobody here had answered it or knew that it was still there: after a
    /// restart, or taken at a telephone in parallel. `talking`: it is up, not ringing.
    #[serde(rename = "call.found")]
    CallFound { call: CallId, talking: bool },
    /// The call passed from one operator to another. `from` is absent if its operator was lost.
    #[serde(rename = "call.transferred")]
    CallTransferred {
        call: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<UserName>,
        to: UserName,
    },
    /// Keys the caller pressed (`from_caller`) or we sent.
    #[serde(rename = "call.dtmf")]
    CallDtmf {
        call: CallId,
        digits: String,
        from_caller: bool,
    },
    /// It is over. `abandoned`: the caller gave up before anyone answered.
    #[serde(rename = "call.ended")]
    CallEnded {
        call: CallId,
        by: EndedBy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<u8>,
        abandoned: bool,
        /// Time from offer to answer or end, by the monotonic clock; `None` across a restart.
        ring_ms: Option<u64>,
        /// Time from answer to end, by the monotonic clock; `None` across a restart or if unanswered.
        talk_ms: Option<u64>,
    },
    /// Somebody said what it was. A later one replaces it; `None` = the class was taken back.
    #[serde(rename = "call.classified")]
    CallClassified {
        call: CallId,
        by: UserName,
        class: Option<Class>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Taken back within the undo time by the person who set it.
        #[serde(default, skip_serializing_if = "is_false")]
        undo: bool,
    },
    /// A note on a call.
    #[serde(rename = "call.noted")]
    CallNoted {
        call: CallId,
        by: UserName,
        text: String,
    },

    /// It has waited for somebody for too long; supervisors are called. Once each time it waits.
    #[serde(rename = "call.escalated")]
    CallEscalated { call: CallId },
    /// What its caller told was filed; the whole report each time.
    #[serde(rename = "call.reported")]
    CallReported {
        call: CallId,
        by: UserName,
        report: Box<Report>,
    },

    /// The call cannot be heard, or its caller cannot hear, and why; absent: it is well again.
    #[serde(rename = "call.sound")]
    CallSound {
        call: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trouble: Option<SoundTrouble>,
    },
    /// A knock or a cough of a caller who does not speak.
    #[serde(rename = "call.tapped")]
    CallTapped { call: CallId },
    /// The caller was put on hold (`on`), or taken off it.
    #[serde(rename = "call.held")]
    CallHeld {
        call: CallId,
        by: UserName,
        on: bool,
    },
    /// Somebody was asked to join the conversation.
    #[serde(rename = "call.invited")]
    CallInvited {
        call: CallId,
        by: UserName,
        to: UserName,
    },
    /// Somebody beside its operator listens to it, whispers or talks in it.
    #[serde(rename = "call.joined")]
    CallJoined {
        call: CallId,
        by: UserName,
        how: JoinedAs,
    },
    /// And does no more.
    #[serde(rename = "call.parted")]
    CallParted { call: CallId, by: UserName },
    /// The sound of a call is on disk, whole.
    #[serde(rename = "recording.closed")]
    RecordingClosed { call: CallId, recording: Recording },
    /// It was removed to make room, or on somebody's order.
    #[serde(rename = "recording.deleted")]
    RecordingDeleted {
        call: CallId,
        file: String,
        by: UserName,
        why: String,
    },
    /// Nothing of a call's sound could be kept: the disk was full or refused for too long.
    #[serde(rename = "recording.missed")]
    RecordingMissed { call: CallId, lost_ms: u64 },
    /// Somebody listened to it.
    #[serde(rename = "recording.played")]
    RecordingPlayed { call: CallId, by: UserName },

    /// A number needs no more calling back.
    #[serde(rename = "callback.closed")]
    CallbackClosed {
        number: Number,
        /// Its abandoned calls.
        calls: Vec<CallId>,
        /// Absent: the number rang again and somebody talked to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserName>,
        result: CallbackResult,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },

    /// A text message came. Durable before it is deleted from the modem.
    #[serde(rename = "sms.received")]
    SmsReceived {
        sms: SmsId,
        line: LineName,
        from: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<Number>,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        network_time: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
    },
    /// A text message was ordered. Durable before the modem is asked to send it.
    #[serde(rename = "sms.queued")]
    SmsQueued {
        sms: SmsId,
        to: String,
        text: String,
        by: UserName,
        /// The line that was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineName>,
    },
    /// The network took it.
    #[serde(rename = "sms.sent")]
    SmsSent { sms: SmsId, line: LineName },
    /// It could not be sent now and is tried again. `tries` counts the attempts so far.
    #[serde(rename = "sms.delayed")]
    SmsDelayed {
        sms: SmsId,
        reason: String,
        tries: u32,
    },
    /// The network refused it for good.
    #[serde(rename = "sms.failed")]
    SmsFailed { sms: SmsId, reason: String },
    /// It reached the telephone, or finally did not.
    #[serde(rename = "sms.reported")]
    SmsReported { sms: SmsId, delivered: bool },

    /// A person took a seat.
    #[serde(rename = "operator.joined")]
    OperatorJoined { user: UserName, state: SeatState },
    /// Ready, pausing, …
    #[serde(rename = "operator.changed")]
    OperatorChanged {
        user: UserName,
        state: SeatState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Asks for a supervisor, at a call or not.
    #[serde(rename = "operator.asked_help")]
    OperatorAskedHelp {
        user: UserName,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<CallId>,
    },
    /// Somebody came, or `user` needs nobody any more.
    #[serde(rename = "operator.helped")]
    OperatorHelped { user: UserName, by: UserName },
    /// Left, or was lost (`lost`: the browser went away and did not come back).
    #[serde(rename = "operator.left")]
    OperatorLeft { user: UserName, lost: bool },

    /// A shift was handed over: what happened in it, and what is open.
    #[serde(rename = "shift.handed_over")]
    ShiftHandedOver {
        handover: HandoverId,
        by: UserName,
        note: String,
        /// 1 (worn out) to 5 (well).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mood: Option<u8>,
        /// The hand-over before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Stamp>,
        totals: Totals,
        items: Vec<Item>,
        /// Open things beyond `items`.
        #[serde(default, skip_serializing_if = "is_zero")]
        more: u64,
    },
    /// Somebody took one of its items on. `item` as `call/12`.
    #[serde(rename = "shift.accepted")]
    ShiftAccepted {
        handover: HandoverId,
        item: String,
        by: UserName,
    },
    /// Nobody took anything on in time; supervisors are called.
    #[serde(rename = "shift.unaccepted")]
    ShiftUnaccepted { handover: HandoverId },

    /// Something in the office's own facts changed.
    #[serde(rename = "office.changed")]
    OfficeChanged { by: UserName, change: OfficeChange },
}

/// What was lost.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Loss {
    /// A damaged file was put aside under this name; what only it holds is out of sight.
    SetAside { file: String },
    /// Entries up to `known` had been kept; those after `last` (0: all) are not there any more.
    RolledBack { last: Seq, known: Seq },
}

/// Changes to office facts. Secrets are never part of a fact: password hashes live in a table.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum OfficeChange {
    /// The box was claimed with its setup code.
    Claimed {},
    UserAdded {
        user: UserName,
        name: String,
        role: Role,
    },
    UserChanged {
        user: UserName,
        name: String,
        role: Role,
    },
    UserDisabled {
        user: UserName,
    },
    UserEnabled {
        user: UserName,
    },
    PasswordChanged {
        user: UserName,
    },
    TokenAdded {
        token: String,
        role: Role,
    },
    TokenRevoked {
        token: String,
    },
    /// A recording of the office is played to callers; the file is named by its hash.
    PromptSet {
        language: Lang,
        name: Prompt,
        /// SHA-256 of the file, lower-case hex.
        sha256: String,
        duration_ms: u64,
    },
    /// The compiled-in sound is played again.
    PromptRestored {
        language: Lang,
        name: Prompt,
    },
    /// Operators say it in these words now.
    WordingSet {
        language: Lang,
        key: Wording,
        text: String,
    },
    /// The built-in words again.
    WordingRestored {
        language: Lang,
        key: Wording,
    },
    /// A person works with these keys; what is not named has its default.
    KeysSet {
        user: UserName,
        keys: Keys,
    },
    PinSet {
        user: UserName,
    },
    PinRemoved {
        user: UserName,
    },
}

/// A position that came with a call or a text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Position {
    /// Degrees times 100 000 (about a metre), so that the journal holds no floating point.
    pub lat_e5: i64,
    pub lon_e5: i64,
    pub radius_m: Option<u32>,
    /// `gnss`, `wifi`, `cell`, …
    pub method: String,
}

impl Fact {
    /// The kind, as in the journal and in live events.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::SystemStarted { .. } => "system.started",
            Fact::SystemStopped { .. } => "system.stopped",
            Fact::SystemDamaged { .. } => "system.damaged",
            Fact::ClockChanged { .. } => "clock.changed",
            Fact::LineUp { .. } => "line.up",
            Fact::LineDown { .. } => "line.down",
            Fact::LineRestarted { .. } => "line.restarted",
            Fact::CallOffered { .. } => "call.offered",
            Fact::CallIdentified { .. } => "call.identified",
            Fact::CallQueued { .. } => "call.queued",
            Fact::CallClaimed { .. } => "call.claimed",
            Fact::CallUnclaimed { .. } => "call.unclaimed",
            Fact::CallAnswered { .. } => "call.answered",
            Fact::CallFound { .. } => "call.found",
            Fact::CallTransferred { .. } => "call.transferred",
            Fact::CallDtmf { .. } => "call.dtmf",
            Fact::CallEnded { .. } => "call.ended",
            Fact::CallClassified { .. } => "call.classified",
            Fact::CallNoted { .. } => "call.noted",
            Fact::CallEscalated { .. } => "call.escalated",
            Fact::CallReported { .. } => "call.reported",
            Fact::CallSound { .. } => "call.sound",
            Fact::CallTapped { .. } => "call.tapped",
            Fact::CallHeld { .. } => "call.held",
            Fact::CallInvited { .. } => "call.invited",
            Fact::CallJoined { .. } => "call.joined",
            Fact::CallParted { .. } => "call.parted",
            Fact::RecordingClosed { .. } => "recording.closed",
            Fact::RecordingDeleted { .. } => "recording.deleted",
            Fact::RecordingMissed { .. } => "recording.missed",
            Fact::RecordingPlayed { .. } => "recording.played",
            Fact::CallbackClosed { .. } => "callback.closed",
            Fact::SmsReceived { .. } => "sms.received",
            Fact::SmsQueued { .. } => "sms.queued",
            Fact::SmsSent { .. } => "sms.sent",
            Fact::SmsDelayed { .. } => "sms.delayed",
            Fact::SmsFailed { .. } => "sms.failed",
            Fact::SmsReported { .. } => "sms.reported",
            Fact::OperatorJoined { .. } => "operator.joined",
            Fact::OperatorChanged { .. } => "operator.changed",
            Fact::OperatorAskedHelp { .. } => "operator.asked_help",
            Fact::OperatorHelped { .. } => "operator.helped",
            Fact::OperatorLeft { .. } => "operator.left",
            Fact::ShiftHandedOver { .. } => "shift.handed_over",
            Fact::ShiftAccepted { .. } => "shift.accepted",
            Fact::ShiftUnaccepted { .. } => "shift.unaccepted",
            Fact::OfficeChanged { .. } => "office.changed",
        }
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}
