//! Orders: what people, programs and lines ask of the desk; and how it refuses.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::call::{CallRecord, Class};
use super::callback::CallbackResult;
use super::draft::Draft;
use super::keys::Keys;
use super::operator::{Role, SeatState};
use super::report::ReportChange;
use super::sound::JoinedAs;
use super::wording::Wording;
use crate::base::ids::{CallId, HandoverId, LineName, SmsId, UserName};
use crate::base::lang::Lang;
use crate::base::phone::Number;
use crate::base::prompt::Prompt;

/// Who asks. Only `http::guard`, `control` and the engine itself can make one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    pub user: UserName,
    pub role: Role,
}

/// What a person or a program asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Order {
    /// Join, become ready, pause or leave.
    Seat {
        state: SeatState,
        reason: Option<String>,
    },
    /// Ask for a supervisor, about the named call, the own one, or none.
    AskHelp {
        call: Option<CallId>,
    },
    /// Come to somebody who asked; or, of oneself, need nobody any more.
    Help {
        user: UserName,
    },
    /// Take a call that rings or waits.
    Answer {
        call: CallId,
    },
    /// Take a call from somebody who does not get on with it.
    TakeOver {
        call: CallId,
    },
    Hangup {
        call: CallId,
    },
    Dtmf {
        call: CallId,
        digits: String,
    },
    /// Give the call to another ready seat.
    Transfer {
        call: CallId,
        to: UserName,
    },
    /// Say what it was. `archived`: the record from the store, for a call that the desk has let go.
    Classify {
        call: CallId,
        class: Class,
        reason: Option<String>,
        note: Option<String>,
        archived: Option<Box<CallRecord>>,
    },
    /// Take the class back: same person, within ten minutes.
    Undo {
        call: CallId,
    },
    Note {
        call: CallId,
        text: String,
        archived: Option<Box<CallRecord>>,
    },
    /// Something was typed in the report: its draft changes, or with `file` the report itself.
    /// `archived` as with [`Order::Classify`].
    TypeReport {
        call: CallId,
        change: Box<ReportChange>,
        file: bool,
        archived: Option<Box<CallRecord>>,
    },
    /// File the report, and say that the call was that.
    Report {
        call: CallId,
        change: Box<ReportChange>,
        class: Class,
        archived: Option<Box<CallRecord>>,
    },
    /// Put the caller on hold, or take them off it.
    Hold {
        call: CallId,
        on: bool,
    },
    /// Ask somebody who is at the desk into the conversation.
    Invite {
        call: CallId,
        to: UserName,
    },
    /// Listen, whisper or talk in somebody else's call.
    Join {
        call: CallId,
        how: JoinedAs,
    },
    /// Leave a conversation that was joined.
    Part {
        call: CallId,
    },
    /// Somebody listens to the recording of a call.
    Play {
        call: CallId,
    },
    /// Remove one file of a call's recording. `archived` as with [`Order::Classify`].
    DeleteRecording {
        call: CallId,
        file: String,
        why: String,
        archived: Option<Box<CallRecord>>,
    },
    /// The same to make room: only of a call that may be given up
    /// ([`turn`](super::sound::turn)).
    MakeRoom {
        call: CallId,
        file: String,
        settled_after: Duration,
        archived: Option<Box<CallRecord>>,
    },
    /// Call a number, on a free line if none is named.
    Dial {
        number: String,
        line: Option<LineName>,
    },
    SendSms {
        to: String,
        text: String,
        line: Option<LineName>,
    },
    /// Start the modem of a line anew, as soon as no call is on it. The line is there.
    RestartLine {
        line: LineName,
    },
    /// Say how calling a number back ended.
    CloseCallback {
        number: Number,
        result: CallbackResult,
        note: Option<String>,
    },
    /// Hand over to whoever comes next. `mood`: 1 (worn out) to 5 (well).
    HandOver {
        note: String,
        mood: Option<u8>,
    },
    /// Take on one thing that was handed over (`call/12`), or all.
    AcceptItems {
        handover: HandoverId,
        item: Option<String>,
    },
    /// Users and tokens. The secret travels beside the fact, to a table.
    Office(OfficeOrder),
}

/// Changes to people and programs that may log in, and to what callers hear. Hashes are made
/// outside, off the engine thread.
#[derive(Clone, PartialEq, Debug)]
pub enum OfficeOrder {
    /// First admin on a fresh box; refused when any user exists.
    Claim {
        user: UserName,
        name: String,
        password_hash: String,
    },
    AddUser {
        user: UserName,
        name: String,
        role: Role,
        password_hash: String,
    },
    /// All of it or nothing; what is `None` stays as it is.
    ChangeUser {
        user: UserName,
        name: Option<String>,
        role: Option<Role>,
        disabled: Option<bool>,
    },
    SetPassword {
        user: UserName,
        password_hash: String,
    },
    AddToken {
        token: String,
        role: Role,
        hash: String,
    },
    RevokeToken {
        token: String,
    },
    /// A recording of the office is to be played. Its file is on disk already.
    SetPrompt {
        language: Lang,
        name: Prompt,
        /// SHA-256 of the file, lower-case hex.
        sha256: String,
        duration_ms: u64,
    },
    /// The compiled-in sound is to be played again.
    RestorePrompt {
        language: Lang,
        name: Prompt,
    },
    /// Operators are to say it in these words.
    SetWording {
        language: Lang,
        key: Wording,
        text: String,
    },
    /// The built-in words are to be shown again.
    RestoreWording {
        language: Lang,
        key: Wording,
    },
    /// Whoever asks is to work with these keys.
    SetKeys {
        keys: Keys,
    },
    /// Whoever asks is to come back with this PIN on a shared computer; `None`: with none.
    SetPin {
        pin_hash: Option<String>,
    },
}

impl OfficeOrder {
    /// Lets a person in again, or no more.
    pub fn switch_user(user: UserName, disabled: bool) -> OfficeOrder {
        OfficeOrder::ChangeUser {
            user,
            name: None,
            role: None,
            disabled: Some(disabled),
        }
    }
}

/// A user as stored: everything but the password travels in facts as well.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserRecord {
    pub user: UserName,
    pub name: String,
    pub role: Role,
    /// PHC string (argon2id).
    pub password_hash: String,
    pub disabled: bool,
    /// PHC string (argon2id) of the PIN, of somebody who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_hash: Option<String>,
}

/// A program's token as stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TokenRecord {
    pub name: String,
    pub role: Role,
    /// SHA-256 of the token, lower-case hex.
    pub hash: String,
    pub revoked: bool,
}

/// What the caller of an accepted order learns, after it is durable.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Receipt {
    /// The last entry the order wrote; 0 if it changed nothing (asked for what already was).
    pub seq: u64,
    /// The call it was about or made.
    pub call: Option<CallId>,
    /// The message it made.
    pub sms: Option<SmsId>,
    /// What is typed of that call and not filed, after the order.
    pub draft: Option<Arc<Draft>>,
}

/// An expected "no", with the next step for the person who asked.
#[derive(Clone, PartialEq, Debug)]
pub enum Refusal {
    /// Somebody else has the call. HTTP 409.
    Taken { by: UserName },
    /// The call is over. 409.
    CallOver,
    /// The call is not answered yet. 409.
    NotTalking,
    /// No such call. 404.
    NoSuchCall,
    /// The operator must be ready first. 409.
    NotReady,
    /// The operator is on another call. 409.
    OnAnotherCall { call: CallId },
    /// It is somebody else's call, and the role does not allow it. 403.
    NotYours { by: Option<UserName> },
    /// Somebody else has it and may still get on with it. 409.
    TooEarly { wait_s: u64 },
    /// The role does not allow it. 403.
    NotAllowed { needs: Role },
    /// The other seat is not ready. 409.
    SeatNotReady { user: UserName },
    /// No line, or none that can do this. 409.
    NoLine,
    /// The line is busy with another call. 409.
    LineBusy { call: CallId },
    /// The undo time is over or it was another person. 409.
    TooLate,
    /// It has no class to take back. 409.
    NoClass,
    /// So many drafts wait to be filed that no other one can be kept. 409.
    TooManyDrafts,
    /// This number does not wait to be called back. 404.
    NoSuchCallback,
    /// No such hand-over, or it is long past. 404.
    NoSuchHandover,
    /// A newer hand-over lists what is open now. 409.
    HandedOverAgain,
    /// Not a number that can be dialled. 422.
    BadNumber,
    /// A text is empty or too long, keys are not keys, … 422. `field` names it, `limit` in characters.
    BadField {
        field: &'static str,
        limit: Option<usize>,
    },
    /// The name is taken, or the box is claimed already. 409.
    AlreadyExists,
    /// No such user or token. 404.
    NoSuchName,
    /// The last admin cannot be disabled or demoted. 409.
    LastAdmin,
    /// The disk has refused so much that no more can be kept in memory. 503.
    StoreFull,
    /// The program is stopping. 503.
    Stopping,
}

/// What the desk wants a line to do.
#[derive(Clone, PartialEq, Debug)]
pub enum LineOrder {
    Answer {
        call: CallId,
    },
    Hangup {
        call: CallId,
    },
    Dtmf {
        call: CallId,
        digits: String,
    },
    /// `call` is the id the desk gave the new call.
    Dial {
        line: LineName,
        number: String,
        call: CallId,
    },
    Restart {
        line: LineName,
    },
    /// `line` `None`: any line that can.
    SendSms {
        line: Option<LineName>,
        to: String,
        text: String,
        sms: SmsId,
    },
}
