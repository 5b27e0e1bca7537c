//! A call as the API shows it.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::base::phone::Presentation;
use crate::base::time::Trust;
use crate::desk::call::{CallRecord, CallState, Class, Direction, EndedBy};

/// One call.
#[derive(Clone, Serialize, Debug)]
pub struct CallView {
    pub id: String,
    pub direction: Direction,
    pub line: String,
    /// A second caller on a line that is busy.
    pub waiting: bool,
    pub state: CallState,
    /// `+62…` or a short code; `null` if none was delivered or it cannot be read.
    pub number: Option<String>,
    /// The same as people write it here.
    pub number_shown: Option<String>,
    /// Exactly what the network delivered.
    pub number_raw: Option<String>,
    pub presentation: Presentation,
    pub caller_name: Option<String>,
    pub offered_at: String,
    /// How far the wall clock could be believed when it was offered.
    pub trust: Trust,
    pub queued_at: Option<String>,
    pub claimed_at: Option<String>,
    pub answered_at: Option<String>,
    pub ended_at: Option<String>,
    pub operator: Option<String>,
    pub ended_by: Option<EndedBy>,
    /// Release cause, 3GPP TS 24.008 10.5.4.11.
    pub cause: Option<u8>,
    pub abandoned: bool,
    pub ring_ms: Option<u64>,
    pub talk_ms: Option<u64>,
    pub class: Option<Class>,
    pub class_reason: Option<String>,
    pub classified_by: Option<String>,
    pub classified_at: Option<String>,
    pub dtmf: String,
    pub notes: Vec<NoteView>,
}

/// A note on a call.
#[derive(Clone, Serialize, Debug)]
pub struct NoteView {
    pub at: String,
    pub by: String,
    pub text: String,
}

impl CallView {
    /// As seen in `zone`.
    pub fn new(call: &CallRecord, zone: &TimeZone) -> CallView {
        let number = call.caller.number.as_ref();
        let at = |stamp| when(stamp, zone);
        let note = |note: &crate::desk::call::Note| NoteView {
            at: at(note.at),
            by: note.by.to_string(),
            text: note.text.clone(),
        };
        CallView {
            id: call.id.to_string(),
            direction: call.direction,
            line: call.line.to_string(),
            waiting: call.waiting,
            state: call.state,
            number: number.map(ToString::to_string),
            number_shown: number.map(|n| n.national()),
            number_raw: (!call.caller.raw.is_empty()).then(|| call.caller.raw.clone()),
            presentation: call.caller.presentation,
            caller_name: call.caller.name.clone(),
            offered_at: at(call.offered),
            trust: call.offered.trust,
            queued_at: call.queued.map(at),
            claimed_at: call.claimed.map(at),
            answered_at: call.answered.map(at),
            ended_at: call.ended.map(at),
            operator: call.operator.as_ref().map(ToString::to_string),
            ended_by: call.ended_by,
            cause: call.cause,
            abandoned: call.abandoned,
            ring_ms: call.ring_ms,
            talk_ms: call.talk_ms,
            class: call.class,
            class_reason: call.class_reason.clone(),
            classified_by: call.classified_by.as_ref().map(ToString::to_string),
            classified_at: call.classified.map(at),
            dtmf: call.dtmf.clone(),
            notes: call.notes.iter().map(note).collect(),
        }
    }
}
