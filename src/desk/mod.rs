//! The centre: what is true, and who may change it.
//!
//! Layer 1, pure. `decide` checks an order against the desk and returns facts or a typed refusal;
//! `apply` takes a fact in and cannot fail. Restart = replay. The desk does not know what a modem
//! is: lines reach it as [`LineNews`].

pub mod call;
pub mod fact;
pub mod operator;
pub mod order;

use crate::base::ids::{CallId, LineName, SmsId, UserName};
use crate::base::phone::Caller;
use crate::base::time::{Stamp, Tick};
use call::{CallRecord, EndedBy};
use fact::{Fact, Position};
use order::{LineOrder, TokenRecord, UserRecord};

/// What a line tells the desk, with the desk's own call ids (the engine translates).
#[derive(Clone, PartialEq, Debug)]
pub enum LineNews {
    Up,
    Down {
        why: String,
        detail: String,
    },
    /// First sign of a call: number or no number.
    Rang {
        caller: Caller,
        waiting: bool,
    },
    Identified {
        call: CallId,
        caller: Caller,
    },
    /// The call is up (incoming answered by the claimer, or our own call answered by the far end).
    Answered {
        call: CallId,
    },
    Ended {
        call: CallId,
        by: EndedBy,
        cause: Option<u8>,
    },
    /// After a restart: the line has looked and the call is not there any more.
    Gone {
        call: CallId,
    },
    /// The dial order could not be carried out.
    DialFailed {
        call: CallId,
        why: String,
    },
    Dtmf {
        call: CallId,
        digit: char,
    },
    Sms {
        from: String,
        text: String,
        network_time: Option<String>,
        position: Option<Position>,
    },
    SmsSent {
        sms: SmsId,
    },
    SmsFailed {
        sms: SmsId,
        reason: String,
        transient: bool,
    },
    SmsReported {
        sms: SmsId,
        delivered: bool,
    },
}

/// What follows from an order, from news or from time passing.
///
/// The engine seals and applies `facts` in order, then carries out `lines`; `secrets` go to their
/// tables in the same commit as the facts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Decision {
    pub facts: Vec<Fact>,
    pub lines: Vec<LineOrder>,
    pub secrets: Vec<Secret>,
    /// The call the order was about or made, for the receipt.
    pub call: Option<CallId>,
    /// The message it made, for the receipt.
    pub sms: Option<SmsId>,
}

/// Rows that must not be in the journal.
#[derive(Clone, PartialEq, Debug)]
pub enum Secret {
    User(UserRecord),
    Token(TokenRecord),
    /// Every session of this user ends (disabled, password changed).
    EndSessions(UserName),
}

/// A fact with its place and time: what `apply` takes.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub seq: crate::base::ids::Seq,
    pub stamp: Stamp,
    pub fact: Fact,
}

/// Rows of the derived tables that a fact changed; the store writes them with the entry.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Touched {
    pub calls: Vec<CallRecord>,
    pub sms: Vec<SmsRecord>,
}

/// One text message, as the derived table has it.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct SmsRecord {
    pub id: SmsId,
    pub incoming: bool,
    pub line: Option<LineName>,
    /// The far end as delivered or as ordered.
    pub peer: String,
    pub number: Option<crate::base::phone::Number>,
    pub text: String,
    pub at: Stamp,
    /// `received queued sent failed delivered undelivered`.
    pub state: String,
    pub by: Option<UserName>,
    pub position: Option<Position>,
}

/// When a live call began to ring or talk, by the monotonic clock; lost at restart on purpose.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct CallTicks {
    pub offered: Option<Tick>,
    pub answered: Option<Tick>,
}
