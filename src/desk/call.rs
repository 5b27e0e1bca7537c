//! One call: what is recorded of it.

use serde::{Deserialize, Serialize};

use super::callback::CallbackResult;
use super::report::Report;
use super::sound::CallSound;
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::phone::Caller;
use crate::base::time::Stamp;

/// Which way a call went.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
}

/// What a call was. `None` until a person decides; being abandoned is a fact beside it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Incident,
    Information,
    Ghost,
    Prank,
    PrankChild,
    FalseReport,
    Harassment,
    Test,
    WrongNumber,
    OutOfArea,
}

impl Class {
    /// Every class, in the order screens show them.
    pub const ALL: [Class; 10] = [
        Class::Incident,
        Class::Information,
        Class::Ghost,
        Class::Prank,
        Class::PrankChild,
        Class::FalseReport,
        Class::Harassment,
        Class::Test,
        Class::WrongNumber,
        Class::OutOfArea,
    ];

    /// As in the API and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Incident => "incident",
            Class::Information => "information",
            Class::Ghost => "ghost",
            Class::Prank => "prank",
            Class::PrankChild => "prank_child",
            Class::FalseReport => "false_report",
            Class::Harassment => "harassment",
            Class::Test => "test",
            Class::WrongNumber => "wrong_number",
            Class::OutOfArea => "out_of_area",
        }
    }
}

/// Where a call is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Incoming: presented to free seats. Outgoing: being set up.
    Ringing,
    /// Nobody is free.
    Queued,
    Ivr,
    /// Caller and operator are connected.
    Talking,
    /// The line is up and nobody is talking to the caller: the operator was lost, or the call was
    /// found up after a restart. Anybody who is free takes it with Answer.
    Held,
    Ended,
}

/// Who ended a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The far end.
    Caller,
    /// An operator.
    Operator,
    /// The line or the modem died.
    Line,
    /// It was live when the program stopped and was not there any more afterwards.
    Restart,
}

/// A note on a call.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Note {
    pub at: Stamp,
    pub by: UserName,
    pub text: String,
}

/// Everything recorded of one call. A view of the journal: it can be rebuilt from the facts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CallRecord {
    pub id: CallId,
    pub direction: Direction,
    pub line: LineName,
    pub waiting: bool,
    pub caller: Caller,
    pub state: CallState,
    pub offered: Stamp,
    pub queued: Option<Stamp>,
    /// When supervisors were called last because it waited; whether it still waits is its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Stamp>,
    pub claimed: Option<Stamp>,
    pub answered: Option<Stamp>,
    pub ended: Option<Stamp>,
    /// Who has or had it.
    pub operator: Option<UserName>,
    pub ended_by: Option<EndedBy>,
    /// Release cause, 3GPP TS 24.008 10.5.4.11, where the network gave one.
    pub cause: Option<u8>,
    pub abandoned: bool,
    pub ring_ms: Option<u64>,
    pub talk_ms: Option<u64>,
    pub class: Option<Class>,
    pub class_reason: Option<String>,
    pub classified_by: Option<UserName>,
    pub classified: Option<Stamp>,
    /// What the caller pressed.
    pub dtmf: String,
    pub notes: Vec<Note>,
    /// What its caller told, as it was filed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// What there is to hear of it.
    #[serde(default, skip_serializing_if = "CallSound::is_nothing")]
    pub sound: CallSound,
    /// It was abandoned, and this is how calling its number back ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_back: Option<CallbackResult>,
}

impl CallRecord {
    /// A call at its first sign, before anything is known of the far end.
    pub fn offered(id: CallId, direction: Direction, line: LineName, at: Stamp) -> CallRecord {
        CallRecord {
            id,
            direction,
            line,
            waiting: false,
            caller: Caller::unknown(),
            state: CallState::Ringing,
            offered: at,
            queued: None,
            escalated: None,
            claimed: None,
            answered: None,
            ended: None,
            operator: None,
            ended_by: None,
            cause: None,
            abandoned: false,
            ring_ms: None,
            talk_ms: None,
            class: None,
            class_reason: None,
            classified_by: None,
            classified: None,
            dtmf: String::new(),
            notes: Vec::new(),
            report: None,
            sound: CallSound::default(),
            called_back: None,
        }
    }

    /// Whether somebody still has to say what it was. A number that was dialled and never
    /// answered was nothing; a caller who gave up may have been somebody in need, until calling
    /// them back has settled it.
    pub fn lacks_class(&self) -> bool {
        let was_something = self.direction == Direction::In || self.answered.is_some();
        let is_open = self.class.is_none() && self.called_back.is_none();
        self.state == CallState::Ended && is_open && was_something
    }
}
